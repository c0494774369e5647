/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vhost_inflight - what a vhost-user back end has noted of the requests that it is at work on
 *
 * So that its successor can go on with them, a back end notes each request in memory that it shares
 * with QEMU (docs/interop/vhost-user.rst, "Inflight I/O tracking"; SPDK and DPDK do). Unlike the
 * guest's memory, a dump has that memory whatever dump-guest-core says.
 */
#pragma once

#include "qemu/machine/queues.h"

/* Returns how many requests the back end has taken and not given back, in all queues but the one of
   number `except` (SIZE_MAX: none); not known: it keeps no such notes, or they can't be read. */
struct qc_fact qc_vhost_inflight(struct qc_fields *fields, const struct qc_virtio_device *device,
                                 size_t except);
