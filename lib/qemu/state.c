/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/state.h"

#include <string.h>

#include "base/base.h"
#include "qemu/threads/thread_names.h"

QC_DEFINE_GUARD(guard_state, struct qc_state, qc_state_free)

static void types_check(struct qc_process *process, struct qc_state *state)
{
    const struct qemucore_module *executable = qc_modules_executable(process->modules);
    state->has_types = qc_fields_know_qemu(process->fields);
    if (!state->has_types) {
        state->why_absent = qc_fields_format(
            process->fields,
            executable == NULL               ? "the dump names no executable"
            : executable->debug_file != NULL ? "the debug info of %s describes no QEMU"
                                             : "it takes the debug info of %s, which is not here",
            executable == NULL ? "" : qc_path_name(executable->path));
    }
}

/* "qemu-system-x86_64", "qemu-kvm", ".qemu-kvm-wrapped", Proxmox's "kvm". */
static bool is_named_as_qemu(const char *name)
{
    return strstr(name, "qemu") != NULL || strstr(name, "kvm") != NULL;
}

/* User-mode emulation (linux-user/): "qemu-aarch64", Debian's "qemu-x86_64-static". No other
   program of QEMU's is named after a CPU. */
static bool is_user_mode(const char *name)
{
    static const char *const targets[] = {
        "aarch64",    "alpha", "arm",   "cris", "hexagon", "hppa",  "i386", "loongarch", "m68k",
        "microblaze", "mips",  "nios2", "or1k", "ppc",     "riscv", "s390x", "sh4",      "sparc",
        "x86_64",     "xtensa", NULL,
    };
    return qc_str_begins(name, "qemu-") && qc_str_begins_one_of(name + strlen("qemu-"), targets);
}

/* Programs of QEMU's that serve it, and have neither a guest nor its block layer. */
static bool is_helper(const char *name)
{
    static const char *const helpers[] = {"qemu-pr-helper", "qemu-ga", "qemu-bridge-helper",
                                          "qemu-vmsr-helper", NULL};
    return qc_str_begins_one_of(name, helpers);
}

static void kind_check(const struct qc_process *process, struct qc_state *state)
{
    const struct qemucore_module *executable = qc_modules_executable(process->modules);
    const char *name = executable == NULL ? NULL : qc_path_name(executable->path);
    if (is_user_mode(name)) {
        state->not_qemu = qc_fields_format(
            process->fields,
            "%s emulates a CPU for one program, and no machine: it has neither QEMU's main loop "
            "nor a monitor, and what its threads wait for may be the program's",
            name);
    } else if (name != NULL && is_helper(name)) {
        state->not_qemu = qc_fields_format(process->fields,
                                           "%s is a helper of QEMU's, and has no guest", name);
    } else if (!state->has_types && name != NULL && !is_named_as_qemu(name)) {
        state->not_qemu = qc_fields_format(
            process->fields,
            executable->debug_file != NULL
                ? "%s is no QEMU: its debug info describes none"
                : "%s is not named as a QEMU, and may be none: its debug info, which would "
                  "tell, is not here",
            name);
    }
}

enum qemucore_status qc_state_new(struct qc_process *process,
                                  const struct qc_command_line *command_line,
                                  qc_bql_fallback *fallback, struct qc_state **ret,
                                  struct qemucore_error *error)
{
    QC_GUARD(guard_state) struct qc_state *state = calloc(1, sizeof(*state));
    QC_TRY_MEMORY(state != NULL, error);
    qc_process_name_threads(process);
    types_check(process, state);
    kind_check(process, state);
    qc_runstate_find(process->fields, command_line, &state->runstate);
    qc_vcpus_find(process, &state->vcpus);
    qc_main_loop_find(process, fallback, &state->main_loop);
    qc_aio_contexts_find(process, &state->contexts);
    qc_migration_find(process, command_line, &state->migration);
    state->rcu = qc_process_rcu(process);
    qc_block_find(process, &state->contexts, &state->block);
    qc_ramblocks_find(process->fields, &state->ram);
    qc_unplugs_find(process->fields, &state->unplugs);
    qc_clocks_find(process->fields, &state->main_loop, &state->contexts, &state->block,
                   &state->clocks);
    *ret = qc_move(state);
    return QEMUCORE_OK;
}

void qc_state_free(struct qc_state *state)
{
    if (state == NULL) {
        return;
    }
    qc_vec_free(&state->unplugs.list);
    qc_clocks_free(&state->clocks);
    qc_vec_free(&state->ram.list);
    qc_block_free(&state->block);
    qc_migration_free(&state->migration);
    qc_aio_contexts_free(&state->contexts);
    qc_vec_free(&state->main_loop.timers.lists);
    qc_vec_free(&state->vcpus.list);
    free(state);
}

const char *qc_state_problem(const struct qc_state *state, size_t index)
{
    const char *const parts[] = {
        state->why_absent,
        state->runstate.why_absent,
        state->runstate.why_no_machine,
        state->runstate.why_no_accelerator,
        state->vcpus.why_cut,
        state->vcpus.why_absent,
        state->main_loop.why_absent,
        state->main_loop.bql == QC_MAIN_LOOP_BQL_UNKNOWN ? state->main_loop.bql_why : NULL,
        state->main_loop.timers.why_cut,
        state->main_loop.timers.why_absent,
        state->contexts.why_absent,
        state->migration.why_cut,
        state->migration.outgoing.why_absent,
        state->migration.incoming.why_absent,
        state->block.why_cut,
        state->block.why_absent,
        state->ram.why_cut,
        state->ram.why_absent,
    };
    for (size_t i = 0; i < qc_count(parts); i++) {
        if (parts[i] != NULL && index-- == 0) {
            return parts[i];
        }
    }
    qc_vec_each(&state->contexts.list, context) {
        const char *why = context->why_cut != NULL ? context->why_cut : context->why_absent;
        if (why != NULL && index-- == 0) {
            return why;
        }
    }
    return NULL;
}
