/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/threads/thread_names.h"

#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "glibc/glibc.h"
#include "modules/modules.h"
#include "qemu/fields/qom.h"
#include "qemu/threads/coroutine.h"
#include "qemu/threads/frames.h"
#include "qemu/threads/iothread.h"
#include "qemu/threads/threads.h"

#define NAMES 3

/* Source of the number or id that replaces %d or %s in a name. */
enum identity {
    NOTHING,
    CPU,
    IOTHREAD,
    QOM_ID,
    MULTIFD_SEND,
    MULTIFD_RECV,
};

/* names: all names that versions of QEMU gave such a thread, newest first; the one that the
   executable has among its constants is used, the newest if the executable is not available. NULL:
   QEMU gives the thread no name, or a library knows it. */
struct row {
    const char *routine;
    enum qc_role role;
    enum identity identity;
    const char *names[NAMES];
};

/* The threads that callers of qemu_thread_create make, in 4.0 to 11.1. */
static const struct row rows[] = {
    {"kvm_vcpu_thread_fn", QC_ROLE_VCPU, CPU, {"CPU %d/KVM"}},
    {"qemu_kvm_cpu_thread_fn", QC_ROLE_VCPU, CPU, {"CPU %d/KVM"}},
    {"mttcg_cpu_thread_fn", QC_ROLE_VCPU, CPU, {"CPU %d/TCG"}},
    {"tcg_cpu_thread_fn", QC_ROLE_VCPU, CPU, {"CPU %d/TCG"}},
    {"qemu_tcg_cpu_thread_fn", QC_ROLE_VCPU, CPU, {"CPU %d/TCG"}},
    {"rr_cpu_thread_fn", QC_ROLE_VCPU, NOTHING, {"ALL CPUs/TCG"}},
    {"tcg_rr_cpu_thread_fn", QC_ROLE_VCPU, NOTHING, {"ALL CPUs/TCG"}},
    {"qemu_tcg_rr_cpu_thread_fn", QC_ROLE_VCPU, NOTHING, {"ALL CPUs/TCG"}},
    {"dummy_cpu_thread_fn", QC_ROLE_VCPU, CPU, {"CPU %d/DUMMY"}},
    {"qemu_dummy_cpu_thread_fn", QC_ROLE_VCPU, CPU, {"CPU %d/DUMMY"}},
    {"hax_cpu_thread_fn", QC_ROLE_VCPU, CPU, {"CPU %d/HAX"}},
    {"mshv_vcpu_thread", QC_ROLE_VCPU, CPU, {"CPU %d/MSHV"}},
    {"iothread_run", QC_ROLE_IOTHREAD, IOTHREAD, {"IO %s"}},
    {"thread_context_run", QC_ROLE_THREAD_CONTEXT, QOM_ID, {"TC %s"}},
    {"call_rcu_thread", QC_ROLE_CALL_RCU, NOTHING, {"call_rcu"}},
    {"worker_thread", QC_ROLE_WORKER, NOTHING, {"worker"}},
    {"vnc_worker_thread", QC_ROLE_VNC_WORKER, NOTHING, {"vnc_worker"}},
    {"migration_thread", QC_ROLE_MIGRATION, NOTHING, {"mig/src/main", "live_migration"}},
    {"bg_migration_thread", QC_ROLE_MIGRATION_SNAPSHOT, NOTHING, {"mig/snapshot", "bg_snapshot"}},
    {"source_return_path_thread", QC_ROLE_MIGRATION_RETURN_PATH, NOTHING,
     {"mig/src/return", "mig/src/rp-thr", "return path"}},
    {"multifd_send_thread", QC_ROLE_MULTIFD_SEND, MULTIFD_SEND,
     {"mig/src/send_%d", "multifdsend_%d"}},
    {"multifd_recv_thread", QC_ROLE_MULTIFD_RECV, MULTIFD_RECV,
     {"mig/dst/recv_%d", "multifdrecv_%d"}},
    {"multifd_tls_handshake_thread", QC_ROLE_MULTIFD_TLS, NOTHING,
     {"mig/src/tls", "multifd-tls-handshake-worker"}},
    {"do_data_compress", QC_ROLE_MIGRATION_COMPRESS, NOTHING, {"compress"}},
    {"do_data_decompress", QC_ROLE_MIGRATION_DECOMPRESS, NOTHING, {"decompress"}},
    {"postcopy_ram_fault_thread", QC_ROLE_POSTCOPY_FAULT, NOTHING,
     {"mig/dst/fault", "fault-default", "postcopy/fault"}},
    {"postcopy_preempt_thread", QC_ROLE_POSTCOPY_PREEMPT, NOTHING,
     {"mig/dst/preempt", "fault-fast"}},
    {"postcopy_ram_listen_thread", QC_ROLE_POSTCOPY_LISTEN, NOTHING,
     {"mig/dst/listen", "postcopy/listen"}},
    {"postcopy_listen_thread", QC_ROLE_POSTCOPY_LISTEN, NOTHING, {"mig/dst/listen"}},
    {"colo_process_incoming_thread", QC_ROLE_COLO, NOTHING, {"mig/dst/colo", "COLO incoming"}},
    {"get_dirtyrate_thread", QC_ROLE_DIRTY_RATE, NOTHING, {"mig/dirtyrate", "get_dirtyrate"}},
    {"vcpu_dirty_rate_stat_thread", QC_ROLE_DIRTY_RATE, NOTHING, {"dirtyrate-stat"}},
    {"kvm_dirty_ring_reaper_thread", QC_ROLE_KVM_REAPER, NOTHING, {"kvm-reaper"}},
    {"kvm_msr_energy_thread", QC_ROLE_KVM_MSR, NOTHING, {"kvm-msr"}},
    {"do_touch_pages", QC_ROLE_TOUCH_PAGES, NOTHING, {"touch_pages"}},
    {"do_madv_populate_write_pages", QC_ROLE_TOUCH_PAGES, NOTHING, {"touch_pages"}},
    {"qio_task_thread_worker", QC_ROLE_IO_TASK, NOTHING, {"io-task-worker"}},
    {"connect_thread_func", QC_ROLE_NBD_CONNECT, NOTHING, {"nbd-connect"}},
    {"dump_thread", QC_ROLE_DUMP, NOTHING, {"dump_thread"}},
    {"sigwait_compat", QC_ROLE_SIGNALFD, NOTHING, {"signalfd_compat"}},
    {"u2f_emulated_thread", QC_ROLE_DEVICE, NOTHING, {"u2f-key"}},
    {"edu_fact_thread", QC_ROLE_DEVICE, NOTHING, {"edu"}},
    {"cryptodev_lkcf_worker", QC_ROLE_DEVICE, NOTHING, {"lkcf-worker"}},
    {"handle_apdu_thread", QC_ROLE_DEVICE, NOTHING, {"ccid/apdu"}},
    {"event_thread", QC_ROLE_DEVICE, NOTHING, {"ccid/event"}},
    {"bg_assertcb", QC_ROLE_DEVICE, NOTHING, {"assert_thread"}}, /* CXL, 11.0 on */
    {"hpt_prepare_thread", QC_ROLE_DEVICE, NOTHING, {"sPAPR HPT prepare"}},
    /* pvrdma, up to 9.0: "rdma_comp_", and the name that libibverbs has for the host's device. */
    {"comp_handler_thread", QC_ROLE_DEVICE, NOTHING, {NULL}},
    {"threaded_qcrypto_pbkdf2_count_iters", QC_ROLE_CRYPTO, NOTHING, {"pbkdf2"}},
    {"s390_pv_do_unprot_async_fn", QC_ROLE_DEVICE, NOTHING, {"async_cleanup"}},
    {"writeout_thread", QC_ROLE_TRACE, NOTHING, {"trace-thread"}},
    {"red_worker_main", QC_ROLE_SPICE, NOTHING, {"SPICE Worker"}},
    {"g_thread_proxy", QC_ROLE_GLIB, NOTHING, {NULL}},
};

/* Functions that only threads of one role call, apart from the main thread at savevm. They are
   exported for QEMU's modules, so a stripped executable has their names, though not those of start
   routines. */
static const struct role_function {
    const char *function;
    enum qc_role role;
} role_functions[] = {
    {"qemu_wait_io_event", QC_ROLE_VCPU},
    {"qemu_process_cpu_events", QC_ROLE_VCPU},
    {"kvm_cpu_exec", QC_ROLE_VCPU},
    {"tcg_cpu_exec", QC_ROLE_VCPU},
    {"tcg_cpus_exec", QC_ROLE_VCPU},
    {"process_queued_cpu_work", QC_ROLE_VCPU},
    {"cpu_exec_start", QC_ROLE_VCPU},
    {"qemu_savevm_state_iterate", QC_ROLE_MIGRATION},
    {"qemu_savevm_state_complete_precopy", QC_ROLE_MIGRATION},
    {"migration_rate_limit", QC_ROLE_MIGRATION},
};

/* Returns QC_ROLE_UNKNOWN if none of these functions is on the stack. */
static enum qc_role role_by_function(struct qc_stack *stack)
{
    const struct role_function *row =
        qc_array_find(role_functions, at, qc_frames_find(stack, at->function) != NULL);
    return row == NULL ? QC_ROLE_UNKNOWN : row->role;
}

static const struct row *row_find(struct qc_stack *stack, struct qemucore_frame **frame)
{
    const struct row *glib_row = NULL;
    /* The start routine is near the outermost frame. Inside g_thread_proxy there may be one of
       QEMU's. */
    for (size_t i = stack->frames.count; i > 0; i--) {
        for (size_t j = 0; j < qc_count(rows); j++) {
            if (!qc_frame_is(&stack->frames.items[i - 1], rows[j].routine)) {
                continue;
            }
            *frame = &stack->frames.items[i - 1];
            if (rows[j].role != QC_ROLE_GLIB) {
                return &rows[j];
            }
            glib_row = &rows[j];
        }
    }
    return glib_row;
}

/* Returns the stack that the thread began on, which has its start routine. */
static struct qc_stack *outermost_stack(struct qemucore_thread *thread)
{
    const struct qc_callers *callers = qc_thread_callers(thread);
    return callers->count == 0 ? qc_thread_stack(thread) : &qc_vec_last(callers)->stack;
}

static bool accept_any(void *opaque, uint64_t address)
{
    (void)opaque;
    (void)address;
    return true;
}

/* Returns the name that this version uses: the one that is, with its NUL, in the executable's
   rodata. */
static const char *row_pattern(const struct qc_process *process, const struct row *row)
{
    struct qemucore_module *executable = qc_modules_executable(process->modules);
    const struct qc_rodata_predicate predicate = {accept_any, NULL};
    if (row->names[1] == NULL || executable == NULL) {
        return row->names[0];
    }
    for (size_t i = 0; i < NAMES && row->names[i] != NULL; i++) {
        if (qc_rodata_find(executable, row->names[i], strlen(row->names[i]) + 1, &predicate, NULL) ==
            QEMUCORE_OK) {
            return row->names[i];
        }
    }
    return row->names[0];
}

/* Returns the address of the object that the start routine was given; 0: not known. */
static uint64_t start_argument(struct qemucore_frame *frame)
{
    uint64_t value;
    static const char *const names[] = {"arg", "opaque", "data", "cpu", "iothread", "tc", "p"};
    for (size_t i = 0; i < qc_count(names); i++) {
        if (qc_frame_variable(frame, names[i], &value) && value != 0) {
            return value;
        }
    }
    return 0;
}

static const struct qc_cpu *cpu_by_lwp(const struct qc_cpus *cpus, int lwp)
{
    return qc_vec_find(&cpus->list, cpu, cpu->lwp == lwp);
}

static const struct qc_iothread *iothread_by_lwp(const struct qc_iothreads *iothreads, int lwp)
{
    return qc_vec_find(&iothreads->list, iothread, iothread->lwp == lwp);
}

/* Replaces the "%d" or "%s" in a pattern, if any. */
static const char *pattern_fill(struct qc_process *process, const char *pattern, const char *value)
{
    const char *at = strchr(pattern, '%');
    return at == NULL ? pattern
                      : qc_fields_format(process->fields, "%.*s%s%s", (int)(at - pattern), pattern,
                                         value, at + 2);
}

static const char *pattern_number(struct qc_process *process, const char *pattern, int number)
{
    char text[16];
    snprintf(text, sizeof(text), "%d", number);
    return pattern_fill(process, pattern, text);
}

/* name NULL: it is not known, and nothing changes. from: its origin; NULL: none. */
static void set_name(struct qemucore_thread *thread, const char *name, const char *from)
{
    if (name != NULL) {
        thread->name = name;
        thread->name_from = from;
    }
}

/* Finds the vCPU by the thread id in its CPUState, which a vCPU thread that has just started has
   not set yet; then by the object that the start routine was given. */
static const char *cpu_name(struct qc_process *process, int lwp, const char *pattern,
                            uint64_t object, const char **fact)
{
    const struct qc_cpu *cpu = cpu_by_lwp(qc_process_cpus(process), lwp);
    struct qc_cpu started;
    if (cpu != NULL) {
        *fact = "CPUState.thread_id";
        return pattern_number(process, pattern, cpu->index);
    }
    *fact = "CPUState.cpu_index";
    return object != 0 && qc_cpu_read(process->fields, object, &started)
               ? pattern_number(process, pattern, started.index)
               : NULL;
}

static const char *iothread_name(struct qc_process *process, int lwp, const char *pattern)
{
    const struct qc_iothread *iothread = iothread_by_lwp(qc_process_iothreads(process), lwp);
    return iothread == NULL || iothread->id == NULL
               ? NULL
               : pattern_fill(process, pattern, iothread->id);
}

static const char *object_name(struct qc_process *process, const char *pattern, uint64_t object)
{
    const char *id = object == 0 ? NULL : qc_qom_id(process->fields, object);
    return id == NULL ? NULL : pattern_fill(process, pattern, id);
}

static const char *channel_name(struct qc_process *process, const char *pattern, uint64_t object,
                                enum qc_field field)
{
    uint64_t id;
    return object != 0 && qc_field_read(process->fields, field, object, &id)
               ? pattern_number(process, pattern, (int)id)
               : NULL;
}

/* Makes the thread's name; NULL: the name, or the number or id in it, is not known. *fact becomes
   the source of that number or id. */
static const char *row_name(struct qc_process *process, int lwp, const struct row *row,
                            uint64_t object, const char **fact)
{
    const char *pattern = row_pattern(process, row);
    switch (row->identity) {
    case CPU:
        return cpu_name(process, lwp, pattern, object, fact);
    case IOTHREAD:
        *fact = "IOThread.thread_id";
        return iothread_name(process, lwp, pattern);
    case QOM_ID:
        *fact = "its object's id";
        return object_name(process, pattern, object);
    case MULTIFD_SEND:
        *fact = "MultiFDSendParams.id";
        return channel_name(process, pattern, object, QC_FIELD_MULTIFD_SEND_ID);
    case MULTIFD_RECV:
        *fact = "MultiFDRecvParams.id";
        return channel_name(process, pattern, object, QC_FIELD_MULTIFD_RECV_ID);
    case NOTHING:
        break;
    }
    return pattern;
}

static void identify_by_routine(struct qc_process *process, struct qemucore_thread *thread,
                                const struct row *row, struct qemucore_frame *frame)
{
    const char *fact = NULL;
    const char *name =
        row_name(process, thread->core_thread->lwp, row, start_argument(frame), &fact);
    set_name(thread, name,
             qc_fields_format(process->fields, "%s%sstart routine %s", qc_str_or(fact, ""),
                              fact == NULL ? "" : ", ", row->routine));
    thread->role = row->role;
}

/* Identifies the process's first thread: it is the main loop if a function of QEMU's main loop is
   on its stack, or on the stacks below the coroutine that it is in. */
static void identify_main(struct qc_process *process, struct qemucore_thread *thread)
{
    static const char *const loops[] = {"qemu_main_loop", "main_loop", "main_loop_wait"};
    thread->role = QC_ROLE_MAIN;
    for (size_t i = 0; i < qc_count(loops); i++) {
        if (qc_thread_find_frame(thread, loops[i]) != NULL) {
            thread->role = QC_ROLE_MAIN_LOOP;
            set_name(thread, "main loop",
                     qc_fields_format(process->fields,
                                      "the process's first thread, start routine %s", loops[i]));
            return;
        }
    }
}

/*
 * Tells whether the kernel made the thread in the process (workers of io_uring, vhost and KVM).
 * Such a thread was never in user space: its pc is zero (copy_thread of each CPU), and so is its
 * stack pointer, except on ppc64le; its other registers are copies of its creator's. A thread that
 * a program makes with clone() alone, as Go's runtime does, also has its creator's thread pointer,
 * but it has a pc.
 */
static bool is_kernel_made(struct qc_process *process, const struct qc_thread *thread)
{
    const struct qc_core *core = process->core;
    uint64_t stack_pointer;
    if (thread->task.flags != 0) {
        return qc_task_is_kernel_made(&thread->task);
    }
    if (core->arch == NULL || thread->registers == NULL ||
        !qc_core_register(core, thread, core->arch->stack_pointer, &stack_pointer)) {
        return false;
    }
    uint64_t pc = thread->registers[core->arch->pc_slot] & core->arch->pc_mask;
    return pc == 0 && (stack_pointer == 0 || !qc_pthread_is_own(&process->libc, thread));
}

/* Identifies a thread without a known start routine on its stack (as when it is in a coroutine): by
   the object that has its id, else by what it calls. */
static void identify_by_object(struct qc_process *process, struct qemucore_thread *thread)
{
    int lwp = thread->core_thread->lwp;
    const struct qc_cpu *cpu = cpu_by_lwp(qc_process_cpus(process), lwp);
    const struct qc_iothread *iothread = iothread_by_lwp(qc_process_iothreads(process), lwp);
    if (iothread != NULL) {
        thread->role = QC_ROLE_IOTHREAD;
        set_name(thread,
                 iothread->id == NULL ? NULL : pattern_fill(process, "IO %s", iothread->id),
                 "IOThread.thread_id");
    } else if (cpu != NULL) {
        thread->role = QC_ROLE_VCPU;
        set_name(thread, pattern_number(process, "CPU %d", cpu->index), "CPUState.thread_id");
    } else if (qc_stack_is_iothreads(process->threads, outermost_stack(thread))) {
        thread->role = QC_ROLE_IOTHREAD;
    } else {
        thread->role = role_by_function(qc_thread_stack(thread));
    }
}

static void thread_identify(struct qc_process *process, struct qemucore_thread *thread)
{
    const struct qc_thread *core_thread = thread->core_thread;
    struct qemucore_frame *frame;
    bool is_main = process->core->has_process_information &&
                   core_thread->lwp == process->core->process_id;
    if (!is_main && is_kernel_made(process, core_thread)) {
        thread->role = QC_ROLE_KERNEL;
        set_name(thread, core_thread->task.comm, NULL);
        return;
    }
    const struct row *row = row_find(outermost_stack(thread), &frame);
    if (row != NULL) {
        identify_by_routine(process, thread, row, frame);
    } else if (is_main) {
        identify_main(process, thread);
    } else {
        identify_by_object(process, thread);
    }
}

/* Tells whether the kernel has a name that the thread was given itself. One without has the
   program's name, which is also that of the main thread. Without a pid (0), any may be the main one. */
static bool is_given_name(const struct qc_process *process, const struct qc_thread *thread)
{
    const struct qc_core *core = process->core;
    return thread->task.comm != NULL && qc_core_pid(core) != 0 &&
           thread->lwp != qc_core_pid(core) && strcmp(thread->task.comm, core->process_name) != 0;
}

/* Replaces the name by the kernel's, which has at most 15 bytes, unless the name found begins with
   the kernel's: then it is the same name in full. */
static void name_by_kernel(struct qc_process *process, struct qemucore_thread *thread)
{
    const struct qc_thread *core_thread = thread->core_thread;
    const char *comm = core_thread->task.comm;
    if (thread->role == QC_ROLE_KERNEL || !is_given_name(process, core_thread) ||
        qc_str_begins(thread->name, comm)) {
        return;
    }
    set_name(thread, comm, "the kernel's name of it");
}

/* Doubts the list of vCPUs if it has fewer than there are threads of vCPUs: a vCPU is in the list
   from before its thread starts until after it has ended (cpu_exec_realizefn, cpu_remove_sync). */
static void cpus_check(struct qc_process *process)
{
    struct qc_cpus *cpus = &process->cpus;
    size_t threads = 0;
    for (size_t i = 0; i < process->threads->count; i++) {
        threads += process->threads->items[i].role == QC_ROLE_VCPU;
    }
    if (cpus->is_known && cpus->why_cut == NULL && threads > cpus->list.count) {
        cpus->why_cut = "a list has fewer vCPUs than there are threads of vCPUs";
        qc_fields_doubt(process->fields, QEMUCORE_CORRUPT,
                        "%zu vCPU%s in its list, and %zu thread%s of vCPUs", cpus->list.count,
                        cpus->list.count == 1 ? " is" : "s are", threads, qc_noun_s(threads));
    }
}

void qc_process_name_threads(struct qc_process *process)
{
    if (process->threads_are_named) {
        return;
    }
    process->threads_are_named = true;
    qc_process_dwarf_begin(process);
    /* These need no stack, so they run while debug info is decompressed in the background. */
    qc_process_cpus(process);
    qc_process_iothreads(process);
    for (size_t i = 0; i < process->threads->count; i++) {
        thread_identify(process, &process->threads->items[i]);
        name_by_kernel(process, &process->threads->items[i]);
    }
    cpus_check(process);
    qc_thread_count_check(process);
    /* Waits for the debug info of modules that no stack has needed. */
    qc_modules_dwarf_join(process->modules);
}
