/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * glibc_limits - limits on what is read of the C library, each with its reason
 *
 * Every loop that a dump drives has a limit. Reaching a limit is reported, never silent.
 */
#pragma once

#include "base/base.h"

/* Bytes of a version text: QEMU's version, its package's and the copyright line; glibc's banner. */
#define QC_LIMIT_VERSION 512

/* Joins whose thread is looked for among all threads. QEMU's main loop joins one after the other. */
#define QC_LIMIT_JOINS 4096

/* Bytes that glibc's struct pthread may have: it has some 2,300. */
#define QC_LIMIT_STRUCT_PTHREAD 16384
