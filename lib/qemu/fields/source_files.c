/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/source_files.h"

#include <string.h>

#include "dwarf/dwarf.h"
#include "modules/modules.h"

static const struct {
    const char *name;
    const char *file;
} source_files[] = {
    {"TypeImpl", "object.c"},
    {"struct Error", "error.c"},
    {"QEMUClock", "qemu-timer.c"},
    {"QEMUTimerList", "qemu-timer.c"},
    {"TimersState", "cpu-timers.c"},
    {"DisplayState", "console.c"},
    {"struct QEMUBH", "async.c"},
    {"struct qemu_work_item", "cpu-common.c"}, /* 8.2 on; up to 8.1: */
    {"struct qemu_work_item", "cpus-common.c"},
    {"AioHandler", "aio-posix.c"},
    {"FDYieldUntilData", "qemu-coroutine-io.c"},
    {"BlockBackend", "block-backend.c"},
    {"BlockDriverState", "block-backend.c"},
    {"BlkAioEmAIOCB", "block-backend.c"},
    {"BDRVNBDState", "nbd.c"},
    {"SocketAddress", "nbd.c"},
    {"BDRVNullState", "null.c"},
    {"BDRVBlkdebugState", "blkdebug.c"},
    {"BlkdebugSuspendedReq", "blkdebug.c"},
    {"ThrottleGroup", "throttle-groups.c"},
    {"ThrottleGroupMember", "throttle-groups.c"},
    {"ThrottleState", "throttle.c"},
    {"LeakyBucket", "throttle.c"},
    {"BlockDevOps", "block-backend.c"},
    {"SCSIDiskState", "scsi-disk.c"},
    {"MirrorBlockJob", "mirror.c"},
    {"BackupBlockJob", "backup.c"},
    {"DMAAIOCB", "dma-helpers.c"},
    {"LinuxAioState", "linux-aio.c"},
    {"LuringState", "io_uring.c"},
    {"VirtIODevice", "virtio.c"},
    {"VirtQueue", "virtio.c"},
    {"VirtIOBlockReq", "virtio-blk.c"},
    {"SCSIDiskReq", "scsi-disk.c"},
    {"NvmeRequest", "ctrl.c"},
    {"QEMUFile", "qemu-file.c"},
    {"IOThread", "iothread.c"},
    {"MigrationState", "migration.c"},
    {"MigrationIncomingState", "migration.c"},
    {"MigrationAtomicStats", "migration-stats.c"},
    {"RAMState", "ram.c"},
    {"=ram_counters", "ram.c"},
    {"MigrationParameters", "migration.c"},
    {"MultiFDSendParams", "multifd.c"},
    {"MultiFDRecvParams", "multifd.c"},
    {"*multifd_send_state", "multifd.c"},
    {"*multifd_recv_state", "multifd.c"},
    {"NBDClientConnection", "client-connection.c"},
    {"QIOChannelSocket", "char-socket.c"},
    {"QIOChannelFile", "channel-file.c"},
    {"QIOChannelCommand", "channel-command.c"},
    {"QIOChannelTLS", "channel-tls.c"},
    {"QIOChannelWebsock", "channel-websock.c"},
    {"QIONetListener", "char-socket.c"},
    {"QIONetListenerSource", "net-listener.c"},
    {"SocketAddress", "char-socket.c"},
    {"Chardev", "char-socket.c"},
    {"CharFrontend", "char-socket.c"},
    {"CharBackend", "char-socket.c"},
    {"FDChardev", "char-fd.c"},
    {"PtyChardev", "char-pty.c"},
    {"UdpChardev", "char-udp.c"},
    {"SocketChardev", "char-socket.c"},
    {"QemuOptsList", "qemu-option.c"},
    {"QemuOpts", "qemu-option.c"},
    {"QemuOpt", "qemu-option.c"},
    {"KVMState", "kvm-all.c"},
    {"DeviceState", "qdev.c"},
    {"BusState", "bus.c"},
    {"BusChild", "bus.c"},
    {"AddressSpace", "memory.c"},
    {"FlatView", "memory.c"},
    {"FlatRange", "memory.c"},
    {"MemoryRegion", "memory.c"},
    {"VncDisplay", "vnc.c"},
    {"VncState", "vnc.c"},
    {"NetClientState", "net.c"},
    {"NetClientInfo", "net.c"},
    {"struct NetQueue", "queue.c"},
    {"NetFilterState", "filter.c"},
    {"MirrorState", "filter-mirror.c"},
    {"NetFilterDumpState", "dump.c"},
    {"FilterBufferState", "filter-buffer.c"},
    {"RewriterState", "filter-rewriter.c"},
    {"NetHub", "hub.c"},
    {"NetHubPort", "hub.c"},
    {"TAPState", "tap.c"},
    {"NetSocketState", "socket.c"},
    {"VhostUserMsg", "vhost-user.c"},
    {"VhostUserRequest", "vhost-user.c"},
    {"CoroutineUContext", "coroutine-ucontext.c"},
    {"CoroutineSigAltStack", "coroutine-sigaltstack.c"},
    {"co_tls_current", "coroutine-ucontext.c"},
    {"co_tls_leader", "coroutine-ucontext.c"},
    {"co_tls_rcu_reader", "rcu.c"},
    {"rcu_reader", "rcu.c"},
    {"current_cpu", "cpu-common.c"}, /* 8.2 on; up to 8.1: */
    {"current_cpu", "cpus-common.c"},
};

void qc_source_files_index(struct qc_modules *modules, const char *name)
{
    struct qemucore_module *executable = qc_modules_executable(modules);
    for (size_t i = 0; executable != NULL && i < qc_count(source_files); i++) {
        if (strcmp(source_files[i].name, name) == 0) {
            qc_index_source_file(executable, source_files[i].file);
        }
    }
}
