/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * module - the executable, the libraries, the vDSO: what is mapped where, and which file it is
 *
 * The dump says what was mapped (NT_FILE, the dynamic linker's link map, the auxiliary vector) and,
 * in the first page of each mapping, which file it was (the build-id). A file of this machine is
 * used only when it is that very file. libdwfl (for symbols) and libdw (for debug info) then get
 * the ELF from us and find nothing by themselves.
 */
#pragma once

#include <elfutils/libdwfl.h>

#include "core/core.h"
#include "files/files.h"
#include "modules/modules_limits.h"

struct qc_modules;
struct qc_module_dwarf;
struct qc_symbols;
struct qc_dwarf_cache;

/* A program header of a module, as its memory or its file has it. */
struct qc_module_phdr {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t vaddr;
    uint64_t file_size;
    uint64_t memory_size;
};

enum qc_module_kind {
    QC_MODULE_FILE,
    QC_MODULE_VDSO,
    QC_MODULE_JIT, /* an ELF image that the process made for debuggers */
};

/* The type of the public header. */
struct qemucore_module {
    struct qc_modules *modules;
    size_t index; /* in modules->list */
    enum qc_module_kind kind;
    char *path;     /* as the core names it */
    uint64_t start; /* address of the first PT_LOAD's page */
    uint64_t end;
    uint64_t bias;  /* address in the process minus address in the file */
    bool bias_is_known; /* false: computed once the file is found */
    bool is_executable_of_process;
    struct qc_build_id build_id; /* in the process's memory */
    char build_id_text[2 * QC_LIMIT_BUILD_ID + 1];
    struct qc_build_id file_build_id; /* in the file; proves nothing if memory has none */
    const struct qc_module_place *place; /* set only while the file is asked where it is mapped */
    bool is_placed; /* its file told where it is mapped: the dump can't tell builds of it apart */

    bool file_looked_for;
    bool file_is_other; /* a file was found that is another one, and is not used */
    bool is_debug_only; /* elf is a separate debug file: the module's own is missing */
    char *file;    /* path of the file that is used */
    char *problem; /* what is wrong with its files, in one sentence */
    bool takes_second_problem; /* `problem` has nothing on debug info and symbols so far */
    int fd;        /* of the file; -1: not open */
    struct qc_image_source source; /* the file's bytes, for the image */
    uint8_t *memory; /* ELF image that is no file: vDSO, JIT, inflated, pages of the dump */
    size_t memory_size;
    Elf *elf;
    Dwfl_Module *dwfl;

    struct qc_module_dwarf *dwarf_files; /* made at first use */
    bool server_failed[2]; /* by enum qc_debuginfod_kind: no server had that file */
    bool debug_looked_for;
    char *debug_file;
    Dwarf *dwarf; /* NULL: no debug info */
    Dwarf_Addr dwarf_bias;
    struct qc_symbols *symbols; /* made at first use */
    /* Data of dwarf about the module; freed before the files that it depends on. */
    struct qc_dwarf_cache *dwarf_cache;
    void (*dwarf_cache_free)(struct qc_dwarf_cache *cache);
};

/* Which modules were asked for code that the process made itself. */
enum qc_jit_stage {
    QC_JIT_NOT_ASKED,
    QC_JIT_EXECUTABLE_ASKED,
    QC_JIT_ALL_ASKED,
};

struct qc_modules {
    struct qc_core *core;
    struct qc_file_search search;
    Dwfl *dwfl;
    enum qc_jit_stage jit_stage;
    uint64_t unit_count; /* units of all debug info that was opened */
    uint64_t frame_dies; /* DIEs gone through for frames, in all modules: see dwarf/cache.h */
    QC_VEC(struct qemucore_module *) list; /* sorted by address, not overlapping */
};

/* Returns the module that contains address; NULL: none. */
struct qemucore_module *qc_modules_find(const struct qc_modules *modules, uint64_t address);

/* Returns the first module with that build-id in memory; NULL: none, or the build-id is unknown. */
const struct qemucore_module *qc_modules_by_build_id(const struct qc_modules *modules,
                                                     const struct qc_build_id *build_id);

/* Returns the executable of the process; NULL: unknown. */
struct qemucore_module *qc_modules_executable(const struct qc_modules *modules);

/* Returns the executable's path as the core names it; NULL: unknown. */
const char *qc_modules_executable_path(const struct qc_modules *modules);

/* Returns the build-id that a module's file and debug info must have: the one in memory or, if
   there is none, the file's. Size 0: none. */
static inline const struct qc_build_id *qc_module_file_id(const struct qemucore_module *module)
{
    return module->build_id.size != 0 ? &module->build_id : &module->file_build_id;
}

/* Looks for the module's file at the first call. Returns true if module->elf is set: to the file
   or, if only that was found, to its debug file. */
bool qc_module_open(struct qemucore_module *module);

/* Begins to inflate the module's debug info in the background, before qc_module_dwarf needs it. */
void qc_module_dwarf_begin(struct qemucore_module *module);

/* Returns the path of the file with the module's debug info; its own path, if none was found. */
static inline const char *qc_module_debug_path(const struct qemucore_module *module)
{
    return module->debug_file == NULL ? module->path : module->debug_file;
}

/* Waits until no thread inflates debug info. */
void qc_modules_dwarf_join(const struct qc_modules *modules);

/* Tells whether libdw may open a .dwo file. As libdw inflates all of it, and keeps each of its
   units, it must be within the limits of all debug info. */
bool qc_module_split_fits(struct qemucore_module *module, int fd, char *path);

/* Looks for DWARF, in the module's file or a separate one, at the first call. NULL: none. */
Dwarf *qc_module_dwarf(struct qemucore_module *module, Dwarf_Addr *bias);

/* Reads the program headers of the ELF image at an address of the process, at most count of them.
   Returns how many it has read; 0: there is no readable ELF image. */
size_t qc_module_read_phdrs(struct qc_core *core, uint64_t address, struct qc_module_phdr *phdrs,
                            size_t count);
