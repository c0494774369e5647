/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dwarf - what the compiler said: names, types, values, call sites
 *
 * The front header of the floor: floors above include this one only.
 */
#ifndef QC_DWARF_DWARF_H
#define QC_DWARF_DWARF_H

#include "dwarf/declaration.h"
#include "dwarf/dwarf_limits.h"
#include "dwarf/expression.h"
#include "dwarf/full_name.h"
#include "dwarf/index.h"
#include "dwarf/instances.h"
#include "dwarf/object.h"
#include "dwarf/object_path.h"
#include "dwarf/registers.h"
#include "dwarf/tail_call.h"
#include "dwarf/units.h"
#include "dwarf/value.h"
#include "dwarf/variable.h"

#endif
