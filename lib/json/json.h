/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json - the same as JSON documents, and what writes them
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "json/documents.h"
#include "json/json_common.h"
#include "json/json_limits.h"
#include "json/json_state.h"
#include "json/json_writer.h"
#include "json/stacks_json.h"
