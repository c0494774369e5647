/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcpu - requests to each virtual CPU, and where its thread is
 */
#pragma once

#include "qemu/fields/fact.h"
#include "qemu/threads/process.h"

#define QC_VCPU_PLACES(X)                                                                    \
    X(QC_VCPU_UNKNOWN, "unknown") /* its thread is not known, or its stack tells nothing */  \
    /* in ioctl(KVM_RUN), or in TCG's translated code and its helpers */                     \
    X(QC_VCPU_IN_GUEST, "guest")                                                             \
    X(QC_VCPU_PARKED, "parked") /* asleep on halt_cond: qemu_wait_io_event and similar */    \
    X(QC_VCPU_IN_QEMU, "qemu") /* anywhere else: emulates a device, waits for a lock, ... */ \
    X(QC_VCPU_TURN, "turn") /* round-robin TCG: the shared thread is at another vCPU */
enum qc_vcpu_place { QC_VCPU_PLACES(QC_ENUMERATOR) };

struct qc_vcpu {
    const struct qc_cpu *cpu;       /* one of qc_process_cpus */
    struct qemucore_thread *thread; /* NULL: not in the dump. Round-robin TCG shares one */
    struct qc_fact halted;
    struct qc_fact stop;    /* asked to stop */
    struct qc_fact stopped; /* has stopped */
    struct qc_fact created;
    struct qc_fact unplug;
    struct qc_fact exit_request;
    struct qc_fact pc;      /* the guest's program counter; parked vCPUs only */
    struct qc_fact queued_work; /* number of work items (run_on_cpu and similar) */
    struct qc_fact crash_occurred;
    enum qc_vcpu_place place;
    bool in_kvm_run;        /* the system call of its thread is ioctl(KVM_RUN) */
    bool is_rr_current;     /* round-robin TCG: the vCPU that the thread is at */
};

struct qc_vcpus {
    QC_VEC(struct qc_vcpu) list;
    const char *why_cut; /* why a list was cut: a limit, or it led back; NULL: none was */
    const char *why_absent; /* the first reason why something is not known; NULL: all is */
};

/* Reads the vCPUs into a zeroed struct. Threads are named (qc_process_name_threads). */
void qc_vcpus_find(struct qc_process *process, struct qc_vcpus *ret);

/* Returns "unknown", "guest", "parked", "qemu", "turn". */
const char *qc_vcpu_place_name(enum qc_vcpu_place place);
