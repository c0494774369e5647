/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * known_bugs - the table of known.h
 *
 * A row is read in QEMU's history: the commit that cures the bug tells its story, most often with the
 * stacks; its "Fixes:" names the commit that brought it. The condition is what these stacks have and
 * no sound storage, network or guest brings about. A bug that was made and cured before a release has
 * no row, and one that no stack, message or rule tells from its neighbours has none either.
 */
#include "verdict/known.h"

#include <stddef.h>

#define ASSERTION "crash-assertion"

const struct qc_known_bug qc_known_bugs[] = {
    /* ---- threads that wait for each other ---- */
    {
        .title = "virtio-scsi cancels requests, as a guest asks after a timeout, with the lock held "
                 "that cancelling takes",
        .stacks = {"qemu_mutex_lock_impl scsi_req_cancel_async virtio_scsi_do_tmf_aio_context"},
        .introduced_in = "10.0", /* da6eebb33b */
        .fixed_in = "10.2",
        .fixed_by = "6910f04aa6",
    },
    {
        .issue = "issue 3144",
        .title = "an iothread waits for the lock of a throttle group that it has taken itself",
        .rules = "self-deadlock",
        .stacks = {"qemu_mutex_lock_impl throttle_group_co_io_limits_intercept"},
        .fixed_in = "11.0",
        .fixed_by = "d481617765",
        .workaround = "give no two disks in different iothreads the same throttle group",
    },
    {
        .title = "a VNC client that goes away while it owns the clipboard stops the main loop",
        .stacks = {"qemu_mutex_lock_impl vnc_clipboard_notify qemu_clipboard_peer_unregister "
                   "vnc_disconnect_finish"},
        .introduced_in = "6.1", /* 0bf41cab93 */
        .fixed_in = "7.0",
        .fixed_by = "1dbbe6f172",
    },
    {
        .issue = "issue 2344",
        .title = "a TCG plugin's scoreboard grows when a vCPU is added, while another vCPU waits for "
                 "the lock of the plugins",
        .stacks = {"start_exclusive plugin_grow_scoreboards__locked"},
        .introduced_in = "9.0",
        .fixed_in = "9.1",
        .fixed_by = "278035fc81",
    },
    {
        .title = "the end of a failed RDMA migration waits for vCPUs that wait for the main loop",
        .stacks = {"synchronize_rcu qio_channel_rdma_close"},
        .introduced_in = "3.1", /* 74637e6f08 */
        .fixed_in = "4.2",
        .fixed_by = "d46a4847ca",
    },
    {
        .title = "quit waits for an iothread whose virtio-scsi request ends just then",
        .rules = "bql-aio-context-inversion deadlock",
        .stacks = {"aio_context_acquire blk_remove_bs qemu_cleanup",
                   "qemu_mutex_lock_iothread_impl virtio_notify virtio_scsi_complete_req"},
        .fixed_in = "8.1",
        .fixed_by = "ca2a5e630d",
        .workaround = "stop the guest before quit",
    },
    {
        .issue = "issue 650",
        .title = "device_add that fails waits for a TCG vCPU that goes round in a loop",
        .stacks = {"drain_call_rcu qmp_device_add", "cpu_exec"},
        .introduced_in = "5.2", /* 7bed89958b */
        .fixed_in = "6.2",
        .fixed_by = "dd47a8f654",
    },
    {
        .title = "the guest's reboot during a migration's end, or another stop, lets vCPUs run on that "
                 "somebody waits for to stop",
        .rules = "pause-resumed",
        .stacks = {"pause_all_vcpus do_vm_stop"},
        .fixed_in = "5.0",
        .fixed_by = "f962cac4c2",
    },

    /* ---- drains, the graph lock, AioContexts ---- */
    {
        .title = "a thread that waits for requests sleeps on after the last one has ended: its wake-up "
                 "was lost",
        .rules = "drain-missed-kick",
        .fixed_in = "7.1",
        .fixed_by = "7455ff1aa0",
    },
    {
        .title = "who waits to change the block graph sleeps on after the last reader has left: its "
                 "wake-up was lost",
        .rules = "graph-lock-missed-wake",
        .introduced_in = "8.0", /* aead9dc9d1 */
        .fixed_in = "11.1",
        .fixed_by = "e3082ab3b3",
    },
    {
        .title = "a change of the block graph (of block-stream and kin, with an iothread) waits for a "
                 "request that waits for the graph",
        .rules = "drain-graph-lock",
        .stacks = {"bdrv_drained_begin bdrv_change_aio_context"},
        .fixed_in = "10.1",
        .fixed_by = "91ba0e1c38",
        .workaround = "run such jobs on disks without an iothread",
    },
    {
        .issue = "issue 1215",
        .title = "the end of a block job on a disk with an iothread waits in the main loop for what "
                 "the iothread has to do",
        .stacks = {"aio_poll bdrv_parent_drained_end_single bdrv_replace_child_noperm"},
        .fixed_in = "7.2",
        .fixed_by = "ace5a161ea",
        .workaround = "run such jobs on disks without an iothread",
    },
    {
        .title = "a change of the block graph keeps the lock of an iothread, and waits for it",
        .rules = "aio-context-poll",
        .stacks = {"aio_poll bdrv_graph_wrlock bdrv_replace_child_noperm"},
        .introduced_in = "8.0",
        .fixed_in = "8.1",
        .fixed_by = "31b2ddfea3",
    },
    {
        .title = "a node is closed, and the lock of its iothread kept while the main loop waits for the "
                 "iothread",
        .rules = "aio-context-poll",
        .stacks = {"bdrv_graph_wrlock bdrv_close"},
        .introduced_in = "8.1",
        .fixed_in = "8.2",
        .fixed_by = "e462c6d27d",
    },
    {
        .title = "a block job ends, and the lock of its iothread is kept while the main loop waits for "
                 "the iothread",
        .rules = "aio-context-poll",
        .stacks = {"bdrv_graph_wrlock block_job_remove_all_bdrv"},
        .introduced_in = "8.1",
        .fixed_in = "8.2",
        .fixed_by = "67446e605d",
    },
    {
        .title = "blockdev-mirror of a disk with an iothread keeps the iothread's lock and waits for it",
        .rules = "aio-context-poll",
        .stacks = {"bdrv_getlength blockdev_mirror_common"},
        .introduced_in = "8.0", /* c86422c554 */
        .fixed_in = "8.2",
        .fixed_by = "302823854b",
    },
    {
        .title = "a blockdev-backup that fails in a transaction keeps the lock of an iothread and waits "
                 "for it",
        .stacks = {"aio_poll bdrv_backup_top_drop backup_job_create"},
        .introduced_in = "4.2",
        .fixed_in = "5.0",
        .fixed_by = "0abf258171",
    },
    {
        .issue = "launchpad 1805256",
        .title = "on Arm, a wake-up of an event loop is lost, and the loop sleeps with work to do",
        .rules = "lost-notification",
        .architecture = "aarch64",
        .fixed_in = "5.0",
        .fixed_by = "5710a3e09f",
    },
};

const size_t qc_known_bug_count = sizeof(qc_known_bugs) / sizeof(qc_known_bugs[0]);
