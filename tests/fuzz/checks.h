/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * checks - invariants that hold for any core, whatever its bytes are, for the fuzzers
 *
 * They read and render everything: memory, modules, stacks, values, waits, the verdict, a slim
 * core. A broken invariant ends the run by abort(). A question is one such part, such as what one
 * command prints.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define check(holds) check_line((holds), __FILE__, __LINE__)
void check_line(bool holds, const char *file, int line);

#define CHECK_ALL (~0u) /* all questions */

/* Checks a core whose file has these bytes, served `step` at a time (0: all). Opens no other file
   than the executable. A memory budget of 0 is the default. */
void check_read_core(const uint8_t *data, size_t size, size_t step, uint64_t memory_budget,
                     const char *executable, unsigned max_frames, unsigned question);

/* Returns the question to ask about an input. libFuzzer has many inputs: one question about each
   lets it try more of them. The plain driver has few, and asks all questions about each. */
unsigned check_question(const uint8_t *data, size_t size);

/* Evaluates an expression of qemucore-inspect. The core must be the same in all calls. */
void check_expression(const uint8_t *data, size_t size, const char *executable,
                      const char *expression);
