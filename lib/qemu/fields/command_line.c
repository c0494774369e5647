/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/command_line.h"

#include <inttypes.h>
#include <linux/auxvec.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "qemu/qemu_limits.h"

#define PAGE ((uint64_t)4096)
#define WORD 8u
#define AUXV_ENTRY (2 * WORD)

/* Longest pr_psargs. fs/binfmt_elf.c, fill_psinfo: ELF_PRARGSZ is 80, the last byte is a NUL. */
#define PSARGS_FULL 79

/* The segment that holds the initial stack, read one page at a time. */
struct stack {
    const struct qc_core *core;
    uint64_t start;
    uint64_t end;
    uint64_t page_start; /* part of the page that is in the segment; equal: no page yet */
    uint64_t page_end;
    bool page_readable;
    uint8_t page[PAGE];
    uint64_t budget; /* bytes of entries and texts that may still be compared or copied */
    struct qemucore_error error; /* error of the latest page that could not be read */
};

static bool stack_find(struct stack *stack, uint64_t address, struct qemucore_error *error)
{
    const struct qc_segment *segment = qc_core_segment(stack->core, address);
    if (segment == NULL || segment->memory_size > UINT64_MAX - segment->address) {
        qc_error_set(error, QEMUCORE_ABSENT,
                     "the stack that it was started with, at 0x%" PRIx64 ", is not in the dump",
                     address);
        return false;
    }
    stack->start = segment->address;
    stack->end = segment->address + segment->memory_size;
    return true;
}

static bool stack_load(struct stack *stack, uint64_t address)
{
    if (address < stack->page_start || address >= stack->page_end) {
        uint64_t page = address & ~(PAGE - 1);
        stack->page_start = qc_max(page, stack->start);
        stack->page_end = stack->end - page > PAGE ? page + PAGE : stack->end;
        stack->page_readable =
            qc_image_read(stack->core->image, stack->page_start, stack->page,
                          (size_t)(stack->page_end - stack->page_start),
                          &stack->error) == QEMUCORE_OK;
    }
    return stack->page_readable;
}

/* Reads a word at an aligned address, so that it never crosses a page; the segment may
   end in it. */
static bool stack_word(struct stack *stack, uint64_t address, uint64_t *ret)
{
    if (address < stack->start || address >= stack->end || stack->end - address < WORD ||
        !stack_load(stack, address)) {
        return false;
    }
    struct qc_cursor cursor = qc_cursor_new(
        stack->page, (size_t)(stack->page_end - stack->page_start), stack->core->big_endian);
    *ret = qc_cursor_u64_at(&cursor, (size_t)(address - stack->page_start));
    return !cursor.failed;
}

/* Tells whether the words at address are those of NT_AUXV; at most QC_LIMIT_AUXV are compared. */
static bool is_auxv(struct stack *stack, uint64_t address)
{
    const struct qc_core *core = stack->core;
    for (size_t i = 0; i < core->auxv.count && i < QC_LIMIT_AUXV; i++) {
        uint64_t type;
        uint64_t value;
        uint64_t at = address + i * AUXV_ENTRY;
        if (!stack_word(stack, at, &type) || type != core->auxv.items[i].type ||
            !stack_word(stack, at + WORD, &value) || value != core->auxv.items[i].value) {
            return false;
        }
        if (stack->budget < AUXV_ENTRY) {
            return false;
        }
        stack->budget -= AUXV_ENTRY;
    }
    return true;
}

/* Finds the auxiliary vector nearest below address. Skips pages that can't be read. */
static bool auxv_find(struct stack *stack, uint64_t address, uint64_t *ret)
{
    uint64_t lowest = address - stack->start > QC_LIMIT_INITIAL_STACK
                          ? address - QC_LIMIT_INITIAL_STACK
                          : stack->start;
    for (uint64_t at = address & ~(uint64_t)(WORD - 1); at >= lowest && at >= WORD; at -= WORD) {
        if (is_auxv(stack, at)) {
            *ret = at;
            return true;
        }
        if (!stack_load(stack, at) && stack->page_start > lowest) {
            at = stack->page_start;
        }
    }
    return false;
}

/* Appends the text at address; false: it can't be read, the budget is used up, or out of memory. */
static bool add_argument(struct stack *stack, uint64_t address, struct qc_command_line *ret,
                         size_t *capacity)
{
    bool complete = false;
    while (!complete) {
        if (address < stack->start || address >= stack->end || !stack_load(stack, address)) {
            return false;
        }
        const uint8_t *text = stack->page + (address - stack->page_start);
        size_t there = (size_t)(stack->page_end - address);
        const uint8_t *nul = memchr(text, '\0', there);
        size_t size = nul == NULL ? there : (size_t)(nul - text) + 1;
        if (size > stack->budget) {
            return false;
        }
        stack->budget -= size;
        if (ret->size + size > *capacity) {
            size_t wanted = 2 * (ret->size + size);
            char *grown = realloc(ret->arguments, wanted);
            if (grown == NULL) {
                return false;
            }
            ret->arguments = grown;
            *capacity = wanted;
        }
        memcpy(ret->arguments + ret->size, text, size);
        ret->size += size;
        address += size;
        complete = nul != NULL;
    }
    ret->count++;
    return true;
}

/*
 * Tells whether the arguments begin as pr_psargs says. The kernel copied pr_psargs from the same
 * memory when the dump was made, with blanks for the NULs; gdb's gcore writes only the first
 * argument. True if the dump has no pr_psargs to compare with.
 */
static bool is_psargs(const struct qc_core *core, const struct qc_command_line *found)
{
    size_t length = core->has_process_information ? strlen(core->command_line) : 0;
    for (size_t i = 0; i < length; i++) {
        char ours = i < found->size ? found->arguments[i] : '\0';
        if ((ours == '\0' ? ' ' : ours) != core->command_line[i]) {
            return false;
        }
    }
    /* Trailing blanks of pr_psargs were removed; a pr_psargs that is not full ends with an
       argument. */
    bool ends = length >= found->size || found->arguments[length] == '\0' ||
                found->arguments[length] == ' ';
    return length == 0 || length >= PSARGS_FULL || ends;
}

static bool arguments_read(struct stack *stack, uint64_t argv, uint64_t argc,
                           struct qc_command_line *ret)
{
    struct qc_command_line found = {0};
    size_t capacity = 0;
    uint64_t pointer;
    bool good = true;
    for (uint64_t i = 0; i < argc && good; i++) {
        good = stack_word(stack, argv + i * WORD, &pointer) &&
               add_argument(stack, pointer, &found, &capacity);
    }
    if (!good || !is_psargs(stack->core, &found)) {
        free(found.arguments);
        return false;
    }
    *ret = found;
    return true;
}

/*
 * Searches downwards from the auxiliary vector. A process may have changed its envp (unsetenv moves
 * pointers down and leaves NULLs, putenv stores pointers to anywhere), so envp is not checked: argv
 * is the run of pointers between a NULL and a word that equals their number, argc.
 */
static bool arguments_find(struct stack *stack, uint64_t auxv, struct qc_command_line *ret)
{
    bool behind_null = false;
    uint64_t count = 0;
    uint64_t budget = QC_LIMIT_INITIAL_STACK / WORD;
    uint64_t word;
    uint64_t at = auxv;
    while (budget-- > 0 && at >= stack->start + WORD && stack_word(stack, at - WORD, &word)) {
        at -= WORD;
        if (word == 0) {
            behind_null = true;
            count = 0;
        } else if (behind_null && count != 0 && word == count) {
            if (arguments_read(stack, at + WORD, count, ret)) {
                return true;
            }
            behind_null = false;
        } else if (word > auxv && word < stack->end) {
            count++;
        } else {
            behind_null = false;
        }
    }
    return false;
}

static enum qemucore_status command_line_find(const struct qc_core *core,
                                              struct qc_command_line *ret,
                                              struct qemucore_error *error)
{
    QC_FREE struct stack *stack = calloc(1, sizeof(*stack));
    uint64_t anchor;
    uint64_t auxv;
    QC_TRY_MEMORY(stack != NULL, error);
    stack->core = core;
    stack->budget = QC_LIMIT_INITIAL_STACK;
    QC_FAIL_IF(!qc_core_auxv(core, AT_RANDOM, &anchor) && !qc_core_auxv(core, AT_EXECFN, &anchor),
               error, QEMUCORE_ABSENT,
               "the dump does not say where the stack is that it was started with "
               "(AT_RANDOM, AT_EXECFN of NT_AUXV)");
    if (!stack_find(stack, anchor, error)) {
        return error->status;
    }
    if (!auxv_find(stack, anchor, &auxv)) {
        QC_FAIL_IF(stack->error.status != QEMUCORE_OK, error, stack->error.status,
                   "the stack that it was started with: %s", stack->error.message);
        return qc_error_set(error, QEMUCORE_NOT_FOUND,
                            "the auxiliary vector of NT_AUXV is not below 0x%" PRIx64
                            ", on the stack that it was started with",
                            anchor);
    }
    QC_FAIL_IF(!arguments_find(stack, auxv, ret), error, QEMUCORE_NOT_FOUND,
               "below the auxiliary vector at 0x%" PRIx64 " are no arguments that "
               "begin as NT_PRPSINFO says", auxv);
    return QEMUCORE_OK;
}

void qc_command_line_find(const struct qc_core *core, struct qc_command_line *ret)
{
    struct qemucore_error error;
    if (command_line_find(core, ret, &error) != QEMUCORE_OK) {
        ret->why_absent = strdup(error.message);
    }
}

void qc_command_line_free(struct qc_command_line *command_line)
{
    free(command_line->arguments);
    free(command_line->why_absent);
    *command_line = (struct qc_command_line){0};
}

const char *qc_command_line_next(const struct qc_command_line *command_line, const char *previous)
{
    if (command_line->arguments == NULL || previous == NULL) {
        return command_line->arguments;
    }
    const char *next = previous + strlen(previous) + 1;
    return next < command_line->arguments + command_line->size ? next : NULL;
}

const char *qc_command_line_option(const struct qc_command_line *command_line, const char *option)
{
    const char *argument = NULL;
    while (command_line != NULL &&
           (argument = qc_command_line_next(command_line, argument)) != NULL) {
        if (strcmp(argument, option) == 0 ||
            (argument[0] == '-' && strcmp(argument + 1, option) == 0)) {
            return argument;
        }
    }
    return NULL;
}
