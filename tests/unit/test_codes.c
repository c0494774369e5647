/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_codes - each word of the library has an enumerator, and each enumerator has a word
 *
 * The words here are those of the header's comments and of doc/schema.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "corpus.h"
#include "qemu/qemu.h"
#include "qemucore.h"
#include "wait/wait.h"

struct word {
    int code;
    const char *text;
};

#define EACH(words, type, name)                                                                   \
    for (size_t i = 0; i < sizeof(words) / sizeof((words)[0]); i++) {                             \
        assert_int_equal((words)[i].code, i + 1);                                                 \
        assert_string_equal(name((enum type)(words)[i].code), (words)[i].text);                   \
    }                                                                                             \
    assert_string_equal(name((enum type)0), "unknown");                                           \
    assert_string_equal(name((enum type)(sizeof(words) / sizeof((words)[0]) + 1)), "unknown");    \
    assert_string_equal(name((enum type)-1), "unknown")

static const struct word roles[] = {
    {QEMUCORE_ROLE_MAIN, "main"},
    {QEMUCORE_ROLE_MAIN_LOOP, "main_loop"},
    {QEMUCORE_ROLE_KERNEL, "kernel"},
    {QEMUCORE_ROLE_VCPU, "vcpu"},
    {QEMUCORE_ROLE_IOTHREAD, "iothread"},
    {QEMUCORE_ROLE_THREAD_CONTEXT, "thread_context"},
    {QEMUCORE_ROLE_CALL_RCU, "call_rcu"},
    {QEMUCORE_ROLE_WORKER, "worker"},
    {QEMUCORE_ROLE_VNC_WORKER, "vnc_worker"},
    {QEMUCORE_ROLE_MIGRATION, "migration"},
    {QEMUCORE_ROLE_MIGRATION_SNAPSHOT, "migration_snapshot"},
    {QEMUCORE_ROLE_MIGRATION_RETURN_PATH, "migration_return_path"},
    {QEMUCORE_ROLE_MULTIFD_SEND, "multifd_send"},
    {QEMUCORE_ROLE_MULTIFD_RECV, "multifd_recv"},
    {QEMUCORE_ROLE_MULTIFD_TLS, "multifd_tls"},
    {QEMUCORE_ROLE_MIGRATION_COMPRESS, "migration_compress"},
    {QEMUCORE_ROLE_MIGRATION_DECOMPRESS, "migration_decompress"},
    {QEMUCORE_ROLE_POSTCOPY_FAULT, "postcopy_fault"},
    {QEMUCORE_ROLE_POSTCOPY_PREEMPT, "postcopy_preempt"},
    {QEMUCORE_ROLE_POSTCOPY_LISTEN, "postcopy_listen"},
    {QEMUCORE_ROLE_COLO, "colo"},
    {QEMUCORE_ROLE_DIRTY_RATE, "dirty_rate"},
    {QEMUCORE_ROLE_KVM_REAPER, "kvm_reaper"},
    {QEMUCORE_ROLE_KVM_MSR, "kvm_msr"},
    {QEMUCORE_ROLE_TOUCH_PAGES, "touch_pages"},
    {QEMUCORE_ROLE_IO_TASK, "io_task"},
    {QEMUCORE_ROLE_NBD_CONNECT, "nbd_connect"},
    {QEMUCORE_ROLE_DUMP, "dump"},
    {QEMUCORE_ROLE_SIGNALFD, "signalfd"},
    {QEMUCORE_ROLE_DEVICE, "device"},
    {QEMUCORE_ROLE_CRYPTO, "crypto"},
    {QEMUCORE_ROLE_TRACE, "trace"},
    {QEMUCORE_ROLE_SPICE, "spice"},
    {QEMUCORE_ROLE_GLIB, "glib"},
};

static const struct word lock_kinds[] = {
    {QEMUCORE_LOCK_KIND_PTHREAD_MUTEX, "pthread_mutex_t"},
    {QEMUCORE_LOCK_KIND_PTHREAD_COND, "pthread_cond_t"},
    {QEMUCORE_LOCK_KIND_PTHREAD_RWLOCK, "pthread_rwlock_t"},
    {QEMUCORE_LOCK_KIND_SEM, "sem_t"},
    {QEMUCORE_LOCK_KIND_QEMU_MUTEX, "QemuMutex"},
    {QEMUCORE_LOCK_KIND_QEMU_REC_MUTEX, "QemuRecMutex"},
    {QEMUCORE_LOCK_KIND_QEMU_COND, "QemuCond"},
    {QEMUCORE_LOCK_KIND_QEMU_SEMAPHORE, "QemuSemaphore"},
    {QEMUCORE_LOCK_KIND_QEMU_EVENT, "QemuEvent"},
    {QEMUCORE_LOCK_KIND_QEMU_LOCK_CNT, "QemuLockCnt"},
    {QEMUCORE_LOCK_KIND_QEMU_SPIN, "QemuSpin"},
    {QEMUCORE_LOCK_KIND_CO_MUTEX, "CoMutex"},
    {QEMUCORE_LOCK_KIND_CO_QUEUE, "CoQueue"},
    {QEMUCORE_LOCK_KIND_CO_RWLOCK, "CoRwlock"},
    {QEMUCORE_LOCK_KIND_THREAD, "thread"},
    {QEMUCORE_LOCK_KIND_FUTEX, "futex"},
};

static const struct word lock_states[] = {
    {QEMUCORE_LOCK_STATE_FREE, "free"},
    {QEMUCORE_LOCK_STATE_LOCKED, "locked"},
    {QEMUCORE_LOCK_STATE_READ_LOCKED, "read-locked"},
    {QEMUCORE_LOCK_STATE_WRITE_LOCKED, "write-locked"},
    {QEMUCORE_LOCK_STATE_DESTROYED, "destroyed"},
    {QEMUCORE_LOCK_STATE_IDLE, "idle"},
    {QEMUCORE_LOCK_STATE_WAITED, "waited"},
    {QEMUCORE_LOCK_STATE_ZERO, "zero"},
    {QEMUCORE_LOCK_STATE_AVAILABLE, "available"},
    {QEMUCORE_LOCK_STATE_SET, "set"},
    {QEMUCORE_LOCK_STATE_BUSY, "busy"},
    {QEMUCORE_LOCK_STATE_RUNNING, "running"},
    {QEMUCORE_LOCK_STATE_ENDED, "ended"},
};

static const struct word anomaly_kinds[] = {
    {QEMUCORE_ANOMALY_OWNER_DIED, "owner-died"},
    {QEMUCORE_ANOMALY_OWNER_GONE, "owner-gone"},
    {QEMUCORE_ANOMALY_LOCKED_WITHOUT_OWNER, "locked-without-owner"},
    {QEMUCORE_ANOMALY_WAITERS_ON_FREE_MUTEX, "waiters-on-free-mutex"},
    {QEMUCORE_ANOMALY_SELF_DEADLOCK, "self-deadlock"},
    {QEMUCORE_ANOMALY_SIGNALLED_NOT_RUN, "signalled-not-run"},
    {QEMUCORE_ANOMALY_COND_WAITERS_DIFFER, "cond-waiters-differ"},
    {QEMUCORE_ANOMALY_SEMAPHORE_POSTED_WITH_WAITER, "semaphore-posted-with-waiter"},
    {QEMUCORE_ANOMALY_EVENT_SET_WITH_WAITER, "event-set-with-waiter"},
};

static const struct word coroutine_states[] = {
    {QEMUCORE_COROUTINE_RUNNING, "running"},
    {QEMUCORE_COROUTINE_ENTERED, "entered"},
    {QEMUCORE_COROUTINE_SCHEDULED, "scheduled"},
    {QEMUCORE_COROUTINE_SLEEPING, "sleeping"},
    {QEMUCORE_COROUTINE_SUSPENDED, "suspended"},
    {QEMUCORE_COROUTINE_IDLE, "idle"},
};

static const struct word coroutine_wait_kinds[] = {
    {QEMUCORE_COROUTINE_WAIT_THREAD, "thread"},
    {QEMUCORE_COROUTINE_WAIT_COROUTINE, "coroutine"},
    {QEMUCORE_COROUTINE_WAIT_EVENT_LOOP, "event-loop"},
    {QEMUCORE_COROUTINE_WAIT_LOCK, "lock"},
    {QEMUCORE_COROUTINE_WAIT_GRAPH_LOCK, "graph-lock"},
    {QEMUCORE_COROUTINE_WAIT_CHANNEL, "channel"},
    {QEMUCORE_COROUTINE_WAIT_WORKER, "worker"},
    {QEMUCORE_COROUTINE_WAIT_KERNEL, "kernel"},
    {QEMUCORE_COROUTINE_WAIT_TIMER, "timer"},
    {QEMUCORE_COROUTINE_WAIT_JOB, "job"},
    {QEMUCORE_COROUTINE_WAIT_BREAKPOINT, "breakpoint"},
    {QEMUCORE_COROUTINE_WAIT_COMMAND, "command"},
    {QEMUCORE_COROUTINE_WAIT_CONNECTION, "connection"},
    {QEMUCORE_COROUTINE_WAIT_TASK, "task"},
    {QEMUCORE_COROUTINE_WAIT_DRIVER, "driver"},
};

static const struct word vcpu_places[] = {
    {QEMUCORE_VCPU_PLACE_GUEST, "guest"},
    {QEMUCORE_VCPU_PLACE_PARKED, "parked"},
    {QEMUCORE_VCPU_PLACE_QEMU, "qemu"},
    {QEMUCORE_VCPU_PLACE_TURN, "turn"},
};

static const struct word main_loop_places[] = {
    {QEMUCORE_MAIN_LOOP_STARTING, "starting"},
    {QEMUCORE_MAIN_LOOP_POLL, "poll"},
    {QEMUCORE_MAIN_LOOP_NESTED, "nested"},
    {QEMUCORE_MAIN_LOOP_CALLBACK, "callback"},
    {QEMUCORE_MAIN_LOOP_LOCK, "lock"},
};

static const struct word bql_states[] = {
    {QEMUCORE_BQL_FREE, "free"},
    {QEMUCORE_BQL_HELD, "held"},
};

static const struct word rcu_states[] = {
    {QEMUCORE_RCU_IDLE, "idle"},
    {QEMUCORE_RCU_GRACE_PERIOD, "grace-period"},
    {QEMUCORE_RCU_BLOCKED, "blocked"},
    {QEMUCORE_RCU_CALLBACKS, "callbacks"},
};

static const struct word peer_kinds[] = {
    {QEMUCORE_PEER_FILE, "file"},
    {QEMUCORE_PEER_DEVICE, "device"},
    {QEMUCORE_PEER_NBD, "nbd"},
    {QEMUCORE_PEER_MIGRATION_DESTINATION, "migration-destination"},
    {QEMUCORE_PEER_MIGRATION_SOURCE, "migration-source"},
    {QEMUCORE_PEER_DUMP, "dump"},
    {QEMUCORE_PEER_VHOST_USER, "vhost-user"},
    {QEMUCORE_PEER_MONITOR, "monitor"},
    {QEMUCORE_PEER_CHARDEV, "chardev"},
    {QEMUCORE_PEER_CHARDEV_FILE, "chardev-file"},
    {QEMUCORE_PEER_CHARDEV_LOG, "chardev-log"},
    {QEMUCORE_PEER_VNC, "vnc"},
    {QEMUCORE_PEER_NETDEV, "netdev"},
    {QEMUCORE_PEER_LISTENER, "listener"},
    {QEMUCORE_PEER_KVM, "kvm"},
    {QEMUCORE_PEER_KVM_VM, "kvm-vm"},
    {QEMUCORE_PEER_KVM_VCPU, "kvm-vcpu"},
    {QEMUCORE_PEER_IO_URING, "io-uring"},
    {QEMUCORE_PEER_EPOLL, "epoll"},
    {QEMUCORE_PEER_EVENTFD, "eventfd"},
    {QEMUCORE_PEER_SIGNALFD, "signalfd"},
    {QEMUCORE_PEER_HANDLER, "handler"},
    {QEMUCORE_PEER_CHANNEL, "channel"},
};

static void test_names(void **state)
{
    (void)state;
    EACH(roles, qemucore_role, qemucore_role_name);
    EACH(lock_kinds, qemucore_lock_kind_code, qemucore_lock_kind_name);
    EACH(lock_states, qemucore_lock_state_code, qemucore_lock_state_name);
    EACH(anomaly_kinds, qemucore_anomaly_kind_code, qemucore_anomaly_kind_name);
    EACH(coroutine_states, qemucore_coroutine_state_code, qemucore_coroutine_state_name);
    EACH(coroutine_wait_kinds, qemucore_coroutine_wait_kind_code, qemucore_coroutine_wait_kind_name);
    EACH(vcpu_places, qemucore_vcpu_place_code, qemucore_vcpu_place_name);
    EACH(main_loop_places, qemucore_main_loop_place_code, qemucore_main_loop_place_name);
    EACH(bql_states, qemucore_bql_state_code, qemucore_bql_state_name);
    EACH(rcu_states, qemucore_rcu_state_code, qemucore_rcu_state_name);
    EACH(peer_kinds, qemucore_peer_kind_code, qemucore_peer_kind_name);
}

#define HAS(words, text) assert_has(words, sizeof(words) / sizeof((words)[0]), text)

static void assert_has(const struct word *words, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i].text, text) == 0) {
            return;
        }
    }
    fail_msg("%s has no enumerator", text);
}

/* Each word that a lower floor can return has an enumerator. */
static void test_complete(void **state)
{
    (void)state;
    for (const char *word = NULL; (word = qemucore_role_next(word)) != NULL;) {
        HAS(roles, word);
    }
    for (const char *word = NULL; (word = qemucore_lock_kind_next(word)) != NULL;) {
        HAS(lock_kinds, word);
    }
    for (int i = QC_LOCK_IS_UNKNOWN + 1; i <= QC_LOCK_IS_ENDED; i++) {
        HAS(lock_states, qc_lock_status_word((enum qc_lock_status)i));
    }
    for (int i = 0; i <= QC_ANOMALY_EVENT_SET_WITH_WAITER; i++) {
        HAS(anomaly_kinds, qc_anomaly_word((enum qc_anomaly_kind)i));
    }
    for (int i = 0; i < QC_COROUTINE_STATES; i++) {
        if (i != QC_COROUTINE_UNKNOWN) {
            HAS(coroutine_states, qc_coroutine_state_name((enum qc_coroutine_state)i));
        }
    }
    for (int i = QC_COROUTINE_WAIT_NONE + 1; i <= QC_COROUTINE_WAIT_DRIVER; i++) {
        HAS(coroutine_wait_kinds, qc_coroutine_wait_kind_name((enum qc_coroutine_wait_kind)i));
    }
    for (int i = QC_VCPU_UNKNOWN + 1; i <= QC_VCPU_TURN; i++) {
        HAS(vcpu_places, qc_vcpu_place_name((enum qc_vcpu_place)i));
    }
    for (int i = QC_MAIN_LOOP_UNKNOWN + 1; i <= QC_MAIN_LOOP_LOCK; i++) {
        HAS(main_loop_places, qc_main_loop_place_name((enum qc_main_loop_place)i));
    }
    for (int i = QC_MAIN_LOOP_BQL_UNKNOWN + 1; i <= QC_MAIN_LOOP_BQL_HELD; i++) {
        HAS(bql_states, qc_main_loop_bql_name((enum qc_main_loop_bql)i));
    }
    for (int i = QC_RCU_UNKNOWN + 1; i <= QC_RCU_CALLBACKS; i++) {
        HAS(rcu_states, qc_rcu_state_name((enum qc_rcu_state)i));
    }
    for (int i = 0; i <= QC_PEER_HANDLER; i++) {
        HAS(peer_kinds, qc_peer_kind_name((enum qc_peer_kind)i));
    }
}

/* Words of enumerations that have no table above. */
static void test_others(void **state)
{
    (void)state;
    assert_string_equal(qemucore_wait_state_name(QEMUCORE_WAIT_UNKNOWN), "unknown");
    assert_string_equal(qemucore_wait_state_name(QEMUCORE_WAIT_RUNNING), "running");
    assert_string_equal(qemucore_wait_state_name(QEMUCORE_WAIT_SYSCALL), "syscall");
    assert_string_equal(qemucore_wait_state_name(QEMUCORE_WAIT_BLOCKED), "blocked");
    assert_string_equal(qemucore_wait_state_name(QEMUCORE_WAIT_KERNEL), "kernel");
    assert_string_equal(qemucore_file_state_name(QEMUCORE_FILE_UNKNOWN), "unknown");
    assert_string_equal(qemucore_file_state_name(QEMUCORE_FILE_USED), "used");
    assert_string_equal(qemucore_file_state_name(QEMUCORE_FILE_UNVERIFIED), "unverified");
    assert_string_equal(qemucore_file_state_name(QEMUCORE_FILE_OTHER), "other");
    assert_string_equal(qemucore_file_state_name(QEMUCORE_FILE_ABSENT), "absent");
    assert_string_equal(qemucore_severity_name(QEMUCORE_SEVERITY_NORMAL), "normal");
    assert_string_equal(qemucore_severity_name(QEMUCORE_SEVERITY_CRASH), "crash");
    assert_string_equal(qemucore_severity_name((enum qemucore_severity)99), "unknown");
    assert_string_equal(qemucore_object_kind_name(QEMUCORE_OBJECT_OTHER), "other");
    assert_string_equal(qemucore_object_kind_name(QEMUCORE_OBJECT_INTEGER), "integer");
    assert_string_equal(qemucore_object_kind_name(QEMUCORE_OBJECT_ARRAY), "array");
    assert_string_equal(qemucore_object_kind_name((enum qemucore_object_kind)99), "unknown");
}

static const struct {
    enum qemucore_fact fact;
    enum qemucore_fact_owner owner;
    const char *name;
} facts[] = {
    {QEMUCORE_FACT_VCPU_CREATED, QEMUCORE_FACTS_OF_VCPU, "created"},
    {QEMUCORE_FACT_VCPU_HALTED, QEMUCORE_FACTS_OF_VCPU, "halted"},
    {QEMUCORE_FACT_VCPU_STOP, QEMUCORE_FACTS_OF_VCPU, "stop"},
    {QEMUCORE_FACT_VCPU_STOPPED, QEMUCORE_FACTS_OF_VCPU, "stopped"},
    {QEMUCORE_FACT_VCPU_UNPLUG, QEMUCORE_FACTS_OF_VCPU, "unplug"},
    {QEMUCORE_FACT_VCPU_EXIT_REQUEST, QEMUCORE_FACTS_OF_VCPU, "exit_request"},
    {QEMUCORE_FACT_VCPU_CRASH_OCCURRED, QEMUCORE_FACTS_OF_VCPU, "crash_occurred"},
    {QEMUCORE_FACT_VCPU_QUEUED_WORK, QEMUCORE_FACTS_OF_VCPU, "queued_work"},
    {QEMUCORE_FACT_VCPU_PC, QEMUCORE_FACTS_OF_VCPU, "pc"},
    {QEMUCORE_FACT_CONTEXT_NOTIFY_ME, QEMUCORE_FACTS_OF_CONTEXT, "notify_me"},
    {QEMUCORE_FACT_CONTEXT_NOTIFIED, QEMUCORE_FACTS_OF_CONTEXT, "notified"},
    {QEMUCORE_FACT_CONTEXT_EPOLL_FD, QEMUCORE_FACTS_OF_CONTEXT, "epoll_fd"},
    {QEMUCORE_FACT_CONTEXT_HANDLERS, QEMUCORE_FACTS_OF_CONTEXT, "handlers"},
    {QEMUCORE_FACT_CONTEXT_LIST_LOCK, QEMUCORE_FACTS_OF_CONTEXT, "list_lock"},
    {QEMUCORE_FACT_CONTEXT_POLL_NS, QEMUCORE_FACTS_OF_CONTEXT, "poll_ns"},
    {QEMUCORE_FACT_CONTEXT_POLL_MAX_NS, QEMUCORE_FACTS_OF_CONTEXT, "poll_max_ns"},
    {QEMUCORE_FACT_CONTEXT_SCHEDULED_COROUTINES, QEMUCORE_FACTS_OF_CONTEXT, "scheduled_coroutines"},
    {QEMUCORE_FACT_BLOCK_DRAIN_ALL, QEMUCORE_FACTS_OF_BLOCK, "drain_all"},
    {QEMUCORE_FACT_BLOCK_WAITERS, QEMUCORE_FACTS_OF_BLOCK, "waiters"},
    {QEMUCORE_FACT_BLOCK_GRAPH_WRITER, QEMUCORE_FACTS_OF_BLOCK, "graph_writer"},
    {QEMUCORE_FACT_BLOCK_GRAPH_READERS, QEMUCORE_FACTS_OF_BLOCK, "graph_readers"},
    {QEMUCORE_FACT_BLOCK_IN_FLIGHT, QEMUCORE_FACTS_OF_BLOCK, "in_flight"},
    {QEMUCORE_FACT_BLOCK_DRAINED, QEMUCORE_FACTS_OF_BLOCK, "drained"},
    {QEMUCORE_FACT_NODE_IN_FLIGHT, QEMUCORE_FACTS_OF_BLOCK_NODE, "in_flight"},
    {QEMUCORE_FACT_NODE_SERIALISING_IN_FLIGHT, QEMUCORE_FACTS_OF_BLOCK_NODE, "serialising_in_flight"},
    {QEMUCORE_FACT_NODE_QUIESCE_COUNTER, QEMUCORE_FACTS_OF_BLOCK_NODE, "quiesce_counter"},
    {QEMUCORE_FACT_NODE_OPEN_FLAGS, QEMUCORE_FACTS_OF_BLOCK_NODE, "open_flags"},
    {QEMUCORE_FACT_NODE_TRACKED_REQUESTS, QEMUCORE_FACTS_OF_BLOCK_NODE, "tracked_requests"},
    {QEMUCORE_FACT_JOB_PAUSED, QEMUCORE_FACTS_OF_BLOCK_JOB, "paused"},
    {QEMUCORE_FACT_JOB_PAUSE_COUNT, QEMUCORE_FACTS_OF_BLOCK_JOB, "pause_count"},
    {QEMUCORE_FACT_JOB_USER_PAUSED, QEMUCORE_FACTS_OF_BLOCK_JOB, "user_paused"},
    {QEMUCORE_FACT_JOB_BUSY, QEMUCORE_FACTS_OF_BLOCK_JOB, "busy"},
    {QEMUCORE_FACT_JOB_CANCELLED, QEMUCORE_FACTS_OF_BLOCK_JOB, "cancelled"},
    {QEMUCORE_FACT_JOB_PROGRESS, QEMUCORE_FACTS_OF_BLOCK_JOB, "progress"},
    {QEMUCORE_FACT_JOB_TOTAL, QEMUCORE_FACTS_OF_BLOCK_JOB, "total"},
    {QEMUCORE_FACT_REQUEST_OFFSET, QEMUCORE_FACTS_OF_REQUEST, "offset"},
    {QEMUCORE_FACT_REQUEST_BYTES, QEMUCORE_FACTS_OF_REQUEST, "bytes"},
    {QEMUCORE_FACT_REQUEST_SERIALISING, QEMUCORE_FACTS_OF_REQUEST, "serialising"},
    {QEMUCORE_FACT_REQUEST_COROUTINE, QEMUCORE_FACTS_OF_REQUEST, "coroutine"},
    {QEMUCORE_FACT_REQUEST_WAITING_FOR, QEMUCORE_FACTS_OF_REQUEST, "waiting_for"},
    {QEMUCORE_FACT_REQUEST_ADDRESS, QEMUCORE_FACTS_OF_REQUEST, "address"},
    {QEMUCORE_FACT_RAM_HOST, QEMUCORE_FACTS_OF_RAM_BLOCK, "host"},
    {QEMUCORE_FACT_RAM_LENGTH, QEMUCORE_FACTS_OF_RAM_BLOCK, "length"},
    {QEMUCORE_FACT_RAM_MAX_LENGTH, QEMUCORE_FACTS_OF_RAM_BLOCK, "max_length"},
    {QEMUCORE_FACT_RAM_PAGE_SIZE, QEMUCORE_FACTS_OF_RAM_BLOCK, "page_size"},
    {QEMUCORE_FACT_RAM_FLAGS, QEMUCORE_FACTS_OF_RAM_BLOCK, "flags"},
    {QEMUCORE_FACT_RAM_HELD, QEMUCORE_FACTS_OF_RAM_BLOCK, "held"},
    {QEMUCORE_FACT_MIGRATION_OUTGOING_ERROR, QEMUCORE_FACTS_OF_MIGRATION, "outgoing_error"},
    {QEMUCORE_FACT_MIGRATION_INCOMING_ERROR, QEMUCORE_FACTS_OF_MIGRATION, "incoming_error"},
    {QEMUCORE_FACT_MIGRATION_RETURN_PATH, QEMUCORE_FACTS_OF_MIGRATION, "return_path"},
    {QEMUCORE_FACT_MIGRATION_START_POSTCOPY, QEMUCORE_FACTS_OF_MIGRATION, "start_postcopy"},
    {QEMUCORE_FACT_MIGRATION_PAGES_REQUESTED, QEMUCORE_FACTS_OF_MIGRATION, "pages_requested"},
    {QEMUCORE_FACT_MIGRATION_MULTIFD_CHANNELS, QEMUCORE_FACTS_OF_MIGRATION, "multifd_channels"},
    {QEMUCORE_FACT_MIGRATION_OUTGOING_CONNECTED, QEMUCORE_FACTS_OF_MIGRATION, "outgoing_connected"},
    {QEMUCORE_FACT_MIGRATION_INCOMING_CONNECTED, QEMUCORE_FACTS_OF_MIGRATION, "incoming_connected"},
    {QEMUCORE_FACT_TIMER_EXPIRE, QEMUCORE_FACTS_OF_TIMER, "expire"},
    {QEMUCORE_FACT_TIMER_CALLBACK, QEMUCORE_FACTS_OF_TIMER, "callback"},
    {QEMUCORE_FACT_TIMER_OPAQUE, QEMUCORE_FACTS_OF_TIMER, "opaque"},
    {QEMUCORE_FACT_TIMER_COROUTINE, QEMUCORE_FACTS_OF_TIMER, "coroutine"},
};

static void test_facts(void **state)
{
    (void)state;
    const char *name = NULL;
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        assert_string_equal(qemucore_fact_name(facts[i].fact), facts[i].name);
        name = qemucore_fact_next(facts[i].owner, facts[i].fact % 256 == 1 ? NULL : name);
        assert_string_equal(name, facts[i].name);
        if (i + 1 == sizeof(facts) / sizeof(facts[0]) || facts[i + 1].owner != facts[i].owner) {
            assert_null(qemucore_fact_next(facts[i].owner, name));
            assert_null(qemucore_fact_name((enum qemucore_fact)(facts[i].fact + 1)));
        }
    }
    assert_null(qemucore_fact_name((enum qemucore_fact)0));
    assert_null(qemucore_fact_name((enum qemucore_fact)0x100));
    assert_null(qemucore_fact_name((enum qemucore_fact)0xff01));
}

/* The codes of a core whose threads are known (tests/fixtures/seed.c). */
static void test_core(void **state)
{
    (void)state;
    struct qemucore *core = corpus_open("x86_64-seed");
    size_t vcpus = 0, parked = 0, on_conditions = 0;
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL) {
        vcpus += qemucore_thread_role_code(thread) == QEMUCORE_ROLE_VCPU;
        on_conditions += qemucore_wait_kind_code(qemucore_thread_wait(core, thread)) ==
                         QEMUCORE_LOCK_KIND_QEMU_COND;
    }
    struct qemucore_vcpu *vcpu = NULL;
    while ((vcpu = qemucore_vcpu_next(core, vcpu)) != NULL) {
        parked += qemucore_vcpu_place_code(vcpu) == QEMUCORE_VCPU_PLACE_PARKED;
    }
    assert_int_equal(vcpus, 8);
    assert_int_equal(parked, 8);
    assert_int_equal(on_conditions, 9); /* the vCPUs and the VNC worker */
    assert_int_equal(qemucore_main_loop_place_code(core), QEMUCORE_MAIN_LOOP_POLL);
    assert_int_equal(qemucore_bql_state_code(core), QEMUCORE_BQL_FREE);
    assert_int_equal(qemucore_rcu_state_code(core), QEMUCORE_RCU_IDLE);
    struct qemucore_lock *lock = NULL;
    assert_int_equal(qemucore_lock_decode(core, qemucore_lock_kind_name(QEMUCORE_LOCK_KIND_QEMU_EVENT), 0,
                                          &lock, NULL), QEMUCORE_ABSENT);
    while ((lock = qemucore_lock_next(core, lock)) != NULL && !qemucore_lock_is_bql(lock)) {
    }
    assert_non_null(lock);
    assert_int_equal(qemucore_lock_kind_code(lock), QEMUCORE_LOCK_KIND_QEMU_MUTEX);
    assert_int_equal(qemucore_lock_state_code(lock), QEMUCORE_LOCK_STATE_FREE);
    qemucore_close(core);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names), cmocka_unit_test(test_complete), cmocka_unit_test(test_others),
        cmocka_unit_test(test_facts), cmocka_unit_test(test_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
