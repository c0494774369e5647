/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/vcpu.h"

#include "core/core.h"
#include "qemu/fields/list.h"
#include "qemu/threads/frames.h"
#include "qemu/threads/thread_syscall.h"

/* Where an idle vCPU sleeps on its halt_cond: accel/tcg, system/cpus.c, 4.0 to 11.1. */
static const char *const idle_functions[] = {
    "qemu_process_cpu_events",    "qemu_wait_io_event", "rr_wait_io_event",
    "qemu_tcg_rr_wait_io_event", "qemu_wait_io_event_common", NULL,
};

/* Whether the idle function has called the wait itself, and the mutex is not being taken again. */
static bool is_parked(struct qc_stack *stack)
{
    bool waits = false;
    qc_vec_each(&stack->frames, frame) {
        if (qc_frame_is_one_of(frame, idle_functions)) {
            return waits;
        }
        if (qc_frame_is_libc(frame, "pthread_mutex_cond_lock") ||
            qc_frame_is_libc(frame, "lll_lock_wait")) {
            return false;
        }
        waits |= qc_frame_is(frame, "qemu_cond_wait_impl") ||
                 qc_frame_is(frame, "qemu_cond_timedwait_impl") ||
                 qc_frame_is_libc(frame, "pthread_cond_wait") ||
                 qc_frame_is_libc(frame, "pthread_cond_timedwait");
    }
    return false;
}

/* cpu_exec has a frame while translated code and its helpers run. Such a helper may also wait for
   the BQL in a system call. */
static void place_find(struct qc_process *process, struct qc_vcpu *vcpu)
{
    struct qc_syscall syscall;
    struct qc_stack *stack = qc_thread_stack(vcpu->thread);
    bool in_syscall = qc_syscall_find(process->core, vcpu->thread->core_thread, &syscall);
    vcpu->in_kvm_run = in_syscall && qc_syscall_is_kvm_run(&syscall);
    if (vcpu->in_kvm_run || (in_syscall && qc_syscall_is_mshv_run(&syscall))) {
        vcpu->place = QC_VCPU_IN_GUEST;
    } else if (is_parked(stack)) {
        vcpu->place = QC_VCPU_PARKED;
    } else if (!in_syscall && (qc_frames_find(stack, "cpu_exec") != NULL ||
                               qc_frames_find(stack, "cpu_tb_exec") != NULL)) {
        vcpu->place = QC_VCPU_IN_GUEST;
    } else {
        vcpu->place = stack->frames.count > 1 ? QC_VCPU_IN_QEMU : QC_VCPU_UNKNOWN;
    }
}

/*
 * Reads the guest's program counter. The accelerator has it while the guest runs. KVM's registers
 * are fetched when somebody asks for them; vcpu_dirty says that they were (accel/kvm/kvm-all.c). An
 * Arm CPU in AArch32 state has it in regs[15].
 */
static struct qc_fact pc_read(struct qc_process *process, const struct qc_vcpu *vcpu)
{
    struct qc_fields *fields = process->fields;
    uint64_t address = vcpu->cpu->address;
    struct qc_fact aarch64 = qc_fact_field(fields, QC_FIELD_CPU_IS_AARCH64, address, NULL);
    bool is_fetched = qc_fact_is_set(qc_fact_variable(fields, QC_VARIABLE_TCG_ALLOWED, NULL)) ||
                      qc_fact_is_set(qc_fact_field(fields, QC_FIELD_CPU_DIRTY, address, NULL));
    return vcpu->place == QC_VCPU_PARKED && is_fetched && !qc_fact_is_zero(aarch64)
               ? qc_fact_field(fields, QC_FIELD_CPU_PC, address, NULL)
               : (struct qc_fact){0};
}

/*
 * If the kernel has the interrupt controllers, a halted CPU sleeps in KVM_RUN, and `halted` is as
 * old as the last fetch of the registers (x86's kvm_get_mp_state); vcpu_dirty: it is current.
 */
static struct qc_fact halted_read(struct qc_fields *fields, uint64_t address, const char **why)
{
    bool is_kernels = qc_fact_is_set(qc_fact_variable(fields, QC_VARIABLE_KVM_IRQCHIP, NULL)) &&
                      !qc_fact_is_set(qc_fact_field(fields, QC_FIELD_CPU_DIRTY, address, NULL));
    return is_kernels ? (struct qc_fact){0}
                      : qc_fact_field(fields, QC_FIELD_CPU_HALTED, address, why);
}

static void vcpu_read(struct qc_process *process, struct qc_vcpus *vcpus, struct qc_vcpu *vcpu)
{
    struct qc_fields *fields = process->fields;
    uint64_t address = vcpu->cpu->address;
    const char **why = &vcpus->why_absent;
    vcpu->halted = halted_read(fields, address, why);
    vcpu->stop = qc_fact_field(fields, QC_FIELD_CPU_STOP, address, why);
    vcpu->stopped = qc_fact_field(fields, QC_FIELD_CPU_STOPPED, address, why);
    vcpu->created = qc_fact_field(fields, QC_FIELD_CPU_CREATED, address, why);
    vcpu->unplug = qc_fact_field(fields, QC_FIELD_CPU_UNPLUG, address, why);
    vcpu->exit_request = qc_fact_field(fields, QC_FIELD_CPU_EXIT_REQUEST, address, why);
    vcpu->crash_occurred = qc_fact_field(fields, QC_FIELD_CPU_CRASH_OCCURRED, address, why);
    vcpu->queued_work = qc_list_count(qc_list_field(fields, QC_FIELD_CPU_WORK, address,
                                                    QC_FIELD_WORK_NEXT, why, &vcpus->why_cut));
    vcpu->thread = vcpu->cpu->lwp > 0 ? qc_process_thread(process, vcpu->cpu->lwp) : NULL;
    if (vcpu->thread != NULL) {
        place_find(process, vcpu);
    }
    vcpu->pc = pc_read(process, vcpu);
}

/* Round-robin TCG: several vCPUs share one thread, whose current_cpu says which one it is at. */
static void turns_find(struct qc_process *process, struct qc_vcpus *vcpus)
{
    if (vcpus->list.count < 2 || vcpus->list.items[0].thread == NULL ||
        vcpus->list.items[0].thread != vcpus->list.items[1].thread) {
        return;
    }
    qc_vec_each(&vcpus->list, vcpu) {
        uint64_t current;
        if (vcpu->thread == NULL || vcpu->place == QC_VCPU_PARKED ||
            !qc_variable_read(process->fields, QC_VARIABLE_CURRENT_CPU,
                              vcpu->thread->core_thread, &current)) {
            continue;
        }
        vcpu->is_rr_current = current == vcpu->cpu->address;
        vcpu->place = vcpu->is_rr_current ? vcpu->place : QC_VCPU_TURN;
    }
}

void qc_vcpus_find(struct qc_process *process, struct qc_vcpus *ret)
{
    const struct qc_cpus *cpus = qc_process_cpus(process);
    ret->why_cut = cpus->why_cut;
    if (cpus->list.count == 0) {
        struct qc_fact first = qc_fact_head(process->fields, QC_VARIABLE_CPUS, &ret->why_absent);
        if (qc_fact_is_set(first)) {
            qc_fact_field(process->fields, QC_FIELD_CPU_INDEX, first.value, &ret->why_absent);
        } else if (ret->why_cut == NULL) {
            qc_fact_explain(&ret->why_absent, "no vCPU has been made yet");
        }
    }
    for (size_t i = 0; i < cpus->list.count; i++) {
        struct qc_vcpu *vcpu = qc_vec_add(&ret->list);
        if (vcpu == NULL) {
            return;
        }
        vcpu->cpu = &cpus->list.items[i];
        vcpu_read(process, ret, vcpu);
    }
    turns_find(process, ret);
}

QC_DEFINE_WORDS(qc_vcpu_place_name, enum qc_vcpu_place, QC_VCPU_PLACES)
