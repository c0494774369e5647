/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/capture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

/* See Documentation/admin-guide/mm/pagemap.rst. */
#define PAGE_PRESENT ((uint64_t)1 << 63)
#define PAGE_SWAPPED ((uint64_t)1 << 62)
#define PAGE_OF_FILE ((uint64_t)1 << 61)
#define PAGE_EXCLUSIVE ((uint64_t)1 << 56)

#define PAGES_AT_ONCE 8192

/* Vectors per call; UIO_MAXIOV is 1024. */
#define VECTORS 512

enum qemucore_status qc_capture_new(const struct qc_plan *plan, struct qc_capture **ret,
                                    struct qemucore_error *error)
{
    QC_GUARD(qc_guard_capture) struct qc_capture *capture = calloc(1, sizeof(*capture));
    QC_TRY_MEMORY(capture != NULL, error);
    size_t capacity = (size_t)(plan->wanted + plan->wanted / 4 + 4 * QC_MIB);
    void *bytes = mmap(NULL, capacity, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (bytes == MAP_FAILED) {
        return qc_error_memory(error);
    }
    capture->bytes = bytes;
    capture->capacity = capacity;
    *ret = qc_move(capture);
    return QEMUCORE_OK;
}

void qc_capture_free(struct qc_capture *capture)
{
    if (capture == NULL) {
        return;
    }
    if (capture->bytes != NULL) {
        munmap(capture->bytes, capture->capacity);
    }
    qc_vec_free(&capture->runs);
    free(capture);
}

/* ---- which pages --------------------------------------------------------------------------- */

/* Beyond this address nothing is known, not even which pages were never touched. */
static void lower_known_to(struct qc_capture *capture, uint64_t address)
{
    capture->known_to = qc_min(address, capture->known_to);
}

static bool run_add(struct qc_capture *capture, uint64_t start, uint64_t end)
{
    struct qc_run *last = qc_vec_last(&capture->runs);
    size_t size = (size_t)(end - start);
    if (size > capture->capacity - capture->size) {
        lower_known_to(capture, start); /* it has grown since the plan */
        capture->no_room += size;
        return true;
    }
    if (last != NULL && last->end == start) {
        last->end = end;
    } else {
        last = qc_vec_add(&capture->runs);
        if (last == NULL) {
            return false;
        }
        *last = (struct qc_run){.start = start, .end = end, .offset = capture->size};
    }
    capture->size += size;
    return true;
}

/* Returns how many entries of pagemap were read, at most PAGES_AT_ONCE. */
static size_t read_entries(int pagemap, uint64_t start, uint64_t end, uint64_t page,
                           uint64_t *entries)
{
    uint64_t count = (end - start + page - 1) / page;
    count = qc_min(count, PAGES_AT_ONCE);
    ssize_t got = pread(pagemap, entries, (size_t)count * 8, (off_t)(start / page * 8));
    return got < 0 ? 0 : (size_t)got / 8;
}

static bool exists(uint64_t entry)
{
    return (entry & (PAGE_PRESENT | PAGE_SWAPPED)) != 0;
}

static bool may_be_zero_page(uint64_t entry)
{
    return (entry & (PAGE_PRESENT | PAGE_OF_FILE | PAGE_EXCLUSIVE)) == PAGE_PRESENT;
}

/* Tells whether all pages that may be the kernel's page of zeroes are it. A read of memory that was
   never written, as by gdb's gcore, maps it; pagemap has it as a page that is present and of no file,
   and nobody's alone, and smaps does not count it (fs/proc/task_mmu.c). */
static bool has_zero_pages(int pagemap, const struct qc_map *map, uint64_t page)
{
    uint64_t entries[PAGES_AT_ONCE];
    uint64_t present = 0;
    uint64_t zero = 0;
    for (uint64_t at = map->start; at < map->end;) {
        size_t count = read_entries(pagemap, at, map->end, page, entries);
        if (count == 0) {
            return false;
        }
        for (size_t i = 0; i < count; i++, at += page) {
            present += exists(entries[i]);
            zero += may_be_zero_page(entries[i]);
        }
    }
    return present >= zero && (present - zero) * page >= map->present;
}

static bool map_pages(int pagemap, const struct qc_map *map, uint64_t page, bool skip_zero,
                      struct qc_capture *capture)
{
    uint64_t entries[PAGES_AT_ONCE];
    uint64_t end = map->take == QC_TAKE_HEAD ? map->start + map->take_size : map->end;
    bool skips = skip_zero && !map->is_file && has_zero_pages(pagemap, map, page);
    for (uint64_t at = map->start; at < end;) {
        size_t count = read_entries(pagemap, at, end, page, entries);
        if (count == 0) {
            lower_known_to(capture, at);
            return true;
        }
        for (size_t i = 0; i < count; i++, at += page) {
            if (exists(entries[i]) && !(skips && may_be_zero_page(entries[i])) &&
                !run_add(capture, at, at + page)) {
                return false;
            }
        }
    }
    return true;
}

static bool find_pages(int pagemap, const struct qc_plan *plan, bool skip_zero,
                       struct qc_capture *capture)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    capture->runs.count = 0;
    capture->size = 0;
    capture->known_to = UINT64_MAX;
    capture->no_room = 0;
    for (size_t i = 0; i < plan->maps.count; i++) {
        if (plan->maps.items[i].take != QC_TAKE_NOTHING &&
            !map_pages(pagemap, &plan->maps.items[i], page, skip_zero, capture)) {
            return false;
        }
    }
    return true;
}

/* ---- their bytes --------------------------------------------------------------------------- */

/* Splits a run at address, so that the part that can't be read becomes a run of its own. */
static bool run_split(struct qc_capture *capture, size_t index, uint64_t address)
{
    if (qc_vec_add(&capture->runs) == NULL) {
        return false;
    }
    for (size_t i = capture->runs.count - 1; i > index + 1; i--) {
        capture->runs.items[i] = capture->runs.items[i - 1];
    }
    struct qc_run *run = &capture->runs.items[index];
    run[1] = *run;
    run[1].start = address;
    run[1].offset += (size_t)(address - run->start);
    run->end = address;
    return true;
}

/* Moves the first page of a run to the run before it, if that is lost and ends where this one
   begins. False: there is no such run, or nothing would be left of this one. */
static bool extend_lost(struct qc_run *run, bool is_first, uint64_t address, uint64_t page)
{
    if (is_first || run->start != address || run->end <= address + page || !run[-1].is_lost ||
        run[-1].end != address) {
        return false;
    }
    run[-1].end += page;
    run->start += page;
    run->offset += (size_t)page;
    return true;
}

/* Marks the page at address, in the run at *index, as lost. The pages before and after it become
   runs of their own. *index moves to the run after it. */
static bool mark_page_lost(struct qc_capture *capture, size_t *index, uint64_t address)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    address = address / page * page;
    if (extend_lost(&capture->runs.items[*index], *index == 0, address, page)) {
        return true;
    }
    if (capture->runs.items[*index].start < address) {
        if (!run_split(capture, *index, address)) {
            return false;
        }
        ++*index;
    }
    if (capture->runs.items[*index].end > address + page &&
        !run_split(capture, *index, address + page)) {
        return false;
    }
    capture->runs.items[(*index)++].is_lost = true;
    return true;
}

/* Fills in runs from `first` on, as many as one call takes. */
static size_t fill_vectors(const struct qc_capture *capture, size_t first, struct iovec *remote,
                           size_t *size)
{
    size_t count = 0;
    *size = 0;
    while (count < VECTORS && first + count < capture->runs.count) {
        const struct qc_run *run = &capture->runs.items[first + count];
        size_t length = (size_t)(run->end - run->start);
        remote[count++] = (struct iovec){(void *)(uintptr_t)run->start, length};
        *size += length;
    }
    return count;
}

/* Finds where a call stopped that has read `got` bytes: moves *index to the run, and returns the
   address. */
static uint64_t stopped_at(const struct qc_capture *capture, size_t *index, size_t got)
{
    while (got >= capture->runs.items[*index].end - capture->runs.items[*index].start) {
        got -= (size_t)(capture->runs.items[*index].end - capture->runs.items[*index].start);
        ++*index;
    }
    return capture->runs.items[*index].start + got;
}

static enum qemucore_status copy_failed(int cause, struct qemucore_error *error)
{
    return cause == ESRCH
               ? qc_error_set(error, QEMUCORE_NOT_FOUND, "it has ended meanwhile")
               : qc_error_system(error, cause, "its memory can't be read");
}

enum qemucore_status qc_capture_take(int pid, int pagemap, const struct qc_plan *plan,
                                     struct qc_capture *capture, struct qemucore_error *error)
{
    struct iovec remote[VECTORS];
    QC_TRY_MEMORY(find_pages(pagemap, plan, false, capture), error);
    QC_TRY_MEMORY(capture->no_room == 0 || find_pages(pagemap, plan, true, capture), error);
    for (size_t i = 0; i < capture->runs.count;) {
        size_t wanted;
        size_t count = fill_vectors(capture, i, remote, &wanted);
        struct iovec local = {capture->bytes + capture->runs.items[i].offset, wanted};
        ssize_t got = process_vm_readv(pid, &local, 1, remote, count, 0);
        if (got < 0 && errno != EFAULT) {
            return copy_failed(errno, error);
        }
        if (got == (ssize_t)wanted) {
            i += count;
        } else if (!mark_page_lost(capture, &i,
                                   stopped_at(capture, &i, got < 0 ? 0 : (size_t)got))) {
            return qc_error_memory(error);
        }
    }
    return QEMUCORE_OK;
}

const uint8_t *qc_capture_find(const struct qc_capture *capture, uint64_t address, uint64_t *size)
{
    size_t at = qc_lower_bound(capture->runs.count, i, capture->runs.items[i].end <= address);
    const struct qc_run *run = at < capture->runs.count ? &capture->runs.items[at] : NULL;
    if (run == NULL || run->is_lost || run->start > address) {
        return NULL;
    }
    *size = run->end - address;
    return capture->bytes + run->offset + (address - run->start);
}
