/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * error - the caller-owned error of qemucore.h, filled from the inside out
 *
 * The function that finds the fault calls qc_error_set once; each function on the way out that
 * knows more about where calls qc_error_prefix: "outer: inner: cause". Both accept NULL.
 */
#ifndef QC_BASE_ERROR_H
#define QC_BASE_ERROR_H

#include "qemucore.h"

/* Returns status, so that a check is one line: return qc_error_set(error, QEMUCORE_CORRUPT, ""). */
enum qemucore_status qc_error_set(struct qemucore_error *error, enum qemucore_status status,
                                  const char *format, ...) __attribute__((format(printf, 3, 4)));

/* QEMUCORE_SYSTEM with errno and its text behind the message. */
enum qemucore_status qc_error_system(struct qemucore_error *error, int os_errno,
                                     const char *format, ...) __attribute__((format(printf, 3, 4)));

enum qemucore_status qc_error_memory(struct qemucore_error *error);

/* Puts "text: " before the message and returns the error's status, or status without an error. */
enum qemucore_status qc_error_prefix(struct qemucore_error *error, enum qemucore_status status,
                                     const char *format, ...) __attribute__((format(printf, 3, 4)));

/* An address of the process that the message is about; returns status. */
enum qemucore_status qc_error_at(struct qemucore_error *error, enum qemucore_status status,
                                 uint64_t address);

#endif
