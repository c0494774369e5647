/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vhost_user - the request that a thread has sent to a vhost-user back end
 */
#pragma once

#include "qemu/threads/process.h"

struct qc_vhost_user {
    uint64_t chardev; /* chardev that it talks through; 0: not known */
    const char *request; /* "GET_QUEUE_NUM", as in QEMU and the protocol; NULL: not known */
};

/* Reads the request from the thread's stack. False: no request. */
bool qc_vhost_user_of(struct qc_process *process, struct qemucore_thread *thread,
                      struct qc_vhost_user *ret);
