/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json/json_common.h"
#include "json/json_state.h"

static void json_flags(struct qc_json *json, const char *key, const struct qc_ramblock *block)
{
    const char *flag;
    if (!block->flags.is_known) {
        qc_json_set(json, key, qc_json_null());
        return;
    }
    qc_json_array(json, key);
    for (size_t i = 0; (flag = qc_ramblock_flag(block, i)) != NULL; i++) {
        qc_json_set(json, NULL, qc_json_text(flag));
    }
    qc_json_close(json);
}

static void json_block(struct qc_json *json, const struct qc_ramblock *block)
{
    qc_json_set(json, "id", qc_json_text(block->id));
    qc_json_set(json, "address", qc_json_fact_address(block->host));
    qc_json_set(json, "length", qc_json_fact(block->length));
    qc_json_set(json, "max_length", qc_json_fact(block->max_length));
    qc_json_set(json, "page_size", qc_json_fact(block->page_size));
    json_flags(json, "flags", block);
    qc_json_set(json, "held", qc_json_fact(block->held));
}

void qc_json_ram(struct qc_json *json, const char *key, const struct qc_ramblocks *ram)
{
    qc_json_list(json, key, &ram->list, block, json_block(json, block));
}
