/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "glibc/pthread.h"

#include "glibc/glibc_limits.h"
#include "modules/modules.h"

/* nptl_db/structs.def, DB_STRUCT_FIELD: words with a field's size in bits, its count, its
   offset. */
#define FIELD_OFFSET 8

/* The highest value of struct pthread.joinstate (nptl/descr.h, THREAD_STATE_DETACHED). */
#define JOIN_STATE_MAX 3

/* Reads a constant that nptl has for libthread_db, or a variable of nptl's: in libc since 2.34, in
   libpthread before, in a static program itself. */
static bool nptl_number(struct qc_libc *libc, const char *name, uint64_t offset, uint64_t *ret)
{
    struct qc_symbol symbol;
    const struct qc_modules *modules = libc->modules;
    return qc_vec_any(&modules->list, at,
                      (*at == libc->module || *at == libc->pthread_module ||
                       (libc->module == NULL && *at == qc_modules_executable(libc->modules))) &&
                          qc_symbols_by_name(*at, name, &symbol) &&
                          qc_core_number(modules->core, symbol.address + offset, 4, ret));
}

/* Finds the offset of struct pthread.tid. Returns false on an unknown CPU. */
static bool tid_offset(struct qc_libc *libc, uint64_t *ret)
{
    const struct qc_core *core = libc->modules->core;
    qc_libc_find(libc);
    if (core->arch == NULL) {
        return false;
    }
    if (!libc->tid_looked_for) {
        libc->tid_looked_for = true;
        if (!nptl_number(libc, "_thread_db_pthread_tid", FIELD_OFFSET, &libc->tid) ||
            libc->tid >= QC_LIMIT_STRUCT_PTHREAD) {
            libc->tid = core->arch->glibc.pthread_tid;
        }
        nptl_number(libc, "_thread_db_sizeof_pthread", 0, &libc->sizeof_pthread);
    }
    *ret = libc->tid;
    return true;
}

enum qemucore_status qc_pthread_lwp(struct qc_libc *libc, uint64_t pthread, int *ret,
                                    struct qemucore_error *error)
{
    const struct qc_core *core = libc->modules->core;
    uint64_t offset;
    uint64_t tid;
    QC_TRY(qc_libc_check(libc, "pthread_t", error));
    QC_FAIL_IF(!tid_offset(libc, &offset), error, QEMUCORE_UNSUPPORTED,
               "struct pthread of an unknown machine");
    QC_TRY(qc_image_read_number(core->image, pthread + offset, 4, core->big_endian, &tid, error));
    *ret = (int)tid;
    return QEMUCORE_OK;
}

uint64_t qc_pthread_from_tid_word(struct qc_libc *libc, uint64_t word)
{
    uint64_t offset;
    return tid_offset(libc, &offset) && word > offset ? word - offset : 0;
}

/*
 * Lists where the descriptor may begin, and returns how many places that are. It begins at the
 * thread pointer; or it ends there, or a header before it, whose size is its alignment
 * (TLS_PRE_TCB_SIZE of each CPU's tls.h). ppc64le's header has grown with time: its places are not
 * listed.
 */
static size_t descriptor_places(struct qc_libc *libc, const struct qc_thread *thread,
                                uint64_t places[4])
{
    static const uint64_t headers[] = {0, 16, 32, 64};
    const struct qc_core *core = libc->modules->core;
    uint64_t offset;
    if (!thread->has_thread_pointer || !tid_offset(libc, &offset)) {
        return 0;
    }
    if (core->arch->tls_is_below) {
        places[0] = thread->thread_pointer;
        return 1;
    }
    for (size_t i = 0; i < qc_count(headers); i++) {
        places[i] = qc_core_thread_block(core, thread) - libc->sizeof_pthread - headers[i];
    }
    return libc->sizeof_pthread == 0 ? 0 : qc_count(headers);
}

/* Finds the descriptor of a thread in the dump that an address is in. 0: none. */
static uint64_t descriptor_with(struct qc_libc *libc, uint64_t address)
{
    const struct qc_core *core = libc->modules->core;
    qc_vec_each(&core->threads, thread) {
        uint64_t places[4];
        size_t count = descriptor_places(libc, thread, places);
        for (size_t i = 0; i < count; i++) {
            int lwp;
            if (address >= places[i] && address - places[i] < libc->sizeof_pthread &&
                (count == 1 || (qc_pthread_lwp(libc, places[i], &lwp, NULL) == QEMUCORE_OK &&
                                lwp == thread->lwp))) {
                return places[i];
            }
        }
    }
    return 0;
}

uint64_t qc_pthread_from_join_word(struct qc_libc *libc, uint64_t word)
{
    uint64_t value;
    if (libc->joins == QC_LIMIT_JOINS) {
        return 0;
    }
    libc->joins++;
    uint64_t pthread = descriptor_with(libc, word);
    /* The state of a thread that is not in the dump could be an id in a PID namespace. */
    bool may_be_state = qc_core_number(libc->modules->core, word, 4, &value) && value != 0 &&
                        value <= JOIN_STATE_MAX;
    return pthread != 0 || may_be_state ? pthread : qc_pthread_from_tid_word(libc, word);
}

bool qc_pthread_own_tid(struct qc_libc *libc, const struct qc_thread *thread, int *ret)
{
    uint64_t places[4];
    size_t count = descriptor_places(libc, thread, places);
    /* Only the LWP could tell which of several places is right, and a PID namespace hides it. */
    return count == 1 && qc_pthread_lwp(libc, places[0], ret, NULL) == QEMUCORE_OK && *ret > 0;
}

bool qc_pthread_is_own(struct qc_libc *libc, const struct qc_thread *thread)
{
    uint64_t places[4];
    size_t count = descriptor_places(libc, thread, places);
    bool another = false;
    for (size_t i = 0; i < count; i++) {
        int lwp;
        if (qc_pthread_lwp(libc, places[i], &lwp, NULL) != QEMUCORE_OK) {
            continue;
        }
        if (lwp == thread->lwp) {
            return true;
        }
        /* A number that is no thread's says nothing: no descriptor is there. */
        another = another || qc_core_thread(libc->modules->core, lwp) != NULL;
    }
    return !another;
}

bool qc_pthread_count(struct qc_libc *libc, uint64_t *ret)
{
    return !qc_libc_find(libc)->is_other && nptl_number(libc, "__nptl_nthreads", 0, ret);
}
