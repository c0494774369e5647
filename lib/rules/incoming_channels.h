/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * incoming_channels - a main loop that waits for the threads of multifd's channels
 *
 * On the destination, ram_load() waits on a semaphore until each channel has received what the source
 * had sent on it before it sent a flush (migration/multifd.c, multifd_recv_sync_main). That keeps the
 * BQL for as long as the network takes.
 */
#pragma once

#include "findings/findings.h"

enum qc_channels_state {
    QC_CHANNELS_UNAWAITED, /* the main loop does not wait like that, or a thread is stuck elsewhere */
    QC_CHANNELS_RECEIVE,   /* a thread waits for what the source sends */
    QC_CHANNELS_WORK,      /* none does, but some are at work */
};

struct qc_channels {
    enum qc_channels_state state;
    struct qemucore_thread *thread; /* the first such thread; NULL: none */
};

struct qc_channels qc_incoming_channels(struct qc_rule_context *context);
