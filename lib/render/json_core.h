/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_core - what every JSON document has in common: its "core", and how values are spelled
 *
 * jansson refuses text that is not UTF-8, so bytes of the dump that are not are escaped as in the
 * text output.
 */
#ifndef QC_RENDER_JSON_CORE_H
#define QC_RENDER_JSON_CORE_H

#include <jansson.h>

#include "render/render.h"

/* NULL stands for null. */
json_t *qc_json_text(const char *text);

/* "0x...": many readers of JSON round numbers beyond 2^53. */
json_t *qc_json_address(uint64_t address);

/* The member "core". */
json_t *qc_json_core(struct qc_process *process);

/* The document as text with a newline, to be freed by free(3); NULL: out of memory. Takes it. */
char *qc_json_end(json_t *document);

#endif
