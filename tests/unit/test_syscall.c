/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_syscall - a thread's system call, from registers and code as each CPU's kernel leaves them
 *
 * The words of pr_reg, the instructions and the numbers come from syscall(2) and the kernel's
 * ptrace headers, and not from the tables of the library.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "core/syscall.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT 0x400000u
#define TEXT_SIZE 0x1000u
#define CALL (TEXT + 0x100) /* address of the system call instruction */
#define FUTEX 0x7f5cc27d7420u /* an address, as an argument */

struct cpu {
    const struct qc_arch *arch;
    uint8_t instruction[4];
    unsigned size;
    unsigned pc, number, first, arguments[5], result, saved; /* words of pr_reg; saved 0: none */
    unsigned futex, read, ioctl;                             /* numbers of the calls */
};

static const struct cpu cpus[] = {
    /* user_regs_struct: r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip */
    {&qc_arch_x86_64, {0x0f, 0x05}, 2, 16, 15, 14, {13, 12, 7, 9, 8}, 10, 0, 202, 0, 16},
    /* user_pt_regs: x0 to x30, sp, pc */
    {&qc_arch_aarch64, {0x01, 0x00, 0x00, 0xd4}, 4, 32, 8, 0, {1, 2, 3, 4, 5}, 0, 0, 98, 63, 29},
    /* user_regs_struct: pc, then x1 to x31; a0 is x10, a7 is x17 */
    {&qc_arch_riscv64, {0x73, 0x00, 0x00, 0x00}, 4, 0, 17, 10, {11, 12, 13, 14, 15}, 10, 0, 98, 63,
     29},
    /* user_pt_regs: r0 to r31, orig_a0, csr_era; a0 is r4, a7 is r11 */
    {&qc_arch_loongarch64, {0x00, 0x00, 0x2b, 0x00}, 4, 33, 11, 4, {5, 6, 7, 8, 9}, 4, 32, 98, 63,
     29},
    /* s390_regs: psw mask, psw address, r0 to r15, 8 words of access registers, orig_gpr2 */
    {&qc_arch_s390x, {0x0a, 0x00}, 2, 1, 3, 4, {5, 6, 7, 8, 9}, 4, 26, 238, 3, 54},
    /* pt_regs: r0 to r31, nip, msr, orig_gpr3, ctr, link, xer, ccr, softe, trap */
    {&qc_arch_ppc64le, {0x02, 0x00, 0x00, 0x44}, 4, 32, 0, 3, {4, 5, 6, 7, 8}, 3, 34, 221, 3, 54},
};
#define RCX 11
#define PPC_CCR 38
#define PPC_TRAP 40
#define PPC_SO 0x10000000u

static const struct cpu *const x86_64 = &cpus[0];
static const struct cpu *const aarch64 = &cpus[1];
static const struct cpu *const s390x = &cpus[4];
static const struct cpu *const ppc64le = &cpus[5];

struct scene {
    const struct cpu *cpu;
    uint8_t text[TEXT_SIZE];
    uint64_t registers[64];
    struct qc_core core;
    struct qc_thread thread;
    struct qc_syscall call;
};

/* A thread right after a system call instruction, with the arguments `first`, 0x189, 0, 0, 0,
   0xffffffff: for futex, a wait on `first`. Words that a kernel sets are as in an emulator's
   dump. */
static void scene_start(struct scene *scene, const struct cpu *cpu, unsigned number, uint64_t first)
{
    static const uint64_t others[] = {0x189, 0, 0, 0, 0xffffffff};
    memset(scene, 0, sizeof(*scene));
    scene->cpu = cpu;
    memcpy(scene->text + (CALL - TEXT), cpu->instruction, cpu->size);
    scene->registers[cpu->pc] = CALL + cpu->size;
    if (cpu == s390x) {
        scene->registers[cpu->pc] |= (uint64_t)1 << 63; /* addressing mode */
    }
    scene->registers[cpu->number] = number;
    scene->registers[cpu->first] = first;
    for (size_t i = 0; i < COUNT(others); i++) {
        scene->registers[cpu->arguments[i]] = others[i];
    }
    scene->core.arch = cpu->arch;
    scene->core.big_endian = cpu == s390x;
    scene->thread.registers = scene->registers;
    assert_int_equal(qc_image_new(0, &scene->core.image, NULL), QEMUCORE_OK);
    struct qc_range range = {.start = TEXT, .end = TEXT + TEXT_SIZE, .kind = QC_RANGE_MEMORY,
                             .bytes = scene->text};
    assert_int_equal(qc_image_add(scene->core.image, &range, NULL), QEMUCORE_OK);
    qc_image_seal(scene->core.image);
}

/* The same in a kernel's dump, which has the result in its register, and the kind of trap. */
static void scene_kernel(struct scene *scene, int64_t result)
{
    const struct cpu *cpu = scene->cpu;
    scene->core.has_call_numbers = true;
    if (cpu->saved != 0) {
        scene->registers[cpu->saved] = scene->registers[cpu->first];
    }
    scene->registers[cpu->result] = (uint64_t)result;
    if (cpu == ppc64le) {
        scene->registers[PPC_TRAP] = 0xc00;
        if (result < 0) {
            scene->registers[cpu->result] = (uint64_t)-result;
            scene->registers[PPC_CCR] = PPC_SO;
        }
    }
}

static void scene_unreadable(struct scene *scene)
{
    qc_image_free(scene->core.image);
    assert_int_equal(qc_image_new(0, &scene->core.image, NULL), QEMUCORE_OK);
    qc_image_seal(scene->core.image);
}

static bool find(struct scene *scene)
{
    memset(&scene->call, 0xee, sizeof(scene->call));
    return qc_syscall_find(&scene->core, &scene->thread, &scene->call);
}

static void scene_end(struct scene *scene)
{
    qc_image_free(scene->core.image);
}

static void assert_call(struct scene *scene, unsigned number, const char *name)
{
    if (!find(scene)) {
        fail_msg("%s: no system call", scene->cpu->arch->name);
    }
    assert_int_equal(scene->call.number, number);
    assert_string_equal(scene->call.name, name);
}

static void assert_first(const struct scene *scene, uint64_t value)
{
    if (!scene->call.known[0] || scene->call.arguments[0] != value) {
        fail_msg("%s: first argument %s %#llx", scene->cpu->arch->name,
                 scene->call.known[0] ? "is" : "unknown",
                 (unsigned long long)scene->call.arguments[0]);
    }
}

static void assert_others(const struct scene *scene)
{
    static const uint64_t others[] = {0x189, 0, 0, 0, 0xffffffff};
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_true(scene->call.known[i + 1]);
        assert_int_equal(scene->call.arguments[i + 1], others[i]);
    }
}

static void assert_result(const struct scene *scene, int64_t result, bool interrupted)
{
    if (!scene->call.has_result || scene->call.result != result) {
        fail_msg("%s: result %lld", scene->cpu->arch->name, (long long)scene->call.result);
    }
    assert_int_equal(scene->call.interrupted, interrupted);
}

static void assert_under_way(const struct scene *scene)
{
    if (scene->call.has_result || !scene->call.interrupted) {
        fail_msg("%s: result %lld", scene->cpu->arch->name, (long long)scene->call.result);
    }
    assert_int_equal(scene->call.result, 0);
}

/* Tells whether the first argument is still known when there is a result. */
static bool keeps_first(const struct cpu *cpu)
{
    return cpu->saved != 0 || cpu->result != cpu->first;
}

/* ---- What a kernel dumps ----------------------------------------------------------------- */

static void test_interrupted(void **state)
{
    (void)state;
    static const int errors[] = {512, 513, 514, 516, EINTR};
    for (size_t i = 0; i < COUNT(cpus); i++) {
        for (size_t k = 0; k < COUNT(errors); k++) {
            struct scene scene;
            scene_start(&scene, &cpus[i], cpus[i].futex, FUTEX);
            scene_kernel(&scene, -errors[k]);
            assert_call(&scene, cpus[i].futex, "futex");
            assert_result(&scene, -errors[k], true);
            assert_others(&scene);
            assert_false(scene.call.assumed);
            if (keeps_first(&cpus[i])) {
                assert_first(&scene, FUTEX);
            } else {
                assert_false(scene.call.known[0]);
            }
            scene_end(&scene);
        }
    }
}

/* The call ended between the signal and the dump. */
static void test_ended(void **state)
{
    (void)state;
    static const int64_t results[] = {0, 1, -ETIMEDOUT, -EAGAIN, -4095};
    for (size_t i = 0; i < COUNT(cpus); i++) {
        for (size_t k = 0; k < COUNT(results); k++) {
            struct scene scene;
            scene_start(&scene, &cpus[i], cpus[i].futex, FUTEX);
            scene_kernel(&scene, results[k]);
            assert_call(&scene, cpus[i].futex, "futex");
            assert_result(&scene, results[k], false);
            assert_int_equal(scene.call.known[0], keeps_first(&cpus[i]));
            scene_end(&scene);
        }
    }
}

/* A large result might be the first argument. It is not, since 65536 is no descriptor. */
static void test_ended_large(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        struct scene scene;
        scene_start(&scene, &cpus[i], cpus[i].read, 5);
        scene_kernel(&scene, 65536);
        assert_call(&scene, cpus[i].read, "read");
        if (keeps_first(&cpus[i])) {
            assert_first(&scene, 5);
        } else {
            assert_false(scene.call.known[0]); /* overwritten by the result */
        }
        assert_result(&scene, 65536, false);
        scene_end(&scene);
    }
}

/* arm64 and riscv64 set the registers back to repeat the call before they dump. */
static void test_rewound(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        struct scene scene;
        scene_start(&scene, &cpus[i], cpus[i].read, 5);
        scene.registers[cpus[i].pc] -= cpus[i].size;
        if (cpus[i].arch == &qc_arch_aarch64 || cpus[i].arch == &qc_arch_riscv64) {
            assert_call(&scene, cpus[i].read, "read");
            assert_first(&scene, 5);
            assert_others(&scene);
            assert_under_way(&scene);
        } else {
            assert_false(find(&scene));
        }
        scene_end(&scene);
    }
}

/* A thread in KVM_RUN, whose first argument is a small number. */
static void test_ioctl(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        struct scene scene;
        scene_start(&scene, &cpus[i], cpus[i].ioctl, 23);
        scene_kernel(&scene, -EINTR);
        scene.registers[cpus[i].arguments[0]] = 0xae80;
        assert_call(&scene, cpus[i].ioctl, "ioctl");
        assert_result(&scene, -EINTR, true);
        assert_int_equal(scene.call.arguments[1], 0xae80);
        assert_int_equal(scene.call.known[0], keeps_first(&cpus[i]));
        assert_int_equal(scene.call.arguments[0], keeps_first(&cpus[i]) ? 23 : 0);
        scene_end(&scene);
    }
}

/* The result's register has -ENOSYS from the beginning of a call (seen in a thread in exit). */
static void test_not_begun(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        struct scene scene;
        scene_start(&scene, &cpus[i], cpus[i].futex, FUTEX);
        scene_kernel(&scene, -ENOSYS);
        assert_call(&scene, cpus[i].futex, "futex");
        assert_under_way(&scene);
        scene_end(&scene);
    }
}

/* ---- What an emulator dumps -------------------------------------------------------------- */

static void test_emulator(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        if (cpus[i].result != cpus[i].first) {
            continue;
        }
        struct scene scene;
        scene_start(&scene, &cpus[i], cpus[i].futex, FUTEX);
        assert_call(&scene, cpus[i].futex, "futex");
        assert_first(&scene, FUTEX);
        assert_others(&scene);
        assert_under_way(&scene);
        /* In the thread that received the signal. */
        scene.registers[cpus[i].result] = (uint64_t)-EINTR;
        if (&cpus[i] == ppc64le) {
            scene.registers[cpus[i].result] = EINTR;
            scene.registers[PPC_CCR] = PPC_SO;
        }
        assert_call(&scene, cpus[i].futex, "futex");
        assert_result(&scene, -EINTR, true);
        assert_false(scene.call.known[0]);
        assert_others(&scene);
        scene_end(&scene);
    }
}

/* ---- No call ----------------------------------------------------------------------------- */

/* A thread in user space whose registers look like those of a call. */
static void test_user_space(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        struct scene scene;
        scene_start(&scene, &cpus[i], cpus[i].futex, FUTEX);
        scene.registers[cpus[i].pc] += 8;
        assert_false(find(&scene));
        assert_false(scene.call.assumed); /* known: no call */
        scene_end(&scene);
    }
}

static void test_nothing_to_go_by(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        struct scene scene;
        scene_start(&scene, &cpus[i], cpus[i].futex, FUTEX);
        scene_kernel(&scene, -512);
        scene.registers[cpus[i].pc] = 0; /* a kernel thread */
        assert_false(find(&scene));
        scene.registers[cpus[i].pc] = 1;
        scene.registers[cpus[i].number] = 5000;
        scene.registers[PPC_TRAP] = 0;
        assert_true(find(&scene) == (&cpus[i] == x86_64));
        scene.thread.registers = NULL;
        assert_false(find(&scene));
        assert_true(scene.call.assumed); /* not known */
        scene.thread.registers = scene.registers;
        scene.core.arch = NULL;
        assert_false(find(&scene));
        scene_end(&scene);
    }
}

/* ---- Code that can't be read ------------------------------------------------------------- */

/* A register that is unused, or was used for something else, may hold the number of some call. */
static void test_unreadable(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        struct scene scene;
        scene_start(&scene, &cpus[i], cpus[i].futex, FUTEX);
        scene_unreadable(&scene);
        if (&cpus[i] != x86_64) {
            assert_false(find(&scene));
            assert_true(scene.call.assumed); /* not known */
        }
        scene_kernel(&scene, -512);
        if (&cpus[i] == s390x) {
            assert_false(find(&scene)); /* the number may be in the instruction */
            assert_true(scene.call.assumed);
            scene_end(&scene);
            continue;
        }
        assert_call(&scene, cpus[i].futex, "futex");
        assert_result(&scene, -512, true);
        assert_int_equal(scene.call.assumed, &cpus[i] != x86_64 && &cpus[i] != ppc64le);
        /* A number of no call; then one whose lower half is a call's. */
        scene.registers[PPC_TRAP] = 0;
        scene.registers[cpus[i].number] = 4000;
        assert_true(find(&scene) == (&cpus[i] == x86_64));
        assert_int_equal(scene.call.assumed, &cpus[i] != x86_64);
        scene.registers[cpus[i].number] = ((uint64_t)1 << 32) + cpus[i].futex;
        assert_true(find(&scene) == (&cpus[i] == x86_64));
        scene_end(&scene);
    }
}

/* 0 is the number of read, and also what an emulator or valgrind leaves in orig_rax. */
static void test_x86_64_zero(void **state)
{
    (void)state;
    for (int readable = 0; readable < 2; readable++) {
        struct scene scene;
        scene_start(&scene, x86_64, 0, 5);
        if (!readable) {
            scene_unreadable(&scene);
        }
        assert_false(find(&scene));
        assert_true(scene.call.assumed);
        scene.registers[x86_64->result] = 202; /* valgrind: the number, or the result of the call */
        assert_false(find(&scene));
        assert_true(scene.call.assumed);
        scene.registers[x86_64->result] = (uint64_t)-EINTR; /* valgrind's of any call */
        assert_false(find(&scene));
        assert_true(scene.call.assumed);
        scene.registers[x86_64->result] = (uint64_t)-512;
        assert_call(&scene, 0, "read");
        /* Other threads have numbers, and so 0 may be one: the instruction or rcx proves it. */
        scene.core.has_call_numbers = true;
        scene.registers[x86_64->result] = 100;
        assert_int_equal(find(&scene), readable);
        scene.registers[RCX] = scene.registers[x86_64->pc];
        assert_call(&scene, 0, "read");
        scene_end(&scene);
    }
}

/* A thread that crashed at an instruction which follows a system call by chance is in no call. */
static void test_fault(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        struct scene scene;
        struct qc_thread threads[] = {{.signal = 11, .crashed = true}, {.signal = 11}};
        scene_start(&scene, &cpus[i], cpus[i].futex, FUTEX);
        threads[0].registers = scene.registers;
        threads[1].registers = scene.registers;
        scene.core.threads.items = threads;
        scene.core.threads.count = COUNT(threads);
        scene.core.signal = 11;
        scene.core.has_fault_address = true;
        struct qc_syscall call;
        assert_false(qc_syscall_find(&scene.core, &threads[0], &call));
        assert_false(call.assumed);
        assert_true(qc_syscall_find(&scene.core, &threads[1], &call));
        scene_end(&scene);
    }
}

/* The page before is missing. On CPUs that set pc back, pc may be at the instruction. */
static void test_page_edge(void **state)
{
    (void)state;
    struct scene scene;
    scene_start(&scene, aarch64, aarch64->futex, FUTEX);
    memcpy(scene.text, aarch64->instruction, aarch64->size);
    scene.registers[aarch64->pc] = TEXT;
    assert_call(&scene, aarch64->futex, "futex");
    assert_false(scene.call.assumed);
    assert_under_way(&scene);
    scene_end(&scene);
}

/* ---- Single CPUs ------------------------------------------------------------------------- */

static void test_x86_64_orig_rax(void **state)
{
    (void)state;
    static const int64_t none[] = {-1, -256, 0xffffffff};
    for (size_t i = 0; i < COUNT(none); i++) {
        struct scene scene;
        scene_start(&scene, x86_64, 0, FUTEX);
        scene.registers[x86_64->number] = (uint64_t)none[i];
        assert_false(find(&scene));
        scene_unreadable(&scene);
        assert_false(find(&scene));
        scene_end(&scene);
    }
    /* int $0x80 has the numbers of i386. */
    struct scene scene;
    scene_start(&scene, x86_64, 240, FUTEX);
    memcpy(scene.text + (CALL - TEXT), "\xcd\x80", 2);
    assert_false(find(&scene));
    scene_end(&scene);
}

static void test_s390x_number(void **state)
{
    (void)state;
    struct scene scene;
    scene_start(&scene, s390x, 2, FUTEX); /* r1 is stale: 2 would be fork */
    scene_kernel(&scene, -512);
    scene.text[CALL - TEXT + 1] = 238; /* svc 238 */
    assert_call(&scene, 238, "futex");
    scene.text[CALL - TEXT + 1] = 168;
    assert_call(&scene, 168, "poll");
    scene.text[CALL - TEXT + 1] = 0;
    scene.registers[s390x->number] = 302;
    assert_call(&scene, 302, "ppoll");
    scene.text[CALL - TEXT] = 0x0b;
    assert_false(find(&scene));
    scene_end(&scene);
}

/* The kernel's note tells the call also if no code can be read, and that there is none. */
static void test_s390x_note(void **state)
{
    (void)state;
    struct scene scene;
    scene_start(&scene, s390x, 426, 10);
    scene_kernel(&scene, -EINTR);
    scene_unreadable(&scene);
    assert_false(find(&scene));
    assert_true(scene.call.assumed);
    scene.thread.has_call_note = true;
    scene.thread.call_note = 426;
    assert_call(&scene, 426, "io_uring_enter");
    assert_int_equal(scene.call.arguments[0], 10);
    scene.thread.call_note = 0;
    assert_false(find(&scene));
    assert_false(scene.call.assumed);
    scene_end(&scene);
}

static void test_socketcall(void **state)
{
    (void)state;
    static const uint8_t arguments[24] = {[7] = 20, [12] = 0x7f, [15] = 0x10, [22] = 0x40};
    struct scene scene;
    scene_start(&scene, s390x, 102, 16); /* SYS_SENDMSG of linux/net.h */
    scene_kernel(&scene, -512);
    memcpy(scene.text + 0x200, arguments, sizeof(arguments));
    scene.registers[s390x->arguments[0]] = TEXT + 0x200;
    assert_call(&scene, 102, "sendmsg");
    assert_int_equal(scene.call.arguments[0], 20);
    assert_int_equal(scene.call.arguments[1], 0x7f000010);
    assert_int_equal(scene.call.arguments[2], 0x4000);
    assert_true(scene.call.known[2]);
    assert_false(scene.call.known[3]);
    scene.registers[s390x->saved] = 21; /* no call has that number */
    assert_call(&scene, 102, "socketcall");
    scene.registers[s390x->saved] = 16;
    scene.registers[s390x->arguments[0]] = TEXT - 8;
    assert_call(&scene, 102, "socketcall");
    assert_int_equal(scene.call.arguments[0], 16);
    scene_end(&scene);
}

static void test_ppc64le_trap(void **state)
{
    (void)state;
    struct scene scene;
    scene_start(&scene, ppc64le, 221, FUTEX);
    scene_kernel(&scene, -512);
    scene.registers[PPC_TRAP] = 0xc01; /* the kernel's flag */
    assert_call(&scene, 221, "futex");
    assert_result(&scene, -512, true);
    scene.registers[PPC_TRAP] = 0x900; /* the decrementer, right after a call */
    assert_false(find(&scene));
    /* scv: errors are negative, and CR0.SO is as user space has left it. */
    scene.registers[PPC_TRAP] = 0x3000;
    scene.registers[ppc64le->result] = (uint64_t)-512;
    assert_call(&scene, 221, "futex");
    assert_result(&scene, -512, true);
    assert_first(&scene, FUTEX);
    scene.registers[ppc64le->result] = 4;
    assert_call(&scene, 221, "futex");
    assert_result(&scene, 4, false);
    /* In an emulator's dump, scv is known by its instruction. */
    scene.registers[PPC_TRAP] = 0;
    scene.text[CALL - TEXT] = 0x01;
    assert_call(&scene, 221, "futex");
    assert_result(&scene, 4, false);
    scene_end(&scene);
}

/* A positive result is no error if CR0.SO is clear. */
static void test_ppc64le_no_error(void **state)
{
    (void)state;
    struct scene scene;
    scene_start(&scene, ppc64le, 3, 7);
    scene_kernel(&scene, 512);
    assert_call(&scene, 3, "read");
    assert_result(&scene, 512, false);
    assert_first(&scene, 7);
    scene_end(&scene);
}

/* First, middle and last numbers of each table, and some beyond; from syscall(2), syscalls(2). */
static void test_names(void **state)
{
    (void)state;
    static const struct {
        const struct qc_arch *arch;
        unsigned number;
        const char *name;
    } names[] = {
        {&qc_arch_x86_64, 0, "read"}, {&qc_arch_x86_64, 7, "poll"},
        {&qc_arch_x86_64, 16, "ioctl"}, {&qc_arch_x86_64, 35, "nanosleep"},
        {&qc_arch_x86_64, 128, "rt_sigtimedwait"}, {&qc_arch_x86_64, 202, "futex"},
        {&qc_arch_x86_64, 219, "restart_syscall"}, {&qc_arch_x86_64, 232, "epoll_wait"},
        {&qc_arch_x86_64, 271, "ppoll"}, {&qc_arch_x86_64, 281, "epoll_pwait"},
        {&qc_arch_x86_64, 334, "rseq"}, {&qc_arch_x86_64, 340, NULL},
        {&qc_arch_x86_64, 426, "io_uring_enter"}, {&qc_arch_x86_64, 449, "futex_waitv"},
        {&qc_arch_x86_64, 462, "mseal"}, {&qc_arch_x86_64, 512, NULL},
        {&qc_arch_x86_64, UINT32_MAX, NULL},
        {&qc_arch_aarch64, 0, "io_setup"}, {&qc_arch_aarch64, 22, "epoll_pwait"},
        {&qc_arch_aarch64, 29, "ioctl"}, {&qc_arch_riscv64, 73, "ppoll"},
        {&qc_arch_riscv64, 98, "futex"}, {&qc_arch_riscv64, 128, "restart_syscall"},
        {&qc_arch_loongarch64, 115, "clock_nanosleep"}, {&qc_arch_loongarch64, 222, "mmap"},
        {&qc_arch_riscv64, 258, "riscv_hwprobe"}, {&qc_arch_aarch64, 300, NULL},
        {&qc_arch_aarch64, 435, "clone3"}, {&qc_arch_aarch64, 462, "mseal"},
        {&qc_arch_s390x, 0, NULL}, {&qc_arch_s390x, 7, "restart_syscall"},
        {&qc_arch_s390x, 142, "select"}, {&qc_arch_s390x, 301, "pselect6"},
        {&qc_arch_s390x, 312, "epoll_pwait"}, {&qc_arch_s390x, 426, "io_uring_enter"},
        {&qc_arch_ppc64le, 0, "restart_syscall"}, {&qc_arch_ppc64le, 167, "poll"},
        {&qc_arch_ppc64le, 248, "clock_nanosleep"}, {&qc_arch_ppc64le, 281, "ppoll"},
        {&qc_arch_ppc64le, 303, "epoll_pwait"}, {&qc_arch_ppc64le, 426, "io_uring_enter"},
        {&qc_arch_ppc64le, 1000, NULL},
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *name = qc_syscall_name(names[i].arch, names[i].number);
        if (names[i].name == NULL ? name != NULL
                                  : name == NULL || strcmp(name, names[i].name) != 0) {
            fail_msg("%s %u: %s", names[i].arch->name, names[i].number, name == NULL ? "-" : name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test(test_ended),
        cmocka_unit_test(test_ended_large),
        cmocka_unit_test(test_rewound),
        cmocka_unit_test(test_ioctl),
        cmocka_unit_test(test_not_begun),
        cmocka_unit_test(test_emulator),
        cmocka_unit_test(test_user_space),
        cmocka_unit_test(test_nothing_to_go_by),
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_x86_64_zero),
        cmocka_unit_test(test_fault),
        cmocka_unit_test(test_page_edge),
        cmocka_unit_test(test_x86_64_orig_rax),
        cmocka_unit_test(test_s390x_number),
        cmocka_unit_test(test_s390x_note),
        cmocka_unit_test(test_socketcall),
        cmocka_unit_test(test_ppc64le_trap),
        cmocka_unit_test(test_ppc64le_no_error),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
