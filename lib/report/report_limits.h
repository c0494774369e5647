/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report_limits - limits on the page, each with its reason
 *
 * Every loop whose length the dump controls ends at a limit. Reaching a limit is always reported.
 */
#pragma once

#include "base/base.h"

/* Sizes of a section of the page, in bytes, beyond which stacks have no locals, and no arguments: a
   page of 100 threads must be small enough to mail, one of thousands to open. */
#define QC_LIMIT_REPORT_LOCALS (UINT64_C(512) << 10)
#define QC_LIMIT_REPORT_ARGUMENTS (UINT64_C(768) << 10)

/* Boxes of the picture of requests, and how deep they are nested: a picture is for a quick look,
   and nodes of a damaged process may be each other's children. */
#define QC_LIMIT_REQUEST_BOXES 64
#define QC_LIMIT_REQUEST_DEPTH 16
