/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * line_program - the size of the program that makes a unit's line table
 *
 * libdw runs the whole program when it is asked for a line or a file, and keeps 100 bytes for each
 * byte of the program that makes a row. Compressed, a program may be a thousandth of its size.
 */
#pragma once

#include "modules/modules.h"

/* Tells whether libdw may read the lines and files of a unit; if not, records a problem of the
   module. Counts the program as read. */
bool qc_line_program_fits(struct qemucore_module *module, Dwarf_Die *unit);
