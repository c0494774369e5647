/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/shortage.h"

/* Makes the message one line: it may quote text that contains line breaks. */
static void error_join_lines(struct qemucore_error *error)
{
    for (char *at = error->message; (at = strpbrk(at, "\r\n")) != NULL;) {
        *at = ' ';
    }
}

static void error_fill(struct qemucore_error *error, enum qemucore_status status, int os_errno,
                       const char *format, va_list arguments)
{
    error->status = status;
    error->os_errno = os_errno;
    error->address = 0;
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    error_join_lines(error);
}

enum qemucore_status qc_error_set(struct qemucore_error *error, enum qemucore_status status,
                                  const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error_fill(error, status, 0, format, arguments);
        va_end(arguments);
    }
    return status;
}

enum qemucore_status qc_error_system(struct qemucore_error *error, int os_errno,
                                     const char *format, ...)
{
    qc_shortage_add_errno(os_errno);
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        error_fill(error, QEMUCORE_SYSTEM, os_errno, format, arguments);
        va_end(arguments);
        size_t used = strlen(error->message);
        char reason[128];
        /* GNU strerror_r may return a static string instead of filling the buffer. */
        snprintf(error->message + used, sizeof(error->message) - used, ": %s",
                 strerror_r(os_errno, reason, sizeof(reason)));
    }
    return QEMUCORE_SYSTEM;
}

enum qemucore_status qc_error_copy(struct qemucore_error *error, const struct qemucore_error *other)
{
    if (error != NULL) {
        *error = *other;
    }
    return other->status;
}

enum qemucore_status qc_error_memory(struct qemucore_error *error)
{
    qc_shortage_add(QC_SHORTAGE_MEMORY);
    return qc_error_set(error, QEMUCORE_NO_MEMORY, "out of memory");
}

enum qemucore_status qc_error_prefix(struct qemucore_error *error, enum qemucore_status status,
                                     const char *format, ...)
{
    if (error == NULL) {
        return status;
    }
    char inner[sizeof(error->message)];
    memcpy(inner, error->message, sizeof(inner));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    size_t used = strlen(error->message);
    snprintf(error->message + used, sizeof(error->message) - used, ": %s", inner);
    error_join_lines(error);
    return error->status;
}

enum qemucore_status qc_error_at(struct qemucore_error *error, enum qemucore_status status,
                                 uint64_t address)
{
    if (error != NULL) {
        error->address = address;
    }
    return status;
}

__attribute__((visibility("default"))) const char *qemucore_status_name(enum qemucore_status status)
{
    static const char *const names[] = {
        [-QEMUCORE_OK] = "ok",
        [-QEMUCORE_INVALID] = "invalid argument",
        [-QEMUCORE_NO_MEMORY] = "out of memory",
        [-QEMUCORE_SYSTEM] = "system call failed",
        [-QEMUCORE_UNSUPPORTED] = "not supported",
        [-QEMUCORE_CORRUPT] = "damaged",
        [-QEMUCORE_TRUNCATED] = "truncated",
        [-QEMUCORE_ABSENT] = "not in the dump",
        [-QEMUCORE_LIMIT] = "over our limit",
        [-QEMUCORE_NOT_FOUND] = "not found",
        [-QEMUCORE_CANCELLED] = "cancelled",
        [-QEMUCORE_TIMED_OUT] = "past the deadline",
    };
    if (status > QEMUCORE_OK || status < QEMUCORE_TIMED_OUT) {
        return "unknown status";
    }
    return names[-(int)status];
}
