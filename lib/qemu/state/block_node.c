/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * block_node - reads a BlockDriverState: its requests, and the nodes below it
 */
#include <inttypes.h>
#include <string.h>

#include "qemu/fields/secret.h"
#include "qemu/qemu_limits.h"
#include "qemu/state/block_reader.h"

static void request_read(const struct qc_block_reader *reader, uint64_t address,
                         struct qc_block_node *node)
{
    struct qc_fields *fields = reader->fields;
    struct qc_block_request *added = qc_vec_add(&node->requests);
    if (added == NULL) {
        return;
    }
    added->address = address;
    added->type = qc_fact_enumerator(fields, "BdrvTrackedRequestType", "BDRV_TRACKED_",
                                     qc_fact_field(fields, QC_FIELD_REQUEST_TYPE, address, NULL),
                                     NULL);
    added->offset = qc_fact_field(fields, QC_FIELD_REQUEST_OFFSET, address, NULL);
    added->bytes = qc_fact_field(fields, QC_FIELD_REQUEST_BYTES, address, NULL);
    added->serialising = qc_fact_field(fields, QC_FIELD_REQUEST_SERIALISING, address, NULL);
    added->coroutine = qc_fact_field(fields, QC_FIELD_REQUEST_COROUTINE, address, NULL);
    added->waiting_for = qc_fact_field(fields, QC_FIELD_REQUEST_WAITING_FOR, address, NULL);
    if (qc_fact_is_set(added->coroutine)) {
        qc_block_origin_read(fields, added->coroutine.value, &added->origin);
        added->context = qc_block_context_of(
            reader, qc_fact_field(fields, QC_FIELD_COROUTINE_CONTEXT, added->coroutine.value, NULL));
    }
}

/* Counts the requests, and reads the last ones of the list in its order, newest first. QEMU puts a
   new request in front (block/io.c, tracked_request_begin), so they are the oldest, whose age tells
   whether the node answers. */
static void requests_read(const struct qc_block_reader *reader, struct qc_block_node *node)
{
    uint64_t ring[QC_LIMIT_SHOWN_REQUESTS];
    struct qc_list list =
        qc_list_field(reader->fields, QC_FIELD_NODE_REQUESTS, node->address, QC_FIELD_REQUEST_NEXT,
                      &reader->block->why_absent, &reader->block->why_cut);
    size_t met = 0;
    while (qc_list_next(&list, &ring[met % QC_LIMIT_SHOWN_REQUESTS])) {
        met++;
    }
    for (size_t i = met < QC_LIMIT_SHOWN_REQUESTS ? 0 : met - QC_LIMIT_SHOWN_REQUESTS; i < met;
         i++) {
        request_read(reader, ring[i % QC_LIMIT_SHOWN_REQUESTS], node);
    }
    node->tracked = list.count;
}

static void children_read(const struct qc_block_reader *reader, struct qc_block_node *node)
{
    struct qc_fields *fields = reader->fields;
    struct qc_list list = qc_list_field(fields, QC_FIELD_NODE_CHILDREN, node->address,
                                        QC_FIELD_CHILD_NEXT, NULL, &reader->block->why_cut);
    struct qc_block_child *child;
    uint64_t address;
    while (qc_list_next(&list, &address) && node->children.count < QC_LIMIT_CHILDREN &&
           (child = qc_vec_add(&node->children)) != NULL) {
        child->name = qc_field_text(fields, QC_FIELD_CHILD_NAME, address);
        child->node =
            qc_fact_field(fields, QC_FIELD_CHILD_NODE, address, &reader->block->why_absent).value;
    }
    node->child_count = list.count;
    node->child_count.is_known &= list.count.value == node->children.count;
}

/* A request counts as in flight before, while and after it is tracked (block/io.c). */
static void counts_check(struct qc_fields *fields, struct qc_block_node *node)
{
    if (node->tracked.is_known && node->in_flight.is_known &&
        node->tracked.value > node->in_flight.value) {
        qc_fields_doubt(fields, QEMUCORE_CORRUPT,
                        "BlockDriverState.in_flight at 0x%" PRIx64 " is %" PRIu64
                        ", and the node tracks %" PRIu64 " request%s",
                        node->address, node->in_flight.value, node->tracked.value,
                        qc_noun_s(node->tracked.value));
        node->in_flight.is_known = false;
    }
}

/* include/block/block-common.h, BDRV_SECTOR_SIZE and BDRV_MAX_LENGTH. */
static struct qc_fact size_read(struct qc_fields *fields, uint64_t address)
{
    struct qc_fact sectors = qc_fact_field(fields, QC_FIELD_NODE_SECTORS, address, NULL);
    bool is_size = sectors.is_known && sectors.value <= INT64_MAX / 512;
    return (struct qc_fact){.is_known = is_size, .value = is_size ? sectors.value * 512 : 0};
}

static const char *filename_read(struct qc_fields *fields, uint64_t address)
{
    const char *text = qc_field_text(fields, QC_FIELD_NODE_FILENAME, address);
    char *shown = text == NULL ? NULL : strdup(text);
    if (shown != NULL && !qc_fields_core(fields)->shows_secrets) {
        qc_secrets_hide(shown, '\0');
    }
    return qc_fields_keep(fields, shown);
}

bool qc_block_node_read(const struct qc_block_reader *reader, uint64_t address)
{
    struct qc_fields *fields = reader->fields;
    struct qc_block *block = reader->block;
    const char **why = &block->why_absent;
    struct qc_block_node *node = qc_vec_add(&block->nodes);
    if (node == NULL) {
        return false;
    }
    node->address = address;
    node->name = qc_field_text(fields, QC_FIELD_NODE_NAME, address);
    node->driver = qc_text_behind(
        fields, qc_fact_field(fields, QC_FIELD_NODE_DRIVER, address, why), QC_FIELD_DRIVER_NAME);
    node->filename = filename_read(fields, address);
    node->in_flight = qc_fact_counter(fields, QC_FIELD_NODE_IN_FLIGHT, address, why);
    node->serialising_in_flight = qc_fact_counter(fields, QC_FIELD_NODE_SERIALISING, address, NULL);
    node->quiesce_counter = qc_fact_counter(fields, QC_FIELD_NODE_QUIESCE, address, why);
    node->open_flags = qc_fact_field(fields, QC_FIELD_NODE_OPEN_FLAGS, address, why);
    node->size = size_read(fields, address);
    node->aio_context = qc_fact_field(fields, QC_FIELD_NODE_CONTEXT, address, why);
    node->context = qc_block_context_of(reader, node->aio_context);
    node->active_flush = qc_fact_field(fields, QC_FIELD_NODE_ACTIVE_FLUSH, address, NULL);
    node->opaque = qc_fact_field(fields, QC_FIELD_NODE_OPAQUE, address, NULL);
    requests_read(reader, node);
    children_read(reader, node);
    counts_check(fields, node);
    qc_block_driver_read(fields, &block->why_cut, node);
    qc_sum_add(&block->in_flight, node->in_flight);
    qc_sum_count(&block->drained, node->quiesce_counter);
    return true;
}

void qc_block_node_free(struct qc_block_node *node)
{
    qc_vec_free(&node->requests);
    qc_vec_free(&node->children);
}
