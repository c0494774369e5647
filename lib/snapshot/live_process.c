/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/live_process.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"

/* Numbers in the ELF header have this machine's byte order, as no other program can run here. */
enum qemucore_status qc_live_arch(int directory, const struct qc_arch **ret,
                                  struct qemucore_error *error)
{
    Elf64_Ehdr header = {.e_machine = EM_NONE};
    QC_CLOSE int fd = openat(directory, "exe", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT
                   ? qc_error_set(error, QEMUCORE_NOT_FOUND,
                                  "it has no program: it has ended, or is a thread of the kernel's")
                   : qc_error_system(error, errno,
                                     "its program can't be looked at (CAP_SYS_PTRACE is needed for "
                                     "another user's process)");
    }
    QC_FAIL_IF(pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
               memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
               header.e_ident[EI_CLASS] != ELFCLASS64,
               error, QEMUCORE_UNSUPPORTED, "its program is no 64-bit one");
    *ret = qc_arch_find(header.e_machine, header.e_ident[EI_DATA] == ELFDATA2MSB);
    QC_FAIL_IF(*ret == NULL, error, QEMUCORE_UNSUPPORTED, "its CPU (ELF machine %u) is not known",
               header.e_machine);
    return QEMUCORE_OK;
}

char qc_live_state(int directory)
{
    struct qc_task task = {0};
    qc_task_read(directory, &task);
    char state = task.state;
    qc_task_clear(&task);
    return state;
}

/* Reads a binary file, unlike qc_task_file, whose texts contain no NUL. */
static size_t read_bytes(int directory, const char *name, void *buffer, size_t size)
{
    QC_CLOSE int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, buffer, size);
    return got < 0 ? 0 : (size_t)got;
}

static void read_command_line(int directory, struct qc_live_process *ret)
{
    size_t size = read_bytes(directory, "cmdline", ret->command_line,
                             sizeof(ret->command_line) - 1);
    for (size_t i = 0; i < size; i++) {
        ret->command_line[i] = ret->command_line[i] == '\0' ? ' ' : ret->command_line[i];
    }
}

enum qemucore_status qc_live_process_read(int directory, struct qc_live_process *ret,
                                          struct qemucore_error *error)
{
    struct qc_task task = {0};
    struct stat owner;
    size_t size;
    qc_task_read(directory, &task);
    ret->pid = task.tid;
    ret->state = task.state;
    strncpy(ret->name, qc_str_or(task.comm, ""), sizeof(ret->name) - 1);
    qc_task_clear(&task);
    QC_FREE char *text = qc_task_file(directory, "stat", &size);
    const char *end = text == NULL ? NULL : strrchr(text, ')');
    if (end != NULL) {
        sscanf(end, ") %*c %d", &ret->parent);
    }
    ret->user = fstat(directory, &owner) == 0 ? owner.st_uid : 0;
    read_command_line(directory, ret);
    errno = 0;
    ret->auxv_size = read_bytes(directory, "auxv", ret->auxv, sizeof(ret->auxv));
    return ret->auxv_size != 0
               ? QEMUCORE_OK
               : qc_error_system(error, errno == 0 ? ESRCH : errno,
                                 "its auxiliary vector can't be read");
}
