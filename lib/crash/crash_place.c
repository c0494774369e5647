/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crash/crash_place.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "crash/crash_limits.h"

/* p_flags of <elf.h>; the kernel sets them from a mapping's protection. */
#define READABLE 4u
#define WRITABLE 2u
#define EXECUTABLE 1u
/* Default of vm.mmap_min_addr: nothing is mapped below. */
#define LOWEST_MAPPING 0x10000u

__attribute__((format(printf, 4, 5)))
static void place_set(struct qc_process *process, struct qc_crash_place *place,
                      enum qc_crash_place_kind kind, const char *format, ...)
{
    place->kind = kind;
    place->sentence = qc_fields_keep(process->fields, QC_FORMATTED(format));
}

/* Returns the first accessible mapping above an address; NULL: none. */
static const struct qc_segment *segment_above(const struct qc_core *core, uint64_t address)
{
    const struct qc_segment *above = NULL;
    qc_vec_each(&core->segments, segment) {
        if (segment->memory_size != 0 && segment->flags != 0 && segment->address > address &&
            (above == NULL || segment->address < above->address)) {
            above = segment;
        }
    }
    return above;
}

static bool segment_has(const struct qc_segment *segment, uint64_t address)
{
    return address >= segment->address && address - segment->address < segment->memory_size;
}

/* Tells whether frames of the thread are in a mapping. The innermost one may be outside. */
static bool has_frames_in(struct qemucore_thread *thread, const struct qc_segment *segment)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    return qc_vec_any(&stack->physical, frame,
                      frame->has_cfa && segment_has(segment, frame->cfa - 1));
}

static bool is_near(uint64_t pointer, uint64_t address)
{
    return (pointer > address ? pointer - address : address - pointer) <= QC_LIMIT_FRAME_SIZE;
}

/* Tells whether the thread uses its stack near the address. The stack pointer alone does not tell:
   a signal handler may have its own stack. */
static bool is_at(const struct qc_core *core, struct qemucore_thread *thread, uint64_t address)
{
    const struct qc_stack *stack = qc_thread_stack(thread);
    uint64_t pointer;
    qc_vec_each(&stack->physical, frame) {
        if (frame->has_cfa && is_near(frame->cfa, address)) {
            return true;
        }
    }
    return core->arch != NULL &&
           qc_core_register(core, thread->core_thread, core->arch->stack_pointer, &pointer) &&
           is_near(pointer, address);
}

/*
 * A stack overflows into what is below it: the guard page of a thread's or coroutine's stack
 * (pthread_create, qemu_alloc_stack: PROT_NONE), what a large frame reaches beyond that, or where
 * the kernel does not let the main thread's stack grow. The thread's frames are above and near.
 */
static bool is_below_stack(struct qc_process *process, struct qemucore_thread *thread,
                           uint64_t address, struct qc_crash_place *place)
{
    const struct qc_core *core = process->core;
    const struct qc_segment *at = qc_core_segment(core, address);
    const struct qc_segment *above = segment_above(core, address);
    if ((at != NULL && at->flags != 0) || above == NULL || (above->flags & WRITABLE) == 0 ||
        above->address - address > QC_LIMIT_FRAME_SIZE || !is_at(core, thread, address) ||
        !has_frames_in(thread, above)) {
        return false;
    }
    uint64_t end = above->address + above->memory_size;
    place_set(process, place, QC_CRASH_PLACE_GUARD,
              "0x%" PRIx64 " below the end of this thread's stack (%" PRIu64 " KiB, 0x%" PRIx64
              "-0x%" PRIx64 "), %s",
              above->address - address, above->memory_size / QC_KIB, above->address, end,
              at != NULL ? "in its guard page" : "where it may not grow to");
    return true;
}

/*
 * From glibc 2.43 on the guard is part of the stack's mapping (MADV_GUARD_INSTALL, Linux 6.13).
 * There is no other way that the kernel reports SEGV_MAPERR for an address inside a mapping.
 */
static bool is_in_guard(struct qc_process *process, struct qemucore_thread *thread,
                        uint64_t address, struct qc_crash_place *place)
{
    const struct qc_core *core = process->core;
    const struct qc_segment *at = qc_core_segment(core, address);
    if (at == NULL || (at->flags & WRITABLE) == 0 || core->signal != SIGSEGV ||
        core->signal_code != SEGV_MAPERR || core->fault_address != address ||
        !is_at(core, thread, address) || !has_frames_in(thread, at)) {
        return false;
    }
    place_set(process, place, QC_CRASH_PLACE_GUARD,
              "in the guard at the end of this thread's stack, which has no mapping of its own");
    return true;
}

static bool is_in_ram(struct qc_process *process, const struct qc_ramblocks *blocks,
                      uint64_t address, struct qc_crash_place *place)
{
    const struct qc_ramblock *block = qc_ramblocks_at(blocks, address);
    const struct qc_mapping *mapping = qc_core_mapping(process->core, address);
    if (block == NULL) {
        return false;
    }
    uint64_t offset = address - block->host.value;
    place_set(process, place, QC_CRASH_PLACE_GUEST_RAM,
              "in RAMBlock %s of the guest%s%s, at offset 0x%" PRIx64 "%s",
              qc_str_or(block->id, "(unnamed)"), mapping == NULL ? "" : ", which is the file ",
              mapping == NULL ? "" : mapping->path, offset,
              block->length.is_known && offset >= block->length.value
                  ? ", after the part that is in use"
                  : "");
    return true;
}

static const char *access_of(const struct qc_segment *segment)
{
    unsigned flags = segment->flags & (READABLE | WRITABLE | EXECUTABLE);
    return flags == 0                       ? "which nobody may access"
           : (flags & WRITABLE) == 0        ? "which is read-only"
           : (flags & EXECUTABLE) == 0      ? "which may be read and written"
                                            : "which may be written and executed";
}

void qc_crash_place_find(struct qc_process *process, const struct qc_ramblocks *blocks,
                         struct qemucore_thread *thread, uint64_t address,
                         struct qc_crash_place *ret)
{
    const struct qc_core *core = process->core;
    const struct qc_segment *segment = qc_core_segment(core, address);
    const struct qc_mapping *mapping = qc_core_mapping(core, address);
    const struct qemucore_module *module = qc_modules_find(process->modules, address);
    *ret = (struct qc_crash_place){0};
    if (address < LOWEST_MAPPING) {
        place_set(process, ret, QC_CRASH_PLACE_NULL,
                  address == 0 ? "the null pointer itself"
                               : "a null pointer and an offset of %" PRIu64,
                  address);
    } else if (is_below_stack(process, thread, address, ret) ||
               is_in_guard(process, thread, address, ret) ||
               is_in_ram(process, blocks, address, ret)) {
        return;
    } else if (module != NULL && segment != NULL) {
        place_set(process, ret, QC_CRASH_PLACE_MODULE, "in %s, at offset 0x%" PRIx64 ", %s",
                  qc_path_name(module->path), address - module->start, access_of(segment));
    } else if (mapping != NULL) {
        place_set(process, ret, QC_CRASH_PLACE_FILE,
                  "in the mapping of %s, at offset 0x%" PRIx64 " of the file", mapping->path,
                  mapping->file_offset + (address - mapping->start));
    } else if (segment != NULL) {
        place_set(process, ret, QC_CRASH_PLACE_MEMORY, "in a mapping of %" PRIu64 " KiB, %s",
                  segment->memory_size / QC_KIB, access_of(segment));
    } else if (core->segments.count != 0) {
        place_set(process, ret, QC_CRASH_PLACE_UNMAPPED, "nothing is mapped there");
    } else {
        place_set(process, ret, QC_CRASH_PLACE_UNKNOWN,
                  "the dump does not tell what is mapped there");
    }
}
