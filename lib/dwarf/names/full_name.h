/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * full_name - a function's name with its namespaces and classes: Ring<int>::kick,
 * std::process::abort
 */
#pragma once

#include "base/base.h"
#include "modules/modules.h"

/*
 * Appends the name that a symbol of C++ or Rust ("_ZN4Ring4kickEi") stands for. False: it is not
 * such a symbol, it is too long, or the C++ library, which decodes it, is not installed here. The
 * length is limited because a file may contain any symbol, and the name of one may be endless.
 */
bool qc_full_name_put_symbol(const char *symbol, struct qc_strbuf *buffer);

/* Returns the name by which the linker knows a function. NULL: the same as in the source. */
const char *qc_full_name_linkage(Dwarf_Die *die);

/* Returns a function's name without its namespaces. If the linker uses another name, returns that
   one, as symbol tables and gdb do: pread64 if a header declares it as pread, name.isra.0 for a
   copy that the compiler made. In C++ linker names are mangled, so only a copy of an extern "C"
   function gets its own. "__GI_" is glibc's prefix for calls of itself, and is not used. */
const char *qc_full_name_linked(Dwarf_Die *unit, Dwarf_Die *die);

/* Appends a function's name as decoded from its symbol, else with its namespaces. die: NULL without
   debug info. */
void qc_full_name_put(const char *function, const Dwarf_Die *die, struct qc_strbuf *buffer);

/* The same without the parameters that a symbol of C++ has, for a sentence: MonClient::authenticate. */
void qc_full_name_put_spoken(const char *function, const Dwarf_Die *die, struct qc_strbuf *buffer);
