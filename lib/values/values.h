/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * values - what a place holds at run time, as the compiler describes it: types and expressions,
 * arguments and calls of a frame, variables and their members
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "values/expression.h"
#include "values/frames/tail_call.h"
#include "values/objects/instances.h"
#include "values/objects/object.h"
#include "values/objects/object_path.h"
#include "values/objects/variable.h"
#include "values/registers.h"
#include "values/value.h"
#include "values/values_limits.h"
