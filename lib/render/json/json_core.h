/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_core - what documents have in common: the member "core", and values
 */
#ifndef QC_RENDER_JSON_JSON_CORE_H
#define QC_RENDER_JSON_JSON_CORE_H

#include "render/json/json.h"
#include "render/render_value.h"
#include "render/render_threads.h"

/* Adds the number of a value as a string; null if value is NULL. */
void qc_json_number(struct qc_json *json, const char *key, const struct qc_value *value);

void qc_json_core(struct qc_json *json, const char *key, struct qc_process *process);

#endif
