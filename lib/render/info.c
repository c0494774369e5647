/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "render/info.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/guard.h"

/* ---- the process ------------------------------------------------------------------------- */

struct reason {
    int signal; /* 0: any */
    int code;
    const char *text;
};

/* include/uapi/asm-generic/siginfo.h; the numbers are the same on every CPU that we know. */
static const struct reason reasons[] = {
    {0, 0, "kill"},
    {0, -1, "sigqueue"},
    {0, -6, "tgkill"},
    {SIGSEGV, 1, "nothing is mapped there"},
    {SIGSEGV, 2, "the mapping there does not permit it"},
    {SIGSEGV, 3, "outside its bounds"},
    {SIGSEGV, 4, "a protection key forbids it"},
    {SIGSEGV, 0x80, "the CPU gives no address: not a canonical one, as a rule"},
    {SIGBUS, 1, "not aligned"},
    {SIGBUS, 2, "no memory behind the mapping: past the end of its file, or no huge page free"},
    {SIGBUS, 3, "hardware error"},
    {SIGBUS, 4, "hardware memory error, consumed"},
    {SIGBUS, 5, "hardware memory error, not yet consumed"},
    {SIGFPE, 1, "integer division by zero"},
    {SIGFPE, 2, "integer overflow"},
    {SIGILL, 1, "no such instruction"},
    {SIGILL, 2, "no such operand"},
    {SIGTRAP, 1, "breakpoint"},
};

/* NT_SIGINFO is about the signal that made the dump. */
static bool signal_is_told(const struct qc_report *report)
{
    int signal = qc_report_signal(report, NULL);
    const struct qc_core *core = report->core;
    return signal != 0 && core->has_signal_information && core->signal == signal;
}

const char *qc_info_signal_reason(const struct qc_report *report)
{
    const struct qc_core *core = report->core;
    for (size_t i = 0; signal_is_told(report) && i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if ((reasons[i].signal == 0 || reasons[i].signal == core->signal) &&
            reasons[i].code == core->signal_code) {
            return reasons[i].text;
        }
    }
    return NULL;
}

/* The kernel puts that of the whole process into the note of its main thread (fs/binfmt_elf.c,
   fill_prstatus). */
bool qc_info_cpu_time(const struct qc_report *report, uint64_t *user, uint64_t *system)
{
    const struct qc_core *core = report->core;
    int pid = qc_report_pid(report);
    for (size_t i = 0; i < core->threads.count; i++) {
        const struct qc_thread *thread = &core->threads.items[i];
        if (thread->lwp == pid && (thread->user_time != 0 || thread->system_time != 0)) {
            *user = thread->user_time;
            *system = thread->system_time;
            return true;
        }
    }
    return false;
}

/* ---- words of a shell -------------------------------------------------------------------- */

static bool is_plain(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%+=:,./_-";
    return text[0] != '\0' && text[strspn(text, plain)] == '\0';
}

static bool fits_quotes(const char *text)
{
    while (*text != '\0') {
        size_t length = qc_utf8_length(text);
        if (length == 0 || *text == '\'') {
            return false;
        }
        text += length;
    }
    return true;
}

void qc_info_put_word(struct qc_strbuf *buffer, const char *text)
{
    if (is_plain(text)) {
        qc_strbuf_put(buffer, text);
    } else if (fits_quotes(text)) {
        qc_strbuf_put(buffer, "'");
        qc_strbuf_put(buffer, text);
        qc_strbuf_put(buffer, "'");
    } else {
        /* Bytes that are escaped come out the same in $'...'; its own two special ones go first. */
        qc_strbuf_put(buffer, "$'");
        for (const char *at = text; *at != '\0';) {
            size_t plain = strcspn(at, "'\\");
            QC_FREE char *part = strndup(at, plain);
            buffer->failed |= part == NULL;
            qc_strbuf_put_escaped(buffer, part == NULL ? "" : part);
            at += plain;
            if (*at != '\0') {
                qc_strbuf_printf(buffer, "\\%c", *at);
                at++;
            }
        }
        qc_strbuf_put(buffer, "'");
    }
}

/* ---- how to get what is not here --------------------------------------------------------- */

bool qc_info_lacks_debug(const struct qc_info_module *module)
{
    return module->module->kind == QC_MODULE_FILE && module->module->debug_file == NULL;
}

static void add_line(struct qc_info_module *module, const char *before, const char *word,
                     const char *behind)
{
    struct qc_strbuf line = {0};
    qc_strbuf_put(&line, before);
    qc_info_put_word(&line, word);
    qc_strbuf_put(&line, behind);
    char *text = qc_strbuf_take(&line);
    if (text != NULL && module->line_count < sizeof(module->lines) / sizeof(module->lines[0])) {
        module->lines[module->line_count++] = text;
    } else {
        free(text);
    }
}

/* The packages of a distribution fit the file that is installed: where it is not the one that the
   process ran, theirs would not either, and only the build-id leads to the right one. */
static void hints_from_packages(const struct qc_info *info, struct qc_info_module *module)
{
    const struct qemucore_module *file = module->module;
    QC_FREE char *by_build_id = NULL;
    if (file->build_id.size > 1 &&
        asprintf(&by_build_id, "/usr/lib/debug/.build-id/%.2s/%s.debug", file->build_id_text,
                 file->build_id_text + 2) < 0) {
        by_build_id = NULL;
    }
    switch (info->manager) {
    case QC_PACKAGE_DPKG:
        if (module->package != NULL) {
            add_line(module, "apt install ", module->package, "");
        }
        break;
    case QC_PACKAGE_DNF:
        if (file->file != NULL) {
            add_line(module, "dnf debuginfo-install ", file->path, "");
        } else if (by_build_id != NULL) {
            add_line(module, "dnf --enablerepo='*debug*' install ", by_build_id, "");
        }
        break;
    case QC_PACKAGE_ZYPPER:
        if (file->build_id.size != 0) {
            add_line(module, "zypper install -C 'debuginfo(build-id)=", file->build_id_text, "'");
        }
        break;
    case QC_PACKAGE_UNKNOWN:
        break;
    }
}

static void hints_make(const struct qc_info *info, struct qc_info_module *module)
{
    const struct qemucore_module *file = module->module;
    if (!qc_info_lacks_debug(module)) {
        return;
    }
    hints_from_packages(info, module);
    if (file->build_id.size != 0) {
        if (file->file == NULL) {
            add_line(module, "debuginfod-find executable ", file->build_id_text, "");
        }
        add_line(module, "debuginfod-find debuginfo ", file->build_id_text, "");
    }
}

/* The path by which the machine below root knows the file that is used. */
static const char *installed_path(const struct qemucore_module *module, const char *root)
{
    if (module->file == NULL) {
        return NULL;
    }
    if (root == NULL) {
        return module->file;
    }
    size_t length = strlen(root);
    bool is_below = strncmp(module->file, root, length) == 0 &&
                    strcmp(module->file + length, module->path) == 0;
    return is_below ? module->path : NULL;
}

/* Debian and Ubuntu make PACKAGE-dbgsym of every package but glibc's, which has its own. */
static char *debug_package(const char *package)
{
    char *name;
    bool is_libc = strcmp(package, "libc6") == 0 || strcmp(package, "libc6.1") == 0;
    return asprintf(&name, "%s-%s", package, is_libc ? "dbg" : "dbgsym") < 0 ? NULL : name;
}

static void packages_find(struct qc_info *info)
{
    const struct qc_modules_options *options = &info->report->modules->options;
    size_t count = 0;
    QC_FREE struct qc_package_file *files = calloc(info->count + 1, sizeof(*files));
    if (files == NULL || (options->no_host_files && options->sysroot == NULL)) {
        info->failed |= files == NULL;
        return;
    }
    for (size_t i = 0; i < info->count; i++) {
        const char *path = installed_path(info->modules[i].module, options->sysroot);
        if (path != NULL && qc_info_lacks_debug(&info->modules[i])) {
            files[count++].path = path;
        }
    }
    info->manager = qc_package_find(options->sysroot, files, count);
    for (size_t i = 0; i < info->count; i++) {
        const char *path = installed_path(info->modules[i].module, options->sysroot);
        for (size_t j = 0; path != NULL && j < count && info->modules[i].package == NULL; j++) {
            if (files[j].package != NULL && strcmp(files[j].path, path) == 0 &&
                qc_info_lacks_debug(&info->modules[i])) {
                info->modules[i].package = debug_package(files[j].package);
            }
        }
    }
    for (size_t j = 0; j < count; j++) {
        free(files[j].package);
    }
}

void qc_info_fill(const struct qc_report *report, const struct qc_command_line *command_line,
                  const struct qc_version *version, const struct qc_state *state,
                  const struct qemucore_module *only, struct qc_info *ret)
{
    const struct qc_modules *modules = report->modules;
    *ret = (struct qc_info){
        .report = report,
        .command_line = command_line,
        .version = version,
        .state = state,
        .modules = calloc(modules->list.count + 1, sizeof(*ret->modules)),
    };
    if (ret->modules == NULL) {
        ret->failed = true;
        return;
    }
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        Dwarf_Addr bias;
        if (only == NULL || only == module) {
            ret->modules[ret->count++].module = module;
            qc_module_dwarf(module, &bias);
        }
    }
    packages_find(ret);
    for (size_t i = 0; i < ret->count; i++) {
        hints_make(ret, &ret->modules[i]);
    }
}

void qc_info_free(struct qc_info *info)
{
    for (size_t i = 0; i < info->count; i++) {
        free(info->modules[i].package);
        for (size_t j = 0; j < info->modules[i].line_count; j++) {
            free(info->modules[i].lines[j]);
        }
    }
    free(info->modules);
    *info = (struct qc_info){0};
}
