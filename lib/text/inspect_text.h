/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inspect_text - the objects that a user asks for, as text
 */
#pragma once

#include "text/threads_text.h"
#include "wait/wait.h"

/* Appends the objects. Skips those that were not found. */
void qc_text_inspect(const struct qc_inspected *objects, size_t count,
                     const struct qemucore_render *render, struct qc_strbuf *buffer);
