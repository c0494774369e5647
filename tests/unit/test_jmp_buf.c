/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_jmp_buf - registers from a jmp_buf as each CPU's setjmp.S writes it
 *
 * The words, the guard's place and the mangling come from glibc's sysdeps, not from the library.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "glibc/jmp_buf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT 0x400000u
#define DATA 0x7f0000000000u
#define DATA_SIZE 0x10000u
#define BUFFER (DATA + 0x100)
#define STACK (DATA + 0x8000)
#define THREAD_POINTER (DATA + 0x9000)
#define GUARD 0x9be01c7a5d3f6e21u
#define PC (TEXT + 0x234)
#define SAVED 0x5eed0001u

struct cpu {
    const struct qc_arch *arch;
    unsigned pc_word, sp_word, saved_word; /* words of the jmp_buf */
    unsigned saved;                        /* DWARF number of the register in saved_word */
    int guard;                             /* its offset from the thread pointer; 0: no guard */
    bool rotates;
};

static const struct cpu cpus[] = {
    {&qc_arch_x86_64, 7, 6, 2, 12, 0x30, true},         /* r12 */
    {&qc_arch_aarch64, 11, 13, 0, 19, 0, false},        /* x19 */
    {&qc_arch_loongarch64, 0, 1, 3, 22, 0, false},      /* fp */
    {&qc_arch_riscv64, 0, 13, 12, 27, 0, false},        /* s11 */
    {&qc_arch_s390x, 8, 9, 5, 11, 0x28, false},         /* r11 */
    {&qc_arch_ppc64le, 2, 0, 20, 31, -0x7018, false},   /* r31 */
};

struct scene {
    const struct cpu *cpu;
    uint8_t data[DATA_SIZE];
    struct qc_core core;
    struct qc_thread thread;
    struct qc_modules modules;
    struct qemucore_module module;
    struct qc_libc libc;
};

static void put(struct scene *scene, uint64_t address, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) {
        unsigned shift = scene->core.big_endian ? 56 - 8 * i : 8 * i;
        scene->data[address - DATA + i] = (uint8_t)(value >> shift);
    }
}

static uint64_t mangle(const struct cpu *cpu, uint64_t value)
{
    uint64_t mixed = value ^ GUARD;
    return cpu->guard == 0 ? value : cpu->rotates ? mixed << 17 | mixed >> 47 : mixed;
}

static void scene_start(struct scene *scene, const struct cpu *cpu)
{
    static char path[] = "/usr/bin/program";
    memset(scene, 0, sizeof(*scene));
    scene->cpu = cpu;
    scene->core.arch = cpu->arch;
    scene->core.big_endian = cpu->arch->big_endian;
    scene->thread.has_thread_pointer = true;
    scene->thread.thread_pointer = THREAD_POINTER;
    scene->thread.code_mask = cpu->arch->code_mask;
    scene->module = (struct qemucore_module){.path = path, .start = TEXT, .end = TEXT + 0x1000};
    scene->modules.core = &scene->core;
    struct qemucore_module **item = qc_vec_add(&scene->modules.list);
    assert_non_null(item);
    *item = &scene->module;
    assert_int_equal(qc_image_new(0, &scene->core.image, NULL), QEMUCORE_OK);
    struct qc_range range = {.start = DATA, .end = DATA + DATA_SIZE, .kind = QC_RANGE_MEMORY,
                             .bytes = scene->data};
    assert_int_equal(qc_image_add(scene->core.image, &range, NULL), QEMUCORE_OK);
    scene->libc.modules = &scene->modules;
    put(scene, BUFFER + 8 * cpu->pc_word, mangle(cpu, PC));
    put(scene, BUFFER + 8 * cpu->sp_word, mangle(cpu, STACK));
    put(scene, BUFFER + 8 * cpu->saved_word, SAVED);
    put(scene, THREAD_POINTER + (uint64_t)(int64_t)cpu->guard, cpu->guard == 0 ? 0 : GUARD);
}

static void scene_end(struct scene *scene)
{
    qc_image_free(scene->core.image);
    qc_vec_free(&scene->modules.list);
}

static enum qemucore_status read_buffer(struct scene *scene, struct qc_registers *ret)
{
    return qc_jmp_buf_read(&scene->libc, &scene->thread, BUFFER, ret, NULL);
}

static void test_registers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        static struct scene scene;
        struct qc_registers registers;
        scene_start(&scene, &cpus[i]);
        assert_int_equal(read_buffer(&scene, &registers), QEMUCORE_OK);
        assert_int_equal(registers.pc, PC);
        assert_true(registers.known[cpus[i].arch->stack_pointer]);
        assert_int_equal(registers.value[cpus[i].arch->stack_pointer], STACK);
        assert_true(registers.known[cpus[i].saved]);
        assert_int_equal(registers.value[cpus[i].saved], SAVED);
        scene_end(&scene);
    }
}

/* An absent stack, code outside of modules, or another guard: no registers are returned. */
static void test_unproven(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cpus); i++) {
        static struct scene scene;
        struct qc_registers registers;
        const struct cpu *cpu = &cpus[i];
        scene_start(&scene, cpu);
        put(&scene, BUFFER + 8 * cpu->sp_word, mangle(cpu, STACK + DATA_SIZE));
        assert_int_equal(read_buffer(&scene, &registers), QEMUCORE_CORRUPT);
        put(&scene, BUFFER + 8 * cpu->sp_word, mangle(cpu, STACK));
        put(&scene, BUFFER + 8 * cpu->pc_word, mangle(cpu, TEXT + 0x2000));
        assert_int_equal(read_buffer(&scene, &registers), QEMUCORE_CORRUPT);
        put(&scene, BUFFER + 8 * cpu->pc_word, mangle(cpu, PC));
        put(&scene, THREAD_POINTER + (uint64_t)(int64_t)cpu->guard, ~GUARD);
        assert_int_equal(read_buffer(&scene, &registers),
                         cpu->guard == 0 ? QEMUCORE_OK : QEMUCORE_CORRUPT);
        scene_end(&scene);
    }
}

static void test_outside(void **state)
{
    static struct scene scene;
    struct qc_registers registers;
    (void)state;
    scene_start(&scene, &cpus[0]);
    assert_int_equal(qc_jmp_buf_read(&scene.libc, &scene.thread, DATA + DATA_SIZE - 16, &registers,
                                     NULL),
                     QEMUCORE_ABSENT);
    scene_end(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registers),
        cmocka_unit_test(test_unproven),
        cmocka_unit_test(test_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
