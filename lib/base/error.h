/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * error - filling struct qemucore_error of qemucore.h, which the caller owns, from the inside out
 *
 * The function that finds the fault calls qc_error_set once. Each of its callers that can add
 * context calls qc_error_prefix: "outer: inner: cause". All functions accept a NULL error.
 */
#pragma once

#include "qemucore.h"

/* include/linux/err.h, MAX_ERRNO: results of system calls from -4095 to -1 are errors. */
#define QC_ERRNO_MAX 4095

/* Returns status, so that a failed check is: return qc_error_set(error, QEMUCORE_CORRUPT, ""); */
enum qemucore_status qc_error_set(struct qemucore_error *error, enum qemucore_status status,
                                  const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Sets QEMUCORE_SYSTEM and os_errno; appends the errno's text to the message. */
enum qemucore_status qc_error_system(struct qemucore_error *error, int os_errno,
                                     const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Copies an error, which may have an errno and an address. Returns its status. */
enum qemucore_status qc_error_copy(struct qemucore_error *error,
                                   const struct qemucore_error *other);

enum qemucore_status qc_error_memory(struct qemucore_error *error);

/* Puts "text: " before the message. Returns the error's status, or status if error is NULL. */
enum qemucore_status qc_error_prefix(struct qemucore_error *error, enum qemucore_status status,
                                     const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Stores the address in the process that the message is about. Returns status. */
enum qemucore_status qc_error_at(struct qemucore_error *error, enum qemucore_status status,
                                 uint64_t address);

/* Makes a call that returns a status. If it is not QEMUCORE_OK, the function that makes the call
   returns it, and its guards release what it has. */
#define QC_TRY(call)                            \
    do {                                        \
        enum qemucore_status status_ = (call);  \
        if (status_ != QEMUCORE_OK) {           \
            return status_;                     \
        }                                       \
    } while (0)

/* Makes the function return likewise, with qc_error_memory, if a condition does not hold. */
#define QC_TRY_MEMORY(condition, error)         \
    do {                                        \
        if (!(condition)) {                     \
            return qc_error_memory(error);      \
        }                                       \
    } while (0)

/* Makes the function return qc_error_set(error, status, format, ...) if a condition holds. */
#define QC_FAIL_IF(condition, error, ...)            \
    do {                                             \
        if (condition) {                             \
            return qc_error_set(error, __VA_ARGS__); \
        }                                            \
    } while (0)
