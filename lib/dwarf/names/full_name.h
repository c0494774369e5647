/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * full_name - what a function is called with all that it is in: Ring<int>::kick, std::process::abort
 */
#ifndef QC_DWARF_FULL_NAME_H
#define QC_DWARF_FULL_NAME_H

#include "base/base.h"
#include "modules/modules.h"

/*
 * Puts the name that a symbol of C++ or Rust ("_ZN4Ring4kickEi") stands for. False: it stands for none,
 * the C++ library, which knows how, is not installed here, or it is longer than is decoded: symbols
 * are whatever a file says, and the name behind one may be endless.
 */
bool qc_full_name_put_symbol(const char *symbol, struct qc_strbuf *buffer);

/* What the linker knows a function by; NULL: by what the source calls it. */
const char *qc_full_name_linkage(Dwarf_Die *die);

/* What a function of a unit is called, without what it is in. Where the linker knows it by another name, that
   is the one in symbol tables, and gdb's: pread64 of what a header declares as pread, name.isra.0 of a copy that
   the compiler made. In C++ it is mangled, but for such a copy of extern "C". "__GI_" is glibc's own way to call
   itself. */
const char *qc_full_name_linked(Dwarf_Die *unit, Dwarf_Die *die);

/* Puts what a function is called, by its symbol, else with what it is in; die is NULL without debug info. */
void qc_full_name_put(const char *function, const Dwarf_Die *die, struct qc_strbuf *buffer);

#endif
