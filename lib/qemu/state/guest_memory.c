/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/guest_memory.h"

#include <stdlib.h>
#include <string.h>

#include "core/core.h"
#include "modules/modules.h"
#include "qemu/fields/list.h"

static bool has_stack_pointer(const struct qc_core *core, uint64_t start, uint64_t end)
{
    uint64_t sp;
    return qc_vec_any(&core->threads, thread,
                      core->arch != NULL &&
                          qc_core_register(core, thread, core->arch->stack_pointer, &sp) &&
                          sp >= start && sp < end);
}

static void part_add(struct qc_guest_memory *memory, const struct qc_core *core, uint64_t start,
                     uint64_t end, const char *name)
{
    if (start >= end || has_stack_pointer(core, start, end)) {
        return;
    }
    memory->failed |= !qc_vec_push(
        &memory->parts, (struct qc_guest_part){.start = start,
                                               .end = end,
                                               .held = qc_core_held(core, start, end),
                                               .name = name});
}

/* ---- by ram_list ------------------------------------------------------------------------- */

static void block_add(struct qc_guest_memory *memory, const struct qc_core *core,
                      const struct qc_ramblock *block)
{
    uint64_t length = block->max_length.is_known && block->max_length.value > block->length.value
                          ? block->max_length.value
                          : block->length.value;
    if (!qc_fact_is_set(block->host) || !block->length.is_known ||
        block->host.value > UINT64_MAX - QC_PAGE ||
        length > UINT64_MAX - QC_PAGE - block->host.value) {
        return;
    }
    /* The kernel dumps whole pages; the larger page sizes are multiples of this one. */
    uint64_t start = qc_round_up(block->host.value, QC_PAGE);
    uint64_t end = (block->host.value + length) / QC_PAGE * QC_PAGE;
    /* Add it mapping by mapping: a mapping that holds a stack is left out, the others are not. */
    qc_vec_each(&core->segments, segment) {
        uint64_t segment_end = segment->address + segment->memory_size;
        if (qc_core_segment(core, segment->address) == segment) {
            part_add(memory, core, segment->address > start ? segment->address : start,
                     segment_end < end ? segment_end : end, qc_str_or(block->id, "?"));
        }
    }
}

static bool parts_by_list(struct qc_guest_memory *memory, struct qc_process *process)
{
    QC_GUARD(qc_vec_guard) struct qc_ramblocks blocks = {.why_cut = NULL};
    qc_ramblocks_find(process->fields, &blocks);
    bool found = blocks.list.count != 0 && blocks.why_absent == NULL && blocks.why_cut == NULL;
    for (size_t i = 0; found && i < blocks.list.count; i++) {
        block_add(memory, process->core, &blocks.list.items[i]);
    }
    if (!found) {
        memory->by_rule = true;
        memory->why_by_rule = qc_str_or(
            blocks.why_absent, qc_str_or(blocks.why_cut, "its ram_list is empty"));
    }
    return found;
}

/* ---- by the rule ------------------------------------------------------------------------- */

/* Segments of notes have no memory. */
static bool is_writable(const struct qc_segment *segment)
{
    return segment->memory_size != 0 && (segment->flags & QC_SEGMENT_WRITABLE) != 0;
}

/* Recognizes TCG's code buffer (tcg/region.c), of up to 1 GiB: unlike the guest's memory it is
   executable. With split-wx=on it is a memfd of this name, mapped twice. */
static bool is_code(const struct qc_core *core, const struct qc_segment *segment)
{
    const struct qc_mapping *mapping = qc_core_mapping(core, segment->address);
    return (segment->flags & QC_SEGMENT_EXECUTABLE) != 0 ||
           (mapping != NULL && strstr(mapping->path, "memfd:tcg-jit") != NULL);
}

/* The heap of brk() is the first writable mapping after the executable's own: fs/binfmt_elf.c puts
   it there, at a random distance. */
static const struct qc_segment *find_heap(const struct qc_core *core,
                                          const struct qemucore_module *executable)
{
    const struct qc_segment *heap = NULL;
    for (size_t i = 0; executable != NULL && i < core->segments.count; i++) {
        const struct qc_segment *segment = &core->segments.items[i];
        if (is_writable(segment) && segment->address >= executable->end &&
            (heap == NULL || segment->address < heap->address)) {
            heap = segment;
        }
    }
    return heap;
}

static bool has_module(const struct qc_modules *modules, uint64_t start, uint64_t end)
{
    return qc_vec_any(&modules->list, module, (*module)->start < end && (*module)->end > start);
}

static void parts_by_rule(struct qc_guest_memory *memory, struct qc_process *process)
{
    const struct qc_core *core = process->core;
    const struct qc_segment *heap = find_heap(core, qc_modules_executable(process->modules));
    qc_vec_each(&core->segments, segment) {
        uint64_t end = segment->address + segment->memory_size;
        if (is_writable(segment) && segment->file_size > QC_LIMIT_KEPT_SEGMENT && segment != heap &&
            !is_code(core, segment) && !has_module(process->modules, segment->address, end)) {
            part_add(memory, core, segment->address, end, NULL);
        }
    }
}

/* ------------------------------------------------------------------------------------------ */

QC_DEFINE_ORDER(compare_parts, struct qc_guest_part, qc_compare(a->start, b->start))

/* Blocks may share memory, as those of an alias do: it is listed once. */
static void parts_sort(struct qc_guest_memory *memory)
{
    size_t kept = 0;
    qc_vec_sort(&memory->parts, compare_parts);
    for (size_t i = 0; i < memory->parts.count; i++) {
        struct qc_guest_part part = memory->parts.items[i];
        uint64_t end = kept == 0 ? 0 : memory->parts.items[kept - 1].end;
        if (part.end > end) {
            part.start = part.start < end ? end : part.start;
            memory->parts.items[kept++] = part;
        }
    }
    memory->parts.count = kept;
}

void qc_guest_memory_find(struct qc_process *process, struct qc_guest_memory *ret)
{
    *ret = (struct qc_guest_memory){.by_rule = false};
    if (!parts_by_list(ret, process)) {
        parts_by_rule(ret, process);
    }
    parts_sort(ret);
}

/* ---- blocks of RAM ----------------------------------------------------------------------------- */

/* Flags by bit, from macros that debug info does not name (include/exec/memory.h, later
   system/memory.h). From 4.0 to 11.1 no bit has had two meanings. */
static const char *const flag_names[] = {
    "PREALLOC",        "SHARED",    "RESIZEABLE", "UF_ZEROPAGE", "MIGRATABLE", "PMEM",
    "UF_WRITEPROTECT", "NORESERVE", "PROTECTED",  "NAMED_FILE",  "READONLY",   "READONLY_FD",
    "GUEST_MEMFD",     "PRIVATE",
};

const char *qc_ramblock_flag(const struct qc_ramblock *block, size_t index)
{
    for (size_t i = 0; i < qc_count(flag_names); i++) {
        if (block->flags.is_known && (block->flags.value >> i & 1) != 0 && index-- == 0) {
            return flag_names[i];
        }
    }
    return NULL;
}

static void block_read(struct qc_fields *fields, uint64_t address, struct qc_ramblock *block,
                       const char **why)
{
    block->id = qc_field_text(fields, QC_FIELD_RAM_BLOCK_ID, address);
    block->host = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_HOST, address, why);
    block->length = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_LENGTH, address, why);
    block->max_length = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_MAX_LENGTH, address, NULL);
    block->page_size = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_PAGE_SIZE, address, NULL);
    block->flags = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_FLAGS, address, NULL);
    if (block->host.is_known && block->length.is_known &&
        block->length.value <= UINT64_MAX - block->host.value) {
        block->held.is_known = true;
        block->held.value = qc_core_held(qc_fields_core(fields), block->host.value,
                                         block->host.value + block->length.value);
    }
}

void qc_ramblocks_find(struct qc_fields *fields, struct qc_ramblocks *ret)
{
    uint64_t ram;
    *ret = (struct qc_ramblocks){.why_cut = NULL};
    if (!qc_variable_address(fields, QC_VARIABLE_RAM_LIST, NULL, &ram)) {
        qc_fact_explain(&ret->why_absent, "the executable's debug info has no ram_list");
        return;
    }
    struct qc_list list = qc_list_field(fields, QC_FIELD_RAM_LIST_FIRST, ram,
                                        QC_FIELD_RAM_BLOCK_NEXT, &ret->why_absent, &ret->why_cut);
    qc_list_fill(&list, &ret->list, block) {
        block_read(fields, list.element, block, &ret->why_absent);
    }
}

const struct qc_ramblock *qc_ramblocks_at(const struct qc_ramblocks *blocks, uint64_t address)
{
    return qc_vec_find(&blocks->list, block,
                       qc_fact_is_set(block->host) && address >= block->host.value &&
                           address - block->host.value < (block->max_length.is_known
                                                              ? block->max_length.value
                                                              : block->length.value));
}
