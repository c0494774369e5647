/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/foreign.h"

#include <elf.h>
#include <string.h>

#include "base/base.h"
#include "core/tar.h"
#include "core/transfer.h"

/* A kind of file: what it is, what it holds, and which programs read it. */
struct foreign {
    const char *what;
    const char *holds;
    const char *readers;
};

#define MACHINE "the memory of a machine"
#define GUEST "the memory of a guest"

static const struct foreign guest_dump = {
    "a guest dump, as dump-guest-memory and \"virsh dump --memory-only\" write it", GUEST,
    "crash and drgn read it"};
static const struct foreign vmcore = {"a vmcore, a dump of a kernel (/proc/vmcore, makedumpfile)",
                                      MACHINE, "crash and drgn read it"};
static const struct foreign physical = {"a dump by physical addresses, as of a guest or a kernel",
                                        MACHINE, "crash and drgn read it"};
static const struct foreign xen = {"a dump by Xen", MACHINE, "crash reads it"};
static const struct foreign virtualbox = {"a dump of a guest by VirtualBox", GUEST,
                                          "volatility reads it"};
static const struct foreign freebsd = {"a core of FreeBSD", "a process of FreeBSD",
                                       "lldb and FreeBSD's gdb read it"};
static const struct foreign netbsd = {"a core of NetBSD", "a process of NetBSD",
                                      "NetBSD's gdb reads it"};
static const struct foreign dragonfly = {"a core of DragonFly BSD", "a process of DragonFly",
                                         "DragonFly's gdb reads it"};
static const struct foreign openbsd = {"a core of OpenBSD", "a process of OpenBSD",
                                       "OpenBSD's gdb and lldb read it"};
static const struct foreign solaris = {"a core of Solaris or illumos", "a process of Solaris",
                                       "mdb, pstack and gdb there read it"};

static enum qemucore_status refuse(const struct foreign *foreign, struct qemucore_error *error)
{
    return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                        "%s, which holds %s (%s); this program reads a core of the QEMU process "
                        "itself, as the kernel, gcore or coredumpctl write it",
                        foreign->what, foreign->holds, foreign->readers);
}

/* ---- files that are not ELF -------------------------------------------------------------- */

#define VMWARE \
    {"a suspended state or snapshot of VMware", GUEST, "vmss2core and volatility read it"}
#define WEB_PAGE                                                                                    \
    {"a web page", "text, as of a login in place of the file", "a browser reads it"}
#define SIGNATURE(text) .signature = (text), .size = sizeof(text) - 1

static const struct file_kind {
    const char *signature;
    size_t size;
    struct foreign foreign;
} file_kinds[] = {
    {SIGNATURE("KDUMP   "), {"a kdump-compressed dump", MACHINE, "crash and drgn read it"}},
    {SIGNATURE("DISKDUMP"), {"a diskdump file", MACHINE, "crash reads it"}},
    {SIGNATURE("makedumpfile\0\0\0"),
     {"a flattened kdump file of makedumpfile", MACHINE,
      "makedumpfile -R makes it one that crash and drgn read"}},
    {SIGNATURE("\xed\x23\x8f\x61\x73\x01\x19\xa8"), {"an LKCD dump", MACHINE, "crash reads it"}},
    {SIGNATURE("\xa8\x19\x01\x73\x61\x8f\x23\xfd"),
     {"a stand-alone dump of s390", MACHINE, "crash reads it"}},
    {SIGNATURE("PAGEDU64"), {"a Windows dump", MACHINE, "WinDbg and volatility read it"}},
    {SIGNATURE("PAGEDUMP"), {"a Windows dump (32-bit)", MACHINE, "WinDbg and volatility read it"}},
    {SIGNATURE("USERDU64"), {"a user-mode dump of Windows", "a process of Windows", "WinDbg reads it"}},
    {SIGNATURE("USERDUMP"), {"a user-mode dump of Windows (32-bit)", "a process of Windows", "WinDbg reads it"}},
    {SIGNATURE("hibr"), {"hiberfil.sys of Windows", MACHINE, "volatility reads it"}},
    {SIGNATURE("HIBR"), {"hiberfil.sys of Windows", MACHINE, "volatility reads it"}},
    {SIGNATURE("MDMP"),
     {"a minidump (of Windows, breakpad or crashpad)", "parts of a process",
      "WinDbg, lldb and minidump-stackwalk read it"}},
    {SIGNATURE("\xd0\xbe\xd2\xbe"), VMWARE},
    {SIGNATURE("\xd1\xba\xd1\xba"), VMWARE},
    {SIGNATURE("\xd2\xbe\xd2\xbe"), VMWARE},
    {SIGNATURE("\xd3\xbe\xd3\xbe"), VMWARE},
    {SIGNATURE("EMiL"), {"a memory image of LiME", MACHINE, "volatility and drgn read it"}},
    {SIGNATURE("AVML"), {"a memory image of AVML", MACHINE, "volatility reads it"}},
    {SIGNATURE("FreeBSD Kernel Dump"), {"a kernel dump of FreeBSD", MACHINE, "kgdb reads it"}},
    {SIGNATURE("minidump FreeBSD"), {"a kernel minidump of FreeBSD", MACHINE, "kgdb reads it"}},
    {SIGNATURE("\xcf\xfa\xed\xfe"), {"a Mach-O file of macOS, a core or a program",
                                     "a process of macOS", "lldb reads it"}},
    {SIGNATURE("\xce\xfa\xed\xfe"), {"a 32-bit Mach-O file of macOS, a core or a program",
                                     "a process of macOS", "lldb reads it"}},
    {SIGNATURE("\xfe\xed\xfa"), {"a Mach-O file of a big-endian CPU, a core or a program",
                                "a process of Mac OS X", "lldb reads it"}},
    {SIGNATURE("JAVA PROFILE "), {"a heap dump of Java", "objects of a program", "jhat and MAT read it"}},
    {SIGNATURE("\xca\xfe\xba\xbe"), {"a Mach-O file of macOS for several CPUs, or a class of Java",
                                     "a program", "lldb, or javap, reads it"}},
    {SIGNATURE("LibvirtQemudSave"), {"a saved domain of libvirt", GUEST, "\"virsh restore\" reads it"}},
    {SIGNATURE("LibvirtQemudPart"),
     {"a saved domain of libvirt that was not finished", GUEST, "nobody reads it"}},
    {SIGNATURE("QEVM"), {"a migration stream of QEMU", "the state of a guest",
                         "\"qemu-system-* -incoming\" and scripts/analyze-migration.py read it"}},
    {SIGNATURE("QFI\xfb"), {"a qcow or qcow2 image", "a disk", "qemu-img and guestfish read it"}},
    {SIGNATURE("KDMV"), {"a VMDK image", "a disk", "qemu-img and guestfish read it"}},
    {SIGNATURE("vhdxfile"), {"a VHDX image", "a disk", "qemu-img and guestfish read it"}},
    {SIGNATURE("conectix"), {"a VHD image", "a disk", "qemu-img and guestfish read it"}},
    {SIGNATURE("<<< "), {"a VDI image", "a disk", "qemu-img and guestfish read it"}},
    {SIGNATURE("LUKS\xba\xbe"),
     {"a LUKS volume", "a disk that is encrypted", "cryptsetup and qemu-img read it"}},
    {SIGNATURE("LinuxGuestRecord"), {"a saved domain of Xen", GUEST, "\"xl restore\" reads it"}},
    {SIGNATURE("MZ"), {"a program of Windows", "code", "objdump reads it"}},
    {SIGNATURE("!<arch>\n"),
     {"an ar archive (a .deb package, a static library)", "files", "dpkg-deb and ar read it"}},
    {SIGNATURE("\xed\xab\xee\xdb"), {"an RPM package", "files", "rpm and rpm2cpio read it"}},
    {SIGNATURE("07070"), {"a cpio archive", "files", "cpio reads it"}},
    {SIGNATURE("version https://git-lfs"),
     {"a pointer of Git LFS", "the name of a file that was not fetched", "\"git lfs pull\" fetches it"}},
    {SIGNATURE("hsqs"), {"a squashfs image, as of a snap", "files", "unsquashfs reads it"}},
    {SIGNATURE("\x19\x43\x56\x54"),
     {"an image of CRIU", "a part of a checkpoint",
      "crit reads it, and CRIU's coredump makes a core of all images"}},
    {SIGNATURE("\x40\x59\x10\x55"), {"a service file of CRIU", "its statistics", "crit reads it"}},
    {SIGNATURE("Salted__"),
     {"a file of \"openssl enc\"", "what a password opens", "\"openssl enc -d\" reads it"}},
    {SIGNATURE("<!"), WEB_PAGE},
    {SIGNATURE("<html"), WEB_PAGE},
    {SIGNATURE("<?xml"),
     {"an XML document", "text, as of an error in place of the file", "an editor reads it"}},
    {SIGNATURE("PERFILE2"), {"a recording of perf", "samples", "perf reads it"}},
    {SIGNATURE("LPKSHHRH"), {"a journal of systemd", "log lines", "journalctl --file reads it"}},
};

static const struct file_kind *file_kind_find(const uint8_t *head, size_t size)
{
    return qc_array_find(file_kinds, kind, size >= kind->size &&
                                               memcmp(head, kind->signature, kind->size) == 0);
}

/* Returns a shell command that runs `command` on the file or, if it is compressed, on the output of
   its container's command. NULL: out of memory. */
static char *unpack_command(const struct qc_core *core, const char *command)
{
    const char *unpack = qc_bytes_command(core->bytes);
    const char *file = qc_bytes_shell_word(core->bytes);
    return unpack == NULL     ? qc_format("%s %s", command, file)
           : *command == '\0' ? qc_format("%s %s", unpack, file)
                              : qc_format("%s %s | %s -", unpack, file, command);
}

/* Fails for a file compressed twice. The suggested command unpacks the outer container, and the
   inner one if this build does not read it. */
static enum qemucore_status refuse_twice(const struct qc_core *core,
                                         const struct qc_container *inner,
                                         struct qemucore_error *error)
{
    QC_FREE char *from = unpack_command(core, inner->is_read ? "" : inner->command);
    QC_TRY_MEMORY(from != NULL, error);
    return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                        "compressed twice (%s inside %s): try %s | qemucore-threads -", inner->name,
                        qc_bytes_container(core->bytes), from);
}

static enum qemucore_status refuse_tar(struct qc_core *core, struct qemucore_error *error)
{
    QC_FREE char *member = qc_tar_find_core(core->bytes);
    QC_FREE char *from = unpack_command(core, "tar -xOf");
    QC_TRY_MEMORY(from != NULL, error);
    return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                        "a tar archive, no core: try %s %s | qemucore-threads -%s", from,
                        qc_str_or(member, "MEMBER"),
                        member == NULL ? ", where MEMBER is the core in it" : "");
}

/* Fails for a report of apport. Each line of its CoreDump field is base64 by itself, of the next
   part of a gzip file. */
static enum qemucore_status refuse_apport(const struct qc_core *core, struct qemucore_error *error)
{
    QC_FREE char *from = unpack_command(core, "sed -n '/^CoreDump: base64/,/^[^ ]/s/^ //p'");
    return from == NULL
               ? qc_error_memory(error)
               : qc_error_set(error, QEMUCORE_UNSUPPORTED,
                              "a crash report of apport, which has the core in it where its CoreDump is: "
                              "try %s | base64 -d | qemucore-threads - (or apport-unpack)",
                              from);
}

/* Fails for a file with other bytes in front of the core: lines that a shell printed, the header of a
   protocol, a field of the journal's export format. */
static enum qemucore_status refuse_prefix(const struct qc_core *core, size_t offset,
                                          struct qemucore_error *error)
{
    QC_FREE char *tail = qc_format("tail -c +%zu", offset + 1);
    QC_FREE char *from = tail == NULL ? NULL : unpack_command(core, tail);
    return from == NULL
               ? qc_error_memory(error)
               : qc_error_set(error, QEMUCORE_UNSUPPORTED,
                              "not an ELF file, but a core begins at offset %zu in it, behind other "
                              "bytes: try %s | qemucore-threads -",
                              offset, from);
}

static bool is_zero(const uint8_t *head, size_t size)
{
    return size != 0 && head[0] == 0 && memcmp(head, head + 1, size - 1) == 0;
}

/* Fails for a file that is of no known kind. */
static enum qemucore_status refuse_unknown(const struct qc_core *core, struct qemucore_error *error)
{
    const uint8_t *head;
    size_t size = qc_bytes_peek(core->bytes, QC_LIMIT_PEEK, &head);
    size_t offset = qc_transfer_core_at(head, size);
    bool is_text = qc_transfer_is_text(head, size);
    const char *damage = is_text ? NULL : qc_transfer_damage(head, size);
    if (offset != 0) {
        return refuse_prefix(core, offset, error);
    }
    return qc_error_set(error, QEMUCORE_UNSUPPORTED, "%s%snot an ELF file", qc_str_or(damage, ""),
                        damage != NULL         ? ": "
                        : is_text              ? "a text, "
                        : is_zero(head, size) ? "it begins with zeroes, as a file that was never "
                                                 "written to its end does: "
                                               : "");
}

enum qemucore_status qc_foreign_refuse_file(struct qc_core *core, struct qemucore_error *error)
{
    static const char apport[] = "ProblemType: ";
    const uint8_t *head;
    size_t size = qc_bytes_peek(core->bytes, QC_TAR_BLOCK, &head);
    size = qc_min(size, QC_TAR_BLOCK);
    const struct file_kind *kind = file_kind_find(head, size);
    struct qc_container inner = qc_bytes_container_of(head, size);
    if (kind != NULL) {
        return refuse(&kind->foreign, error);
    }
    if (inner.name != NULL) {
        return refuse_twice(core, &inner, error);
    }
    if (qc_tar_is(head, size)) {
        return refuse_tar(core, error);
    }
    if (size >= sizeof(apport) && memcmp(head, apport, sizeof(apport) - 1) == 0) {
        return refuse_apport(core, error);
    }
    return refuse_unknown(core, error);
}

/* ---- ELF files --------------------------------------------------------------------------- */

/* Tells whether an ELF file names an interpreter: a PIE program does, a library does not. */
static bool has_interpreter(struct qc_core *core)
{
    const uint8_t *head;
    size_t size = qc_bytes_peek(core->bytes, QC_LIMIT_PEEK, &head);
    struct qc_cursor cursor = qc_cursor_new(head, size, core->big_endian);
    bool is_64_bit = size > EI_CLASS && head[EI_CLASS] == ELFCLASS64;
    qc_cursor_seek(&cursor, is_64_bit ? offsetof(Elf64_Ehdr, e_phoff) : offsetof(Elf32_Ehdr, e_phoff));
    uint64_t table = is_64_bit ? qc_cursor_u64(&cursor) : qc_cursor_u32(&cursor);
    qc_cursor_seek(&cursor, is_64_bit ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum));
    uint16_t count = qc_cursor_u16(&cursor);
    size_t entry = is_64_bit ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    for (uint64_t i = 0; i < count && !cursor.failed && table <= size; i++) {
        qc_cursor_seek(&cursor, (size_t)(table + i * entry));
        if (qc_cursor_u32(&cursor) == PT_INTERP) {
            return !cursor.failed;
        }
    }
    return false;
}

enum qemucore_status qc_foreign_refuse_elf(struct qc_core *core, uint16_t type,
                                           struct qemucore_error *error)
{
    QC_FAIL_IF(type == ET_EXEC || (type == ET_DYN && has_interpreter(core)),
               error, QEMUCORE_UNSUPPORTED, "an executable, not a core dump of one");
    QC_FAIL_IF(type == ET_DYN, error, QEMUCORE_UNSUPPORTED,
               "a shared library or an executable, not a core dump");
    QC_FAIL_IF(type == ET_REL, error, QEMUCORE_UNSUPPORTED,
               "an object file (or a kernel module), not a core dump");
    return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                        "an ELF file of type %u, not a core dump (type %u)", type, ET_CORE);
}

enum qemucore_status qc_foreign_check_system(unsigned char system, struct qemucore_error *error)
{
    switch (system) {
    case ELFOSABI_FREEBSD:
        return refuse(&freebsd, error);
    case ELFOSABI_NETBSD:
        return refuse(&netbsd, error);
    case ELFOSABI_OPENBSD:
        return refuse(&openbsd, error);
    case ELFOSABI_SOLARIS:
        return refuse(&solaris, error);
    default:
        return QEMUCORE_OK;
    }
}

static const struct machine {
    uint16_t number;
    const char *name;
} machines[] = {
    {EM_386, "i386"},        {EM_ARM, "arm"},           {EM_MIPS, "mips"},
    {EM_PPC, "ppc"},         {EM_PPC64, "ppc64"},       {EM_S390, "s390"},
    {EM_SPARC, "sparc"},     {EM_SPARC32PLUS, "sparc"}, {EM_SPARCV9, "sparc64"},
    {EM_68K, "m68k"},        {EM_SH, "sh4"},            {EM_IA_64, "ia64"},
    {EM_ALPHA, "alpha"},     {0x9026, "alpha"},         {EM_PARISC, "hppa"},
    {EM_RISCV, "riscv"},     {EM_AARCH64, "aarch64"},   {EM_X86_64, "x86_64"},
    {EM_XTENSA, "xtensa"},   {EM_MICROBLAZE, "microblaze"}, {EM_OPENRISC, "openrisc"},
    {EM_LOONGARCH, "loongarch"}, {EM_CSKY, "csky"},     {EM_ARCV2, "arc"},
};

static const char *machine_name(uint16_t number)
{
    const struct machine *machine = qc_array_find(machines, at, at->number == number);
    return machine == NULL ? NULL : machine->name;
}

/* Appends a name: "sparc64", "mips64", "x32", "aarch64, big-endian", "ELF machine 9999". */
static void put_machine(const struct qc_core *core, bool is_64_bit, struct qc_strbuf *buffer)
{
    const char *name = machine_name(core->elf_machine);
    bool is_other_order = core->big_endian && (core->elf_machine == EM_AARCH64 ||
                                               core->elf_machine == EM_PPC64);
    if (core->elf_machine == EM_X86_64 && !is_64_bit) {
        name = "x32";
    }
    if (name == NULL) {
        qc_strbuf_printf(buffer, "ELF machine %u", core->elf_machine);
        return;
    }
    qc_strbuf_printf(buffer, "%s%s%s", name,
                     is_64_bit && core->elf_machine == EM_MIPS ? "64" : "",
                     is_other_order ? ", big-endian" : "");
}

enum qemucore_status qc_foreign_refuse_machine(const struct qc_core *core,
                                               struct qemucore_error *error)
{
    struct qc_strbuf buffer = {0};
    put_machine(core, true, &buffer);
    QC_FREE char *name = qc_strbuf_take(&buffer);
    return qc_error_set(error, QEMUCORE_UNSUPPORTED,
                        "a core of a CPU whose registers are not known here (%s)%s",
                        qc_str_or(name, "?"),
                        machine_name(core->elf_machine) == NULL ? "" : ": gdb-multiarch reads it");
}

/* ---- notes ------------------------------------------------------------------------------- */

/* Beginnings of note names. Cores of FreeBSD and other systems may also be known by EI_OSABI. */
static const struct {
    const char *name;
    const struct foreign *foreign;
} note_names[] = {
    {"QEMU", &guest_dump}, {"VMCOREINFO", &vmcore}, {"Xen", &xen},         {"VBC", &virtualbox},
    {"FreeBSD", &freebsd}, {"NetBSD", &netbsd},     {"OpenBSD", &openbsd},
    {"DragonFly", &dragonfly},
};

/* sys/elf.h of illumos: NT_PSTATUS, NT_PSINFO and NT_LWPSTATUS. No kernel of Linux writes them. */
static bool is_solaris(const char *name, uint32_t type)
{
    return strcmp(name, "CORE") == 0 && (type == 10 || type == 13 || type == 16);
}

enum qemucore_status qc_foreign_check_note(const char *name, uint32_t type,
                                           struct qemucore_error *error)
{
    if (strcmp(name, QC_LIVE_OWNER) == 0) {
        return QEMUCORE_OK; /* not the "QEMU" of a guest dump */
    }
    for (size_t i = 0; i < qc_count(note_names); i++) {
        if (qc_str_begins(name, note_names[i].name)) {
            return refuse(note_names[i].foreign, error);
        }
    }
    return is_solaris(name, type) ? refuse(&solaris, error) : QEMUCORE_OK;
}

/* Checks the first notes of a 32-bit ELF file: those that one peek shows. */
static enum qemucore_status check_32_bit_notes(struct qc_cursor *cursor,
                                               struct qemucore_error *error)
{
    enum qemucore_status status = QEMUCORE_OK;
    while (status == QEMUCORE_OK && !cursor->failed) {
        char name[QC_NOTE_NAME] = "";
        uint32_t name_size = qc_cursor_u32(cursor);
        uint32_t size = qc_cursor_u32(cursor);
        uint32_t type = qc_cursor_u32(cursor);
        const uint8_t *bytes = qc_cursor_take(cursor, ((size_t)name_size + 3) / 4 * 4);
        qc_cursor_take(cursor, ((size_t)size + 3) / 4 * 4);
        if (bytes != NULL && name_size < sizeof(name)) {
            memcpy(name, bytes, name_size);
            status = qc_foreign_check_note(name, type, error);
        }
    }
    return status;
}

enum qemucore_status qc_foreign_refuse_32_bit(struct qc_core *core, struct qemucore_error *error)
{
    const uint8_t *head;
    size_t size = qc_bytes_peek(core->bytes, QC_LIMIT_PEEK, &head);
    struct qc_cursor cursor = qc_cursor_new(head, size, core->big_endian);
    uint32_t table = qc_cursor_u32_at(&cursor, offsetof(Elf32_Ehdr, e_phoff));
    /* All writers of such files put the program header of the notes first. */
    bool has_notes = qc_cursor_u32_at(&cursor, table) == PT_NOTE;
    uint32_t notes = qc_cursor_u32(&cursor);
    qc_cursor_seek(&cursor, notes);
    enum qemucore_status status =
        has_notes ? check_32_bit_notes(&cursor, error) : QEMUCORE_OK;
    struct qc_strbuf buffer = {0};
    put_machine(core, false, &buffer);
    QC_FREE char *name = qc_strbuf_take(&buffer);
    return status != QEMUCORE_OK
               ? status
               : qc_error_set(error, QEMUCORE_UNSUPPORTED,
                              "a 32-bit core (%s): only cores of 64-bit processes are read here%s",
                              qc_str_or(name, "?"),
                              machine_name(core->elf_machine) == NULL ? "" : "; gdb reads it");
}

/* ---- after the pass ---------------------------------------------------------------------- */

/* Tells whether a core is the memory of a machine. The kernel and gcore write PT_LOADs without
   physical addresses, and none at address 0, where no process has memory (vm.mmap_min_addr). Dumps
   of guests of most CPUs have no note that would tell. */
static bool is_physical(const struct qc_core *core)
{
    bool is_process = core->has_process_information || core->auxv.count != 0 ||
                      core->mappings.count != 0;
    bool is_damaged = qc_vec_any(&core->missing, missing, missing->status == QEMUCORE_CORRUPT);
    return !is_process && !is_damaged &&
           qc_vec_any(&core->segments, segment,
                      segment->type == PT_LOAD && segment->memory_size != 0 &&
                          (segment->physical != 0 || segment->address == 0));
}

enum qemucore_status qc_foreign_check_core(const struct qc_core *core, struct qemucore_error *error)
{
    if (is_physical(core)) {
        return refuse(&physical, error);
    }
    if (core->threads.count != 0) {
        return QEMUCORE_OK;
    }
    const struct qemucore_missing *why =
        core->missing.count == 0 ? NULL : &core->missing.items[0];
    return qc_error_set(error, why == NULL ? QEMUCORE_UNSUPPORTED : why->status,
                        "a core without a thread: %s",
                        why != NULL         ? why->sentence
                        : core->note_count == 0 ? "it has no notes, so there are no registers"
                                            : "none of its notes has a thread's registers (NT_PRSTATUS)");
}
