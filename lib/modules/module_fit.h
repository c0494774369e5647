/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * module_fit - whether a file can be the one that was mapped, where the dump has no build-id of it
 *
 * Nothing proves then that it is the one: two builds may have the same layout. But much can prove
 * that it is another: where its segments would be mapped, its entry point, its bytes that are in
 * the dump.
 */
#pragma once

#include "modules/module.h"

/* Returns the bias of a file whose first page is mapped at module->start. */
uint64_t qc_module_file_bias(const struct qemucore_module *module, Elf *elf);

/* Returns NULL if the file fits; else why it does not, in words that follow its name (malloc). */
char *qc_module_misfit(const struct qemucore_module *module, Elf *elf);
