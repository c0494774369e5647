/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * known_bugs - the table of known.h
 *
 * Rows come from QEMU's history: the commit that fixes a bug tells its story, mostly with the
 * stacks; its "Fixes:" names the commit that introduced it. The condition is what those stacks have
 * and what no sound storage, network or guest causes. A bug that was introduced and fixed between
 * two releases has no row; nor has one that no stack, message or rule tells from others.
 */
#include "verdict/known/known.h"

#include <stddef.h>

#define SEGV "crash-null-pointer crash-bad-address"
#define ANY_ABORT "crash-assertion crash-abort crash-error"

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
        .title = "device_add that fails waits for a TCG vCPU that is in a loop",
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
        .title = "a thread that waits to change the block graph sleeps on after the last reader has "
                 "left: its wake-up was lost",
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
        .title = "a backend loses its node, and the lock of its iothread is kept while the main loop "
                 "waits for the iothread",
        .rules = "aio-context-poll",
        .stacks = {"bdrv_graph_wrlock blk_remove_bs"},
        .introduced_in = "8.1",
        .fixed_in = "8.2",
        .fixed_by = "bb092d6d8f",
    },
    {
        .issue = "launchpad 1805256",
        .title = "on Arm, a wake-up of an event loop is lost, and the loop sleeps with work to do",
        .rules = "lost-notification",
        .architecture = "aarch64",
        .fixed_in = "5.0",
        .fixed_by = "5710a3e09f",
    },
    {
        .title = "a wake-up of an event loop is taken by another thread, and the loop sleeps with work "
                 "to do",
        .rules = "lost-notification",
        .fixed_in = "3.1",
        .fixed_by = "b37548fcd1",
    },

    /* ---- disks and their servers ---- */
    {
        .issue = "issue 2622",
        .title = "the NFS driver goes on with a request with the lock held that the next one takes",
        .rules = "self-deadlock",
        .stacks = {"qemu_mutex_lock_impl nfs_co_preadv|nfs_co_pwritev|nfs_co_flush"},
        .introduced_in = "10.2", /* deb35c129b */
        .fixed_in = "11.0",
        .fixed_by = "1d6610099b",
    },
    {
        .title = "an NBD server that is out of reach stops the main loop again and again while QEMU "
                 "connects to it",
        .stacks = {"qio_channel_socket_connect_sync nbd_reconnect_attempt"},
        .introduced_in = "4.2",
        .fixed_in = "5.2",
        .fixed_by = "1dc4718d84",
    },
    {
        .title = "the NVMe driver of the host's userspace loops for ever when all of a queue's "
                 "requests are in use",
        .rules = "at-work",
        .stacks = {"nvme_free_req_queue_cb"},
        .fixed_in = "7.0",
        .fixed_by = "cf4fbc3030",
    },
    {
        .issue = "issue 3194",
        .title = "two iothreads arm the timer of a throttle group at once",
        .message = {"Assertion `!timer_pending(tgm->throttle_timers.timers[direction])' failed"},
        .fixed_in = "11.0",
        .fixed_by = "9c8430f5d6",
        .workaround = "give no two disks in different iothreads the same throttle group",
    },
    {
        .title = "a write of zeroes to a disk with several iothreads does not find itself among the "
                 "requests",
        .message = {"raw_do_pwrite_zeroes", "Assertion `req' failed"},
        .introduced_in = "9.0", /* b6948ab01d */
        .fixed_in = "10.2",
        .fixed_by = "9b9ee60c07",
        .workaround = "give the disk one iothread only",
    },
    {
        .issue = "issue 3081",
        .title = "libcurl from 8.10 on tells the curl driver of sockets that are not its own",
        .rules = SEGV,
        .stacks = {"curl_sock_cb"},
        .fixed_in = "10.2",
        .fixed_by = "606978500c",
        .workaround = "use a libcurl older than 8.10",
    },
    {
        .title = "an NBD client's connection stays with the main loop when its disk moves to an iothread",
        .message = {"qio_channel_restart_", "Assertion `qemu_get_current_aio_context() == "
                                            "qemu_coroutine_get_aio_context(co)' failed"},
        .introduced_in = "6.2", /* 4ddb5d2fde */
        .fixed_in = "7.0",
        .fixed_by = "e15f3a66c8",
        .workaround = "use disks on NBD without an iothread",
    },
    {
        .title = "an NBD export or client with TLS in an iothread goes on in another thread",
        .message = {"qio_channel_restart_", "Assertion `qemu_get_current_aio_context() == "
                                            "qemu_coroutine_get_aio_context(co)' failed"},
        .introduced_in = "8.2", /* 06e0f098d6 */
        .fixed_in = "9.1",
        .fixed_by = "199e84de1c",
        .workaround = "use NBD without TLS, or without an iothread",
    },
    {
        .title = "the end of a block job while the disks are flushed leaves a node released twice",
        .stacks = {"bdrv_unref bdrv_next"},
        .message = {"bdrv_unref", "Assertion `bs->refcnt > 0' failed"},
        .fixed_in = "9.0",
        .fixed_by = "f6d38c9f6d",
    },
    {
        .title = "a fleecing backup of a qcow2 image with preallocated metadata mistakes zeroes for data",
        .stacks = {"snapshot_access_co_block_status"},
        .message = {"block_status", "Assertion `!(ret & BDRV_BLOCK_ZERO)' failed"},
        .fixed_in = "9.0",
        .fixed_by = "8a9be79924",
    },
    {
        .title = "copy-on-read, or a mirror, into an image with subclusters",
        .message = {"bdrv_co_do_copy_on_readv", "Assertion `skip_bytes < pnum' failed"},
        .fixed_in = "8.2",
        .fixed_by = "fc6b211f92",
        .workaround = "make the image without extended_l2=on",
    },
    {
        .issue = "issue 1615",
        .title = "the monitor's command commit releases, while it waits, a lock it does not hold",
        .rules = ANY_ABORT,
        .stacks = {"blk_is_available hmp_commit"},
        .introduced_in = "8.0",
        .fixed_in = "8.1",
        .fixed_by = "8c1e8fb2e7",
        .workaround = "use block-commit of QMP",
    },
    {
        .title = "a worker thread ends while its event loop is being taken down",
        .stacks = {"qemu_cond_signal worker_thread"},
        .message = {"qemu_cond_signal", "Assertion `cond->initialized' failed"},
        .introduced_in = "7.1", /* 900fa208f5 */
        .fixed_in = "8.1",
        .fixed_by = "f4f71363fc",
    },
    {
        .title = "a block export whose node can't move to the iothread reports two errors at once",
        .stacks = {"error_setv blk_exp_add"},
        .message = {"Assertion `*errp == NULL' failed"},
        .introduced_in = "5.2", /* f51d23c80a */
        .fixed_in = "6.1",
        .fixed_by = "8573823f3b",
    },
    {
        .title = "a backup has more max-workers than an int holds",
        .message = {"aio_task_pool_wait_one", "Assertion `pool->busy_tasks > 0' failed"},
        .fixed_in = "6.2",
        .fixed_by = "8fc898ce0b",
        .workaround = "give max-workers below 2147483648",
    },
    {
        .title = "an event loop has so many descriptors that it changes from poll to epoll",
        .message = {"fdmon_poll_wait", "Assertion `npfd == 0' failed"},
        .introduced_in = "5.0", /* 1f050a4690 */
        .fixed_in = "5.2",
        .fixed_by = "5cd9c382b7",
    },
    {
        .title = "the end of a mirror lets the guest's writes on before the graph is changed",
        .stacks = {"bdrv_co_write_req_prepare bdrv_mirror_top_do_write"},
        .message = {"Assertion `child->perm & BLK_PERM_WRITE' failed"},
        .fixed_in = "4.2",
        .fixed_by = "d2da5e288a",
    },
    {
        .issue = "issue 3174",
        .title = "qemu-img rebase of an image whose clusters are larger than its backing file's",
        .message = {"img_rebase", "Assertion `written + pnum <= IO_BUF_SIZE' failed"},
        .introduced_in = "8.2", /* 12df580b3b */
        .fixed_in = "10.2",
        .fixed_by = "909852ba6b",
    },
    {
        .title = "the drive of a device that runs is replaced by one of another iothread",
        .stacks = {"bdrv_replace_child_noperm set_drive_helper"},
        .message = {"Assertion `bdrv_get_aio_context(old_bs) == bdrv_get_aio_context(new_bs)' failed"},
        .introduced_in = "6.2", /* d1a58c176a */
        .fixed_in = "10.1",
        .fixed_by = "eef2dd03f9",
        .workaround = "put both nodes into the same iothread",
    },

    /* ---- migration and snapshots ---- */
    {
        .title = "a network that fails during a migration with multifd leaves threads in sendmsg that "
                 "the main loop waits for",
        .stacks = {"qemu_thread_join multifd_save_cleanup migrate_fd_cleanup",
                   "qio_channel_socket_writev multifd_send_thread"},
        .fixed_in = "7.0",
        .fixed_by = "077fbb5942",
        .workaround = "use fewer channels, or none",
    },
    {
        .issue = "issue 2395",
        .title = "a guest that stays paused is migrated on, with its disks inactive already",
        .stacks = {"bdrv_inactivate_all"},
        .message = {"bdrv_inactivate_recurse", "Assertion `!(bs->open_flags & BDRV_O_INACTIVE)' failed"},
        .fixed_in = "10.0",
        .fixed_by = "8597af7615",
        .workaround = "let the guest run for a moment between two migrations",
    },
    {
        .title = "a migration is tried again after one whose disks could not be flushed",
        .stacks = {"bdrv_inactivate_all"},
        .message = {"bdrv_inactivate_recurse", "Assertion `!(bs->open_flags & BDRV_O_INACTIVE)' failed"},
        .fixed_in = "8.1",
        .fixed_by = "403d18ae38",
    },
    {
        .title = "a multifd channel to a file can't be opened",
        .stacks = {"qemu_mutex_lock_impl multifd_send_terminate_threads"},
        .message = {"Assertion `mutex->initialized' failed"},
        .introduced_in = "9.0", /* b7b03eb614 */
        .fixed_in = "9.1",
        .fixed_by = "0bd5b9284f",
    },
    {
        .title = "a migration has fewer multifd channels than the one before it that was cancelled",
        .stacks = {"qemu_mutex_lock_impl multifd_send_pages"},
        .message = {"Assertion `mutex->initialized' failed"},
        .fixed_in = "5.1",
        .fixed_by = "7e89a1401a",
        .workaround = "do not lower multifd-channels after a cancelled migration",
    },
    {
        .issue = "issue 1969",
        .title = "quit while an incoming migration ends",
        .rules = SEGV,
        .stacks = {"multifd_recv_terminate_threads multifd_load_shutdown process_incoming_migration_bh"},
        .fixed_in = "9.0",
        .fixed_by = "27eb8499ed",
    },
    {
        .issue = "issue 2277",
        .title = "the destination of COLO activates its disks in a coroutine",
        .stacks = {"bdrv_graph_rdlock_main_loop bdrv_activate_all colo_incoming_co"},
        .message = {"Assertion `!qemu_in_coroutine()' failed"},
        .introduced_in = "8.2", /* 2b3912f135 */
        .fixed_in = "9.1",
        .fixed_by = "2cc637f1ea",
    },
    {
        .title = "a snapshot is begun by a vCPU that waits for a pflash write",
        .stacks = {"bdrv_writev_vmstate qemu_savevm_state"},
        .message = {"Assertion `qemu_get_current_aio_context() == qemu_get_aio_context()' failed"},
        .fixed_in = "8.2",
        .fixed_by = "930e239d11",
    },
    {
        .title = "a stopped guest is migrated a second time after a migration that was cancelled",
        .message = {"memory_global_dirty_log_start",
                    "Assertion `!(global_dirty_tracking & flags)' failed"},
        .introduced_in = "6.2", /* 63b41db4bc */
        .fixed_in = "7.0",
        .fixed_by = "a5c90c61a1",
    },
    {
        .title = "the destination of a migration with multifd ends by postcopy with channels open",
        .stacks = {"yank_unregister_instance migration_incoming_state_destroy"},
        .message = {"Assertion `QLIST_EMPTY(&entry->yankfns)' failed"},
        .introduced_in = "6.0", /* b5eea99ec2 */
        .fixed_in = "8.0",
        .fixed_by = "cfc3bcf373",
        .workaround = "use either of multifd and postcopy",
    },
    {
        .title = "a migration with TLS ends with its channel open",
        .stacks = {"yank_unregister_instance migrate_fd_cleanup"},
        .message = {"Assertion `QLIST_EMPTY(&entry->yankfns)' failed"},
        .introduced_in = "6.0", /* b5eea99ec2 */
        .fixed_in = "6.1",
        .fixed_by = "7de2e85653",
    },

    /* ---- devices ---- */
    {
        .title = "a guest that resets a disk of virtio-scsi with an iothread, as after a timeout",
        .stacks = {"blk_drain scsi_device_purge_requests virtio_scsi_handle_ctrl_req"},
        .message = {"Assertion `qemu_in_main_thread()' failed"},
        .introduced_in = "7.0", /* 0439c5a462 */
        .fixed_in = "8.0",
        .fixed_by = "be2c42b97c",
        .workaround = "use virtio-scsi without an iothread",
    },
    {
        .title = "a request of virtio-scsi with an iothread is cancelled while it ends",
        .message = {"scsi_dma_complete", "Assertion `r->req.aiocb != NULL' failed"},
        .fixed_in = "8.0",
        .fixed_by = "abfcd2760b",
        .workaround = "use virtio-scsi without an iothread",
    },
    {
        .title = "a guest that restarts its vhost driver unmasks a vector whose interrupt is released",
        .stacks = {"kvm_irqchip_commit_routes virtio_pci_one_vector_unmask"},
        .message = {"kvm_irqchip_commit_routes", "Assertion `ret == 0' failed"},
        .fixed_in = "9.0",
        .fixed_by = "2ce6cff94d",
    },
    {
        .title = "a guest with many virtio devices and vCPUs needs more interrupt routes than KVM has",
        .stacks = {"kvm_irqchip_commit_routes kvm_virtio_pci_vq_vector_use"},
        .message = {"kvm_irqchip_commit_routes", "Assertion `ret == 0' failed"},
        .fixed_in = "9.0",
        .fixed_by = "e34f4d87e8",
        .workaround = "give the devices fewer queues (num-queues, vectors)",
    },
    {
        .issue = "issue 2334",
        .title = "a guest sets the vector of a virtio device, such as virtio-input, that has no irqfd",
        .rules = SEGV,
        .stacks = {"kvm_virtio_pci_vq_vector_use kvm_virtio_pci_vector_use_one"},
        .introduced_in = "9.0", /* 2ce6cff94d */
        .fixed_in = "9.1",
        .fixed_by = "a8e63ff289",
    },
    {
        .title = "a guest without multiqueue uses a vhost-vdpa device that has it",
        .message = {"vhost_vdpa_get_vq_index",
                    "Assertion `idx >= dev->vq_index && idx < dev->vq_index + dev->nvqs' failed"},
        .fixed_in = "7.1",
        .fixed_by = "68b0a6395f",
        .workaround = "give the device mq=off",
    },
    {
        .title = "a vhost device has no file descriptors left for its notifiers",
        .stacks = {"memory_region_del_eventfd vhost_dev_enable_notifiers"},
        .message = {"Assertion `i != mr->ioeventfd_nb' failed"},
        .introduced_in = "8.0", /* 8771589b6f */
        .fixed_in = "8.1",
        .fixed_by = "92099aa4e9",
        .workaround = "raise the limit of open files (LimitNOFILE, ulimit -n)",
    },
    {
        .title = "vhost-vsock with a virtual IOMMU waits for the kernel's messages in the main loop",
        .stacks = {"vhost_kernel_iotlb_read"},
        .fixed_in = "5.2",
        .fixed_by = "384c2561bd",
        .workaround = "give vhost-vsock-pci iommu_platform=off",
    },
    {
        .title = "a guest resets its network card with a packet still on the way",
        .message = {"virtio_net_reset",
                    "Assertion `!virtio_net_get_subqueue(nc)->async_tx.elem' failed"},
        .fixed_in = "5.1",
        .fixed_by = "5fe19fb818",
    },
    {
        .title = "a guest sends a packet by virtio-net that is shorter than its header",
        .stacks = {"iov_copy virtio_net_flush_tx"},
        .message = {"iov_copy", "Assertion `offset == 0' failed"},
        .fixed_in = "9.1",
        .fixed_by = "d4f471eb7e",
    },
    {
        .issue = "issue 2273",
        .title = "a guest has the checksum made of a packet of SCTP that is too short (CVE-2024-3567)",
        .stacks = {"iov_from_buf_full net_tx_pkt_update_sctp_checksum"},
        .message = {"Assertion `offset == 0' failed"},
        .introduced_in = "8.1", /* f199b13bc1 */
        .fixed_in = "9.0",
        .fixed_by = "83ddb3dbba",
        .workaround = "use another network card than igb",
    },
    {
        .issue = "issue 1863",
        .title = "a guest changes e1000e to MSI-X while a delayed interrupt is on the way",
        .message = {"e1000e_intmgr_collect_delayed_causes",
                    "Assertion `core->delayed_causes == 0' failed"},
        .introduced_in = "2.7", /* 6f3fbe4ed0 */
        .fixed_in = "10.2",
        .fixed_by = "8e4649cac9",
        .workaround = "use another network card than e1000e",
    },
    {
        .issue = "issue 537",
        .title = "a guest of e1000e has a packet split that does not fit its buffers",
        .message = {"e1000e_write_payload_frag_to_rx_buffers",
                    "Assertion `bastate->cur_idx < MAX_PS_BUFFERS' failed"},
        .fixed_in = "10.2",
        .fixed_by = "9d946d56a2",
        .workaround = "use another network card than e1000e",
    },
    {
        .title = "a VFIO device gets fewer MSI vectors than its driver asks for",
        .message = {"vfio_commit_kvm_msi_virq_batch",
                    "Assertion `vdev->defer_kvm_irq_routing' failed"},
        .introduced_in = "7.1", /* dc580d51f7 */
        .fixed_in = "8.1",
        .fixed_by = "c174088923",
    },
    {
        .issue = "issue 2548",
        .title = "a guest sends a SETUP to an endpoint other than 0 of a device at UHCI (CVE-2024-8354)",
        .stacks = {"usb_ep_get uhci_handle_td"},
        .message = {"Assertion `pid == USB_TOKEN_IN || pid == USB_TOKEN_OUT' failed"},
        .fixed_in = "10.2",
        .fixed_by = "d0af3cd027",
        .workaround = "use qemu-xhci",
    },
    {
        .issue = "issue 1510",
        .title = "a guest sends a SETUP to an endpoint other than 0 of a device at OHCI",
        .stacks = {"usb_ep_get ohci_service_td"},
        .message = {"Assertion `pid == USB_TOKEN_IN || pid == USB_TOKEN_OUT' failed"},
        .fixed_in = "9.1",
        .fixed_by = "3c3c233677",
        .workaround = "use qemu-xhci",
    },
    {
        .issue = "issue 3786",
        .title = "a guest of xHCI gives a transfer whose memory can't be mapped",
        .stacks = {"usb_packet_copy xhci_kick_epctx"},
        .message = {"Assertion `p->actual_length + bytes <= iov->size' failed"},
        .fixed_in = "11.1",
        .fixed_by = "92abc3c51e",
    },
    {
        .issue = "issue 4090",
        .title = "an NVMe controller with msix-exclusive-bar=on is unplugged",
        .stacks = {"memory_region_del_subregion nvme_exit"},
        .message = {"Assertion `subregion->container == mr' failed"},
        .introduced_in = "9.0", /* fa905f65c5 */
        .fixed_in = "11.1",
        .fixed_by = "6e5ca34f38",
        .workaround = "give the controller msix-exclusive-bar=off",
    },

    /* ---- displays, monitors, accelerators ---- */
    {
        .title = "a VNC client sends a clipboard that is longer than it says (CVE-2023-3255)",
        .rules = "at-work",
        .stacks = {"inflate_buffer vnc_client_cut_text_ext"},
        .introduced_in = "6.1", /* 0bf41cab93 */
        .fixed_in = "8.1",
        .fixed_by = "d921fea338",
    },
    {
        .issue = "issue 1644",
        .title = "a guest changes its resolution while SDL draws by OpenGL",
        .stacks = {"surface_gl_update_texture sdl2_gl_update"},
        .message = {"Assertion `gls' failed"},
        .introduced_in = "7.0", /* c84ab0a500 */
        .fixed_in = "8.1",
        .fixed_by = "b3a654d82e",
        .workaround = "use -display gtk, or sdl,gl=off",
    },
    {
        .title = "the main loop and the monitor's thread both accept a client of QMP, and one waits for "
                 "the next",
        .stacks = {"qio_channel_socket_accept qio_net_listener_channel_func"},
        .fixed_in = "11.0",
        .fixed_by = "e714f1a3d4",
        .workaround = "connect once more to that monitor",
    },
    {
        .title = "an s390x machine in record or replay resets, and waits for a vCPU that waits for it",
        .stacks = {"do_run_on_cpu s390_machine_reset", "rr_cpu_thread_fn"},
        .fixed_in = "10.0",
        .fixed_by = "a4cda3f5df",
    },
    {
        .issue = "issue 2043",
        .title = "IDE TRIM and a drain wait for each other",
        .rules = "drain-trim-circle",
        .introduced_in = "7.0", /* 7e5cdb345f */
        .fixed_in = "11.1",
        .fixed_by = "095c08a7ba",
        .workaround = "detach the disk with discard=off",
    },
};

const size_t qc_known_bug_count = qc_count(qc_known_bugs);
