/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * corpus - the cores of corpus/, which are found through $top_srcdir; include it after cmocka.h
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "qemucore.h"

#define CORPUS_PATH 4096 /* size of the buffer for a path */

/* Stores the path of a file of a scene, such as "core.zst" of "x86_64-seed". */
static inline void corpus_path(char *path, const char *scene, const char *file)
{
    const char *top = getenv("top_srcdir");
    snprintf(path, CORPUS_PATH, "%s/corpus/%s/%s", top == NULL ? "." : top, scene, file);
}

/* Opens the core of a scene with its program. */
static inline struct qemucore *corpus_open(const char *scene)
{
    char core_path[CORPUS_PATH];
    char exe_path[CORPUS_PATH];
    struct qemucore_options options = {.size = sizeof(options), .executable = exe_path};
    struct qemucore *core = NULL;
    corpus_path(core_path, scene, "core.zst");
    corpus_path(exe_path, scene, "exe.zst");
    assert_int_equal(qemucore_open(core_path, &options, &core, NULL), QEMUCORE_OK);
    return core;
}
