/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rule_back_end - back ends that are gone, or silent, while their devices stay
 *
 * QEMU goes on when the process that serves a device ends, and the chardev waits for another one:
 * until then the guest's requests stay in its queues (hw/block/vhost-user-blk.c,
 * vhost_user_blk_disconnect). Nothing in QEMU's memory counts them. The function that the chardev
 * notifies of events tells which device it is.
 */
#include <string.h>

#include "base/base.h"
#include "qemu/qemu.h"
#include "requests/requests.h"

static const struct back_end_row {
    const char *event;
    const char *device;
    enum qc_severity severity; /* a guest needs its disks, but can do without a network */
} back_end_rows[] = {
    {"vhost_user_blk_event", "a disk (vhost-user-blk)", QC_SEVERITY_WAITING},
    {"vhost_user_scsi_event", "disks (vhost-user-scsi)", QC_SEVERITY_WAITING},
    {"net_vhost_user_event", "a network (vhost-user)", QC_SEVERITY_WARNING},
    {"cryptodev_vhost_user_event", "a crypto device (vhost-user)", QC_SEVERITY_WARNING},
};

/* Returns NULL if the chardev is not that of a back end that is gone. */
static const struct back_end_row *row_of(const struct qc_chardev *chardev)
{
    const char *event = qc_str_or(chardev->event.name, "");
    size_t length = strcspn(event, ".");
    return qc_array_find(back_end_rows, row,
                         qc_fact_is_zero(chardev->open) && strlen(row->event) == length &&
                             strncmp(row->event, event, length) == 0);
}

/* Returns "serial0 (unix:/run/x.sock)". A chardev that is not connected has a prefix in its file name
   (chardev/char-socket.c, update_disconnected_filename); since 11.0 it has no such name. */
static const char *name_of(struct qc_rule_context *context, const struct qc_chardev *chardev)
{
    static const char before[] = "disconnected:";
    const char *label = qc_str_or(chardev->label, "?");
    const char *name = chardev->filename;
    const char *address =
        name == NULL ? qc_chardev_address(context->process->fields, chardev->address) : NULL;
    name = name == NULL ? address : qc_str_begins(name, before) ? name + strlen(before) : name;
    return name == NULL ? label : qc_rule_format(context, "%s (%s)", label, name);
}

static void report_gone(struct qc_rule_context *context, const struct qc_chardev *chardev,
                        const struct back_end_row *row)
{
    const char *name = name_of(context, chardev);
    struct qemucore_finding *finding = qc_finding_report(
        context, "%s of the guest has no back end: chardev %s is not connected", row->device, name);
    qc_finding_set_severity(finding, row->severity);
    qc_finding_add_cause(finding, row->event);
    qc_evidence_add(finding,
                    (struct qc_subject){.field = "Chardev.be_open", .address = chardev->address},
                    "chardev %s, whose events go to %s, is not open",
                    qc_str_or(chardev->label, "?"), row->event);
    qc_finding_set_actor(finding, "The back end of chardev %s must come back.", name);
}

/* While QEMU starts or ends, a missing back end is normal. */
void qc_condition_back_end_gone(struct qc_rule_context *context)
{
    QC_GUARD(qc_vec_guard) struct qc_chardevs chardevs = {.why_cut = NULL};
    if (context->state->main_loop.place == QC_MAIN_LOOP_POLL && context->state->has_types) {
        qc_chardevs_find(context->process, &chardevs);
    }
    for (size_t i = 0; i < chardevs.list.count; i++) {
        const struct back_end_row *row = row_of(&chardevs.list.items[i]);
        if (row != NULL) {
            report_gone(context, &chardevs.list.items[i], row);
        }
    }
    if (chardevs.why_cut != NULL) {
        qc_doubt_report(context, "whether all back ends of the guest's devices are there is not known",
                        chardevs.why_cut);
    }
}

/* backends/rng-egd.c: each request was sent to the daemon by the chardev, and stays in the list until
   the bytes have come. */
static void report_unanswered(struct qc_rule_context *context, const char *name, uint64_t rng)
{
    struct qc_fields *fields = context->process->fields;
    uint64_t chardev = 0;
    const char *peer = qc_field_read(fields, QC_FIELD_RNG_CHARDEV, rng, &chardev) && chardev != 0
                         ? qc_chardev_text(fields, chardev)
                         : NULL;
    struct qemucore_finding *finding = qc_finding_report(
        context, "a request of the guest for random numbers is with the daemon of rng-egd %s%s%s, "
                 "and nothing tells since when",
        qc_str_or(name, "?"), peer == NULL ? "" : ", ", qc_str_or(peer, ""));
    qc_evidence_add(finding, (struct qc_subject){.field = "RngBackend.requests", .address = rng},
                    "its list of requests is not empty");
    qc_finding_set_actor(finding, "That daemon must answer.");
}

void qc_condition_rng_unanswered(struct qc_rule_context *context)
{
    struct qc_process *process = context->process;
    struct qc_fields *fields = process->fields;
    uint64_t root;
    uint64_t objects;
    if (!context->state->has_types || !qc_process_object_root(process, &root, NULL) ||
        !qc_qom_child(fields, root, "objects", &objects)) {
        return;
    }
    struct qc_qom_children children = qc_qom_children(fields, objects);
    while (qc_qom_next_child(&children)) {
        if (qc_str_is(qc_qom_type(fields, children.address), "rng-egd") &&
            qc_fact_is_set(qc_fact_field(fields, QC_FIELD_RNG_REQUESTS, children.address, NULL))) {
            report_unanswered(context, children.name, children.address);
        }
    }
}
