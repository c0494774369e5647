/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values/objects/object_path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "values/values_limits.h"

/* Reads a C identifier at the start of an expression. */
static bool take_name(const char **at, char *name, size_t size)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t length = strspn(*at, letters);
    if (length == 0 || length >= size || (**at >= '0' && **at <= '9')) {
        return false;
    }
    memcpy(name, *at, length);
    name[length] = '\0';
    *at += length;
    return true;
}

/* Follows "[index]". */
static enum qemucore_status object_follow_index(const struct qemucore_object *object, const char **at,
                                                struct qemucore_object *ret,
                                                struct qemucore_error *error)
{
    char *end;
    errno = 0;
    long long index = strtoll(*at + 1, &end, 0);
    QC_FAIL_IF(end == *at + 1 || *end != ']' || errno != 0, error, QEMUCORE_INVALID,
               "\"%s\": not an index", *at);
    *at = end + 1;
    return qc_object_element(object, index, ret, error);
}

/* Follows ".member" or "->member"; a pointer may have a point after it, too. */
static enum qemucore_status object_follow_member(const struct qemucore_object *object, const char **at,
                                                 struct qemucore_object *ret,
                                                 struct qemucore_error *error)
{
    char name[QC_LIMIT_NAME];
    struct qemucore_object holder = *object;
    enum qemucore_status status = QEMUCORE_OK;
    bool arrow = **at == '-';
    *at += arrow ? 2 : 1;
    QC_FAIL_IF(!take_name(at, name, sizeof(name)), error, QEMUCORE_INVALID, "\"%s\": not a member",
               *at);
    if (holder.type.kind == QC_TYPE_POINTER) {
        status = qc_object_target(object, &holder, error);
    } else if (arrow) {
        status =
            qc_error_set(error, QEMUCORE_INVALID, "->%s: its left side is not a pointer", name);
    }
    return status == QEMUCORE_OK ? qc_object_member(&holder, name, ret, error) : status;
}

static enum qemucore_status object_follow(struct qemucore_object *object, const char **at,
                                          struct qemucore_error *error)
{
    struct qemucore_object next;
    if (**at == '[') {
        QC_TRY(object_follow_index(object, at, &next, error));
    } else if (**at == '.' || qc_str_begins(*at, "->")) {
        QC_TRY(object_follow_member(object, at, &next, error));
    } else {
        return qc_error_set(error, QEMUCORE_INVALID, "\"%s\": not .member, ->member or [index]",
                            *at);
    }
    *object = next;
    return QEMUCORE_OK;
}

/* Follows the rest of an expression from `at` on, which is inside `whole`. Errors quote `whole`. */
static enum qemucore_status object_follow_all(struct qemucore_object *object, const char *whole,
                                              const char *at, struct qemucore_error *error)
{
    while (*at != '\0') {
        const char *before = at;
        enum qemucore_status status = object_follow(object, &at, error);
        if (status != QEMUCORE_OK) {
            return qc_error_prefix(error, status, "%.*s", (int)(before - whole), whole);
        }
    }
    return QEMUCORE_OK;
}

bool qc_object_path(const struct qemucore_object *object, const char *path,
                    struct qemucore_object *ret)
{
    char name[QC_LIMIT_NAME];
    const char *at = path;
    struct qemucore_object reached;
    bool is_reached = take_name(&at, name, sizeof(name)) &&
                      qc_object_member(object, name, &reached, NULL) == QEMUCORE_OK &&
                      object_follow_all(&reached, path, at, NULL) == QEMUCORE_OK;
    if (is_reached) {
        *ret = reached;
    }
    return is_reached;
}

/* The last one of a name belongs to the innermost block. */
static const struct qemucore_object *objects_find(const struct qc_objects *objects,
                                                  const char *name)
{
    for (size_t i = objects->count; i > 0; i--) {
        const struct qemucore_object *object = &objects->items[i - 1];
        if (object->name != NULL && strcmp(object->name, name) == 0) {
            return object;
        }
    }
    return NULL;
}

enum qemucore_status qc_objects_path(const struct qc_objects *locals,
                                     const struct qc_objects *arguments, const char *expression,
                                     struct qemucore_object *ret, struct qemucore_error *error)
{
    char name[QC_LIMIT_NAME];
    const char *at = expression;
    QC_FAIL_IF(!take_name(&at, name, sizeof(name)), error, QEMUCORE_INVALID,
               "\"%s\" does not begin with a name", expression);
    const struct qemucore_object *object = objects_find(locals, name);
    if (object == NULL) {
        object = objects_find(arguments, name);
    }
    QC_FAIL_IF(object == NULL, error, QEMUCORE_NOT_FOUND, "no argument or local %s", name);
    struct qemucore_object reached = *object;
    QC_TRY(object_follow_all(&reached, expression, at, error));
    *ret = reached;
    return QEMUCORE_OK;
}

/* Reads "0x55d0c0de:QemuCond". */
static enum qemucore_status take_address(struct qc_modules *modules, const char **at,
                                         struct qemucore_object *ret, struct qemucore_error *error)
{
    char *end;
    char name[QC_LIMIT_NAME];
    unsigned long long address = strtoull(*at, &end, 0);
    const char *type = *end == ':' ? end + 1 : NULL;
    size_t space = type == NULL ? 0 : strcspn(type, " ");
    const char *tag = type == NULL || type[space] != ' ' ? type : type + space + 1;
    QC_FAIL_IF(type == NULL || !take_name(&tag, name, sizeof(name)), error, QEMUCORE_INVALID,
               "\"%s\": an address needs a type, as in "
               "0x55d0c0de:QemuCond", *at);
    *at = tag;
    return qc_object_at(modules, name, address, ret, error);
}

/* Reads "name" or "'util/rcu.c'::name". */
static enum qemucore_status take_variable(struct qc_modules *modules, const char **at,
                                          const struct qc_thread *thread,
                                          struct qemucore_object *ret, struct qemucore_error *error)
{
    char name[QC_LIMIT_NAME];
    char unit[QC_LIMIT_NAME] = "";
    if (**at == '\'') {
        size_t length = strcspn(*at + 1, "'");
        const char *after = *at + 1 + length;
        QC_FAIL_IF(strncmp(after, "'::", 3) != 0 || length >= sizeof(unit), error, QEMUCORE_INVALID,
                   "\"%s\": not 'FILE'::NAME", *at);
        memcpy(unit, *at + 1, length);
        unit[length] = '\0';
        *at = after + 3;
    }
    QC_FAIL_IF(!take_name(at, name, sizeof(name)), error, QEMUCORE_INVALID,
               "\"%s\" does not begin with a name", *at);
    return qc_object_variable(modules, name, unit[0] == '\0' ? NULL : unit, thread, ret, error);
}

enum qemucore_status qc_object_find(struct qc_modules *modules, const char *expression,
                                    const struct qc_thread *thread,
                                    struct qemucore_object *ret, struct qemucore_error *error)
{
    struct qemucore_object object;
    bool follow = expression[0] == '*';
    const char *at = follow ? expression + 1 : expression;
    QC_TRY(*at >= '0' && *at <= '9' ? take_address(modules, &at, &object, error)
                                    : take_variable(modules, &at, thread, &object, error));
    QC_TRY(object_follow_all(&object, expression, at, error));
    if (follow) {
        struct qemucore_object pointer = object;
        QC_TRY(qc_object_target(&pointer, &object, error));
    }
    *ret = object;
    return QEMUCORE_OK;
}
