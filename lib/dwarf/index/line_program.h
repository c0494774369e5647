/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * line_program - how long the program is that makes a unit's line table
 *
 * libdw runs it whole when it is asked for a line or for a file, and keeps 100 bytes for each of its own that
 * makes a row. Compressed, a program is a thousandth of its size.
 */
#ifndef QC_DWARF_LINE_PROGRAM_H
#define QC_DWARF_LINE_PROGRAM_H

#include "modules/modules.h"

/* Bytes of the program, and of its header, of the unit whose DIE that is; 0: it has none that could be read. */
uint64_t qc_line_program_size(Dwarf_Die *unit);

/* Whether libdw may be asked for its lines and files. If not, the module has a problem, and says which. Each
   unit is asked for once: it counts as read from then on. */
bool qc_line_program_fits(struct qemucore_module *module, Dwarf_Die *unit);

#endif
