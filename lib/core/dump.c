/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/dump.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "core/core_limits.h"

struct qc_core *qc_core_new(void)
{
    struct qc_core *core = calloc(1, sizeof(*core));
    for (int i = 0; core != NULL && i < QC_SHORTAGE_COUNT; i++) {
        core->shortages[i] = qc_shortage_count(i);
    }
    return core;
}

void qc_core_free(struct qc_core *core)
{
    if (core == NULL) {
        return;
    }
    for (size_t i = 0; i < core->threads.count; i++) {
        free(core->threads.items[i].registers);
        qc_task_clear(&core->threads.items[i].task);
    }
    for (size_t i = 0; i < core->missing.count; i++) {
        if (core->missing.items[i].kind < QC_MISSING_MEANS) {
            free((char *)core->missing.items[i].sentence);
        }
    }
    qc_vec_free(&core->threads);
    qc_vec_free(&core->lwps);
    qc_vec_free(&core->segments);
    qc_vec_free(&core->segment_index.pieces);
    qc_vec_free(&core->mappings);
    qc_vec_free(&core->mapping_index.pieces);
    qc_vec_free(&core->auxv);
    qc_vec_free(&core->notes);
    qc_live_clear(&core->live);
    free(core->mapping_paths);
    free(core->path);
    qc_image_free(core->image);
    qc_bytes_close(core->bytes);
    free(core);
}

static void core_add(struct qc_core *core, const struct qemucore_missing *missing)
{
    struct qemucore_missing *added = &core->missing.items[core->missing.count++];
    *added = *missing;
    if (core->listener.warning != NULL) {
        core->listener.warning(core->listener.opaque, added);
    }
}

enum qemucore_status qc_core_add_missing(struct qc_core *core, enum qemucore_status status,
                                         uint64_t offset, struct qemucore_error *error,
                                         const char *format, ...)
{
    QC_FREE char *sentence = NULL;
    bool last = core->missing.count == QC_LIMIT_MISSING - 1;
    if (core->missing.count == QC_LIMIT_MISSING) {
        return QEMUCORE_OK;
    }
    va_list arguments;
    va_start(arguments, format);
    int length = !last         ? vasprintf(&sentence, format, arguments)
                 : offset == 0 ? asprintf(&sentence, "and more")
                               : asprintf(&sentence, "and more, from offset %" PRIu64 " on", offset);
    va_end(arguments);
    if (length < 0) {
        sentence = NULL;
        return qc_error_memory(error);
    }
    core_add(core, &(struct qemucore_missing){.kind = QC_MISSING_PART, .status = status,
                                              .offset = offset, .sentence = qc_move(sentence)});
    return QEMUCORE_OK;
}

void qc_core_add_doubt(struct qc_core *core, enum qc_missing_kind kind, enum qemucore_status status,
                       const char *sentence)
{
    for (size_t i = 0; i < core->missing.count; i++) {
        if (strcmp(core->missing.items[i].sentence, sentence) == 0) {
            return;
        }
    }
    size_t before = core->missing.count;
    qc_core_add_missing(core, status, 0, NULL, "%s", sentence);
    if (core->missing.count != before) {
        core->missing.items[before].kind = kind;
    }
}

/* Allocates nothing, since memory may have run out. */
void qc_core_note_shortages(struct qc_core *core)
{
    static const struct qemucore_missing rows[] = {
        [QC_SHORTAGE_MEMORY] = {.kind = QC_MISSING_MEANS,
                                .status = QEMUCORE_NO_MEMORY,
                                .sentence = "this machine ran out of memory: the answer is "
                                            "incomplete"},
        [QC_SHORTAGE_DESCRIPTORS] = {.kind = QC_MISSING_MEANS,
                                     .status = QEMUCORE_SYSTEM,
                                     .sentence = "no more files can be opened on this machine "
                                                 "(ulimit -n): what they hold is missing"},
        [QC_SHORTAGE_INPUT] = {.kind = QC_MISSING_MEANS,
                               .status = QEMUCORE_SYSTEM,
                               .sentence = "a file on this machine can't be read (input/output "
                                           "error): what it holds is missing"},
    };
    for (int i = 0; i < QC_SHORTAGE_COUNT; i++) {
        if (qc_shortage_count(i) > core->shortages[i] && core->missing.count < QC_LIMIT_MISSING) {
            core->shortages[i] = ULONG_MAX;
            core_add(core, &rows[i]);
        }
    }
}

bool qc_core_is_late(struct qc_core *core)
{
    if (!qc_deadline_is_past(core->deadline)) {
        return false;
    }
    if (!core->deadline_was_reported && core->missing.count < QC_LIMIT_MISSING) {
        core_add(core, &(struct qemucore_missing){
                           .kind = QC_MISSING_TIME,
                           .status = QEMUCORE_TIMED_OUT,
                           .sentence =
                               "the time limit has passed: what takes long was left out"});
    }
    core->deadline_was_reported = true;
    return true;
}

bool qc_segment_is_memory(const struct qc_segment *segment)
{
    return segment->type == PT_LOAD;
}

QC_DEFINE_ORDER(compare_lwps, struct qc_lwp,
                qc_compare(a->lwp, b->lwp) ?: qc_compare(a->index, b->index))

struct qc_thread *qc_core_thread(struct qc_core *core, int lwp)
{
    for (size_t i = core->lwps.count; i < core->threads.count; i++) {
        if (!qc_vec_push(&core->lwps, (struct qc_lwp){core->threads.items[i].lwp, i})) {
            return NULL;
        }
        if (i + 1 == core->threads.count) {
            qc_vec_sort(&core->lwps, compare_lwps);
        }
    }
    const struct qc_lwp *found = qc_vec_find_sorted(&core->lwps, each, qc_compare(each->lwp, lwp));
    return found == NULL ? NULL : &core->threads.items[found->index];
}

bool qc_core_auxv(const struct qc_core *core, uint64_t type, uint64_t *value)
{
    const struct qc_auxv *found = qc_vec_find(&core->auxv, entry, entry->type == type);
    if (found != NULL) {
        *value = found->value;
    }
    return found != NULL;
}

enum qemucore_status qc_core_make_lookups(struct qc_core *core, struct qemucore_error *error)
{
    QC_GUARD(qc_vec_guard) struct qc_spans segments = {0};
    QC_GUARD(qc_vec_guard) struct qc_spans mappings = {0};
    qc_vec_each(&core->segments, segment) {
        struct qc_span *added = qc_vec_add(&segments);
        QC_TRY_MEMORY(added != NULL, error);
        if (qc_segment_is_memory(segment)) {
            *added = (struct qc_span){segment->address, segment->address + segment->memory_size};
        }
    }
    qc_vec_each(&core->mappings, mapping) {
        if (!qc_vec_push(&mappings, (struct qc_span){mapping->start, mapping->end})) {
            return qc_error_memory(error);
        }
    }
    return qc_span_index_build(&core->segment_index, &segments) &&
                   qc_span_index_build(&core->mapping_index, &mappings)
               ? QEMUCORE_OK
               : qc_error_memory(error);
}

const struct qc_mapping *qc_core_mapping(const struct qc_core *core, uint64_t address)
{
    size_t index = qc_span_index_find(&core->mapping_index, address);
    return index == SIZE_MAX ? NULL : &core->mappings.items[index];
}

const struct qc_segment *qc_core_segment(const struct qc_core *core, uint64_t address)
{
    size_t index = qc_span_index_find(&core->segment_index, address);
    return index == SIZE_MAX ? NULL : &core->segments.items[index];
}

uint64_t qc_core_held(const struct qc_core *core, uint64_t start, uint64_t end)
{
    uint64_t held = 0;
    qc_vec_each(&core->segments, segment) {
        uint64_t from = qc_max(segment->address, start);
        uint64_t to = segment->address + segment->file_size;
        to = qc_min(to, end);
        held += segment->type == PT_LOAD && from < to ? to - from : 0;
    }
    /* Segments of a damaged core may overlap. */
    return held < end - start ? held : end - start;
}

struct proc_copy {
    struct qc_core *core;
    bool has_thread; /* the copy has a thread of the core */
};

/* A visitor: moves the task to the thread that it belongs to. */
static void take_task(void *opaque, struct qc_task *task)
{
    struct proc_copy *copy = opaque;
    struct qc_thread *thread = qc_core_thread(copy->core, task->tid);
    if (thread != NULL && thread->caught == QC_CAUGHT_DEAD) {
        qc_task_clear(&thread->task);
        thread->task = *task;
        *task = (struct qc_task){0};
        copy->has_thread = true;
    }
}

enum qemucore_status qc_core_read_proc(struct qc_core *core, const char *path,
                                       struct qemucore_error *error)
{
    QC_CLOSE int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) {
        return qc_error_system(error, errno, "%s", path);
    }
    struct proc_copy copy = {.core = core};
    enum qemucore_status status = qc_task_each(directory, take_task, &copy);
    QC_FAIL_IF(status == QEMUCORE_NOT_FOUND, error, QEMUCORE_NOT_FOUND,
               "%s has no folder \"task\": it is no copy of /proc/PID", path);
    if (copy.has_thread && !qc_live_descriptors_read(directory, &core->live)) {
        return qc_error_memory(error);
    }
    if (status == QEMUCORE_LIMIT) {
        status = qc_core_add_missing(core, status, 0, error,
                                     "more than %" PRIu64 " threads in the copy of /proc/PID: the "
                                     "others are not read",
                                     QC_LIMIT_THREADS);
    }
    return status != QEMUCORE_OK || !core->live.has_more_descriptors
               ? status
               : qc_core_add_missing(core, QEMUCORE_LIMIT, 0, error,
                                     "more than %u descriptors: the others are not known",
                                     QC_LIMIT_DESCRIPTORS);
}

bool qc_thread_sleeps_on(const struct qc_thread *thread)
{
    return thread->caught != QC_CAUGHT_DEAD && thread->caught != QC_CAUGHT_STOPPED;
}

bool qc_thread_ran(const struct qc_thread *thread)
{
    return thread->caught == QC_CAUGHT_RAN && thread->task.has_run;
}

bool qc_core_number(const struct qc_core *core, uint64_t address, size_t size, uint64_t *ret)
{
    return qc_image_read_number(core->image, address, size, core->big_endian, ret, NULL) ==
           QEMUCORE_OK;
}

bool qc_core_read(const struct qc_core *core, uint64_t address, void *buffer, size_t size)
{
    return qc_image_read(core->image, address, buffer, size, NULL) == QEMUCORE_OK;
}

bool qc_core_string(const struct qc_core *core, uint64_t address, char *text, size_t size)
{
    return qc_image_read_string(core->image, address, text, size, NULL) == QEMUCORE_OK;
}

bool qc_core_register(const struct qc_core *core, const struct qc_thread *thread, unsigned dwarf,
                      uint64_t *value)
{
    const struct qc_arch_register *row =
        core->arch == NULL ? NULL : qc_arch_register(core->arch, dwarf);
    if (row == NULL || thread->registers == NULL || (thread->unknown >> row->slot & 1) != 0) {
        return false;
    }
    *value = thread->registers[row->slot];
    return true;
}

uint64_t qc_core_thread_block(const struct qc_core *core, const struct qc_thread *thread)
{
    int32_t bias = core->arch == NULL ? 0 : core->arch->tls_bias;
    return thread->thread_pointer + (uint64_t)(int64_t)bias;
}

const char *qc_core_machine(const struct qc_core *core)
{
    return core->arch != NULL ? core->arch->name : "unknown";
}

int qc_core_pid(const struct qc_core *core)
{
    return core->process_id;
}

bool qc_core_cpu_time(const struct qc_core *core, uint64_t *user, uint64_t *system)
{
    int pid = qc_core_pid(core);
    qc_vec_each(&core->threads, thread) {
        if (thread->lwp == pid && (thread->user_time != 0 || thread->system_time != 0)) {
            *user = thread->user_time;
            *system = thread->system_time;
            return true;
        }
    }
    return false;
}

/* ---- two dumps ------------------------------------------------------------------------------ */

/* The kernel gives each program 16 random bytes when it starts (fs/binfmt_elf.c). */
static bool random_read(const struct qc_core *core, unsigned char random[16])
{
    uint64_t address;
    return qc_core_auxv(core, AT_RANDOM, &address) &&
           qc_image_read(core->image, address, random, 16, NULL) == QEMUCORE_OK;
}

/* Tells whether the two processes are at different addresses: those of the program and of the vDSO
   are random too. Adds the number of addresses compared to *compared. */
static bool is_mapped_elsewhere(const struct qc_core *a, const struct qc_core *b, size_t *compared)
{
    static const uint64_t types[] = {AT_RANDOM, AT_SYSINFO_EHDR, AT_ENTRY, AT_PHDR};
    for (size_t i = 0; i < qc_count(types); i++) {
        uint64_t here;
        uint64_t there;
        if (qc_core_auxv(a, types[i], &here) && qc_core_auxv(b, types[i], &there)) {
            ++*compared;
            if (here != there) {
                return true;
            }
        }
    }
    return false;
}

enum qemucore_status qc_core_check_process(const struct qc_core *later,
                                           const struct qc_core *earlier,
                                           struct qemucore_error *error)
{
    unsigned char random[2][16];
    size_t compared = 0;
    bool has_pids = later->process_id != 0 && earlier->process_id != 0;
    QC_FAIL_IF(has_pids && later->process_id != earlier->process_id, error, QEMUCORE_INVALID,
               "the two dumps are of two processes: pid %d and pid %d", earlier->process_id,
               later->process_id);
    if (later->elf_machine != earlier->elf_machine ||
        is_mapped_elsewhere(later, earlier, &compared) ||
        (random_read(later, random[0]) && random_read(earlier, random[1]) &&
         memcmp(random[0], random[1], sizeof(random[0])) != 0)) {
        return has_pids ? qc_error_set(error, QEMUCORE_INVALID,
                                       "the two dumps are of two processes, which both had pid %d",
                                       later->process_id)
                        : qc_error_set(error, QEMUCORE_INVALID,
                                       "the two dumps are of two processes");
    }
    return compared != 0 ? QEMUCORE_OK
                         : qc_error_set(error, QEMUCORE_INVALID,
                                        "neither dump tells whether both are of the same process: "
                                        "they lack the auxiliary vector");
}
