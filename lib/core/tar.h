/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tar - which member of a tar archive is a core
 *
 * For the command that gets it out: nothing is read from inside an archive.
 */
#ifndef QC_CORE_TAR_H
#define QC_CORE_TAR_H

#include "bytes/bytes.h"

/* A header, and the unit of what follows it (POSIX, pax, "ustar Interchange Format"). */
#define QC_TAR_BLOCK 512

bool qc_tar_is(const uint8_t *head, size_t size);

/* The stream is at the first header. A shell's word, to be freed by free(3): the name of the first
   member that is an ELF core, or compressed and named after a core. NULL: none among the first ones,
   or no name that every tar takes. */
char *qc_tar_find_core(struct qc_bytes *bytes);

#endif
