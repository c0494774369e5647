/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * foreign - recognizing files that are not the core of a Linux process, and what reads them
 *
 * A user who was given a wrong file may not know that. Each error is one sentence: what the file
 * is, what it holds and which program reads it, or the command that extracts the core from it.
 */
#pragma once

#include "core/dump.h"

/* Fails for a file that is not ELF. The stream is at its start. */
enum qemucore_status qc_foreign_refuse_file(struct qc_core *core, struct qemucore_error *error);

/* Fails for an ELF file of this e_type, which is not a core. The stream is at its start. */
enum qemucore_status qc_foreign_refuse_elf(struct qc_core *core, uint16_t type,
                                           struct qemucore_error *error);

/* Fails for e_ident's EI_OSABI of another operating system; in Linux's cores it is 0. */
enum qemucore_status qc_foreign_check_system(unsigned char system, struct qemucore_error *error);

/* Fails for a core of a 32-bit process, or a dump of a 32-bit guest. The stream is at its start. */
enum qemucore_status qc_foreign_refuse_32_bit(struct qc_core *core, struct qemucore_error *error);

/* Fails for a core of a CPU that is not in lib/arch. */
enum qemucore_status qc_foreign_refuse_machine(const struct qc_core *core,
                                               struct qemucore_error *error);

/* Fails for a note that only other systems' cores, or dumps of machines, have. */
enum qemucore_status qc_foreign_check_note(const char *name, uint32_t type,
                                           struct qemucore_error *error);

/* Called after the pass. Fails if the core has no thread, or is the memory of a machine. */
enum qemucore_status qc_foreign_check_core(const struct qc_core *core,
                                           struct qemucore_error *error);
