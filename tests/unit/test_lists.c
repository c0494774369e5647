/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_lists - lists of words, mappings, documents and warnings; the layout of public structs
 *
 * Mappings are compared with the core's program headers, which are read here with <elf.h>.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_facts.h"
#include "base/base.h"
#include "bytes/bytes.h"
#include "corpus.h"
#include "qemu/qemu.h"
#include "qemucore.h"

/* A public struct grows only at its end: no member may move. */
#if UINTPTR_MAX == UINT64_MAX
#define HAS_SIZE(type, bytes) _Static_assert(sizeof(struct type) == (bytes), #type)
#define IS_AT(type, member, bytes) _Static_assert(offsetof(struct type, member) == (bytes), #member)
HAS_SIZE(qemucore_error, 1024);
HAS_SIZE(qemucore_options, 176);
IS_AT(qemucore_options, executable, 8);
IS_AT(qemucore_options, flags, 40);
IS_AT(qemucore_options, memory_budget, 48);
IS_AT(qemucore_options, progress, 72);
IS_AT(qemucore_options, notice, 88);
IS_AT(qemucore_options, fetch, 112);
IS_AT(qemucore_options, deadline, 128);
IS_AT(qemucore_options, provide, 136);
IS_AT(qemucore_options, warning, 152);
IS_AT(qemucore_options, proc, 168);
HAS_SIZE(qemucore_source, 48);
IS_AT(qemucore_source, read, 24);
HAS_SIZE(qemucore_symbol, 48);
HAS_SIZE(qemucore_range, 16);
HAS_SIZE(qemucore_slim, 48);
HAS_SIZE(qemucore_render, 48);
IS_AT(qemucore_render, only, 32);
HAS_SIZE(qemucore_report, 32);
HAS_SIZE(qemucore_snapshot, 56);
IS_AT(qemucore_snapshot, write, 24);
IS_AT(qemucore_snapshot, paused, 40);
HAS_SIZE(qemucore_snapshot_result, 72);
IS_AT(qemucore_snapshot_result, pause_ns, 40);
#endif

static char core_path[CORPUS_PATH];

static int setup(void **state)
{
    corpus_path(core_path, "x86_64-seed", "core.zst");
    *state = corpus_open("x86_64-seed");
    return 0;
}

static int teardown(void **state)
{
    qemucore_close(*state);
    return 0;
}

/* ---- words ---------------------------------------------------------------------------------- */

static const char *fact_of_block(const char *previous)
{
    return qemucore_fact_next(QEMUCORE_FACTS_OF_BLOCK, previous);
}

static bool lists(const char *(*next)(const char *previous), const char *word)
{
    const char *at = NULL;
    while ((at = next(at)) != NULL && strcmp(at, word) != 0) {
    }
    return at != NULL;
}

static void test_words(void **state)
{
    (void)state;
    assert_true(lists(qemucore_role_next, "main") && lists(qemucore_role_next, "glib"));
    assert_true(lists(qemucore_lock_kind_next, "pthread_mutex_t"));
    assert_true(lists(qemucore_lock_kind_next, "futex"));
    assert_true(lists(fact_of_block, "drain_all") && lists(fact_of_block, "drained"));
    assert_true(lists(qemucore_json_topic_next, "why"));
    assert_true(lists(qemucore_json_topic_next, "timers"));
    assert_null(qemucore_role_next("nobody"));
    assert_null(qemucore_lock_kind_next("nothing"));
    assert_null(qemucore_json_topic_next("nothing"));
    assert_null(qemucore_fact_next(QEMUCORE_FACTS_OF_VCPU, "nothing"));
    assert_null(qemucore_fact_next((enum qemucore_fact_owner)99, NULL));
    for (int owner = QEMUCORE_FACTS_OF_VCPU; owner <= QEMUCORE_FACTS_OF_TIMER; owner++) {
        assert_non_null(qemucore_fact_next((enum qemucore_fact_owner)owner, NULL));
    }
    assert_string_equal(qemucore_verdict_state_name(QEMUCORE_VERDICT_STUCK), "stuck");
    assert_string_equal(qemucore_verdict_state_name((enum qemucore_verdict_state)99), "no verdict");
    assert_non_null(strstr(qemucore_features(), "zstd"));
}

/* The code of a state has the same word as the state. */
static void test_codes(void **state)
{
    static const char *const waits[] = {"unknown", "running", "syscall", "blocked", "kernel"};
    static const char *const severities[] = {"normal", "warning", "waiting", "stuck", "crash"};
    struct qemucore *core = *state;
    struct qemucore_thread *thread = NULL;
    while ((thread = qemucore_thread_next(core, thread)) != NULL) {
        const struct qemucore_wait *wait = qemucore_thread_wait(core, thread);
        assert_string_equal(qemucore_wait_state(wait), waits[qemucore_wait_state_code(wait)]);
    }
    assert_string_equal(qemucore_verdict(core, NULL, NULL),
                        qemucore_verdict_state_name(qemucore_verdict_state(core)));
    const struct qemucore_finding *finding = NULL;
    while ((finding = qemucore_finding_next(core, finding)) != NULL) {
        assert_string_equal(qemucore_finding_severity(finding),
                            severities[qemucore_finding_severity_code(finding)]);
    }
}

static void test_registers(void **state)
{
    struct qemucore *core = *state;
    struct qemucore_frame *frame = qemucore_frame_next(qemucore_thread_next(core, NULL), NULL);
    const char *name = NULL;
    size_t count = 0;
    uint64_t value = 0;
    while ((name = qemucore_register_next(core, name)) != NULL) {
        assert_int_equal(qemucore_frame_register(frame, name, &value, NULL), QEMUCORE_OK);
        count++;
    }
    assert_int_equal(count, 17); /* sixteen and rip */
    assert_null(qemucore_register_next(core, "x29"));
}

/* ---- memory --------------------------------------------------------------------------------- */

static void test_mappings(void **state)
{
    struct qemucore *core = *state;
    struct qc_bytes *bytes;
    const uint8_t *data;
    Elf64_Ehdr header;
    assert_int_equal(qc_bytes_open(core_path, NULL, &bytes, NULL), QEMUCORE_OK);
    assert_true(qc_bytes_peek(bytes, sizeof(header), &data) >= sizeof(header));
    memcpy(&header, data, sizeof(header));
    const struct qemucore_mapping *mapping = NULL;
    size_t files = 0;
    assert_int_equal(qc_bytes_seek(bytes, header.e_phoff, NULL), QEMUCORE_OK);
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr phdr;
        assert_true(qc_bytes_peek(bytes, sizeof(phdr), &data) >= sizeof(phdr));
        memcpy(&phdr, data, sizeof(phdr));
        qc_bytes_consume(bytes, sizeof(phdr));
        if (phdr.p_type != PT_LOAD) {
            continue;
        }
        mapping = qemucore_mapping_next(core, mapping);
        assert_true(qemucore_mapping_start(mapping) == phdr.p_vaddr);
        assert_true(qemucore_mapping_end(mapping) == phdr.p_vaddr + phdr.p_memsz);
        assert_true(qemucore_mapping_held(mapping) == phdr.p_filesz);
        assert_int_equal(qemucore_mapping_flags(mapping), phdr.p_flags);
        uint64_t offset = 0;
        const char *file = qemucore_mapping_file(core, mapping, &offset);
        files += file != NULL && strcmp(file, qemucore_executable(core)) == 0;
    }
    assert_null(qemucore_mapping_next(core, mapping));
    assert_true(files > 1);
    qc_bytes_close(bytes);
}

/* The executable's path is on the stack: AT_EXECFN of the auxiliary vector. */
static void test_strings(void **state)
{
    struct qemucore *core = *state;
    struct qemucore_error error;
    uint64_t address = 0;
    char *text = NULL;
    assert_int_equal(qemucore_auxv(core, AT_EXECFN, &address, NULL), QEMUCORE_OK);
    assert_int_equal(qemucore_memory_string(core, address, 4096, &text, &error), QEMUCORE_OK);
    assert_string_equal(text, "./seed"); /* as make.sh of the corpus runs it */
    size_t length = strlen(text);
    qemucore_free(text);
    text = NULL;
    assert_int_equal(qemucore_memory_string(core, address, length, &text, NULL), QEMUCORE_OK);
    qemucore_free(text);
    assert_int_equal(qemucore_memory_string(core, address, length - 1, &text, &error),
                     QEMUCORE_LIMIT);
    assert_int_equal(qemucore_memory_string(core, 16, 10, &text, &error), QEMUCORE_ABSENT);
    assert_true(error.address == 16);
    qemucore_free(NULL);
}

/* The stack is the last mapping before the kernel's: a read that begins in it ends at its end. */
static void test_read_some(void **state)
{
    struct qemucore *core = *state;
    uint64_t address = 0;
    uint8_t buffer[64];
    size_t done = 7;
    struct qemucore_error error;
    assert_int_equal(qemucore_auxv(core, AT_EXECFN, &address, NULL), QEMUCORE_OK);
    const struct qemucore_mapping *mapping = NULL;
    do {
        mapping = qemucore_mapping_next(core, mapping);
    } while (qemucore_mapping_start(mapping) > address || qemucore_mapping_end(mapping) <= address);
    uint64_t end = qemucore_mapping_end(mapping);
    assert_int_equal(qemucore_memory_read_some(core, end - 10, buffer, sizeof(buffer), &done, NULL),
                     QEMUCORE_OK);
    assert_int_equal(done, 10);
    assert_int_equal(qemucore_memory_read_some(core, end - 64, buffer, sizeof(buffer), &done, NULL),
                     QEMUCORE_OK);
    assert_int_equal(done, 64);
    done = 7;
    assert_int_equal(qemucore_memory_read_some(core, end, buffer, sizeof(buffer), &done, &error),
                     QEMUCORE_ABSENT);
    assert_true(error.address == end && done == 7);
}

/* ---- documents ------------------------------------------------------------------------------ */

static void test_json(void **state)
{
    struct qemucore *core = *state;
    struct qemucore_error error;
    const char *topic = NULL;
    char *text = NULL;
    while ((topic = qemucore_json_topic_next(topic)) != NULL) {
        char schema[64];
        text = NULL;
        assert_int_equal(qemucore_json(core, topic, &text, &error), QEMUCORE_OK);
        snprintf(schema, sizeof(schema), "\"qemucore-%s/1\"",
                 qemucore_part_help(topic) == NULL ? topic : "info");
        assert_non_null(strstr(text, schema));
        assert_true(strcmp(topic, "threads") != 0 || strstr(text, "\"frames\"") != NULL);
        qemucore_free(text);
    }
    assert_int_equal(qemucore_json(core, "nothing", &text, &error), QEMUCORE_NOT_FOUND);
    assert_int_equal(qemucore_json(core, NULL, &text, &error), QEMUCORE_INVALID);
    assert_int_equal(qemucore_json(core, "why", NULL, &error), QEMUCORE_INVALID);
}

/* Each listed fact of these hand-made structures is returned once it is known, derived or not. */
static void test_derived_facts(void **state)
{
    struct qc_block_request request = {.address = 0x1230};
    struct qc_migration migration = {.outgoing.to_destination.address = {.is_known = true}};
    struct qc_block block = {.nodes_known = true, .drained = {.value = 2}};
    uint64_t value = 9;
    (void)state;
    assert_true(qc_api_fact(QEMUCORE_FACTS_OF_REQUEST, &request, "address", &value));
    assert_int_equal(value, 0x1230);
    assert_false(qc_api_fact(QEMUCORE_FACTS_OF_REQUEST, &request, "offset", &value));
    assert_true(qc_api_fact(QEMUCORE_FACTS_OF_MIGRATION, &migration, "outgoing_connected", &value));
    assert_int_equal(value, 0);
    assert_false(
        qc_api_fact(QEMUCORE_FACTS_OF_MIGRATION, &migration, "incoming_connected", &value));
    assert_false(qc_api_fact(QEMUCORE_FACTS_OF_BLOCK, &block, "drained", &value));
    block.backends_known = true;
    assert_true(qc_api_fact(QEMUCORE_FACTS_OF_BLOCK, &block, "drained", &value));
    assert_int_equal(value, 2);
    block.drained.is_partial = true;
    assert_false(qc_api_fact(QEMUCORE_FACTS_OF_BLOCK, &block, "drained", NULL));
}

/* The problems of the state are among the warnings, and a second walk finds as many. */
static void test_warnings(void **state)
{
    struct qemucore *core = *state;
    size_t counts[2] = {0, 0};
    for (int look = 0; look < 2; look++) {
        const struct qemucore_warning *warning = NULL;
        while ((warning = qemucore_warning_next(core, warning)) != NULL) {
            assert_string_not_equal(
                qemucore_warning_code_name(qemucore_warning_code(warning)), "unknown warning");
            assert_true((qemucore_warning_module(warning) != NULL) ==
                        (qemucore_warning_code(warning) == QEMUCORE_WARNING_MODULE));
            counts[look]++;
        }
    }
    assert_int_equal(counts[0], counts[1]);
    size_t expected = 0;
    const char *sentence;
    for (size_t i = 0; (sentence = qemucore_state_problem(core, i)) != NULL; i++) {
        const struct qemucore_warning *warning = qemucore_warning_next(core, NULL);
        while (warning != NULL && strcmp(qemucore_warning_sentence(warning), sentence) != 0) {
            warning = qemucore_warning_next(core, warning);
        }
        assert_int_equal(qemucore_warning_code(warning), QEMUCORE_WARNING_STATE);
        expected++;
    }
    assert_int_not_equal(expected, 0);
    assert_int_not_equal(counts[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),    cmocka_unit_test(test_codes),
        cmocka_unit_test(test_registers), cmocka_unit_test(test_mappings),
        cmocka_unit_test(test_strings),  cmocka_unit_test(test_read_some),
        cmocka_unit_test(test_json),     cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_derived_facts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
