/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core/notes.h"

#include <elf.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "base/base.h"
#include "bytes/bytes.h"
#include "core/core_limits.h"
#include "core/file_note.h"
#include "core/foreign.h"

/* struct elf_prstatus of every 64-bit Linux (include/uapi/linux/elfcore.h): siginfo, cursig,
   sigpend, sighold, four pids and four timevals come before the registers. */
#define PRSTATUS_CURSIG 12
#define PRSTATUS_PID 32
#define PRSTATUS_UTIME 48
#define PRSTATUS_REGISTERS 112

/* struct elf_prpsinfo of every 64-bit Linux. */
#define PRPSINFO_UID 16
#define PRPSINFO_PID 24
#define PRPSINFO_FNAME 40
#define PRPSINFO_PSARGS 56

/* siginfo_t: si_signo, si_errno, si_code, padding, then _kill's si_pid or _sigfault's si_addr. */
#define SIGINFO_CODE 8
#define SIGINFO_PID 16
#define SIGINFO_ADDRESS 16
/* include/uapi/asm-generic/siginfo.h: sent by the kernel "from somewhere", with no more to tell. */
#define SIGINFO_SI_KERNEL 0x80

struct note {
    char name[QC_NOTE_NAME];
    bool has_name;
    uint32_t type;
    uint64_t offset;      /* offset of the note in the file */
    uint64_t description; /* offset of its description */
    uint64_t length;      /* size of the description by the note's header */
    const uint8_t *data;  /* the description */
    size_t size;          /* bytes at data: less than length if the file ends first */
};

static struct qc_cursor note_cursor(const struct qc_core *core, const struct note *note)
{
    return qc_cursor_new(note->data, note->size, core->big_endian);
}

static enum qemucore_status note_add_too_short(struct qc_core *core, const struct note *note,
                                               const char *what, struct qemucore_error *error)
{
    return qc_core_add_missing(core, QEMUCORE_CORRUPT, note->offset, error,
                               "note at offset %" PRIu64 ": %s of %zu bytes is too short",
                               note->offset, what, note->size);
}

/* Reads a struct timeval, in microseconds. 0: too large. */
static uint64_t note_time(struct qc_cursor *cursor)
{
    uint64_t seconds = qc_cursor_u64(cursor);
    uint64_t microseconds = qc_cursor_u64(cursor);
    uint64_t time;
    if (__builtin_mul_overflow(seconds, UINT64_C(1000000), &time) ||
        __builtin_add_overflow(time, microseconds, &time)) {
        return 0;
    }
    return time;
}

/* Adds a sentence to `missing` for the first thread beyond the limit. */
static enum qemucore_status note_add_thread_limit(struct qc_core *core, const struct note *note,
                                                  struct qemucore_error *error)
{
    bool was_reported = core->thread_limit_was_reported;
    core->thread_limit_was_reported = true;
    return was_reported ? QEMUCORE_OK
                        : qc_core_add_missing(core, QEMUCORE_LIMIT, note->offset, error,
                                              "more than %" PRIu64 " threads", QC_LIMIT_THREADS);
}

/* Reads the CPU times. If the note is cut they are zero, as in a note that does not tell them. */
static void thread_read_times(struct qc_thread *thread, const struct qc_core *core,
                              const struct note *note)
{
    struct qc_cursor cursor = note_cursor(core, note);
    qc_cursor_seek(&cursor, PRSTATUS_UTIME);
    thread->user_time = note_time(&cursor);
    thread->system_time = note_time(&cursor);
}

/* Returns a bit for each word that NT_FPREGSET has. */
static uint64_t thread_float_words(const struct qc_arch *arch)
{
    return (((uint64_t)1 << arch->fpregset_words) - 1) << arch->pr_reg_words;
}

static enum qemucore_status thread_read_registers(struct qc_thread *thread, struct qc_core *core,
                                                  const struct note *note,
                                                  struct qemucore_error *error)
{
    const struct qc_arch *arch = core->arch;
    struct qc_cursor cursor = note_cursor(core, note);
    size_t words = (size_t)arch->pr_reg_words + arch->fpregset_words;
    QC_FREE uint64_t *registers = calloc(words, sizeof(*registers));
    QC_TRY_MEMORY(registers != NULL, error);
    uint64_t any = 0;
    qc_cursor_seek(&cursor, PRSTATUS_REGISTERS);
    for (size_t i = 0; i < arch->pr_reg_words; i++) {
        registers[i] = qc_cursor_u64(&cursor);
        any |= registers[i];
    }
    if (cursor.failed) {
        return note_add_too_short(core, note, "NT_PRSTATUS", error);
    } else if (any == 0) {
        thread->zeroes_at = note->offset;
        return QEMUCORE_OK;
    }
    if (arch->thread_pointer_slot != 0) {
        thread->has_thread_pointer = true;
        thread->thread_pointer = registers[arch->thread_pointer_slot];
    }
    core->has_call_numbers |= registers[arch->syscall.number_slot] != 0;
    thread->unknown = thread_float_words(arch);
    thread->registers = qc_move(registers);
    return QEMUCORE_OK;
}

static enum qemucore_status note_thread(struct qc_core *core, const struct note *note,
                                        struct qemucore_error *error)
{
    struct qc_cursor cursor = note_cursor(core, note);
    int signal = qc_cursor_u16_at(&cursor, PRSTATUS_CURSIG);
    int lwp = (int)qc_cursor_u32_at(&cursor, PRSTATUS_PID);
    if (cursor.failed) {
        return note_add_too_short(core, note, "NT_PRSTATUS", error);
    }
    if (lwp <= 0) {
        return qc_core_add_missing(core, QEMUCORE_CORRUPT, note->offset, error,
                                   "NT_PRSTATUS at offset %" PRIu64
                                   ": no thread has the id %d: not used",
                                   note->offset, lwp);
    }
    if (core->threads.count == QC_LIMIT_THREADS) {
        return note_add_thread_limit(core, note, error);
    }
    struct qc_thread *thread = qc_vec_add(&core->threads);
    QC_TRY_MEMORY(thread != NULL, error);
    thread->lwp = lwp;
    thread->signal = signal;
    thread->crashed = signal != 0 && !core->has_crashed;
    core->has_crashed |= thread->crashed;
    thread_read_times(thread, core, note);
    if (core->arch == NULL) {
        return QEMUCORE_OK;
    }
    thread->code_mask = core->arch->code_mask;
    return thread_read_registers(thread, core, note, error);
}

static enum qemucore_status note_process(struct qc_core *core, const struct note *note,
                                         struct qemucore_error *error)
{
    struct qc_cursor cursor = note_cursor(core, note);
    core->user_id = qc_cursor_u32_at(&cursor, PRPSINFO_UID);
    uint32_t pid = qc_cursor_u32_at(&cursor, PRPSINFO_PID);
    core->parent_id = (int)qc_cursor_u32(&cursor);
    qc_cursor_seek(&cursor, PRPSINFO_FNAME);
    const uint8_t *name = qc_cursor_take(&cursor, sizeof(core->process_name) - 1);
    qc_cursor_seek(&cursor, PRPSINFO_PSARGS);
    const uint8_t *arguments = qc_cursor_take(&cursor, sizeof(core->command_line) - 1);
    if (cursor.failed) {
        return note_add_too_short(core, note, "NT_PRPSINFO", error);
    }
    core->has_process_information = true;
    core->process_id = (int)pid;
    memcpy(core->process_name, name, sizeof(core->process_name) - 1);
    memcpy(core->command_line, arguments, sizeof(core->command_line) - 1);
    /* The kernel turns the NUL after each argument into a space, also after the last one. */
    for (size_t i = strlen(core->command_line); i > 0 && core->command_line[i - 1] == ' '; i--) {
        core->command_line[i - 1] = '\0';
    }
    return QEMUCORE_OK;
}

/* Tells whether si_addr is valid: include/linux/signal.h siginfo_layout, SIL_FAULT. These signals
   have the same numbers on every known CPU. */
static bool signal_has_address(int signal, int code)
{
    switch (signal) {
    case SIGILL:
    case SIGTRAP:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV:
        return code > 0 && code < SIGINFO_SI_KERNEL;
    default:
        return false;
    }
}

static enum qemucore_status note_signal(struct qc_core *core, const struct note *note,
                                        struct qemucore_error *error)
{
    struct qc_cursor cursor = note_cursor(core, note);
    int signal = (int)qc_cursor_u32(&cursor);
    int code = (int)qc_cursor_u32_at(&cursor, SIGINFO_CODE);
    int sender = (int)qc_cursor_u32_at(&cursor, SIGINFO_PID);
    if (cursor.failed) {
        return note_add_too_short(core, note, "NT_SIGINFO", error);
    }
    uint64_t address = qc_cursor_u64_at(&cursor, SIGINFO_ADDRESS);
    /* gcore writes this note for every thread; the first belongs to the first thread. */
    if (!core->has_signal_information) {
        core->has_signal_information = true;
        core->signal = signal;
        core->signal_code = code;
        core->signal_sender = code <= 0 ? sender : 0;
        core->has_fault_address = !cursor.failed && signal_has_address(signal, code);
        core->fault_address = core->has_fault_address ? address : 0;
    }
    return QEMUCORE_OK;
}

static enum qemucore_status note_auxv(struct qc_core *core, const struct note *note,
                                      struct qemucore_error *error)
{
    struct qc_cursor cursor = note_cursor(core, note);
    while (qc_cursor_left(&cursor) >= 16) {
        uint64_t type = qc_cursor_u64(&cursor);
        uint64_t value = qc_cursor_u64(&cursor);
        if (type == AT_NULL) {
            break;
        }
        if (!qc_vec_push(&core->auxv, (struct qc_auxv){.type = type, .value = value})) {
            return qc_error_memory(error);
        }
    }
    return QEMUCORE_OK;
}

static enum qemucore_status note_mappings(struct qc_core *core, const struct note *note,
                                          struct qemucore_error *error)
{
    return qc_core_read_file_note(core, note_cursor(core, note), note->offset, error);
}

/* Reads NT_FPREGSET of the thread of the last NT_PRSTATUS, on CPUs where unwinding needs it. */
static enum qemucore_status note_floats(struct qc_core *core, const struct note *note,
                                        struct qemucore_error *error)
{
    const struct qc_arch *arch = core->arch;
    struct qc_thread *thread = qc_vec_last(&core->threads);
    if (arch == NULL || arch->fpregset_words == 0 || thread == NULL || thread->registers == NULL) {
        return QEMUCORE_OK;
    }
    struct qc_cursor cursor = note_cursor(core, note);
    for (size_t i = 0; i < arch->fpregset_words; i++) {
        thread->registers[arch->pr_reg_words + i] = qc_cursor_u64(&cursor);
    }
    if (cursor.failed) {
        return note_add_too_short(core, note, "NT_FPREGSET", error);
    }
    thread->unknown &= ~thread_float_words(arch);
    return QEMUCORE_OK;
}

/* Reads NT_ARM_PAC_MASK: masks of the signature bits of data and instruction pointers. The note
   belongs to the thread of the last NT_PRSTATUS (kernel: fill_thread_core_info). */
static enum qemucore_status note_pac_mask(struct qc_core *core, const struct note *note,
                                          struct qemucore_error *error)
{
    struct qc_cursor cursor = note_cursor(core, note);
    qc_cursor_u64(&cursor);
    uint64_t code = qc_cursor_u64(&cursor);
    if (cursor.failed) {
        return note_add_too_short(core, note, "NT_ARM_PAC_MASK", error);
    }
    struct qc_thread *thread = qc_vec_last(&core->threads);
    if (thread != NULL) {
        thread->code_mask = ~code;
    }
    return QEMUCORE_OK;
}

/* Reads NT_ARM_TLS: tpidr_el0 of the thread of the last NT_PRSTATUS. */
static enum qemucore_status note_thread_pointer(struct qc_core *core, const struct note *note,
                                                struct qemucore_error *error)
{
    struct qc_cursor cursor = note_cursor(core, note);
    uint64_t value = qc_cursor_u64(&cursor);
    if (cursor.failed) {
        return note_add_too_short(core, note, "NT_ARM_TLS", error);
    }
    struct qc_thread *thread = qc_vec_last(&core->threads);
    if (thread != NULL) {
        thread->has_thread_pointer = true;
        thread->thread_pointer = value;
    }
    return QEMUCORE_OK;
}

/* Reads NT_S390_SYSTEM_CALL of the thread of the last NT_PRSTATUS: the length and number of the
   system call that it is in, 0 if in none (arch/s390/kernel/signal.c, arch_do_signal_or_restart). */
static enum qemucore_status note_system_call(struct qc_core *core, const struct note *note,
                                             struct qemucore_error *error)
{
    struct qc_cursor cursor = note_cursor(core, note);
    uint32_t value = qc_cursor_u32(&cursor);
    if (cursor.failed) {
        return note_add_too_short(core, note, "NT_S390_SYSTEM_CALL", error);
    }
    struct qc_thread *thread = qc_vec_last(&core->threads);
    if (thread != NULL) {
        thread->has_call_note = true;
        thread->call_note = value & 0xffff;
    }
    return QEMUCORE_OK;
}

/* ---- notes of a snapshot -------------------------------------------------------------------- */

/* Marks the registers that the snapshot did not know: they are zero in NT_PRSTATUS, which has no
   mark for other readers. Drops all registers if PC or stack pointer is not known. */
static void thread_set_known(struct qc_core *core, struct qc_thread *thread, uint64_t known)
{
    const struct qc_arch *arch = core->arch;
    uint64_t needed = (uint64_t)1 << arch->pc_slot |
                      (uint64_t)1 << qc_arch_register(arch, arch->stack_pointer)->slot;
    thread->unknown |= ~known;
    if (arch->thread_pointer_slot != 0 && (thread->unknown >> arch->thread_pointer_slot & 1) != 0) {
        thread->has_thread_pointer = false;
    }
    if ((known & needed) != needed) {
        free(thread->registers);
        thread->registers = NULL;
    }
}

/* Ends the reading of a snapshot's note. Adds a sentence to `missing` if the note is damaged. */
static enum qemucore_status live_end(struct qc_core *core, const struct note *note,
                                     const char *what, enum qemucore_status status,
                                     struct qemucore_error *error)
{
    switch (status) {
    case QEMUCORE_OK:
        return status;
    case QEMUCORE_CORRUPT:
        return qc_core_add_missing(core, status, note->offset, error,
                                   "note at offset %" PRIu64
                                   ": the snapshot's note on %s is cut or invalid",
                                   note->offset, what);
    default:
        return qc_error_memory(error);
    }
}

/* Reads a snapshot's note on the thread of the last NT_PRSTATUS. */
static enum qemucore_status note_live_thread(struct qc_core *core, const struct note *note,
                                             struct qemucore_error *error)
{
    struct qc_live_thread live = {0};
    struct qc_thread *thread = qc_vec_last(&core->threads);
    enum qemucore_status status =
        qc_live_read_thread(note->data, note->size, core->big_endian, &live);
    if (status == QEMUCORE_OK && (thread == NULL || live.lwp != thread->lwp)) {
        status = QEMUCORE_CORRUPT;
    }
    if (status != QEMUCORE_OK) {
        qc_task_clear(&live.task);
        return live_end(core, note, "a thread", status, error);
    }
    qc_task_clear(&thread->task);
    thread->task = live.task;
    thread->caught = live.caught;
    if (core->arch != NULL) {
        thread_set_known(core, thread, live.known);
    }
    return QEMUCORE_OK;
}

static enum qemucore_status note_live_process(struct qc_core *core, const struct note *note,
                                              struct qemucore_error *error)
{
    qc_live_clear(&core->live);
    enum qemucore_status status =
        qc_live_read_process(note->data, note->size, core->big_endian, &core->live);
    return live_end(core, note, "the process", status, error);
}

static enum qemucore_status note_live_descriptors(struct qc_core *core, const struct note *note,
                                                  struct qemucore_error *error)
{
    enum qemucore_status status =
        core->live.descriptors.count != 0
            ? QEMUCORE_CORRUPT
            : qc_live_read_descriptors(note->data, note->size, core->big_endian, &core->live);
    return live_end(core, note, "descriptors", status, error);
}

struct note_kind {
    const char *name;
    uint32_t type;
    enum qemucore_status (*read)(struct qc_core *core, const struct note *note,
                                 struct qemucore_error *error);
    bool is_process; /* belongs to the process, even if it follows a thread's NT_PRSTATUS */
};

static const struct note_kind note_kinds[] = {
    {"CORE", NT_PRSTATUS, note_thread, false},
    {"CORE", NT_PRPSINFO, note_process, true},
    {"CORE", NT_FPREGSET, note_floats, false},
    {"CORE", NT_SIGINFO, note_signal, false},
    {"CORE", NT_AUXV, note_auxv, true},
    {"CORE", NT_FILE, note_mappings, true},
    {"LINUX", NT_ARM_PAC_MASK, note_pac_mask, false},
    {"LINUX", NT_ARM_TLS, note_thread_pointer, false},
    {"LINUX", NT_S390_SYSTEM_CALL, note_system_call, false},
    {QC_LIVE_OWNER, QC_LIVE_PROCESS, note_live_process, true},
    {QC_LIVE_OWNER, QC_LIVE_THREAD, note_live_thread, false},
    {QC_LIVE_OWNER, QC_LIVE_DESCRIPTORS, note_live_descriptors, true},
};

/* Gets size bytes of the stream in one piece: shown by peek, or, if many, copied to *copy. */
static enum qemucore_status note_take(struct qc_core *core, size_t size, const uint8_t **data,
                                      uint8_t **copy, size_t *taken, struct qemucore_error *error)
{
    if (size <= QC_LIMIT_PEEK) {
        size_t shown = qc_bytes_peek(core->bytes, size, data);
        *taken = qc_min(shown, size);
        return QEMUCORE_OK;
    }
    *copy = malloc(size);
    QC_TRY_MEMORY(*copy != NULL, error);
    *data = *copy;
    *taken = qc_bytes_take(core->bytes, *copy, size);
    return QEMUCORE_OK;
}

static const struct note_kind *note_kind_find(const struct note *note)
{
    return qc_array_find(note_kinds, kind,
                         note->type == kind->type && strcmp(note->name, kind->name) == 0);
}

/* Reads header and name of the note that is next on the stream. False: the stream ends first. */
static bool note_read_header(struct qc_core *core, struct note *ret)
{
    const uint8_t *data;
    size_t shown = qc_bytes_peek(core->bytes, sizeof(Elf64_Nhdr) + sizeof(ret->name), &data);
    if (shown < sizeof(Elf64_Nhdr)) {
        return false;
    }
    struct qc_cursor cursor = qc_cursor_new(data, shown, core->big_endian);
    uint64_t name_size = qc_cursor_u32(&cursor);
    *ret = (struct note){.offset = qc_bytes_offset(core->bytes)};
    ret->description = ret->offset + sizeof(Elf64_Nhdr) + qc_round_up(name_size, 4);
    ret->length = qc_cursor_u32(&cursor);
    ret->type = qc_cursor_u32(&cursor);
    const uint8_t *name =
        name_size < sizeof(ret->name) ? qc_cursor_take(&cursor, name_size) : NULL;
    if (name != NULL) {
        memcpy(ret->name, name, name_size);
        ret->has_name = true;
    }
    return true;
}

/* Reads the description of a note, which is next on the stream, if the note's kind is known. */
static enum qemucore_status note_read(struct qc_core *core, struct note *note,
                                      struct qemucore_error *error)
{
    const struct note_kind *kind = note_kind_find(note);
    if (kind == NULL) {
        return QEMUCORE_OK;
    }
    if (note->length > QC_LIMIT_NOTE) {
        return qc_core_add_missing(core, QEMUCORE_LIMIT, note->offset, error,
                                   "note at offset %" PRIu64 ": %" PRIu64
                                   " bytes, more than %" PRIu64,
                                   note->offset, note->length, QC_LIMIT_NOTE);
    }
    QC_FREE uint8_t *copy = NULL;
    QC_TRY(note_take(core, (size_t)note->length, &note->data, &copy, &note->size, error));
    /* A note that the end of the file cuts may still have the needed members. */
    return kind->read(core, note, error);
}

/* Tells whether a note belongs to a thread. The kernel and gdb's gcore write a thread's notes after
   its NT_PRSTATUS, registers under these two names. gdb's own ("GDB") are the process's. */
static bool note_is_of_thread(const struct note *note)
{
    const struct note_kind *kind = note_kind_find(note);
    return kind != NULL ? !kind->is_process
                        : strcmp(note->name, "CORE") == 0 || strcmp(note->name, "LINUX") == 0;
}

static enum qemucore_status note_record(struct qc_core *core, const struct note *note, size_t thread,
                                        struct qemucore_error *error)
{
    if (core->notes.count == QC_LIMIT_NOTES) {
        return core->note_count > QC_LIMIT_NOTES + 1
                   ? QEMUCORE_OK /* was told of the first one */
                   : qc_core_add_missing(core, QEMUCORE_LIMIT, note->offset, error,
                                         "more than %" PRIu64 " notes: the others are not listed",
                                         QC_LIMIT_NOTES);
    }
    struct qemucore_note recorded = {.has_name = note->has_name,
                                     .type = note->type,
                                     .thread = note_is_of_thread(note) ? thread : 0,
                                     .offset = note->description,
                                     .size = note->length};
    memcpy(recorded.name, note->name, sizeof(recorded.name));
    return qc_vec_push(&core->notes, recorded) ? QEMUCORE_OK : qc_error_memory(error);
}

/* Reads and records a note. *thread: index + 1 of the thread of the last NT_PRSTATUS; 0: none. */
static enum qemucore_status note_add(struct qc_core *core, struct note *note, size_t *thread,
                                     struct qemucore_error *error)
{
    size_t before = core->threads.count;
    qc_bytes_skip(core->bytes, note->description - note->offset);
    QC_TRY(note_read(core, note, error));
    if (note->type == NT_PRSTATUS && strcmp(note->name, "CORE") == 0) {
        *thread = core->threads.count == before ? 0 : core->threads.count;
    }
    return note_record(core, note, *thread, error);
}

/* Skips to an offset. False: the stream ends first. */
static bool skip_to(struct qc_core *core, uint64_t offset)
{
    uint64_t at = qc_bytes_offset(core->bytes);
    uint64_t left = offset > at ? offset - at : 0;
    return qc_bytes_skip(core->bytes, left) == left;
}

/* Tells of registers that are only zeroes. Even a thread that the kernel made has some, copied from its
   creator or for the kernel's own mode (copy_thread of each CPU). A snapshot has none of a thread that
   was on a CPU, as its note on the thread says, which comes later than the registers. */
static enum qemucore_status add_zeroes(struct qc_core *core, struct qemucore_error *error)
{
    qc_vec_each(&core->threads, thread) {
        if (thread->zeroes_at != 0 && thread->caught == QC_CAUGHT_DEAD) {
            QC_TRY(qc_core_add_missing(core, QEMUCORE_ABSENT, thread->zeroes_at, error,
                                       "the registers of thread %d: its note has only zeroes",
                                       thread->lwp));
        }
        thread->zeroes_at = 0;
    }
    return QEMUCORE_OK;
}

static enum qemucore_status read_notes(struct qc_core *core, const struct qc_segment *segment,
                                       struct qemucore_error *error)
{
    uint64_t end = segment->offset + segment->file_size;
    uint64_t at = qc_bytes_offset(core->bytes);
    size_t thread = 0;
    struct note note;
    /* load_check_end reports a stream that ends too early. */
    while (at < end && end - at >= sizeof(Elf64_Nhdr) && note_read_header(core, &note)) {
        if (note.description > end || note.length > end - note.description) {
            return qc_core_add_missing(core, QEMUCORE_CORRUPT, at, error,
                                       "note at offset %" PRIu64 ": ends past its segment", at);
        }
        core->note_count++;
        QC_TRY(qc_foreign_check_note(note.name, note.type, error));
        QC_TRY(note_add(core, &note, &thread, error));
        at = note.description + qc_round_up(note.length, 4);
        if (!skip_to(core, at)) {
            return QEMUCORE_OK;
        }
    }
    return QEMUCORE_OK;
}

enum qemucore_status qc_core_read_notes(struct qc_core *core, const struct qc_segment *segment,
                                        struct qemucore_error *error)
{
    QC_TRY(read_notes(core, segment, error));
    return add_zeroes(core, error);
}
