/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json_fact - a fact of QEMU's memory as a value of a document
 */
#ifndef QC_RENDER_JSON_JSON_FACT_H
#define QC_RENDER_JSON_JSON_FACT_H

#include "qemu/qemu.h"
#include "render/json/json.h"

/* A fact as a number, a boolean, an address; null if it is not known. */
struct qc_json_value qc_json_fact(struct qc_fact fact);
struct qc_json_value qc_json_fact_bool(struct qc_fact fact);
struct qc_json_value qc_json_fact_address(struct qc_fact fact);

/* "main", "iohandler" or an iothread's id; null if context is NULL, or the id is not known. */
struct qc_json_value qc_json_context_name(const struct qc_aio_context *context);

#endif
