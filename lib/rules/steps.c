/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rules/steps.h"

#include "base/base.h"

/* A vhost-user back end answers a dozen messages when it is found, the first of which is GET_FEATURES
   (hw/virtio/vhost-user.c, vhost_user_backend_init). One that does not answer at all keeps QEMU there:
   without debug info a stack does not show the difference, since that function is inlined. */
static bool has_been_found(struct qemucore_thread *thread)
{
    static const char *const finds[] = {"vhost_dev_init", NULL};
    static const char *const begins[] = {"vhost_user_backend_init", NULL};
    static const char *const asks[] = {"vhost_user_get_features", NULL};
    const struct qemucore_frame *find = qc_rule_frame(thread, finds);
    return find != NULL && find->source_file != NULL &&
           (qc_rule_frame(thread, begins) == NULL || qc_rule_frame(thread, asks) == NULL);
}

/* A vhost-user back end that is started or stopped answers some messages for each queue of the device,
   one after the other, and ends a queue's requests before it answers GET_VRING_BASE. One that does not
   answer at all keeps QEMU at the first message: before the queues when it is started, which are
   enabled last, at queue 0 when it is stopped (hw/virtio/vhost.c, vhost-user.c). */
static bool has_answered(struct qemucore_thread *thread)
{
    static const char *const later[] = {"vhost_virtqueue_start", "vhost_user_add_remove_regions", NULL};
    static const char *const starts[] = {"vhost_dev_start", "vhost_net_start", NULL};
    static const char *const stops[] = {"do_vhost_virtqueue_stop" /* 10.1 on */,
                                        "vhost_virtqueue_stop", NULL};
    struct qemucore_frame *stop = qc_rule_frame(thread, stops);
    bool enables = qc_thread_find_frame(thread, "vhost_user_set_vring_enable") != NULL &&
                   qc_rule_frame(thread, starts) != NULL;
    uint64_t queue;
    return enables || qc_rule_frame(thread, later) != NULL || has_been_found(thread) ||
           (stop != NULL && (!qc_frame_variable(stop, "idx", &queue) || queue != 0));
}

/* A TPM's emulator answers some commands when it is found, and when the machine is reset. One that does
   not answer at all keeps QEMU at the first: SET_DATAFD, and GET_BUFFERSIZE (backends/tpm/tpm_emulator.c;
   hw/tpm/tpm_crb.c, tpm_crb_reset). */
static bool has_started(struct qemucore_thread *thread)
{
    static const char *const later[] = {"tpm_emulator_probe_caps",
                                        "tpm_emulator_startup_tpm_resume", NULL};
    return qc_rule_frame(thread, later) != NULL;
}

/* The guest's memory and its screen are written piece by piece, as fast as the file takes them
   (system/cpus.c, ui/ui-qmp-cmds.c). */
static bool writes(struct qemucore_thread *thread)
{
    static const char *const writers[] = {"qmp_memsave", "qmp_pmemsave", "qmp_screendump", NULL};
    return qc_rule_frame(thread, writers) != NULL;
}

/* libiscsi, libssh and libnfs log in, and ask for what the server is, in calls that poll their socket
   themselves (block/iscsi.c, iscsi_open; ssh.c, connect_to_ssh; nfs.c, nfs_client_open). What QEMU polls
   for is rule_poll's. */
static bool logs_in(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    return qc_activity_is_poll(qc_rule_wait(context, thread)) && qc_poll_opens(thread) &&
           qc_thread_find_frame(thread, "aio_poll") == NULL;
}

bool qc_steps_may_get_on(const struct qc_rule_context *context, struct qemucore_thread *thread)
{
    return qc_rule_wait(context, thread)->state == QC_WAIT_SYSCALL &&
           qc_recent_is_within(context, QC_SLOW_QUEUE_NS) &&
           (has_answered(thread) || has_started(thread) || writes(thread) || logs_in(context, thread));
}
