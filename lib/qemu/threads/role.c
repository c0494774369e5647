/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/role.h"

#include <stddef.h>

const char *qc_role_name(enum qc_role role)
{
    static const char *const names[] = {
        [QC_ROLE_UNKNOWN] = NULL,
        [QC_ROLE_MAIN] = "main",
        [QC_ROLE_MAIN_LOOP] = "main_loop",
        [QC_ROLE_KERNEL] = "kernel",
        [QC_ROLE_VCPU] = "vcpu",
        [QC_ROLE_IOTHREAD] = "iothread",
        [QC_ROLE_THREAD_CONTEXT] = "thread_context",
        [QC_ROLE_CALL_RCU] = "call_rcu",
        [QC_ROLE_WORKER] = "worker",
        [QC_ROLE_VNC_WORKER] = "vnc_worker",
        [QC_ROLE_MIGRATION] = "migration",
        [QC_ROLE_MIGRATION_SNAPSHOT] = "migration_snapshot",
        [QC_ROLE_MIGRATION_RETURN_PATH] = "migration_return_path",
        [QC_ROLE_MULTIFD_SEND] = "multifd_send",
        [QC_ROLE_MULTIFD_RECV] = "multifd_recv",
        [QC_ROLE_MULTIFD_TLS] = "multifd_tls",
        [QC_ROLE_MIGRATION_COMPRESS] = "migration_compress",
        [QC_ROLE_MIGRATION_DECOMPRESS] = "migration_decompress",
        [QC_ROLE_POSTCOPY_FAULT] = "postcopy_fault",
        [QC_ROLE_POSTCOPY_PREEMPT] = "postcopy_preempt",
        [QC_ROLE_POSTCOPY_LISTEN] = "postcopy_listen",
        [QC_ROLE_COLO] = "colo",
        [QC_ROLE_DIRTY_RATE] = "dirty_rate",
        [QC_ROLE_KVM_REAPER] = "kvm_reaper",
        [QC_ROLE_KVM_MSR] = "kvm_msr",
        [QC_ROLE_TOUCH_PAGES] = "touch_pages",
        [QC_ROLE_IO_TASK] = "io_task",
        [QC_ROLE_NBD_CONNECT] = "nbd_connect",
        [QC_ROLE_DUMP] = "dump",
        [QC_ROLE_SIGNALFD] = "signalfd",
        [QC_ROLE_DEVICE] = "device",
        [QC_ROLE_CRYPTO] = "crypto",
        [QC_ROLE_TRACE] = "trace",
        [QC_ROLE_SPICE] = "spice",
        [QC_ROLE_GLIB] = "glib",
    };
    return names[role];
}
