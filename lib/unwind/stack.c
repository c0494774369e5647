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
        frame->tail_call = step->jumped;
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
    if (step->exact || step->jumped || core->arch->after_call[0] == 0 ||
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

/* What is known of the place that a step has come to. */
struct place {
    struct qemucore_module *module;
    uint64_t lookup;
    bool has_symbol;
    struct qc_symbol symbol;
    size_t count; /* of scopes */
    struct qc_scope scopes[QC_LIMIT_INLINE_DEPTH];
};

static void place_find(struct qemucore_module *module, uint64_t lookup, struct place *ret)
{
    ret->module = module;
    ret->lookup = lookup;
    ret->has_symbol = module != NULL && qc_symbols_by_address(module, lookup, &ret->symbol);
    ret->count = module == NULL
                     ? 0
                     : qc_units_scopes(module, lookup, ret->scopes, QC_LIMIT_INLINE_DEPTH);
}

/* The function of the place, as far as debug info or a symbol tells. */
static void place_function(const struct place *place, struct qc_frame *physical)
{
    if (place->count != 0) {
        physical->has_function = true;
        physical->function = place->scopes[place->count - 1].die;
        physical->function_start = place->scopes[place->count - 1].start;
    } else if (place->has_symbol) {
        physical->function_start = place->symbol.address;
    }
}

/* A frame for each call that is inlined there, then one for the function. */
static bool stack_add_scopes(struct qc_stack *stack, const struct qc_step *step,
                             const struct place *place)
{
    for (size_t i = 0; i < place->count; i++) {
        const struct qc_scope *scope = &place->scopes[i];
        struct qemucore_frame *frame = stack_add(stack, step, place->module);
        if (frame == NULL) {
            return false;
        }
        bool has_name = scope->name != NULL && scope->name[0] != '\0';
        frame->function = has_name ? scope->name : NULL;
        frame->source_file = scope->file;
        frame->source_line = scope->line;
        frame->inlined = scope->inlined;
        frame->has_scope = true;
        frame->scope = scope->die;
        /* The cold part of a function may lie before its start; its symbol is its own. */
        uint64_t start = place->lookup >= scope->start || !place->has_symbol
                             ? scope->start
                             : place->symbol.address;
        frame->offset = frame->pc - start;
        if (frame->function == NULL && place->has_symbol && !frame->inlined) {
            frame->function = place->symbol.name;
        }
    }
    return true;
}

static bool stack_add_symbol(struct qc_stack *stack, const struct qc_step *step,
                             const struct place *place)
{
    struct qemucore_frame *frame = stack_add(stack, step, place->module);
    if (frame != NULL) {
        frame->function = place->has_symbol ? place->symbol.name : NULL;
        frame->offset = place->has_symbol ? frame->pc - place->symbol.address : 0;
    }
    return frame != NULL;
}

static bool stack_add_place(struct qc_stack *stack, const struct qc_core *core,
                            const struct qc_step *step, const struct place *place)
{
    if (!stack_add_physical(stack, core, step, place->module)) {
        return false;
    }
    place_function(place, &stack->physical.items[stack->physical.count - 1]);
    return place->count != 0 ? stack_add_scopes(stack, step, place)
                             : stack_add_symbol(stack, step, place);
}

/* The frames that the caller's callee would have, had it not jumped to where the stack is now. What
   a jump leaves in the registers is what the caller finds in them when the call returns. */
static bool stack_add_jumps(struct qc_stack *stack, struct qc_core *core,
                            const struct qc_step *step, const struct place *caller)
{
    struct qc_tail_call jumps[QC_LIMIT_TAIL_CALLS];
    struct qc_frame frame = {.module = caller->module, .registers = step->registers};
    if (stack->physical.count == 0 || step->exact || caller->count == 0) {
        return true;
    }
    place_function(caller, &frame);
    size_t count = qc_tail_calls_find(
        &frame, &stack->physical.items[stack->physical.count - 1], jumps);
    for (size_t i = 0; i < count; i++) {
        struct qc_step jump = {.registers = step->registers,
                               .guessed = step->guessed,
                               .jumped = true};
        struct place place;
        jump.registers.pc = jumps[i].pc;
        jump.registers.known[core->arch->stack_pointer] = false;
        place_find(jumps[i].module, jumps[i].pc - 1, &place);
        if (!stack_add_place(stack, core, &jump, &place)) {
            return false;
        }
    }
    return true;
}

static bool stack_add_frames(struct qc_stack *stack, struct qc_core *core,
                             const struct qc_step *step, struct qemucore_module *module)
{
    struct place place;
    place_find(module, qc_step_lookup(step), &place);
    return stack_add_jumps(stack, core, step, &place) &&
           stack_add_place(stack, core, step, &place);
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

static bool stack_has(const struct qc_stack *stack, uint64_t pc)
{
    for (size_t i = 0; i < stack->physical.count; i++) {
        if (stack->physical.items[i].registers.pc == pc) {
            return true;
        }
    }
    return false;
}

static void stack_walk(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                       struct qc_step step, unsigned max_frames, struct qc_stack *stack)
{
    struct qc_core *core = qc_unwinder_core(unwinder);
    stack->arch = core->arch;
    for (unsigned depth = 0; depth < max_frames; depth++) {
        struct qemucore_module *module = qc_unwinder_module(unwinder, qc_step_lookup(&step));
        if (!stack_add_frames(stack, core, &step, module)) {
            stack_end(stack, "out of memory");
            return;
        }
        struct qemucore_error error;
        bool outermost;
        bool guessed = step.guessed;
        enum qemucore_status status =
            qc_unwinder_step(unwinder, thread, &step, &outermost, &error);
        struct qc_frame *physical = &stack->physical.items[stack->physical.count - 1];
        physical->has_cfa = step.has_cfa;
        physical->cfa = step.cfa;
        if (status != QEMUCORE_OK) {
            stack->outermost = outermost && !guessed;
            stack_end(stack, !outermost ? error.message
                             : guessed ? "its frames are guessed: that this is its end is not known"
                                       : "end of stack");
            return;
        }
        if (step.guessed && stack_has(stack, step.registers.pc)) {
            stack_end(stack, "guesses lead back to where the stack has been");
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
    stack->outermost = !stack->frames.items[stack->frames.count - 1].guessed;
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
