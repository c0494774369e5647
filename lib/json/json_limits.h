/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_limits - limits on documents, each with its reason
 *
 * Every loop whose length the dump controls ends at a limit. Reaching a limit is always reported.
 */
#pragma once

#include "base/base.h"

/* Size of a document with stacks, in bytes; a thread of QEMU takes some 12 KiB. A longer document
   has only this many innermost frames of each stack, or no stacks if it is still too long. */
#define QC_LIMIT_DOCUMENT (UINT64_C(192) << 20)
#define QC_LIMIT_LONG_DOCUMENT_FRAMES 8
