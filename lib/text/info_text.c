/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * info_text - the process, how to get debug info, and what was mapped where
 */
#include "text/renderings.h"

#include <inttypes.h>
#include <string.h>

#include "text/text_common.h"

/* Columns of the table of modules. */
#define COLUMN_END 20
#define COLUMN_BUILD_ID 39
#define COLUMN_DEBUG 81
#define COLUMN_MODULE 92

/* Longer commands continue on a further line. */
#define LINE_WIDTH 96

/* If more files than this are not used, they share a reason, which commands for each would hide. */
#define MOST_UNUSED 4

static void text_indent(struct qc_strbuf *buffer)
{
    qc_strbuf_pad(buffer, QC_TEXT_COLUMN_FACT);
}

static void text_version(const struct qc_info *info, const struct qc_style *style,
                         struct qc_strbuf *buffer)
{
    qc_text_label("QEMU", style, buffer);
    if (info->version->version != NULL) {
        qc_strbuf_put_escaped(buffer, info->version->version);
    } else {
        qc_strbuf_printf(buffer, "%sversion not known: ", style->dim);
        qc_text_put("", qc_str_or(info->version->why_absent, "out of memory"), style->off, buffer);
    }
    qc_strbuf_put(buffer, "\n");
}

static void text_signal(struct qc_process *process, const struct qc_style *style,
                        struct qc_strbuf *buffer)
{
    const struct qc_core *core = process->core;
    int sender;
    int signal = qc_threads_signal(process->threads, &sender);
    const char *reason = qc_signal_reason(process->threads);
    char name[32];
    if (signal == 0) {
        return;
    }
    qc_signal_name(signal, name, sizeof(name));
    qc_text_label("signal", style, buffer);
    qc_strbuf_put(buffer, name);
    if (sender != 0) {
        qc_strbuf_printf(buffer, sender == qc_core_pid(process->core) ? ", raised by the process itself"
                                                                 : ", sent by pid %d",
                         sender);
        if (reason != NULL) {
            qc_strbuf_printf(buffer, " (%s)", reason);
        }
    } else {
        if (core->has_fault_address && core->signal == signal) {
            qc_strbuf_printf(buffer, " at address 0x%" PRIx64, core->fault_address);
        }
        if (reason != NULL) {
            qc_strbuf_printf(buffer, ": %s", reason);
        }
    }
    qc_strbuf_put(buffer, "\n");
}

static void text_process(struct qc_process *process, const struct qc_style *style,
                         struct qc_strbuf *buffer)
{
    const struct qc_core *core = process->core;
    uint64_t user;
    uint64_t system;
    bool has_time = qc_core_cpu_time(process->core, &user, &system);
    if (!core->has_process_information && !has_time) {
        return;
    }
    qc_text_label("process", style, buffer);
    if (core->has_process_information) {
        qc_strbuf_printf(buffer, "user id %" PRIu32 ", parent process %d", core->user_id,
                         core->parent_id);
    }
    if (has_time) {
        qc_strbuf_printf(buffer, "%sCPU time %" PRIu64 ".%03u s, and %" PRIu64
                                 ".%03u s in the kernel",
                         core->has_process_information ? "; " : "", user / 1000000,
                         (unsigned)(user / 1000 % 1000), system / 1000000,
                         (unsigned)(system / 1000 % 1000));
    }
    qc_strbuf_put(buffer, "\n");
}

/* Appends a line for each option and its values, such that all can be pasted into a shell. */
static void text_arguments(const struct qc_command_line *line, struct qc_strbuf *buffer)
{
    const char *argument = NULL;
    while ((argument = qc_command_line_next(line, argument)) != NULL) {
        if (argument != line->arguments) {
            if (argument[0] == '-' && argument[1] != '\0') {
                qc_strbuf_put(buffer, " \\\n");
                text_indent(buffer);
                qc_strbuf_put(buffer, "   ");
            }
            qc_strbuf_put(buffer, " ");
        }
        qc_strbuf_put_word(buffer, argument);
    }
}

void qc_text_info_command(const struct qc_info *info, const struct qc_style *style,
                          struct qc_strbuf *buffer)
{
    const struct qc_command_line *line = info->command_line;
    const struct qc_core *core = info->waits->process->core;
    qc_text_label("command", style, buffer);
    if (line->arguments != NULL) {
        text_arguments(line, buffer);
    } else {
        if (core->has_process_information) {
            qc_text_put("", core->shown_command_line, "\n", buffer);
            text_indent(buffer);
        }
        qc_strbuf_put(buffer, style->dim);
        qc_strbuf_put(buffer, core->has_process_information
                                  ? "at most 79 bytes, and there may be more: "
                                  : "not known: ");
        qc_text_put("", qc_str_or(line->why_absent, "out of memory"), style->off, buffer);
    }
    qc_strbuf_put(buffer, "\n");
}

static void text_missing(const struct qc_core *core, const struct qc_style *style,
                         struct qc_strbuf *buffer)
{
    for (size_t i = 0; i < core->missing.count; i++) {
        if (i == 0) {
            qc_text_label("incomplete", style, buffer);
        } else {
            text_indent(buffer);
        }
        qc_text_put(style->warning, core->missing.items[i].sentence, "", buffer);
        qc_strbuf_printf(buffer, "%s\n", style->off);
    }
}

/* ---- debug info -------------------------------------------------------------------------- */

struct tally {
    size_t files;   /* number of files that could have debug info */
    size_t without; /* number of files without debug info */
    size_t unused;  /* number of modules whose file is not used */
    const struct qc_remedy *first; /* without: the executable, else an unused one, else any */
};

static struct tally tally_modules(const struct qc_info *info)
{
    struct tally tally = {0};
    qc_vec_each(info->remedies, remedy) {
        tally.files += remedy->module->kind == QC_MODULE_FILE;
        tally.unused += remedy->module->kind == QC_MODULE_FILE && remedy->module->file == NULL;
        if (qc_remedy_is_needed(remedy)) {
            tally.without++;
            if (tally.first == NULL || remedy->module->is_executable_of_process ||
                (remedy->module->file == NULL && tally.first->module->file != NULL &&
                 !tally.first->module->is_executable_of_process)) {
                tally.first = remedy;
            }
        }
    }
    return tally;
}

static void text_commands(const struct qc_remedy *remedy, struct qc_strbuf *buffer)
{
    for (size_t i = 0; i < remedy->line_count; i++) {
        text_indent(buffer);
        qc_strbuf_put(buffer, remedy->lines[i]);
        qc_strbuf_put(buffer, "\n");
    }
}

/* Returns what the package manager has to install for a module. NULL: nothing. */
static const char *package_word(const struct qc_info *info, const struct qc_remedy *remedy)
{
    if (info->remedies->manager == QC_PACKAGE_DNF && qc_remedy_is_needed(remedy)) {
        return remedy->module->file != NULL ? remedy->module->path : NULL;
    }
    return remedy->package;
}

static bool is_first_with_word(const struct qc_info *info, size_t index, const char *word)
{
    return qc_find(info->remedies->items, index, earlier,
                   qc_str_is(package_word(info, earlier), word)) == NULL;
}

static void text_packages(const struct qc_info *info, struct qc_strbuf *buffer)
{
    size_t line = 0; /* where the line begins in buffer */
    size_t words = 0;
    for (size_t i = 0; i < info->remedies->count; i++) {
        const char *word = package_word(info, &info->remedies->items[i]);
        if (word == NULL || !is_first_with_word(info, i, word)) {
            continue;
        }
        if (words++ == 0) {
            line = buffer->length;
            text_indent(buffer);
            qc_strbuf_put(buffer, info->remedies->manager == QC_PACKAGE_DNF ? "dnf debuginfo-install"
                                                                  : "apt install");
        } else if (buffer->length - line + strlen(word) > LINE_WIDTH) {
            qc_strbuf_put(buffer, " \\\n");
            line = buffer->length;
            text_indent(buffer);
            qc_strbuf_put(buffer, "   ");
        }
        qc_strbuf_put(buffer, " ");
        qc_strbuf_put_word(buffer, word);
    }
    qc_strbuf_put(buffer, words != 0 ? "\n" : "");
}

/* Appends commands for the most important module; then one command for all, if there is one. */
static void text_how_to_get(const struct qc_info *info, const struct tally *tally,
                            const struct qc_style *style, struct qc_strbuf *buffer)
{
    const struct qemucore_module *first = tally->first->module;
    text_commands(tally->first, buffer);
    if (tally->first->line_count == 0) {
        text_indent(buffer);
        qc_strbuf_put(buffer, first->is_executable_of_process ? "give as the executable its file "
                                                              : "put into a sysroot its file ");
        qc_strbuf_put_word(buffer, first->path);
        qc_strbuf_put(buffer, " of the machine that it ran on\n");
    }
    if (tally->without > 1) {
        struct qc_strbuf packages = {0};
        text_packages(info, &packages);
        text_indent(buffer);
        qc_strbuf_printf(buffer, "%sfor all %zu: ask debuginfod's servers%s%s\n", style->dim,
                         tally->without, packages.length != 0 ? ", or" : "", style->off);
        qc_strbuf_put(buffer, packages.length != 0 ? packages.text : "");
        buffer->failed |= packages.failed;
        qc_strbuf_free(&packages);
    }
}

void qc_text_info_debug(const struct qc_info *info, const struct qc_style *style,
                        struct qc_strbuf *buffer)
{
    struct tally tally = tally_modules(info);
    qc_text_label("debug info", style, buffer);
    if (tally.without == 0) {
        qc_strbuf_printf(buffer, tally.files == 0 ? "the dump names no file\n"
                                                  : "found for %zu of %zu files\n",
                         tally.files, tally.files);
        return;
    }
    qc_strbuf_printf(buffer, "%sfound for %zu of %zu files%s", style->warning,
                     tally.files - tally.without, tally.files, style->off);
    if (tally.unused != 0) {
        qc_strbuf_printf(buffer, "; %zu of them missing, or of another build", tally.unused);
    }
    qc_text_put(". To get that of ", qc_path_name(tally.first->module->path), ":\n", buffer);
    text_how_to_get(info, &tally, style, buffer);
}

/* ---- modules ----------------------------------------------------------------------------- */

/* "separate" means in the default directory of debuggers, "elsewhere" in any other. */
const char *qc_text_debug_word(const struct qc_remedy *remedy)
{
    const struct qemucore_module *module = remedy->module;
    if (module->kind != QC_MODULE_FILE) {
        return "-";
    }
    if (module->file == NULL) {
        return "not used";
    }
    if (module->debug_file == NULL) {
        return "none";
    }
    if (strcmp(module->debug_file, module->file) == 0) {
        return "inside";
    }
    return qc_str_begins(module->debug_file, "/usr/lib/debug/") ? "separate" : "elsewhere";
}

static void text_module(const struct qc_remedy *remedy, const struct tally *tally,
                        const struct qc_style *style, struct qc_strbuf *buffer)
{
    const struct qemucore_module *module = remedy->module;
    qc_strbuf_printf(buffer, " 0x%" PRIx64, module->start);
    qc_strbuf_pad(buffer, COLUMN_END);
    qc_strbuf_printf(buffer, "0x%" PRIx64, module->end);
    qc_strbuf_pad(buffer, COLUMN_BUILD_ID);
    qc_strbuf_put(buffer, module->build_id.size == 0 ? "-" : module->build_id_text);
    qc_strbuf_pad(buffer, COLUMN_DEBUG);
    qc_strbuf_put(buffer, qc_text_debug_word(remedy));
    qc_strbuf_pad(buffer, COLUMN_MODULE);
    qc_strbuf_put_escaped(buffer, module->path[0] == '\0' ? "(no name)" : module->path);
    if (module->file != NULL && strcmp(module->file, module->path) != 0) {
        qc_text_put("  file ", module->file, "", buffer);
    }
    if (module->debug_file != NULL && strcmp(qc_text_debug_word(remedy), "elsewhere") == 0) {
        qc_text_put("  debug info ", module->debug_file, "", buffer);
    }
    qc_strbuf_put(buffer, "\n");
    if (module->problem != NULL) {
        text_indent(buffer);
        qc_text_put(style->warning, module->problem, "", buffer);
        qc_strbuf_printf(buffer, "%s\n", style->off);
        if (tally->unused <= MOST_UNUSED && remedy != tally->first) {
            text_commands(remedy, buffer);
        }
    }
}

static void text_modules(const struct qc_info *info, const struct qc_style *style,
                         struct qc_strbuf *buffer)
{
    if (info->remedies->count == 0) {
        return;
    }
    qc_strbuf_put(buffer, "\n START");
    qc_strbuf_pad(buffer, COLUMN_END);
    qc_strbuf_put(buffer, "END");
    qc_strbuf_pad(buffer, COLUMN_BUILD_ID);
    qc_strbuf_put(buffer, "BUILD-ID");
    qc_strbuf_pad(buffer, COLUMN_DEBUG);
    qc_strbuf_put(buffer, "DEBUG INFO");
    qc_strbuf_pad(buffer, COLUMN_MODULE);
    qc_strbuf_put(buffer, "MODULE\n");
    struct tally tally = tally_modules(info);
    for (size_t i = 0; i < info->remedies->count; i++) {
        text_module(&info->remedies->items[i], &tally, style, buffer);
    }
}

/* ---- files that are not here ----------------------------------------------------------------- */

/* The path comes last because it may contain blanks. */
static void text_missing_file(const struct qemucore_module *module, const char *kind,
                              struct qc_strbuf *buffer)
{
    qc_strbuf_printf(buffer, "%s %s ",
                     module->build_id.size == 0 ? "-" : module->build_id_text, kind);
    qc_text_put("", module->path[0] == '\0' ? "-" : module->path, "\n", buffer);
}

void qc_text_missing(const struct qc_modules *modules, struct qc_strbuf *buffer)
{
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        Dwarf_Addr bias;
        if (module->kind != QC_MODULE_FILE) {
            continue;
        }
        bool has_debug_info = qc_module_dwarf(module, &bias) != NULL;
        if (module->file == NULL) {
            text_missing_file(module, module->is_executable_of_process ? "executable" : "library",
                              buffer);
        }
        if (!has_debug_info) {
            text_missing_file(module, "debuginfo", buffer);
        }
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

void qc_text_info_process(const struct qc_info *info, const struct qc_style *style,
                          struct qc_strbuf *buffer)
{
    text_missing(info->waits->process->core, style, buffer);
    text_version(info, style, buffer);
    text_signal(info->waits->process, style, buffer);
    text_process(info->waits->process, style, buffer);
}

void qc_text_info(const struct qc_info *info, const struct qemucore_render *render,
                  struct qc_strbuf *buffer)
{
    const struct qc_style *style = qc_style_of(render);
    size_t start = buffer->length;
    qc_strbuf_put(buffer, "\n");
    qc_text_info_process(info, style, buffer);
    qc_text_info_command(info, style, buffer);
    qc_text_state(info->waits, info->state, render, false, buffer);
    qc_text_info_debug(info, style, buffer);
    text_modules(info, style, buffer);
    qc_text_header_above(info->waits->process, style, start, buffer);
}
