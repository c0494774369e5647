/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * role - what a thread is to QEMU
 */
#pragma once

#include "base/base.h"

/* Columns: role; its word. */
#define QC_ROLE_LIST(X)                                                                \
    X(QC_ROLE_UNKNOWN, NULL)                                                           \
    X(QC_ROLE_MAIN, "main") /* the process's first thread, outside QEMU's main loop */ \
    X(QC_ROLE_MAIN_LOOP, "main_loop")                                                  \
    X(QC_ROLE_KERNEL, "kernel") /* made by the kernel: io_uring, vhost, KVM */         \
    X(QC_ROLE_VCPU, "vcpu")                                                            \
    X(QC_ROLE_IOTHREAD, "iothread")                                                    \
    X(QC_ROLE_THREAD_CONTEXT, "thread_context")                                        \
    X(QC_ROLE_CALL_RCU, "call_rcu")                                                    \
    X(QC_ROLE_WORKER, "worker")                                                        \
    X(QC_ROLE_VNC_WORKER, "vnc_worker")                                                \
    X(QC_ROLE_MIGRATION, "migration")                                                  \
    X(QC_ROLE_MIGRATION_SNAPSHOT, "migration_snapshot")                                \
    X(QC_ROLE_MIGRATION_RETURN_PATH, "migration_return_path")                          \
    X(QC_ROLE_MULTIFD_SEND, "multifd_send")                                            \
    X(QC_ROLE_MULTIFD_RECV, "multifd_recv")                                            \
    X(QC_ROLE_MULTIFD_TLS, "multifd_tls")                                              \
    X(QC_ROLE_MIGRATION_COMPRESS, "migration_compress")                                \
    X(QC_ROLE_MIGRATION_DECOMPRESS, "migration_decompress")                            \
    X(QC_ROLE_POSTCOPY_FAULT, "postcopy_fault")                                        \
    X(QC_ROLE_POSTCOPY_PREEMPT, "postcopy_preempt")                                    \
    X(QC_ROLE_POSTCOPY_LISTEN, "postcopy_listen")                                      \
    X(QC_ROLE_COLO, "colo")                                                            \
    X(QC_ROLE_DIRTY_RATE, "dirty_rate")                                                \
    X(QC_ROLE_KVM_REAPER, "kvm_reaper")                                                \
    X(QC_ROLE_KVM_MSR, "kvm_msr")                                                      \
    X(QC_ROLE_TOUCH_PAGES, "touch_pages")                                              \
    X(QC_ROLE_IO_TASK, "io_task")                                                      \
    X(QC_ROLE_NBD_CONNECT, "nbd_connect")                                              \
    X(QC_ROLE_DUMP, "dump")                                                            \
    X(QC_ROLE_SIGNALFD, "signalfd")                                                    \
    X(QC_ROLE_DEVICE, "device") /* made by a device model */                           \
    X(QC_ROLE_CRYPTO, "crypto")                                                        \
    X(QC_ROLE_TRACE, "trace")                                                          \
    X(QC_ROLE_SPICE, "spice")                                                          \
    X(QC_ROLE_GLIB, "glib") /* made by GLib, or by a library through GLib */
enum qc_role { QC_ROLE_LIST(QC_ENUMERATOR) QC_ROLES };

/* Returns "vcpu", "main_loop" and so on; NULL: QC_ROLE_UNKNOWN. */
const char *qc_role_name(enum qc_role role);
