/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fields - every member and variable of QEMU that is read, with its names over the versions
 *
 * One const table lists the alternative names, newest first; the debug info tells which of them
 * exists, and where. So no version number is ever asked. If a QEMU has none of them, only the facts
 * that rest on this member or variable are absent.
 *
 * To add one, add a line to QC_FIELDS or QC_VARIABLES.
 */
#pragma once

#include "values/values.h"

/*
 * Columns: name; structure; whether the member lies at offset 0 (the first one in all versions), so
 * that it is found without debug info too; names of the member, newest first. The structure is a
 * type, or "*variable": the unnamed type that a variable points to; "=variable": the type of a
 * variable, if versions name it differently; "file:structure": the type of that name in that source
 * file, if several files have one. From include/qemu/thread*.h, lockcnt.h, coroutine*.h, rcu.h,
 * include/hw/core/cpu.h, include/block/aio.h, include/sysemu/iothread.h, include/qom/object.h,
 * include/qemu/timer.h, util/async.c, migration/migration.h, migration/multifd.[ch],
 * include/block/block_int-common.h, block/block-backend.c, include/qemu/job.h, block/graph-lock.c,
 * of 4.0 to 11.1.
 */
#define QC_FIELDS(X)                                                                               \
    X(MUTEX_LOCK, "QemuMutex", true, "lock")                                                       \
    X(MUTEX_FILE, "QemuMutex", false, "file") /* CONFIG_DEBUG_MUTEX */                             \
    X(MUTEX_LINE, "QemuMutex", false, "line")                                                      \
    X(REC_MUTEX_LOCK, "QemuRecMutex", true, "m.lock", "lock") /* 6.1 on; up to 6.0 */              \
    X(REC_MUTEX_FILE, "QemuRecMutex", false, "m.file", "file")                                     \
    X(REC_MUTEX_LINE, "QemuRecMutex", false, "m.line", "line")                                     \
    X(COND_COND, "QemuCond", true, "cond")                                                         \
    X(SEM_SEM, "QemuSemaphore", false, "sem")             /* up to 7.0 */                          \
    X(SEM_MUTEX, "QemuSemaphore", false, "mutex", "lock") /* 7.1 on; without sem_timedwait */      \
    X(SEM_COND, "QemuSemaphore", false, "cond")                                                    \
    X(SEM_COUNT, "QemuSemaphore", false, "count")                                                  \
    X(EVENT_VALUE, "QemuEvent", true, "value")                                                     \
    X(LOCKCNT_COUNT, "QemuLockCnt", true, "count")                                                 \
    X(SPIN_VALUE, "QemuSpin", true, "value")                                                       \
    X(CO_MUTEX_LOCKED, "CoMutex", true, "locked")                                                  \
    X(CO_MUTEX_CTX, "CoMutex", false, "ctx")                                                       \
    X(CO_MUTEX_HANDOFF, "CoMutex", false, "handoff")                                               \
    X(CO_MUTEX_HOLDER, "CoMutex", false, "holder")                                                 \
    X(CO_QUEUE_FIRST, "CoQueue", true, "entries.sqh_first")                                        \
    X(CO_RWLOCK_OWNERS, "CoRwlock", false, "owners") /* 6.0 on */                                  \
    X(CO_RWLOCK_READER, "CoRwlock", false, "reader") /* up to 5.2 */                               \
    X(CO_RWLOCK_TICKETS, "CoRwlock", false, "tickets.sqh_first")                                   \
    X(CO_RWLOCK_MUTEX_LOCKED, "CoRwlock", false, "mutex.locked")                                   \
    X(CO_QUEUE_NEXT, "Coroutine", false, "co_queue_next.sqe_next")                                 \
    X(CPU_NEXT, "CPUState", false, "node.tqe_next")                                                \
    X(CPU_INDEX, "CPUState", false, "cpu_index")                                                   \
    X(CPU_THREAD_ID, "CPUState", false, "thread_id")                                               \
    X(CPU_HALT_COND, "CPUState", false, "halt_cond")                                               \
    X(CPU_CREATED, "CPUState", false, "created")                                                   \
    X(CPU_STOP, "CPUState", false, "stop")                                                         \
    X(CPU_STOPPED, "CPUState", false, "stopped")                                                   \
    X(CPU_HALTED, "CPUState", false, "halted")                                                     \
    X(CPU_HAS_WAITER, "CPUState", false, "has_waiter")                                             \
    X(CPU_EXCLUSIVE, "CPUState", false, "exclusive_context_count",                                 \
      "in_exclusive_context")                                 /* 8.0 on; 4.2 to 7.2 */             \
    X(CPU_IN_IOCTL, "CPUState", false, "in_ioctl_lock.count") /* 8.0 on */                         \
    X(TIMERS_DONE_EV, "QEMUTimerList", false, "timers_done_ev")                                    \
    X(IOTHREAD_CTX, "IOThread", false, "ctx")                                                      \
    X(IOTHREAD_THREAD_ID, "IOThread", false, "thread_id")                                          \
    X(AIO_CONTEXT_LOCK, "AioContext", false, "lock") /* used up to 8.2 */                          \
    X(RCU_READER_CTR, "struct rcu_reader_data", true, "ctr")                                       \
    X(RCU_READER_DEPTH, "struct rcu_reader_data", false, "depth")                                  \
    X(OBJECT_CLASS, "Object", true, "class")                                                       \
    X(OBJECT_PROPERTIES, "Object", false, "properties")                                            \
    X(OBJECT_PARENT, "Object", false, "parent")                                                    \
    X(PROPERTY_NAME, "ObjectProperty", false, "name")                                              \
    X(PROPERTY_TYPE, "ObjectProperty", false, "type")                                              \
    X(PROPERTY_OPAQUE, "ObjectProperty", false, "opaque")                                          \
    X(CLASS_TYPE, "ObjectClass", true, "type")                                                     \
    X(TYPE_NAME, "TypeImpl", true, "name")                                                         \
    X(MULTIFD_SEND_NAME, "MultiFDSendParams", false, "name")                                       \
    X(MULTIFD_SEND_ID, "MultiFDSendParams", false, "id")                                           \
    X(MULTIFD_RECV_NAME, "MultiFDRecvParams", false, "name")                                       \
    X(MULTIFD_RECV_ID, "MultiFDRecvParams", false, "id")                                           \
    X(CPU_UNPLUG, "CPUState", false, "unplug")                                                     \
    X(CPU_EXIT_REQUEST, "CPUState", false, "exit_request")                                         \
    X(CPU_CRASH_OCCURRED, "CPUState", false, "crash_occurred")                                     \
    X(CPU_DIRTY, "CPUState", false, "vcpu_dirty")                                                  \
    X(CPU_KVM_RUN, "CPUState", false, "kvm_run")                                                   \
    X(KVM_RUN_EXIT, "struct kvm_run", false, "exit_reason")                                        \
    X(KVM_RUN_SUBERROR, "struct kvm_run", false, "internal.suberror")                              \
    X(CPU_PC, "ArchCPU", false, "env.eip", "env.nip", "env.psw.addr", "env.pc") /* 7.1 on */       \
    X(CPU_IS_AARCH64, "ArchCPU", false, "env.aarch64")                                             \
    X(CPU_WORK, "CPUState", false, "work_list.sqh_first", "queued_work_first") /* 5.1 on */        \
    X(WORK_NEXT, "struct qemu_work_item", false, "node.sqe_next", "next")                          \
    X(MACHINE_ACCELERATOR, "MachineState", false, "accelerator")                                   \
    X(TIMER_GROUP_LISTS, "QEMUTimerListGroup", true, "tl")                                         \
    X(TIMER_LIST_CLOCK, "QEMUTimerList", true, "clock")                                            \
    X(TIMER_LIST_ACTIVE, "QEMUTimerList", false, "active_timers")                                  \
    X(CLOCK_TYPE, "QEMUClock", false, "type")                                                      \
    X(CLOCK_ENABLED, "QEMUClock", false, "enabled")                                                \
    X(TIMER_EXPIRE, "QEMUTimer", true, "expire_time")                                              \
    X(TIMER_CALLBACK, "QEMUTimer", false, "cb")                                                    \
    X(TIMER_OPAQUE, "QEMUTimer", false, "opaque")                                                  \
    X(TIMER_NEXT, "QEMUTimer", false, "next")                                                      \
    X(TIMERS_STATE_RUNS, "TimersState", false, "cpu_ticks_enabled")                                \
    X(TIMERS_STATE_OFFSET, "TimersState", false, "cpu_clock_offset")                               \
    X(DISPLAY_TIMER, "DisplayState", false, "gui_timer")                                           \
    X(DISPLAY_LAST_UPDATE, "DisplayState", false, "last_update")                                   \
    X(DISPLAY_INTERVAL, "DisplayState", false, "update_interval")                                  \
    X(AIO_HANDLERS, "AioContext", false, "aio_handlers.lh_first")                                  \
    X(AIO_NOTIFY_ME, "AioContext", false, "notify_me")                                             \
    X(AIO_NOTIFIED, "AioContext", false, "notified")                                               \
    X(AIO_LIST_LOCK, "AioContext", false, "list_lock.count")                                       \
    X(AIO_BOTTOM_HALVES, "AioContext", false, "bh_list.slh_first", "first_bh") /* 5.0 on */        \
    X(AIO_SLICES, "AioContext", false, "bh_slice_list.sqh_first")                                  \
    X(AIO_COROUTINES, "AioContext", false, "scheduled_coroutines.slh_first")                       \
    X(AIO_FDMON, "AioContext", false, "fdmon_ops") /* 5.0 on */                                    \
    X(AIO_EPOLL_FD, "AioContext", false, "epollfd")                                                \
    X(AIO_POLL_MAX_NS, "AioContext", false, "poll_max_ns")                                         \
    X(AIO_POLL_GROW, "AioContext", false, "poll_grow")                                             \
    X(AIO_POLL_SHRINK, "AioContext", false, "poll_shrink")                                         \
    X(AIO_MAX_BATCH, "AioContext", false, "aio_max_batch") /* 6.1 on */                            \
    X(AIO_POLL_NS, "AioContext", false, "poll_ns") /* not in 10.0 to 11.0 */                       \
    X(AIO_TIMERS, "AioContext", false, "tlg")                                                      \
    X(AIO_HANDLER_NEXT, "AioHandler", false, "node.le_next")                                       \
    X(COROUTINE_SCHEDULED_NEXT, "Coroutine", false, "co_scheduled_next.sle_next")                  \
    X(BH_NAME, "struct QEMUBH", false, "name") /* 6.1 on */                                        \
    X(BH_CALLBACK, "struct QEMUBH", false, "cb")                                                   \
    X(BH_NEXT, "struct QEMUBH", false, "next.sle_next", "next")                                    \
    X(BH_FLAGS, "struct QEMUBH", false, "flags") /* 5.0 on, before: */                             \
    X(BH_SCHEDULED, "struct QEMUBH", false, "scheduled")                                           \
    X(BH_DELETED, "struct QEMUBH", false, "deleted")                                               \
    X(BH_IDLE, "struct QEMUBH", false, "idle")                                                     \
    X(SLICE_LIST, "BHListSlice", true, "bh_list.slh_first")                                        \
    X(SLICE_NEXT, "BHListSlice", false, "next.sqe_next")                                           \
    X(ERROR_MESSAGE, "struct Error", true, "msg")                                                  \
    X(FILE_LAST_ERROR, "QEMUFile", false, "last_error")                                            \
    X(DUMP_STATUS, "DumpState", false, "status")                                                   \
    X(DEVICE_REALIZED, "DeviceState", false, "realized")                                           \
    X(DEVICE_BUS, "DeviceState", false, "parent_bus")                                              \
    X(DEVICE_BUSES, "DeviceState", false, "child_bus.lh_first")                                    \
    X(BUS_PARENT, "BusState", false, "parent")                                                     \
    X(BUS_NAME, "BusState", false, "name")                                                         \
    X(BUS_REALIZED, "BusState", false, "realized")                                                 \
    X(BUS_CHILDREN, "BusState", false, "children.tqh_first")                                       \
    X(BUS_NEXT, "BusState", false, "sibling.le_next")                                              \
    X(BUS_CHILD_DEVICE, "BusChild", false, "child")                                                \
    X(BUS_CHILD_NEXT, "BusChild", false, "sibling.tqe_next")                                       \
    X(DEVICE_UNPLUG_PENDING, "DeviceState", false, "pending_deleted_event")                        \
    X(X86_MACHINE_ACPI, "X86MachineState", false, "acpi_dev")                                      \
    X(ARM_MACHINE_ACPI, "VirtMachineState", false, "acpi_dev")                                     \
    X(PIIX4_MEMORY, "PIIX4PMState", false, "acpi_memory_hotplug")                                  \
    X(PIIX4_CPUS, "PIIX4PMState", false, "cpuhp_state")                                            \
    X(ICH9_MEMORY, "ICH9LPCState", false, "pm.acpi_memory_hotplug")                                \
    X(ICH9_CPUS, "ICH9LPCState", false, "pm.cpuhp_state")                                          \
    X(GED_MEMORY, "AcpiGedState", false, "memhp_state")                                            \
    X(GED_CPUS, "AcpiGedState", false, "cpuhp_state")                                              \
    X(MEMORY_SLOT_COUNT, "MemHotplugState", false, "dev_count")                                    \
    X(MEMORY_SLOTS, "MemHotplugState", false, "devs")                                              \
    X(MEMORY_SLOT_DEVICE, "MemStatus", true, "dimm")                                               \
    X(MEMORY_SLOT_REMOVING, "MemStatus", false, "is_removing")                                     \
    X(CPU_SLOT_COUNT, "CPUHotplugState", false, "dev_count")                                       \
    X(CPU_SLOTS, "CPUHotplugState", false, "devs")                                                 \
    X(CPU_SLOT_DEVICE, "AcpiCpuStatus", true, "cpu")                                               \
    X(CPU_SLOT_REMOVING, "AcpiCpuStatus", false, "is_removing")                                    \
    X(MIGRATION_STATE, "MigrationState", false, "state")                                           \
    X(MIGRATION_ERROR, "MigrationState", false, "error")                                           \
    X(MIGRATION_RUNNING, "MigrationState", false, "migration_thread_running")                      \
    X(MIGRATION_TO_DESTINATION, "MigrationState", false, "to_dst_file")                            \
    X(MIGRATION_FROM_DESTINATION, "MigrationState", false, "rp_state.from_dst_file")               \
    X(MIGRATION_RETURN_PATH, "MigrationState", false, "rp_state.rp_thread_created")                \
    X(MIGRATION_START_POSTCOPY, "MigrationState", false, "start_postcopy")                         \
    X(MIGRATION_HUP_SOURCE, "MigrationState", false, "hup_source") /* 10.0 on */                   \
    X(MIGRATION_ACKED, "MigrationState", false, "switchover_acked") /* 8.1 to 11.0 */              \
    X(MIGRATION_ACKS, "MigrationState", false, "switchover_ack_pending_num") /* 11.1 on */         \
    X(MIGRATION_THRESHOLD, "MigrationState", false, "threshold_size")                              \
    X(MIGRATION_OLD_STATE, "MigrationState", false, "vm_old_state") /* 8.1 on; before: */          \
    X(MIGRATION_WAS_RUNNING, "MigrationState", false, "vm_was_running")                            \
    X(MIGRATION_SETUP_TIME, "MigrationState", false, "setup_time")                                 \
    X(MIGRATION_EXPECTED_DOWNTIME, "MigrationState", false, "expected_downtime")                   \
    X(STATS_PASSES, "MigrationAtomicStats", false, "dirty_sync_count.value", "dirty_sync_count")   \
    X(STATS_NORMAL, "MigrationAtomicStats", false, "normal_pages.value", "normal_pages")           \
    X(STATS_ZERO, "MigrationAtomicStats", false, "zero_pages.value", "zero_pages")                 \
    X(STATS_PRECOPY, "MigrationAtomicStats", false, "precopy_bytes.value", "precopy_bytes")        \
    X(STATS_POSTCOPY, "MigrationAtomicStats", false, "postcopy_bytes.value", "postcopy_bytes")     \
    X(STATS_MULTIFD, "MigrationAtomicStats", false, "multifd_bytes.value", "multifd_bytes")        \
    X(STATS_DOWNTIME, "MigrationAtomicStats", false, "downtime_bytes.value", "downtime_bytes")     \
    X(STATS_TRANSFERRED, "MigrationAtomicStats", false, "transferred.value", "transferred")        \
    X(STATS_RATE, "MigrationAtomicStats", false, "dirty_pages_rate.value", "dirty_pages_rate")     \
    X(STATS_REQUESTS, "MigrationAtomicStats", false, "postcopy_requests.value",                    \
      "postcopy_requests")                                                                         \
    X(STATS_FILE, "MigrationAtomicStats", false, "qemu_file_transferred.value",                    \
      "qemu_file_transferred")                                                                     \
    X(STATS_RDMA, "MigrationAtomicStats", false, "rdma_bytes.value", "rdma_bytes")                 \
    X(COUNTERS_PASSES, "=ram_counters", false, "dirty_sync_count.value", "dirty_sync_count")       \
    X(COUNTERS_NORMAL, "=ram_counters", false, "normal.value", "normal")                           \
    X(COUNTERS_ZERO, "=ram_counters", false, "duplicate.value", "duplicate")                       \
    X(COUNTERS_PRECOPY, "=ram_counters", false, "precopy_bytes.value", "precopy_bytes")            \
    X(COUNTERS_POSTCOPY, "=ram_counters", false, "postcopy_bytes.value", "postcopy_bytes")         \
    X(COUNTERS_MULTIFD, "=ram_counters", false, "multifd_bytes.value", "multifd_bytes")            \
    X(COUNTERS_DOWNTIME, "=ram_counters", false, "downtime_bytes.value", "downtime_bytes")         \
    X(COUNTERS_TRANSFERRED, "=ram_counters", false, "transferred.value", "transferred")            \
    X(COUNTERS_RATE, "=ram_counters", false, "dirty_pages_rate.value", "dirty_pages_rate")         \
    X(COUNTERS_REQUESTS, "=ram_counters", false, "postcopy_requests.value", "postcopy_requests")   \
    X(RAM_STATE_DIRTY, "RAMState", false, "migration_dirty_pages")                                 \
    X(RAM_STATE_TOTAL, "RAMState", false, "ram_bytes_total") /* 6.1 on */                          \
    X(MIGRATION_MBPS, "MigrationState", false, "mbps")                                             \
    X(MIGRATION_PAGES, "MigrationState", false, "pages_per_second")                                \
    X(MIGRATION_TOTAL_TIME, "MigrationState", false, "total_time")                                 \
    X(MIGRATION_DOWNTIME, "MigrationState", false, "downtime")                                     \
    X(MIGRATION_PARAMETERS, "MigrationState", false, "parameters")                                 \
    X(MIGRATION_CAPABILITIES, "MigrationState", false, "capabilities", "enabled_capabilities")     \
    X(MIGRATION_START, "MigrationState", false, "start_time")                                      \
    X(MIGRATION_ITERATION, "MigrationState", false, "iteration_start_time") /* 4.0 on */           \
    X(MIGRATION_CHANNELS, "MigrationState", false, "parameters.multifd_channels",                  \
      "parameters.x_multifd_channels")                                                             \
    X(INCOMING_STATE, "MigrationIncomingState", false, "state")                                    \
    X(INCOMING_FROM_SOURCE, "MigrationIncomingState", true, "from_src_file")                       \
    X(INCOMING_TO_SOURCE, "MigrationIncomingState", false, "to_src_file")                          \
    X(INCOMING_TRANSPORT, "MigrationIncomingState", false, "transport_data")                       \
    X(INCOMING_COROUTINE, "MigrationIncomingState", false, "loadvm_co",                            \
      "migration_incoming_co") /* 8.1 on; up to 8.0 */                                             \
    X(INCOMING_HAVE_FAULT, "MigrationIncomingState", false, "have_fault_thread")                   \
    X(INCOMING_HAVE_LISTEN, "MigrationIncomingState", false, "have_listen_thread")                 \
    X(INCOMING_PAGES, "MigrationIncomingState", false, "page_requested_count")                     \
    X(MULTIFD_SEND_PARAMS, "*multifd_send_state", true, "params")                                  \
    X(MULTIFD_SEND_EXITING, "*multifd_send_state", false, "exiting")                               \
    X(MULTIFD_RECV_PARAMS, "*multifd_recv_state", true, "params")                                  \
    X(MULTIFD_RECV_EXITING, "*multifd_recv_state", false, "exiting")                               \
    X(MULTIFD_RECV_COUNT, "*multifd_recv_state", false, "count")                                   \
    X(SEND_RUNNING, "MultiFDSendParams", false, "thread_created", "running") /* 9.0 on */          \
    X(SEND_QUIT, "MultiFDSendParams", false, "quit")                                               \
    X(SEND_PENDING_JOB, "MultiFDSendParams", false, "pending_job")                                 \
    X(SEND_PENDING_SYNC, "MultiFDSendParams", false, "pending_sync")                               \
    X(SEND_PACKETS, "MultiFDSendParams", false, "packets_sent", "num_packets")                     \
    X(SEND_CHANNEL, "MultiFDSendParams", false, "c")                                               \
    X(RECV_RUNNING, "MultiFDRecvParams", false, "thread_created", "running")                       \
    X(RECV_QUIT, "MultiFDRecvParams", false, "quit")                                               \
    X(RECV_PENDING_JOB, "MultiFDRecvParams", false, "pending_job")                                 \
    X(RECV_PENDING_SYNC, "MultiFDRecvParams", false, "pending_sync")                               \
    X(RECV_PACKETS, "MultiFDRecvParams", false, "packets_recved", "num_packets")                   \
    X(RECV_CHANNEL, "MultiFDRecvParams", false, "c")                                               \
    X(NODE_NAME, "BlockDriverState", false, "node_name")                                           \
    X(NODE_DRIVER, "BlockDriverState", false, "drv")                                               \
    X(NODE_FILENAME, "BlockDriverState", false, "filename")                                        \
    X(NODE_IN_FLIGHT, "BlockDriverState", false, "in_flight")                                      \
    X(NODE_SERIALISING, "BlockDriverState", false, "serialising_in_flight")                        \
    X(NODE_QUIESCE, "BlockDriverState", false, "quiesce_counter")                                  \
    X(NODE_OPEN_FLAGS, "BlockDriverState", false, "open_flags")                                    \
    X(NODE_SECTORS, "BlockDriverState", false, "total_sectors")                                    \
    X(NODE_CONTEXT, "BlockDriverState", false, "aio_context")                                      \
    X(NODE_ACTIVE_FLUSH, "BlockDriverState", false, "active_flush_req")                            \
    X(NODE_REQUESTS, "BlockDriverState", false, "tracked_requests.lh_first")                       \
    X(NODE_OPAQUE, "BlockDriverState", false, "opaque")                                            \
    X(NODE_CHILDREN, "BlockDriverState", false, "children.lh_first")                               \
    X(NODE_NEXT, "BlockDriverState", false, "bs_list.tqe_next")                                    \
    X(DRIVER_NAME, "BlockDriver", true, "format_name")                                             \
    X(REQUEST_NEXT, "BdrvTrackedRequest", false, "list.le_next")                                   \
    X(REQUEST_TYPE, "BdrvTrackedRequest", false, "type")                                           \
    X(REQUEST_OFFSET, "BdrvTrackedRequest", false, "offset")                                       \
    X(REQUEST_BYTES, "BdrvTrackedRequest", false, "bytes")                                         \
    X(REQUEST_SERIALISING, "BdrvTrackedRequest", false, "serialising")                             \
    X(REQUEST_COROUTINE, "BdrvTrackedRequest", false, "co")                                        \
    X(REQUEST_WAITING_FOR, "BdrvTrackedRequest", false, "waiting_for")                             \
    X(POLL_COROUTINE, "BdrvPollCo", false, "co") /* 5.2 on */                                      \
    X(POLL_IN_PROGRESS, "BdrvPollCo", false, "in_progress")                                        \
    X(BACKEND_NAME, "BlockBackend", true, "name")                                                  \
    X(BACKEND_NEXT, "BlockBackend", false, "link.tqe_next")                                        \
    X(BACKEND_ROOT, "BlockBackend", false, "root")                                                 \
    X(BACKEND_DEVICE, "BlockBackend", false, "dev")                                                \
    X(BACKEND_IN_FLIGHT, "BlockBackend", false, "in_flight")                                       \
    X(BACKEND_QUIESCE, "BlockBackend", false, "quiesce_counter")                                   \
    X(BACKEND_QUEUED, "BlockBackend", false, "queued_requests") /* 4.2 on */                       \
    X(BACKEND_CONTEXT, "BlockBackend", false, "ctx")                                               \
    X(BACKEND_LAST_ACCESS, "BlockBackend", false, "stats.last_access_time_ns")                     \
    X(BACKEND_FAILED_0, "BlockBackend", false, "stats.failed_ops[0]") /* by enum BlockAcctType */  \
    X(BACKEND_FAILED_1, "BlockBackend", false, "stats.failed_ops[1]")                              \
    X(BACKEND_FAILED_2, "BlockBackend", false, "stats.failed_ops[2]")                              \
    X(BACKEND_FAILED_3, "BlockBackend", false, "stats.failed_ops[3]") /* 4.2 on */                 \
    X(BACKEND_THROTTLE, "BlockBackend", false, "public.throttle_group_member")                     \
    X(BACKEND_WRITE_CACHE, "BlockBackend", false, "enable_write_cache")                            \
    X(BACKEND_IOSTATUS_ENABLED, "BlockBackend", false, "iostatus_enabled")                         \
    X(BACKEND_IOSTATUS, "BlockBackend", false, "iostatus")                                         \
    X(BACKEND_ON_READ_ERROR, "BlockBackend", false, "on_read_error")                               \
    X(BACKEND_ON_WRITE_ERROR, "BlockBackend", false, "on_write_error")                             \
    X(BACKEND_RETRY_TIMER, "BlockBackend", false, "retry_timer") /* openEuler's */                 \
    X(BACKEND_OPS, "BlockBackend", false, "dev_ops")                                               \
    X(BACKEND_OPS_GIVEN, "BlockBackend", false, "dev_opaque")                                      \
    X(OPS_CHANGE, "BlockDevOps", false, "change_media_cb")                                         \
    X(OPS_TRAY, "BlockDevOps", false, "is_tray_open")                                              \
    X(OPS_LOCK, "BlockDevOps", false, "is_medium_locked")                                          \
    X(IDE_TRAY_OPEN, "IDEState", false, "tray_open")                                               \
    X(IDE_TRAY_LOCKED, "IDEState", false, "tray_locked")                                           \
    X(SCSI_TRAY_OPEN, "SCSIDiskState", false, "tray_open")                                         \
    X(SCSI_TRAY_LOCKED, "SCSIDiskState", false, "tray_locked")                                     \
    X(CHILD_NODE, "BdrvChild", true, "bs")                                                         \
    X(CHILD_NAME, "BdrvChild", false, "name")                                                      \
    X(CHILD_NEXT, "BdrvChild", false, "next.le_next")                                              \
    X(DEVICE_ID, "DeviceState", false, "id")                                                       \
    X(DEVICE_PATH, "DeviceState", false, "canonical_path")                                         \
    X(FILE_FD, "file-posix.c:BDRVRawState", false, "fd")                                           \
    X(FILE_LINUX_AIO, "file-posix.c:BDRVRawState", false, "use_linux_aio")                         \
    X(FILE_IO_URING, "file-posix.c:BDRVRawState", false, "use_linux_io_uring") /* 5.0 on */        \
    X(NBD_STATE, "BDRVNBDState", false, "state", "connection_state")                               \
    X(NBD_IN_FLIGHT, "BDRVNBDState", false, "in_flight")                                           \
    X(NBD_EXPORT, "BDRVNBDState", false, "export")                                                 \
    X(NBD_DELAY_TIMER, "BDRVNBDState", false, "reconnect_delay_timer") /* 5.2 on */                \
    X(NBD_OPEN_TIMER, "BDRVNBDState", false, "open_timer") /* 7.0 on */                            \
    X(NULL_LATENCY, "BDRVNullState", false, "latency_ns")                                          \
    X(BLKDEBUG_SUSPENDED, "BDRVBlkdebugState", false, "suspended_reqs.lh_first")                   \
    X(SUSPENDED_NEXT, "BlkdebugSuspendedReq", false, "next.le_next")                               \
    X(SUSPENDED_TAG, "BlkdebugSuspendedReq", false, "tag")                                         \
    X(THROTTLE_STATE, "ThrottleGroupMember", false, "throttle_state")                              \
    X(THROTTLE_READS, "ThrottleGroupMember", false, "pending_reqs[0]")                             \
    X(THROTTLE_WRITES, "ThrottleGroupMember", false, "pending_reqs[1]")                            \
    X(THROTTLE_READ_TIMER, "ThrottleGroupMember", false, "throttle_timers.timers[0]")              \
    X(THROTTLE_WRITE_TIMER, "ThrottleGroupMember", false, "throttle_timers.timers[1]")             \
    X(THROTTLE_BUCKETS, "ThrottleState", false, "cfg.buckets")                                     \
    X(THROTTLE_SIZE, "ThrottleState", false, "cfg.op_size")                                        \
    X(BUCKET_AVERAGE, "LeakyBucket", false, "avg")                                                 \
    X(BUCKET_BURST, "LeakyBucket", false, "max")                                                   \
    X(BUCKET_LENGTH, "LeakyBucket", false, "burst_length")                                         \
    X(THROTTLE_GROUP_STATE, "ThrottleGroup", false, "ts")                                          \
    X(THROTTLE_GROUP_READS_ARMED, "ThrottleGroup", false, "any_timer_armed[0]")                    \
    X(THROTTLE_GROUP_WRITES_ARMED, "ThrottleGroup", false, "any_timer_armed[1]")                   \
    X(THROTTLE_GROUP_NAME, "ThrottleGroup", false, "name")                                         \
    X(AIO_LINUX_AIO, "AioContext", false, "linux_aio")                                             \
    X(LINUX_AIO_CONTEXT, "LinuxAioState", false, "ctx")                                            \
    X(LINUX_AIO_IN_FLIGHT, "LinuxAioState", false, "io_q.in_flight")                               \
    X(IO_URING_IN_FLIGHT, "LuringState", false, "io_q.in_flight")                                  \
    X(VIRTIO_QUEUES, "VirtIODevice", false, "vq")                                                  \
    X(QUEUE_SIZE, "VirtQueue", false, "vring.num")                                                 \
    X(QUEUE_LAST_AVAIL, "VirtQueue", false, "last_avail_idx")                                      \
    X(QUEUE_SHADOW_AVAIL, "VirtQueue", false, "shadow_avail_idx")                                  \
    X(QUEUE_USED, "VirtQueue", false, "used_idx")                                                  \
    X(QUEUE_IN_USE, "VirtQueue", false, "inuse")                                                   \
    X(QUEUE_NOTIFICATION, "VirtQueue", false, "notification")                                      \
    X(QUEUE_RING, "VirtQueue", false, "vring.desc")                                                \
    X(QUEUE_CACHES, "VirtQueue", false, "vring.caches")                                            \
    X(QUEUE_SIGNALLED, "VirtQueue", false, "signalled_used")                                       \
    X(QUEUE_SIGNALLED_VALID, "VirtQueue", false, "signalled_used_valid")                           \
    X(QUEUE_NOTIFIER_FD, "VirtQueue", false, "host_notifier.rfd")                                  \
    X(QUEUE_NOTIFIER, "VirtQueue", false, "host_notifier")                                         \
    X(QUEUE_NOTIFIER_ENABLED, "VirtQueue", false, "host_notifier_enabled")                         \
    X(RING_AVAIL, "VRingMemoryRegionCaches", false, "avail.ptr")                                   \
    X(RING_USED, "VRingMemoryRegionCaches", false, "used.ptr")                                     \
    X(VHOST_USER_BLK_CHARDEV, "VHostUserBlk", false, "chardev.chr")                                \
    X(VHOST_USER_SCSI_CHARDEV, "VirtIOSCSICommon", false, "conf.chardev.chr")                      \
    X(VHOST_USER_FS_CHARDEV, "VHostUserFS", false, "conf.chardev.chr")                             \
    X(RNG_REQUESTS, "RngBackend", false, "requests.sqh_first")                                     \
    X(RNG_CHARDEV, "RngEgd", false, "chr.chr")                                                     \
    X(VHOST_USER_BLK_INFLIGHT, "VHostUserBlk", false, "inflight")                                  \
    X(VHOST_SCSI_INFLIGHT, "VHostSCSICommon", false, "inflight")                                   \
    X(INFLIGHT_ADDRESS, "struct vhost_inflight", false, "addr")                                    \
    X(INFLIGHT_SIZE, "struct vhost_inflight", false, "size")                                       \
    X(VIRTIO_ID, "VirtIODevice", false, "device_id")                                               \
    X(VIRTIO_STATUS, "VirtIODevice", false, "status")                                              \
    X(VIRTIO_FEATURES, "VirtIODevice", false, "guest_features")                                    \
    X(VIRTIO_BROKEN, "VirtIODevice", false, "broken")                                              \
    X(VIRTIO_VM_RUNNING, "VirtIODevice", false, "vm_running")                                      \
    X(VIRTIO_VHOST, "VirtIODevice", false, "vhost_started") /* 7.2 on */                           \
    X(VIRTIO_ENDIAN, "VirtIODevice", false, "device_endian")                                       \
    X(COROUTINE_ENTRY, "Coroutine", true, "entry")                                                 \
    X(COROUTINE_ARGUMENT, "Coroutine", false, "entry_arg")                                         \
    X(COROUTINE_CALLER, "Coroutine", false, "caller")                                              \
    X(COROUTINE_STACK, "CoroutineUContext", false, "stack")                                        \
    X(COROUTINE_STACK_SIZE, "CoroutineUContext", false, "stack_size")                              \
    X(COROUTINE_ENV, "CoroutineUContext", false, "env")                                            \
    X(SIGALTSTACK_STACK, "CoroutineSigAltStack", false, "stack")                                   \
    X(SIGALTSTACK_SIZE, "CoroutineSigAltStack", false, "stack_size")                               \
    X(SIGALTSTACK_ENV, "CoroutineSigAltStack", false, "env")                                       \
    X(COROUTINE_CONTEXT, "Coroutine", false, "ctx")                                                \
    X(COROUTINE_SCHEDULED, "Coroutine", false, "scheduled")                                        \
    X(COROUTINE_LOCKS_HELD, "Coroutine", false, "locks_held")                                      \
    X(AIOCB_CALLBACK, "BlkAioEmAIOCB", false, "common.cb")                                         \
    X(AIOCB_OPAQUE, "BlkAioEmAIOCB", false, "common.opaque")                                       \
    X(AIOCB_BACKEND, "BlkAioEmAIOCB", false, "rwco.blk")                                           \
    X(DMA_CALLBACK, "DMAAIOCB", false, "common.cb")                                                \
    X(DMA_OPAQUE, "DMAAIOCB", false, "common.opaque")                                              \
    X(VIRTIO_BLK_START, "VirtIOBlockReq", false, "acct.start_time_ns")                             \
    X(SCSI_START, "SCSIDiskReq", false, "acct.start_time_ns")                                      \
    X(IDE_START, "IDEState", false, "acct.start_time_ns")                                          \
    X(NCQ_START, "NCQTransferState", false, "acct.start_time_ns")                                  \
    X(IDE_BUFFERED_CALLBACK, "IDEBufferedRequest", false, "original_cb")                           \
    X(IDE_BUFFERED_OPAQUE, "IDEBufferedRequest", false, "original_opaque")                         \
    X(NVME_START, "NvmeRequest", false, "acct.start_time_ns")                                      \
    X(IDE_ACCOUNT, "IDEState", false, "acct.type")                                                 \
    X(NVME_ACCOUNT, "NvmeRequest", false, "acct.type")                                             \
    X(NVME_COMMAND, "NvmeRequest", false, "cmd")                                                   \
    X(NVME_AIOCB, "NvmeRequest", false, "aiocb")                                                   \
    X(NVME_REQUEST_NEXT, "NvmeRequest", false, "entry.tqe_next")                                   \
    X(NVME_PAIRS, "NvmeCtrl", false, "params.max_ioqpairs")                                        \
    X(NVME_SUBMISSIONS, "NvmeCtrl", false, "sq")                                                   \
    X(NVME_COMPLETIONS, "NvmeCtrl", false, "cq")                                                   \
    X(NVME_SQ_COMPLETION, "NvmeSQueue", false, "cqid")                                             \
    X(NVME_SQ_SIZE, "NvmeSQueue", false, "size")                                                   \
    X(NVME_SQ_HEAD, "NvmeSQueue", false, "head")                                                   \
    X(NVME_SQ_TAIL, "NvmeSQueue", false, "tail")                                                   \
    X(NVME_SQ_OUT, "NvmeSQueue", false, "out_req_list.tqh_first")                                  \
    X(NVME_SQ_NOTIFIER, "NvmeSQueue", false, "ioeventfd_enabled") /* 7.2 on */                     \
    X(NVME_CQ_SIZE, "NvmeCQueue", false, "size")                                                   \
    X(NVME_CQ_HEAD, "NvmeCQueue", false, "head")                                                   \
    X(NVME_CQ_TAIL, "NvmeCQueue", false, "tail")                                                   \
    X(NVME_CQ_PHASE, "NvmeCQueue", false, "phase")                                                 \
    X(NVME_CQ_WAITING, "NvmeCQueue", false, "req_list.tqh_first")                                  \
    X(NVME_CQ_INTERRUPTS, "NvmeCQueue", false, "irq_enabled")                                      \
    X(IDE_BUS_DMA, "IDEBus", false, "dma")                                                         \
    X(IDE_BUS_UNITS, "IDEBus", false, "ifs")                                                       \
    X(IDE_BUS_UNIT, "IDEBus", false, "unit")                                                       \
    X(IDE_DMA_OPS, "IDEDMA", false, "ops")                                                         \
    X(IDE_DMA_AIOCB, "IDEDMA", false, "aiocb")                                                     \
    X(IDE_STATUS, "IDEState", false, "status")                                                     \
    X(IDE_PIO_AIOCB, "IDEState", false, "pio_aiocb")                                               \
    X(IDE_SECTORS, "IDEState", false, "nsector")                                                   \
    X(IDE_DMA_COMMAND, "IDEState", false, "dma_cmd")                                               \
    X(IDE_SELECT, "IDEState", false, "select")                                                     \
    X(IDE_LBA48, "IDEState", false, "lba48")                                                       \
    X(IDE_SECTOR, "IDEState", false, "sector")                                                     \
    X(IDE_LOW, "IDEState", false, "lcyl")                                                          \
    X(IDE_HIGH, "IDEState", false, "hcyl")                                                         \
    X(IDE_SECTOR_48, "IDEState", false, "hob_sector")                                              \
    X(IDE_LOW_48, "IDEState", false, "hob_lcyl")                                                   \
    X(IDE_HIGH_48, "IDEState", false, "hob_hcyl")                                                  \
    X(AHCI_DMA, "AHCIDevice", false, "dma")                                                        \
    X(AHCI_BUSY, "AHCIDevice", false, "busy_slot")                                                 \
    X(AHCI_ISSUED, "AHCIDevice", false, "port_regs.cmd_issue")                                     \
    X(AHCI_ACTIVE, "AHCIDevice", false, "port_regs.scr_act")                                       \
    X(AHCI_TRANSFERS, "AHCIDevice", false, "ncq_tfs")                                              \
    X(NCQ_USED, "NCQTransferState", false, "used")                                                 \
    X(NCQ_HALTED, "NCQTransferState", false, "halt")                                               \
    X(NCQ_AIOCB, "NCQTransferState", false, "aiocb")                                               \
    X(NCQ_SECTORS, "NCQTransferState", false, "sector_count")                                      \
    X(NCQ_LBA, "NCQTransferState", false, "lba")                                                   \
    X(NCQ_TAG, "NCQTransferState", false, "tag")                                                   \
    X(NCQ_COMMAND, "NCQTransferState", false, "cmd")                                               \
    X(JOB_ID, "Job", true, "id")                                                                   \
    X(JOB_NEXT, "Job", false, "job_list.le_next")                                                  \
    X(JOB_DRIVER, "Job", false, "driver")                                                          \
    X(JOB_DRIVER_TYPE, "JobDriver", false, "job_type")                                             \
    X(JOB_STATUS, "Job", false, "status")                                                          \
    X(JOB_PAUSED, "Job", false, "paused")                                                          \
    X(JOB_PAUSE_COUNT, "Job", false, "pause_count")                                                \
    X(JOB_USER_PAUSED, "Job", false, "user_paused")                                                \
    X(JOB_BUSY, "Job", false, "busy")                                                              \
    X(JOB_CANCELLED, "Job", false, "cancelled")                                                    \
    X(JOB_DEFERRED, "Job", false, "deferred_to_main_loop")                                         \
    X(JOB_COROUTINE, "Job", false, "co")                                                           \
    X(JOB_CONTEXT, "Job", false, "aio_context")                                                    \
    X(JOB_FORCE_CANCEL, "Job", false, "force_cancel") /* 4.2 on */                                 \
    X(JOB_AUTO_FINALIZE, "Job", false, "auto_finalize")                                            \
    X(JOB_AUTO_DISMISS, "Job", false, "auto_dismiss")                                              \
    X(JOB_PROGRESS, "Job", false, "progress.current", "progress_current") /* 5.2 on */             \
    X(JOB_TOTAL, "Job", false, "progress.total", "progress_total")                                 \
    X(JOB_NODES, "BlockJob", false, "nodes")                                                       \
    X(JOB_IOSTATUS, "BlockJob", false, "iostatus")                                                 \
    X(JOB_SPEED, "BlockJob", false, "speed")                                                       \
    X(JOB_SLICE_END, "BlockJob", false, "limit.slice_end_time")                                    \
    X(MIRROR_TARGET, "MirrorBlockJob", false, "target")                                            \
    X(MIRROR_FILTER, "MirrorBlockJob", false, "mirror_top_bs")                                     \
    X(MIRROR_IN_FLIGHT, "MirrorBlockJob", false, "in_flight")                                      \
    X(MIRROR_BYTES_IN_FLIGHT, "MirrorBlockJob", false, "bytes_in_flight")                          \
    X(MIRROR_SYNCED, "MirrorBlockJob", false, "actively_synced")                                   \
    X(MIRROR_LAST_PAUSE, "MirrorBlockJob", false, "last_pause_ns")                                 \
    X(MIRROR_SHOULD_COMPLETE, "MirrorBlockJob", false, "should_complete")                          \
    X(BACKUP_TARGET, "BackupBlockJob", false, "target_bs") /* 6.0 on */                            \
    X(BACKUP_FILTER, "BackupBlockJob", false, "cbw", "backup_top") /* 6.2 on; 5.0 to 6.1 */        \
    X(RAM_LIST_FIRST, "RAMList", false, "blocks.lh_first")                                         \
    X(RAM_BLOCK_ID, "RAMBlock", false, "idstr")                                                    \
    X(RAM_BLOCK_HOST, "RAMBlock", false, "host")                                                   \
    X(RAM_BLOCK_LENGTH, "RAMBlock", false, "used_length")                                          \
    X(RAM_BLOCK_MAX_LENGTH, "RAMBlock", false, "max_length")                                       \
    X(RAM_BLOCK_PAGE_SIZE, "RAMBlock", false, "page_size")                                         \
    X(RAM_BLOCK_FLAGS, "RAMBlock", false, "flags")                                                 \
    X(RAM_BLOCK_NEXT, "RAMBlock", false, "next.le_next")                                           \
    X(SPACE_NAME, "AddressSpace", false, "name")                                                   \
    X(SPACE_ROOT, "AddressSpace", false, "root")                                                   \
    X(SPACE_VIEW, "AddressSpace", false, "current_map")                                            \
    X(SPACE_NEXT, "AddressSpace", false, "address_spaces_link.tqe_next")                           \
    X(FLAT_VIEW_RANGES, "FlatView", false, "ranges")                                               \
    X(FLAT_VIEW_COUNT, "FlatView", false, "nr")                                                    \
    X(FLAT_RANGE_REGION, "FlatRange", true, "mr")                                                  \
    X(FLAT_RANGE_OFFSET, "FlatRange", false, "offset_in_region")                                   \
    X(FLAT_RANGE_START, "FlatRange", false, "addr.start")                                          \
    X(FLAT_RANGE_SIZE, "FlatRange", false, "addr.size")                                            \
    X(FLAT_RANGE_READONLY, "FlatRange", false, "readonly")                                         \
    X(FLAT_RANGE_NONVOLATILE, "FlatRange", false, "nonvolatile")                                   \
    X(REGION_NAME, "MemoryRegion", false, "name")                                                  \
    X(REGION_RAM, "MemoryRegion", false, "ram")                                                    \
    X(REGION_RAM_BLOCK, "MemoryRegion", false, "ram_block")                                        \
    X(REGION_RAM_DEVICE, "MemoryRegion", false, "ram_device")                                      \
    X(REGION_ROM_DEVICE, "MemoryRegion", false, "rom_device")                                      \
    X(REGION_ROMD_MODE, "MemoryRegion", false, "romd_mode")                                        \
    X(REGION_PRIORITY, "MemoryRegion", false, "priority")                                          \
    X(REGION_READONLY, "MemoryRegion", false, "readonly")                                          \
    X(REGION_NONVOLATILE, "MemoryRegion", false, "nonvolatile")                                    \
    X(REGION_ENABLED, "MemoryRegion", false, "enabled")                                            \
    X(REGION_ADDRESS, "MemoryRegion", false, "addr")                                               \
    X(REGION_SIZE, "MemoryRegion", false, "size")                                                  \
    X(REGION_CONTAINER, "MemoryRegion", false, "container")                                        \
    X(REGION_ALIAS, "MemoryRegion", false, "alias")                                                \
    X(REGION_ALIAS_OFFSET, "MemoryRegion", false, "alias_offset")                                  \
    X(REGION_CHILDREN, "MemoryRegion", false, "subregions.tqh_first")                              \
    X(REGION_NEXT, "MemoryRegion", false, "subregions_link.tqe_next")                              \
    X(AIO_WAIT_WAITERS, "AioWait", true, "num_waiters")                                            \
    X(GRAPH_LOCK_READERS, "struct BdrvGraphRWlock", true, "reader_count")                          \
    X(GRAPH_LOCK_NEXT, "struct BdrvGraphRWlock", false, "next_aio.tqe_next")                       \
    X(NBD_CHANNEL, "BDRVNBDState", false, "ioc", "sioc") /* 5.2 on; up to 5.1 */                   \
    X(NBD_SERVER, "BDRVNBDState", false, "saddr")                                                  \
    X(NBD_CONNECTION, "BDRVNBDState", false, "conn") /* 6.1 on */                                  \
    X(NBD_CONNECTION_CHANNEL, "NBDClientConnection", false, "sioc")                                \
    X(CHANNEL_NAME, "QIOChannel", false, "name")                                                   \
    X(CHANNEL_SOCKET_FD, "QIOChannelSocket", false, "fd")                                          \
    X(CHANNEL_SOCKET_LOCAL, "QIOChannelSocket", false, "localAddr")                                \
    X(CHANNEL_SOCKET_LOCAL_SIZE, "QIOChannelSocket", false, "localAddrLen")                        \
    X(CHANNEL_SOCKET_REMOTE, "QIOChannelSocket", false, "remoteAddr")                              \
    X(CHANNEL_SOCKET_REMOTE_SIZE, "QIOChannelSocket", false, "remoteAddrLen")                      \
    X(CHANNEL_FILE_FD, "QIOChannelFile", false, "fd")                                              \
    X(CHANNEL_COMMAND_READ, "QIOChannelCommand", false, "readfd")                                  \
    X(CHANNEL_COMMAND_WRITE, "QIOChannelCommand", false, "writefd")                                \
    X(CHANNEL_TLS_MASTER, "QIOChannelTLS", false, "master")                                        \
    X(CHANNEL_WEBSOCK_MASTER, "QIOChannelWebsock", false, "master")                                \
    X(LISTENER_COUNT, "QIONetListener", false, "nsioc")                                            \
    X(LISTENER_CHANNELS, "QIONetListener", false, "sioc") /* up to 10.1 */                         \
    X(LISTENER_SOURCES, "QIONetListener", false, "source") /* 10.2 on */                           \
    X(LISTENER_SOURCE_CHANNEL, "QIONetListenerSource", false, "sioc")                              \
    X(SOCKET_ADDRESS_TYPE, "SocketAddress", true, "type")                                          \
    X(SOCKET_ADDRESS_PATH, "SocketAddress", false, "u.q_unix.path")                                \
    X(SOCKET_ADDRESS_HOST, "SocketAddress", false, "u.inet.host")                                  \
    X(SOCKET_ADDRESS_PORT, "SocketAddress", false, "u.inet.port")                                  \
    X(SOCKET_ADDRESS_CID, "SocketAddress", false, "u.vsock.cid")                                   \
    X(SOCKET_ADDRESS_VSOCK_PORT, "SocketAddress", false, "u.vsock.port")                           \
    X(SOCKET_ADDRESS_FD, "SocketAddress", false, "u.fd.str")                                       \
    X(MONITOR_NEXT, "Monitor", false, "entry.tqe_next")                                            \
    X(MONITOR_CHARDEV, "Monitor", false, "chr.chr")                                                \
    X(MONITOR_SUSPENDED, "Monitor", false, "suspend_cnt")                                          \
    X(MONITOR_IS_QMP, "Monitor", false, "is_qmp") /* up to 11.0 */                                 \
    X(MONITOR_COMMANDS, "MonitorQMP", false, "qmp_requests")                                       \
    X(CHARDEV_LABEL, "Chardev", false, "label")                                                    \
    X(CHARDEV_FILENAME, "Chardev", false, "filename") /* up to 10.2 */                             \
    X(CHARDEV_OPEN, "Chardev", false, "be_open")                                                   \
    X(CHARDEV_LOG_FD, "Chardev", false, "logfd")                                                   \
    X(CHARDEV_FRONT_END, "Chardev", false, "fe") /* 10.2 on; before: */                            \
    X(CHARDEV_BACK_END, "Chardev", false, "be")                                                    \
    X(FRONT_END_EVENT, "CharFrontend", false, "chr_event") /* 10.2 on; before: */                  \
    X(FRONT_END_OPEN, "CharFrontend", false, "fe_is_open")                                         \
    X(BACK_END_OPEN, "CharBackend", false, "fe_is_open", "fe_open")                                \
    X(BACK_END_EVENT, "CharBackend", false, "chr_event")                                           \
    X(CHARDEV_FD_IN, "FDChardev", false, "ioc_in")                                                 \
    X(CHARDEV_FD_OUT, "FDChardev", false, "ioc_out")                                               \
    X(CHARDEV_PTY_CHANNEL, "PtyChardev", false, "ioc")                                             \
    X(CHARDEV_PTY_NAME, "PtyChardev", false, "pty_name") /* 11.0 on */                             \
    X(CHARDEV_UDP_CHANNEL, "UdpChardev", false, "ioc")                                             \
    X(CHARDEV_SOCKET_CHANNEL, "SocketChardev", false, "sioc")                                      \
    X(CHARDEV_SOCKET_LISTENER, "SocketChardev", false, "listener")                                 \
    X(CHARDEV_SOCKET_ADDRESS, "SocketChardev", false, "addr")                                      \
    X(CHARDEV_SOCKET_LISTENS, "SocketChardev", false, "is_listen")                                 \
    X(OPTIONS_LISTS, "QemuOptsList", false, "head.tqh_first")                                      \
    X(OPTIONS_ID, "QemuOpts", true, "id")                                                          \
    X(OPTIONS_FIRST, "QemuOpts", false, "head.tqh_first")                                          \
    X(OPTIONS_NEXT, "QemuOpts", false, "next.tqe_next")                                            \
    X(OPTION_NAME, "QemuOpt", true, "name")                                                        \
    X(OPTION_TEXT, "QemuOpt", false, "str")                                                        \
    X(OPTION_NEXT, "QemuOpt", false, "next.tqe_next")                                              \
    X(FILE_CHANNEL, "QEMUFile", false, "ioc")                                                      \
    X(KVM_FD, "KVMState", false, "fd")                                                             \
    X(KVM_VM_FD, "KVMState", false, "vmfd")                                                        \
    X(CPU_KVM_FD, "CPUState", false, "kvm_fd")                                                     \
    X(AIO_NOTIFIER_READ, "AioContext", false, "notifier.rfd")                                      \
    X(AIO_NOTIFIER_WRITE, "AioContext", false, "notifier.wfd")                                     \
    X(AIO_FDMON_RING, "AioContext", false, "fdmon_io_uring.ring_fd")                               \
    X(TASK_CALLBACK, "QIOTask", false, "func")                                                     \
    X(AIO_LINUX_RING, "AioContext", false, "linux_io_uring") /* up to 10.1 */                      \
    X(LINUX_AIO_READ, "LinuxAioState", false, "e.rfd")                                             \
    X(LINUX_RING_FD, "LuringState", false, "ring.ring_fd")                                         \
    X(AIO_HANDLER_FD, "AioHandler", true, "pfd.fd")                                                \
    X(AIO_HANDLER_READ, "AioHandler", false, "io_read")                                            \
    X(AIO_HANDLER_POLL, "AioHandler", false, "io_poll")                                            \
    X(AIO_HANDLER_OPAQUE, "AioHandler", false, "opaque")                                           \
    X(AIO_HANDLER_DELETED, "AioHandler", false, "node_deleted.le_prev", "deleted") /* 5.0 on */    \
    X(FD_YIELD_COROUTINE, "FDYieldUntilData", false, "co")                                         \
    X(SLEEP_COROUTINE, "QemuCoSleep", false, "to_wake")         /* 6.1 on */                       \
    X(SLEEP_STATE_COROUTINE, "QemuCoSleepState", false, "co")   /* 4.2 to 6.0 */                   \
    X(SLEEP_CALLBACK_COROUTINE, "CoSleepCB", false, "co")       /* up to 4.1 */                    \
    X(AIO_HANDLER_WRITE, "AioHandler", false, "io_write")                                          \
    X(VNC_NEXT, "VncDisplay", false, "next.tqe_next")                                              \
    X(VNC_ID, "VncDisplay", false, "id")                                                           \
    X(VNC_LISTENER, "VncDisplay", false, "listener")                                               \
    X(VNC_WEB_LISTENER, "VncDisplay", false, "wslistener")                                         \
    X(VNC_CLIENTS, "VncDisplay", false, "clients.tqh_first")                                       \
    X(VNC_CLIENT_CHANNEL, "VncState", false, "sioc")                                               \
    X(VNC_AUTH, "VncDisplay", false, "auth")                                                       \
    X(VNC_CLIENT_LEAVES, "VncState", false, "disconnecting")                                       \
    X(VNC_CLIENT_UPDATE, "VncState", false, "update")                                              \
    X(VNC_CLIENT_JOB, "VncState", false, "job_update")                                             \
    X(VNC_CLIENT_OUTPUT, "VncState", false, "output.offset")                                       \
    X(VNC_CLIENT_NEXT, "VncState", false, "next.tqe_next")                                         \
    X(NET_NEXT, "NetClientState", false, "next.tqe_next")                                          \
    X(NET_NAME, "NetClientState", false, "name")                                                   \
    X(NET_INFO, "NetClientState", true, "info")                                                    \
    X(NET_INFO_TYPE, "NetClientInfo", true, "type")                                                \
    X(NET_MODEL, "NetClientState", false, "model")                                                 \
    X(NET_INFO_TEXT, "NetClientState", false, "info_str")                                          \
    X(NET_QUEUE_INDEX, "NetClientState", false, "queue_index")                                     \
    X(NET_PEER, "NetClientState", false, "peer")                                                   \
    X(NET_LINK_DOWN, "NetClientState", false, "link_down")                                         \
    X(NET_DISABLED, "NetClientState", false, "receive_disabled")                                   \
    X(NET_QUEUE, "NetClientState", false, "incoming_queue")                                        \
    X(NET_QUEUE_COUNT, "struct NetQueue", false, "nq_count")                                       \
    X(NET_FILTERS, "NetClientState", false, "filters.tqh_first")                                   \
    X(NET_FILTER_NEXT, "NetFilterState", false, "next.tqe_next")                                   \
    X(NET_FILTER_DIRECTION, "NetFilterState", false, "direction")                                  \
    X(NET_FILTER_ON, "NetFilterState", false, "on")                                                \
    X(NET_FILTER_POSITION, "NetFilterState", false, "position")                                    \
    X(NET_FILTER_BEFORE, "NetFilterState", false, "insert_before_flag")                            \
    X(NET_MIRROR_IN, "MirrorState", false, "indev")                                                \
    X(NET_MIRROR_OUT, "MirrorState", false, "outdev")                                              \
    X(NET_MIRROR_VNET, "MirrorState", false, "vnet_hdr")                                           \
    X(NET_DUMP_FILE, "NetFilterDumpState", false, "filename")                                      \
    X(NET_DUMP_LONGEST, "NetFilterDumpState", false, "maxlen")                                     \
    X(NET_BUFFER_QUEUE, "FilterBufferState", false, "incoming_queue")                              \
    X(NET_BUFFER_INTERVAL, "FilterBufferState", false, "interval")                                 \
    X(NET_REWRITER_QUEUE, "RewriterState", false, "incoming_queue")                                \
    X(NET_REWRITER_VNET, "RewriterState", false, "vnet_hdr")                                       \
    X(NET_HUB_ID, "NetHub", false, "id")                                                           \
    X(NET_HUB_NEXT, "NetHub", false, "next.le_next")                                               \
    X(NET_HUB_PORTS, "NetHub", false, "ports.lh_first")                                            \
    X(NET_HUB_PORT_NEXT, "NetHubPort", false, "next.le_next")                                      \
    X(NET_TAP_FD, "TAPState", false, "fd")                                                         \
    X(NET_SOCKET_FD, "NetSocketState", false, "fd")                                                \
    X(NET_SOCKET_LISTEN_FD, "NetSocketState", false, "listen_fd")                                  \
    X(NET_DGRAM_FD, "NetDgramState", false, "fd")                    /* 7.2 on */                  \
    X(NET_STREAM_CHANNEL, "NetStreamState", false, "ioc")            /* 7.2 to 10.0 */             \
    X(NET_STREAM_LISTENER, "NetStreamState", false, "listener")                                    \
    X(NET_STREAM_DATA_CHANNEL, "NetStreamData", false, "ioc")        /* 10.1 on */                 \
    X(NET_STREAM_DATA_LISTENER, "NetStreamData", false, "listener")                                \
    X(VHOST_USER_REQUEST, "VhostUserMsg", true, "hdr.request", "request")

/*
 * Columns: name; the source file of a static variable (NULL: the name is unique); names of the
 * variable, newest first. Variables of QEMU_DEFINE_CO_TLS (7.0 on) have the prefix co_tls_. cpus.c
 * and rcu.c moved between directories, but kept their names.
 */
#define QC_VARIABLES(X)                                                                          \
    X(BQL, NULL, "bql", "qemu_global_mutex") /* 9.0 on; up to 8.2 */                             \
    X(CPUS, NULL, "cpus_queue", "cpus") /* 8.2 on */                                             \
    X(WORK_COND, NULL, "qemu_work_cond")                                                         \
    X(PAUSE_COND, NULL, "qemu_pause_cond")                                                       \
    X(CPU_COND, NULL, "qemu_cpu_cond")                                                           \
    X(AIO_CONTEXT, NULL, "qemu_aio_context")                                                     \
    X(IOHANDLER_CONTEXT, NULL, "iohandler_ctx")                                                  \
    X(MON_IOTHREAD, NULL, "mon_iothread")                                                        \
    X(QMP_BUSY, NULL, "qmp_dispatcher_co_busy") /* 5.2 on */                                     \
    X(MONITORS, NULL, "mon_list")                                                                \
    X(RCU_GP_CTR, NULL, "rcu_gp_ctr")                                                            \
    X(RCU_GP_EVENT, NULL, "rcu_gp_event")                                                        \
    X(RCU_CALL_COUNT, NULL, "rcu_call_count")                                                    \
    X(RCU_CALL_READY_EVENT, NULL, "rcu_call_ready_event")                                        \
    X(RCU_SYNC_LOCK, NULL, "rcu_sync_lock")                                                      \
    X(RCU_READER, NULL, "co_tls_rcu_reader", "rcu_reader") /* 7.0 on; up to 6.2 */               \
    X(TCG_ALLOWED, NULL, "tcg_allowed")                                                          \
    X(KVM_IRQCHIP, NULL, "kvm_kernel_irqchip")                                                   \
    X(CURRENT_CPU, NULL, "current_cpu")                                                          \
    X(COROUTINE_CURRENT, "coroutine-ucontext.c", "co_tls_current", "current")                    \
    X(COROUTINE_LEADER, "coroutine-ucontext.c", "co_tls_leader", "leader")                       \
    X(REPLAY_LOCKED, NULL, "replay_locked") /* thread-local */                                   \
    X(BQL_LOCKED, NULL, "co_tls_bql_locked", "co_tls_iothread_locked", "iothread_locked")    \
    X(CURRENT_RUN_STATE, NULL, "current_run_state")                                              \
    X(VMSTOP_REQUESTED, NULL, "vmstop_requested")                                                \
    X(RESET_REQUESTED, NULL, "reset_requested")                                                  \
    X(SHUTDOWN_REQUESTED, NULL, "shutdown_requested")                                            \
    X(SHUTDOWN_PID, NULL, "shutdown_pid")                                                        \
    X(VM_WAS_SUSPENDED, NULL, "vm_was_suspended") /* 9.0 on */                                   \
    X(AUTOSTART, NULL, "autostart")                                                              \
    X(MACHINE_PHASE, "qdev.c", "machine_phase") /* 6.0 on */                                     \
    X(SHUTDOWN_ACTION, NULL, "shutdown_action") /* 6.0 on */                                     \
    X(DUMP_STATE, NULL, "dump_state_global")                                                     \
    X(CURRENT_MACHINE, NULL, "current_machine")                                                  \
    X(MAIN_LOOP_TIMERS, NULL, "main_loop_tlg")                                                   \
    X(CURRENT_MIGRATION, NULL, "current_migration")                                              \
    X(CURRENT_INCOMING, NULL, "current_incoming")                                                \
    X(INCOMING_URI, "vl.c", "incoming")                                                          \
    X(MIGRATION_STATS, NULL, "mig_stats") /* 8.1 on */                                           \
    X(RAM_COUNTERS, NULL, "ram_counters") /* up to 8.0 */                                         \
    X(CPU_THROTTLE, "cpu-throttle.c", "throttle_percentage") /* 5.1 on */                        \
    X(RAM_STATE, "ram.c", "ram_state")                                                           \
    X(POSTCOPY_STATE, NULL, "incoming_postcopy_state")                                           \
    X(MULTIFD_SEND_STATE, NULL, "multifd_send_state")                                            \
    X(MULTIFD_RECV_STATE, NULL, "multifd_recv_state")                                            \
    X(RAM_LIST, NULL, "ram_list")                                                                \
    X(ALL_NODES, NULL, "all_bdrv_states")                                                        \
    X(BACKENDS, NULL, "block_backends")                                                          \
    X(JOBS, "job.c", "jobs")                                                                     \
    X(DRAIN_ALL_COUNT, NULL, "bdrv_drain_all_count")                                             \
    X(AIO_WAIT, NULL, "global_aio_wait")                                                         \
    X(GRAPH_HAS_WRITER, "graph-lock.c", "has_writer")                                            \
    X(GRAPH_ORPHANED_READERS, "graph-lock.c", "orphaned_reader_count")                           \
    X(GRAPH_CONTEXTS, "graph-lock.c", "aio_context_list")                                        \
    X(GRAPH_READER_QUEUE, "graph-lock.c", "reader_queue")                                        \
    X(TIMERS_STATE, NULL, "timers_state")                                                        \
    X(ICOUNT, NULL, "use_icount")                                                                \
    X(QTEST, NULL, "qtest_allowed")                                                              \
    X(DISPLAY_STATE, "console.c", "display_state")                                               \
    X(ACCOUNTING_CLOCK, "accounting.c", "clock_type")                                            \
    X(RTC_HOST_START, NULL, "rtc_ref_start_datetime")                                            \
    X(RTC_BASE_OFFSET, NULL, "rtc_host_datetime_offset")                                         \
    X(RTC_START, NULL, "rtc_realtime_clock_offset")                                              \
    X(CHARDEV_OPTIONS, NULL, "qemu_chardev_opts")                                                \
    X(KVM_STATE, NULL, "kvm_state")                                                              \
    X(MAIN_BUS, NULL, "main_system_bus")                                                         \
    X(ADDRESS_SPACES, NULL, "address_spaces")                                                    \
    X(VNC_DISPLAYS, NULL, "vnc_displays")                                                        \
    X(NET_CLIENTS, NULL, "net_clients")                                                          \
    X(NET_HUBS, NULL, "hubs")

#define QC_FIELD_ENUMERATOR(name, ...) QC_FIELD_##name,
enum qc_field { QC_FIELDS(QC_FIELD_ENUMERATOR) QC_FIELD_COUNT };
#define QC_VARIABLE_ENUMERATOR(name, ...) QC_VARIABLE_##name,
enum qc_variable { QC_VARIABLES(QC_VARIABLE_ENUMERATOR) QC_VARIABLE_COUNT };

struct qc_fields;

enum qemucore_status qc_fields_new(struct qc_modules *modules, struct qc_fields **ret,
                                   struct qemucore_error *error);
void qc_fields_free(struct qc_fields *fields);

/*
 * Keeps a text as long as the fields, and takes it over: what is read from QEMU's memory, and said
 * about it, owns no texts. Equal ones are kept once, as thousands of coroutines have few functions.
 * Returns NULL if text is NULL, or without memory.
 */
const char *qc_fields_keep(struct qc_fields *fields, char *text);
/* Formats a text that is kept. */
const char *qc_fields_format(struct qc_fields *fields, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes one from the budget of GHashTable slots (QC_LIMIT_TABLE_SLOTS), before a slot is read.
   False: the budget is used up; qc_fields_are_cut returns true from then on. */
bool qc_fields_take_slot(struct qc_fields *fields);
bool qc_fields_are_cut(const struct qc_fields *fields);

/* Reports data in the dump that can't be right, among what is missing from the core
   (qc_core_add_missing). Then no statement about this QEMU is certain. */
void qc_fields_doubt(struct qc_fields *fields, enum qemucore_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tells whether the process has memory at the address that the dump was made without; if so,
   reports that. Then nothing is wrong with QEMU's data there. */
bool qc_fields_lack(struct qc_fields *fields, uint64_t address);

/* The structure that has the member, as in QC_FIELDS; the member's name in this QEMU, NULL: it is
   not in the debug info. */
const char *qc_field_structure(enum qc_field field);
const char *qc_field_name(struct qc_fields *fields, enum qc_field field);

/* Tells whether the type is signed; also false if the type is not known. */
bool qc_field_is_signed(struct qc_fields *fields, enum qc_field field);
bool qc_variable_is_signed(struct qc_fields *fields, enum qc_variable variable);

/* Computes the member's address in a structure. False: this QEMU has no such member, or no debug
   info. */
bool qc_field_address(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *ret);

/* Reads the member, a number or pointer of at most 8 bytes; sign-extended if its type is signed. */
enum qemucore_status qc_field_number(struct qc_fields *fields, enum qc_field field,
                                     uint64_t structure, uint64_t *ret,
                                     struct qemucore_error *error);
/* Does the same; false: the member can't be read. */
bool qc_field_read(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                   uint64_t *ret);

/* Returns the enumerator of the member's type that has the value; NULL: none. */
const char *qc_field_enumerator(struct qc_fields *fields, enum qc_field field, uint64_t value);

/* Returns the text of a member that is a char pointer or char array; NULL: none. Borrowed, as all
   texts that are kept. */
const char *qc_field_text(struct qc_fields *fields, enum qc_field field, uint64_t structure);

/* Finds, or reads, a variable by debug info, else by symbol. thread: the thread whose instance of a
   thread-local variable is meant; NULL: the variable is not thread-local. */
bool qc_variable_address(struct qc_fields *fields, enum qc_variable variable,
                         const struct qc_thread *thread, uint64_t *ret);
bool qc_variable_read(struct qc_fields *fields, enum qc_variable variable,
                      const struct qc_thread *thread, uint64_t *ret);
/* The variable's name in this QEMU; NULL: it has none of its known names. */
const char *qc_variable_name(struct qc_fields *fields, enum qc_variable variable);
/* The newest of the variable's names. */
const char *qc_variable_newest_name(enum qc_variable variable);

/* Takes one from the budget of list elements (QC_LIMIT_LIST_ELEMENTS), before an element is read.
   False: the budget is used up. */
bool qc_fields_take_element(struct qc_fields *fields);

/* Read a pointer, and an unsigned number of size bytes, at an address. */
bool qc_fields_pointer(struct qc_fields *fields, uint64_t address, uint64_t *ret);
bool qc_fields_number(struct qc_fields *fields, uint64_t address, size_t size, uint64_t *ret);

/* Reads a struct timespec as nanoseconds; false: it can't be read, or is no valid time. */
bool qc_fields_timespec(struct qc_fields *fields, uint64_t address, int64_t *ret);

struct qc_core *qc_fields_core(const struct qc_fields *fields);
struct qc_modules *qc_fields_modules(const struct qc_fields *fields);

/* Finds a type in QEMU's debug info; the object returned has the address 0. */
enum qemucore_status qc_fields_type(const struct qc_fields *fields, const char *type,
                                    struct qemucore_object *ret, struct qemucore_error *error);
/* Size of a type; 0: not known. */
size_t qc_fields_type_size(struct qc_fields *fields, const char *type);
/* Tells whether there is debug info of QEMU: of an emulator, or of a program like qemu-img. */
bool qc_fields_know_qemu(struct qc_fields *fields);
