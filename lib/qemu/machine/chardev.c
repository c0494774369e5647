/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/machine/chardev.h"

#include <string.h>

#include "qemu/fields/qom.h"

/* Reads the front end: a CharFrontend since 10.2, called CharBackend before. */
static void user_read(struct qc_fields *fields, struct qc_chardev *chardev)
{
    enum qc_field event = QC_FIELD_FRONT_END_EVENT;
    enum qc_field open = QC_FIELD_FRONT_END_OPEN;
    struct qc_fact user = qc_fact_field(fields, QC_FIELD_CHARDEV_FRONT_END, chardev->address, NULL);
    if (!user.is_known) {
        event = QC_FIELD_BACK_END_EVENT;
        open = QC_FIELD_BACK_END_OPEN;
        user = qc_fact_field(fields, QC_FIELD_CHARDEV_BACK_END, chardev->address, NULL);
    }
    if (qc_fact_is_set(user)) {
        chardev->used = qc_fact_field(fields, open, user.value, NULL);
        chardev->event = qc_callback_read(fields, event, user.value, NULL);
    } else {
        chardev->used = user; /* NULL: no front end; or not known */
    }
}

static void chardev_read(struct qc_fields *fields, const char *name, uint64_t address,
                         struct qc_chardev *chardev, const char **why)
{
    chardev->address = address;
    chardev->label = name;
    chardev->type = qc_qom_type(fields, address);
    chardev->filename = qc_field_text(fields, QC_FIELD_CHARDEV_FILENAME, address);
    chardev->open = qc_fact_field(fields, QC_FIELD_CHARDEV_OPEN, address, why);
    user_read(fields, chardev);
}

QC_DEFINE_ORDER(compare_labels, struct qc_chardev,
                a->label == NULL || b->label == NULL ? 0 : strcmp(a->label, b->label))

void qc_chardevs_find(struct qc_process *process, struct qc_chardevs *ret)
{
    struct qc_fields *fields = process->fields;
    struct qc_chardev *chardev;
    uint64_t root;
    uint64_t chardevs;
    if (!qc_process_object_root(process, &root, &ret->why_absent)) {
        return;
    }
    if (!qc_qom_child(fields, root, "chardevs", &chardevs)) {
        return; /* /chardevs is created with the first chardev */
    }
    struct qc_qom_children children = qc_qom_children(fields, chardevs);
    while (qc_qom_next_child(&children) && (chardev = qc_vec_add(&ret->list)) != NULL) {
        chardev_read(fields, children.name, children.address, chardev, &ret->why_absent);
    }
    if (!children.is_whole) {
        ret->why_cut = "the children of /chardevs can't all be read";
    }
    qc_vec_sort(&ret->list, compare_labels);
}
