/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_limits - limits on what is shown, each with its reason
 *
 * Every loop whose length the dump controls ends at a limit. Reaching a limit is always reported.
 */
#pragma once

#include "base/base.h"

/* Levels of nested structures whose members are shown: the output is for a quick look. */
#define QC_LIMIT_SHOWN_DEPTH 3

/* Sizes of a section of the page, in bytes, beyond which stacks have no locals, and no arguments: a
   page of 100 threads must be small enough to mail, one of thousands to open. */
#define QC_LIMIT_REPORT_LOCALS (UINT64_C(512) << 10)
#define QC_LIMIT_REPORT_ARGUMENTS (UINT64_C(768) << 10)

/* Size of a document with stacks, in bytes; a thread of QEMU takes some 12 KiB. A longer document
   has only this many innermost frames of each stack, or no stacks if it is still too long. */
#define QC_LIMIT_DOCUMENT (UINT64_C(192) << 20)
#define QC_LIMIT_LONG_DOCUMENT_FRAMES 8

/* Boxes of the picture of requests, and how deep they are nested: a picture is for a quick look,
   and nodes of a damaged process may be each other's children. */
#define QC_LIMIT_REQUEST_BOXES 64
#define QC_LIMIT_REQUEST_DEPTH 16

/* Boxes of coroutines in the graph of waits: Graphviz takes minutes for some thousands, and a damaged
   process may have a million. */
#define QC_LIMIT_DOT_COROUTINES 4096
