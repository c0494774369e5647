/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render_limits - caps for what is shown, each with its reason
 *
 * Every loop that a dump drives ends at one. Reaching it is reported, never silent.
 */
#ifndef QC_RENDER_RENDER_LIMITS_H
#define QC_RENDER_RENDER_LIMITS_H

#include "base/base.h"

/* Structures within structures whose members are shown: a rendering is for a look. */
#define QC_LIMIT_SHOWN_DEPTH 3

/* Bytes of a section of the page behind which stacks come without locals, and without arguments: a page
   of 100 threads is to be mailed, one of thousands to be opened. */
#define QC_LIMIT_REPORT_LOCALS (UINT64_C(512) << 10)
#define QC_LIMIT_REPORT_ARGUMENTS (UINT64_C(768) << 10)

/* Bytes of a document with stacks: QEMU's threads take some 12 KiB each. A longer one has so many frames of
   each stack, which tell where it is; and none of them, where that is too long still. */
#define QC_LIMIT_DOCUMENT (UINT64_C(192) << 20)
#define QC_LIMIT_LONG_DOCUMENT_FRAMES 8

/* Boxes of the picture of requests, next to each other and below each other: a picture is for a look, and
   nodes of a damaged process may be each other's children. */
#define QC_LIMIT_REQUEST_BOXES 64
#define QC_LIMIT_REQUEST_DEPTH 16

#endif
