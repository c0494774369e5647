/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/migration_progress.h"

#include <string.h>

#include "qemu/fields/list.h"

/* Reads a counter: in mig_stats (MigrationAtomicStats), or up to 8.0 in ram_counters. */
static struct qc_fact counter(struct qc_fields *fields, enum qc_field field, enum qc_field old)
{
    uint64_t stats;
    return qc_variable_address(fields, QC_VARIABLE_MIGRATION_STATS, NULL, &stats)
               ? qc_fact_field(fields, field, stats, NULL)
           : qc_variable_address(fields, QC_VARIABLE_RAM_COUNTERS, NULL, &stats)
               ? qc_fact_field(fields, old, stats, NULL)
               : (struct qc_fact){0};
}

static void counters_read(struct qc_fields *fields, struct qc_migration_progress *ret)
{
    const struct {
        struct qc_fact *fact;
        enum qc_field field;
        enum qc_field old;
    } counters[] = {
        {&ret->passes, QC_FIELD_STATS_PASSES, QC_FIELD_COUNTERS_PASSES},
        {&ret->normal_pages, QC_FIELD_STATS_NORMAL, QC_FIELD_COUNTERS_NORMAL},
        {&ret->zero_pages, QC_FIELD_STATS_ZERO, QC_FIELD_COUNTERS_ZERO},
        {&ret->precopy_bytes, QC_FIELD_STATS_PRECOPY, QC_FIELD_COUNTERS_PRECOPY},
        {&ret->postcopy_bytes, QC_FIELD_STATS_POSTCOPY, QC_FIELD_COUNTERS_POSTCOPY},
        {&ret->multifd_bytes, QC_FIELD_STATS_MULTIFD, QC_FIELD_COUNTERS_MULTIFD},
        {&ret->downtime_bytes, QC_FIELD_STATS_DOWNTIME, QC_FIELD_COUNTERS_DOWNTIME},
        {&ret->transferred_bytes, QC_FIELD_STATS_TRANSFERRED, QC_FIELD_COUNTERS_TRANSFERRED},
        {&ret->dirty_pages_rate, QC_FIELD_STATS_RATE, QC_FIELD_COUNTERS_RATE},
        {&ret->postcopy_requests, QC_FIELD_STATS_REQUESTS, QC_FIELD_COUNTERS_REQUESTS},
    };
    for (size_t i = 0; i < qc_count(counters); i++) {
        *counters[i].fact = counter(fields, counters[i].field, counters[i].old);
    }
}

/* As migration_transferred_bytes (migration-stats.c) from 8.2 on; before, there is a counter. */
static struct qc_fact transferred_sum(struct qc_fields *fields, struct qc_fact multifd)
{
    struct qc_fact sum = {0};
    uint64_t stats;
    if (qc_variable_address(fields, QC_VARIABLE_MIGRATION_STATS, NULL, &stats)) {
        struct qc_fact file = qc_fact_field(fields, QC_FIELD_STATS_FILE, stats, NULL);
        struct qc_fact rdma = qc_fact_field(fields, QC_FIELD_STATS_RDMA, stats, NULL);
        sum.is_known = file.is_known && rdma.is_known && multifd.is_known;
        sum.value = sum.is_known ? file.value + rdma.value + multifd.value : 0;
    }
    return sum;
}

/* Pages have 4 KiB on these targets, recognized by the program counter in their debug info:
   TARGET_PAGE_BITS of target/{i386,ppc,s390x}/cpu-param.h. Others vary with the machine. */
static struct qc_fact page_size(struct qc_fields *fields)
{
    static const char *const counters[] = {"env.eip", "env.nip", "env.psw.addr", NULL};
    const char *name = qc_field_name(fields, QC_FIELD_CPU_PC);
    return (struct qc_fact){.is_known = qc_str_is_one_of(name, counters), .value = 4096};
}

/* As ram_bytes_total (ram.c), if no shared memory is left out. Bit 4 of the flags: RAM_MIGRATABLE
   (include/exec/memory.h), 3.0 on. */
static struct qc_fact total_read(struct qc_fields *fields)
{
    struct qc_fact total = {.is_known = true};
    uint64_t ram;
    uint64_t block;
    if (!qc_variable_address(fields, QC_VARIABLE_RAM_LIST, NULL, &ram)) {
        return (struct qc_fact){0};
    }
    struct qc_list list =
        qc_list_field(fields, QC_FIELD_RAM_LIST_FIRST, ram, QC_FIELD_RAM_BLOCK_NEXT, NULL, NULL);
    while (total.is_known && qc_list_next(&list, &block)) {
        struct qc_fact length = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_LENGTH, block, NULL);
        struct qc_fact flags = qc_fact_field(fields, QC_FIELD_RAM_BLOCK_FLAGS, block, NULL);
        total.is_known = length.is_known && flags.is_known;
        total.value += (flags.value >> 4 & 1) != 0 ? length.value : 0;
    }
    return list.count.is_known && total.is_known ? total : (struct qc_fact){0};
}

static void ram_read(struct qc_fields *fields, bool leaves_out, struct qc_migration_progress *ret)
{
    struct qc_fact ram = qc_fact_variable(fields, QC_VARIABLE_RAM_STATE, NULL);
    struct qc_fact page = page_size(fields);
    if (!qc_fact_is_set(ram)) {
        return;
    }
    ret->dirty_pages = qc_fact_field(fields, QC_FIELD_RAM_STATE_DIRTY, ram.value, NULL);
    ret->total_bytes = qc_fact_field(fields, QC_FIELD_RAM_STATE_TOTAL, ram.value, NULL);
    if (!ret->total_bytes.is_known && !leaves_out) {
        ret->total_bytes = total_read(fields);
    }
    ret->remaining_bytes.is_known =
        ret->dirty_pages.is_known && page.is_known && ret->dirty_pages.value < UINT64_MAX / page.value;
    ret->remaining_bytes.value =
        ret->remaining_bytes.is_known ? ret->dirty_pages.value * page.value : 0;
}

/* MigrationState.mbps is a double, in 10^6 bits per second. */
static struct qc_fact throughput_read(struct qc_fields *fields, uint64_t migration)
{
    struct qc_fact bits = {0};
    uint64_t address;
    uint64_t word;
    double mbps;
    if (qc_field_address(fields, QC_FIELD_MIGRATION_MBPS, migration, &address) &&
        qc_fields_number(fields, address, sizeof(word), &word)) {
        memcpy(&mbps, &word, sizeof(mbps));
        bits.is_known = mbps >= 0 && mbps < 1e12; /* excludes NaN and what no network reaches */
        bits.value = bits.is_known ? (uint64_t)(mbps * 1e6 + 0.5) : 0;
    }
    return bits;
}

static void times_read(struct qc_fields *fields, uint64_t migration, bool has_completed,
                       struct qc_migration_progress *ret)
{
    ret->setup_ms = qc_fact_field(fields, QC_FIELD_MIGRATION_SETUP_TIME, migration, NULL);
    ret->start_ms = qc_fact_field(fields, QC_FIELD_MIGRATION_START, migration, NULL);
    ret->total_ms = qc_fact_field(fields, QC_FIELD_MIGRATION_TOTAL_TIME, migration, NULL);
    ret->total_ms.is_known &= has_completed;
    ret->downtime_ms = qc_fact_field(fields, QC_FIELD_MIGRATION_DOWNTIME, migration, NULL);
    ret->downtime_ms.is_known &= has_completed || ret->downtime_ms.value != 0;
    ret->expected_downtime_ms =
        qc_fact_field(fields, QC_FIELD_MIGRATION_EXPECTED_DOWNTIME, migration, NULL);
}

void qc_migration_progress_read(struct qc_fields *fields, uint64_t migration,
                                const struct qc_migration_how *how,
                                struct qc_migration_progress *ret)
{
    times_read(fields, migration, how->has_completed, ret);
    counters_read(fields, ret);
    if (!ret->transferred_bytes.is_known) {
        ret->transferred_bytes = transferred_sum(fields, ret->multifd_bytes);
    }
    ram_read(fields, how->leaves_out_shared, ret);
    ret->throughput_bits = throughput_read(fields, migration);
    ret->pages_per_second = qc_fact_field(fields, QC_FIELD_MIGRATION_PAGES, migration, NULL);
    ret->throttle_percent = qc_fact_variable(fields, QC_VARIABLE_CPU_THROTTLE, NULL);
}
