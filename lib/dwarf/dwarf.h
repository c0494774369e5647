/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dwarf - what the compiler said: names, types, values, call sites
 *
 * The front header of this floor: floors above include this header only.
 */
#pragma once

#include "dwarf/dwarf_limits.h"
#include "dwarf/frames/tail_call.h"
#include "dwarf/index/index.h"
#include "dwarf/index/units.h"
#include "dwarf/names/full_name.h"
#include "dwarf/objects/declaration.h"
#include "dwarf/objects/instances.h"
#include "dwarf/objects/object.h"
#include "dwarf/objects/object_path.h"
#include "dwarf/objects/variable.h"
#include "dwarf/values/expression.h"
#include "dwarf/values/registers.h"
#include "dwarf/values/value.h"
