/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * base - errors, cursors, guards, texts, arrays, hashes, jobs: helpers that any floor may use
 *
 * The front header of the floor: the floors above include only this one.
 */
#pragma once

#include "base/cursor.h"
#include "base/deadline.h"
#include "base/each.h"
#include "base/error.h"
#include "base/folder.h"
#include "base/guard.h"
#include "base/job.h"
#include "base/job_queue.h"
#include "base/name_hash.h"
#include "base/pages.h"
#include "base/shortage.h"
#include "base/size.h"
#include "base/str.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "base/words.h"
