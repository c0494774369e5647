/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_state.h"

#include <string.h>

static const struct status {
    const char *word;
    bool is_quiet;
} statuses[] = {
    [QC_LOCK_IS_UNKNOWN] = {"unknown", true},
    [QC_LOCK_IS_FREE] = {"free", true},
    [QC_LOCK_IS_LOCKED] = {"locked", false},
    [QC_LOCK_IS_READ_LOCKED] = {"read-locked", false},
    [QC_LOCK_IS_WRITE_LOCKED] = {"write-locked", false},
    [QC_LOCK_IS_DESTROYED] = {"destroyed", true},
    [QC_LOCK_IS_IDLE] = {"idle", true},
    [QC_LOCK_IS_WAITED] = {"waited", false},
    [QC_LOCK_IS_ZERO] = {"zero", true},
    [QC_LOCK_IS_AVAILABLE] = {"available", true},
    [QC_LOCK_IS_SET] = {"set", true},
    [QC_LOCK_IS_BUSY] = {"busy", false},
    [QC_LOCK_IS_RUNNING] = {"running", false},
    [QC_LOCK_IS_ENDED] = {"ended", false},
};

const char *qc_lock_status_word(enum qc_lock_status status)
{
    return statuses[status].word;
}

bool qc_lock_status_is_quiet(enum qc_lock_status status)
{
    return statuses[status].is_quiet;
}

const char *qc_lock_state_sentence(const struct qc_lock_state *state)
{
    return state->sentence != NULL     ? state->sentence
           : state->why_absent != NULL ? state->why_absent
                                       : qc_lock_status_word(state->status);
}

void qc_lock_say(struct qc_lock_state *state, const char *format, ...)
{
    state->sentence = qc_fields_keep(state->keeper, QC_FORMATTED(format));
}

void qc_lock_add_number(struct qc_lock_state *state, const char *name, enum qc_lock_format format,
                        uint64_t value)
{
    qc_vec_push(&state->fields, (struct qc_lock_field){name, format, value, NULL});
}

void qc_lock_add_text(struct qc_lock_state *state, const char *name, const char *format, ...)
{
    const char *text = qc_fields_keep(state->keeper, QC_FORMATTED(format));
    qc_vec_push(&state->fields, (struct qc_lock_field){name, QC_FORMAT_TEXT, 0, text});
}

void qc_lock_absent(struct qc_lock_state *state, const struct qemucore_error *error)
{
    state->why_absent = qc_fields_format(state->keeper, "%s", error->message);
}

bool qc_lock_read_word(struct qc_process *process, uint64_t address, struct qc_lock_state *state,
                       uint32_t *ret)
{
    uint64_t value;
    struct qemucore_error error;
    const struct qc_core *core = process->core;
    if (qc_image_read_number(core->image, address, 4, core->big_endian, &value, &error) !=
        QEMUCORE_OK) {
        qc_lock_absent(state, &error);
        return false;
    }
    *ret = (uint32_t)value;
    return true;
}
