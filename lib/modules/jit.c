/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/jit.h"

#include <elf.h>
#include <string.h>

#include "base/base.h"
#include "modules/module_list.h"
#include "modules/modules_limits.h"
#include "modules/symbols/symbols.h"

/* struct jit_descriptor {u32 version, action_flag; relevant_entry; first_entry} and struct
   jit_code_entry {next; prev; symfile_addr; u64 symfile_size}, 64-bit. */
#define DESCRIPTOR_FIRST_ENTRY 16
#define ENTRY_NEXT 0
#define ENTRY_SYMFILE_ADDRESS 16
#define ENTRY_SYMFILE_SIZE 24

/* Computes the address range of an ELF image by its program headers. Sets a p_align of 0, as QEMU
   leaves it, to 1: they mean the same in ELF, but libdwfl masks addresses with -p_align. */
static bool image_range(uint8_t *bytes, size_t size, bool big_endian, uint64_t *start,
                        uint64_t *end)
{
    struct qc_cursor cursor = qc_cursor_new(bytes, size, big_endian);
    uint64_t table = qc_cursor_u64_at(&cursor, offsetof(Elf64_Ehdr, e_phoff));
    unsigned count = qc_cursor_u16_at(&cursor, offsetof(Elf64_Ehdr, e_phnum));
    *start = UINT64_MAX;
    *end = 0;
    for (unsigned i = 0; i < count && table < size; i++) {
        size_t header = (size_t)table + i * sizeof(Elf64_Phdr);
        uint32_t type = qc_cursor_u32_at(&cursor, header);
        uint64_t address = qc_cursor_u64_at(&cursor, header + offsetof(Elf64_Phdr, p_vaddr));
        uint64_t memory_size = qc_cursor_u64_at(&cursor, header + offsetof(Elf64_Phdr, p_memsz));
        uint64_t alignment = qc_cursor_u64(&cursor);
        if (cursor.failed) {
            return false;
        }
        if (alignment == 0) {
            bytes[header + offsetof(Elf64_Phdr, p_align) + (big_endian ? 7 : 0)] = 1;
        }
        if (type == PT_LOAD && memory_size <= UINT64_MAX - address) {
            *start = address < *start ? address : *start;
            *end = address + memory_size > *end ? address + memory_size : *end;
        }
    }
    return *start < *end;
}

static void jit_add(struct qc_modules *modules, uint64_t address, uint64_t size)
{
    struct qc_core *core = modules->core;
    if (size < sizeof(Elf64_Ehdr) || size > QC_LIMIT_MEMORY_ELF) {
        return;
    }
    QC_FREE uint8_t *memory = malloc((size_t)size);
    if (memory == NULL || !qc_core_read(core, address, memory, (size_t)size) ||
        memcmp(memory, ELFMAG, SELFMAG) != 0 || memory[EI_CLASS] != ELFCLASS64) {
        return;
    }
    uint64_t start;
    uint64_t end;
    if (!image_range(memory, (size_t)size, core->big_endian, &start, &end) ||
        qc_modules_find(modules, start) != NULL) {
        return;
    }
    struct qemucore_module *module = qc_modules_add(modules, QC_MODULE_JIT, "[jit]", start, end);
    if (module != NULL) {
        module->bias = 0; /* the image has the process's addresses */
        module->bias_is_known = true;
        module->memory = qc_move(memory);
        module->memory_size = (size_t)size;
        qc_modules_arrange(modules);
    }
}

static void jit_follow(struct qc_modules *modules, uint64_t descriptor)
{
    const struct qc_core *core = modules->core;
    uint64_t entry;
    if (!qc_core_number(core, descriptor + DESCRIPTOR_FIRST_ENTRY, 8, &entry)) {
        return;
    }
    for (unsigned i = 0; entry != 0; i++) {
        if (i == QC_LIMIT_JIT_ENTRIES) {
            qc_core_add_missing(modules->core, QEMUCORE_LIMIT, 0, NULL,
                                "the list of generated code has more than %d entries, or leads "
                                "back: those after them are not known",
                                QC_LIMIT_JIT_ENTRIES);
            return;
        }
        uint64_t address;
        uint64_t size;
        if (!qc_core_number(core, entry + ENTRY_SYMFILE_ADDRESS, 8, &address) ||
            !qc_core_number(core, entry + ENTRY_SYMFILE_SIZE, 8, &size)) {
            return;
        }
        jit_add(modules, address, size);
        if (!qc_core_number(core, entry + ENTRY_NEXT, 8, &entry)) {
            return;
        }
    }
}

/* Descriptors are listed before they are followed: that adds modules to the list that is walked. */
struct descriptors {
    QC_VEC(uint64_t) list;
};

static void descriptor_of(struct qemucore_module *module, struct descriptors *ret)
{
    struct qc_symbol symbol;
    if (module->kind == QC_MODULE_FILE &&
        qc_symbols_by_name(module, "__jit_debug_descriptor", &symbol)) {
        qc_vec_push(&ret->list, symbol.address);
    }
}

bool qc_modules_add_jit(struct qc_modules *modules)
{
    struct qemucore_module *executable = qc_modules_executable(modules);
    struct descriptors descriptors = {0};
    if (modules->jit_stage == QC_JIT_ALL_ASKED) {
        return false;
    }
    if (modules->jit_stage == QC_JIT_NOT_ASKED && executable != NULL) {
        modules->jit_stage = QC_JIT_EXECUTABLE_ASKED;
        descriptor_of(executable, &descriptors);
    } else {
        modules->jit_stage = QC_JIT_ALL_ASKED;
        for (size_t i = 0; i < modules->list.count; i++) {
            if (modules->list.items[i] != executable) {
                descriptor_of(modules->list.items[i], &descriptors);
            }
        }
    }
    qc_vec_each(&descriptors.list, descriptor) {
        jit_follow(modules, *descriptor);
    }
    qc_vec_free(&descriptors.list);
    return true;
}
