/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_capture - memory that a snapshot does not copy, and threads as they were when it was made
 *
 * Memory that is not copied is absent, or zero if that is known. The memory is that of the test.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "snapshot/core_file.h"
#include "snapshot/live_process.h"

struct file {
    uint8_t *bytes;
    size_t size;
};

static enum qemucore_status file_write(void *opaque, const void *bytes, size_t size,
                                       struct qemucore_error *error)
{
    struct file *file = opaque;
    (void)error;
    file->bytes = realloc(file->bytes, file->size + size);
    assert_non_null(file->bytes);
    memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
    return QEMUCORE_OK;
}

/* Returns how many bytes of [start, end) the core has. */
static uint64_t held(const struct file *file, uint64_t start, uint64_t end)
{
    Elf64_Ehdr header;
    uint64_t bytes = 0;
    memcpy(&header, file->bytes, sizeof(header));
    for (size_t i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr load;
        memcpy(&load, file->bytes + header.e_phoff + i * sizeof(load), sizeof(load));
        uint64_t from = load.p_vaddr > start ? load.p_vaddr : start;
        uint64_t to = load.p_vaddr + load.p_filesz < end ? load.p_vaddr + load.p_filesz : end;
        bytes += load.p_type == PT_LOAD && from < to ? to - from : 0;
    }
    return bytes;
}

static uint8_t *memory_new(size_t size)
{
    uint8_t *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    madvise(memory, size, MADV_NOHUGEPAGE);
    return memory;
}

/* Writes a core of the memory. The capture has room for `wanted` bytes and 4 MiB. */
static void take(const uint8_t *memory, size_t size, uint64_t wanted, struct qc_capture **capture,
                 struct file *file)
{
    struct qc_map map = {.start = (uintptr_t)memory, .end = (uintptr_t)memory + size,
                         .flags = PF_R | PF_W, .take = QC_TAKE_PRESENT};
    const struct qc_plan plan = {.maps = {.items = &map, .count = 1}, .wanted = wanted};
    const struct qc_live_process process = {.pid = getpid()};
    const struct qc_live live = {0};
    const struct qc_live_tasks tasks = {0};
    const struct qc_sink sink = {.write = file_write, .opaque = file};
    const struct qc_arch *arch;
    uint64_t written;
    int self = open("/proc/self", O_RDONLY | O_DIRECTORY);
    int pagemap = open("/proc/self/pagemap", O_RDONLY);
    assert_int_equal(qc_live_arch(self, &arch, NULL), QEMUCORE_OK);
    assert_int_equal(qc_capture_new(&plan, capture, NULL), QEMUCORE_OK);
    if (pagemap < 0 || qc_capture_take(getpid(), pagemap, &plan, *capture, NULL) != QEMUCORE_OK) {
        skip(); /* a container may forbid process_vm_readv */
    }
    const struct qc_core_content content = {arch, &process, &live, &tasks, &plan, *capture};
    assert_int_equal(qc_core_file_write(&content, &sink, &written, NULL), QEMUCORE_OK);
    assert_int_equal(written, file->size);
    close(self);
    close(pagemap);
}

static void test_no_room(void **state)
{
    size_t room = 4 << 20;
    size_t size = 2 * room;
    uint8_t *memory = memory_new(size);
    uint64_t start = (uintptr_t)memory;
    struct qc_capture *capture;
    struct file file = {0};
    uint64_t length;
    (void)state;
    memset(memory, 1, size);
    take(memory, size, 0, &capture, &file);
    assert_non_null(qc_capture_find(capture, start + room - 1, &length));
    assert_null(qc_capture_find(capture, start + room, &length));
    assert_int_equal(capture->known_to, start + room);
    assert_int_equal(capture->no_room, room);
    assert_int_equal(held(&file, start, start + size), room);
    qc_capture_free(capture);
    free(file.bytes);
    munmap(memory, size);
}

/* Memory that was only read has the kernel's page of zeroes everywhere. It takes no room from what
   comes behind it. */
static void test_zero_pages(void **state)
{
    size_t size = 16 << 20;
    volatile uint8_t *memory = memory_new(size);
    uint64_t start = (uintptr_t)memory;
    struct qc_capture *capture;
    struct file file = {0};
    uint64_t length;
    uint8_t sum = 0;
    (void)state;
    for (size_t i = 0; i < size; i += 4096) {
        sum |= memory[i];
    }
    assert_int_equal(sum, 0);
    memory[size - 1] = 1;
    take((const uint8_t *)memory, size, 0, &capture, &file);
    assert_non_null(qc_capture_find(capture, start + size - 1, &length));
    assert_int_equal(capture->no_room, 0);
    assert_int_equal(capture->known_to, UINT64_MAX);
    qc_capture_free(capture);
    free(file.bytes);
    munmap((void *)memory, size);
}

/* Returns how many bytes a core has of a map that has only its first and its last page. */
static uint64_t held_of_ends(size_t size)
{
    uint8_t *memory = memory_new(size);
    uint64_t start = (uintptr_t)memory;
    struct qc_capture *capture;
    struct file file = {0};
    memory[0] = memory[size - 1] = 1;
    take(memory, size, size, &capture, &file);
    uint64_t bytes = held(&file, start, start + size);
    assert_true(held(&file, start, start + 1) == 1 && held(&file, start + size - 1, start + size) == 1);
    qc_capture_free(capture);
    free(file.bytes);
    munmap(memory, size);
    return bytes;
}

static void test_gap(void **state)
{
    (void)state;
    assert_int_equal(held_of_ends(1 << 20), 1 << 20);
    assert_true(held_of_ends(32 << 20) < 1 << 20);
}

/* Neighbouring pages that exist and can't be read are one run, however many they are. */
static void test_lost(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = 32 * page;
    uint8_t *memory = memory_new(size);
    struct qc_capture *capture;
    struct file file = {0};
    uint64_t length;
    (void)state;
    for (size_t i = 0; i < size; i++) {
        memory[i] = (uint8_t)(i / page);
    }
    assert_int_equal(mprotect(memory + 8 * page, 16 * page, PROT_NONE), 0);
    take(memory, size, size, &capture, &file);
    for (size_t i = 0; i < 32; i++) {
        const uint8_t *found = qc_capture_find(capture, (uintptr_t)memory + i * page, &length);
        assert_true((found == NULL) == (i >= 8 && i < 24));
        assert_true(found == NULL || (found[0] == i && found[page - 1] == i));
    }
    assert_int_equal(capture->runs.count, 3);
    assert_int_equal(held(&file, (uintptr_t)memory, (uintptr_t)memory + size), 16 * page);
    qc_capture_free(capture);
    free(file.bytes);
    munmap(memory, size);
}

static void test_renew(void **state)
{
    struct qc_live_task task = {.directory = open("/proc/thread-self", O_RDONLY | O_DIRECTORY)};
    (void)state;
    prctl(PR_SET_NAME, "earlier");
    qc_task_read(task.directory, &task.live.task);
    if (!task.live.task.has_run) {
        skip(); /* this kernel does not count how often a thread has run */
    }
    prctl(PR_SET_NAME, "later");
    task.before.runs = task.live.task.runs;
    qc_task_renew(&task);
    assert_string_equal(task.live.task.comm, "earlier");
    task.before.runs++;
    qc_task_renew(&task);
    assert_string_equal(task.live.task.comm, "later");
    close(task.directory);
    qc_task_clear(&task.live.task);
}

/* Counts the notes of a type in the core's first segment. */
static size_t count_notes(const struct file *file, uint32_t type)
{
    Elf64_Phdr notes;
    size_t count = 0;
    memcpy(&notes, file->bytes + sizeof(Elf64_Ehdr), sizeof(notes));
    assert_int_equal(notes.p_type, PT_NOTE);
    for (uint64_t at = notes.p_offset; at < notes.p_offset + notes.p_filesz;) {
        Elf64_Nhdr note;
        memcpy(&note, file->bytes + at, sizeof(note));
        count += note.n_type == type;
        at += sizeof(note) + ((note.n_namesz + 3) & ~3u) + ((note.n_descsz + 3) & ~3u);
    }
    return count;
}

/* On s390x, a thread asleep in a system call has its number in a note of its own, and a stopped one
   the floating-point registers as well. */
static void test_s390x(void **state)
{
    uint64_t registers[2][27 + 17] = {{0}};
    struct qc_live_task items[2] = {{.registers = registers[0], .live.lwp = 1},
                                    {.registers = registers[1], .live.lwp = 2}};
    const struct qc_task_sample asleep = {
        .is_there = true, .is_asleep = true, .in_call = true, .runs = 1,
        .number = 238, .sp = 0x1000, .pc = 0x2000,
    };
    const struct qc_plan plan = {0};
    const struct qc_capture capture = {0};
    const struct qc_live_process process = {.pid = 1};
    const struct qc_live live = {0};
    const struct qc_live_tasks tasks = {.items = items, .count = 2};
    struct file file = {0};
    const struct qc_sink sink = {.write = file_write, .opaque = &file};
    const struct qc_core_content content = {&qc_arch_s390x, &process, &live, &tasks, &plan, &capture};
    uint64_t written;
    (void)state;
    items[0].before = asleep;
    qc_task_set_registers(&qc_arch_s390x, &items[0], &asleep);
    assert_int_equal(items[0].call_note, 238);
    items[1].has_floats = true;
    assert_int_equal(qc_core_file_write(&content, &sink, &written, NULL), QEMUCORE_OK);
    assert_int_equal(count_notes(&file, NT_PRSTATUS), 2);
    assert_int_equal(count_notes(&file, NT_S390_SYSTEM_CALL), 1);
    assert_int_equal(count_notes(&file, NT_FPREGSET), 1);
    free(file.bytes);
}

static void test_kernel_made(void **state)
{
    char name[] = "vhost-of-mine";
    struct qc_task task = {.comm = name, .flags = 0x40};
    (void)state;
    assert_false(qc_task_is_kernel_made(&task));
    task.flags = 0x4000; /* PF_USER_WORKER */
    assert_true(qc_task_is_kernel_made(&task));
    task.flags = 0; /* not known */
    assert_true(qc_task_is_kernel_made(&task));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_zero_pages),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_lost),
        cmocka_unit_test(test_renew),
        cmocka_unit_test(test_s390x),
        cmocka_unit_test(test_kernel_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
