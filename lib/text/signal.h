/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * signal - the signal that made a dump, in words
 */
#pragma once

#include "qemu/qemu.h"

/* Writes "SIGABRT", or "signal 99". Linux has the same numbers on all CPUs that we support. */
void qc_signal_name(int signal, char *text, size_t size);

/* Tells whether the core's signal information (NT_SIGINFO) describes the threads' signal. */
bool qc_signal_has_information(const struct qc_threads *threads);

/* Returns what the signal's si_code means ("nothing is mapped there"). NULL: not known. */
const char *qc_signal_reason(const struct qc_threads *threads);
