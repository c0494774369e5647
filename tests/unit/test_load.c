/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_load - cores with program headers and notes that no kernel writes
 *
 * The cores are made here, since mkcore writes no segments that share bytes of the file. They are
 * streams, as compressed cores are: bytes beyond the budget are deferred.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "core/dump.h"

#define RSP 19 /* the word of x86_64's pr_reg */
#define RIP 16
#define STACK(index) (UINT64_C(0x100000000) + (uint64_t)(index) * 16 * QC_MIB)

struct file {
    uint8_t *bytes;
    size_t size;
    size_t room;
};

static void *file_add(struct file *file, size_t size)
{
    if (size > file->room - file->size) {
        file->room = 2 * (file->size + size);
        file->bytes = realloc(file->bytes, file->room);
        assert_non_null(file->bytes);
    }
    file->size += size;
    return memset(file->bytes + file->size - size, 0, size);
}

static void file_free(struct file *file)
{
    free(file->bytes);
}

/* Adds a note. Returns its description: zeroes, if data is NULL. */
static void *file_add_note_of(struct file *file, const char *owner, uint32_t type,
                              const void *data, size_t size)
{
    size_t length = strlen(owner) + 1;
    Elf64_Nhdr head = {.n_namesz = (uint32_t)length, .n_descsz = (uint32_t)size, .n_type = type};
    memcpy(file_add(file, sizeof(head)), &head, sizeof(head));
    memcpy(file_add(file, (length + 3) / 4 * 4), owner, length);
    uint8_t *description = file_add(file, (size + 3) / 4 * 4);
    return data == NULL ? description : memcpy(description, data, size);
}

static void *file_add_note(struct file *file, uint32_t type, size_t size)
{
    return file_add_note_of(file, "CORE", type, NULL, size);
}

/* Adds an NT_PRSTATUS, which has its registers at offset 112, and pr_pid at 32. One with only zeroes
   has no registers. */
static void file_add_thread(struct file *file, int lwp, uint64_t sp)
{
    static const uint64_t pc = 0x401000;
    uint8_t *status = file_add_note(file, NT_PRSTATUS, 336);
    memcpy(status + 32, &lwp, sizeof(lwp));
    memcpy(status + 112 + 8 * RSP, &sp, sizeof(sp));
    memcpy(status + 112 + 8 * RIP, &pc, sizeof(pc));
}

/* Size of the notes of that many threads. */
#define NOTES(threads) ((threads) * (20 + 336))

/* Begins a file with the headers of the segments. */
static struct file file_new(const Elf64_Phdr *segments, size_t count)
{
    struct file file = {0};
    Elf64_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, 1},
                         .e_type = ET_CORE,
                         .e_machine = EM_X86_64,
                         .e_phoff = sizeof(header),
                         .e_phentsize = sizeof(Elf64_Phdr),
                         .e_phnum = (uint16_t)count};
    memcpy(file_add(&file, sizeof(header)), &header, sizeof(header));
    memcpy(file_add(&file, count * sizeof(*segments)), segments, count * sizeof(*segments));
    return file;
}

/* A PT_NOTE whose notes follow the headers of that many segments. */
static Elf64_Phdr notes_of_size(size_t size, size_t segments)
{
    return (Elf64_Phdr){.p_type = PT_NOTE, .p_filesz = size,
                        .p_offset = sizeof(Elf64_Ehdr) + segments * sizeof(Elf64_Phdr)};
}

/* The same, with the notes of that many threads. */
static Elf64_Phdr notes(size_t threads, size_t segments)
{
    return notes_of_size(NOTES(threads), segments);
}

static Elf64_Phdr memory(uint64_t address, uint64_t size, uint64_t offset)
{
    return (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_offset = offset,
                        .p_vaddr = address, .p_filesz = size, .p_memsz = size, .p_align = 4096};
}

/* budget: most bytes to keep; 0: the default. */
static struct qc_core *load(const struct file *file, uint64_t budget)
{
    struct qc_core_options options = {.memory_budget = budget};
    struct qemucore_error error = {0};
    struct qc_bytes *bytes = NULL;
    struct qc_core *core = NULL;
    assert_int_equal(qc_bytes_open_memory(file->bytes, file->size, 0, NULL, &bytes, &error),
                     QEMUCORE_OK);
    if (qc_core_load(bytes, &options, &core, &error) != QEMUCORE_OK) {
        fail_msg("%s", error.message);
    }
    return core;
}

/* ---- segments ------------------------------------------------------------------------------- */

static long peak_memory_kib(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* 1000 segments beyond the file's end claim 1000 stacks each: two ranges for each stack of each
   segment would take more than 100 MiB. */
static void test_segments_beyond_end(void **state)
{
    enum { THREADS = 1000, SEGMENTS = 1000 };
    QC_GUARD(file_free) struct file file;
    Elf64_Phdr segments[1 + SEGMENTS];
    size_t end = sizeof(Elf64_Ehdr) + sizeof(segments) + NOTES(THREADS);
    (void)state;
    segments[0] = notes(THREADS, 1 + SEGMENTS);
    for (size_t i = 0; i < SEGMENTS; i++) {
        segments[1 + i] = memory(STACK(0) - i * QC_MIB, (uint64_t)1 << 40, end);
    }
    file = file_new(segments, 1 + SEGMENTS);
    for (int i = 0; i < THREADS; i++) {
        file_add_thread(&file, 1000 + i, STACK(i) + QC_MIB);
    }
    assert_int_equal(file.size, end);
    long before = peak_memory_kib();
    QC_GUARD(qc_guard_core) struct qc_core *core = load(&file, 0);
    assert_true(peak_memory_kib() - before <= 32 * 1024);
    assert_int_equal(core->threads.count, THREADS);
    for (int i = 0; i < THREADS; i++) {
        uint8_t byte;
        assert_int_equal(qc_image_read(core->image, STACK(i) + QC_MIB, &byte, 1, NULL),
                         QEMUCORE_TRUNCATED);
    }
    assert_int_equal(core->missing.count, 1);
    assert_int_equal(core->missing.items[0].status, QEMUCORE_TRUNCATED);
}

/* Two segments share a page of the file, and no byte was kept. A read of the second one fetches what
   it needs, whatever else this fetch loads. */
static void test_segments_share_bytes(void **state)
{
    QC_GUARD(file_free) struct file file;
    Elf64_Phdr segments[3] = {notes(1, 3)};
    uint64_t offset = segments[0].p_offset + NOTES(1);
    (void)state;
    segments[1] = memory(STACK(0), 8192, offset);
    segments[2] = memory(STACK(1), 8192, offset + 4096);
    file = file_new(segments, 3);
    file_add_thread(&file, 1000, 0);
    memset(file_add(&file, 4096), 1, 4096);
    memset(file_add(&file, 4096), 2, 4096);
    memset(file_add(&file, 4096), 3, 4096);
    QC_GUARD(qc_guard_core) struct qc_core *core = load(&file, 1);
    static const struct {
        uint64_t address;
        uint8_t byte;
    } rows[] = {{STACK(1), 2}, {STACK(1) + 4096, 3}, {STACK(0), 1}, {STACK(0) + 4096, 2}};
    for (size_t i = 0; i < qc_count(rows); i++) {
        struct qemucore_error error = {0};
        uint8_t byte = 0;
        if (qc_image_read(core->image, rows[i].address, &byte, 1, &error) != QEMUCORE_OK) {
            fail_msg("%s", error.message);
        }
        assert_int_equal(byte, rows[i].byte);
    }
    assert_int_equal(core->missing.count, 0);
}

/* Returns the first segment that contains address, found without an index. */
static const struct qc_segment *first_segment(const struct qc_core *core, uint64_t address)
{
    return qc_vec_find(&core->segments, at,
                       at->type == PT_LOAD && address >= at->address &&
                           address - at->address < at->memory_size);
}

/* Where segments overlap, the first one in the file is found. */
static void test_segments_overlap(void **state)
{
    enum { SEGMENTS = 12 };
    (void)state;
    srand(1);
    for (int round = 0; round < 300; round++) {
        Elf64_Phdr segments[1 + SEGMENTS] = {notes(1, 1 + SEGMENTS)};
        for (int i = 1; i <= SEGMENTS; i++) {
            segments[i] = memory(1 + (uint64_t)rand() % 40, 0, segments[0].p_offset);
            segments[i].p_memsz = (uint64_t)rand() % 20;
        }
        QC_GUARD(file_free) struct file file = file_new(segments, 1 + SEGMENTS);
        file_add_thread(&file, 1000, 0);
        QC_GUARD(qc_guard_core) struct qc_core *core = load(&file, 0);
        for (uint64_t address = 0; address < 70; address++) {
            assert_ptr_equal(qc_core_segment(core, address), first_segment(core, address));
        }
    }
}

/* 60,000 segments, of which the last one surrounds all others. */
static void test_many_segments(void **state)
{
    enum { SEGMENTS = 60000 };
    QC_FREE Elf64_Phdr *segments = calloc(1 + SEGMENTS, sizeof(*segments));
    (void)state;
    assert_non_null(segments);
    segments[0] = notes(1, 1 + SEGMENTS);
    for (int i = 1; i <= SEGMENTS; i++) {
        segments[i] = memory(STACK(i), 0, segments[0].p_offset);
        segments[i].p_memsz = 4096;
    }
    segments[SEGMENTS].p_vaddr = STACK(0);
    segments[SEGMENTS].p_memsz = STACK(2 * SEGMENTS);
    QC_GUARD(file_free) struct file file = file_new(segments, 1 + SEGMENTS);
    file_add_thread(&file, 1000, 0);
    QC_GUARD(qc_guard_core) struct qc_core *core = load(&file, 0);
    for (int i = 1; i <= 2 * SEGMENTS; i++) {
        const struct qc_segment *segment = qc_core_segment(core, STACK(i));
        assert_non_null(segment);
        assert_int_equal(segment->index, i < SEGMENTS ? i : SEGMENTS);
    }
}

/* ---- failing reads -------------------------------------------------------------------------- */

/* A file whose reads fail from an offset on. */
struct failing {
    const struct file *file;
    uint64_t from;
};

static int64_t failing_read(void *opaque, uint64_t offset, void *buffer, size_t size)
{
    const struct failing *failing = opaque;
    if (offset >= failing->from) {
        return -EACCES;
    }
    uint64_t left = failing->from - offset;
    size = left < size ? (size_t)left : size;
    memcpy(buffer, failing->file->bytes + offset, size);
    return (int64_t)size;
}

static enum qemucore_status load_failing(struct failing *failing, uint32_t flags,
                                         struct qc_core **ret, struct qemucore_error *error)
{
    struct qemucore_source source = {.size = sizeof(source), .length = failing->file->size,
                                     .flags = flags, .read = failing_read, .opaque = failing};
    struct qc_core_options options = {0};
    struct qc_bytes *bytes = NULL;
    assert_int_equal(qc_bytes_open_given(&source, NULL, &bytes, NULL), QEMUCORE_OK);
    return qc_core_load(bytes, &options, ret, error);
}

/* An error keeps the errno of the system call through all layers. */
static void test_errno(void **state)
{
    QC_GUARD(file_free) struct file file;
    Elf64_Phdr segments[2] = {notes(1, 2)};
    (void)state;
    segments[1] = memory(STACK(0), 4096, segments[0].p_offset + NOTES(1));
    file = file_new(segments, 2);
    file_add_thread(&file, 1000, 0);
    file_add(&file, 4096);
    struct failing failing = {.file = &file, .from = 32}; /* within the ELF header */
    QC_GUARD(qc_guard_core) struct qc_core *core = NULL;
    struct qemucore_error error = {0};
    assert_int_equal(load_failing(&failing, QEMUCORE_SOURCE_FORWARD, &core, &error),
                     QEMUCORE_SYSTEM);
    assert_int_equal(error.os_errno, EACCES);
    assert_string_equal(error.message, "ELF header: raw: read: Permission denied, at uncompressed "
                                       "offset 32");

    failing.from = segments[1].p_offset;
    assert_int_equal(load_failing(&failing, 0, &core, &error), QEMUCORE_OK);
    uint8_t byte;
    error = (struct qemucore_error){0};
    assert_int_equal(qc_image_read(core->image, STACK(0), &byte, 1, &error), QEMUCORE_SYSTEM);
    assert_int_equal(error.os_errno, EACCES);
    assert_true(error.address == STACK(0));
    error = (struct qemucore_error){0};
    assert_int_equal(qc_core_read_file(core, failing.from, &byte, 1, &error), QEMUCORE_SYSTEM);
    assert_int_equal(error.os_errno, EACCES);
}

/* ---- notes ---------------------------------------------------------------------------------- */

static void load_notes(const struct file *notes, struct qc_core **ret, enum qemucore_status status)
{
    QC_GUARD(file_free) struct file file;
    Elf64_Phdr segment = notes_of_size(notes->size, 1);
    file = file_new(&segment, 1);
    memcpy(file_add(&file, notes->size), notes->bytes, notes->size);
    struct qc_core_options options = {0};
    struct qc_bytes *bytes = NULL;
    assert_int_equal(qc_bytes_open_memory(file.bytes, file.size, 0, NULL, &bytes, NULL),
                     QEMUCORE_OK);
    assert_int_equal(qc_core_load(bytes, &options, ret, NULL), status);
}

/* One note more than the limit is reported, once. As many as the limit are not. */
static void test_too_many_notes(void **state)
{
    QC_GUARD(file_free) struct file notes = {0};
    QC_GUARD(qc_guard_core) struct qc_core *core = NULL;
    QC_GUARD(qc_guard_core) struct qc_core *larger = NULL;
    (void)state;
    file_add_thread(&notes, 1000, 0);
    for (uint64_t i = 1; i < QC_LIMIT_NOTES; i++) {
        file_add_note(&notes, NT_TASKSTRUCT, 0);
    }
    load_notes(&notes, &core, QEMUCORE_OK);
    assert_int_equal(core->missing.count, 0);
    assert_int_equal(core->notes.count, QC_LIMIT_NOTES);
    file_add_note(&notes, NT_TASKSTRUCT, 0);
    file_add_thread(&notes, 1001, 0);
    load_notes(&notes, &larger, QEMUCORE_OK);
    assert_int_equal(larger->threads.count, 2);
    assert_int_equal(larger->notes.count, QC_LIMIT_NOTES);
    assert_int_equal(larger->missing.count, 1);
    assert_int_equal(larger->missing.items[0].status, QEMUCORE_LIMIT);
    assert_string_equal(larger->missing.items[0].sentence,
                        "more than 1048576 notes: the others are not listed");
}

/* ---- notes of a snapshot -------------------------------------------------------------------- */

static bool strdup_fails;

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
    return strdup_fails ? NULL : __real_strdup(text);
}

/* A note that can't be copied because memory runs out is not called damaged. */
static void test_snapshot_without_memory(void **state)
{
    static const char text[] = "some part was left out";
    QC_GUARD(file_free) struct file notes = {0};
    QC_GUARD(qc_guard_core) struct qc_core *core = NULL;
    (void)state;
    file_add_thread(&notes, 1000, 0);
    struct qc_live live = {.why_left_out = (char *)text};
    QC_GUARD(qc_vec_guard) struct qc_live_bytes bytes = {0};
    assert_true(qc_live_write_process(&live, &bytes));
    file_add_note_of(&notes, QC_LIVE_OWNER, QC_LIVE_PROCESS, bytes.items, bytes.count);
    load_notes(&notes, &core, QEMUCORE_OK);
    assert_string_equal(core->live.why_left_out, text);
    strdup_fails = true;
    struct qc_core *none = NULL;
    load_notes(&notes, &none, QEMUCORE_NO_MEMORY);
    strdup_fails = false;
    assert_null(none);
}

/* ---- what is missing ------------------------------------------------------------------------ */

/* The last sentence stands for all further ones: it has an offset only if it is about the file. */
static void test_missing_is_full(void **state)
{
    static const struct {
        uint64_t offset;
        const char *last;
    } rows[] = {{4711, "and more, from offset 4711 on"}, {0, "and more"}};
    (void)state;
    for (size_t i = 0; i < qc_count(rows); i++) {
        QC_GUARD(qc_guard_core) struct qc_core *core = qc_core_new();
        for (int row = 0; row < QC_LIMIT_MISSING + 1; row++) {
            assert_int_equal(qc_core_add_missing(core, QEMUCORE_CORRUPT, rows[i].offset, NULL,
                                                 "row %d", row),
                             QEMUCORE_OK);
        }
        assert_int_equal(core->missing.count, QC_LIMIT_MISSING);
        assert_string_equal(core->missing.items[QC_LIMIT_MISSING - 2].sentence, "row 62");
        assert_string_equal(core->missing.items[QC_LIMIT_MISSING - 1].sentence, rows[i].last);
    }
}

/* ---- a copy of /proc ------------------------------------------------------------------------ */

static void add_descriptors(int folder, int from, int to)
{
    for (int fd = from; fd < to; fd++) {
        char name[16];
        snprintf(name, sizeof(name), "%d", fd);
        assert_int_equal(symlinkat("x", folder, name), 0);
    }
}

static void remove_all(const char *path)
{
    char command[128];
    snprintf(command, sizeof(command), "rm -rf '%s'", path);
    assert_int_equal(system(command), 0);
}

/* As many descriptors as the limit are all listed. One more is reported. */
static void test_too_many_descriptors(void **state)
{
    char path[] = "/tmp/qemucore-test-XXXXXX";
    char name[sizeof(path) + 16];
    int lwp = 1000;
    struct qc_thread thread = {.lwp = lwp};
    (void)state;
    assert_non_null(mkdtemp(path));
    snprintf(name, sizeof(name), "%s/task", path);
    mkdir(name, 0700);
    snprintf(name, sizeof(name), "%s/task/%d", path, lwp);
    mkdir(name, 0700);
    snprintf(name, sizeof(name), "%s/fd", path);
    mkdir(name, 0700);
    int folder = open(name, O_RDONLY | O_DIRECTORY);
    add_descriptors(folder, 0, QC_LIMIT_DESCRIPTORS);
    QC_GUARD(qc_guard_core) struct qc_core *core = qc_core_new();
    *(struct qc_thread *)qc_vec_add(&core->threads) = thread;
    assert_int_equal(qc_core_read_proc(core, path, NULL), QEMUCORE_OK);
    assert_int_equal(core->live.descriptors.count, QC_LIMIT_DESCRIPTORS);
    assert_int_equal(core->missing.count, 0);

    qc_live_clear(&core->live);
    add_descriptors(folder, QC_LIMIT_DESCRIPTORS, QC_LIMIT_DESCRIPTORS + 1);
    close(folder);
    assert_int_equal(qc_core_read_proc(core, path, NULL), QEMUCORE_OK);
    remove_all(path);
    assert_int_equal(core->live.descriptors.count, QC_LIMIT_DESCRIPTORS);
    assert_int_equal(core->missing.count, 1);
    assert_int_equal(core->missing.items[0].status, QEMUCORE_LIMIT);
    assert_string_equal(core->missing.items[0].sentence,
                        "more than 65536 descriptors: the others are not known");
}

static uint64_t entries; /* that readdir tells of; 0: the folder's own */

struct dirent *__real_readdir(DIR *folder);
struct dirent *__wrap_readdir(DIR *folder);
struct dirent *__wrap_readdir(DIR *folder)
{
    static struct dirent entry = {.d_name = "1000"};
    return entries == 0 ? __real_readdir(folder) : --entries == 0 ? NULL : &entry;
}

/* As many threads as the limit are all read. One more is reported. */
static void test_too_many_tasks(void **state)
{
    char path[] = "/tmp/qemucore-test-XXXXXX";
    char name[sizeof(path) + 16];
    QC_GUARD(qc_guard_core) struct qc_core *core = qc_core_new();
    (void)state;
    assert_non_null(mkdtemp(path));
    snprintf(name, sizeof(name), "%s/task", path);
    assert_int_equal(mkdir(name, 0700), 0);
    entries = QC_LIMIT_THREADS + 1;
    assert_int_equal(qc_core_read_proc(core, path, NULL), QEMUCORE_OK);
    assert_int_equal(core->missing.count, 0);
    entries = QC_LIMIT_THREADS + 2;
    assert_int_equal(qc_core_read_proc(core, path, NULL), QEMUCORE_OK);
    entries = 0;
    remove_all(path);
    assert_int_equal(core->missing.count, 1);
    assert_int_equal(core->missing.items[0].status, QEMUCORE_LIMIT);
    assert_string_equal(core->missing.items[0].sentence,
                        "more than 131072 threads in the copy of /proc/PID: the others are not read");
}

/* ---- two dumps ------------------------------------------------------------------------------ */

/* An unknown process id does not make a dump that of another process. */
static void test_two_dumps(void **state)
{
    struct qc_auxv here = {.type = AT_ENTRY, .value = 0x401000};
    struct qc_auxv there = {.type = AT_ENTRY, .value = 0x402000};
    struct qc_core one = {.process_id = 7, .auxv = {.items = &here, .count = 1}};
    struct qc_core same = {.auxv = {.items = &here, .count = 1}};
    struct qc_core other = {.auxv = {.items = &there, .count = 1}};
    struct qemucore_error error = {0};
    (void)state;
    assert_int_equal(qc_core_check_process(&one, &same, &error), QEMUCORE_OK);
    assert_int_equal(qc_core_check_process(&one, &other, &error), QEMUCORE_INVALID);
    assert_string_equal(error.message, "the two dumps are of two processes");
    other.process_id = 8;
    assert_int_equal(qc_core_check_process(&one, &other, &error), QEMUCORE_INVALID);
    assert_string_equal(error.message, "the two dumps are of two processes: pid 8 and pid 7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errno),
        cmocka_unit_test(test_segments_beyond_end),
        cmocka_unit_test(test_segments_share_bytes),
        cmocka_unit_test(test_segments_overlap),
        cmocka_unit_test(test_many_segments),
        cmocka_unit_test(test_too_many_notes),
        cmocka_unit_test(test_snapshot_without_memory),
        cmocka_unit_test(test_missing_is_full),
        cmocka_unit_test(test_too_many_descriptors),
        cmocka_unit_test(test_too_many_tasks),
        cmocka_unit_test(test_two_dumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
