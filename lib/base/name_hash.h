/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name_hash - hash values of symbol names; a QEMU has some 100,000 symbols
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Hashes the part of a symbol's name that the source has: up to a compiler's suffix (".isra.0") or
 * a version ("@@GLIBC_2.3.2"), at most room bytes. Sets *end to the end of that part.
 */
uint32_t qc_name_hash(const char *name, size_t room, const char **end);
