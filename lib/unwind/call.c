/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unwind/call.h"

#include <elf.h>

#include "base/base.h"
#include "modules/modules.h"
#include "unwind/unwind_limits.h"

/* A search for jumps that lead from the target of a call to the callee. */
struct search {
    struct qc_unwinder *unwinder;
    const struct qc_callee *callee;
    size_t budget; /* bytes of code that may still be read */
    const struct qemucore_module *caller; /* module of the call; NULL: none */
};

bool qc_call_is_code(const struct qc_modules *modules, uint64_t address)
{
    const struct qc_segment *segment = qc_core_segment(modules->core, address);
    return segment != NULL && (segment->flags & PF_X) != 0;
}

bool qc_call_is_described(struct qc_unwinder *unwinder, uint64_t address)
{
    struct qemucore_module *module = qc_modules_find(qc_unwinder_modules(unwinder), address);
    struct qc_cfi *cfi;
    uint64_t start;
    uint64_t end;
    return module != NULL && qc_module_open(module) &&
           qc_unwinder_cfi(unwinder, module, &cfi, NULL) == QEMUCORE_OK &&
           qc_cfi_function(cfi, address, &start, &end);
}

struct qc_callee qc_callee_at(struct qc_unwinder *unwinder, uint64_t address)
{
    struct qc_callee callee = {.address = address};
    struct qemucore_module *module = qc_modules_find(qc_unwinder_modules(unwinder), address);
    struct qc_cfi *cfi;
    struct qc_symbol symbol;
    if (module == NULL || !qc_module_open(module) ||
        qc_unwinder_cfi(unwinder, module, &cfi, NULL) != QEMUCORE_OK ||
        qc_cfi_function(cfi, address, &callee.start, &callee.end)) {
        return callee;
    }
    if (qc_symbols_by_address(module, address, &symbol) && symbol.size != 0) {
        callee.start = symbol.address;
        callee.end = symbol.address + symbol.size;
    }
    return callee;
}

static bool code_read(struct qc_unwinder *unwinder, uint64_t address, uint8_t *code, size_t size)
{
    struct qc_core *core = qc_unwinder_core(unwinder);
    struct qemucore_module *module = qc_modules_find(qc_unwinder_modules(unwinder), address);
    if (module != NULL) {
        qc_module_open(module);
    }
    return qc_core_read(core, address, code, size);
}

/* Tells whether address and the callee are in one file, without unwind information (as nearly all
   of musl's libc): a function at address may have called the callee, like one in a missing file. */
static bool both_are_undescribed(struct search *search, uint64_t address)
{
    struct qc_modules *modules = qc_unwinder_modules(search->unwinder);
    const struct qemucore_module *module = qc_modules_find(modules, address);
    return search->callee->end == 0 && module != NULL &&
           module == qc_modules_find(modules, search->callee->address) &&
           !qc_call_is_described(search->unwinder, search->callee->address) &&
           !qc_call_is_described(search->unwinder, address);
}

static struct qc_arch_branch jump_at(struct qc_unwinder *unwinder, uint64_t address)
{
    uint8_t code[QC_ARCH_CODE];
    return code_read(unwinder, address, code, sizeof(code))
               ? qc_unwinder_core(unwinder)->arch->jump(code, address)
               : (struct qc_arch_branch){0};
}

/* Tells whether code at address leads to the callee, by at most `depth` jumps. */
static enum qc_call leads(struct search *search, uint64_t address, unsigned depth);

/* Follows a pointer that ld.so has filled before anything could be called through it. */
static enum qc_call slot_leads(struct search *search, uint64_t slot, unsigned depth)
{
    struct qc_core *core = qc_unwinder_core(search->unwinder);
    uint64_t target;
    if (!qc_core_number(core, slot, 8, &target)) {
        return QC_CALL_ANY;
    }
    return leads(search, target, depth);
}

/* Follows the jumps out of a function. */
static enum qc_call function_leads(struct search *search, const struct qc_callee *function,
                                   unsigned depth)
{
    const struct qc_arch *arch = qc_unwinder_core(search->unwinder)->arch;
    size_t size = (size_t)(function->end - function->start);
    if (size > search->budget) {
        return QC_CALL_ANY;
    }
    search->budget -= size;
    QC_FREE uint8_t *code = calloc(1, size + QC_ARCH_CODE);
    if (code == NULL || !code_read(search->unwinder, function->start, code, size)) {
        return QC_CALL_ANY;
    }
    enum qc_call found = QC_CALL_NONE;
    for (size_t at = 0; at < size && found != QC_CALL_OF_THIS; at += arch->code_step) {
        struct qc_arch_branch branch = arch->jump(code + at, function->start + at);
        enum qc_call leading = branch.is_indirect ? QC_CALL_ANY : QC_CALL_NONE;
        if (branch.has_slot) {
            leading = slot_leads(search, branch.target, depth - 1);
        } else if (branch.has_target &&
            (branch.target < function->start || branch.target >= function->end)) {
            leading = leads(search, branch.target, depth - 1);
        }
        found = qc_max(leading, found);
    }
    return found;
}

static bool is_read(struct qc_unwinder *unwinder, uint64_t address)
{
    uint8_t code;
    return code_read(unwinder, address, &code, 1);
}

/* Judges code that nothing describes. It leads to a callee that is just as unknown; it may lead to
   a known one as a veneer or as a JIT's code; another module's code does not. */
static enum qc_call unknown_leads(const struct search *search, uint64_t address)
{
    const struct qc_modules *modules = qc_unwinder_modules(search->unwinder);
    const struct qemucore_module *module = qc_modules_find(modules, address);
    if (search->callee->end == 0) {
        return QC_CALL_OF_THIS;
    }
    return module == NULL || module == qc_modules_find(modules, search->callee->start)
               ? QC_CALL_ANY
               : QC_CALL_NONE;
}

/* Tells whether address is in a missing file, and not the caller's own. A JIT's code is dumped. */
static bool is_in_missing_file(const struct search *search, uint64_t address)
{
    return qc_modules_find(qc_unwinder_modules(search->unwinder), address) != search->caller &&
           !is_read(search->unwinder, address);
}

/* Judges code in a missing file. It may lead to a callee that can't be read either, though that may
   have a name from a debug file; it does not lead to a callee that can be read. */
static enum qc_call missing_file_leads(const struct search *search)
{
    bool is_unread = search->callee->end == 0 || !is_read(search->unwinder, search->callee->address);
    return is_unread ? QC_CALL_OF_THIS : QC_CALL_NONE;
}

static enum qc_call leads(struct search *search, uint64_t address, unsigned depth)
{
    const struct qc_callee *callee = search->callee;
    if (address >= callee->start && address < callee->end) {
        return QC_CALL_OF_THIS;
    }
    if (depth == 0 || !qc_call_is_code(qc_unwinder_modules(search->unwinder), address)) {
        return QC_CALL_NONE;
    }
    if (is_in_missing_file(search, address)) {
        return missing_file_leads(search);
    }
    struct qc_arch_branch branch = jump_at(search->unwinder, address);
    if (branch.has_slot) {
        return slot_leads(search, branch.target, depth - 1);
    }
    struct qc_callee function = qc_callee_at(search->unwinder, address);
    if (function.end == 0 || both_are_undescribed(search, address)) {
        return unknown_leads(search, address);
    }
    return function_leads(search, &function, depth);
}

/* Reads the code that ends at an address. Bytes before the start of its mapping are zeroes. */
static bool code_before(struct qc_unwinder *unwinder, uint64_t address, uint8_t *code)
{
    for (size_t size = QC_ARCH_CODE; size >= 2; size -= 2) {
        memset(code, 0, QC_ARCH_CODE);
        if (address >= size &&
            code_read(unwinder, address - size, code + QC_ARCH_CODE - size, size)) {
            return true;
        }
    }
    return false;
}

enum qc_call qc_call_before(struct qc_unwinder *unwinder, uint64_t return_address,
                            const struct qc_callee *callee)
{
    const struct qc_arch *arch = qc_unwinder_core(unwinder)->arch;
    struct search search = {unwinder, callee, QC_LIMIT_CALL_CODE,
                            qc_modules_find(qc_unwinder_modules(unwinder), return_address - 1)};
    uint8_t code[QC_ARCH_CODE];
    if (return_address % arch->code_step != 0 ||
        !qc_call_is_code(qc_unwinder_modules(unwinder), return_address - 1)) {
        return QC_CALL_NONE;
    }
    if (!code_before(unwinder, return_address, code)) {
        return QC_CALL_UNREAD;
    }
    struct qc_arch_branch branch = arch->call(code, return_address);
    enum qc_call call = branch.is_indirect ? QC_CALL_ANY : QC_CALL_NONE;
    enum qc_call leading = QC_CALL_NONE;
    if (branch.has_target) {
        leading = leads(&search, branch.target, QC_LIMIT_CALL_JUMPS);
    } else if (branch.has_slot) {
        leading = slot_leads(&search, branch.target, QC_LIMIT_CALL_JUMPS);
    }
    return qc_max(leading, call);
}

bool qc_call_is_in(struct qc_unwinder *unwinder, uint64_t address, uint64_t function)
{
    const uint64_t step = qc_unwinder_core(unwinder)->arch->code_step;
    struct qc_callee caller = qc_callee_at(unwinder, address);
    struct qc_callee callee = qc_callee_at(unwinder, function);
    bool is_known = caller.end != 0 && callee.end != 0 &&
                    caller.end - caller.start <= QC_LIMIT_CALLER_CODE;
    for (uint64_t at = caller.start + step; is_known && at <= caller.end; at += step) {
        if (qc_call_before(unwinder, at, &callee) == QC_CALL_OF_THIS) {
            return true;
        }
    }
    return false;
}
