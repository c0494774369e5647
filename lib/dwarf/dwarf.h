/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dwarf - what debug info lists: the units, with their functions and lines; variables and types by
 * name; names as the source spells them
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "dwarf/cache.h"
#include "dwarf/dwarf_limits.h"
#include "dwarf/index/index.h"
#include "dwarf/index/line_program.h"
#include "dwarf/index/units.h"
#include "dwarf/names/full_name.h"
#include "dwarf/sibling.h"
