/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/version.h"

#include <inttypes.h>
#include <string.h>

#include "base/base.h"
#include "glibc/glibc.h"
#include "modules/modules.h"

/* From system/vl.c, storage-daemon/qemu-storage-daemon.c and qemu-img.c. linux-user/main.c
   is left out: its text has the target's name in it, and its cores are those of the program
   that it runs. */
static const char *const introductions[] = {
    "QEMU emulator version ",
    "qemu-storage-daemon version ",
    "qemu-img version ",
};

struct reader {
    struct qc_image *image;
    size_t introduction; /* length of the introduction */
    uint64_t address;
    char text[QC_LIMIT_VERSION];
};

/* Accepts an introduction that a digit follows; others ("version %s") are different texts. The
   version ends with its line; up to 2.8 with ", Copyright". */
static bool reader_accepts(void *opaque, uint64_t address)
{
    struct reader *reader = opaque;
    char *text = reader->text;
    if (qc_image_read_string(reader->image, address + reader->introduction, text,
                             sizeof(reader->text), NULL) != QEMUCORE_OK ||
        text[0] < '0' || text[0] > '9') {
        return false;
    }
    text[strcspn(text, "\n")] = '\0';
    char *copyright = strstr(text, ", Copyright");
    if (copyright != NULL) {
        *copyright = '\0';
    }
    reader->address = address;
    return true;
}

static enum qemucore_status version_find(struct qemucore_module *module, struct qc_version *ret,
                                         struct qemucore_error *error)
{
    enum qemucore_status why = QEMUCORE_NOT_FOUND;
    struct reader reader = {.image = module->modules->core->image};
    struct qc_rodata_predicate predicate = {.accepts = reader_accepts, .opaque = &reader};
    for (size_t i = 0; i < qc_count(introductions); i++) {
        reader.introduction = strlen(introductions[i]);
        enum qemucore_status status =
            qc_rodata_find(module, introductions[i], reader.introduction, &predicate, error);
        if (status == QEMUCORE_OK) {
            ret->version = strdup(reader.text);
            ret->from = qc_format("\"%.*s\" at 0x%" PRIx64 " in %s",
                         (int)reader.introduction - 1, introductions[i], reader.address,
                         module->path);
            return QEMUCORE_OK;
        }
        why = status == QEMUCORE_NOT_FOUND ? why : status;
    }
    if (why == QEMUCORE_NOT_FOUND) {
        qc_error_set(error, why,
                     "%s has no text \"QEMU emulator version\": it is no system emulator",
                     qc_path_name(module->path));
    } else if (module->file == NULL && module->problem != NULL) {
        qc_error_set(error, why, "the dump has no constants of it, and its file is not used: %s",
                     module->problem);
    }
    return why;
}

void qc_version_find(struct qc_modules *modules, struct qc_version *ret)
{
    struct qemucore_error error;
    struct qemucore_module *executable = qc_modules_executable(modules);
    if (executable == NULL) {
        ret->why_absent = strdup("the dump does not say what its executable is");
    } else if (version_find(executable, ret, &error) != QEMUCORE_OK) {
        ret->why_absent = strdup(error.message);
    }
}

void qc_version_free(struct qc_version *version)
{
    free(version->version);
    free(version->from);
    free(version->why_absent);
    *version = (struct qc_version){0};
}
