/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * foreign - what a file is that is no core of a Linux process, and what reads it
 *
 * Who is given the wrong file can't know it. Each answer is one sentence: what the file is, what it
 * holds, who reads it, or the command that gets the core out of it.
 */
#ifndef QC_CORE_FOREIGN_H
#define QC_CORE_FOREIGN_H

#include "core/dump.h"

/* The stream is at the start of a file that is no ELF: always fails. */
enum qemucore_status qc_foreign_refuse_file(struct qc_core *core, struct qemucore_error *error);

/* The stream is at the start of an ELF file of this e_type that is no core: always fails. */
enum qemucore_status qc_foreign_refuse_elf(struct qc_core *core, uint16_t type,
                                           struct qemucore_error *error);

/* By e_ident's operating system, which Linux leaves at 0. */
enum qemucore_status qc_foreign_check_system(unsigned char system, struct qemucore_error *error);

/* A core of a 32-bit process, or a 32-bit guest's dump; the stream is at its start: always fails. */
enum qemucore_status qc_foreign_refuse_32_bit(struct qc_core *core, struct qemucore_error *error);

/* A core of a CPU whose registers we don't know: always fails. */
enum qemucore_status qc_foreign_refuse_machine(const struct qc_core *core,
                                               struct qemucore_error *error);

/* Fails for a note that no core of a Linux process has. */
enum qemucore_status qc_foreign_check_note(const char *name, uint32_t type,
                                           struct qemucore_error *error);

/* After the pass: fails where the core has no thread, or is the memory of a machine. */
enum qemucore_status qc_foreign_check_core(const struct qc_core *core,
                                           struct qemucore_error *error);

#endif
