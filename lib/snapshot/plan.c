/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot/plan.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot/snapshot_limits.h"

/* What smaps tells about a map after its first line. */
struct details {
    uint64_t rss;
    uint64_t swap;
    uint64_t anonymous;
    bool is_dont_dump;
    bool is_dont_fork;
    bool is_device; /* VM_IO, VM_PFNMAP: reading may act on hardware */
};

/* Parses "7f0c...-7f0c... rw-p 00000000 00:00 0    /path with spaces (deleted)". *path: or "". */
static bool parse_line(const char *line, struct qc_map *map, const char **path)
{
    char flags[5];
    int length = 0;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*x:%*x %*u %n", &map->start,
               &map->end, flags, &map->offset, &length) < 4 ||
        map->start >= map->end) {
        return false;
    }
    map->flags = (flags[0] == 'r' ? PF_R : 0) | (flags[1] == 'w' ? PF_W : 0) |
                 (flags[2] == 'x' ? PF_X : 0);
    map->is_shared = flags[3] == 's';
    *path = length == 0 ? "" : line + length;
    return true;
}

/* False: out of memory. */
static bool map_set_path(struct qc_map *map, const char *path)
{
    static const char remark[] = " (deleted)";
    size_t length = strlen(path);
    map->is_file = path[0] == '/';
    map->is_deleted = length >= sizeof(remark) &&
                      strcmp(path + length - sizeof(remark) + 1, remark) == 0;
    map->path = length == 0 ? NULL : strdup(path);
    return length == 0 || map->path != NULL;
}

/* Parses "Rss:    1234 kB" and "VmFlags: rd wr mr mw me dc ac". */
static void parse_detail(const char *line, struct details *details)
{
    sscanf(line, "Rss: %" SCNu64, &details->rss);
    sscanf(line, "Swap: %" SCNu64, &details->swap);
    sscanf(line, "Anonymous: %" SCNu64, &details->anonymous);
    if (strncmp(line, "VmFlags:", 8) == 0) {
        details->is_dont_dump = strstr(line, " dd") != NULL;
        details->is_dont_fork = strstr(line, " dc") != NULL;
        details->is_device = strstr(line, " io") != NULL || strstr(line, " pf") != NULL;
    }
}

static void take_head(struct qc_map *map, uint64_t size)
{
    uint64_t all = map->end - map->start;
    map->take = QC_TAKE_HEAD;
    map->take_size = qc_min(size, all);
}

static bool is_vdso(const struct qc_map *map)
{
    return map->path != NULL && strcmp(map->path, "[vdso]") == 0;
}

/* The stack that the kernel has made at exec, and the heap of brk, are never the guest's memory,
   however large. */
static bool is_heap_or_stack(const struct qc_map *map)
{
    return map->path != NULL &&
           (strcmp(map->path, "[stack]") == 0 || strcmp(map->path, "[heap]") == 0);
}

/* The kernel's data page, and pages at fixed addresses, which no system call reads. */
static bool is_kernel_page(const struct qc_map *map)
{
    return map->path != NULL && map->path[0] == '[' &&
           (strncmp(map->path, "[vvar", 5) == 0 || strcmp(map->path, "[vsyscall]") == 0);
}

/* If a file was deleted, readers find its code only in the core. */
static void decide_file(struct qc_map *map, const struct details *details)
{
    if (details->anonymous != 0 || map->is_deleted) {
        map->take = QC_TAKE_PRESENT;
    } else if (map->offset == 0) {
        take_head(map, 4096);
    }
}

static void decide(struct qc_map *map, const struct details *details)
{
    uint64_t present = (details->rss + details->swap) * 1024;
    map->present = present;
    map->take = QC_TAKE_NOTHING;
    if (is_kernel_page(map) || (map->flags & PF_R) == 0) {
        return;
    }
    if (is_vdso(map)) {
        map->take = QC_TAKE_PRESENT;
    } else if (details->is_device) {
        map->why = "memory of a device";
    } else if (details->is_dont_dump || details->is_dont_fork) {
        map->why = "guest memory, by its flags";
    } else if (map->is_shared) {
        map->why = "shared with others: guest memory, a ring";
    } else if (map->end - map->start > QC_LIMIT_MAPPED) {
        map->why = "a mapping too large to be searched for used pages";
    } else if ((map->flags & PF_X) != 0 && (map->flags & PF_W) != 0 && !map->is_file) {
        take_head(map, QC_LIMIT_CODE_KEPT);
        map->why = "generated code";
    } else if (present > QC_LIMIT_RESIDENT && !is_heap_or_stack(map)) {
        map->why = "probably guest memory, by its size";
    } else if (map->is_file) {
        decide_file(map, details);
    } else {
        map->take = QC_TAKE_PRESENT;
    }
    map->why = present == 0 || (map->take == QC_TAKE_HEAD && present <= map->take_size) ? NULL
                                                                                       : map->why;
}

/* Decides on the last map, whose lines have all been read. */
static void plan_finish_map(struct qc_plan *plan, const struct details *details)
{
    struct qc_map *map = qc_vec_last(&plan->maps);
    if (map == NULL) {
        return;
    }
    decide(map, details);
    uint64_t head = map->take == QC_TAKE_HEAD ? map->take_size : UINT64_MAX;
    uint64_t size = map->take == QC_TAKE_NOTHING ? 0 : map->present;
    size = qc_min(size, head);
    if (plan->wanted + size > QC_LIMIT_SNAPSHOT) {
        map->take = QC_TAKE_NOTHING;
        map->why = "beyond the size limit of a snapshot";
        size = 0;
    }
    plan->wanted += size;
}

/* A map's first line begins with an address, all others with a word in capitals. */
static bool plan_line(struct qc_plan *plan, const char *line, struct details *details)
{
    struct qc_map map = {0};
    const char *path;
    if (line[0] >= 'A' && line[0] <= 'Z') {
        parse_detail(line, details);
        return true;
    }
    if (!parse_line(line, &map, &path)) {
        return true;
    }
    plan_finish_map(plan, details);
    *details = (struct details){0};
    struct qc_map *added = qc_vec_add(&plan->maps);
    if (added == NULL) {
        return false;
    }
    *added = map;
    return map_set_path(added, path);
}

static void guard_file(FILE **file)
{
    if (*file != NULL) {
        fclose(*file);
    }
}

/* Reads smaps, or maps, which has the same lines without details. */
static enum qemucore_status plan_read(FILE *file, struct qc_plan *plan,
                                      struct qemucore_error *error)
{
    struct details details = {0};
    QC_FREE char *line = NULL;
    size_t capacity = 0;
    uint64_t read = 0;
    ssize_t length;
    while ((length = getline(&line, &capacity, file)) > 0) {
        line[strcspn(line, "\n")] = '\0';
        read += (uint64_t)length;
        QC_FAIL_IF(read > QC_LIMIT_SMAPS, error, QEMUCORE_LIMIT,
                   "it has more mappings than are looked at");
        QC_TRY_MEMORY(plan_line(plan, line, &details), error);
    }
    if (ferror(file) || !feof(file)) {
        return qc_error_system(error, errno, "reading its mappings");
    }
    plan_finish_map(plan, &details);
    return plan->maps.count != 0
               ? QEMUCORE_OK
               : qc_error_set(error, QEMUCORE_NOT_FOUND, QC_NO_MEMORY);
}

static enum qemucore_status plan_of_file(int directory, const char *name, struct qc_plan *ret,
                                         struct qemucore_error *error)
{
    QC_GUARD(qc_plan_free) struct qc_plan plan = {0};
    QC_CLOSE int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);
    QC_GUARD(guard_file) FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    if (file == NULL) {
        return qc_error_system(error, errno, "its %s can't be opened", name);
    }
    qc_move_fd(&fd); /* owned by the stream */
    QC_TRY(plan_read(file, &plan, error));
    *ret = plan;
    plan = (struct qc_plan){0};
    return QEMUCORE_OK;
}

enum qemucore_status qc_plan_make(int directory, struct qc_plan *ret, struct qemucore_error *error)
{
    return plan_of_file(directory, "smaps", ret, error);
}

/* Returns the first map of the plan that shares an address with map. */
static const struct qc_map *overlapping(const struct qc_plan *plan, const struct qc_map *map)
{
    return qc_vec_find_sorted(&plan->maps, at,
                              at->end <= map->start ? -1 : at->start >= map->end);
}

/* A map that has grown or was cut keeps its decision. For a new map no flags are known, so its size
   decides. */
static void decide_again(const struct qc_plan *plan, struct qc_map *map)
{
    const struct qc_map *before = overlapping(plan, map);
    uint64_t size = map->end - map->start;
    if (before != NULL && before->flags == map->flags && before->is_shared == map->is_shared) {
        map->take = before->take;
        map->take_size = qc_min(before->take_size, size);
        map->present = before->present;
        map->why = before->why;
    } else {
        const struct details details = {.rss = size / 1024, .anonymous = size / 1024};
        decide(map, &details);
    }
}

enum qemucore_status qc_plan_refresh(int directory, struct qc_plan *plan,
                                     struct qemucore_error *error)
{
    struct qc_plan now = {0};
    QC_TRY(plan_of_file(directory, "maps", &now, error));
    for (size_t i = 0; i < now.maps.count; i++) {
        decide_again(plan, &now.maps.items[i]);
    }
    now.wanted = plan->wanted;
    qc_plan_free(plan);
    *plan = now;
    return QEMUCORE_OK;
}

void qc_plan_free(struct qc_plan *plan)
{
    qc_vec_free_each(&plan->maps, item, free(item->path));
}
