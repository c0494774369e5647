/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * jit - code that the process made itself and described for debuggers
 */
#pragma once

#include "modules/module.h"

/*
 * Follows __jit_debug_descriptor (gdb manual, "JIT Compilation Interface") of the executable and
 * its libraries. QEMU's TCG describes its whole code buffer as one function with one CFI rule
 * (tcg/tcg.c, tcg_register_jit), so that stacks of vCPU threads can be unwound through it.
 *
 * To be called when a stack has an address that is in no module. The first call asks the
 * executable, the second the libraries, which loads all their symbol tables. False: all have been
 * asked before.
 */
bool qc_modules_add_jit(struct qc_modules *modules);
