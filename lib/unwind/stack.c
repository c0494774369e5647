/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/stack.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf.h"
#include "modules/modules.h"
#include "unwind/call.h"
#include "unwind/caller.h"
#include "unwind/symbolizer.h"
#include "unwind/unwind_limits.h"
#include "values/values.h"

/* Steps over frames that are left out, some 2 us each, between two looks at the clock. */
#define STEPS_PER_LOOK 1024

static void stack_end(struct qc_stack *stack, const char *sentence)
{
    if (stack->end == NULL) {
        stack->end = strdup(sentence);
    }
}

static void stack_end_after(struct qc_stack *stack, unsigned frames)
{
    char sentence[64];
    snprintf(sentence, sizeof(sentence), "cut after %u frames", frames);
    stack_end(stack, sentence);
}

/* Adds a frame. NULL: out of memory, or over the limit on frames of all stacks. */
static struct qemucore_frame *stack_add(struct qc_stack *stack, const struct qc_step *step,
                                        struct qemucore_module *module)
{
    struct qemucore_error error;
    if (qc_unwinder_take(stack->unwinder, QC_UNWINDER_FRAMES, &error) != QEMUCORE_OK) {
        stack_end(stack, error.message);
        return NULL;
    }
    struct qemucore_frame *frame = qc_vec_add(&stack->frames);
    if (frame == NULL) {
        qc_unwinder_give_frames(stack->unwinder, 1);
        return NULL;
    }
    frame->level = (unsigned)stack->frames.count - 1;
    frame->pc = step->registers.pc;
    frame->module = module;
    frame->guessed = step->guessed;
    frame->tail_call = step->jumped;
    frame->stack = stack;
    frame->physical = (unsigned)stack->physical.count - 1;
    return frame;
}

/* Drops all frames but those of the first physical ones. */
static void stack_shorten(struct qc_stack *stack, size_t physical)
{
    size_t before = stack->frames.count;
    while (stack->frames.count > 0 && qc_vec_last(&stack->frames)->physical >= physical) {
        stack->frames.count--;
    }
    qc_unwinder_give_frames(stack->unwinder, before - stack->frames.count);
    stack->physical.count = physical;
    if (stack->frames.count <= stack->left_out_at) {
        stack->left_out = 0;
    }
}

/* Returns the address for look-ups in location lists, to tell what lies where once the call is
   made: one within the call, which may have an instruction after the one that jumps. */
static uint64_t locations_lookup(const struct qc_core *core, const struct qc_step *step)
{
    uint64_t lookup = qc_step_lookup(step);
    uint64_t after;
    if (step->exact || step->jumped || core->arch->after_call[0] == 0 ||
        !qc_core_number(core, step->registers.pc, 4, &after) ||
        (after != core->arch->after_call[0] && after != core->arch->after_call[1])) {
        return lookup;
    }
    return lookup + 4;
}

/* Adds a frame's register values. They may still move: stack_link sets the pointer to them. */
static bool stack_add_registers(struct qc_stack *stack, const struct qc_registers *registers,
                                struct qc_kept_registers *ret)
{
    uint64_t values[QC_ARCH_REGISTERS];
    size_t count = qc_registers_keep(registers, values, ret);
    ret->values = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!qc_vec_push(&stack->values, values[i])) {
            return false;
        }
    }
    return true;
}

/* Adds a physical frame: what variables are evaluated with. */
static bool stack_add_physical(struct qc_stack *stack, const struct qc_core *core,
                               const struct qc_step *step, struct qemucore_module *module)
{
    struct qc_frame *physical = qc_vec_add(&stack->physical);
    if (physical == NULL) {
        return false;
    }
    physical->module = module;
    physical->lookup = locations_lookup(core, step);
    return stack_add_registers(stack, &step->registers, &physical->registers);
}

/* Adds a frame for each inlined call at the place, then one for the function. */
static bool stack_add_scopes(struct qc_stack *stack, const struct qc_step *step,
                             const struct qc_symbolized *place)
{
    for (size_t i = 0; i < place->known.count; i++) {
        const struct qc_scope *scope = &place->scopes[i];
        struct qemucore_frame *frame = stack_add(stack, step, place->known.module);
        if (frame == NULL) {
            return false;
        }
        bool has_name = scope->name != NULL && scope->name[0] != '\0';
        frame->function = has_name ? scope->name : NULL;
        frame->source_file = scope->file;
        frame->source_line = scope->line;
        /* A jump from inlined code is shown as a call of its own, as gdb does; but not after a
           guess: two frames with one place would look like a stack that runs in a circle. */
        frame->inlined = scope->inlined && !(step->jumped && !step->guessed && i == 0);
        frame->has_scope = true;
        frame->scope = scope->die;
        /* The cold part of a function may lie before its start, and has a symbol of its own. */
        uint64_t start = place->known.lookup >= scope->start || !place->known.has_symbol
                             ? scope->start
                             : place->known.symbol.address;
        frame->offset = frame->pc - start;
        if (frame->function == NULL && place->known.has_symbol && !scope->inlined) {
            frame->function = place->known.symbol.name;
        }
    }
    return true;
}

static bool stack_add_symbol(struct qc_stack *stack, const struct qc_step *step,
                             const struct qc_symbolized *place)
{
    struct qemucore_frame *frame = stack_add(stack, step, place->known.module);
    if (frame != NULL) {
        frame->function = place->known.has_symbol ? place->known.symbol.name : NULL;
        frame->offset = place->known.has_symbol ? frame->pc - place->known.symbol.address : 0;
    }
    return frame != NULL;
}

static bool stack_add_place(struct qc_stack *stack, const struct qc_core *core,
                            const struct qc_step *step, const struct qc_symbolized *place)
{
    if (!stack_add_physical(stack, core, step, place->known.module)) {
        return false;
    }
    qc_symbolized_function(place, qc_vec_last(&stack->physical));
    return place->known.count != 0 ? stack_add_scopes(stack, step, place)
                             : stack_add_symbol(stack, step, place);
}

/* Tells whether the target of the jumps is known: by the address where it begins; or, in a missing
   file, because the thread itself is in it, so that no frame lies between it and the caller. */
static bool stack_knows_jump_target(struct qc_stack *stack, const struct qc_step *step,
                                    const struct qemucore_module *caller)
{
    const struct qc_frame *callee = qc_vec_last(&stack->physical);
    return callee->function_start != 0 ||
           (step->guessed && stack->physical.count == 1 && callee->module != NULL &&
            callee->module != caller &&
            !qc_call_is_described(stack->unwinder, callee->registers.pc));
}

/* Adds frames for the functions that jumped, between the caller and the last frame. Registers that
   a jump leaves as they are have the values that the caller finds when the call returns. */
static bool stack_add_jumps(struct qc_stack *stack, struct qc_core *core,
                            const struct qc_step *step, const struct qc_symbolized *caller)
{
    struct qc_tail_call jumps[QC_LIMIT_TAIL_CALLS];
    struct qc_frame frame = {.module = caller->known.module};
    uint64_t values[QC_ARCH_REGISTERS];
    if (stack->physical.count == 0 || step->exact || caller->known.count == 0 ||
        !stack_knows_jump_target(stack, step, caller->known.module)) {
        return true;
    }
    qc_registers_keep(&step->registers, values, &frame.registers);
    qc_symbolized_function(caller, &frame);
    struct qc_symbolizer *symbolizer = qc_unwinder_symbolizer(stack->unwinder);
    size_t count =
        qc_symbolizer_tail_calls(symbolizer, &frame, qc_vec_last(&stack->physical), jumps);
    for (size_t i = 0; i < count; i++) {
        struct qc_step jump = {.registers = step->registers,
                               .guessed = step->guessed,
                               .jumped = true};
        struct qc_symbolized place;
        jump.registers.pc = jumps[i].pc;
        jump.registers.known[core->arch->stack_pointer] = false;
        qc_symbolizer_find(symbolizer, jumps[i].module, jumps[i].pc - 1, &place);
        if (!stack_add_place(stack, core, &jump, &place)) {
            return false;
        }
    }
    return true;
}

static bool stack_add_frames(struct qc_stack *stack, struct qc_core *core,
                             const struct qc_step *step, struct qemucore_module *module)
{
    struct qc_symbolized place;
    qc_symbolizer_find(qc_unwinder_symbolizer(stack->unwinder), module, qc_step_lookup(step),
                       &place);
    return stack_add_jumps(stack, core, step, &place) && stack_add_place(stack, core, step, &place);
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
        uint64_t value;
        if (qc_core_register(core, thread, row->dwarf, &value)) {
            qc_registers_set(&step->registers, row->dwarf, value);
        }
    }
    step->registers.pc = thread->registers[core->arch->pc_slot] & core->arch->pc_mask;
    return true;
}

static bool stack_has(const struct qc_stack *stack, uint64_t pc)
{
    return qc_vec_any(&stack->physical, frame, frame->registers.pc == pc);
}

/* Sets what the step to the caller has told of the last frame. */
static void stack_note_step(struct qc_stack *stack, const struct qc_step *step)
{
    struct qc_frame *physical = qc_vec_last(&stack->physical);
    physical->has_cfa = step->has_cfa;
    physical->cfa = step->cfa;
    qc_vec_last(&stack->frames)->signal |= step->signal;
}

/* Adds the frame at `step`, with the calls inlined there. False: nothing was added. */
static bool stack_take_frame(struct qc_unwinder *unwinder, const struct qc_step *step,
                             struct qc_stack *stack)
{
    size_t before = stack->physical.count;
    struct qemucore_module *module = qc_unwinder_module(unwinder, qc_step_lookup(step));
    bool added = stack_add_frames(stack, qc_unwinder_core(unwinder), step, module);
    if (!added) {
        stack_shorten(stack, before);
    }
    return added;
}

/* Adds at most max_frames frames. Returns true if there are more, from *step on. */
static bool stack_walk(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                       struct qc_step *step, unsigned max_frames, struct qc_stack *stack)
{
    for (unsigned depth = 0; depth < max_frames; depth++) {
        if (qc_core_is_late(qc_unwinder_core(unwinder))) {
            stack_end(stack, "the time limit has passed");
            return false;
        }
        if (!stack_take_frame(unwinder, step, stack)) {
            stack_end(stack, "out of memory");
            return false;
        }
        struct qemucore_error error;
        bool outermost;
        bool guessed = step->guessed;
        enum qemucore_status status = qc_unwinder_step(unwinder, thread, step, &outermost, &error);
        step->signal &= status == QEMUCORE_OK;
        stack_note_step(stack, step);
        if (status != QEMUCORE_OK) {
            stack->outermost = outermost && !guessed;
            stack_end(stack, !outermost ? error.message
                             : guessed ? "its frames are guessed, and so it is not known "
                                         "whether this is the end"
                                       : "end of stack");
            return false;
        }
        if (step->guessed && stack_has(stack, step->registers.pc)) {
            stack_end(stack, "guesses lead back to where the stack has been");
            return false;
        }
    }
    return true;
}

/* Passes over frames until QC_LIMIT_OUTER_FRAMES are left before the end or before a guess. Returns
   how many. Returns 0, and leaves *step as it is, if there are no more, or too many, or the
   deadline is past. */
static size_t stack_skip(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                         struct qc_step *step)
{
    QC_FREE struct qc_step *last = calloc(QC_LIMIT_OUTER_FRAMES, sizeof(*last));
    struct qc_step next = *step;
    size_t count = 0;
    bool outermost;
    bool goes_on = last != NULL && !next.guessed;
    bool is_late = false;
    while (goes_on && !is_late && count < QC_LIMIT_LEFT_OUT) {
        is_late = count % STEPS_PER_LOOK == 0 && qc_core_is_late(qc_unwinder_core(unwinder));
        last[count++ % QC_LIMIT_OUTER_FRAMES] = next;
        goes_on = qc_unwinder_step(unwinder, thread, &next, &outermost, NULL) == QEMUCORE_OK &&
                  !next.guessed;
    }
    size_t skipped = goes_on || count <= QC_LIMIT_OUTER_FRAMES ? 0 : count - QC_LIMIT_OUTER_FRAMES;
    if (skipped != 0) {
        *step = last[skipped % QC_LIMIT_OUTER_FRAMES];
    }
    return skipped;
}

/* Adds the outermost frames of a stack that has more frames than are kept. */
static void stack_walk_outer(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                             struct qc_step *step, struct qc_stack *stack)
{
    struct qc_core *core = qc_unwinder_core(unwinder);
    uint64_t address = step->registers.value[core->arch->stack_pointer];
    size_t before = stack->frames.count;
    stack->left_out = stack_skip(unwinder, thread, step);
    stack->left_out_at = before;
    if (stack_walk(unwinder, thread, step, QC_LIMIT_OUTER_FRAMES, stack)) {
        stack_end_after(stack, QC_LIMIT_FRAMES + QC_LIMIT_OUTER_FRAMES);
    }
    if (stack->frames.count == before) {
        stack->left_out = 0; /* the deadline came first: no frame follows those left out */
    }
    if ((stack->left_out != 0 || !stack->outermost) && qc_unwinder_tell_deep(unwinder)) {
        qc_core_add_missing(core, QEMUCORE_LIMIT, 0, NULL,
                            "a stack has more than %d frames: those in its middle, from 0x%" PRIx64
                            " on, are left out",
                            QC_LIMIT_FRAMES, address);
    }
}

/* Sets pointers to frames and to register values, which move until all of them are there. */
static void stack_link(struct qc_stack *stack)
{
    qc_vec_fit(&stack->frames);
    qc_vec_fit(&stack->physical);
    qc_vec_fit(&stack->values);
    const uint64_t *values = stack->values.items;
    for (size_t i = 0; i < stack->physical.count; i++) {
        struct qc_frame *physical = &stack->physical.items[i];
        physical->registers.values = values;
        values += qc_kept_registers_count(&physical->registers);
        physical->context = &stack->context;
        physical->caller = i + 1 < stack->physical.count ? physical + 1 : NULL;
    }
    if (stack->left_out != 0) {
        stack->physical.items[stack->frames.items[stack->left_out_at].physical - 1].caller = NULL;
    }
}

static void stack_unwind(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                         struct qc_step step, unsigned max_frames, struct qc_stack *stack)
{
    stack->arch = qc_unwinder_core(unwinder)->arch;
    stack->unwinder = unwinder;
    stack->context = (struct qc_frame_context){.thread = thread,
                                               .entry_budget = QC_LIMIT_ENTRY_VALUES,
                                               .entry_budget_of_all =
                                                   qc_unwinder_entry_values(unwinder)};
    bool more = stack_walk(unwinder, thread, &step, max_frames, stack);
    if (more && max_frames == QC_LIMIT_FRAMES) {
        stack_walk_outer(unwinder, thread, &step, stack);
    } else if (more) {
        stack_end_after(stack, max_frames);
    }
    stack_link(stack);
}

void qc_stack_unwind(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                     unsigned max_frames, struct qc_stack *stack)
{
    const struct qc_core *core = qc_unwinder_core(unwinder);
    struct qc_step step;
    if (!stack_start(core, thread, &step)) {
        stack_end(stack, core->arch == NULL ? "libqemucore does not know the registers of this CPU"
                             : thread->caught == QC_CAUGHT_ON_CPU
                                 ? "the thread was on a CPU: its registers are not known"
                                 : "the dump holds no registers of this thread");
        return;
    }
    stack_unwind(unwinder, thread, step, max_frames, stack);
}

void qc_stack_unwind_registers(struct qc_unwinder *unwinder, const struct qc_thread *thread,
                               const struct qc_registers *registers, unsigned max_frames,
                               struct qc_stack *stack)
{
    struct qc_step step = {.registers = *registers, .exact = true};
    stack_unwind(unwinder, thread, step, max_frames, stack);
}

void qc_stack_cut(struct qc_stack *stack, size_t physical, const char *end)
{
    stack_shorten(stack, physical);
    stack->physical.items[physical - 1].caller = NULL;
    stack->outermost = !qc_vec_last(&stack->frames)->guessed;
    free(stack->end);
    stack->end = NULL;
    stack_end(stack, end);
}

void qc_stack_moved(struct qc_stack *stack)
{
    for (size_t i = 0; i < stack->frames.count; i++) {
        stack->frames.items[i].stack = stack;
    }
    for (size_t i = 0; i < stack->physical.count; i++) {
        stack->physical.items[i].context = &stack->context;
    }
}

void qc_stack_forget(struct qemucore_frame *frame)
{
    if (frame->variables != NULL) {
        qc_vec_free(&frame->variables->arguments);
        qc_vec_free(&frame->variables->locals);
        free(frame->variables);
        frame->variables = NULL;
    }
}

void qc_stack_free(struct qc_stack *stack)
{
    if (stack->unwinder != NULL) {
        qc_unwinder_give_frames(stack->unwinder, stack->frames.count);
    }
    qc_vec_free_each(&stack->frames, item, qc_stack_forget(item));
    qc_vec_free(&stack->physical);
    qc_vec_free(&stack->values);
    free(stack->end);
    stack->end = NULL;
}

size_t qc_stack_left_out(const struct qemucore_frame *frame)
{
    return frame->stack->left_out != 0 && frame->level == frame->stack->left_out_at
               ? frame->stack->left_out
               : 0;
}

/* Returns what `list` finds in the frame's scope, kept in *objects. NULL: out of memory. */
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

static struct qc_frame_variables *frame_variables(struct qemucore_frame *frame)
{
    if (frame->variables == NULL) {
        frame->variables = calloc(1, sizeof(*frame->variables));
    }
    return frame->variables;
}

const struct qc_objects *qc_stack_arguments(struct qemucore_frame *frame)
{
    struct qc_frame_variables *variables = frame_variables(frame);
    return variables == NULL ? NULL
                             : frame_list(frame, &variables->arguments_listed,
                                          &variables->arguments, qc_variables_arguments);
}

const struct qc_objects *qc_stack_locals(struct qemucore_frame *frame)
{
    struct qc_frame_variables *variables = frame_variables(frame);
    return variables == NULL ? NULL
                             : frame_list(frame, &variables->locals_listed, &variables->locals,
                                          qc_variables_locals);
}
