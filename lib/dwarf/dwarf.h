/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dwarf - what the compiler said: names, types, values, call sites
 *
 * The front header of this floor: floors above include this header only.
 */
#pragma once

#include "dwarf/names/declaration.h"
#include "dwarf/dwarf_limits.h"
#include "dwarf/values/expression.h"
#include "dwarf/names/full_name.h"
#include "dwarf/index/index.h"
#include "dwarf/values/instances.h"
#include "dwarf/values/object.h"
#include "dwarf/values/object_path.h"
#include "dwarf/values/registers.h"
#include "dwarf/frames/tail_call.h"
#include "dwarf/index/units.h"
#include "dwarf/values/value.h"
#include "dwarf/values/variable.h"
