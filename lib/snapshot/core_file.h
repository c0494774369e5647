/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * core_file - what was captured as an ordinary ELF core: for gdb, elfutils and all our commands
 */
#pragma once

#include "snapshot/capture.h"
#include "snapshot/tasks.h"

/* Facts of the process, from /proc. */
struct qc_live_process {
    int pid;        /* in the process's own pid namespace */
    int parent;
    uint32_t user;
    char state;
    char name[16];
    char command_line[80];
    uint8_t auxv[1024];
    size_t auxv_size;
};

struct qc_core_content {
    const struct qc_arch *arch;
    const struct qc_live_process *process;
    const struct qc_live *live;
    const struct qc_live_tasks *tasks;
    const struct qc_plan *plan;
    const struct qc_capture *capture;
};

/* Writes the core. *size: bytes written. */
enum qemucore_status qc_core_file_write(const struct qc_core_content *content,
                                        const struct qc_sink *sink, uint64_t *size,
                                        struct qemucore_error *error);
