/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuzz_core - any bytes as a core, up to the stacks of its threads and all renderings
 *
 * The input is a core, in a container or not. Three bytes of padding in the ELF header choose how
 * it is read, so that seeds are ordinary cores:
 *
 *     e_ident[13]   bytes that are served at a time; 0: all
 *     e_ident[14]   memory budget in pages; 0: the default. A small one makes deferred ranges
 *     e_ident[15]   most frames of a stack; 0: 64, 255: the library's limit
 *
 * The executable is QEMUCORE_FUZZ_MODULE or else this very program, mapped where the core's
 * AT_ENTRY puts it; no other file is opened. Thus a program counter near AT_ENTRY reaches real call
 * frame information and debug info, and a vDSO (AT_SYSINFO_EHDR) brings those that the input has.
 *
 * libFuzzer mutates bytes. Every second mutation here sets a field instead, to a value that is
 * often wrong: a field of the ELF header, a program header or a note's header, or the word after a
 * note's name.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "unwind/unwind_limits.h"

#define PAGE 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
/* Defined by libFuzzer; the plain driver calls no mutator. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size) __attribute__((weak));

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *module = getenv("QEMUCORE_FUZZ_MODULE");
    uint8_t how[3] = {0};
    if (size >= EI_NIDENT) {
        memcpy(how, data + EI_NIDENT - sizeof(how), sizeof(how));
    }
    check_read_core(data, size, how[0], (uint64_t)how[1] * PAGE,
                    module != NULL ? module : "/proc/self/exe",
                    how[2] == 0 ? 64 : how[2] == UINT8_MAX ? QC_LIMIT_FRAMES : how[2],
                    check_question(data, size));
    return 0;
}

/* ---- fields ------------------------------------------------------------------------------------ */

#define FIELD(type, member) {offsetof(type, member), sizeof(((type *)NULL)->member)}

struct field {
    size_t offset;
    size_t size;
};

static const struct field header_fields[] = {
    FIELD(Elf64_Ehdr, e_type), FIELD(Elf64_Ehdr, e_machine), FIELD(Elf64_Ehdr, e_phoff),
    FIELD(Elf64_Ehdr, e_shoff), FIELD(Elf64_Ehdr, e_phentsize), FIELD(Elf64_Ehdr, e_phnum),
    FIELD(Elf64_Ehdr, e_shentsize), FIELD(Elf64_Ehdr, e_shnum),
};
static const struct field segment_fields[] = {
    FIELD(Elf64_Phdr, p_type), FIELD(Elf64_Phdr, p_flags), FIELD(Elf64_Phdr, p_offset),
    FIELD(Elf64_Phdr, p_vaddr), FIELD(Elf64_Phdr, p_filesz), FIELD(Elf64_Phdr, p_memsz),
};
static const struct field note_fields[] = {
    FIELD(Elf64_Nhdr, n_namesz), FIELD(Elf64_Nhdr, n_descsz), FIELD(Elf64_Nhdr, n_type),
    {20, 8}, /* the word after the name "CORE": a thread's signal, an AT_..., NT_FILE's count */
};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static uint64_t draw(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Returns the offset of a random note of the first PT_NOTE; `size` without a PT_NOTE. */
static size_t find_note(const uint8_t *data, size_t size, unsigned *seed)
{
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    memcpy(&header, data, sizeof(header));
    size_t at = size;
    for (size_t i = 0; i < header.e_phnum && at == size && header.e_phoff < size; i++) {
        size_t place = header.e_phoff + i * sizeof(segment);
        if (place + sizeof(segment) > size) {
            break;
        }
        memcpy(&segment, data + place, sizeof(segment));
        at = segment.p_type == PT_NOTE && segment.p_offset < size ? segment.p_offset : size;
    }
    for (uint64_t left = draw(seed) % 32; left != 0 && at + sizeof(Elf64_Nhdr) < size; left--) {
        Elf64_Nhdr note;
        memcpy(&note, data + at, sizeof(note));
        uint64_t next = at + sizeof(note) + (((uint64_t)note.n_namesz + 3) & ~UINT64_C(3)) +
                        (((uint64_t)note.n_descsz + 3) & ~UINT64_C(3));
        at = next < size ? next : at;
    }
    return at;
}

static uint64_t wrong_value(uint64_t old, size_t size, unsigned *seed)
{
    const uint64_t values[] = {
        0, 1, UINT64_MAX, UINT64_MAX - 1, INT64_MAX, UINT32_MAX, PN_XNUM, old + 1, old - 1, old * 2,
        old << 8, size, size + 1, size - 1, UINT64_C(1) << 47, draw(seed),
    };
    return values[draw(seed) % COUNT(values)];
}

static void change_field(uint8_t *data, size_t size, size_t base, const struct field *field,
                         unsigned *seed)
{
    uint64_t value = 0;
    if (base > size || size - base < field->offset + field->size) {
        return;
    }
    memcpy(&value, data + base + field->offset, field->size);
    value = wrong_value(value, size, seed);
    memcpy(data + base + field->offset, &value, field->size);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    Elf64_Ehdr header;
    uint64_t kind = draw(&seed) % 8;
    if (kind < 4 || size < sizeof(header)) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    memcpy(&header, data, sizeof(header));
    if (kind == 4) {
        change_field(data, size, 0, &header_fields[draw(&seed) % COUNT(header_fields)], &seed);
    } else if (kind == 5 || header.e_phnum == 0) {
        change_field(data, size, find_note(data, size, &seed),
                     &note_fields[draw(&seed) % COUNT(note_fields)], &seed);
    } else {
        size_t place = header.e_phoff + draw(&seed) % header.e_phnum * sizeof(Elf64_Phdr);
        change_field(data, size, place, &segment_fields[draw(&seed) % COUNT(segment_fields)], &seed);
    }
    return size;
}
