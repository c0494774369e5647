/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bytes_refused - containers that this build does not read, and the commands that do
 */
#include "bytes/bytes_decoder.h"

#include <string.h>

/* The containers that this build reads. */
static const char readable[] = "raw, gzip"
#ifdef HAVE_LIBLZMA
                               ", xz"
#endif
#ifdef HAVE_LIBLZ4
                               ", lz4"
#endif
                               " and zstd";

static const struct refused {
    const char *signature;
    size_t size;
    const char *what;
    const char *command; /* followed by a file's name, writes its content to standard output */
} refused_table[] = {
    {"\xfd" "7zXZ\0", 6, "an xz file", "xz -dc"},
    {"\x04\x22\x4d\x18", 4, "an lz4 file", "lz4 -dc"},
    {"\x02\x21\x4c\x18", 4, "an lz4 file (legacy format)", "lz4 -dc"},
    {"BZh", 3, "a bzip2 file", "bzip2 -dc"},
    {"\x5d\0\0", 3, "an lzma file", "xz -dc"},
    {"LZIP", 4, "an lzip file", "lzip -dc"},
    {"\x89" "LZO\0\r\n\x1a\n", 9, "an lzop file", "lzop -dc"},
    {"\x1f\x9d", 2, "a file of compress", "gzip -dc"},
    {"PK\x03\x04", 4, "a zip file", "unzip -p"},
    {"7z\xbc\xaf\x27\x1c", 6, "a 7z file", "7z x -so"},
    {"Rar!\x1a\x07", 6, "a rar file", "unrar p -inul"},
    {"MSCF\0\0\0\0", 8, "a cab file", "cabextract -q -p"},
    {"LRZI", 4, "an lrzip file", "lrzip -q -d -o -"},
    {"\xff\x06\0\0sNaPpY", 10, "a snappy file", "snzip -dc"},
    {"-----BEGIN PGP M", 16, "a message of PGP, encrypted", "gpg -d"},
    /* Its first packet has the session's key: for a password, for RSA of 2048 to 4096 bits, for
       Curve25519 (RFC 9580, 5.1 and 5.3). */
    {"\x8c\x0d\x04", 3, "a file of PGP, encrypted", "gpg -d"},
    {"\x85\x01\x0c\x03", 4, "a file of PGP, encrypted", "gpg -d"},
    {"\x85\x01\x8c\x03", 4, "a file of PGP, encrypted", "gpg -d"},
    {"\x85\x02\x0c\x03", 4, "a file of PGP, encrypted", "gpg -d"},
    {"\x84\x5e\x03", 3, "a file of PGP, encrypted", "gpg -d"},
    {"age-encryption.o", 16, "a file of age, encrypted", "age -d"},
    {"-----BEGIN AGE E", 16, "a file of age, encrypted", "age -d"}, /* age -a */
    /* As attachments of mails and members of JSON have them: an ELF, gzip, zstd or xz file. */
    {"f0VMRgI", 7, "base64 of an ELF file", "base64 -d"},
    {"H4sI", 4, "base64 of a gzip file", "base64 -d"},
    {"KLUv/", 5, "base64 of a zstd file", "base64 -d"},
    {"/Td6WFoA", 8, "base64 of an xz file", "base64 -d"},
    {"UEsDB", 5, "base64 of a zip file", "base64 -d"},
    {"7f454c46", 8, "an ELF file in hexadecimal", "xxd -r -p"},
    {"00000000: 7f45 4", 16, "an ELF file in hexadecimal", "xxd -r"},
    {"-----BEGIN CMS--", 16, "a message of CMS, encrypted", "openssl cms -decrypt -binary -inform PEM -in"},
    {"begin 6", 7, "a uuencoded file", "uudecode -o /dev/stdout"},
};

static const struct refused *refused_find(const uint8_t *head, size_t size)
{
    return qc_array_find(refused_table, refused,
                         size >= refused->size &&
                             memcmp(head, refused->signature, refused->size) == 0);
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
    const struct refused *refused = refused_find(source->next, source->left);
    QC_FAIL_IF(options->is_module, error, QEMUCORE_UNSUPPORTED,
               "%s; this build reads %s: unpack it by %s", refused->what, readable,
               refused->command);
    return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                        "%s; this build reads %s: try %s %s | qemucore-threads -", refused->what,
                        readable, refused->command, source->word);
}

struct qc_container qc_bytes_refused_container(const uint8_t *head, size_t size)
{
    const struct refused *refused = refused_find(head, size);
    return refused == NULL
               ? (struct qc_container){.name = NULL}
               : (struct qc_container){.name = refused->what, .command = refused->command};
}

/* open always fails, so decode, reset and close are not needed. */
const struct qc_bytes_decoder qc_bytes_refused = {
    .name = "refused",
    .bid = refused_bid,
    .open = refused_open,
};
