/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * wait_edge - which threads must act before a waiter goes on
 *
 * A mutex, a read-write lock or a joined thread names that thread itself. Conditions and events do
 * not; if QEMU's code says what is waited for, its state says which thread has not done it yet:
 *
 *     wait_for_readers          each reader that the grace period waits for
 *     drain_call_rcu            the call_rcu thread
 *     do_run_on_cpu             the thread of the vCPU that has the work
 *     pause_all_vcpus           each vCPU that has not stopped
 *     replay_mutex_lock         the thread that has the replay mutex
 *     qemu_init_vcpu            the vCPU that is not created yet
 *     start_exclusive           each vCPU that was asked to leave guest code and has not
 *     exclusive_idle            the vCPU that is in an exclusive section, or begins one
 *     multifd_recv_sync_main    each thread of a channel that has not come to the end of the pass
 *     vnc_jobs_join             the VNC worker
 *     qio_task_wait_thread      the thread that runs the task
 *     iothread_complete         the new iothread
 *     thread_pool_free          the pool's workers
 *     accel_ioctl_begin         the thread that has the BQL: it inhibits ioctls
 *     accel_ioctl_inhibit_begin each vCPU inside an ioctl
 *     qemu_clock_enable         the thread that runs the timers of that list
 */
#pragma once

#include "wait/wait_graph.h"

/* Fills `edges`, after the locks: at least one for each blocked thread. False: no memory. */
bool qc_wait_edges_find(struct qc_wait_graph *graph);
