/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/iothread.h"

#include <string.h>

#include "qemu/fields/qom.h"
#include "qemu/threads/frames.h"

struct collector {
    struct qc_fields *fields;
    struct qc_iothreads *iothreads;
};

static bool is_known(const struct qc_iothreads *iothreads, uint64_t address)
{
    return qc_vec_any(&iothreads->list, iothread, iothread->address == address);
}

/* id may be NULL: it is then looked up. */
static void iothread_add(struct collector *collector, uint64_t address, const char *id)
{
    uint64_t value;
    if (address == 0 || is_known(collector->iothreads, address) ||
        !qc_field_read(collector->fields, QC_FIELD_IOTHREAD_THREAD_ID, address, &value)) {
        return;
    }
    struct qc_iothread *added = qc_vec_add(&collector->iothreads->list);
    if (added == NULL) {
        return;
    }
    added->address = address;
    added->lwp = (int)value;
    added->id = id != NULL ? strdup(id) : qc_qom_id(collector->fields, address);
    if (qc_field_read(collector->fields, QC_FIELD_IOTHREAD_CTX, address, &value)) {
        added->ctx = value;
    }
}

static bool visit_child(void *opaque, const char *name, uint64_t child)
{
    struct collector *collector = opaque;
    QC_FREE char *type = qc_qom_type(collector->fields, child);
    if (qc_text_is(type, "iothread")) {
        iothread_add(collector, child, name);
    }
    return true;
}

/* Collects the iothreads in /objects, where -object puts them. `object` is any of the tree. */
static void collect_tree(struct collector *collector, uint64_t object)
{
    uint64_t objects;
    uint64_t root = qc_qom_root(collector->fields, object);
    if (qc_qom_child(collector->fields, root, "objects", &objects)) {
        qc_qom_each_child(collector->fields, objects, visit_child, collector);
    }
}

/* Sorts by id: they were found in the order of a hash table. */
static int compare_ids(const void *left, const void *right)
{
    const struct qc_iothread *a = left;
    const struct qc_iothread *b = right;
    int order = strverscmp(qc_text_or(a->id, ""), qc_text_or(b->id, ""));
    return order != 0 ? order : qc_compare(a->address, b->address);
}

void qc_iothreads_find(struct qc_fields *fields, struct qc_threads *threads,
                       const struct qc_cpus *cpus, struct qc_iothreads *ret)
{
    struct collector collector = {fields, ret};
    uint64_t address;
    for (size_t i = 0; i < threads->count; i++) {
        struct qemucore_frame *frame =
            qc_frames_find(qc_thread_stack(&threads->items[i]), "iothread_run");
        if (frame != NULL && (qc_frame_variable(frame, "opaque", &address) ||
                              qc_frame_variable(frame, "iothread", &address))) {
            iothread_add(&collector, address, NULL);
        }
    }
    if (qc_variable_read(fields, QC_VARIABLE_MON_IOTHREAD, NULL, &address)) {
        iothread_add(&collector, address, NULL);
    }
    if (cpus->list.count != 0) {
        collect_tree(&collector, cpus->list.items[0].address);
    } else if (ret->list.count != 0) {
        collect_tree(&collector, ret->list.items[0].address);
    }
    qc_vec_sort(&ret->list, compare_ids);
}

void qc_iothreads_free(struct qc_iothreads *iothreads)
{
    for (size_t i = 0; i < iothreads->list.count; i++) {
        free(iothreads->list.items[i].id);
    }
    qc_vec_free(&iothreads->list);
}
