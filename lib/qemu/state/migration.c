/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/migration.h"

#include <string.h>

#include "base/base.h"
#include "qemu/qemu_limits.h"
#include "qemu/threads/frames.h"
#include "values/values.h"

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
    return qc_fact_is_set(
               qc_fact_field(fields, QC_FIELD_MIGRATION_WAS_RUNNING, migration, NULL))
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
    const struct qc_migration_how how = {
        .has_completed = qc_str_is(ret->state, "completed"),
        .leaves_out_shared =
            ret->capabilities == NULL || strstr(ret->capabilities, "x-ignore-shared") != NULL,
    };
    qc_migration_progress_read(fields, address, &how, &ret->progress);
    ret->parameters_known = qc_migration_parameters_read(fields, address, &ret->parameters);
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
