/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render - everything that is printed
 *
 * The front header of the floor: floors above include this one only.
 */
#pragma once

#include "render/json/documents.h"
#include "render/parts/parts.h"
#include "render/report/report.h"
#include "render/text/coroutines_text.h"
#include "render/text/info_text.h"
#include "render/text/inspect_text.h"
#include "render/text/locks_dot.h"
#include "render/text/locks_text.h"
#include "render/text/slim_text.h"
#include "render/text/value_text.h"
#include "render/text/why_text.h"
