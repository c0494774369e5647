/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base.h"

#include <elf.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks.h"

/* Only a core that holds guest RAM has more words than this. */
#define WORDS_MAX (1u << 20)

/* Sets unset variables to the files beside the fuzzer, where clusterfuzzlite/build.sh puts them. */
static void __attribute__((constructor)) set_default_paths(void)
{
    char path[PATH_MAX + 16];
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
    path[length < 0 ? 0 : length] = '\0';
    char *slash = strrchr(path, '/');
    if (slash != NULL) {
        strcpy(slash + 1, "base-core");
        setenv("QEMUCORE_FUZZ_CORE", path, 0);
        strcpy(slash + 1, "base-exe");
        setenv("QEMUCORE_FUZZ_MODULE", path, 0);
    }
}

static void read_file(const char *variable, struct base *base)
{
    const char *path = getenv(variable);
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "%s does not name a readable file\n", variable);
        exit(2);
    }
    base->size = (size_t)ftell(file);
    base->bytes = malloc(base->size + 1);
    base->words = calloc(WORDS_MAX, sizeof(*base->words));
    rewind(file);
    check(base->bytes != NULL && base->words != NULL && base->size >= sizeof(Elf64_Ehdr) &&
          fread(base->bytes, 1, base->size, file) == base->size);
    fclose(file);
}

/* Lists the words of a part of the file; those that are zero only if `all` is true. */
static void add_words(struct base *base, uint64_t offset, uint64_t size, uint64_t address, bool all)
{
    static const uint8_t zero[8];
    for (uint64_t at = 0; at + 8 <= size && offset + at + 8 <= base->size; at += 8) {
        bool is_zero = memcmp(base->bytes + offset + at, zero, 8) == 0;
        if ((all || !is_zero) && base->count < WORDS_MAX) {
            base->words[base->count++] = (struct word){offset + at, address == 0 ? 0 : address + at};
        }
    }
}

const struct base *base_core(void)
{
    static struct base base;
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    if (base.bytes != NULL) {
        return &base;
    }
    read_file("QEMUCORE_FUZZ_CORE", &base);
    memcpy(&header, base.bytes, sizeof(header));
    for (size_t i = 0; i < header.e_phnum; i++) {
        memcpy(&segment, base.bytes + header.e_phoff + i * sizeof(segment), sizeof(segment));
        if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W) != 0) {
            add_words(&base, segment.p_offset, segment.p_filesz, segment.p_vaddr, false);
        }
    }
    check(base.count != 0);
    return &base;
}

const struct base *base_module(void)
{
    static struct base base;
    Elf64_Ehdr header;
    Elf64_Shdr section;
    if (base.bytes != NULL) {
        return &base;
    }
    read_file("QEMUCORE_FUZZ_MODULE", &base);
    memcpy(&header, base.bytes, sizeof(header));
    add_words(&base, 0, sizeof(header), 0, true);
    add_words(&base, header.e_phoff, header.e_phnum * sizeof(Elf64_Phdr), 0, true);
    add_words(&base, header.e_shoff, header.e_shnum * sizeof(section), 0, true);
    for (size_t i = 0; i < header.e_shnum; i++) {
        memcpy(&section, base.bytes + header.e_shoff + i * sizeof(section), sizeof(section));
        if (section.sh_type != SHT_NOBITS && (section.sh_flags & SHF_EXECINSTR) == 0) {
            add_words(&base, section.sh_offset, section.sh_size, 0, true);
        }
    }
    return &base;
}

struct change {
    uint32_t word;
    uint8_t kind;
    uint8_t width;
    uint16_t unused;
    uint64_t number;
};

static uint64_t new_value(const struct base *base, const struct change *change, uint64_t old)
{
    const struct word *word = &base->words[change->word % base->count];
    const struct word *other = &base->words[change->number % base->count];
    uint64_t other_value = 0;
    memcpy(&other_value, base->bytes + other->offset, sizeof(other_value));
    const uint64_t values[] = {change->number, 0, word->address, other_value, other->address,
                               old + 1, old - 1, UINT64_MAX};
    return values[change->kind % (sizeof(values) / sizeof(*values))];
}

uint8_t *base_change(const struct base *base, const uint8_t *changes, size_t size)
{
    struct change change;
    uint8_t *copy = malloc(base->size);
    check(copy != NULL);
    memcpy(copy, base->bytes, base->size);
    for (size_t at = 0; size - at >= sizeof(change); at += sizeof(change)) {
        uint64_t value = 0;
        memcpy(&change, changes + at, sizeof(change));
        uint8_t *place = copy + base->words[change.word % base->count].offset;
        memcpy(&value, place, sizeof(value));
        value = new_value(base, &change, value);
        memcpy(place, &value, (size_t)1 << change.width % 4);
    }
    return copy;
}
