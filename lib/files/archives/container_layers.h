/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * container_layers - the layers of a container's image, lowest first
 *
 * An image is an OCI layout (a directory, or an archive of one: index.json, blobs/sha256), what
 * "docker save" and "podman save" write (manifest.json and layers), or one archive that is the root
 * file system itself ("docker export", tar).
 */
#pragma once

#include "files/archives/archive.h"

struct qc_container_layers {
    const char *path;     /* borrowed */
    bool is_directory;    /* an OCI layout */
    bool is_plain;        /* path itself is the only layer */
    size_t current;       /* index of the layer that is being read */
    unsigned manifests;   /* number of manifests and indexes that were looked for */
    QC_VEC(char *) names; /* paths of the layers, below path or in the archive at path */
    struct qc_archive_work work;
};

/* Tells whether path, which may be anything, is to be read as an image: an archive, or a layout. */
bool qc_container_layers_fit(const char *path);

/* Finds the layers. *ret must be freed even after a failure. */
enum qemucore_status qc_container_layers_find(const char *path, struct qc_container_layers *ret,
                                              struct qemucore_error *error);
void qc_container_layers_free(struct qc_container_layers *layers);

/* Calls see for each entry of each layer, the lowest layer first. */
typedef enum qemucore_status qc_container_layer_see(void *opaque, struct qc_archive *archive,
                                                    const struct qc_archive_entry *entry,
                                                    struct qemucore_error *error);
enum qemucore_status qc_container_layers_each(struct qc_container_layers *layers,
                                              qc_container_layer_see *see, void *opaque,
                                              struct qemucore_error *error);
