/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/core_file.h"

#include <elf.h>
#include <stddef.h>
#include <string.h>
#include <sys/procfs.h>

#define CHUNK ((uint64_t)64 << 10)

/* A stack has never-touched pages below the stack pointer, down to its lowest address. This much of
   them is written as zeroes, and nothing for the rest. */
#define STACK_ZEROES ((uint64_t)256 << 10)
/* Never-touched pages between touched ones (a heap that has shrunk, a table): larger gaps are
   written like those of a stack. */
#define MAX_GAP_ZEROES ((uint64_t)16 << 20)

/* A program header of memory. */
struct piece {
    uint64_t start;
    uint64_t end;
    uint32_t flags;
    bool has_bytes; /* of copied pages, and zeroes for pages in between that were never touched */
    uint64_t offset;
};
QC_VEC_TYPE(pieces, struct piece);

/* ---- notes --------------------------------------------------------------------------------- */

static bool put_padding(struct qc_live_bytes *bytes)
{
    return qc_live_put(bytes, NULL, -bytes->count & 3);
}

static bool put_note(struct qc_live_bytes *notes, const char *owner, uint32_t type,
                     const void *data, size_t size)
{
    Elf64_Nhdr header = {.n_namesz = (Elf64_Word)strlen(owner) + 1,
                         .n_descsz = (Elf64_Word)size,
                         .n_type = type};
    return qc_live_put(notes, &header, sizeof(header)) && qc_live_put(notes, owner, header.n_namesz) &&
           put_padding(notes) && qc_live_put(notes, data, size) && put_padding(notes);
}

static bool put_process(const struct qc_core_content *content, struct qc_live_bytes *notes)
{
    const struct qc_live_process *process = content->process;
    prpsinfo_t info = {.pr_sname = process->state, .pr_uid = process->user,
                       .pr_pid = process->pid, .pr_ppid = process->parent};
    memcpy(info.pr_fname, process->name, sizeof(info.pr_fname));
    memcpy(info.pr_psargs, process->command_line, sizeof(info.pr_psargs));
    return put_note(notes, "CORE", NT_PRPSINFO, &info, sizeof(info)) &&
           put_note(notes, "CORE", NT_AUXV, process->auxv, process->auxv_size);
}

static bool put_live(const struct qc_core_content *content, struct qc_live_bytes *notes)
{
    QC_GUARD(qc_vec_guard) struct qc_live_bytes process = {0};
    QC_GUARD(qc_vec_guard) struct qc_live_bytes descriptors = {0};
    return qc_live_write_process(content->live, &process) &&
           put_note(notes, QC_LIVE_OWNER, QC_LIVE_PROCESS, process.items, process.count) &&
           qc_live_write_descriptors(content->live, &descriptors) &&
           put_note(notes, QC_LIVE_OWNER, QC_LIVE_DESCRIPTORS, descriptors.items,
                    descriptors.count);
}

/* siginfo and times, before the registers, have the same size on every 64-bit Linux; after the
   registers comes pr_fpvalid. */
static bool put_status(const struct qc_arch *arch, const struct qc_live_task *task,
                       struct qc_live_bytes *notes)
{
    QC_GUARD(qc_vec_guard) struct qc_live_bytes status = {0};
    size_t registers = arch->pr_reg_words * sizeof(*task->registers);
    int32_t lwp = task->live.lwp;
    if (!qc_live_put(&status, NULL, offsetof(struct elf_prstatus, pr_reg)) ||
        !qc_live_put(&status, task->registers, registers) || !qc_live_put(&status, NULL, 8)) {
        return false;
    }
    memcpy(status.items + offsetof(struct elf_prstatus, pr_pid), &lwp, sizeof(lwp));
    return put_note(notes, "CORE", NT_PRSTATUS, status.items, status.count);
}

/* The notes of one CPU or another. */
static bool put_registers(const struct qc_arch *arch, const struct qc_live_task *task,
                          struct qc_live_bytes *notes)
{
    uint64_t masks[2] = {~task->code_mask, ~task->code_mask};
    return (!task->has_floats ||
            put_note(notes, "CORE", NT_FPREGSET, task->registers + arch->pr_reg_words,
                     arch->fpregset_words * sizeof(*task->registers))) &&
           (!task->has_call_note ||
            put_note(notes, "LINUX", NT_S390_SYSTEM_CALL, &task->call_note, 4)) &&
           (task->code_mask == 0 ||
            put_note(notes, "LINUX", NT_ARM_PAC_MASK, masks, sizeof(masks))) &&
           (!task->has_thread_pointer ||
            put_note(notes, "LINUX", NT_ARM_TLS, &task->thread_pointer, 8));
}

static bool put_task(const struct qc_arch *arch, const struct qc_live_task *task,
                     struct qc_live_bytes *notes)
{
    QC_GUARD(qc_vec_guard) struct qc_live_bytes live = {0};
    return put_status(arch, task, notes) && put_registers(arch, task, notes) &&
           qc_live_write_thread(&task->live, &live) &&
           put_note(notes, QC_LIVE_OWNER, QC_LIVE_THREAD, live.items, live.count);
}

/* Writes NT_FILE like the kernel (fs/binfmt_elf.c, fill_files_note), in pages. */
static bool put_files(const struct qc_plan *plan, struct qc_live_bytes *notes)
{
    QC_GUARD(qc_vec_guard) struct qc_live_bytes numbers = {0};
    QC_GUARD(qc_vec_guard) struct qc_live_bytes paths = {0};
    uint64_t head[2] = {0, QC_PAGE};
    bool done = qc_live_put(&numbers, head, sizeof(head));
    for (size_t i = 0; done && i < plan->maps.count; i++) {
        const struct qc_map *map = &plan->maps.items[i];
        if (map->is_file) {
            uint64_t line[3] = {map->start, map->end, map->offset / QC_PAGE};
            done = qc_live_put(&numbers, line, sizeof(line)) &&
                   qc_live_put(&paths, map->path, strlen(map->path) + 1);
            head[0]++;
        }
    }
    if (!done) {
        return false;
    }
    memcpy(numbers.items, head, sizeof(head));
    return qc_live_put(&numbers, paths.items, paths.count) &&
           put_note(notes, "CORE", NT_FILE, numbers.items, numbers.count);
}

/* Readers expect the main thread first. */
static bool put_notes(const struct qc_core_content *content, struct qc_live_bytes *notes)
{
    const struct qc_live_tasks *tasks = content->tasks;
    bool done = put_process(content, notes) && put_live(content, notes) &&
                put_files(content->plan, notes);
    for (int main = 1; main >= 0; main--) {
        for (size_t i = 0; done && i < tasks->count; i++) {
            if ((tasks->items[i].live.lwp == content->process->pid) == (main == 1)) {
                done = put_task(content->arch, &tasks->items[i], notes);
            }
        }
    }
    return done;
}

/* ---- memory -------------------------------------------------------------------------------- */

static bool piece_add(struct pieces *pieces, const struct qc_map *map, uint64_t start, uint64_t end,
                      bool has_bytes)
{
    struct piece *last = qc_vec_last(pieces);
    if (start >= end) {
        return true;
    }
    if (last != NULL && last->end == start && last->start >= map->start &&
        last->has_bytes == has_bytes) {
        last->end = end;
        return true;
    }
    return qc_vec_push(pieces, (struct piece){start, end, map->flags, has_bytes, 0});
}

/* Adds pages that were not copied. If they belong to a file, they are in the file; others were
   never touched, and are zero. */
static bool piece_add_gap(const struct qc_capture *capture, struct pieces *pieces,
                          const struct qc_map *map, uint64_t start, uint64_t end)
{
    bool is_zero = !map->is_file && map->take == QC_TAKE_PRESENT && end <= capture->known_to;
    uint64_t most = start == map->start ? STACK_ZEROES : MAX_GAP_ZEROES;
    uint64_t unused = end - start > most ? end - STACK_ZEROES : start;
    return piece_add(pieces, map, start, unused, false) &&
           piece_add(pieces, map, unused, end, is_zero);
}

static bool pieces_add_map(const struct qc_capture *capture, const struct qc_map *map,
                           struct pieces *pieces)
{
    uint64_t at = map->start;
    if (map->take == QC_TAKE_NOTHING) {
        return piece_add(pieces, map, map->start, map->end, false);
    }
    size_t i = qc_lower_bound(capture->runs.count, j, capture->runs.items[j].end <= map->start);
    for (; i < capture->runs.count && capture->runs.items[i].start < map->end; i++) {
        const struct qc_run *run = &capture->runs.items[i];
        uint64_t start = qc_max(run->start, map->start);
        uint64_t end = qc_min(run->end, map->end);
        if (!piece_add_gap(capture, pieces, map, at, start) ||
            !piece_add(pieces, map, start, end, !run->is_lost)) {
            return false;
        }
        at = end;
    }
    return at == map->start ? piece_add(pieces, map, at, map->end, false)
                            : piece_add_gap(capture, pieces, map, at, map->end);
}

/* Sets the offsets of the pieces. Returns where the last one ends. */
static uint64_t pieces_set_offsets(struct pieces *pieces, uint64_t offset)
{
    qc_vec_each(pieces, piece) {
        offset = piece->has_bytes ? qc_round_up(offset, QC_PAGE) : offset;
        piece->offset = offset;
        offset += piece->has_bytes ? piece->end - piece->start : 0;
    }
    return offset;
}

/* ---- writing ------------------------------------------------------------------------------- */

struct writer {
    const struct qc_sink *sink;
    uint64_t offset;
};

static enum qemucore_status write_bytes(struct writer *writer, const void *bytes, uint64_t size,
                                        struct qemucore_error *error)
{
    static const uint8_t zeroes[CHUNK];
    enum qemucore_status status = QEMUCORE_OK;
    for (uint64_t done = 0; done < size && status == QEMUCORE_OK;) {
        size_t part = (size_t)(size - done < CHUNK ? size - done : CHUNK);
        status = writer->sink->write(writer->sink->opaque,
                                     bytes == NULL ? zeroes : (const uint8_t *)bytes + done, part,
                                     error);
        done += part;
    }
    writer->offset += size;
    return status;
}

static enum qemucore_status write_to(struct writer *writer, uint64_t offset,
                                     struct qemucore_error *error)
{
    return write_bytes(writer, NULL, offset - writer->offset, error);
}

/* From 65,535 program headers on, their number is in section header 0, at the end of the file. */
static enum qemucore_status write_headers(struct writer *writer, const struct qc_arch *arch,
                                          const struct pieces *pieces, uint64_t notes_offset,
                                          size_t notes_size, uint64_t section,
                                          struct qemucore_error *error)
{
    Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
                    arch->big_endian ? ELFDATA2MSB : ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_CORE,
        .e_machine = arch->elf_machine,
        .e_version = EV_CURRENT,
        .e_phoff = sizeof(header),
        .e_ehsize = sizeof(header),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = section == 0 ? (Elf64_Half)(pieces->count + 1) : PN_XNUM,
        .e_shoff = section,
        .e_shentsize = section == 0 ? 0 : sizeof(Elf64_Shdr),
        .e_shnum = section == 0 ? 0 : 1,
    };
    Elf64_Phdr notes = {.p_type = PT_NOTE, .p_offset = notes_offset, .p_filesz = notes_size,
                        .p_align = 4};
    QC_TRY(write_bytes(writer, &header, sizeof(header), error));
    QC_TRY(write_bytes(writer, &notes, sizeof(notes), error));
    qc_vec_each(pieces, piece) {
        Elf64_Phdr load = {.p_type = PT_LOAD,
                           .p_flags = piece->flags,
                           .p_offset = piece->offset,
                           .p_vaddr = piece->start,
                           .p_filesz = piece->has_bytes ? piece->end - piece->start : 0,
                           .p_memsz = piece->end - piece->start,
                           .p_align = QC_PAGE};
        QC_TRY(write_bytes(writer, &load, sizeof(load), error));
    }
    return QEMUCORE_OK;
}

static enum qemucore_status write_piece(struct writer *writer, const struct qc_capture *capture,
                                        const struct piece *piece, struct qemucore_error *error)
{
    uint64_t at = piece->start;
    QC_TRY(write_to(writer, piece->offset, error));
    size_t i = qc_lower_bound(capture->runs.count, j, capture->runs.items[j].end <= at);
    for (; i < capture->runs.count && capture->runs.items[i].start < piece->end; i++) {
        const struct qc_run *run = &capture->runs.items[i];
        uint64_t start = qc_max(run->start, at);
        uint64_t end = qc_min(run->end, piece->end);
        QC_TRY(write_bytes(writer, NULL, start - at, error));
        QC_TRY(write_bytes(writer, capture->bytes + run->offset + (start - run->start),
                           end - start, error));
        at = end;
    }
    return write_bytes(writer, NULL, piece->end - at, error);
}

static enum qemucore_status write_all(const struct qc_core_content *content, struct pieces *pieces,
                                      const struct qc_live_bytes *notes, struct writer *writer,
                                      struct qemucore_error *error)
{
    uint64_t notes_offset = sizeof(Elf64_Ehdr) + (pieces->count + 1) * sizeof(Elf64_Phdr);
    uint64_t end = pieces_set_offsets(pieces, notes_offset + notes->count);
    uint64_t section = pieces->count + 1 >= PN_XNUM ? qc_round_up(end, 8) : 0;
    QC_TRY(write_headers(writer, content->arch, pieces, notes_offset, notes->count, section, error));
    QC_TRY(write_bytes(writer, notes->items, notes->count, error));
    for (size_t i = 0; i < pieces->count; i++) {
        if (pieces->items[i].has_bytes) {
            QC_TRY(write_piece(writer, content->capture, &pieces->items[i], error));
        }
    }
    if (section != 0) {
        Elf64_Shdr header = {.sh_size = 1, .sh_info = (Elf64_Word)(pieces->count + 1)};
        QC_TRY(write_to(writer, section, error));
        QC_TRY(write_bytes(writer, &header, sizeof(header), error));
    }
    return QEMUCORE_OK;
}

enum qemucore_status qc_core_file_write(const struct qc_core_content *content,
                                        const struct qc_sink *sink, uint64_t *size,
                                        struct qemucore_error *error)
{
    QC_GUARD(qc_vec_guard) struct pieces pieces = {0};
    QC_GUARD(qc_vec_guard) struct qc_live_bytes notes = {0};
    struct writer writer = {.sink = sink};
    bool done = put_notes(content, &notes);
    for (size_t i = 0; done && i < content->plan->maps.count; i++) {
        done = pieces_add_map(content->capture, &content->plan->maps.items[i], &pieces);
    }
    QC_TRY_MEMORY(done, error);
    enum qemucore_status status = write_all(content, &pieces, &notes, &writer, error);
    *size = writer.offset;
    return status;
}
