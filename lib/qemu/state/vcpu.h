/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcpu - what each virtual CPU has been asked for, and where its thread is
 */
#ifndef QC_QEMU_STATE_VCPU_H
#define QC_QEMU_STATE_VCPU_H

#include "qemu/fields/fact.h"
#include "qemu/threads/process.h"

enum qc_vcpu_place {
    QC_VCPU_UNKNOWN,   /* its thread is not known, or its stack tells nothing */
    QC_VCPU_IN_GUEST,  /* in ioctl(KVM_RUN), or in TCG's translated code and its helpers */
    QC_VCPU_PARKED,    /* asleep on halt_cond: qemu_wait_io_event and its kin */
    QC_VCPU_IN_QEMU,   /* anywhere else: emulates a device, waits for a lock ... */
    QC_VCPU_TURN,      /* of round-robin TCG: the thread of all is at another one */
};

struct qc_vcpu {
    const struct qc_cpu *cpu;       /* of qc_process_cpus */
    struct qemucore_thread *thread; /* NULL: not in the dump. Round-robin TCG has one for all */
    struct qc_fact halted;
    struct qc_fact stop;    /* asked to stop */
    struct qc_fact stopped; /* and has */
    struct qc_fact created;
    struct qc_fact unplug;
    struct qc_fact exit_request;
    struct qc_fact pc;      /* where the guest stands, of a CPU that is parked */
    struct qc_fact queued_work; /* how many items: run_on_cpu's and its kin */
    struct qc_fact crash_occurred;
    enum qc_vcpu_place place;
    bool in_kvm_run;        /* its thread is in that ioctl, as its system call has it */
    bool is_rr_current;     /* of round-robin TCG: the one that the thread is at */
};

struct qc_vcpus {
    QC_VEC(struct qc_vcpu) list;
    const char *why_cut; /* a list ended at a limit or led back; NULL: none did */
    char *why_absent;    /* the first thing that could not be had; NULL: nothing */
};

/* Into a zeroed struct. Names are there: qc_process_name_threads. */
void qc_vcpus_find(struct qc_process *process, struct qc_vcpus *ret);
void qc_vcpus_free(struct qc_vcpus *vcpus);

/* "unknown", "guest", "parked", "qemu", "turn" */
const char *qc_vcpu_place_name(enum qc_vcpu_place place);

#endif
