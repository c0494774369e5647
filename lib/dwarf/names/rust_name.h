/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rust_name - names that rustc has given to functions since 1.95 ("v0", RFC 2603)
 *
 * "_RNvNtCs4fqI2P2rA04_4core9panicking9panic_fmt" is core::panicking::panic_fmt. The C++ library
 * decodes only the older names, which look like C++'s.
 */
#pragma once

/* Returns the name as in the source, without the hashes of crates. NULL: not such a symbol, or not
   understood. The caller frees it. */
char *qc_rust_name(const char *symbol);
