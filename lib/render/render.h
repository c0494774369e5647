/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * render - everything that is printed
 *
 * The front header of the floor: floors above include this one only.
 */
#pragma once

#include "render/render_coroutines.h"
#include "render/render_info.h"
#include "render/render_inspect.h"
#include "render/render_locks.h"
#include "render/render_parts.h"
#include "render/render_report.h"
#include "render/render_slim.h"
#include "render/render_value.h"
#include "render/render_why.h"
