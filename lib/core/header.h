/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * header - the ELF header and the program headers at the front of a core
 */
#pragma once

#include "core/dump.h"

/* Reads both from the start of the stream into core. Leaves the stream after them. */
enum qemucore_status qc_core_read_headers(struct qc_core *core, struct qemucore_error *error);
