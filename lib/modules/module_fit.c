/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/module_fit.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "files/files.h"

/* A segment of the file, in pages of the machine that the process ran on. */
struct load {
    uint64_t start;  /* address in the process */
    uint64_t end;    /* address after the bytes that come from the file */
    uint64_t offset; /* offset in the file */
};

struct fit {
    const struct qemucore_module *module;
    const struct qc_core *core;
    Elf *elf;
    uint64_t bias;
    uint64_t page;
    GElf_Ehdr header;
    GElf_Phdr dynamic; /* p_filesz 0: none */
    QC_VEC(struct load) loads; /* ascending, as the ABI has them */
    char *why;
};

__attribute__((format(printf, 2, 3)))
static void fit_fails(struct fit *fit, const char *format, ...)
{
    if (fit->why == NULL) {
        fit->why = QC_FORMATTED(format);
    }
}

static uint64_t page_down(const struct fit *fit, uint64_t value)
{
    return value & ~(fit->page - 1);
}

static uint64_t page_up(const struct fit *fit, uint64_t value)
{
    return page_down(fit, value + fit->page - 1);
}

uint64_t qc_module_file_bias(const struct qemucore_module *module, Elf *elf)
{
    size_t index = 0;
    GElf_Phdr phdr;
    return qc_file_phdr_next(elf, PT_LOAD, &index, &phdr)
               ? module->start - (phdr.p_vaddr - phdr.p_offset)
               : module->start;
}

static void fit_read_headers(struct fit *fit)
{
    size_t count = 0;
    GElf_Phdr phdr;
    if (gelf_getehdr(fit->elf, &fit->header) == NULL || elf_getphdrnum(fit->elf, &count) != 0) {
        fit_fails(fit, "its headers can't be read");
    }
    for (size_t i = 0; qc_file_phdr_next(fit->elf, PT_DYNAMIC, &i, &phdr);) {
        fit->dynamic = phdr;
    }
    for (size_t i = 0; qc_file_phdr_next(fit->elf, PT_LOAD, &i, &phdr);) {
        struct load *load = phdr.p_filesz != 0 ? qc_vec_add(&fit->loads) : NULL;
        if (load != NULL) {
            load->start = fit->bias + page_down(fit, phdr.p_vaddr);
            load->end = fit->bias + page_up(fit, phdr.p_vaddr + phdr.p_filesz);
            load->offset = page_down(fit, phdr.p_offset);
        }
    }
}

static bool module_holds(const struct qemucore_module *module, uint64_t address)
{
    return address >= module->start && address < module->end;
}

/* Checks the file against the auxiliary vector, by which the kernel describes the program. */
static void fit_check_auxv(struct fit *fit)
{
    uint64_t entry;
    uint64_t headers;
    uint64_t count;
    if (fit->header.e_type == ET_EXEC && fit->bias != 0) {
        fit_fails(fit, "it is linked to be at another address");
    }
    if (qc_core_auxv(fit->core, AT_ENTRY, &entry) && module_holds(fit->module, entry) &&
        fit->bias + fit->header.e_entry != entry) {
        fit_fails(fit, "its entry point would be 0x%" PRIx64 ", and the process's is 0x%" PRIx64,
                  fit->bias + fit->header.e_entry, entry);
    }
    if (qc_core_auxv(fit->core, AT_PHDR, &headers) && module_holds(fit->module, headers) &&
        qc_core_auxv(fit->core, AT_PHNUM, &count) && fit->header.e_phnum != count) {
        fit_fails(fit, "it has %u program headers, and the process's has %" PRIu64,
                  (unsigned)fit->header.e_phnum, count);
    }
}

/* Checks a line of NT_FILE. It begins in a segment and continues it, possibly into a hole that
   ld.so has left before the next one. After the last segment, nothing of the file is mapped. */
static void fit_check_mapping(struct fit *fit, const struct qc_mapping *mapping)
{
    const struct load *load = NULL;
    const struct load *next = NULL;
    for (size_t i = 0; i < fit->loads.count && next == NULL; i++) {
        if (fit->loads.items[i].start > mapping->start) {
            next = &fit->loads.items[i];
        } else {
            load = &fit->loads.items[i];
        }
    }
    uint64_t end = load == NULL ? 0 : next == NULL ? load->end : next->start;
    if (load == NULL || mapping->end > end ||
        mapping->file_offset - load->offset != mapping->start - load->start) {
        fit_fails(fit, "it would not have been mapped as the process's was, at 0x%" PRIx64,
                  mapping->start);
    }
}

static void fit_check_mappings(struct fit *fit)
{
    qc_vec_each(&fit->core->mappings, mapping) {
        if (mapping->start >= fit->module->start && mapping->end <= fit->module->end &&
            strcmp(mapping->path, fit->module->path) == 0) {
            fit_check_mapping(fit, mapping);
        }
    }
}

/* Checks that all segments were mapped. The dump has headers for all memory, even if not dumped. */
static void fit_check_loads(struct fit *fit)
{
    for (size_t i = 0; fit->core->segments.count != 0 && i < fit->loads.count; i++) {
        const struct load *load = &fit->loads.items[i];
        uint64_t last = load->end - fit->page;
        if (qc_core_segment(fit->core, last) == NULL && qc_core_mapping(fit->core, last) == NULL) {
            fit_fails(fit, "it needs memory at 0x%" PRIx64 ", where nothing was mapped", last);
        }
    }
}

/* Tells whether no dynamic linker changes a tag's value: a number, or an offset of a string. */
static bool is_constant(uint64_t tag)
{
    switch (tag) {
    case DT_NEEDED:
    case DT_SONAME:
    case DT_STRSZ:
    case DT_RELASZ:
    case DT_PLTRELSZ:
    case DT_RELACOUNT:
    case DT_INIT_ARRAYSZ:
    case DT_FINI_ARRAYSZ:
    case DT_VERNEEDNUM:
    case DT_VERDEFNUM:
    case DT_FLAGS:
    case DT_FLAGS_1:
        return true;
    default:
        return false;
    }
}

static bool dynamic_equals(struct fit *fit, const void *memory, const void *file, size_t size)
{
    struct qc_cursor left = qc_cursor_new(memory, size, fit->core->big_endian);
    struct qc_cursor right = qc_cursor_new(file, size, fit->core->big_endian);
    while (qc_cursor_left(&left) >= sizeof(Elf64_Dyn)) {
        uint64_t tag = qc_cursor_u64(&left);
        uint64_t value = qc_cursor_u64(&left);
        if (qc_cursor_u64(&right) != tag || (qc_cursor_u64(&right) != value && is_constant(tag))) {
            return false;
        }
        if (tag == DT_NULL) {
            break;
        }
    }
    return true;
}

/* Returns the dump's bytes at an address (malloc), and in *file those of the file at an offset.
   NULL: not all are there, or they are too many. */
static void *fit_read(struct fit *fit, uint64_t address, uint64_t offset, uint64_t size,
                      const uint8_t **file)
{
    size_t file_size = 0;
    const char *image = elf_rawfile(fit->elf, &file_size);
    if (image == NULL || size == 0 || size > QC_LIMIT_PEEK || offset > file_size ||
        size > file_size - offset) {
        return NULL;
    }
    void *memory = malloc((size_t)size);
    if (memory != NULL && !qc_core_read(fit->core, address, memory, (size_t)size)) {
        free(memory);
        memory = NULL;
    }
    *file = (const uint8_t *)image + offset;
    return memory;
}

static void fit_check_dynamic(struct fit *fit)
{
    const uint8_t *file = NULL;
    uint64_t size = fit->dynamic.p_filesz & ~(uint64_t)(sizeof(Elf64_Dyn) - 1);
    QC_FREE void *memory = fit_read(fit, fit->bias + fit->dynamic.p_vaddr, fit->dynamic.p_offset,
                                    size, &file);
    if (memory != NULL && !dynamic_equals(fit, memory, file, (size_t)size)) {
        fit_fails(fit, "its dynamic section is not the one in the process's memory");
    }
}

/* Compares the ELF header and the program headers, which nothing writes to. */
static void fit_check_first_page(struct fit *fit)
{
    const uint8_t *file = NULL;
    if (fit->loads.count == 0 || fit->loads.items[0].offset != 0) {
        return;
    }
    uint64_t start = fit->loads.items[0].start;
    uint64_t size = sizeof(Elf64_Ehdr) + (uint64_t)fit->header.e_phnum * sizeof(Elf64_Phdr);
    QC_FREE void *memory = fit_read(fit, start, 0, size, &file);
    /* eu-strip and objcopy may rewrite what follows: the section headers' place and number. */
    size_t same = offsetof(Elf64_Ehdr, e_shoff);
    if (memory != NULL &&
        (memcmp(memory, file, same) != 0 ||
         memcmp((uint8_t *)memory + sizeof(Elf64_Ehdr), file + sizeof(Elf64_Ehdr),
                (size_t)size - sizeof(Elf64_Ehdr)) != 0)) {
        fit_fails(fit, "its headers are not those in the process's memory");
    }
}

char *qc_module_misfit(const struct qemucore_module *module, Elf *elf)
{
    struct fit fit = {
        .module = module,
        .core = module->modules->core,
        .elf = elf,
        .bias = module->bias_is_known ? module->bias : qc_module_file_bias(module, elf),
    };
    if (!qc_core_auxv(fit.core, AT_PAGESZ, &fit.page) || fit.page == 0 ||
        (fit.page & (fit.page - 1)) != 0) {
        fit.page = 4096;
    }
    fit_read_headers(&fit);
    fit_check_auxv(&fit);
    fit_check_mappings(&fit);
    fit_check_loads(&fit);
    fit_check_dynamic(&fit);
    fit_check_first_page(&fit);
    qc_vec_free(&fit.loads);
    return fit.why;
}
