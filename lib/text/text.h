/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * text - threads, locks, coroutines, QEMU's state, values, the verdict, and the graph of waits as
 * text
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "text/renderings.h"
#include "text/text_common.h"
#include "text/text_limits.h"
#include "text/text_table.h"
#include "text/thread_label.h"
#include "text/value_text.h"
