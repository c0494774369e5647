/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text_limits - limits on what is shown, each with its reason
 *
 * Every loop whose length the dump controls ends at a limit. Reaching a limit is always reported.
 */
#pragma once

#include "base/base.h"

/* Levels of nested structures whose members are shown: the output is for a quick look. */
#define QC_LIMIT_SHOWN_DEPTH 3

/* Boxes of coroutines in the graph of waits: Graphviz takes minutes for some thousands, and a damaged
   process may have a million. */
#define QC_LIMIT_DOT_COROUTINES 4096
