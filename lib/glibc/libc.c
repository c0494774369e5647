/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "glibc/libc.h"

#include <stdio.h>
#include <string.h>

#include "dwarf/dwarf.h"
#include "glibc/glibc_limits.h"
#include "modules/modules.h"
#include "values/values.h"

/* csu/version.c: "GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n..." */
#define BANNER "GNU C Library "
#define RELEASE "release version "

/* The offset of the futex words in each layout: __futex, or __g_signals[2]. */
#define SEQUENCE_FUTEX 4
#define GROUPS_SIGNALS 40
#define REPAIRED_SIGNALS 32

/* Tells whether musl is linked into the program, by a symbol (src/env/__libc_start_main.c). */
static bool is_static_musl(const struct qc_libc *libc)
{
    struct qemucore_module *executable = qc_modules_executable(libc->modules);
    struct qc_symbol symbol;
    return executable != NULL && qc_symbols_by_name(executable, "__init_libc", &symbol);
}

/* Finds the libraries by their names: glibc is libc.so.6 or libc-2.31.so, and libpthread.so.0 or
   libpthread-2.31.so; musl is ld-musl-x86_64.so.1 or libc.musl-x86_64.so.1, which may be a link to
   libc.so. bionic is libc.so, too. glibc's libc.so is not mapped: it is text for the linker. */
static void find_modules(struct qc_libc *libc)
{
    const struct qc_modules *modules = libc->modules;
    bool is_plain = false;
    for (size_t i = 0; i < modules->list.count; i++) {
        struct qemucore_module *module = modules->list.items[i];
        const char *name = qc_path_name(module->path);
        if (qc_str_begins(name, "libc.so.") || qc_str_begins(name, "libc-2.")) {
            libc->module = module;
        } else if (qc_str_begins(name, "libpthread.so.") || qc_str_begins(name, "libpthread-2.")) {
            libc->pthread_module = module;
        } else if (qc_str_begins(name, "ld-musl-") || qc_str_begins(name, "libc.musl-")) {
            libc->is_other = libc->is_musl = true;
        } else if (strcmp(name, "libc.so") == 0) {
            is_plain = true;
            libc->is_musl |= strstr(module->path, "musl") != NULL;
        }
    }
    libc->is_musl |= libc->module == NULL && !is_plain && is_static_musl(libc);
    libc->is_other |= libc->module == NULL && (is_plain || libc->is_musl);
    libc->is_musl &= libc->is_other;
}

static bool banner_accepts(void *opaque, uint64_t address)
{
    struct qc_libc *libc = opaque;
    char text[QC_LIMIT_VERSION];
    /* The banner is longer than the part that is needed here: it fills the buffer, and is cut. */
    size_t size = sizeof(text) - 1;
    text[size] = '\0';
    if (!qc_core_read(libc->modules->core, address, text, size)) {
        return false;
    }
    const char *release = strstr(text, RELEASE);
    return release != NULL &&
           sscanf(release + strlen(RELEASE), "%u.%u", &libc->major, &libc->minor) == 2;
}

static void find_version(struct qc_libc *libc)
{
    const struct qc_rodata_predicate predicate = {banner_accepts, libc};
    if (libc->module != NULL &&
        qc_rodata_find(libc->module, BANNER, strlen(BANNER), &predicate, NULL) != QEMUCORE_OK) {
        libc->major = libc->minor = 0;
    }
}

/* Tells the layout by the members of pthread_cond_t in debug info: in the module's or, if module is
   NULL, in any, the executable's first. */
static enum qc_cond_layout layout_of_type(struct qc_libc *libc, struct qemucore_module *module)
{
    struct qemucore_object type;
    struct qemucore_object member;
    if (module != NULL) {
        qc_index_source_file(module, "pthread_cond_wait.c");
    }
    enum qemucore_status status =
        module == NULL ? qc_object_at(libc->modules, "pthread_cond_t", 0, &type, NULL)
                       : qc_object_at_in(module, "pthread_cond_t", 0, &type, NULL);
    if (status != QEMUCORE_OK) {
        return QC_COND_UNKNOWN;
    }
    if (qc_object_path(&type, "__data.__total_seq", &member)) {
        return QC_COND_SEQUENCE;
    }
    if (!qc_object_path(&type, "__data.__g_signals", &member)) {
        return QC_COND_UNKNOWN;
    }
    return member.address == REPAIRED_SIGNALS ? QC_COND_REPAIRED
           : member.address == GROUPS_SIGNALS ? QC_COND_GROUPS
                                              : QC_COND_UNKNOWN;
}

static enum qc_cond_layout layout_of_version(const struct qc_libc *libc)
{
    if (libc->major != 2) {
        return QC_COND_UNKNOWN;
    }
    /* 2.38 to 2.40 may have the repair from their branches. */
    return libc->minor <= 24   ? QC_COND_SEQUENCE
           : libc->minor <= 37 ? QC_COND_GROUPS
           : libc->minor >= 41 ? QC_COND_REPAIRED
                               : QC_COND_UNKNOWN;
}

static bool layout_take(struct qc_libc *libc, enum qc_cond_layout layout)
{
    if (layout != QC_COND_UNKNOWN) {
        libc->cond_layout = layout;
    }
    return layout != QC_COND_UNKNOWN;
}

static void find_cond_layout(struct qc_libc *libc)
{
    struct qemucore_module *executable = qc_modules_executable(libc->modules);
    struct qemucore_module *threads =
        libc->pthread_module != NULL ? libc->pthread_module : libc->module;
    /* A static executable contains the C library, and its debug info has the library's types. */
    if (threads == NULL && !libc->is_other && executable != NULL &&
        layout_take(libc, layout_of_type(libc, executable))) {
        libc->cond_layout_is_certain = true;
        return;
    }
    if (threads != NULL && layout_take(libc, layout_of_type(libc, threads))) {
        libc->cond_layout_is_certain = true;
        return;
    }
    if (!layout_take(libc, layout_of_version(libc))) {
        layout_take(libc, layout_of_type(libc, NULL));
    }
}

const struct qc_libc *qc_libc_find(struct qc_libc *libc)
{
    if (!libc->looked_for) {
        libc->looked_for = true;
        find_modules(libc);
        if (!libc->is_other) {
            find_version(libc);
        }
    }
    return libc;
}

enum qc_cond_layout qc_libc_cond_layout(struct qc_libc *libc)
{
    qc_libc_find(libc);
    if (!libc->cond_layout_looked_for && !libc->is_other) {
        libc->cond_layout_looked_for = true;
        find_cond_layout(libc);
    }
    return libc->cond_layout;
}

enum qemucore_status qc_libc_check(struct qc_libc *libc, const char *type,
                                   struct qemucore_error *error)
{
    return qc_libc_find(libc)->is_other
               ? qc_error_set(error, QEMUCORE_UNSUPPORTED,
                              "%s of a C library that is not glibc is not known", type)
               : QEMUCORE_OK;
}

enum qemucore_status qc_libc_read(struct qc_libc *libc, const char *type, uint64_t address,
                                  void *bytes, size_t size, struct qemucore_error *error)
{
    QC_TRY(qc_libc_check(libc, type, error));
    return qc_image_read(libc->modules->core->image, address, bytes, size, error);
}

void qc_libc_learn_cond_layout(struct qc_libc *libc, uint64_t cond, uint64_t word)
{
    if (qc_libc_find(libc)->is_other || libc->cond_layout_is_certain) {
        return;
    }
    switch (word - cond) {
    case SEQUENCE_FUTEX:
        libc->cond_layout_is_certain = layout_take(libc, QC_COND_SEQUENCE);
        break;
    case GROUPS_SIGNALS:
    case GROUPS_SIGNALS + 4:
        libc->cond_layout_is_certain = layout_take(libc, QC_COND_GROUPS);
        break;
    case REPAIRED_SIGNALS:
    case REPAIRED_SIGNALS + 4:
        libc->cond_layout_is_certain = layout_take(libc, QC_COND_REPAIRED);
        break;
    default: /* the thread sleeps on something else: the mutex */
        break;
    }
    libc->cond_layout_looked_for = libc->cond_layout_looked_for || libc->cond_layout_is_certain;
}
