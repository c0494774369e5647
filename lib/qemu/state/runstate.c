/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state/runstate.h"

#include <stdlib.h>
#include <string.h>

#include "qemu/fields/qom.h"

/* Returns the name of an object's type, without the ending that all types of its kind have. */
static const char *type_word(struct qc_fields *fields, uint64_t object, const char *ending,
                             const char **why)
{
    const char *name = qc_qom_type(fields, object);
    if (name == NULL) {
        qc_fact_explain(why, "the object's class can't be read");
    }
    return !qc_str_ends(name, ending)
               ? name
               : qc_fields_keep(fields, strndup(name, strlen(name) - strlen(ending)));
}

/* Type names: "pc-q35-8.2-machine" (hw/core/machine.c), "tcg-accel" (accel/). */
static void machine_find(struct qc_fields *fields, struct qc_runstate *runstate)
{
    struct qc_fact machine =
        qc_fact_variable(fields, QC_VARIABLE_CURRENT_MACHINE, &runstate->why_no_machine);
    if (qc_fact_is_set(machine)) {
        runstate->machine_type =
            type_word(fields, machine.value, "-machine", &runstate->why_no_machine);
    } else if (machine.is_known) {
        qc_fact_explain(&runstate->why_no_machine, "no machine has been made yet");
    }
    if (!qc_fact_is_set(machine)) {
        qc_fact_explain(&runstate->why_no_accelerator, runstate->why_no_machine);
        return;
    }
    struct qc_fact accelerator = qc_fact_field(fields, QC_FIELD_MACHINE_ACCELERATOR,
                                               machine.value, &runstate->why_no_accelerator);
    if (qc_fact_is_set(accelerator)) {
        runstate->accelerator =
            type_word(fields, accelerator.value, "-accel", &runstate->why_no_accelerator);
    } else if (accelerator.is_known) {
        qc_fact_explain(&runstate->why_no_accelerator, "the machine has no accelerator yet");
    }
}

/* Returns QAPI's name of the enumerator in a variable; NULL: not known. */
static const char *word_of(struct qc_fields *fields, enum qc_variable variable, const char *type,
                           const char *prefix)
{
    return qc_fact_enumerator(fields, type, prefix, qc_fact_variable(fields, variable, NULL), NULL);
}

/* The numbers change with the versions, the names do not. */
static enum qc_run_state run_state_of(const char *name)
{
    static const char *const names[] = {
        [QC_RUN_STATE_RUNNING] = "running",
        [QC_RUN_STATE_PAUSED] = "paused",
        [QC_RUN_STATE_PRELAUNCH] = "prelaunch",
        [QC_RUN_STATE_IO_ERROR] = "io-error",
        [QC_RUN_STATE_INTERNAL_ERROR] = "internal-error",
        [QC_RUN_STATE_GUEST_PANICKED] = "guest-panicked",
        [QC_RUN_STATE_WATCHDOG] = "watchdog",
        [QC_RUN_STATE_SHUTDOWN] = "shutdown",
        [QC_RUN_STATE_SUSPENDED] = "suspended",
        [QC_RUN_STATE_INMIGRATE] = "inmigrate",
        [QC_RUN_STATE_POSTMIGRATE] = "postmigrate",
        [QC_RUN_STATE_FINISH_MIGRATE] = "finish-migrate",
        [QC_RUN_STATE_SAVE_VM] = "save-vm",
        [QC_RUN_STATE_RESTORE_VM] = "restore-vm",
        [QC_RUN_STATE_DEBUG] = "debug",
        [QC_RUN_STATE_COLO] = "colo",
        [QC_RUN_STATE_PRECONFIG] = "preconfig",
    };
    for (size_t i = QC_RUN_STATE_OTHER + 1; i < qc_count(names); i++) {
        if (qc_str_is(name, names[i])) {
            return (enum qc_run_state)i;
        }
    }
    return QC_RUN_STATE_OTHER;
}

static const char *dump_status(struct qc_fields *fields)
{
    uint64_t dump;
    return qc_variable_address(fields, QC_VARIABLE_DUMP_STATE, NULL, &dump)
             ? qc_fact_enumerator(fields, "DumpStatus", "DUMP_STATUS_",
                                  qc_fact_field(fields, QC_FIELD_DUMP_STATUS, dump, NULL), NULL)
             : NULL;
}

/* Reads the settings of the machine. Some of them matter in one run state only. */
static void settings_find(struct qc_fields *fields, struct qc_runstate *ret)
{
    ret->autostart = qc_fact_variable(fields, QC_VARIABLE_AUTOSTART, NULL);
    if (ret->state == QC_RUN_STATE_PRELAUNCH) {
        ret->phase = word_of(fields, QC_VARIABLE_MACHINE_PHASE, "MachineInitPhase", "PHASE_");
    } else if (ret->state == QC_RUN_STATE_SHUTDOWN) {
        ret->shutdown_action =
            word_of(fields, QC_VARIABLE_SHUTDOWN_ACTION, "ShutdownAction", "SHUTDOWN_ACTION_");
    } else if (ret->state == QC_RUN_STATE_SAVE_VM) {
        ret->dump = dump_status(fields);
    }
}

void qc_runstate_find(struct qc_fields *fields, const struct qc_command_line *command_line,
                      struct qc_runstate *ret)
{
    struct qc_fact state =
        qc_fact_variable(fields, QC_VARIABLE_CURRENT_RUN_STATE, &ret->why_absent);
    ret->name = qc_fact_enumerator(fields, "RunState", "RUN_STATE_", state, &ret->why_absent);
    ret->state = run_state_of(ret->name);
    /* RUN_STATE__MAX, which is no state, if there is no request. */
    ret->stop_requested = word_of(fields, QC_VARIABLE_VMSTOP_REQUESTED, "RunState", "RUN_STATE_");
    ret->was_suspended = qc_fact_variable(fields, QC_VARIABLE_VM_WAS_SUSPENDED, NULL);
    ret->reset_requested = qc_fact_variable(fields, QC_VARIABLE_RESET_REQUESTED, NULL);
    ret->shutdown_requested = qc_fact_variable(fields, QC_VARIABLE_SHUTDOWN_REQUESTED, NULL);
    ret->shutdown_pid = qc_fact_variable(fields, QC_VARIABLE_SHUTDOWN_PID, NULL);
    settings_find(fields, ret);
    ret->has_option_s = qc_command_line_option(command_line, "-S") != NULL;
    machine_find(fields, ret);
}
