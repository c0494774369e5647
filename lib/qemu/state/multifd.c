/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/multifd.h"

#include "qemu/qemu_limits.h"
#include "qemu/threads/frames.h"

/* What differs between the two sides. */
struct side {
    const char *type;
    const char *thread_function;
    enum qc_variable state;
    enum qc_field params;
    enum qc_field exiting;
    enum qc_field name;
    enum qc_field id;
    enum qc_field running;
    enum qc_field quit;
    enum qc_field pending_job;
    enum qc_field pending_sync;
    enum qc_field packets;
    enum qc_field channel;
};

static const struct side sender = {
    .type = "MultiFDSendParams",
    .thread_function = "multifd_send_thread",
    .state = QC_VARIABLE_MULTIFD_SEND_STATE,
    .params = QC_FIELD_MULTIFD_SEND_PARAMS,
    .exiting = QC_FIELD_MULTIFD_SEND_EXITING,
    .name = QC_FIELD_MULTIFD_SEND_NAME,
    .id = QC_FIELD_MULTIFD_SEND_ID,
    .running = QC_FIELD_SEND_RUNNING,
    .quit = QC_FIELD_SEND_QUIT,
    .pending_job = QC_FIELD_SEND_PENDING_JOB,
    .pending_sync = QC_FIELD_SEND_PENDING_SYNC,
    .packets = QC_FIELD_SEND_PACKETS,
    .channel = QC_FIELD_SEND_CHANNEL,
};

static const struct side receiver = {
    .type = "MultiFDRecvParams",
    .thread_function = "multifd_recv_thread",
    .state = QC_VARIABLE_MULTIFD_RECV_STATE,
    .params = QC_FIELD_MULTIFD_RECV_PARAMS,
    .exiting = QC_FIELD_MULTIFD_RECV_EXITING,
    .name = QC_FIELD_MULTIFD_RECV_NAME,
    .id = QC_FIELD_MULTIFD_RECV_ID,
    .running = QC_FIELD_RECV_RUNNING,
    .quit = QC_FIELD_RECV_QUIT,
    .pending_job = QC_FIELD_RECV_PENDING_JOB,
    .pending_sync = QC_FIELD_RECV_PENDING_SYNC,
    .packets = QC_FIELD_RECV_PACKETS,
    .channel = QC_FIELD_RECV_CHANNEL,
};

static void channel_read(struct qc_fields *fields, const struct side *side, uint64_t address,
                         struct qc_multifd_channel *channel)
{
    channel->name = qc_field_text(fields, side->name, address);
    channel->id = qc_fact_field(fields, side->id, address, NULL);
    channel->running = qc_fact_field(fields, side->running, address, NULL);
    channel->quit = qc_fact_field(fields, side->quit, address, NULL);
    channel->pending_job = qc_fact_field(fields, side->pending_job, address, NULL);
    channel->pending_sync = qc_fact_field(fields, side->pending_sync, address, NULL);
    channel->packets = qc_fact_field(fields, side->packets, address, NULL);
    channel->channel = qc_fact_field(fields, side->channel, address, NULL);
}

/* The argument of a channel's thread is the address of the channel's params. */
static void threads_find(struct qc_process *process, const struct side *side, uint64_t params,
                         size_t size, struct qc_multifd *multifd)
{
    qc_vec_each(process->threads, thread) {
        struct qemucore_frame *frame =
            qc_frames_find(qc_thread_stack(thread), side->thread_function);
        uint64_t address;
        if (frame == NULL || (!qc_frame_variable(frame, "opaque", &address) &&
                              !qc_frame_variable(frame, "p", &address))) {
            continue;
        }
        uint64_t distance = address - params;
        if (address >= params && distance % size == 0 &&
            distance / size < multifd->channels.count) {
            multifd->channels.items[distance / size].thread = thread;
        }
    }
}

void qc_multifd_find(struct qc_process *process, bool sends, struct qc_fact wanted,
                     struct qc_multifd *ret, const char **why_cut, const char **why)
{
    struct qc_fields *fields = process->fields;
    const struct side *side = sends ? &sender : &receiver;
    size_t size = qc_fields_type_size(fields, side->type);
    ret->state = qc_fact_variable(fields, side->state, why);
    if (!qc_fact_is_set(ret->state)) {
        return;
    }
    ret->exiting = qc_fact_field(fields, side->exiting, ret->state.value, NULL);
    if (!sends) {
        ret->created = qc_fact_field(fields, QC_FIELD_MULTIFD_RECV_COUNT, ret->state.value, NULL);
    }
    struct qc_fact params = qc_fact_field(fields, side->params, ret->state.value, why);
    if (!qc_fact_is_set(params) || !wanted.is_known || size == 0) {
        qc_fact_explain(why, "how many channels there are is not known");
        return;
    }
    ret->channels_known = true;
    if (wanted.value > QC_LIMIT_MULTIFD_CHANNELS) {
        *why_cut = "there are more channels than libqemucore's limit";
    }
    for (uint64_t i = 0; i < wanted.value && i < QC_LIMIT_MULTIFD_CHANNELS; i++) {
        struct qc_multifd_channel *channel = qc_vec_add(&ret->channels);
        if (channel == NULL) {
            return;
        }
        channel_read(fields, side, params.value + i * size, channel);
    }
    threads_find(process, side, params.value, size, ret);
}
