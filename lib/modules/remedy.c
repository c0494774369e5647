/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/remedy.h"

#include <string.h>

#include "base/base.h"

bool qc_remedy_is_needed(const struct qc_remedy *remedy)
{
    return remedy->module->kind == QC_MODULE_FILE && remedy->module->debug_file == NULL;
}

static void add_text(struct qc_remedy *remedy, char *text)
{
    if (text != NULL && remedy->line_count < qc_count(remedy->lines)) {
        remedy->lines[remedy->line_count++] = text;
    } else {
        free(text);
    }
}

static void add_line(struct qc_remedy *remedy, const char *before, const char *word,
                     const char *after)
{
    struct qc_strbuf line = {0};
    qc_strbuf_put(&line, before);
    qc_strbuf_put_word(&line, word);
    qc_strbuf_put(&line, after);
    add_text(remedy, qc_strbuf_take(&line));
}

/* Packages other than glibc's come from the archive that debug_source adds. */
static void hints_from_dpkg(const struct qc_remedies *remedies, struct qc_remedy *remedy)
{
    if (remedy->package == NULL) {
        return;
    }
    if (remedies->debug_source != NULL && strstr(remedy->package, "-dbgsym") != NULL) {
        add_text(remedy, strdup(remedies->debug_source));
    }
    add_line(remedy, "apt install ", remedy->package, "");
}

static void hints_from_dnf(struct qc_remedy *remedy)
{
    const struct qemucore_module *file = remedy->module;
    const char *id = file->build_id_text;
    if (file->file != NULL) {
        add_line(remedy, "dnf debuginfo-install ", file->path, "");
    } else if (file->build_id.size > 1) {
        QC_FREE char *debug_file = qc_format("/usr/lib/debug/.build-id/%.2s/%s.debug", id, id + 2);
        if (debug_file != NULL) {
            add_line(remedy, "dnf --enablerepo='*debug*' install ", debug_file, "");
        }
    }
}

/* The packages of a distribution fit the file that is installed. If the process ran another one,
   they do not fit, and only the build-id leads to the right ones. */
static void hints_from_packages(const struct qc_remedies *remedies, struct qc_remedy *remedy)
{
    const struct qemucore_module *file = remedy->module;
    switch (remedies->manager) {
    case QC_PACKAGE_DPKG:
        hints_from_dpkg(remedies, remedy);
        break;
    case QC_PACKAGE_DNF:
        hints_from_dnf(remedy);
        break;
    case QC_PACKAGE_ZYPPER:
        if (file->build_id.size != 0) {
            add_line(remedy, "zypper install -C 'debuginfo(build-id)=", file->build_id_text, "'");
        }
        break;
    case QC_PACKAGE_UNKNOWN:
        break;
    }
}

static void hints_make(const struct qc_remedies *remedies, struct qc_remedy *remedy)
{
    const struct qemucore_module *file = remedy->module;
    if (!qc_remedy_is_needed(remedy)) {
        return;
    }
    hints_from_packages(remedies, remedy);
    if (file->build_id.size != 0) {
        if (file->file == NULL) {
            add_line(remedy, "debuginfod-find executable ", file->build_id_text, "");
        }
        add_line(remedy, "debuginfod-find debuginfo ", file->build_id_text, "");
    }
}

/* Tells whether path is where packages have files; /usr/local belongs to none. */
static bool is_of_package(const char *path)
{
    static const char *const places[] = {"/usr/", "/lib", "/bin/", "/sbin/", "/opt/"};
    return qc_array_any(places, place, qc_str_begins(path, *place)) &&
           !qc_str_begins(path, "/usr/local/");
}

/* Returns the path of the used file on the machine below root. NULL: it is not installed there. */
static const char *installed_path(const struct qemucore_module *module, const char *root)
{
    size_t length = root == NULL ? 0 : strlen(root);
    if (module->file == NULL || (root != NULL && strncmp(module->file, root, length) != 0)) {
        return NULL;
    }
    const char *path = module->file + length;
    return (root == NULL ? is_of_package(path) : strcmp(path, module->path) == 0) ? path : NULL;
}

/* Debian and Ubuntu have a PACKAGE-dbgsym for each package, but a libc6-dbg for glibc's. */
static char *debug_package(const char *package)
{
    bool is_libc = strcmp(package, "libc6") == 0 || strcmp(package, "libc6.1") == 0;
    return qc_format("%s-%s", package, is_libc ? "dbg" : "dbgsym");
}

static void packages_find(const struct qc_modules *modules, struct qc_remedies *remedies)
{
    const struct qc_file_options *options = &modules->search.options;
    size_t count = 0;
    QC_FREE struct qc_package_file *files = calloc(remedies->count + 1, sizeof(*files));
    if (files == NULL || (options->no_host_files && options->sysroot == NULL)) {
        remedies->failed |= files == NULL;
        return;
    }
    for (size_t i = 0; i < remedies->count; i++) {
        const char *path = installed_path(remedies->items[i].module, options->sysroot);
        if (path != NULL && qc_remedy_is_needed(&remedies->items[i])) {
            files[count++].path = path;
        }
    }
    remedies->manager = qc_package_find(options->sysroot, files, count);
    remedies->debug_source = remedies->manager == QC_PACKAGE_DPKG
                                 ? qc_package_debug_source(options->sysroot)
                                 : NULL;
    for (size_t i = 0; i < remedies->count; i++) {
        const char *path = installed_path(remedies->items[i].module, options->sysroot);
        for (size_t j = 0; path != NULL && j < count && remedies->items[i].package == NULL; j++) {
            if (files[j].package != NULL && strcmp(files[j].path, path) == 0 &&
                qc_remedy_is_needed(&remedies->items[i])) {
                remedies->items[i].package = debug_package(files[j].package);
            }
        }
    }
    for (size_t j = 0; j < count; j++) {
        free(files[j].package);
    }
}

void qc_remedies_find(const struct qc_modules *modules, const struct qemucore_module *only,
                      struct qc_remedies *ret)
{
    *ret = (struct qc_remedies){.items = calloc(modules->list.count + 1, sizeof(*ret->items))};
    if (ret->items == NULL) {
        ret->failed = true;
        return;
    }
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        Dwarf_Addr bias;
        if (only == NULL || only == module) {
            ret->items[ret->count++].module = module;
            qc_module_dwarf(module, &bias);
        }
    }
    packages_find(modules, ret);
    for (size_t i = 0; i < ret->count; i++) {
        hints_make(ret, &ret->items[i]);
    }
}

void qc_remedies_free(struct qc_remedies *remedies)
{
    for (size_t i = 0; i < remedies->count; i++) {
        free(remedies->items[i].package);
        for (size_t j = 0; j < remedies->items[i].line_count; j++) {
            free(remedies->items[i].lines[j]);
        }
    }
    free(remedies->items);
    free(remedies->debug_source);
    *remedies = (struct qc_remedies){0};
}
