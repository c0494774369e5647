/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fields - every member and variable of QEMU that is read, with its names over the versions
 *
 * One const table says what is looked for, newest first; the debug info at hand says which of the
 * alternatives there is, and where. So no version number is ever asked. Where a QEMU has none of
 * them the fact that rests on it is absent, and nothing else.
 *
 * To add one: a line in QC_FIELDS or QC_VARIABLES.
 */
#ifndef QC_QEMU_FIELDS_H
#define QC_QEMU_FIELDS_H

#include "debug/object.h"

/*
 * Name, type, whether the member lies at offset 0 also where there is no debug info (it is the
 * first one in all versions), members that hold it. From include/qemu/thread*.h, lockcnt.h,
 * coroutine*.h, rcu.h, include/hw/core/cpu.h, include/block/aio.h, include/sysemu/iothread.h,
 * include/qom/object.h, of 4.0 to 11.1.
 */
#define QC_FIELDS(X)                                                                             \
    X(MUTEX_LOCK, "QemuMutex", true, "lock")                                                     \
    X(MUTEX_FILE, "QemuMutex", false, "file") /* CONFIG_DEBUG_MUTEX */                           \
    X(MUTEX_LINE, "QemuMutex", false, "line")                                                    \
    X(MUTEX_INITIALIZED, "QemuMutex", false, "initialized")                                      \
    X(REC_MUTEX_LOCK, "QemuRecMutex", true, "m.lock", "lock") /* 6.1 on; up to 6.0 */            \
    X(REC_MUTEX_FILE, "QemuRecMutex", false, "m.file", "file")                                   \
    X(REC_MUTEX_LINE, "QemuRecMutex", false, "m.line", "line")                                   \
    X(REC_MUTEX_INITIALIZED, "QemuRecMutex", false, "m.initialized", "initialized")              \
    X(COND_COND, "QemuCond", true, "cond")                                                       \
    X(COND_INITIALIZED, "QemuCond", false, "initialized")                                        \
    X(SEM_SEM, "QemuSemaphore", false, "sem") /* up to 7.0 */                                    \
    X(SEM_MUTEX, "QemuSemaphore", false, "mutex", "lock") /* 7.1 on; without sem_timedwait */    \
    X(SEM_COND, "QemuSemaphore", false, "cond")                                                  \
    X(SEM_COUNT, "QemuSemaphore", false, "count")                                                \
    X(EVENT_VALUE, "QemuEvent", true, "value")                                                   \
    X(EVENT_INITIALIZED, "QemuEvent", false, "initialized")                                      \
    X(LOCKCNT_COUNT, "QemuLockCnt", true, "count")                                               \
    X(SPIN_VALUE, "QemuSpin", true, "value")                                                     \
    X(THREAD_THREAD, "QemuThread", true, "thread")                                               \
    X(CO_MUTEX_LOCKED, "CoMutex", true, "locked")                                                \
    X(CO_MUTEX_CTX, "CoMutex", false, "ctx")                                                     \
    X(CO_MUTEX_HANDOFF, "CoMutex", false, "handoff")                                             \
    X(CO_MUTEX_HOLDER, "CoMutex", false, "holder")                                               \
    X(CO_QUEUE_FIRST, "CoQueue", true, "entries.sqh_first")                                      \
    X(CO_RWLOCK_OWNERS, "CoRwlock", false, "owners") /* 6.0 on */                                \
    X(CO_RWLOCK_READER, "CoRwlock", false, "reader") /* up to 5.2 */                             \
    X(CO_RWLOCK_PENDING_WRITER, "CoRwlock", false, "pending_writer")                             \
    X(CO_RWLOCK_TICKETS, "CoRwlock", false, "tickets.sqh_first")                                 \
    X(CO_RWLOCK_MUTEX_LOCKED, "CoRwlock", false, "mutex.locked")                                 \
    X(CO_QUEUE_NEXT, "Coroutine", false, "co_queue_next.sqe_next")                               \
    X(CPU_NEXT, "CPUState", false, "node.tqe_next")                                              \
    X(CPU_INDEX, "CPUState", false, "cpu_index")                                                 \
    X(CPU_THREAD, "CPUState", false, "thread")                                                   \
    X(CPU_THREAD_ID, "CPUState", false, "thread_id")                                             \
    X(CPU_HALT_COND, "CPUState", false, "halt_cond")                                             \
    X(CPU_CREATED, "CPUState", false, "created")                                                 \
    X(CPU_STOP, "CPUState", false, "stop")                                                       \
    X(CPU_STOPPED, "CPUState", false, "stopped")                                                 \
    X(CPU_HALTED, "CPUState", false, "halted")                                                   \
    X(CPU_RUNNING, "CPUState", false, "running")                                                 \
    X(CPU_HAS_WAITER, "CPUState", false, "has_waiter")                                           \
    X(CPU_EXCLUSIVE, "CPUState", false, "exclusive_context_count",                               \
      "in_exclusive_context") /* 8.0 on; 4.2 to 7.2 */                                           \
    X(CPU_IN_IOCTL, "CPUState", false, "in_ioctl_lock.count") /* 8.0 on */                       \
    X(TIMERS_DONE_EV, "QEMUTimerList", false, "timers_done_ev")                                  \
    X(IOTHREAD_CTX, "IOThread", false, "ctx")                                                    \
    X(IOTHREAD_THREAD_ID, "IOThread", false, "thread_id")                                        \
    X(IOTHREAD_INIT_DONE_SEM, "IOThread", false, "init_done_sem")                                \
    X(THREAD_CONTEXT_THREAD_ID, "ThreadContext", false, "thread_id")                             \
    X(AIO_CONTEXT_LOCK, "AioContext", false, "lock") /* used up to 8.2 */                        \
    X(RCU_READER_CTR, "struct rcu_reader_data", true, "ctr")                                     \
    X(RCU_READER_WAITING, "struct rcu_reader_data", false, "waiting")                            \
    X(RCU_READER_DEPTH, "struct rcu_reader_data", false, "depth")                                \
    X(RCU_READER_FORCE, "struct rcu_reader_data", false, "force_rcu")                            \
    X(OBJECT_CLASS, "Object", true, "class")                                                     \
    X(OBJECT_PROPERTIES, "Object", false, "properties")                                          \
    X(OBJECT_PARENT, "Object", false, "parent")                                                  \
    X(PROPERTY_NAME, "ObjectProperty", false, "name")                                            \
    X(PROPERTY_TYPE, "ObjectProperty", false, "type")                                            \
    X(PROPERTY_OPAQUE, "ObjectProperty", false, "opaque")                                        \
    X(CLASS_TYPE, "ObjectClass", true, "type")                                                   \
    X(TYPE_NAME, "TypeImpl", true, "name")                                                       \
    X(RAM_LIST_BLOCKS, "RAMList", false, "blocks.lh_first")                                      \
    X(RAMBLOCK_HOST, "RAMBlock", false, "host")                                                  \
    X(RAMBLOCK_USED_LENGTH, "RAMBlock", false, "used_length")                                    \
    X(RAMBLOCK_MAX_LENGTH, "RAMBlock", false, "max_length")                                      \
    X(RAMBLOCK_IDSTR, "RAMBlock", false, "idstr")                                                \
    X(RAMBLOCK_NEXT, "RAMBlock", false, "next.le_next")                                          \
    X(ERROR_MSG, "Error", true, "msg")                                                           \
    X(MULTIFD_SEND_NAME, "MultiFDSendParams", false, "name")                                     \
    X(MULTIFD_SEND_ID, "MultiFDSendParams", false, "id")                                         \
    X(MULTIFD_RECV_NAME, "MultiFDRecvParams", false, "name")                                     \
    X(MULTIFD_RECV_ID, "MultiFDRecvParams", false, "id")

/*
 * Name, the source file whose static variable is meant (NULL: the name is enough), names. Those of
 * QEMU_DEFINE_CO_TLS (7.0 on) have co_tls_ before them. cpus.c and rcu.c have moved between
 * directories, but not been renamed.
 */
#define QC_VARIABLES(X)                                                                          \
    X(BQL, NULL, "bql", "qemu_global_mutex") /* 9.0 on; up to 8.2 */                             \
    X(BQL_LOCKED, NULL, "co_tls_bql_locked", "co_tls_iothread_locked", "iothread_locked")        \
    X(CPUS, NULL, "cpus_queue", "cpus") /* 8.2 on */                                             \
    X(WORK_COND, NULL, "qemu_work_cond")                                                         \
    X(PAUSE_COND, NULL, "qemu_pause_cond")                                                       \
    X(CPU_COND, NULL, "qemu_cpu_cond")                                                           \
    X(EXCLUSIVE_COND, NULL, "exclusive_cond")                                                    \
    X(EXCLUSIVE_RESUME, NULL, "exclusive_resume")                                                \
    X(AIO_CONTEXT, NULL, "qemu_aio_context")                                                     \
    X(IOHANDLER_CONTEXT, NULL, "iohandler_ctx")                                                  \
    X(MON_IOTHREAD, NULL, "mon_iothread")                                                        \
    X(RCU_GP_CTR, NULL, "rcu_gp_ctr")                                                            \
    X(RCU_GP_EVENT, NULL, "rcu_gp_event")                                                        \
    X(RCU_CALL_COUNT, NULL, "rcu_call_count")                                                    \
    X(RCU_CALL_READY_EVENT, NULL, "rcu_call_ready_event")                                        \
    X(RCU_SYNC_LOCK, NULL, "rcu_sync_lock")                                                      \
    X(RCU_REGISTRY_LOCK, NULL, "rcu_registry_lock")                                              \
    X(RCU_READER, NULL, "co_tls_rcu_reader", "rcu_reader") /* 7.0 on; up to 6.2 */               \
    X(RAM_LIST, NULL, "ram_list")                                                                \
    X(RCU_HEAD, "rcu.c", "head")                                                                 \
    X(RCU_TAIL, "rcu.c", "tail")                                                                 \
    X(RCU_DUMMY, "rcu.c", "dummy")                                                               \
    X(IN_DRAIN_CALL_RCU, NULL, "in_drain_call_rcu")                                              \
    X(CURRENT_CPU, NULL, "current_cpu")

#define QC_FIELD_ENUMERATOR(name, ...) QC_FIELD_##name,
enum qc_field { QC_FIELDS(QC_FIELD_ENUMERATOR) QC_FIELD_COUNT };
#define QC_VARIABLE_ENUMERATOR(name, ...) QC_VARIABLE_##name,
enum qc_variable { QC_VARIABLES(QC_VARIABLE_ENUMERATOR) QC_VARIABLE_COUNT };

struct qc_fields;

enum qemucore_status qc_fields_new(struct qc_modules *modules, struct qc_fields **ret,
                                   struct qemucore_error *error);
void qc_fields_free(struct qc_fields *fields);

/* Before a place of a GHashTable is looked at. False: enough of them (QC_LIMIT_TABLE_PLACES), which
   qc_fields_are_cut tells from then on. */
bool qc_fields_take_place(struct qc_fields *fields);
bool qc_fields_are_cut(const struct qc_fields *fields);

/* The member of the structure at `structure`. False: this QEMU has none, or no debug info. */
bool qc_field_address(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      uint64_t *ret);

/* Its value, a number or pointer of at most 8 bytes; sign-extended where its type is signed. */
enum qemucore_status qc_field_number(struct qc_fields *fields, enum qc_field field,
                                     uint64_t structure, uint64_t *ret,
                                     struct qemucore_error *error);
/* The same, false where it can't be had. */
bool qc_field_read(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                   uint64_t *ret);

/* The text that a char pointer or array member has, malloc; NULL: none. */
char *qc_field_text(struct qc_fields *fields, enum qc_field field, uint64_t structure);

/* Where a variable is, by debug info, else by symbol; thread-local ones for a thread (NULL: none
   is meant). */
bool qc_variable_address(struct qc_fields *fields, enum qc_variable variable,
                         const struct qc_thread *thread, uint64_t *ret);
bool qc_variable_read(struct qc_fields *fields, enum qc_variable variable,
                      const struct qc_thread *thread, uint64_t *ret);
/* The name that it has here; NULL: none of them is known. */
const char *qc_variable_name(struct qc_fields *fields, enum qc_variable variable);

/* A pointer, and an unsigned number of size bytes, at an address. */
bool qc_fields_pointer(struct qc_fields *fields, uint64_t address, uint64_t *ret);
bool qc_fields_number(struct qc_fields *fields, uint64_t address, size_t size, uint64_t *ret);

struct qc_core *qc_fields_core(const struct qc_fields *fields);

/* Size of a type of the debug info; 0: not known. */
size_t qc_fields_type_size(struct qc_fields *fields, const char *type);

#endif
