/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * qemu - what QEMU's memory says
 *
 * The front header of the floor: the only one that the floors above include.
 */
#ifndef QC_QEMU_QEMU_H
#define QC_QEMU_QEMU_H

#include "qemu/clock/clock.h"
#include "qemu/fields/alias.h"
#include "qemu/fields/command_line.h"
#include "qemu/fields/list.h"
#include "qemu/fields/qom.h"
#include "qemu/fields/secret.h"
#include "qemu/fields/version.h"
#include "qemu/locks/lock.h"
#include "qemu/locks/lock_function.h"
#include "qemu/locks/lock_name.h"
#include "qemu/locks/lock_state.h"
#include "qemu/locks/lock_word.h"
#include "qemu/machine/address_space.h"
#include "qemu/machine/armed_timer.h"
#include "qemu/machine/chardev.h"
#include "qemu/machine/device_tree.h"
#include "qemu/machine/handler.h"
#include "qemu/machine/lock_flags.h"
#include "qemu/machine/net_client.h"
#include "qemu/machine/object_tree.h"
#include "qemu/machine/queues.h"
#include "qemu/machine/region_tree.h"
#include "qemu/machine/vnc.h"
#include "qemu/state/block_culprit.h"
#include "qemu/state/channel.h"
#include "qemu/state/coroutines.h"
#include "qemu/state/guest_memory.h"
#include "qemu/state/peer.h"
#include "qemu/state/ramblock.h"
#include "qemu/state/rcu.h"
#include "qemu/state/state.h"
#include "qemu/state/vhost_user.h"
#include "qemu/threads/coroutine.h"
#include "qemu/threads/frames.h"
#include "qemu/threads/iothread_loop.h"
#include "qemu/threads/own_frame.h"
#include "qemu/threads/process.h"
#include "qemu/threads/thread_names.h"
#include "qemu/threads/thread_syscall.h"
#include "qemu/threads/threads.h"

#endif
