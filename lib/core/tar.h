/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tar - finding the member of a tar archive that is a core
 *
 * Its name is for a command line that extracts it: cores are not read from inside an archive.
 */
#pragma once

#include "bytes/bytes.h"

/* Size of a header, and unit of the content's size (POSIX, pax, "ustar Interchange Format"). */
#define QC_TAR_BLOCK 512

bool qc_tar_is(const uint8_t *head, size_t size);

/* Searches from the stream's offset, the first header. Returns the name of the first member that is
   an ELF core, or is compressed and has "core" in its name, as a shell word to be freed by free(3).
   NULL: none among the first members, or its name is not plain enough for every tar. */
char *qc_tar_find_core(struct qc_bytes *bytes);
