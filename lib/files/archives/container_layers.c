/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "files/archives/container_layers.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/elf_file.h"
#include "files/files_limits.h"

/* Depth of indexes inside of an index: images for several platforms have one level. */
#define INDEX_DEPTH 3

#define DIGEST "sha256:"

QC_VEC_TYPE(names, char *);

static void names_free(struct names *names)
{
    qc_vec_free_each(names, item, free(*item));
}

static bool has(const char *directory, const char *name, mode_t kind)
{
    QC_FREE char *path = qc_format("%s/%s", directory, name);
    struct stat information;
    return path != NULL && stat(path, &information) == 0 && (information.st_mode & S_IFMT) == kind;
}

static bool is_layout(const char *path)
{
    return has(path, "index.json", S_IFREG) && has(path, "blobs", S_IFDIR);
}

bool qc_container_layers_fit(const char *path)
{
    struct stat information;
    return stat(path, &information) == 0 && (S_ISREG(information.st_mode) || is_layout(path));
}

void qc_container_layers_free(struct qc_container_layers *layers)
{
    qc_vec_free_each(&layers->names, item, free(*item));
}

/* ---- the JSON of indexes and manifests ------------------------------------------------------- */

/* Returns the text of the string whose quote is before *at, and moves *at past its end. NULL: it
   has no end, or memory ran out. Escapes stay as they are: names of layers have none. */
static char *json_string(const char **at)
{
    const char *start = *at;
    const char *end = start;
    while (*end != '\0' && *end != '"') {
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
    }
    *at = *end == '"' ? end + 1 : end;
    return *end == '"' ? strndup(start, (size_t)(end - start)) : NULL;
}

/* Collects strings in the arrays called key: values of `member` or, if that is NULL, the arrays'
   own elements. Returns how many such arrays there are. */
static size_t json_collect(const char *text, const char *key, const char *member, struct names *ret)
{
    size_t arrays = 0;
    int depth = 0;
    int inside = 0; /* depth of the array; 0: not in one */
    bool is_named = false;
    for (const char *at = text; *at != '\0';) {
        char byte = *at++;
        if (byte == '[' || byte == '{') {
            depth++;
            arrays += inside == 0 && is_named && byte == '[';
            inside = inside == 0 && is_named && byte == '[' ? depth : inside;
        } else if (byte == ']' || byte == '}') {
            inside = depth == inside ? 0 : inside;
            depth--;
        }
        if (byte != '"') {
            is_named = is_named && (byte == ':' || memchr(" \t\r\n", byte, 4) != NULL);
            continue;
        }
        QC_FREE char *string = json_string(&at);
        /* One more than may be: layers_take sees that there are too many. */
        bool is_wanted = inside != 0 && (member == NULL ? depth == inside : is_named);
        if (string != NULL && is_wanted && ret->count <= QC_LIMIT_IMAGE_LAYERS) {
            qc_vec_push(ret, qc_move(string));
        }
        const char *name = inside == 0 ? key : member;
        is_named = string != NULL && name != NULL && strcmp(string, name) == 0;
    }
    return arrays;
}

/* ---- finding --------------------------------------------------------------------------------- */

static enum qemucore_status find_entry(struct qc_archive *archive, const char *name,
                                       struct qemucore_error *error)
{
    struct qc_archive_entry entry;
    enum qemucore_status status;
    while ((status = qc_archive_next(archive, &entry, error)) == QEMUCORE_OK) {
        const char *path = qc_archive_path(entry.path);
        if (entry.kind == QC_ARCHIVE_FILE && path != NULL && strcmp(path, name) == 0) {
            return QEMUCORE_OK;
        }
    }
    return status == QEMUCORE_ABSENT
               ? qc_error_set(error, QEMUCORE_ABSENT, "%s is not there", name)
               : status;
}

static enum qemucore_status open_whole(struct qc_container_layers *layers, struct qc_archive **ret,
                                       struct qemucore_error *error)
{
    int fd;
    QC_TRY(qc_file_open(NULL, layers->path, &fd, error));
    return qc_archive_open(fd, layers->path, &layers->work, ret, error);
}

/* Reads a part of the entry of an archive or, if archive is NULL, of a file. Sets *there to its
   size; 0: the end. */
static enum qemucore_status read_part(struct qc_container_layers *layers,
                                      struct qc_archive *archive, int fd, char *to, size_t size,
                                      size_t *there, struct qemucore_error *error)
{
    if (archive != NULL) {
        return qc_archive_read(archive, to, size, there, error);
    }
    ssize_t done = read(fd, to, size);
    *there = done < 0 ? 0 : (size_t)done;
    return done < 0 ? qc_error_system(error, errno, "%s", layers->path) : QEMUCORE_OK;
}

/* Reads a whole manifest or index. One that is too long is refused: it would lack layers. */
static enum qemucore_status read_bounded(struct qc_container_layers *layers,
                                         struct qc_archive *archive, int fd, char **ret,
                                         struct qemucore_error *error)
{
    QC_FREE char *text = calloc(1, QC_LIMIT_IMAGE_MANIFEST + 1);
    size_t used = 0;
    size_t there = 1;
    enum qemucore_status status = text == NULL ? qc_error_memory(error) : QEMUCORE_OK;
    while (status == QEMUCORE_OK && there != 0 && used <= QC_LIMIT_IMAGE_MANIFEST) {
        status = read_part(layers, archive, fd, text + used, QC_LIMIT_IMAGE_MANIFEST + 1 - used,
                           &there, error);
        used += there;
    }
    if (status == QEMUCORE_OK && used > QC_LIMIT_IMAGE_MANIFEST) {
        status = qc_error_set(error, QEMUCORE_LIMIT,
                              "%s: an index or a manifest has more than %" PRIu64 " bytes",
                              layers->path, QC_LIMIT_IMAGE_MANIFEST);
    }
    *ret = status == QEMUCORE_OK ? qc_move(text) : NULL;
    return status;
}

static enum qemucore_status read_text(struct qc_container_layers *layers, const char *name,
                                      char **ret, struct qemucore_error *error)
{
    if (layers->is_directory) {
        QC_CLOSE int fd = -1;
        QC_FREE char *path = qc_format("/%s", name);
        QC_TRY(path == NULL ? qc_error_memory(error)
                            : qc_file_open(layers->path, path, &fd, error));
        return read_bounded(layers, NULL, fd, ret, error);
    }
    QC_GUARD(qc_guard_archive) struct qc_archive *archive = NULL;
    QC_TRY(open_whole(layers, &archive, error));
    QC_TRY(find_entry(archive, name, error));
    return read_bounded(layers, archive, -1, ret, error);
}

/* Returns the path of a digest's blob; NULL: this is no digest. */
static char *blob_of(const char *digest)
{
    const char *hex = digest + strlen(DIGEST);
    return qc_str_begins(digest, DIGEST) && strlen(hex) == 64 &&
                   strspn(hex, "0123456789abcdef") == 64
               ? qc_format("blobs/sha256/%s", hex)
               : NULL;
}

/* Takes the layers that a manifest names. */
static enum qemucore_status layers_take(struct qc_container_layers *layers,
                                        const struct names *names, bool is_digest,
                                        struct qemucore_error *error)
{
    QC_FAIL_IF(layers->names.count != 0, error, QEMUCORE_UNSUPPORTED,
               "%s: holds more than one image", layers->path);
    QC_FAIL_IF(names->count > QC_LIMIT_IMAGE_LAYERS, error, QEMUCORE_LIMIT,
               "%s: names more than %d layers", layers->path, QC_LIMIT_IMAGE_LAYERS);
    for (size_t i = 0; i < names->count; i++) {
        char *name = is_digest ? blob_of(names->items[i]) : strdup(names->items[i]);
        char **added = name == NULL ? NULL : qc_vec_add(&layers->names);
        if (added == NULL) {
            free(name);
            return qc_error_set(error, QEMUCORE_UNSUPPORTED, "%s: layer %s is not known",
                                layers->path, names->items[i]);
        }
        *added = name;
    }
    return QEMUCORE_OK;
}

/* Takes the layers of a manifest, or of those that an index names, directly or by other indexes.
   Digests are not verified: an index may name itself, a thousand times. A layout for several
   platforms may lack some. Attestations by builders ("in-toto") are stored like images. */
static enum qemucore_status layers_of_index(struct qc_container_layers *layers, const char *text,
                                            unsigned depth, struct qemucore_error *error)
{
    QC_GUARD(names_free) struct names names = {0};
    if (json_collect(text, "layers", "digest", &names) != 0) {
        return strstr(text, "in-toto") != NULL ? QEMUCORE_OK
                                               : layers_take(layers, &names, true, error);
    }
    json_collect(text, "manifests", "digest", &names);
    enum qemucore_status status = QEMUCORE_OK;
    for (size_t i = 0; status == QEMUCORE_OK && depth < INDEX_DEPTH && i < names.count; i++) {
        QC_FREE char *blob = blob_of(names.items[i]);
        QC_FREE char *inner = NULL;
        QC_FAIL_IF(layers->manifests++ == QC_LIMIT_IMAGE_MANIFESTS, error, QEMUCORE_LIMIT,
                   "%s: names more than %d manifests", layers->path, QC_LIMIT_IMAGE_MANIFESTS);
        enum qemucore_status read =
            blob == NULL ? QEMUCORE_ABSENT : read_text(layers, blob, &inner, error);
        status = read == QEMUCORE_OK      ? layers_of_index(layers, inner, depth + 1, error)
                 : read == QEMUCORE_LIMIT ? read
                                          : QEMUCORE_OK;
    }
    return status;
}

static enum qemucore_status layers_of_text(struct qc_container_layers *layers, const char *manifest,
                                           const char *index, struct qemucore_error *error)
{
    QC_GUARD(names_free) struct names names = {0};
    size_t images = manifest == NULL ? 0 : json_collect(manifest, "Layers", NULL, &names);
    QC_FAIL_IF(images > 1, error, QEMUCORE_UNSUPPORTED, "%s: holds %zu images, not one",
               layers->path, images);
    return images == 1     ? layers_take(layers, &names, false, error)
           : index != NULL ? layers_of_index(layers, index, 0, error)
                           : QEMUCORE_OK;
}

/* Reads both files of an archive in one pass: which of them exist depends on its kind. */
static enum qemucore_status read_heads(struct qc_container_layers *layers, char **manifest,
                                       char **index, struct qemucore_error *error)
{
    QC_GUARD(qc_guard_archive) struct qc_archive *archive = NULL;
    struct qc_archive_entry entry;
    enum qemucore_status status = open_whole(layers, &archive, error);
    while (status == QEMUCORE_OK &&
           (status = qc_archive_next(archive, &entry, error)) == QEMUCORE_OK) {
        const char *name = qc_archive_path(entry.path);
        char **text = name == NULL || entry.kind != QC_ARCHIVE_FILE ? NULL
                      : strcmp(name, "manifest.json") == 0          ? manifest
                      : strcmp(name, "index.json") == 0             ? index
                                                                    : NULL;
        if (text != NULL && *text == NULL) {
            status = read_bounded(layers, archive, -1, text, error);
        }
    }
    return status == QEMUCORE_ABSENT ? QEMUCORE_OK : status;
}

enum qemucore_status qc_container_layers_find(const char *path, struct qc_container_layers *ret,
                                              struct qemucore_error *error)
{
    QC_FREE char *manifest = NULL;
    QC_FREE char *index = NULL;
    *ret = (struct qc_container_layers){.path = path, .is_directory = is_layout(path)};
    enum qemucore_status status = ret->is_directory
                                      ? read_text(ret, "index.json", &index, error)
                                      : read_heads(ret, &manifest, &index, error);
    if (status == QEMUCORE_OK) {
        status = layers_of_text(ret, manifest, index, error);
    }
    ret->is_plain = !ret->is_directory && ret->names.count == 0;
    return status == QEMUCORE_OK && ret->is_directory && ret->names.count == 0
               ? qc_error_set(error, QEMUCORE_UNSUPPORTED, "%s: index.json leads to no image", path)
               : status;
}

/* ---- reading --------------------------------------------------------------------------------- */

static enum qemucore_status layer_each(struct qc_archive *archive, qc_container_layer_see *see,
                                       void *opaque, struct qemucore_error *error)
{
    struct qc_archive_entry entry;
    enum qemucore_status status;
    while ((status = qc_archive_next(archive, &entry, error)) == QEMUCORE_OK) {
        QC_TRY(see(opaque, archive, &entry, error));
    }
    return status == QEMUCORE_ABSENT ? QEMUCORE_OK : status;
}

static enum qemucore_status layer_open(struct qc_container_layers *layers, const char *name,
                                       struct qc_archive **outer, struct qc_archive **ret,
                                       struct qemucore_error *error)
{
    if (layers->is_directory) {
        int fd = -1;
        QC_FREE char *path = qc_format("/%s", name);
        QC_TRY(path == NULL ? qc_error_memory(error)
                            : qc_file_open(layers->path, path, &fd, error));
        return qc_archive_open(fd, name, &layers->work, ret, error);
    }
    QC_TRY(open_whole(layers, outer, error));
    QC_TRY(find_entry(*outer, name, error));
    return qc_archive_open_inner(*outer, name, ret, error);
}

enum qemucore_status qc_container_layers_each(struct qc_container_layers *layers,
                                              qc_container_layer_see *see, void *opaque,
                                              struct qemucore_error *error)
{
    layers->current = 0;
    if (layers->is_plain) {
        QC_GUARD(qc_guard_archive) struct qc_archive *archive = NULL;
        QC_TRY(open_whole(layers, &archive, error));
        return layer_each(archive, see, opaque, error);
    }
    for (size_t i = 0; i < layers->names.count; i++) {
        QC_GUARD(qc_guard_archive) struct qc_archive *outer = NULL;
        QC_GUARD(qc_guard_archive) struct qc_archive *archive = NULL;
        layers->current = i;
        QC_TRY(layer_open(layers, layers->names.items[i], &outer, &archive, error));
        QC_TRY(layer_each(archive, see, opaque, error));
    }
    return QEMUCORE_OK;
}
