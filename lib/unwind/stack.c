/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/stack.h"

#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf.h"
#include "modules/modules.h"

static void stack_end(struct qc_stack *stack, const char *sentence)
{
    if (stack->end == NULL) {
        stack->end = strdup(sentence);
    }
}

static struct qemucore_frame *stack_add(struct qc_stack *stack, const struct qc_step *step,
                                        struct qemucore_module *module)
{
    struct qemucore_frame *frame = qc_vec_add(&stack->frames);
    if (frame != NULL) {
        frame->level = (unsigned)stack->frames.count - 1;
        frame->pc = step->registers.pc;
        frame->module = module;
        frame->guessed = step->guessed;
        frame->stack = stack;
        frame->physical = stack->physical.count - 1;
    }
    return frame;
}

/* Where location lists tell what lies where once the call is made: within the call, which may have
   more instructions than the one that jumps. */
static uint64_t locations_lookup(const struct qc_core *core, const struct qc_step *step)
{
    uint64_t lookup = qc_step_lookup(step);
    uint64_t behind;
    if (step->exact || core->arch->after_call[0] == 0 ||
        qc_image_read_number(core->image, step->registers.pc, 4, core->big_endian, &behind,
                             NULL) != QEMUCORE_OK ||
        (behind != core->arch->after_call[0] && behind != core->arch->after_call[1])) {
        return lookup;
    }
    return lookup + 4;
}

/* Keeps what variables are evaluated with. */
static bool stack_add_physical(struct qc_stack *stack, const struct qc_core *core,
                               const struct qc_step *step, struct qemucore_module *module)
{
    struct qc_frame *physical = qc_vec_add(&stack->physical);
    if (physical != NULL) {
        physical->module = module;
        physical->registers = step->registers;
        physical->lookup = locations_lookup(core, step);
    }
    return physical != NULL;
}

/* Adds a frame for the function at step, after one for each call that is inlined there. */
static bool stack_add_frames(struct qc_stack *stack, const struct qc_step *step,
                             struct qemucore_module *module)
{
    uint64_t lookup = qc_step_lookup(step);
    struct qc_scope scopes[QC_LIMIT_INLINE_DEPTH];
    struct qc_symbol symbol;
    bool has_symbol = module != NULL && qc_symbols_by_address(module, lookup, &symbol);
    size_t count =
        module == NULL ? 0 : qc_units_scopes(module, lookup, scopes, QC_LIMIT_INLINE_DEPTH);
    for (size_t i = 0; i < count; i++) {
        struct qemucore_frame *frame = stack_add(stack, step, module);
        if (frame == NULL) {
            return false;
        }
        bool has_name = scopes[i].name != NULL && scopes[i].name[0] != '\0';
        frame->function = has_name ? scopes[i].name : NULL;
        frame->source_file = scopes[i].file;
        frame->source_line = scopes[i].line;
        frame->inlined = scopes[i].inlined;
        frame->has_scope = true;
        frame->scope = scopes[i].die;
        /* The cold part of a function may lie before its start; its symbol is its own. */
        uint64_t start = lookup >= scopes[i].start || !has_symbol ? scopes[i].start
                                                                  : symbol.address;
        frame->offset = frame->pc - start;
        if (frame->function == NULL && has_symbol && !frame->inlined) {
            frame->function = symbol.name;
        }
    }
    if (count != 0) {
        struct qc_frame *physical = &stack->physical.items[stack->physical.count - 1];
        physical->has_function = true;
        physical->function = scopes[count - 1].die;
        physical->function_start = scopes[count - 1].start;
    } else {
        struct qemucore_frame *frame = stack_add(stack, step, module);
        if (frame == NULL) {
            return false;
        }
        frame->function = has_symbol ? symbol.name : NULL;
        frame->offset = has_symbol ? frame->pc - symbol.address : 0;
    }
    return true;
}

static bool stack_start(const struct qc_core *core, const struct qc_thread *thread,
                        struct qc_step *step)
{
    *step = (struct qc_step){.exact = true};
    if (core->arch == NULL || thread->registers == NULL) {
        return false;
    }
    for (size_t i = 0; i < core->arch->register_count; i++) {
        const struct qc_arch_register *row = &core->arch->registers[i];
        qc_registers_set(&step->registers, row->dwarf, thread->registers[row->slot]);
    }
    step->registers.pc = thread->registers[core->arch->pc_slot] & core->arch->pc_mask;
    return true;
}

static void stack_walk(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                       struct qc_step step, unsigned max_frames, struct qc_stack *stack)
{
    struct qc_core *core = qc_unwinder_core(unwinder);
    stack->arch = core->arch;
    for (unsigned depth = 0; depth < max_frames; depth++) {
        struct qemucore_module *module = qc_unwinder_module(unwinder, qc_step_lookup(&step));
        if (!stack_add_physical(stack, core, &step, module) ||
            !stack_add_frames(stack, &step, module)) {
            stack_end(stack, "out of memory");
            return;
        }
        struct qemucore_error error;
        bool outermost;
        enum qemucore_status status =
            qc_unwinder_step(unwinder, thread, &step, &outermost, &error);
        stack->physical.items[depth].has_cfa = step.has_cfa;
        stack->physical.items[depth].cfa = step.cfa;
        if (status != QEMUCORE_OK) {
            stack->outermost = outermost;
            stack_end(stack, outermost ? "end of stack" : error.message);
            return;
        }
        if (step.signal) {
            stack->frames.items[stack->frames.count - 1].signal = true;
        }
    }
    char sentence[64];
    snprintf(sentence, sizeof(sentence), "cut after %u frames", max_frames);
    stack_end(stack, sentence);
}

/* Only when all are there do the frames keep their places. */
static void stack_link(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                       struct qc_stack *stack)
{
    stack->entry_budget = QC_LIMIT_ENTRY_VALUES;
    for (size_t i = 0; i < stack->physical.count; i++) {
        struct qc_frame *physical = &stack->physical.items[i];
        physical->entry_budget = &stack->entry_budget;
        physical->thread = thread;
        physical->tls_address = qc_unwinder_tls(unwinder);
        physical->caller = i + 1 < stack->physical.count ? physical + 1 : NULL;
    }
}

void qc_stack_unwind(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                     unsigned max_frames, struct qc_stack *stack)
{
    const struct qc_core *core = qc_unwinder_core(unwinder);
    struct qc_step step;
    if (!stack_start(core, thread, &step)) {
        stack_end(stack, core->arch == NULL ? "the registers of this machine are not known to us"
                                            : "the dump holds no registers of this thread");
        return;
    }
    stack_walk(unwinder, thread, step, max_frames, stack);
    stack_link(unwinder, thread, stack);
}

void qc_stack_unwind_registers(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                               const struct qc_registers *registers, unsigned max_frames,
                               struct qc_stack *stack)
{
    stack_walk(unwinder, thread, (struct qc_step){.registers = *registers}, max_frames, stack);
    stack_link(unwinder, thread, stack);
}

void qc_stack_cut(struct qc_stack *stack, size_t physical, const char *end)
{
    while (stack->frames.count > 0 &&
           stack->frames.items[stack->frames.count - 1].physical >= physical) {
        stack->frames.count--;
    }
    stack->physical.count = physical;
    stack->physical.items[physical - 1].caller = NULL;
    stack->outermost = true;
    free(stack->end);
    stack->end = NULL;
    stack_end(stack, end);
}

void qc_stack_free(struct qc_stack *stack)
{
    for (size_t i = 0; i < stack->frames.count; i++) {
        qc_vec_free(&stack->frames.items[i].arguments);
        qc_vec_free(&stack->frames.items[i].locals);
    }
    qc_vec_free(&stack->frames);
    qc_vec_free(&stack->physical);
    free(stack->end);
    stack->end = NULL;
}

/* What `list` finds in the frame's scope, kept in *objects. */
static const struct qc_objects *
frame_list(struct qemucore_frame *frame, bool *listed, struct qc_objects *objects,
           bool (*list)(const struct qc_frame *, Dwarf_Die *, struct qc_objects *))
{
    const struct qc_frame *physical = &frame->stack->physical.items[frame->physical];
    if (!*listed && frame->has_scope && !list(physical, &frame->scope, objects)) {
        qc_vec_free(objects);
        return NULL;
    }
    *listed = true;
    return objects;
}

const struct qc_objects *qc_stack_arguments(struct qemucore_frame *frame)
{
    return frame_list(frame, &frame->arguments_listed, &frame->arguments, qc_variables_arguments);
}

const struct qc_objects *qc_stack_locals(struct qemucore_frame *frame)
{
    return frame_list(frame, &frame->locals_listed, &frame->locals, qc_variables_locals);
}
