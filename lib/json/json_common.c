/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json/json_common.h"

#include "text/text.h"

void qc_json_number(struct qc_json *json, const char *key, const struct qc_value *value)
{
    char text[QC_VALUE_TEXT];
    if (value != NULL) {
        qc_value_spell(value, text);
    }
    qc_json_set(json, key, qc_json_text(value == NULL ? NULL : text));
}

/* A pid of 0 means that it is not known. */
static struct qc_json_value json_pid(int pid)
{
    return qc_json_if(pid != 0, qc_json_signed(pid));
}

static void json_missing(struct qc_json *json, const struct qemucore_missing *missing)
{
    qc_json_set(json, "status", qc_json_text(qemucore_status_name(missing->status)));
    qc_json_set(json, "offset", qc_json_address(missing->offset));
    qc_json_set(json, "sentence", qc_json_text(missing->sentence));
}

static void json_core(struct qc_json *json, struct qc_process *process)
{
    struct qc_core *core = process->core;
    int sender;
    int signal = qc_threads_signal(process->threads, &sender);
    char signal_name[32];
    qc_signal_name(signal, signal_name, sizeof(signal_name));
    qc_json_set(json, "path", qc_json_text(process->core->path));
    qc_json_set(json, "container", qc_json_text(qc_bytes_container(core->bytes)));
    qc_json_set(json, "machine", qc_json_text(qc_core_machine(process->core)));
    qc_json_set(json, "pid", json_pid(qc_core_pid(process->core)));
    qc_json_set(json, "executable", qc_json_text(qc_modules_executable_path(process->modules)));
    qc_json_set(json, "command_line",
                qc_json_if(core->has_process_information, qc_json_text(core->shown_command_line)));
    qc_json_set(json, "signal", qc_json_if(signal != 0, qc_json_text(signal_name)));
    qc_json_set(json, "signal_sender", json_pid(sender));
    qc_core_note_shortages(core);
    qc_json_set(json, "complete", qc_json_bool(core->missing.count == 0));
    qc_json_list(json, "missing", &core->missing, missing, json_missing(json, missing));
}

void qc_json_begin(struct qc_json *json, const char *schema, struct qc_process *process)
{
    qc_json_object(json, NULL);
    qc_json_set(json, "schema", qc_json_text(schema));
    qc_json_member(json, "core", json_core(json, process));
}

/* ---- facts ---------------------------------------------------------------------------------- */

struct qc_json_value qc_json_fact(struct qc_fact fact)
{
    return qc_json_if(fact.is_known, fact.is_signed ? qc_json_signed((int64_t)fact.value)
                                                    : qc_json_unsigned(fact.value));
}

struct qc_json_value qc_json_fact_bool(struct qc_fact fact)
{
    return qc_json_if(fact.is_known, qc_json_bool(fact.value != 0));
}

/* An address of 0 is shown, too: it means that nothing is there. */
struct qc_json_value qc_json_fact_address(struct qc_fact fact)
{
    return qc_json_if(fact.is_known, qc_json_address(fact.value));
}

struct qc_json_value qc_json_context_name(const struct qc_aio_context *context)
{
    return context == NULL             ? qc_json_null()
           : context->iothread != NULL ? qc_json_text(context->iothread->id)
                                       : qc_json_text(qc_aio_context_kind_name(context->kind));
}

/* ---- threads and locks ---------------------------------------------------------------------- */

void qc_json_thread(struct qc_json *json, const struct qemucore_thread *thread)
{
    qc_json_set(json, "lwp", qc_json_signed(thread->core_thread->lwp));
    qc_json_set(json, "name", qc_json_text(thread->name));
}

void qc_json_thread_label(struct qc_json *json, const char *key,
                          const struct qemucore_thread *thread)
{
    if (qc_json_object_if(json, key, thread != NULL)) {
        qc_json_thread(json, thread);
        qc_json_close(json);
    }
}

void qc_json_thread_labels(struct qc_json *json, const char *key,
                           const struct qc_thread_list *threads)
{
    qc_json_list(json, key, threads, thread, qc_json_thread(json, *thread));
}

void qc_json_owner(struct qc_json *json, const char *key, const struct qemucore_thread *owner,
                   int lwp)
{
    if (owner != NULL || lwp <= 0) {
        qc_json_thread_label(json, key, owner);
        return;
    }
    qc_json_object(json, key);
    qc_json_set(json, "lwp", qc_json_signed(lwp));
    qc_json_set(json, "name", qc_json_null());
    qc_json_close(json);
}

void qc_json_lock_owner(struct qc_json *json, const struct qemucore_lock *lock)
{
    const struct qc_lock_state *state = &lock->state;
    qc_json_owner(json, "owner", lock->owner, state->owner_lwp);
    qc_json_set(json, "owner_why", qc_json_text(lock->owner_why));
    qc_json_set(json, "count", qc_json_if(state->has_count, qc_json_signed((int64_t)state->count)));
    qc_json_set(json, "recorded_waiters",
                qc_json_if(state->has_recorded_waiters, qc_json_unsigned(state->recorded_waiters)));
}

void qc_json_lock_fields(struct qc_json *json, const char *key, const struct qemucore_lock *lock,
                         bool only_numbers)
{
    qc_json_object(json, key);
    qc_vec_each(&lock->state.fields, field) {
        if (field->format != QC_FORMAT_TEXT || !only_numbers) {
            QC_FREE char *text = qc_lock_field_text(field);
            json->text.failed |= text == NULL && field->format != QC_FORMAT_TEXT;
            qc_json_set(json, field->name, qc_json_text(text));
        }
    }
    qc_json_close(json);
}
