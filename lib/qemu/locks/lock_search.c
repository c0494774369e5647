/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/locks/lock_search.h"

#include <string.h>

#include "base/base.h"
#include "dwarf/dwarf.h"
#include "qemu/qemu_limits.h"
#include "values/values.h"

struct search {
    struct qc_process *process;
    struct qemucore_module *executable;
    uint64_t address;
    const struct qc_lock_candidates *candidates;
    const char *name; /* shortest name so far */
};

/* Tells whether a symbol's name is not mangled, as those of C++ are (Itanium C++ ABI, 5.1). */
static bool is_unmangled(const struct qc_symbol *symbol)
{
    return !qc_str_begins(symbol->name, "_Z");
}

/* Finds a variable that is exactly the lock. For a lock inside a larger variable, the symbol table
   has no name of the member. */
static bool search_variable(struct search *search)
{
    const struct qc_lock_candidates *candidates = search->candidates;
    struct qc_symbol symbol;
    if (!qc_symbols_by_address(search->executable, search->address, &symbol) ||
        symbol.address != search->address || !is_unmangled(&symbol) ||
        qc_symbol_source_length(symbol.name) == 0) {
        return false;
    }
    for (size_t i = 0; i < candidates->kind_count; i++) {
        size_t kind = candidates->kinds[i];
        if (kind < candidates->type_count && symbol.size != 0 &&
            symbol.size == qc_fields_type_size(search->process->fields, candidates->types[kind])) {
            search->name = qc_fields_format(search->process->fields, "%.*s",
                                            (int)qc_symbol_source_length(symbol.name), symbol.name);
            return true;
        }
    }
    return false;
}

/* Tells whether an address is in a CPU, an iothread or its AioContext: the list names locks in
   these by more than variables. */
static bool is_in_known_object(struct qc_process *process, uint64_t address)
{
    const struct qc_cpus *cpus = qc_process_cpus(process);
    const struct qc_iothreads *iothreads = qc_process_iothreads(process);
    size_t cpu_size = qc_fields_type_size(process->fields, "CPUState");
    size_t iothread_size = qc_fields_type_size(process->fields, "IOThread");
    size_t context_size = qc_fields_type_size(process->fields, "AioContext");
    return qc_vec_any(&cpus->list, cpu, address - cpu->address < cpu_size) ||
           qc_vec_any(&iothreads->list, iothread,
                      address - iothread->address < iothread_size ||
                          address - iothread->ctx < context_size);
}

/*
 * Tells whether the heap block at `start` ends before the address. glibc's malloc keeps the size of
 * a chunk (its three lowest bits are flags) in the word before the block, and the block extends
 * over the first word of the next chunk (malloc/malloc.c, struct malloc_chunk). False if the block
 * does not look like a chunk: it may have any length.
 */
static bool ends_before(struct search *search, uint64_t start, uint64_t address)
{
    uint64_t size;
    if (start % 16 != 0 || start < 16 ||
        !qc_fields_number(search->process->fields, start - 8, 8, &size)) {
        return false;
    }
    size &= ~(uint64_t)7;
    return size % 16 == 0 && size >= 32 && size < QC_GIB && address - start >= size - 8;
}

static void search_keep_shortest(struct search *search, const struct qc_instances *found)
{
    for (size_t i = 0; i < search->candidates->kind_count; i++) {
        const struct qc_instance *item =
            qc_instances_at(found, search->address, search->candidates->kinds[i]);
        if (item != NULL && item->name != NULL) {
            if (search->name == NULL || strlen(item->name) < strlen(search->name)) {
                search->name = qc_fields_format(search->process->fields, "%s", item->name);
            }
            return;
        }
    }
}

/* Searches what a pointer leads to. False: only the list can tell. The symbol table does not tell
   the file of a global variable or of one that LTO moved. A variable that is static in a function
   is not in the list, which has only those at the top level of a unit. */
static bool search_pointer(struct search *search, const struct qc_pointer *pointer)
{
    Dwarf_Die die;
    struct qc_instances found = {0};
    const struct qc_symbol *variable = &pointer->variable;
    if (qc_symbol_source_length(variable->name) == 0) {
        return true;
    }
    if (variable->file == NULL || strchr(variable->name, '.') != NULL || !is_unmangled(variable)) {
        return false;
    }
    qc_index_source_file(search->executable, variable->file);
    if (!qc_index_variable(search->executable, variable->name, variable->file, &die)) {
        return true;
    }
    qc_instances_find_in_variable(search->executable, variable->name, &die,
                                  search->candidates->types, search->candidates->type_count, &found);
    search_keep_shortest(search, &found);
    bool is_cut = found.is_cut;
    qc_instances_free(&found);
    return !is_cut;
}

static bool search_pointers(struct search *search)
{
    struct qc_pointers *pointers = &search->process->pointers;
    uint64_t lowest = search->address < QC_LIMIT_LOCKED_OBJECT
                          ? 0
                          : search->address - QC_LIMIT_LOCKED_OBJECT;
    qc_pointers_find(search->executable, pointers);
    if (!pointers->are_all || is_in_known_object(search->process, search->address)) {
        return false;
    }
    for (size_t i = qc_pointers_from(pointers, lowest); i < pointers->list.count; i++) {
        const struct qc_pointer *pointer = &pointers->list.items[i];
        if (pointer->target > search->address) {
            break;
        }
        if (!ends_before(search, pointer->target, search->address) &&
            !search_pointer(search, pointer)) {
            return false;
        }
    }
    return true;
}

bool qc_lock_search(struct qc_process *process, uint64_t address,
                    const struct qc_lock_candidates *candidates, const char **ret)
{
    struct search search = {
        .process = process,
        .executable = qc_modules_executable(process->modules),
        .address = address,
        .candidates = candidates,
    };
    Dwarf_Addr bias;
    if (search.executable == NULL || qc_module_dwarf(search.executable, &bias) == NULL) {
        return false;
    }
    bool inside = address >= search.executable->start && address < search.executable->end;
    if (!(inside ? search_variable(&search) : search_pointers(&search))) {
        return false;
    }
    *ret = search.name;
    return true;
}
