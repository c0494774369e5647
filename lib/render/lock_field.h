/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lock_field - a field of a lock as it is usually written: "0x7fff0010", "-1", "CLOCK_MONOTONIC"
 */
#ifndef QC_RENDER_LOCK_FIELD_H
#define QC_RENDER_LOCK_FIELD_H

#include "qemu/qemu.h"

/* Returns the value as text, for free(3). NULL: out of memory, or a text that is not known. */
char *qc_lock_field_text(const struct qc_lock_field *field);

#endif
