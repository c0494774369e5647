/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * role - what a thread is to QEMU
 */
#ifndef QC_QEMU_THREADS_ROLE_H
#define QC_QEMU_THREADS_ROLE_H

enum qc_role {
    QC_ROLE_UNKNOWN,
    QC_ROLE_MAIN, /* the process's first thread, outside QEMU's main loop */
    QC_ROLE_MAIN_LOOP,
    QC_ROLE_KERNEL, /* made by the kernel: io_uring, vhost, KVM */
    QC_ROLE_VCPU,
    QC_ROLE_IOTHREAD,
    QC_ROLE_THREAD_CONTEXT,
    QC_ROLE_CALL_RCU,
    QC_ROLE_WORKER,
    QC_ROLE_VNC_WORKER,
    QC_ROLE_MIGRATION,
    QC_ROLE_MIGRATION_SNAPSHOT,
    QC_ROLE_MIGRATION_RETURN_PATH,
    QC_ROLE_MULTIFD_SEND,
    QC_ROLE_MULTIFD_RECV,
    QC_ROLE_MULTIFD_TLS,
    QC_ROLE_MIGRATION_COMPRESS,
    QC_ROLE_MIGRATION_DECOMPRESS,
    QC_ROLE_POSTCOPY_FAULT,
    QC_ROLE_POSTCOPY_PREEMPT,
    QC_ROLE_POSTCOPY_LISTEN,
    QC_ROLE_COLO,
    QC_ROLE_DIRTY_RATE,
    QC_ROLE_KVM_REAPER,
    QC_ROLE_KVM_MSR,
    QC_ROLE_TOUCH_PAGES,
    QC_ROLE_IO_TASK,
    QC_ROLE_NBD_CONNECT,
    QC_ROLE_DUMP,
    QC_ROLE_SIGNALFD,
    QC_ROLE_DEVICE, /* made by a device model */
    QC_ROLE_CRYPTO,
    QC_ROLE_TRACE,
    QC_ROLE_SPICE,
    QC_ROLE_GLIB, /* made by GLib, or by a library through GLib */
    QC_ROLES,     /* number of roles */
};

/* Returns "vcpu", "main_loop" and so on; NULL: QC_ROLE_UNKNOWN. */
const char *qc_role_name(enum qc_role role);

#endif
