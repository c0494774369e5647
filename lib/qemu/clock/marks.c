/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/clock/marks.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "core/core.h"
#include "qemu/clock/display_timer.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND INT64_C(1000000000)

bool qc_clock_is_time(int64_t ns)
{
    return ns > 0 && ns < INT64_MAX / 2;
}

static struct qc_fact time_of(struct qc_fact number, int64_t scale)
{
    struct qc_fact time = {0};
    if (number.is_known && number.value <= (uint64_t)(INT64_MAX / scale) &&
        qc_clock_is_time((int64_t)number.value * scale)) {
        time = (struct qc_fact){true, true, number.value * (uint64_t)scale};
    }
    return time;
}

static void keep_later(struct qc_fact *kept, struct qc_fact time)
{
    if (time.is_known && (!kept->is_known || time.value > kept->value)) {
        *kept = time;
    }
}

/* ---- times of the realtime clock ----------------------------------------------------------- */

static void refresh_find_untyped(struct qc_fields *fields, struct qc_clock_marks *ret)
{
    struct qc_display_timer found;
    if (qc_display_timer_find(fields, &found)) {
        ret->refresh = time_of((struct qc_fact){true, false, found.refresh_ms}, MILLISECOND);
        ret->refresh_interval = time_of((struct qc_fact){true, false, found.interval_ms}, MILLISECOND);
        ret->refresh_timer = found.address;
        ret->refresh_expire = time_of((struct qc_fact){true, false, found.expire_ns}, 1);
    }
}

/* Reads what ui/console.c, gui_update notes. The longest interval is GUI_REFRESH_INTERVAL_IDLE, 3
   s. */
static void refresh_find(struct qc_fields *fields, struct qc_clock_marks *ret)
{
    struct qc_fact display = qc_fact_variable(fields, QC_VARIABLE_DISPLAY_STATE, NULL);
    if (qc_fact_is_zero(display)) {
        return;
    }
    struct qc_fact last = {0};
    if (display.is_known) {
        last = qc_fact_field(fields, QC_FIELD_DISPLAY_LAST_UPDATE, display.value, NULL);
    }
    if (!last.is_known) {
        refresh_find_untyped(fields, ret);
        return;
    }
    ret->refresh = time_of(last, MILLISECOND);
    struct qc_fact timer = qc_fact_field(fields, QC_FIELD_DISPLAY_TIMER, display.value, NULL);
    struct qc_fact interval = time_of(
        qc_fact_field(fields, QC_FIELD_DISPLAY_INTERVAL, display.value, NULL), MILLISECOND);
    if (interval.is_known && interval.value <= 3 * (uint64_t)SECOND) {
        ret->refresh_interval = interval;
    }
    if (qc_fact_is_set(timer)) {
        ret->refresh_timer = timer.value;
        ret->refresh_expire =
            time_of(qc_fact_field(fields, QC_FIELD_TIMER_EXPIRE, timer.value, NULL), 1);
    }
}

/* Under qtest accounting uses another clock (block/accounting.c). */
static void access_find(struct qc_fields *fields, const struct qc_block *block,
                        struct qc_clock_marks *ret)
{
    if (!qc_fact_is_zero(qc_fact_variable(fields, QC_VARIABLE_ACCOUNTING_CLOCK, NULL))) {
        return;
    }
    for (size_t i = 0; i < block->backends.count; i++) {
        keep_later(&ret->access, time_of(qc_fact_field(fields, QC_FIELD_BACKEND_LAST_ACCESS,
                                                       block->backends.items[i].address, NULL),
                                         1));
    }
}

static void migration_find(struct qc_fields *fields, struct qc_clock_marks *ret)
{
    static const enum qc_field members[] = {QC_FIELD_MIGRATION_START,
                                            QC_FIELD_MIGRATION_ITERATION};
    struct qc_fact state = qc_fact_variable(fields, QC_VARIABLE_CURRENT_MIGRATION, NULL);
    for (size_t i = 0; qc_fact_is_set(state) && i < qc_count(members); i++) {
        keep_later(&ret->migration,
                   time_of(qc_fact_field(fields, members[i], state.value, NULL), MILLISECOND));
    }
}

/* ---- start, and offset of the virtual clocks ----------------------------------------------- */

/* system/rtc.c, configure_rtc, notes both clocks at the same moment. -rtc base=TIME replaces the
   host clock's time, and QEMU keeps the difference. */
static void start_find(struct qc_fields *fields, struct qc_clock_marks *ret)
{
    struct qc_fact host = qc_fact_variable(fields, QC_VARIABLE_RTC_HOST_START, NULL);
    struct qc_fact base = qc_fact_variable(fields, QC_VARIABLE_RTC_BASE_OFFSET, NULL);
    struct qc_fact start = qc_fact_variable(fields, QC_VARIABLE_RTC_START, NULL);
    /* An int up to 11.0, a time_t from 11.1 on (ae84c738e4); a symbol's value has no sign. */
    int64_t offset = base.value <= UINT32_MAX ? (int32_t)base.value : (int64_t)base.value;
    if (base.is_known && offset != -1) {
        host.value += (uint64_t)offset;
    }
    ret->start = time_of(start, SECOND);
    ret->host_start = base.is_known ? time_of(host, SECOND) : base;
}

static void virtual_find(struct qc_fields *fields, struct qc_clock_marks *ret)
{
    uint64_t state;
    if (!qc_fact_is_zero(qc_fact_variable(fields, QC_VARIABLE_ICOUNT, NULL)) ||
        !qc_fact_is_zero(qc_fact_variable(fields, QC_VARIABLE_QTEST, NULL)) ||
        !qc_variable_address(fields, QC_VARIABLE_TIMERS_STATE, NULL, &state)) {
        return;
    }
    struct qc_fact runs = qc_fact_field(fields, QC_FIELD_TIMERS_STATE_RUNS, state, NULL);
    struct qc_fact offset = qc_fact_field(fields, QC_FIELD_TIMERS_STATE_OFFSET, state, NULL);
    int64_t value = (int64_t)offset.value;
    if (runs.is_known && offset.is_known && value > -(INT64_MAX / 2) && value < INT64_MAX / 2) {
        ret->virtual_offset = offset;
        ret->virtual_runs = runs.value != 0;
    }
}

/* ---- times of the file --------------------------------------------------------------------- */

bool qc_clock_file_name(const char *path, uint64_t *ret_ns)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    unsigned dots = 0;
    char *end;
    if (!qc_str_begins(name, "core.")) {
        return false;
    }
    for (; *name != '\0' && dots < 5; name++) {
        dots += *name == '.';
    }
    unsigned long long microseconds = strtoull(name, &end, 10);
    if (dots < 5 || end - name < 15 || end - name > 16 || (*end != '\0' && *end != '.')) {
        return false; /* times of 15 digits begin in 1973, those of 16 end in 2286 */
    }
    *ret_ns = microseconds * 1000;
    return qc_clock_is_time((int64_t)*ret_ns);
}

static int64_t nanoseconds_of(int64_t seconds, int64_t rest)
{
    return seconds < 0 || seconds >= INT64_MAX / 2 / SECOND ? 0 : seconds * SECOND + rest;
}

static int64_t clock_now(clockid_t clock)
{
    struct timespec now;
    return clock_gettime(clock, &now) != 0 ? 0 : nanoseconds_of(now.tv_sec, now.tv_nsec);
}

/* Returns this machine's host clock less its realtime clock, QEMU's CLOCK_MONOTONIC. */
static int64_t ahead_here(void)
{
    return clock_now(CLOCK_REALTIME) - clock_now(CLOCK_MONOTONIC);
}

/* Tells whether QEMU ran on this machine since it was booted: only then is a file whose times are
   close together known not to be a copy from elsewhere. Both of QEMU's clocks were truncated to
   seconds. */
static bool is_of_this_boot(const struct qc_clock_marks *marks)
{
    int64_t difference = (int64_t)(marks->host_start.value - marks->start.value) - ahead_here();
    return marks->start.is_known && marks->host_start.is_known && difference < SECOND + SECOND / 2 &&
           difference > -SECOND - SECOND / 2;
}

/* Tells whether the kernel wrote the dump: it notes each thread's CPU time. gdb's gcore writes
   zeroes, and creates its file only after it has read the process, which takes seconds. */
static bool is_by_kernel(const struct qc_core *core)
{
    return qc_vec_any(&core->threads, thread, thread->user_time + thread->system_time != 0);
}

/* Times of a regular file; 0: not known. */
struct file_times {
    int64_t written;
    int64_t born;
};

static struct file_times file_times(const char *path)
{
    struct statx found;
    struct file_times times = {0};
    if (path != NULL && statx(AT_FDCWD, path, 0, STATX_MTIME | STATX_BTIME, &found) == 0 &&
        S_ISREG(found.stx_mode)) {
        times.written = (found.stx_mask & STATX_MTIME) == 0
                            ? 0
                            : nanoseconds_of(found.stx_mtime.tv_sec, found.stx_mtime.tv_nsec);
        times.born = (found.stx_mask & STATX_BTIME) == 0
                         ? 0
                         : nanoseconds_of(found.stx_btime.tv_sec, found.stx_btime.tv_nsec);
    }
    return times;
}

/* Returns the file's birth time, 0: not known. The kernel, or a program that it starts, creates the
   file once the threads are stopped. A file that is born after it was last written is a copy that
   kept the time of its original. */
static int64_t file_begun(const char *path)
{
    struct file_times times = file_times(path);
    return times.born <= times.written ? times.born : 0;
}

/* Returns the earlier of the two times that are after QEMU's start, 0: none. Earlier times of a
   file were set by a program. */
static int64_t first_after(int64_t left, int64_t right, int64_t begin)
{
    bool has_left = left > begin;
    bool has_right = right > begin;
    return has_left && (!has_right || left < right) ? left : has_right ? right : 0;
}

/* Returns the file's first time, which is after the dump whatever happened to the file since. */
static struct qc_fact file_latest(const char *path, struct qc_fact host_start)
{
    struct file_times times = file_times(path);
    int64_t start = host_start.is_known ? (int64_t)host_start.value : 0;
    int64_t first = first_after(times.written, times.born, start);
    return time_of((struct qc_fact){true, false, (uint64_t)first}, 1);
}

/* Converts file_latest into realtime by this machine's clocks. This is exact if QEMU ran here
   since the machine was booted. If nothing tells whether it did, a file from elsewhere may give
   any time. */
static struct qc_fact latest_here(const struct qc_clock_marks *marks)
{
    bool is_from_elsewhere =
        marks->start.is_known && marks->host_start.is_known && !is_of_this_boot(marks);
    struct qc_fact latest = marks->file_latest;
    latest.value -= (uint64_t)ahead_here();
    latest.is_known = latest.is_known && !is_from_elsewhere && qc_clock_is_time((int64_t)latest.value);
    return latest;
}

/* Takes the times that the snapshot's own note has, which do not depend on the file. */
static void snapshot_find(const struct qc_live *live, struct qc_clock_marks *ret)
{
    uint64_t real = live->realtime_ns;
    ret->snapshot = time_of((struct qc_fact){true, false, live->monotonic_ns}, 1);
    ret->snapshot_end = time_of((struct qc_fact){true, false, live->monotonic_ns + live->copy_ns}, 1);
    ret->file = time_of((struct qc_fact){true, false, real}, 1);
    ret->file_latest = time_of((struct qc_fact){true, false, real + live->copy_ns}, 1);
}

static void file_find(const struct qc_core *core, struct qc_clock_marks *ret)
{
    struct qc_fact time = {true, false, 0};
    if (core->live.is_live) {
        snapshot_find(&core->live, ret);
        return;
    }
    ret->file_latest = file_latest(core->path, ret->host_start);
    ret->latest_here = latest_here(ret);
    /* A process that is younger than a clock tick has no CPU times either, but the kernel dumps only
       a process that a signal ends. gdb's gcore of a process that goes on has no signal. */
    ret->is_by_debugger = !is_by_kernel(core) && !core->has_crashed;
    if (core->path == NULL || !is_by_kernel(core)) {
        return;
    }
    ret->file_is_named = qc_clock_file_name(core->path, &time.value);
    if (!ret->file_is_named && qc_bytes_is_random(core->bytes) && is_of_this_boot(ret)) {
        int64_t begun = file_begun(core->path);
        /* A program that the kernel starts may be slow to create the file. */
        time.value = begun > SECOND ? (uint64_t)(begun - SECOND) : 0;
    }
    ret->file = time_of(time, 1);
}

void qc_clock_marks_find(struct qc_fields *fields, const struct qc_block *block,
                         struct qc_clock_marks *ret)
{
    refresh_find(fields, ret);
    access_find(fields, block, ret);
    migration_find(fields, ret);
    start_find(fields, ret);
    virtual_find(fields, ret);
    file_find(qc_fields_core(fields), ret);
}
