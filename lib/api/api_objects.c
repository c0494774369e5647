/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/handle.h"
#include "base/base.h"
#include "qemu/qemu.h"
#include "text/text.h"

static enum qemucore_status object_store(enum qemucore_status status,
                                         const struct qemucore_object *object,
                                         struct qemucore_object **ret,
                                         struct qemucore_error *error)
{
    struct qemucore_object *made = status == QEMUCORE_OK ? malloc(sizeof(*made)) : NULL;
    if (made == NULL) {
        return status == QEMUCORE_OK ? qc_error_memory(error) : status;
    }
    *made = *object;
    *ret = made;
    return QEMUCORE_OK;
}

static enum qemucore_status object_find(struct qemucore *core, const struct qc_thread *thread,
                                        const char *expression, struct qemucore_object **ret,
                                        struct qemucore_error *error)
{
    struct qemucore_object object;
    QC_FAIL_IF(expression == NULL || ret == NULL, error, QEMUCORE_INVALID,
               "expression or ret is NULL");
    enum qemucore_status status =
        qc_expression_find(core->process, expression, thread, &object, error);
    return object_store(status, &object, ret, error);
}

QC_EXPORT enum qemucore_status qemucore_object_find(struct qemucore *core, const char *expression,
                                                    struct qemucore_object **ret,
                                                    struct qemucore_error *error)
{
    return object_find(core, NULL, expression, ret, error);
}

QC_EXPORT enum qemucore_status
qemucore_thread_object_find(struct qemucore *core, const struct qemucore_thread *thread,
                            const char *expression, struct qemucore_object **ret,
                            struct qemucore_error *error)
{
    return object_find(core, thread->core_thread, expression, ret, error);
}

QC_EXPORT enum qemucore_status
qemucore_frame_object_find(struct qemucore_frame *frame, const char *expression,
                           struct qemucore_object **ret, struct qemucore_error *error)
{
    struct qemucore_object object;
    const struct qc_objects *locals = qc_stack_locals(frame);
    const struct qc_objects *arguments = qc_stack_arguments(frame);
    QC_FAIL_IF(expression == NULL || ret == NULL, error, QEMUCORE_INVALID,
               "expression or ret is NULL");
    QC_TRY_MEMORY(locals != NULL && arguments != NULL, error);
    enum qemucore_status status = qc_objects_path(locals, arguments, expression, &object, error);
    return object_store(status, &object, ret, error);
}

QC_EXPORT const struct qemucore_object *
qemucore_argument_next(struct qemucore_frame *frame, const struct qemucore_object *previous)
{
    return QC_NEXT(qc_stack_arguments(frame), previous);
}

QC_EXPORT const struct qemucore_object *
qemucore_local_next(struct qemucore_frame *frame, const struct qemucore_object *previous)
{
    return QC_NEXT(qc_stack_locals(frame), previous);
}

QC_EXPORT enum qemucore_status qemucore_object_member(const struct qemucore_object *object,
                                                      const char *name,
                                                      struct qemucore_object **ret,
                                                      struct qemucore_error *error)
{
    struct qemucore_object member;
    return object_store(qc_object_member(object, name, &member, error), &member, ret, error);
}

QC_EXPORT enum qemucore_status qemucore_object_member_at(const struct qemucore_object *object,
                                                         size_t index,
                                                         struct qemucore_object **ret,
                                                         struct qemucore_error *error)
{
    struct qemucore_object member;
    return object_store(qc_object_member_at(object, index, &member, error), &member, ret, error);
}

QC_EXPORT enum qemucore_status qemucore_object_element(const struct qemucore_object *object,
                                                       int64_t index,
                                                       struct qemucore_object **ret,
                                                       struct qemucore_error *error)
{
    struct qemucore_object element;
    return object_store(qc_object_element(object, index, &element, error), &element, ret, error);
}

QC_EXPORT enum qemucore_status qemucore_object_target(const struct qemucore_object *object,
                                                      struct qemucore_object **ret,
                                                      struct qemucore_error *error)
{
    struct qemucore_object target;
    return object_store(qc_object_target(object, &target, error), &target, ret, error);
}

QC_EXPORT void qemucore_object_free(struct qemucore_object *object)
{
    free(object);
}

QC_GETTER(const char *, qemucore_object_name, qemucore_object, object->name)

QC_EXPORT enum qemucore_object_kind qemucore_object_kind(const struct qemucore_object *object)
{
    static const enum qemucore_object_kind kinds[] = {
        [QC_TYPE_OTHER] = QEMUCORE_OBJECT_OTHER,
        [QC_TYPE_SIGNED] = QEMUCORE_OBJECT_INTEGER,
        [QC_TYPE_UNSIGNED] = QEMUCORE_OBJECT_INTEGER,
        [QC_TYPE_CHARACTER] = QEMUCORE_OBJECT_CHARACTER,
        [QC_TYPE_BOOLEAN] = QEMUCORE_OBJECT_BOOLEAN,
        [QC_TYPE_POINTER] = QEMUCORE_OBJECT_POINTER,
        [QC_TYPE_ENUMERATION] = QEMUCORE_OBJECT_ENUMERATION,
        [QC_TYPE_STRUCTURE] = QEMUCORE_OBJECT_STRUCTURE,
        [QC_TYPE_ARRAY] = QEMUCORE_OBJECT_ARRAY,
    };
    return kinds[object->type.kind];
}

QC_GETTER(size_t, qemucore_object_size, qemucore_object, object->type.size)
QC_GETTER(bool, qemucore_object_is_signed, qemucore_object, object->type.is_signed)

QC_EXPORT enum qemucore_status qemucore_object_address(const struct qemucore_object *object,
                                                       uint64_t *ret,
                                                       struct qemucore_error *error)
{
    struct qemucore_object found;
    QC_TRY(qc_object_in_memory(object, &found, error));
    *ret = found.address;
    return QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status qemucore_object_number(const struct qemucore_object *object,
                                                      uint64_t *ret, struct qemucore_error *error)
{
    return qc_object_number(object, ret, error);
}

QC_EXPORT enum qemucore_status qemucore_object_entry_number(const struct qemucore_object *object,
                                                            uint64_t *ret,
                                                            struct qemucore_error *error)
{
    struct qc_value value;
    QC_TRY(qc_object_passed(object, &value, error));
    *ret = value.bits;
    return QEMUCORE_OK;
}

/* Stores a text in *ret, which owns it then. text NULL means out of memory. */
static enum qemucore_status text_store(char *text, char **ret, struct qemucore_error *error)
{
    QC_TRY_MEMORY(text != NULL, error);
    *ret = text;
    return QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status qemucore_object_type(const struct qemucore_object *object,
                                                    char **ret, struct qemucore_error *error)
{
    return text_store(qc_object_type(object), ret, error);
}

QC_EXPORT enum qemucore_status qemucore_object_text(const struct qemucore_object *object,
                                                    char **ret, bool *cut,
                                                    struct qemucore_error *error)
{
    struct qc_value value;
    QC_TRY(qc_object_value(object, &value, error));
    QC_GUARD(qc_value_names_free) struct qc_value_names names = qc_value_names(object, &value);
    QC_FAIL_IF(names.text == NULL, error, QEMUCORE_NOT_FOUND, "no text stands for the value");
    QC_GIVE(cut, names.text_cut);
    *ret = qc_move(names.text);
    return QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status qemucore_object_symbol(const struct qemucore_object *object,
                                                      char **ret, struct qemucore_error *error)
{
    struct qc_value value;
    QC_TRY(qc_object_value(object, &value, error));
    QC_GUARD(qc_value_names_free) struct qc_value_names names = qc_value_names(object, &value);
    QC_FAIL_IF(names.symbol == NULL, error, QEMUCORE_NOT_FOUND,
               "no symbol at what the value points to");
    *ret = qc_move(names.symbol);
    return QEMUCORE_OK;
}

QC_EXPORT enum qemucore_status qemucore_object_render(const struct qemucore_object *object,
                                                      unsigned depth, char **ret,
                                                      struct qemucore_error *error)
{
    struct qc_strbuf buffer = {0};
    qc_text_object(object, depth, &buffer);
    return text_store(qc_strbuf_take(&buffer), ret, error);
}
