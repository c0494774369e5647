/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mkcore - writes a core dump from a description in words: mkcore [DESCRIPTION] >core
 *
 * One fact a line; '#' begins a comment; text with blanks is in "quotes" (\" \\ \n \xHH inside).
 * Numbers are decimal or 0x…. Notes and segments come in the order of their lines.
 *
 *     machine x86_64                  or aarch64 loongarch64 riscv64 s390x ppc64le, or: 62 little
 *     thread 1001 signal=6 pc=0x401000 sp=0x7ffe1000 rbx=7
 *                                     NT_PRSTATUS; registers by name, or as slotN; the rest zero
 *     prpsinfo pid=1001 fname=demo psargs="demo -S"
 *                                     without such a line it is made from the first thread ...
 *     no-prpsinfo                     ... unless there is this line
 *     siginfo signo=6 code=-6 pid=1 uid=0     or addr=0x10 for pid and uid
 *     auxv 9=0x401000 31=0x7ffe2000   may be repeated
 *     file 0x400000-0x500000 offset=0 "/usr/bin/demo"
 *                                     NT_FILE, may be repeated
 *     note type=0x406 name=LINUX 00 00 7f ff
 *                                     any other note, in hexadecimal
 *     map 0x7ffe0000 size=0x2000 filesz=0x1000 flags=rw
 *                                     PT_LOAD; without filesz= all of it is in the file;
 *                                     claims=N: p_filesz is N, true or not
 *       fill 0xcc                     content of the latest map; zero before the first such line
 *       zero
 *       at 0x7ffe0010 u64 0x401000 7  also u32, u16, u8
 *       at 0x7ffe0020 string "text"   with its terminating NUL
 *       at 0x7ffe0000 file PATH offset=0 size=4096
 *     pad-segments 70000 from=0x100000000
 *                                     PT_LOADs of one page, not in the file, at every other page
 * How the file is laid out:
 *     notes-last                      PT_NOTE's data after the memory, as gdb's gcore writes it
 *     notes split                     a PT_NOTE for each note
 *     pnxnum                          e_phnum is 0xffff, the count is in a section header at the
 *                                     file's end, as the kernel writes it beyond 65534 segments
 *     phnum-lies 300                  e_phnum is 300, true or not
 *     truncate 5000                   the file ends there
 */
#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"

#define PAGE 4096u

struct machine {
    const char *name;
    uint16_t number;
    bool big_endian;
    unsigned slots;    /* 64-bit words of pr_reg */
    const char *names; /* of the slots, in order */
    const char *pc, *sp;
};

static const struct machine machines[] = {
    {"x86_64", EM_X86_64, false, 27,
     "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss "
     "fs_base gs_base ds es fs gs", "rip", "rsp"},
    {"aarch64", EM_AARCH64, false, 34,
     "x0 x1 x2 x3 x4 x5 x6 x7 x8 x9 x10 x11 x12 x13 x14 x15 x16 x17 x18 x19 x20 x21 x22 x23 x24 "
     "x25 x26 x27 x28 x29 x30 sp pc pstate", "pc", "sp"},
    {"riscv64", EM_RISCV, false, 32,
     "pc ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 "
     "t3 t4 t5 t6", "pc", "sp"},
    {"loongarch64", 258 /* EM_LOONGARCH, not in every <elf.h> */, false, 45,
     "zero ra tp sp a0 a1 a2 a3 a4 a5 a6 a7 t0 t1 t2 t3 t4 t5 t6 t7 t8 r21 fp s0 s1 s2 s3 s4 s5 "
     "s6 s7 s8 orig_a0 era badv", "era", "sp"},
    {"s390x", EM_S390, true, 27, /* eight words of access registers have no name */
     "mask addr r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 r13 r14 r15", "addr", "r15"},
    {"ppc64le", EM_PPC64, false, 48,
     "r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 r13 r14 r15 r16 r17 r18 r19 r20 r21 r22 r23 r24 "
     "r25 r26 r27 r28 r29 r30 r31 nip msr orig_r3 ctr lr xer cr", "nip", "r1"},
};

struct bytes {
    unsigned char *data;
    size_t size, room;
};

struct note {
    uint32_t type;
    const char *name;
    struct bytes content;
};

struct segment {
    uint32_t flags;
    uint64_t address, memory_size, claimed; /* p_memsz, p_filesz */
    struct bytes content;
};

static struct machine machine;
static struct note notes[10000];
static size_t note_count;
static struct segment segments[100000];
static size_t segment_count;
static struct note *auxv, *files; /* the two notes that several lines add to */
static struct bytes file_names;
static uint64_t first_lwp, phnum_lie = UINT64_MAX, truncate_at = UINT64_MAX;
static bool no_prpsinfo, notes_last, notes_split, pnxnum;

/* Appends size bytes: a copy of data, or zeroes when that is NULL. Returns where they are. */
static unsigned char *append(struct bytes *bytes, const void *data, size_t size)
{
    unsigned char *to;
    if (bytes->room - bytes->size < size || bytes->data == NULL) {
        bytes->room = 2 * (bytes->size + size) + 64;
        bytes->data = realloc(bytes->data, bytes->room);
        if (bytes->data == NULL) {
            fail("no memory for %zu bytes", bytes->room);
        }
    }
    to = memset(bytes->data + bytes->size, 0, size);
    if (data != NULL) {
        memcpy(to, data, size);
    }
    bytes->size += size;
    return to;
}

static void append_padding(struct bytes *bytes, size_t align)
{
    append(bytes, NULL, -bytes->size & (align - 1));
}

static void encode(unsigned char *to, unsigned width, uint64_t value)
{
    for (unsigned i = 0; i < width; i++) {
        to[machine.big_endian ? width - 1 - i : i] = (unsigned char)(value >> (8 * i));
    }
}

static void append_number(struct bytes *bytes, unsigned width, uint64_t value)
{
    encode(append(bytes, NULL, width), width, value);
}

/* ---- Notes ------------------------------------------------------------------------------- */

static struct note *add_note(uint32_t type, const char *name)
{
    if (note_count == sizeof(notes) / sizeof(notes[0])) {
        fail("more than %zu notes", note_count);
    }
    notes[note_count].type = type;
    notes[note_count].name = name;
    return &notes[note_count++];
}

static unsigned find_slot(const char *name)
{
    const char *wanted = strcmp(name, "pc") == 0   ? machine.pc
                         : strcmp(name, "sp") == 0 ? machine.sp
                                                   : name;
    const char *at = machine.names;
    unsigned slot = 0;
    if (strncmp(wanted, "slot", 4) == 0 && to_number(wanted + 4) < machine.slots) {
        return (unsigned)to_number(wanted + 4);
    }
    for (; *at != '\0'; slot++) {
        size_t length = strcspn(at, " ");
        if (length == strlen(wanted) && strncmp(at, wanted, length) == 0) {
            return slot;
        }
        at += length + strspn(at + length, " ");
    }
    fail("%s has no register '%s'", machine.name, name);
}

/* Adds a struct elf_prstatus: pr_info, pr_cursig, pr_pid, pr_ppid and pr_reg; times are zero. */
static void read_thread(void)
{
    uint64_t lwp = to_number(take_word("the thread's LWP")), signal = take_number("signal", 0);
    unsigned char *status =
        append(&add_note(NT_PRSTATUS, "CORE")->content, NULL, 112 + 8 * machine.slots + 8);
    char *word;
    encode(status, 4, signal);
    encode(status + 12, 2, signal);
    encode(status + 32, 4, lwp);
    encode(status + 36, 4, take_number("ppid", 1));
    while ((word = next_word()) != NULL) {
        const char *value = cut(word, '=');
        encode(status + 112 + 8 * find_slot(word), 8, to_number(value));
    }
    first_lwp = first_lwp != 0 ? first_lwp : lwp;
}

static void read_prpsinfo(void)
{
    unsigned char *info = append(&add_note(NT_PRPSINFO, "CORE")->content, NULL, 136);
    const char *fname = take_text("fname", "mkcore"), *arguments = take_text("psargs", "mkcore");
    info[1] = 'R';
    encode(info + 16, 4, take_number("uid", 0));
    encode(info + 20, 4, take_number("gid", 0));
    encode(info + 24, 4, take_number("pid", first_lwp));
    encode(info + 28, 4, take_number("ppid", 1));
    memcpy(info + 40, fname, strnlen(fname, 16));
    memcpy(info + 56, arguments, strnlen(arguments, 80));
    no_prpsinfo = true; /* adds no default one */
}

static void read_siginfo(void)
{
    unsigned char *info = append(&add_note(NT_SIGINFO, "CORE")->content, NULL, 128);
    uint64_t address = take_number("addr", 0);
    encode(info, 4, take_number("signo", 0));
    encode(info + 4, 4, take_number("errno", 0));
    encode(info + 8, 4, take_number("code", 0));
    encode(info + 16, 8, address);
    if (address == 0) {
        encode(info + 16, 4, take_number("pid", 0));
        encode(info + 20, 4, take_number("uid", 0));
    }
}

static void read_auxv(void)
{
    char *word = take_word("type=value");
    auxv = auxv != NULL ? auxv : add_note(NT_AUXV, "CORE");
    for (; word != NULL; word = next_word()) {
        const char *value = cut(word, '=');
        append_number(&auxv->content, 8, to_number(word));
        append_number(&auxv->content, 8, to_number(value));
    }
}

static void read_file(void)
{
    char *start = take_word("START-END");
    const char *end = cut(start, '-');
    uint64_t offset = take_number("offset", 0);
    const char *path = take_word("the path");
    files = files != NULL ? files : add_note(NT_FILE, "CORE");
    append_number(&files->content, 8, to_number(start));
    append_number(&files->content, 8, to_number(end));
    append_number(&files->content, 8, offset / PAGE);
    append(&file_names, path, strlen(path) + 1);
}

static void read_note(void)
{
    uint32_t type = (uint32_t)take_number("type", 0);
    struct note *note = add_note(type, strdup(take_text("name", "CORE")));
    const char *word;
    while ((word = next_word()) != NULL) {
        char *end;
        unsigned long value = strtoul(word, &end, 16);
        if (*end != '\0' || value > 0xff) {
            fail("'%s' is not a byte in hexadecimal", word);
        }
        append_number(&note->content, 1, value);
    }
}

/* ---- Memory ------------------------------------------------------------------------------ */

static struct segment *add_segment(uint64_t address, uint64_t size)
{
    if (segment_count == sizeof(segments) / sizeof(segments[0])) {
        fail("more than %zu segments", segment_count);
    }
    segments[segment_count] =
        (struct segment){.flags = PF_R | PF_W, .address = address, .memory_size = size};
    return &segments[segment_count++];
}

static void read_map(void)
{
    uint64_t size = take_number("size", PAGE), file_size = take_number("filesz", size);
    const char *flags = take_text("flags", "rw");
    struct segment *segment = add_segment(to_number(take_word("the address")), size);
    append(&segment->content, NULL, file_size);
    segment->claimed = take_number("claims", file_size);
    segment->flags = (strchr(flags, 'r') != NULL ? PF_R : 0u) |
                     (strchr(flags, 'w') != NULL ? PF_W : 0u) |
                     (strchr(flags, 'x') != NULL ? PF_X : 0u);
}

static void read_pad(void)
{
    uint64_t from = take_number("from", 0x100000000), count = to_number(take_word("how many"));
    for (uint64_t i = 0; i < count; i++) {
        add_segment(from + 2 * PAGE * i, PAGE);
    }
}

static struct segment *latest_map(void)
{
    return segment_count != 0 ? &segments[segment_count - 1] : (fail("no map yet"), NULL);
}

/* Returns where the content of the latest map has size bytes of an address. */
static unsigned char *content_at(uint64_t address, uint64_t size)
{
    struct segment *segment = latest_map();
    uint64_t offset = address - segment->address;
    if (address < segment->address || offset > segment->content.size ||
        size > segment->content.size - offset) {
        fail("%#llx, %llu bytes, is not in the saved part of the latest map",
             (unsigned long long)address, (unsigned long long)size);
    }
    return segment->content.data + offset;
}

static void read_zero(void)
{
    memset(latest_map()->content.data, 0, latest_map()->content.size);
}

static void read_fill(void)
{
    memset(latest_map()->content.data, (int)to_number(take_word("the byte")),
           latest_map()->content.size);
}

static void copy_file(uint64_t address)
{
    const char *path = take_word("the file's path");
    uint64_t offset = take_number("offset", 0), size = take_number("size", PAGE);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail("%s: %s", path, strerror(errno));
    }
    if (fseeko(file, (off_t)offset, SEEK_SET) != 0 ||
        fread(content_at(address, size), 1, size, file) != size) {
        fail("%s: no %llu bytes from there", path, (unsigned long long)size);
    }
    fclose(file);
}

static void read_at(void)
{
    uint64_t address = to_number(take_word("the address"));
    const char *kind = take_word("u64, u32, u16, u8, string or file"), *word;
    unsigned width = 0;
    if (strcmp(kind, "string") == 0) {
        word = take_word("the text");
        memcpy(content_at(address, strlen(word) + 1), word, strlen(word) + 1);
    } else if (strcmp(kind, "file") == 0) {
        copy_file(address);
    } else if (sscanf(kind, "u%u", &width) == 1 && width <= 64 && width % 8 == 0) {
        for (width /= 8; (word = next_word()) != NULL; address += width) {
            encode(content_at(address, width), width, to_number(word));
        }
    } else {
        fail("'%s' is not one of u64 u32 u16 u8 string file", kind);
    }
}

/* ---- Reading ----------------------------------------------------------------------------- */

static void read_machine(void)
{
    const char *name = take_word("the machine's name");
    for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        if (strcmp(name, machines[i].name) == 0) {
            machine = machines[i];
            return;
        }
    }
    machine = (struct machine){.name = "this machine", .number = (uint16_t)to_number(name),
                               .slots = 32, .names = "", .pc = "slot0", .sp = "slot1",
                               .big_endian = strcmp(take_word("little or big"), "big") == 0};
}

static void read_notes(void)
{
    if (strcmp(take_word("split"), "split") != 0) {
        fail("the word after 'notes' must be 'split'");
    }
    notes_split = true;
}

static const struct verb {
    const char *name;
    void (*read)(void);
    bool *flag;       /* set to true instead of a call of read */
    uint64_t *number; /* set to the next word instead */
} verbs[] = {
    {"machine", .read = read_machine},   {"thread", .read = read_thread},
    {"prpsinfo", .read = read_prpsinfo}, {"siginfo", .read = read_siginfo},
    {"auxv", .read = read_auxv},         {"file", .read = read_file},
    {"note", .read = read_note},         {"map", .read = read_map},
    {"pad-segments", .read = read_pad},  {"at", .read = read_at},
    {"fill", .read = read_fill},         {"zero", .read = read_zero},
    {"notes", .read = read_notes},       {"notes-last", .flag = &notes_last},
    {"pnxnum", .flag = &pnxnum},         {"no-prpsinfo", .flag = &no_prpsinfo},
    {"truncate", .number = &truncate_at}, {"phnum-lies", .number = &phnum_lie},
};

static void read_line(char *line)
{
    const struct verb *verb = verbs;
    const char *name;
    split_line(line);
    if ((name = next_word()) == NULL) {
        return;
    }
    if (machine.name == NULL && strcmp(name, "machine") != 0) {
        fail("the first line must be 'machine NAME'");
    }
    while (strcmp(verb->name, name) != 0) {
        if (++verb == verbs + sizeof(verbs) / sizeof(verbs[0])) {
            fail("'%s' is not a word that begins a line", name);
        }
    }
    if (verb->flag != NULL) {
        *verb->flag = true;
    } else if (verb->number != NULL) {
        *verb->number = to_number(take_word("the number"));
    } else {
        verb->read();
    }
    if ((name = next_word()) != NULL) {
        fail("%s: '%s' is not understood", verb->name, name);
    }
}

/* ---- Writing ----------------------------------------------------------------------------- */

static void write_program_header(unsigned char *to, uint32_t type, const struct segment *segment,
                                 uint64_t offset)
{
    encode(to, 4, type);
    encode(to + 4, 4, segment->flags);
    encode(to + 8, 8, offset);
    encode(to + 16, 8, segment->address);
    encode(to + 32, 8, segment->claimed);
    encode(to + 40, 8, segment->memory_size);
    encode(to + 48, 8, type == PT_NOTE ? 4 : PAGE);
}

static void write_note(struct bytes *core, const struct note *note)
{
    bool is_files = note == files;
    size_t size = note->content.size + (is_files ? 16 + file_names.size : 0);
    append_number(core, 4, strlen(note->name) + 1);
    append_number(core, 4, size + (note == auxv ? 16 : 0));
    append_number(core, 4, note->type);
    append(core, note->name, strlen(note->name) + 1);
    append_padding(core, 4);
    if (is_files) {
        append_number(core, 8, note->content.size / 24);
        append_number(core, 8, PAGE);
    }
    append(core, note->content.data, note->content.size);
    append(core, is_files ? file_names.data : NULL, is_files ? file_names.size : 0);
    append(core, NULL, note == auxv ? 16 : 0); /* AT_NULL */
    append_padding(core, 4);
}

static void write_notes(struct bytes *core)
{
    for (size_t i = 0; i < note_count;) {
        size_t offset = core->size, header = notes_split ? i : 0;
        struct segment span = {0};
        do {
            write_note(core, &notes[i]);
        } while (++i < note_count && !notes_split);
        span.claimed = core->size - offset;
        write_program_header(core->data + sizeof(Elf64_Ehdr) + header * sizeof(Elf64_Phdr),
                             PT_NOTE, &span, offset);
    }
}

static void write_elf_header(struct bytes *core, uint64_t headers)
{
    unsigned char *to;
    if (pnxnum) {
        append_padding(core, 8);
        encode(core->data + 40, 8, core->size); /* e_shoff */
        to = append(core, NULL, sizeof(Elf64_Shdr));
        encode(to + 32, 8, 1);                  /* sh_size, for e_shnum */
        encode(to + 44, 4, headers);            /* sh_info, for e_phnum */
    }
    to = core->data;
    memcpy(to, ELFMAG, SELFMAG);
    to[EI_CLASS] = ELFCLASS64;
    to[EI_DATA] = machine.big_endian ? ELFDATA2MSB : ELFDATA2LSB;
    to[EI_VERSION] = EV_CURRENT;
    encode(to + 16, 2, ET_CORE);
    encode(to + 18, 2, machine.number);
    encode(to + 20, 4, EV_CURRENT);
    encode(to + 32, 8, sizeof(Elf64_Ehdr));                  /* e_phoff */
    encode(to + 48, 4, machine.number == EM_PPC64 ? 2 : 0);  /* e_flags: the ABI of ppc64le */
    encode(to + 52, 2, sizeof(Elf64_Ehdr));
    encode(to + 54, 2, sizeof(Elf64_Phdr));
    encode(to + 56, 2, phnum_lie != UINT64_MAX ? phnum_lie : pnxnum ? PN_XNUM : headers);
    encode(to + 58, 2, pnxnum ? sizeof(Elf64_Shdr) : 0);
    encode(to + 60, 2, pnxnum ? 1 : 0);                      /* e_shnum */
}

static void write_core(struct bytes *core)
{
    size_t first = notes_split ? note_count : 1, count = first + segment_count;
    if (count >= PN_XNUM && !pnxnum && phnum_lie == UINT64_MAX) {
        fail("%zu program headers need a 'pnxnum' line", count);
    }
    append(core, NULL, sizeof(Elf64_Ehdr) + count * sizeof(Elf64_Phdr));
    if (!notes_last) {
        write_notes(core);
    }
    append_padding(core, PAGE);
    for (size_t i = 0; i < segment_count; i++) {
        const struct segment *segment = &segments[i];
        write_program_header(core->data + sizeof(Elf64_Ehdr) + (first + i) * sizeof(Elf64_Phdr),
                             PT_LOAD, segment, core->size);
        append(core, segment->content.data, segment->content.size);
        append_padding(core, PAGE);
    }
    if (notes_last) {
        write_notes(core);
    }
    write_elf_header(core, count);
}

int main(int argc, char **argv)
{
    static struct bytes core;
    static char *line, automatic[] = "prpsinfo";
    FILE *input = argc > 1 ? fopen(argv[1], "r") : stdin;
    size_t size = 0;
    if (argc > 2 || input == NULL) {
        fail("%s", argc > 2 ? "usage: mkcore [DESCRIPTION] >core" : strerror(errno));
    }
    while (getline(&line, &size, input) > 0) {
        line_number++;
        read_line(line);
    }
    line_number = 0;
    if (machine.name == NULL) {
        fail("the description is empty");
    }
    if (!no_prpsinfo && first_lwp != 0) {
        read_line(automatic);
    }
    write_core(&core);
    size = core.size < truncate_at ? core.size : truncate_at;
    if (fwrite(core.data, 1, size, stdout) != size || fflush(stdout) != 0) {
        fail("standard output: %s", strerror(errno));
    }
    return 0;
}
