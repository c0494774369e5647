/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "debug/symbols.h"

#include <elf.h>
#include <string.h>

#include "base/guard.h"

#define DIGIT_BITS 11
#define DIGIT_MASK (((size_t)1 << DIGIT_BITS) - 1)

struct entry {
    struct qc_symbol symbol;
    uint64_t reach; /* largest end of this and all entries before it */
};

struct thread_local_symbol {
    const char *name;
    bool is_global;
};

struct qc_symbols {
    QC_VEC(struct entry) entries; /* by address, the preferred one of an address last */
    size_t *chains;               /* made at the first question by name: for each hash value, then
                                     for each entry, the next entry of the same hash, from 1 */
    size_t hash_count;            /* a power of two */
    QC_VEC(char *) names;         /* copies of those that had a version behind them */
    QC_VEC(struct thread_local_symbol) thread_locals;
    const char *file;             /* the last STT_FILE, while the table is read */
    bool has_local_data;          /* it was not stripped of them */
};

static size_t leading_underscores(const char *name)
{
    return strspn(name, "_");
}

static bool is_code(const struct qc_symbol *symbol)
{
    return symbol->type == STT_FUNC || symbol->type == STT_GNU_IFUNC;
}

/* Negative where left is the worse one of two names for the same address. */
static int compare_preference(const struct qc_symbol *left, const struct qc_symbol *right)
{
    if (is_code(left) != is_code(right)) {
        return is_code(left) ? 1 : -1;
    }
    if ((left->binding == STB_LOCAL) != (right->binding == STB_LOCAL)) {
        return left->binding == STB_LOCAL ? -1 : 1;
    }
    size_t left_underscores = leading_underscores(left->name);
    size_t right_underscores = leading_underscores(right->name);
    if (left_underscores != right_underscores) {
        return left_underscores > right_underscores ? -1 : 1;
    }
    return strcmp(left->name, right->name);
}

/* "pthread_cond_wait@@GLIBC_2.3.2" is pthread_cond_wait. NULL: out of memory. */
static const char *symbols_plain_name(struct qc_symbols *symbols, const char *name)
{
    const char *version = strchr(name, '@');
    if (version == NULL || version == name) {
        return name;
    }
    char **added = qc_vec_add(&symbols->names);
    if (added == NULL) {
        return NULL;
    }
    *added = strndup(name, (size_t)(version - name));
    return *added;
}

static bool symbols_add_thread_local(struct qc_symbols *symbols, const char *name, bool is_global)
{
    struct thread_local_symbol *added = qc_vec_add(&symbols->thread_locals);
    if (added != NULL) {
        *added = (struct thread_local_symbol){name, is_global};
    }
    return added != NULL;
}

static bool symbols_add(struct qc_symbols *symbols, Dwfl_Module *module, int index)
{
    GElf_Sym raw;
    GElf_Addr address;
    GElf_Word section;
    const char *name =
        dwfl_module_getsym_info(module, index, &raw, &address, &section, NULL, NULL);
    unsigned type = GELF_ST_TYPE(raw.st_info);
    bool is_local = GELF_ST_BIND(raw.st_info) == STB_LOCAL;
    /* It stands before the local symbols of its file; the linker's own come after an empty one. */
    if (type == STT_FILE && is_local) {
        symbols->file = name == NULL || name[0] == '\0' ? NULL : name;
    }
    if (type == STT_TLS && name != NULL && section != SHN_UNDEF) {
        return symbols_add_thread_local(symbols, name, !is_local);
    }
    if (name == NULL || name[0] == '\0' || section == SHN_UNDEF || section == SHN_ABS ||
        (type != STT_NOTYPE && type != STT_OBJECT && type != STT_FUNC && type != STT_GNU_IFUNC)) {
        return true;
    }
    /* Mapping symbols of Arm and RISC-V ($x, $d) say what kind of bytes follow and name nothing. */
    if (name[0] == '$' && type == STT_NOTYPE) {
        return true;
    }
    name = symbols_plain_name(symbols, name);
    struct entry *entry = name == NULL ? NULL : qc_vec_add(&symbols->entries);
    if (entry == NULL) {
        return false;
    }
    entry->symbol = (struct qc_symbol){
        .name = name,
        .address = address,
        .size = raw.st_size,
        .type = (uint8_t)type,
        .binding = GELF_ST_BIND(raw.st_info),
        .file = is_local ? symbols->file : NULL,
    };
    symbols->has_local_data |= is_local && type == STT_OBJECT;
    return true;
}

/* By DIGIT_BITS of the address from shift on, keeping the order otherwise. */
static void sort_by_digit(const struct entry *from, struct entry *to, size_t count, unsigned shift)
{
    size_t places[1 << DIGIT_BITS] = {0};
    size_t place = 0;
    for (size_t i = 0; i < count; i++) {
        places[from[i].symbol.address >> shift & DIGIT_MASK]++;
    }
    for (size_t digit = 0; digit <= DIGIT_MASK; digit++) {
        size_t next = place + places[digit];
        places[digit] = place;
        place = next;
    }
    for (size_t i = 0; i < count; i++) {
        to[places[from[i].symbol.address >> shift & DIGIT_MASK]++] = from[i];
    }
}

/* The few of one address, the preferred one last. */
static void sort_namesakes(struct entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct entry entry = entries[i];
        size_t to = i;
        for (; to > 0 && entries[to - 1].symbol.address == entry.symbol.address &&
               compare_preference(&entries[to - 1].symbol, &entry.symbol) > 0;
             to--) {
            entries[to] = entries[to - 1];
        }
        entries[to] = entry;
    }
}

/*
 * A QEMU has 60,000 symbols, whose addresses differ in some 27 bits: passes over digits sort them in
 * a tenth of the instructions that qsort(3) takes. False: out of memory.
 */
static bool symbols_sort(struct qc_symbols *symbols)
{
    size_t count = symbols->entries.count;
    struct entry *entries = symbols->entries.items;
    struct entry *other = malloc((count + 1) * sizeof(*other));
    uint64_t differing = 0;
    if (other == NULL) {
        return false;
    }
    for (size_t i = 1; i < count; i++) {
        differing |= entries[i].symbol.address ^ entries[0].symbol.address;
    }
    for (unsigned shift = 0; shift < 64 && differing >> shift != 0; shift += DIGIT_BITS) {
        if ((differing >> shift & DIGIT_MASK) != 0) {
            sort_by_digit(entries, other, count, shift);
            struct entry *sorted = other;
            other = entries;
            entries = sorted;
        }
    }
    free(other);
    symbols->entries.items = entries;
    symbols->entries.capacity = count + 1;
    sort_namesakes(entries, count);
    return true;
}

static struct qc_symbols *symbols_load(struct qemucore_module *module)
{
    if (module->symbols != NULL) {
        return module->symbols;
    }
    module->symbols = calloc(1, sizeof(*module->symbols));
    if (module->symbols == NULL || !qc_module_open(module) || module->dwfl == NULL) {
        return module->symbols;
    }
    struct qc_symbols *symbols = module->symbols;
    int count = dwfl_module_getsymtab(module->dwfl);
    for (int i = 1; i < count; i++) {
        if (!symbols_add(symbols, module->dwfl, i)) {
            break; /* out of memory: what there is, is still right */
        }
    }
    if (!symbols_sort(symbols)) {
        qc_vec_free(&symbols->entries);
    }
    uint64_t reach = 0;
    for (size_t i = 0; i < symbols->entries.count; i++) {
        struct entry *entry = &symbols->entries.items[i];
        uint64_t size = entry->symbol.size;
        uint64_t end = size > UINT64_MAX - entry->symbol.address ? UINT64_MAX
                                                                 : entry->symbol.address + size;
        reach = end > reach ? end : reach;
        entry->reach = reach;
    }
    return symbols;
}

/* FNV-1a of the name in the source: a compiler's suffix follows a dot. */
static size_t hash_name(const struct qc_symbols *symbols, const char *name)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *name != '\0' && *name != '.'; name++) {
        hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
    }
    return (size_t)hash & (symbols->hash_count - 1);
}

static bool symbols_chain(struct qc_symbols *symbols)
{
    if (symbols->chains != NULL) {
        return true;
    }
    size_t hash_count = 1;
    while (hash_count < symbols->entries.count) {
        hash_count *= 2;
    }
    symbols->chains = calloc(hash_count + symbols->entries.count, sizeof(*symbols->chains));
    if (symbols->chains == NULL) {
        return false;
    }
    symbols->hash_count = hash_count;
    for (size_t i = symbols->entries.count; i > 0; i--) {
        size_t *first =
            &symbols->chains[hash_name(symbols, symbols->entries.items[i - 1].symbol.name)];
        symbols->chains[hash_count + i - 1] = *first;
        *first = i;
    }
    return true;
}

bool qc_symbols_by_name(struct qemucore_module *module, const char *name, struct qc_symbol *ret)
{
    struct qc_symbols *symbols = symbols_load(module);
    const struct qc_symbol *found = NULL;
    if (symbols == NULL || !symbols_chain(symbols)) {
        return false;
    }
    for (size_t i = symbols->chains[hash_name(symbols, name)]; i != 0;
         i = symbols->chains[symbols->hash_count + i - 1]) {
        const struct qc_symbol *symbol = &symbols->entries.items[i - 1].symbol;
        if (strcmp(symbol->name, name) == 0 &&
            (found == NULL || (found->binding == STB_LOCAL && symbol->binding != STB_LOCAL))) {
            found = symbol;
        }
    }
    if (found != NULL) {
        *ret = *found;
    }
    return found != NULL;
}

/* Whether a symbol is the variable, or the name that the compiler gave to it. */
static bool is_name_of(const char *symbol, const char *name)
{
    size_t length = strlen(name);
    return strncmp(symbol, name, length) == 0 && (symbol[length] == '\0' || symbol[length] == '.');
}

size_t qc_symbol_source_length(const char *name)
{
    const char *dot = strchr(name, '.');
    bool is_static = dot != NULL && strncmp(dot, ".lto_priv.", strlen(".lto_priv.")) == 0;
    return dot == NULL ? strlen(name) : is_static ? (size_t)(dot - name) : 0;
}

/* By the name without the path. LTO's files are of its own making: none of them is it. */
static bool is_of_file(const struct qc_symbol *symbol, const char *path)
{
    const char *slash = strrchr(path, '/');
    return symbol->file != NULL && strcmp(symbol->file, slash == NULL ? path : slash + 1) == 0;
}

/* What LTO has given a suffix was static. */
static void namesakes_add(struct qc_symbols_namesakes *namesakes, const char *symbol,
                          const char *name, bool is_global)
{
    namesakes->count++;
    namesakes->has_global |= is_global && strcmp(symbol, name) == 0;
}

static struct qc_symbols_namesakes thread_local_namesakes(const struct qc_symbols *symbols,
                                                          const char *name)
{
    struct qc_symbols_namesakes ret = {0};
    for (size_t i = 0; i < symbols->thread_locals.count; i++) {
        const struct thread_local_symbol *symbol = &symbols->thread_locals.items[i];
        if (is_name_of(symbol->name, name)) {
            namesakes_add(&ret, symbol->name, name, symbol->is_global);
        }
    }
    return ret;
}

enum qc_symbols_answer qc_symbols_variable(struct qemucore_module *module, const char *name,
                                           const char *file, struct qc_symbol *ret)
{
    struct qc_symbols *symbols = symbols_load(module);
    const struct qc_symbol *global = NULL;
    const struct qc_symbol *local = NULL;
    size_t named = 0;
    size_t matching = 0;
    if (symbols == NULL || !symbols->has_local_data || !symbols_chain(symbols) ||
        thread_local_namesakes(symbols, name).count != 0) {
        return QC_SYMBOLS_UNKNOWN;
    }
    for (size_t i = symbols->chains[hash_name(symbols, name)]; i != 0;
         i = symbols->chains[symbols->hash_count + i - 1]) {
        const struct qc_symbol *symbol = &symbols->entries.items[i - 1].symbol;
        if (is_code(symbol) || !is_name_of(symbol->name, name)) {
            continue;
        }
        named++;
        if (symbol->binding != STB_LOCAL) {
            global = symbol;
        } else if (file == NULL || is_of_file(symbol, file)) {
            local = symbol;
            matching++;
        }
    }
    if (named == 0) {
        return QC_SYMBOLS_NONE;
    }
    const struct qc_symbol *found = file == NULL && global != NULL ? global
                                    : matching == 1                ? local
                                                                   : NULL;
    if (found == NULL || found->size == 0 || qc_symbol_source_length(found->name) == 0) {
        return QC_SYMBOLS_UNKNOWN;
    }
    *ret = *found;
    return QC_SYMBOLS_ONE;
}

struct qc_symbols_namesakes qc_symbols_namesakes(struct qemucore_module *module, const char *name)
{
    struct qc_symbols *symbols = symbols_load(module);
    if (symbols == NULL || !symbols->has_local_data || !symbols_chain(symbols)) {
        return (struct qc_symbols_namesakes){0};
    }
    struct qc_symbols_namesakes ret = thread_local_namesakes(symbols, name);
    for (size_t i = symbols->chains[hash_name(symbols, name)]; i != 0;
         i = symbols->chains[symbols->hash_count + i - 1]) {
        const struct qc_symbol *symbol = &symbols->entries.items[i - 1].symbol;
        if (!is_code(symbol) && is_name_of(symbol->name, name)) {
            namesakes_add(&ret, symbol->name, name, symbol->binding != STB_LOCAL);
        }
    }
    return ret;
}

bool qc_symbol_is_data(const struct qc_symbol *symbol)
{
    return symbol->type == STT_OBJECT;
}

bool qc_symbols_each(struct qemucore_module *module, qc_symbols_visitor *visitor, void *opaque)
{
    const struct qc_symbols *symbols = symbols_load(module);
    if (symbols == NULL || !symbols->has_local_data) {
        return false;
    }
    for (size_t i = 0; i < symbols->entries.count; i++) {
        if (!visitor(opaque, &symbols->entries.items[i].symbol)) {
            break;
        }
    }
    return true;
}

bool qc_symbols_by_address(struct qemucore_module *module, uint64_t address,
                           struct qc_symbol *ret)
{
    const struct qc_symbols *symbols = symbols_load(module);
    if (symbols == NULL) {
        return false;
    }
    size_t low = 0;
    size_t high = symbols->entries.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (symbols->entries.items[middle].symbol.address <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const struct qc_symbol *nearest =
        low == 0 ? NULL : &symbols->entries.items[low - 1].symbol;
    for (size_t i = low; i > 0 && symbols->entries.items[i - 1].reach > address; i--) {
        const struct qc_symbol *symbol = &symbols->entries.items[i - 1].symbol;
        if (address - symbol->address < symbol->size) {
            *ret = *symbol;
            return true;
        }
    }
    /* A label counts only while nothing that has a size lies between it and the address. */
    if (nearest != NULL && nearest->size == 0) {
        *ret = *nearest;
        return true;
    }
    return false;
}

void qc_symbols_free(struct qc_symbols *symbols)
{
    if (symbols == NULL) {
        return;
    }
    for (size_t i = 0; i < symbols->names.count; i++) {
        free(symbols->names.items[i]);
    }
    qc_vec_free(&symbols->names);
    qc_vec_free(&symbols->thread_locals);
    qc_vec_free(&symbols->entries);
    free(symbols->chains);
    free(symbols);
}
