/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * module - the executable, the libraries, the vDSO: what is mapped where, and which file it is
 *
 * The dump says what was mapped (NT_FILE, the dynamic linker's link map, the auxiliary vector) and,
 * in the first page of each mapping, which file it was (the build-id). A file of this machine is
 * used only when it is that very file. libdwfl (for symbols) and libdw (for debug info) then get
 * the ELF from us and find nothing by themselves.
 */
#ifndef QC_MODULES_MODULE_H
#define QC_MODULES_MODULE_H

#include <elfutils/libdwfl.h>
#include <string.h>

#include "core/core.h"
#include "modules/modules_limits.h"

struct qc_modules;
struct qc_module_dwarf;
struct qc_symbols;
struct qc_dwarf_cache;
struct qc_given_file;
struct qc_sysroot_archive;

struct qc_build_id {
    uint8_t bytes[QC_LIMIT_BUILD_ID];
    size_t size; /* 0: unknown */
};

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
    uint64_t start; /* page of the first PT_LOAD */
    uint64_t end;
    uint64_t bias;  /* address in the process minus address in the file */
    bool bias_is_known; /* else of the file, when that has been found */
    bool is_executable_of_process;
    struct qc_build_id build_id; /* in memory */
    char build_id_text[2 * QC_LIMIT_BUILD_ID + 1];
    struct qc_build_id file_build_id; /* of the file, which is another's word where memory has none */
    const struct qc_module_place *place; /* while its file is asked where it is */
    bool is_placed; /* by its file: nothing in the dump could tell one build of it from another */

    bool file_looked_for;
    bool file_is_other; /* one was there, and is not used */
    bool is_debug_only; /* elf is a separate debug file's: the module's own is not here */
    char *file;    /* that is used */
    char *problem; /* one sentence */
    int fd;        /* of the file, -1 */
    struct qc_image_source source; /* its bytes for the image */
    uint8_t *memory; /* ELF image that is no file: vDSO, JIT, inflated */
    size_t memory_size;
    Elf *elf;
    Dwfl_Module *dwfl;

    struct qc_module_dwarf *dwarf_files; /* made at first use */
    bool server_failed[2]; /* debuginfod has not got its file, its debug info */
    bool debug_looked_for;
    char *debug_file;
    Dwarf *dwarf; /* NULL: no debug info */
    Dwarf_Addr dwarf_bias;
    struct qc_symbols *symbols; /* made at first use */
    /* What the floor dwarf keeps with the module; freed before the files that it rests on. */
    struct qc_dwarf_cache *dwarf_cache;
    void (*dwarf_cache_free)(struct qc_dwarf_cache *cache);
};

struct qc_modules_options {
    const char *executable;
    const char *sysroot;
    const char *const *debuginfo_paths;
    size_t debuginfo_path_count;
    bool no_host_files;
    bool debuginfod;
    double debuginfod_seconds; /* for all downloads together */
    void (*notice)(void *opaque, const char *line);
    void *notice_opaque;
    int (*fetch)(void *opaque, bool executable, const uint8_t *build_id, size_t size,
                 double seconds, char **path); /* NULL: the servers are asked here */
    void *fetch_opaque;
    int (*provide)(void *opaque, bool executable, const uint8_t *build_id, size_t size,
                   char **path); /* asked for what is not here; NULL: nobody is */
    void *provide_opaque;
};

/* Who has been asked for code that the process made itself. */
enum qc_jit_stage {
    QC_JIT_NOT_ASKED,
    QC_JIT_EXECUTABLE_ASKED,
    QC_JIT_ALL_ASKED,
};

struct qc_modules {
    struct qc_core *core;
    struct qc_modules_options options; /* borrowed strings */
    Dwfl *dwfl;
    enum qc_jit_stage jit_stage;
    void *debuginfod; /* what debuginfod.c has of it; NULL: not begun */
    bool debuginfod_failed;
    bool debuginfod_noticed; /* why nothing comes is told once */
    double debuginfod_left; /* seconds */
    uint64_t unit_count; /* of the debug info that has been opened */
    uint64_t frame_dies; /* that dwarf/ has gone through: of all modules: see dwarf/cache.h */
    QC_VEC(struct qemucore_module *) list; /* by address, not overlapping */
    QC_VEC(struct qc_given_file) given_files;
    struct qc_sysroot_archive *sysroot_archive; /* NULL: the sysroot is a directory, or none */
};

/* The module that holds address, NULL: none. */
struct qemucore_module *qc_modules_find(const struct qc_modules *modules, uint64_t address);

/* The executable of the process, NULL where unknown. */
struct qemucore_module *qc_modules_executable(const struct qc_modules *modules);

/* Its path as the core names it, NULL: it does not. */
const char *qc_modules_executable_path(const struct qc_modules *modules);

/* What tells which file is used, and whose debug info is looked for: the build-id in memory; where
   there is none, that of the file. Size 0: none. */
static inline const struct qc_build_id *qc_module_file_id(const struct qemucore_module *module)
{
    return module->build_id.size != 0 ? &module->build_id : &module->file_build_id;
}

/* Looks for the module's file at the first call. True when there is an ELF to work with: the file's,
   or that of its debug file where that is all there is. */
bool qc_module_open(struct qemucore_module *module);

/* Begins to inflate its debug info in the background, before qc_module_dwarf asks for it. */
void qc_module_dwarf_begin(struct qemucore_module *module);

/* The file that has its debug info; its own, where no other was found. */
static inline const char *qc_module_debug_path(const struct qemucore_module *module)
{
    return module->debug_file == NULL ? module->path : module->debug_file;
}

/* Returns when no thread inflates any module's. */
void qc_modules_dwarf_join(const struct qc_modules *modules);

/* Whether libdw may open a .dwo file, all of which it inflates, and each unit of which it keeps: the limits of all
   debug info hold for it. */
bool qc_module_split_fits(struct qemucore_module *module, int fd, char *path);

/* Looks for DWARF, in the file or a separate one, at the first call. NULL: none. */
Dwarf *qc_module_dwarf(struct qemucore_module *module, Dwarf_Addr *bias);

/* Program headers of an ELF image in the process at address, at most count of them into phdrs.
   Answers how many there are; 0 where there is no readable ELF image. */
size_t qc_module_read_phdrs(struct qc_core *core, uint64_t address, struct qc_module_phdr *phdrs,
                            size_t count);

/* Last component of a path. */
static inline const char *qc_path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

#endif
