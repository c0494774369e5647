/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/migration.h"

#include <string.h>

#include "base/base.h"
#include "qemu/fields/list.h"
#include "qemu/qemu_limits.h"
#include "qemu/threads/frames.h"
#include "values/values.h"

/* ---- the counters that the monitor's `info migrate` shows -------------------------------- */

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
    ret->remaining_bytes.is_known = ret->dirty_pages.is_known && page.is_known &&
                                    ret->dirty_pages.value < UINT64_MAX / page.value;
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

/* leaves_out: x-ignore-shared is on, or not known. */
static void progress_read(struct qc_fields *fields, uint64_t migration, bool has_completed,
                          bool leaves_out, struct qc_migration_progress *ret)
{
    times_read(fields, migration, has_completed, ret);
    counters_read(fields, ret);
    if (!ret->transferred_bytes.is_known) {
        ret->transferred_bytes = transferred_sum(fields, ret->multifd_bytes);
    }
    ram_read(fields, leaves_out, ret);
    ret->throughput_bits = throughput_read(fields, migration);
    ret->pages_per_second = qc_fact_field(fields, QC_FIELD_MIGRATION_PAGES, migration, NULL);
    ret->throttle_percent = qc_fact_variable(fields, QC_VARIABLE_CPU_THROTTLE, NULL);
}

/* ---- what `migrate-set-parameters` has set, for any version of QEMU ---------------------- */

/* QType of a StrOrNull that is a string: qapi/qobject.json. */
#define QTYPE_QSTRING 3

/* Returns "max-bandwidth", as in QMP, for "max_bandwidth" (scripts/qapi/common.py, c_name). */
static char *qmp_name(const char *member)
{
    char *name = strdup(member);
    for (char *at = name; at != NULL && *at != '\0'; at++) {
        *at = *at == '_' ? '-' : *at;
    }
    return name;
}

/* Returns the length of the prefix of all enumerators of a type. */
static size_t prefix_length(const struct qc_type *type)
{
    for (int64_t i = 0; i < QC_LIMIT_CAPABILITIES; i++) {
        const char *name = qc_type_enumerator(type, i);
        if (qc_str_ends(name, QC_QAPI_END)) {
            return strlen(name) - strlen("_MAX");
        }
    }
    return 0;
}

static char *enumerator_text(const struct qc_type *type, uint64_t value)
{
    const char *name = qc_type_enumerator(type, (int64_t)value);
    size_t prefix = prefix_length(type);
    char *text = name == NULL || strlen(name) <= prefix || qc_str_ends(name, QC_QAPI_END)
                     ? NULL
                     : qmp_name(name + prefix);
    for (char *at = text; at != NULL && *at != '\0'; at++) {
        *at = qc_lower(*at);
    }
    return text;
}

/* The member is a char *, or, after 10.2, a StrOrNull *. */
static const char *string_text(struct qc_fields *fields, const struct qemucore_object *member)
{
    struct qemucore_object target;
    struct qemucore_object part;
    uint64_t address;
    uint64_t type;
    if (qc_object_number(member, &address, NULL) != QEMUCORE_OK || address == 0) {
        return NULL;
    }
    if (!qc_type_is_string(&member->type)) {
        if (qc_object_target(member, &target, NULL) != QEMUCORE_OK ||
            !qc_object_path(&target, "type", &part) ||
            qc_object_number(&part, &type, NULL) != QEMUCORE_OK || type != QTYPE_QSTRING ||
            !qc_object_path(&target, "u.s", &part) ||
            qc_object_number(&part, &address, NULL) != QEMUCORE_OK || address == 0) {
            return NULL;
        }
    }
    return qc_fields_keep(
        fields, qc_value_text(qc_fields_modules(fields), address, SIZE_MAX, NULL));
}

static void value_read(struct qc_fields *fields, const struct qemucore_object *member,
                       struct qc_migration_parameter *ret)
{
    uint64_t number;
    if (member->type.kind == QC_TYPE_POINTER) {
        ret->is_free = true;
        ret->text = string_text(fields, member);
    } else if (qc_type_is_number(&member->type) &&
               qc_object_number(member, &number, NULL) == QEMUCORE_OK) {
        bool is_word = member->type.kind == QC_TYPE_ENUMERATION;
        ret->is_flag = member->type.kind == QC_TYPE_BOOLEAN;
        ret->text = is_word ? qc_fields_keep(fields, enumerator_text(&member->type, number)) : NULL;
        ret->number = (struct qc_fact){!is_word, member->type.is_signed, number};
    }
}

/* False: not known. */
static bool parameters_read(struct qc_fields *fields, uint64_t migration,
                            struct qc_migration_parameters *ret)
{
    QC_GUARD(qc_vec_guard) struct qc_objects members = {0};
    struct qemucore_object structure;
    bool is_whole = true;
    if (qc_fields_type(fields, "MigrationParameters", &structure, NULL) != QEMUCORE_OK ||
        !qc_field_address(fields, QC_FIELD_MIGRATION_PARAMETERS, migration, &structure.address) ||
        !qc_object_members(&structure, &members)) {
        return false;
    }
    for (size_t i = 0; i < members.count && is_whole; i++) {
        const char *name = members.items[i].name;
        if (name == NULL || qc_str_begins(name, "has_")) {
            continue;
        }
        struct qc_migration_parameter *parameter = qc_vec_add(ret);
        is_whole = parameter != NULL;
        if (is_whole) {
            parameter->name = qc_fields_keep(fields, qmp_name(name));
            value_read(fields, &members.items[i], parameter);
        }
    }
    return is_whole;
}

/* ---- what both sides have ------------------------------------------------------------------- */

static struct qemucore_thread *thread_in_function(struct qc_process *process, const char *function)
{
    return qc_vec_find(process->threads, thread,
                       qc_frames_find(qc_thread_stack(thread), function) != NULL);
}

/* The role follows from the start routine, or from a function that only such a thread calls. */
static struct qemucore_thread *thread_with_role(struct qc_process *process, enum qc_role role)
{
    return qc_vec_find(process->threads, thread, thread->role == role);
}

static const char *status_name(struct qc_fields *fields, struct qc_fact state, const char **why)
{
    return qc_fact_enumerator(fields, "MigrationStatus", "MIGRATION_STATUS_", state, why);
}

static void file_read(struct qc_fields *fields, enum qc_field field, uint64_t structure,
                      struct qc_migration_file *file, const char **why)
{
    file->address = qc_fact_field(fields, field, structure, why);
    if (qc_fact_is_set(file->address)) {
        file->last_error =
            qc_fact_field(fields, QC_FIELD_FILE_LAST_ERROR, file->address.value, NULL);
    }
}

/* ---- outgoing ---------------------------------------------------------------------------- */

/* Returns the name. NULL: not known, or after the last. */
static const char *capability_name(struct qc_fields *fields, uint64_t index)
{
    struct qc_fact number = {.is_known = true, .value = index};
    return qc_fact_enumerator(fields, "MigrationCapability", "MIGRATION_CAPABILITY_", number, NULL);
}

/* Returns the names of the capabilities that are set, with blanks between. NULL: not known, or more
   of them than libqemucore's limit. */
static const char *capabilities_read(struct qc_fields *fields, uint64_t migration)
{
    QC_GUARD(qc_strbuf_free) struct qc_strbuf buffer = {0};
    uint64_t address;
    bool is_known = qc_field_address(fields, QC_FIELD_MIGRATION_CAPABILITIES, migration, &address);
    for (uint64_t i = 0; is_known; i++) {
        uint64_t is_set = 0;
        const char *name = capability_name(fields, i);
        if (name == NULL) {
            is_known = i != 0;
            break;
        }
        is_known = i < QC_LIMIT_CAPABILITIES && qc_fields_number(fields, address + i, 1, &is_set);
        if (is_known && is_set != 0) {
            qc_strbuf_put(&buffer, buffer.length == 0 ? "" : " ");
            qc_strbuf_put(&buffer, name);
        }
    }
    return is_known ? qc_fields_keep(fields, qc_strbuf_take(&buffer)) : NULL;
}

/* migrate_init() sets it to -1; before any migration it is 0, which is RUN_STATE_DEBUG. */
static const char *old_state(struct qc_fields *fields, uint64_t migration, const char *status)
{
    struct qc_fact state = qc_fact_field(fields, QC_FIELD_MIGRATION_OLD_STATE, migration, NULL);
    if (status == NULL || qc_str_is(status, "none")) {
        return NULL;
    }
    if (state.is_known) {
        return qc_fact_enumerator(fields, "RunState", "RUN_STATE_", state, NULL);
    }
    return qc_fact_is_set(qc_fact_field(fields, QC_FIELD_MIGRATION_WAS_RUNNING, migration, NULL))
               ? "running"
               : NULL;
}

/* 11.1 counts the devices whose acknowledgement is still to come (de0a1aed07). */
static struct qc_fact acked_read(struct qc_fields *fields, uint64_t migration)
{
    struct qc_fact pending = qc_fact_field(fields, QC_FIELD_MIGRATION_ACKS, migration, NULL);
    if (pending.is_known) {
        return (struct qc_fact){.is_known = true, .value = pending.value == 0};
    }
    return qc_fact_field(fields, QC_FIELD_MIGRATION_ACKED, migration, NULL);
}

static void outgoing_find(struct qc_process *process, struct qc_migration_outgoing *ret,
                          struct qc_fact *channels, const char **why_cut)
{
    struct qc_fields *fields = process->fields;
    const char **why = &ret->why_absent;
    struct qc_fact migration = qc_fact_variable(fields, QC_VARIABLE_CURRENT_MIGRATION, why);
    uint64_t address = migration.value;
    ret->thread = thread_with_role(process, QC_ROLE_MIGRATION)
                      ?: thread_with_role(process, QC_ROLE_MIGRATION_SNAPSHOT);
    ret->return_path = thread_in_function(process, "source_return_path_thread");
    if (!qc_fact_is_set(migration)) {
        qc_fact_explain(why, "QEMU has not made its MigrationState yet");
        return;
    }
    ret->address = address;
    ret->state =
        status_name(fields, qc_fact_field(fields, QC_FIELD_MIGRATION_STATE, address, why), why);
    ret->error =
        qc_text_behind(fields, qc_fact_field(fields, QC_FIELD_MIGRATION_ERROR, address, why),
                       QC_FIELD_ERROR_MESSAGE);
    ret->thread_running = qc_fact_field(fields, QC_FIELD_MIGRATION_RUNNING, address, NULL);
    file_read(fields, QC_FIELD_MIGRATION_TO_DESTINATION, address, &ret->to_destination, why);
    file_read(fields, QC_FIELD_MIGRATION_FROM_DESTINATION, address, &ret->from_destination, why);
    ret->return_path_created = qc_fact_field(fields, QC_FIELD_MIGRATION_RETURN_PATH, address, NULL);
    ret->hup_source = qc_fact_field(fields, QC_FIELD_MIGRATION_HUP_SOURCE, address, NULL);
    ret->start_postcopy = qc_fact_field(fields, QC_FIELD_MIGRATION_START_POSTCOPY, address, why);
    ret->switchover_acked = acked_read(fields, address);
    ret->threshold_bytes = qc_fact_field(fields, QC_FIELD_MIGRATION_THRESHOLD, address, NULL);
    ret->old_state = old_state(fields, address, ret->state);
    ret->capabilities = capabilities_read(fields, address);
    progress_read(fields, address, qc_str_is(ret->state, "completed"),
                  ret->capabilities == NULL || strstr(ret->capabilities, "x-ignore-shared") != NULL,
                  &ret->progress);
    ret->parameters_known = parameters_read(fields, address, &ret->parameters);
    *channels = qc_fact_field(fields, QC_FIELD_MIGRATION_CHANNELS, address, NULL);
    qc_multifd_find(process, true, *channels, &ret->multifd, why_cut, why);
}

/* ---- incoming ---------------------------------------------------------------------------- */

/* Returns the URI as it was given. QEMU does not keep one that came later, by migrate-incoming. */
static const char *uri_find(struct qc_fields *fields, const struct qc_command_line *command_line)
{
    struct qc_fact variable = qc_fact_variable(fields, QC_VARIABLE_INCOMING_URI, NULL);
    const char *option = qc_command_line_option(command_line, "-incoming");
    if (option != NULL) {
        const char *argument = qc_command_line_next(command_line, option);
        return argument == NULL ? NULL : qc_fields_format(fields, "%s", argument);
    }
    return qc_fact_is_set(variable)
               ? qc_fields_keep(fields, qc_value_text(qc_fields_modules(fields), variable.value,
                                                      SIZE_MAX, NULL))
               : NULL;
}

static void incoming_threads_find(struct qc_process *process, struct qc_migration_incoming *ret)
{
    struct qemucore_thread *main_thread = qc_process_main_thread(process);
    ret->in_coroutine = main_thread != NULL &&
                        qc_frames_find(qc_thread_stack(main_thread),
                                       "process_incoming_migration_co") != NULL;
    ret->fault_thread = thread_in_function(process, "postcopy_ram_fault_thread");
    ret->listen_thread = thread_in_function(process, "postcopy_ram_listen_thread");
    if (ret->listen_thread == NULL) {
        ret->listen_thread = thread_in_function(process, "postcopy_listen_thread"); /* 10.2 on */
    }
    ret->preempt_thread = thread_in_function(process, "postcopy_preempt_thread");
}

static void incoming_find(struct qc_process *process, const struct qc_command_line *command_line,
                          struct qc_migration_incoming *ret, struct qc_fact channels,
                          const char **why_cut)
{
    struct qc_fields *fields = process->fields;
    const char **why = &ret->why_absent;
    struct qc_fact migration = qc_fact_variable(fields, QC_VARIABLE_CURRENT_INCOMING, why);
    uint64_t address = migration.value;
    ret->uri = uri_find(fields, command_line);
    incoming_threads_find(process, ret);
    if (!qc_fact_is_set(migration)) {
        qc_fact_explain(why, "QEMU has not made its MigrationIncomingState yet");
        return;
    }
    ret->address = address;
    ret->state = status_name(fields, qc_fact_field(fields, QC_FIELD_INCOMING_STATE, address, why),
                             why);
    file_read(fields, QC_FIELD_INCOMING_FROM_SOURCE, address, &ret->from_source, why);
    file_read(fields, QC_FIELD_INCOMING_TO_SOURCE, address, &ret->to_source, why);
    ret->listener = qc_fact_field(fields, QC_FIELD_INCOMING_TRANSPORT, address, NULL);
    ret->coroutine = qc_fact_field(fields, QC_FIELD_INCOMING_COROUTINE, address, why);
    ret->have_fault_thread = qc_fact_field(fields, QC_FIELD_INCOMING_HAVE_FAULT, address, NULL);
    ret->have_listen_thread = qc_fact_field(fields, QC_FIELD_INCOMING_HAVE_LISTEN, address, NULL);
    ret->postcopy =
        qc_fact_enumerator(fields, "PostcopyState", "POSTCOPY_INCOMING_",
                           qc_fact_variable(fields, QC_VARIABLE_POSTCOPY_STATE, NULL), NULL);
    ret->page_requested_count = qc_fact_field(fields, QC_FIELD_INCOMING_PAGES, address, NULL);
    qc_multifd_find(process, false, channels, &ret->multifd, why_cut, why);
}

void qc_migration_find(struct qc_process *process, const struct qc_command_line *command_line,
                       struct qc_migration *ret)
{
    outgoing_find(process, &ret->outgoing, &ret->multifd_channels, &ret->why_cut);
    incoming_find(process, command_line, &ret->incoming, ret->multifd_channels, &ret->why_cut);
}

/* The state is "setup" from qemu_start_incoming_migration (migration/migration.c) on; from_src_file
   and the coroutine come with the first channel. */
bool qc_migration_awaits_source(const struct qc_migration_incoming *incoming)
{
    static const char *const states[] = {"none", "setup", NULL};
    bool listens = incoming->uri != NULL || qc_fact_is_set(incoming->listener);
    return listens && qc_str_is_one_of(incoming->state, states) &&
           qc_fact_is_zero(incoming->from_source.address) && !qc_fact_is_set(incoming->coroutine);
}

void qc_migration_free(struct qc_migration *migration)
{
    qc_vec_free(&migration->outgoing.parameters);
    qc_vec_free(&migration->outgoing.multifd.channels);
    qc_vec_free(&migration->incoming.multifd.channels);
}
