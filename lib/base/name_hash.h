/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * name_hash - hash values of names, of which a QEMU has some 100,000
 */
#ifndef QC_BASE_NAME_HASH_H
#define QC_BASE_NAME_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Of a name in the source, which is before a compiler's suffix (".isra.0") and a version
 * ("@@GLIBC_2.3.2"); *end is where it ends. Of no more than room bytes: then *end is behind them.
 */
uint32_t qc_name_hash(const char *name, size_t room, const char **end);

#endif
