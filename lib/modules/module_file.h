/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * module_file - the file of a module, for the image and for libdwfl
 *
 * libdwfl asks for the file, and for the separate debug file, by callbacks, and gets those that
 * were found here. It never searches by itself: nothing is opened or downloaded that the rules of
 * elf_file.h don't allow.
 */
#pragma once

#include "files/files.h"
#include "modules/module.h"

extern const Dwfl_Callbacks qc_module_dwfl_callbacks;

/* What is known of a module that has neither a page in the dump nor a line of NT_FILE. */
struct qc_module_place {
    uint64_t entry;   /* AT_ENTRY of the executable; 0: a library of the link map */
    uint64_t bias;    /* l_addr */
    uint64_t dynamic; /* l_ld */
};

/* Adds a module whose file tells where it was mapped. */
void qc_module_find_place(struct qc_modules *modules, const char *path,
                          const struct qc_module_place *place);

/* Keeps a sentence that tells what is wrong with the module's files: the first on the file itself,
   and the first on the debug info and symbols of it. */
void qc_module_problem(struct qemucore_module *module, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns the module's file, as it is looked for, with what is known of it by now. */
struct qc_sought_file qc_module_sought(struct qemucore_module *module);

/* Releases what qc_module_open has opened. To be called after dwfl_end. */
void qc_module_close(struct qemucore_module *module);
