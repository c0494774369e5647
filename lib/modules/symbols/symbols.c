/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "modules/symbols/symbols.h"

#include <elf.h>
#include <string.h>

#include "base/base.h"
#include "modules/symbols/symbol_table.h"

#define DIGIT_BITS 11
#define DIGIT_MASK (((size_t)1 << DIGIT_BITS) - 1)

struct entry {
    uint64_t address;
    uint64_t max_end; /* largest end of all entries up to this one; before sorting: the size */
    uint32_t number;  /* of the symbol in the table */
    uint32_t next;    /* next entry of the same hash, from 1; before sorting: the hash */
};

/* A source file, whose symbols follow its STT_FILE. */
struct source_file {
    const char *name; /* NULL: symbols from here on are of no known file */
    size_t first;     /* number of the STT_FILE */
};

/* A symbol whose name has a version appended. */
struct versioned {
    size_t number;
    char *name; /* the name without the version */
};

struct qc_symbols {
    struct qc_symbol_table table;
    struct entry *entries; /* sorted by address; at one address, the best name is last */
    size_t count;
    uint32_t *chains;      /* first entry of each hash, from 1; 0: none */
    size_t hash_count;     /* a power of two */
    QC_VEC(struct source_file) files;     /* sorted by first */
    QC_VEC(struct versioned) versioned;   /* sorted by number */
    QC_VEC(size_t) thread_locals;         /* numbers of thread-local symbols */
    bool has_local_data;   /* the table was not stripped of local data symbols */
};

static bool is_code(const struct qc_symbol *symbol)
{
    return symbol->type == STT_FUNC || symbol->type == STT_GNU_IFUNC;
}

/* Returns a negative number if left is the worse name of two for one address. */
static int compare_names(const struct qc_symbol *left, const struct qc_symbol *right)
{
    return qc_compare(is_code(left), is_code(right)) ?:
           qc_compare(right->binding == STB_LOCAL, left->binding == STB_LOCAL) ?:
           qc_compare(strspn(right->name, "_"), strspn(left->name, "_")) ?:
           strcmp(left->name, right->name);
}

/* ---- one symbol ---- */

static bool is_local(const GElf_Sym *raw)
{
    return GELF_ST_BIND(raw->st_info) == STB_LOCAL;
}

/* Returns the source file of a local symbol. Its STT_FILE comes before its symbols, and an empty
   one before the linker's own. */
static const char *file_of(const struct qc_symbols *symbols, size_t number)
{
    size_t low = qc_lower_bound(symbols->files.count, i, symbols->files.items[i].first <= number);
    return low == 0 ? NULL : symbols->files.items[low - 1].name;
}

/* Returns a name without its version: "pthread_cond_wait@@GLIBC_2.3.2" is pthread_cond_wait. */
static const char *name_of(const struct qc_symbols *symbols, size_t number)
{
    const struct versioned *found =
        qc_vec_find_sorted(&symbols->versioned, each, qc_compare(each->number, number));
    return found != NULL && found->name != NULL ? found->name
                                                : qc_symbol_table_name(&symbols->table, number);
}

static struct qc_symbol symbol_of(const struct qc_symbols *symbols, size_t number)
{
    const GElf_Sym *raw = &symbols->table.symbols[number];
    return (struct qc_symbol){
        .name = name_of(symbols, number),
        .address = raw->st_value + symbols->table.bias,
        .size = raw->st_size,
        .type = GELF_ST_TYPE(raw->st_info),
        .binding = GELF_ST_BIND(raw->st_info),
        .file = is_local(raw) ? file_of(symbols, number) : NULL,
    };
}

/* ---- reading the table ---- */

/* Returns the first entry in the chain of a name, from 1; 0: none. */
static uint32_t symbols_first(const struct qc_symbols *symbols, const char *name)
{
    const char *end;
    return symbols == NULL || symbols->chains == NULL
               ? 0
               : symbols->chains[qc_name_hash(name, strlen(name) + 1, &end) &
                                 (symbols->hash_count - 1)];
}

/* Moves *entry on to the next symbol in the chain of its name; entries are counted from 1. False:
   there is none. Others of the same hash are among them. */
static bool symbols_next(const struct qc_symbols *symbols, uint32_t *entry, struct qc_symbol *ret)
{
    if (*entry == 0) {
        return false;
    }
    *ret = symbol_of(symbols, symbols->entries[*entry - 1].number);
    *entry = symbols->entries[*entry - 1].next;
    return true;
}

static bool symbols_add_file(struct qc_symbols *symbols, const char *name, size_t number)
{
    return qc_vec_push(&symbols->files,
                       (struct source_file){name == NULL || name[0] == '\0' ? NULL : name, number});
}

static bool symbols_add_versioned(struct qc_symbols *symbols, size_t number, const char *name,
                                  size_t length)
{
    struct versioned *added = qc_vec_add(&symbols->versioned);
    if (added != NULL) {
        *added = (struct versioned){number, strndup(name, length)};
    }
    return added != NULL && added->name != NULL;
}

/* Tells whether a symbol names an address. Mapping symbols of Arm and RISC-V ($x, $d) name none:
   they tell what kind of bytes follow. */
static bool names_address(const struct qc_symbol_table *table, size_t number, const char *name)
{
    unsigned type = GELF_ST_TYPE(table->symbols[number].st_info);
    return qc_symbol_table_is_placed(table, number) && !(name[0] == '$' && type == STT_NOTYPE) &&
           (type == STT_NOTYPE || type == STT_OBJECT || type == STT_FUNC || type == STT_GNU_IFUNC);
}

/* Adds the symbol of a number. False: out of memory. */
static bool symbols_add(struct qc_symbols *symbols, size_t number)
{
    const struct qc_symbol_table *table = &symbols->table;
    const GElf_Sym *raw = &table->symbols[number];
    const char *name = qc_symbol_table_name(table, number);
    unsigned type = GELF_ST_TYPE(raw->st_info);
    if (type == STT_FILE && is_local(raw)) {
        return symbols_add_file(symbols, name, number);
    }
    if (name == NULL || name[0] == '\0') {
        return true;
    }
    if (type == STT_TLS && raw->st_shndx != SHN_UNDEF) {
        return qc_vec_push(&symbols->thread_locals, number);
    }
    if (!names_address(table, number, name)) {
        return true;
    }
    const char *end;
    size_t room = qc_symbol_table_room(table, name);
    size_t most = qc_min(room, QC_LIMIT_SYMBOL_NAME);
    uint32_t hash = qc_name_hash(name, most, &end);
    if (strnlen(end, most - (size_t)(end - name)) == QC_LIMIT_SYMBOL_NAME - (size_t)(end - name)) {
        return true;
    }
    symbols->entries[symbols->count++] = (struct entry){
        .address = raw->st_value + table->bias,
        .max_end = raw->st_size,
        .number = (uint32_t)number,
        .next = hash,
    };
    symbols->has_local_data |= is_local(raw) && type == STT_OBJECT;
    const char *version = *end == '\0' ? NULL : strchr(end, '@');
    return version == NULL || version == name ||
           symbols_add_versioned(symbols, number, name, (size_t)(version - name));
}

/* Sorts by DIGIT_BITS of the address, from bit `shift` on, and keeps the order of equal ones. */
static void sort_by_digit(const struct entry *from, struct entry *to, size_t count, unsigned shift)
{
    size_t places[1 << DIGIT_BITS] = {0};
    size_t place = 0;
    for (size_t i = 0; i < count; i++) {
        places[from[i].address >> shift & DIGIT_MASK]++;
    }
    for (size_t digit = 0; digit <= DIGIT_MASK; digit++) {
        size_t next = place + places[digit];
        places[digit] = place;
        place = next;
    }
    for (size_t i = 0; i < count; i++) {
        to[places[from[i].address >> shift & DIGIT_MASK]++] = from[i];
    }
}

/* Sorts the few entries of one address, the best name last. */
static void symbols_sort_same_address(struct qc_symbols *symbols)
{
    struct entry *entries = symbols->entries;
    for (size_t i = 1; i < symbols->count; i++) {
        if (entries[i - 1].address != entries[i].address) {
            continue;
        }
        struct entry entry = entries[i];
        struct qc_symbol symbol = symbol_of(symbols, entry.number);
        size_t to = i;
        for (; to > 0 && entries[to - 1].address == entry.address; to--) {
            struct qc_symbol before = symbol_of(symbols, entries[to - 1].number);
            if (compare_names(&before, &symbol) <= 0) {
                break;
            }
            entries[to] = entries[to - 1];
        }
        entries[to] = entry;
    }
}

/*
 * Sorts by radix sort: a QEMU has 60,000 symbols, whose addresses differ in some 27 bits, and
 * qsort(3) would take ten times as many instructions (doc/speed.md). False: out of memory.
 */
static bool symbols_sort(struct qc_symbols *symbols)
{
    struct entry *other = qc_pages_new((symbols->count + 1) * sizeof(*other));
    uint64_t differing = 0;
    if (other == NULL) {
        return false;
    }
    for (size_t i = 1; i < symbols->count; i++) {
        differing |= symbols->entries[i].address ^ symbols->entries[0].address;
    }
    for (unsigned shift = 0; shift < 64 && differing >> shift != 0; shift += DIGIT_BITS) {
        if ((differing >> shift & DIGIT_MASK) != 0) {
            sort_by_digit(symbols->entries, other, symbols->count, shift);
            struct entry *sorted = other;
            other = symbols->entries;
            symbols->entries = sorted;
        }
    }
    free(other);
    symbols_sort_same_address(symbols);
    return true;
}

static void symbols_set_max_end(struct qc_symbols *symbols)
{
    uint64_t max_end = 0;
    for (size_t i = 0; i < symbols->count; i++) {
        struct entry *entry = &symbols->entries[i];
        uint64_t size = entry->max_end;
        uint64_t end = size > UINT64_MAX - entry->address ? UINT64_MAX : entry->address + size;
        max_end = qc_max(end, max_end);
        entry->max_end = max_end;
    }
}

/* Builds the chains of entries with one hash. False: out of memory. */
static bool symbols_chain(struct qc_symbols *symbols)
{
    size_t hash_count = 1;
    while (hash_count < symbols->count) {
        hash_count *= 2;
    }
    symbols->chains = calloc(hash_count, sizeof(*symbols->chains));
    if (symbols->chains == NULL) {
        return false;
    }
    symbols->hash_count = hash_count;
    for (size_t i = symbols->count; i > 0; i--) {
        struct entry *entry = &symbols->entries[i - 1];
        uint32_t *first = &symbols->chains[entry->next & (hash_count - 1)];
        entry->next = *first;
        *first = (uint32_t)i;
    }
    return true;
}

static struct qc_symbols *symbols_load(struct qemucore_module *module)
{
    if (module->symbols != NULL) {
        return module->symbols;
    }
    struct qc_symbols *symbols = module->symbols = calloc(1, sizeof(*symbols));
    if (symbols == NULL || !qc_symbol_table_open(module, &symbols->table)) {
        return symbols;
    }
    symbols->entries = qc_pages_new((symbols->table.count + 1) * sizeof(*symbols->entries));
    if (symbols->entries == NULL) {
        return symbols;
    }
    /* If memory runs out, the symbols that were added are still right, and none proves that there is
       no other one. */
    size_t i = 1;
    while (i < symbols->table.count && symbols_add(symbols, i)) {
        i++;
    }
    symbols->has_local_data &= i >= symbols->table.count;
    if (!symbols_sort(symbols) || !symbols_chain(symbols)) {
        symbols->count = 0;
        symbols->has_local_data = false;
    }
    symbols_set_max_end(symbols);
    return symbols;
}

/* ---- questions ---- */

bool qc_symbols_by_name(struct qemucore_module *module, const char *name, struct qc_symbol *ret)
{
    const struct qc_symbols *symbols = symbols_load(module);
    struct qc_symbol symbol;
    bool found = false;
    for (uint32_t next = symbols_first(symbols, name); symbols_next(symbols, &next, &symbol);) {
        if (strcmp(symbol.name, name) == 0 &&
            (!found || (ret->binding == STB_LOCAL && symbol.binding != STB_LOCAL))) {
            *ret = symbol;
            found = true;
        }
    }
    return found;
}

bool qc_symbols_function(struct qemucore_module *module, const char *name, uint64_t *ret)
{
    const struct qc_symbols *symbols = symbols_load(module);
    struct qc_symbol symbol;
    bool found = false;
    for (uint32_t next = symbols_first(symbols, name); symbols_next(symbols, &next, &symbol);) {
        if (!is_code(&symbol) || strcmp(symbol.name, name) != 0) {
            continue;
        }
        if (found && symbol.address != *ret) {
            return false;
        }
        *ret = symbol.address;
        found = true;
    }
    return found;
}

bool qc_symbols_is_function(struct qemucore_module *module, const char *name, uint64_t address)
{
    const struct qc_symbols *symbols = symbols_load(module);
    struct qc_symbol symbol;
    for (uint32_t next = symbols_first(symbols, name); symbols_next(symbols, &next, &symbol);) {
        if (symbol.address == address && strcmp(symbol.name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* In .symtab, an imported name has its version appended: "ppoll@GLIBC_2.36". Imports are asked for
   too rarely to be in an index. */
bool qc_symbols_is_imported(struct qemucore_module *module, const char *name)
{
    const struct qc_symbols *symbols = symbols_load(module);
    size_t length = strlen(name);
    for (size_t i = 1; symbols != NULL && i < symbols->table.count; i++) {
        const char *import = symbols->table.symbols[i].st_shndx == SHN_UNDEF
                                 ? qc_symbol_table_name(&symbols->table, i)
                                 : NULL;
        if (import != NULL && strncmp(import, name, length) == 0 &&
            (import[length] == '\0' || import[length] == '@')) {
            return true;
        }
    }
    return false;
}

/* Tells whether a symbol has a variable's name, with or without a suffix by the compiler. */
static bool is_name_of(const char *symbol, const char *name)
{
    size_t length = strlen(name);
    return strncmp(symbol, name, length) == 0 && (symbol[length] == '\0' || symbol[length] == '.');
}

size_t qc_symbol_source_length(const char *name)
{
    static const char *const suffixes[] = {".lto_priv.", ".llvm.", NULL};
    const char *dot = strchr(name, '.');
    bool is_static = qc_str_begins_one_of(dot, suffixes);
    return dot == NULL ? strlen(name) : is_static ? (size_t)(dot - name) : 0;
}

/* Compares file names without their paths. Files that LTO has made have no source file's name. */
static bool is_of_file(const struct qc_symbol *symbol, const char *path)
{
    const char *slash = strrchr(path, '/');
    return symbol->file != NULL && strcmp(symbol->file, slash == NULL ? path : slash + 1) == 0;
}

/* Counts a variable. One that LTO has given a suffix was static. */
static void count_add(struct qc_variable_count *count, const char *symbol,
                      const char *name, bool is_global)
{
    count->count++;
    count->has_global |= is_global && strcmp(symbol, name) == 0;
}

static struct qc_variable_count count_thread_locals(const struct qc_symbols *symbols,
                                                    const char *name)
{
    struct qc_variable_count ret = {0};
    for (size_t i = 0; i < symbols->thread_locals.count; i++) {
        size_t number = symbols->thread_locals.items[i];
        const char *symbol = qc_symbol_table_name(&symbols->table, number);
        if (is_name_of(symbol, name)) {
            count_add(&ret, symbol, name, !is_local(&symbols->table.symbols[number]));
        }
    }
    return ret;
}

enum qc_symbols_answer qc_symbols_variable(struct qemucore_module *module, const char *name,
                                           const char *file, struct qc_symbol *ret)
{
    const struct qc_symbols *symbols = symbols_load(module);
    struct qc_symbol symbol;
    struct qc_symbol global = {0};
    struct qc_symbol local = {0};
    size_t named = 0;
    size_t matching = 0;
    if (symbols == NULL || !symbols->has_local_data ||
        count_thread_locals(symbols, name).count != 0) {
        return QC_SYMBOLS_UNKNOWN;
    }
    for (uint32_t next = symbols_first(symbols, name); symbols_next(symbols, &next, &symbol);) {
        if (is_code(&symbol) || !is_name_of(symbol.name, name)) {
            continue;
        }
        named++;
        if (symbol.binding != STB_LOCAL) {
            global = symbol;
        } else if (file == NULL || is_of_file(&symbol, file)) {
            local = symbol;
            matching++;
        }
    }
    if (named == 0) {
        return QC_SYMBOLS_NONE;
    }
    const struct qc_symbol *found = file == NULL && global.name != NULL ? &global
                                    : matching == 1                     ? &local
                                                                        : NULL;
    if (found == NULL || found->size == 0 || qc_symbol_source_length(found->name) == 0) {
        return QC_SYMBOLS_UNKNOWN;
    }
    *ret = *found;
    return QC_SYMBOLS_ONE;
}

bool qc_symbols_thread_local(struct qemucore_module *module, const char *name, const char *file,
                             struct qc_symbol *ret)
{
    const struct qc_symbols *symbols = symbols_load(module);
    struct qc_symbol found;
    size_t count = 0;
    for (size_t i = 0; symbols != NULL && i < symbols->thread_locals.count; i++) {
        size_t number = symbols->thread_locals.items[i];
        struct qc_symbol symbol = symbol_of(symbols, number);
        if (is_name_of(symbol.name, name) && qc_symbol_source_length(symbol.name) != 0 &&
            (file == NULL || symbol.binding != STB_LOCAL || is_of_file(&symbol, file))) {
            found = symbol;
            found.address = symbols->table.symbols[number].st_value;
            count++;
        }
    }
    if (count == 1) {
        *ret = found;
    }
    return count == 1;
}

struct qc_variable_count qc_symbols_count_variables(struct qemucore_module *module,
                                                    const char *name)
{
    const struct qc_symbols *symbols = symbols_load(module);
    if (symbols == NULL || !symbols->has_local_data) {
        return (struct qc_variable_count){0};
    }
    struct qc_variable_count ret = count_thread_locals(symbols, name);
    struct qc_symbol symbol;
    for (uint32_t next = symbols_first(symbols, name); symbols_next(symbols, &next, &symbol);) {
        if (!is_code(&symbol) && is_name_of(symbol.name, name)) {
            count_add(&ret, symbol.name, name, symbol.binding != STB_LOCAL);
        }
    }
    return ret;
}

bool qc_symbols_each_of_size(struct qemucore_module *module, uint64_t size,
                             qc_symbols_visitor *visitor, void *opaque)
{
    const struct qc_symbols *symbols = symbols_load(module);
    if (symbols == NULL || !symbols->has_local_data) {
        return false;
    }
    for (size_t i = 0; i < symbols->count; i++) {
        size_t number = symbols->entries[i].number;
        const GElf_Sym *raw = &symbols->table.symbols[number];
        if (raw->st_size == size && GELF_ST_TYPE(raw->st_info) == STT_OBJECT) {
            struct qc_symbol symbol = symbol_of(symbols, number);
            if (!visitor(opaque, &symbol)) {
                break;
            }
        }
    }
    return true;
}

/* Visits the local symbols of one file. False: the visitor has ended the visit. */
static bool symbols_visit_file(const struct qc_symbols *symbols, size_t file,
                               qc_symbols_visitor *visitor, void *opaque)
{
    const struct source_file *files = symbols->files.items;
    size_t end = file + 1 < symbols->files.count ? files[file + 1].first : symbols->table.count;
    for (size_t i = files[file].first + 1; i < end; i++) {
        const GElf_Sym *raw = &symbols->table.symbols[i];
        unsigned type = GELF_ST_TYPE(raw->st_info);
        if (!is_local(raw) || !qc_symbol_table_is_placed(&symbols->table, i) ||
            (type != STT_FUNC && type != STT_OBJECT)) {
            continue;
        }
        struct qc_symbol symbol = symbol_of(symbols, i);
        if (symbol.name != NULL && symbol.name[0] != '\0' && !visitor(opaque, &symbol)) {
            return false;
        }
    }
    return true;
}

bool qc_symbols_each_of_file(struct qemucore_module *module, const char *file,
                             qc_symbols_visitor *visitor, void *opaque)
{
    const struct qc_symbols *symbols = symbols_load(module);
    if (symbols == NULL || !symbols->has_local_data) {
        return false;
    }
    for (size_t i = 0; i < symbols->files.count; i++) {
        const char *name = symbols->files.items[i].name;
        if (name != NULL && strcmp(name, file) == 0 &&
            !symbols_visit_file(symbols, i, visitor, opaque)) {
            break;
        }
    }
    return true;
}

bool qc_symbols_by_address(struct qemucore_module *module, uint64_t address, struct qc_symbol *ret)
{
    const struct qc_symbols *symbols = symbols_load(module);
    if (symbols == NULL) {
        return false;
    }
    size_t low = qc_lower_bound(symbols->count, i, symbols->entries[i].address <= address);
    for (size_t i = low; i > 0 && symbols->entries[i - 1].max_end > address; i--) {
        const struct entry *entry = &symbols->entries[i - 1];
        if (address - entry->address < symbols->table.symbols[entry->number].st_size) {
            *ret = symbol_of(symbols, entry->number);
            return true;
        }
    }
    /* A label counts only while nothing that has a size lies between it and the address. */
    size_t nearest = low == 0 ? 0 : symbols->entries[low - 1].number;
    if (nearest != 0 && symbols->table.symbols[nearest].st_size == 0) {
        *ret = symbol_of(symbols, nearest);
        return true;
    }
    return false;
}

void qc_symbols_free(struct qc_symbols *symbols)
{
    if (symbols == NULL) {
        return;
    }
    qc_vec_free_each(&symbols->versioned, item, free(item->name));
    qc_vec_free(&symbols->files);
    qc_vec_free(&symbols->thread_locals);
    free(symbols->entries);
    free(symbols->chains);
    qc_symbol_table_close(&symbols->table);
    free(symbols);
}
