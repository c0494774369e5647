/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_refused - formats that people have at hand where a core is asked for, and what to do
 */
#include "bytes/bytes_decoder.h"

#include <string.h>

/* What this build reads. */
static const char readable[] = "raw, gzip"
#ifdef HAVE_LIBLZMA
                               ", xz"
#endif
#ifdef HAVE_LIBLZ4
                               ", lz4"
#endif
                               " and zstd";

/* The first are containers of other tools: `command FILE` writes what is in them. */
static const struct refused {
    const char *signature;
    size_t size;
    const char *what;
    const char *command; /* NULL: there is no core inside, advice says what it is */
    const char *advice;
} refused_table[] = {
    {"\xfd" "7zXZ\0", 6, "an xz file", "xz -dc", NULL},
    {"\x04\x22\x4d\x18", 4, "an lz4 file", "lz4 -dc", NULL},
    {"\x02\x21\x4c\x18", 4, "an lz4 file (legacy format)", "lz4 -dc", NULL},
    {"BZh", 3, "a bzip2 file", "bzip2 -dc", NULL},
    {"LZIP", 4, "an lzip file", "lzip -dc", NULL},
    {"\x89" "LZO\0\r\n\x1a\n", 9, "an lzop file", "lzop -dc", NULL},
    {"\x1f\x9d", 2, "a file of compress", "gzip -dc", NULL},
    {"PK\x03\x04", 4, "a zip file", "unzip -p", NULL},
    {"7z\xbc\xaf\x27\x1c", 6, "a 7z file", "7z x -so", NULL},
    {"KDUMP   ", 8, "a kdump-compressed dump", NULL, "memory of a machine"},
    {"DISKDUMP", 8, "a diskdump file", NULL, "memory of a machine"},
    {"makedumpfile\0\0\0", 16, "a flattened makedumpfile dump", NULL, "memory of a machine"},
    {"LibvirtQemudSave", 16, "a saved domain of libvirt", NULL, "memory of a guest"},
    {"QEVM", 4, "a migration stream of QEMU", NULL, "memory of a guest"},
    {"QFI\xfb", 4, "a qcow2 image", NULL, "a disk"},
};

static const struct refused *refused_find(const uint8_t *head, size_t size)
{
    for (size_t i = 0; i < sizeof(refused_table) / sizeof(refused_table[0]); i++) {
        const struct refused *refused = &refused_table[i];
        if (size >= refused->size && memcmp(head, refused->signature, refused->size) == 0) {
            return refused;
        }
    }
    return NULL;
}

static unsigned refused_bid(const uint8_t *head, size_t size)
{
    const struct refused *refused = refused_find(head, size);
    return refused != NULL ? 8 * (unsigned)refused->size : 0;
}

static enum qemucore_status refused_open(void **state, const struct qc_bytes_source *source,
                                         const struct qc_bytes_options *options,
                                         struct qemucore_error *error)
{
    (void)state;
    (void)options;
    const struct refused *refused = refused_find(source->next, source->left);
    if (refused->command != NULL) {
        return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                            "%s; this build reads %s: try %s FILE | qemucore-threads -",
                            refused->what, readable, refused->command);
    }
    return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                        "%s, which holds %s, not a process: what is read here is a core of "
                        "the QEMU process itself, as the kernel, gcore or coredumpctl write it",
                        refused->what, refused->advice);
}

/* Its open never succeeds, so there is nothing to decode, reset or close. */
const struct qc_bytes_decoder qc_bytes_refused = {
    .name = "refused",
    .bid = refused_bid,
    .open = refused_open,
};
