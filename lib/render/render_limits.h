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

#endif
