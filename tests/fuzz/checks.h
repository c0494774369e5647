/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * checks - what must hold of any core, whatever is in it: asked for by the fuzzers
 *
 * Everything is read and rendered: memory, modules, stacks, values, waits, the verdict, a slim core.
 * What does not hold ends the run by abort().
 */
#ifndef CHECKS_H
#define CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define check(holds) check_line((holds), __FILE__, __LINE__)
void check_line(bool holds, const char *file, int line);

/* A core as a file has it, of which `step` bytes are served at a time (0: all); the executable is the
   only file that is opened. A memory budget of 0 is the default. */
#define CHECK_ALL (~0u)
void check_read_core(const uint8_t *data, size_t size, size_t step, uint64_t memory_budget,
                     const char *executable, unsigned max_frames, unsigned question);

/* Which question an input stands for. libFuzzer, which has many of them, puts one to each, so that it
   tries as many inputs more; the driver puts all to those few that it is given. */
unsigned check_question(const uint8_t *data, size_t size);

/* What qemucore-inspect is asked for, of a core that is the same in all calls. */
void check_expression(const uint8_t *data, size_t size, const char *executable,
                      const char *expression);

#endif
