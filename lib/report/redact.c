/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/redact.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "json/json.h"

/* Shorter names could be any word. */
#define SHORTEST_NAME 3

#define LEFT_OUT "[left out]"

/* ---- the names ------------------------------------------------------------------------------ */

static void add_one(struct qc_redaction *redaction, const char *name)
{
    if (strlen(name) < SHORTEST_NAME) {
        return;
    }
    QC_FREE char *copy = strdup(name);
    redaction->failed |= copy == NULL || !qc_vec_push(&redaction->names, qc_move(copy));
}

/* Adds a name as texts show it, and as documents do; nothing for NULL. */
static void add_name(struct qc_redaction *redaction, const char *name)
{
    struct qc_strbuf escaped = {0};
    if (name == NULL) {
        return;
    }
    qc_strbuf_put_escaped(&escaped, name);
    QC_FREE char *shown = qc_strbuf_take(&escaped);
    redaction->failed |= shown == NULL;
    add_one(redaction, qc_str_or(shown, ""));
    if (!qc_str_is(shown, name)) {
        add_one(redaction, name);
    }
}

/* Texts also show the name without its directory. "core" stays: it tells nothing. */
static void add_core(struct qc_redaction *redaction, const char *path)
{
    const char *name = qc_path_name(path);
    if (name != path) {
        add_name(redaction, path);
    }
    if (strcmp(name, "core") != 0) {
        add_name(redaction, name);
    }
}

/* Adds a path that the user of the library gave. Of a plain word, texts have files below it: only
   these are left out, as the word may be any. */
static void add_given(struct qc_redaction *redaction, const char *path)
{
    bool is_word = path != NULL && strpbrk(path, "/.") == NULL;
    QC_FREE char *directory = is_word ? qc_format("%s/", path) : NULL;
    redaction->failed |= is_word && directory == NULL;
    add_name(redaction, is_word ? directory : path);
}

static void add_all_given(struct qc_redaction *redaction, const struct qc_file_options *options)
{
    add_given(redaction, options->executable);
    add_given(redaction, options->sysroot);
    for (size_t i = 0; i < options->debuginfo_path_count; i++) {
        add_given(redaction, options->debuginfo_paths[i]);
    }
}

/* Adds the name of the process if QEMU was told one (-name process=): it may be the guest's. The
   kernel's default is the file name that was run, cut. */
static void add_process_name(struct qc_redaction *redaction, const struct qc_process *process)
{
    const struct qc_core *core = process->core;
    const char *executable = qc_modules_executable_path(process->modules);
    QC_FREE char *program =
        strndup(core->shown_command_line, strcspn(core->shown_command_line, " "));
    redaction->failed |= program == NULL;
    bool is_default =
        (program != NULL && qc_str_begins(qc_path_name(program), core->process_name)) ||
        (executable != NULL && qc_str_begins(qc_path_name(executable), core->process_name));
    if (core->has_process_information && !is_default) {
        add_name(redaction, core->process_name);
    }
}

static void add_migration(struct qc_redaction *redaction, const struct qc_migration *migration)
{
    const struct qc_migration_parameters *parameters = &migration->outgoing.parameters;
    const char *uri = migration->incoming.uri;
    add_name(redaction, migration->outgoing.error);
    add_name(redaction, qc_str_is(uri, "defer") ? NULL : uri);
    for (size_t i = 0; i < parameters->count; i++) {
        add_name(redaction, parameters->items[i].is_free ? parameters->items[i].text : NULL);
    }
}

static void add_node(struct qc_redaction *redaction, const struct qc_block_node *node)
{
    add_name(redaction, node->filename);
    if (node->kind == QC_BLOCK_DRIVER_NBD) {
        add_name(redaction, node->own.nbd.address);
        add_name(redaction, node->own.nbd.export);
    }
}

/* Adds the address of a chardev. One that still waits for its peer has no descriptor, or is not yet
   among QEMU's chardevs: then only the evidence leads to it. */
static void add_chardev(struct qc_redaction *redaction, struct qc_fields *fields, uint64_t address)
{
    const char *type = address == 0 ? NULL : qc_qom_type(fields, address);
    const char *text =
        qc_str_begins(type, "chardev-") ? qc_chardev_text(fields, address) : NULL;
    const char *comma = text == NULL ? NULL : strstr(text, ", ");
    add_name(redaction, comma == NULL ? NULL : comma + 2);
}

static void add_evidence(struct qc_redaction *redaction, struct qc_fields *fields,
                         const struct qemucore_finding *finding)
{
    for (size_t i = 0; i < finding->evidence.count; i++) {
        add_chardev(redaction, fields, finding->evidence.items[i].address);
    }
}

/* Adds what a thread's system call names: a file, or what a descriptor of a living process was open
   on. Sentences show both without quotation marks, and either may have blanks. */
static void add_wait(struct qc_redaction *redaction, const struct qc_live *live,
                     const struct qemucore_wait *wait)
{
    const char *call = wait->in_syscall ? wait->syscall.name : NULL;
    bool is_shown = call != NULL && wait->sentence != NULL && qc_str_begins(wait->sentence, call);
    const char *rest = is_shown ? wait->sentence + strlen(call) : "";
    bool is_file = *rest == ' ' && !qc_str_is(call, "ioctl");
    const char *target = wait->fd < 0 ? NULL : qc_live_target(live, wait->fd);
    add_name(redaction, is_file ? rest + 1 : NULL);
    add_name(redaction, qc_str_begins(target, "/") ? target : NULL);
}

QC_DEFINE_ORDER(compare_names, char *const, qc_compare(strlen(*b), strlen(*a)))

bool qc_redaction_find(struct qc_waits *waits, const struct qc_verdict *verdict,
                       struct qc_redaction *ret)
{
    struct qc_process *process = waits->process;
    const struct qc_block *block = &verdict->process_state->block;
    const struct qc_peers *peers = qc_process_peers(process);
    add_core(ret, process->core->path);
    add_name(ret, verdict->crash.reported.text);
    add_process_name(ret, process);
    for (size_t i = 0; i < process->threads->count; i++) {
        add_wait(ret, &process->core->live, qc_waits_of(waits, &process->threads->items[i]));
    }
    add_all_given(ret, &process->modules->search.options);
    add_migration(ret, &verdict->process_state->migration);
    for (size_t i = 0; i < block->nodes.count; i++) {
        add_node(ret, &block->nodes.items[i]);
    }
    for (size_t i = 0; i < verdict->findings.list.count; i++) {
        add_evidence(ret, process->fields, &verdict->findings.list.items[i]);
    }
    for (size_t i = 0; peers != NULL && i < peers->list.count; i++) {
        add_name(ret, peers->list.items[i].address);
    }
    qc_vec_sort(&ret->names, compare_names);
    ret->is_on = true;
    return !ret->failed;
}

void qc_redaction_free(struct qc_redaction *redaction)
{
    qc_vec_free_each(&redaction->names, item, free(*item));
}

/* ---- a text --------------------------------------------------------------------------------- */

static bool is_word(char byte)
{
    return qc_is_alnum(byte) || byte == '_' || (unsigned char)byte >= 0x80;
}

/* Ends the text of a path: blanks, quotation marks, brackets and escape sequences. */
#define PATH_END " \t\n\"'`,;()<>[]{}\\\033"

/* Returns the length of a name with the rest of the path that begins with it. */
static size_t whole_length(const char *text, size_t length)
{
    bool is_path = text[0] == '/' || text[length - 1] == '/' || text[length] == '/';
    size_t end = is_path ? length + strcspn(text + length, PATH_END) : length;
    while (end > length && !is_word(text[end - 1]) && text[end - 1] != '/') {
        end--; /* the sentence's full stop */
    }
    return end;
}

/* Returns the length of the name at `at`, if it is there as a whole word. 0: none is. */
static size_t name_length(const struct qc_redaction *redaction, const char *text, size_t at)
{
    for (size_t i = 0; (at == 0 || !is_word(text[at - 1])) && i < redaction->names.count; i++) {
        const char *name = redaction->names.items[i];
        size_t length = strlen(name);
        if (strncmp(text + at, name, length) == 0 &&
            !(is_word(name[length - 1]) && is_word(text[at + length]))) {
            return whole_length(text + at, length);
        }
    }
    return 0;
}

/* The same for the address of a socket, as QEMU's options spell it: "tcp:[::1]:80". */
static size_t address_length(const char *text, size_t at)
{
    static const char *const schemes[] = {"unix:", "tcp:", "udp:", "vsock:"};
    for (size_t i = 0; (at == 0 || !is_word(text[at - 1])) && i < qc_count(schemes); i++) {
        if (qc_str_begins(text + at, schemes[i])) {
            size_t length = strcspn(text + at, " \t\n\"'`,;()<>{}\\\033");
            return length > strlen(schemes[i]) ? length : 0;
        }
    }
    return 0;
}

/* The same for an absolute path, or for a URL after its scheme. "I/O" and "util/rcu.c" are none. */
static size_t path_length(const char *text, size_t at)
{
    bool begins = at == 0 || (!is_word(text[at - 1]) && strchr(".-)>/", text[at - 1]) == NULL);
    size_t length = text[at] == '/' && begins ? strcspn(text + at, PATH_END) : 0;
    return length > 1 ? length : 0;
}

/* Tells whether a path is a source: "/src/qemu/include/qemu/lockable.h:95". */
static bool is_source(const char *path, size_t length)
{
    while (length != 0 && (isdigit((unsigned char)path[length - 1]) || path[length - 1] == ':')) {
        length--;
    }
    return length > 2 && path[length - 2] == '.' && strchr("ch", path[length - 1]) != NULL;
}

/* Appends what stays of a path. The name of a source, and of a file that a distribution has
   installed, stays: which library it was is no secret. */
static void put_path(const char *path, size_t length, struct qc_strbuf *buffer)
{
    const char *name = memrchr(path, '/', length);
    qc_strbuf_put(buffer, "[path]");
    if (qc_str_begins(path, "/usr/") || qc_str_begins(path, "/lib") || is_source(path, length)) {
        qc_strbuf_printf(buffer, "%.*s", (int)(length - (size_t)(name - path)), name);
    }
}

/* If text[at] is `"`, returns the length up to the last `"` of the line. Otherwise returns 0. */
static size_t strings_length(const char *text, size_t at)
{
    size_t line = strcspn(text + at, "\n");
    const char *last = memrchr(text + at, '"', line);
    return text[at] == '"' && last != text + at ? (size_t)(last - (text + at)) + 1 : 0;
}

static void redact(const struct qc_redaction *redaction, const char *text, bool has_strings,
                   struct qc_strbuf *buffer)
{
    size_t plain = 0; /* start of the text that stays */
    for (size_t at = 0; text[at] != '\0';) {
        size_t left = has_strings ? strings_length(text, at) : 0;
        left = left != 0 ? left : name_length(redaction, text, at);
        left = left != 0 ? left : address_length(text, at);
        size_t path = left != 0 ? 0 : path_length(text, at);
        if (left + path == 0) {
            at++;
            continue;
        }
        qc_strbuf_printf(buffer, "%.*s", (int)(at - plain), text + plain);
        if (path != 0) {
            put_path(text + at, path, buffer);
        } else {
            qc_strbuf_put(buffer, LEFT_OUT);
        }
        at += left + path;
        plain = at;
    }
    qc_strbuf_put(buffer, text + plain);
}

static char *redacted(const struct qc_redaction *redaction, const char *text, bool has_strings)
{
    struct qc_strbuf buffer = {0};
    if (redaction == NULL || !redaction->is_on) {
        return strdup(text);
    }
    redact(redaction, text, has_strings, &buffer);
    return qc_strbuf_take(&buffer);
}

char *qc_redact(const struct qc_redaction *redaction, const char *text)
{
    return redacted(redaction, text, true);
}

char *qc_redact_labels(const struct qc_redaction *redaction, const char *dot)
{
    return redacted(redaction, dot, false);
}

const char *qc_redact_argument(const struct qc_redaction *redaction, const char *argument)
{
    size_t dashes = strspn(argument, "-");
    size_t letters = strspn(argument + dashes, "abcdefghijklmnopqrstuvwxyz0123456789-");
    bool is_option = dashes == 1 || dashes == 2;
    bool stays = is_option && letters != 0 && argument[dashes + letters] == '\0';
    return !redaction->is_on || stays ? argument : LEFT_OUT;
}

/* ---- a document ----------------------------------------------------------------------------- */

/* Decodes a character of a string, with the escapes of json.c. Returns its encoded length. */
static size_t unescape_one(const char *text, char *ret)
{
    static const char letters[] = "bfnrt";
    static const char meant[] = "\b\f\n\r\t";
    unsigned code = 0;
    if (text[0] != '\\') {
        *ret = text[0];
        return 1;
    }
    if (text[1] == 'u') {
        sscanf(text + 2, "%4x", &code);
        *ret = (char)code;
        return 6;
    }
    const char *letter = strchr(letters, text[1]);
    *ret = letter == NULL ? text[1] : meant[letter - letters];
    return 2;
}

/* Returns the decoded string, for free(3). NULL: out of memory. */
static char *unescape(const char *text, size_t length)
{
    char *plain = malloc(length + 1);
    size_t count = 0;
    for (size_t i = 0; plain != NULL && i < length;) {
        i += unescape_one(text + i, &plain[count++]);
    }
    if (plain != NULL) {
        plain[count] = '\0';
    }
    return plain;
}

/* Returns the length of a string, up to the quotation mark that ends it. */
static size_t string_length(const char *text)
{
    size_t length = 0;
    while (text[length] != '"' && text[length] != '\0') {
        length += text[length] == '\\' ? 2 : 1;
    }
    return length;
}

static bool is_key(const char *key, size_t length, const char *wanted)
{
    return strlen(wanted) == length && strncmp(wanted, key, length) == 0;
}

/* Returns what stays of a value of the member `key`, for free(3). NULL: out of memory. */
static char *redact_value(const struct qc_redaction *redaction, const char *key, size_t key_length,
                          const char *value)
{
    if (is_key(key, key_length, "text") || is_key(key, key_length, "command_line")) {
        return strdup(LEFT_OUT);
    }
    if (is_key(key, key_length, "arguments")) {
        return strdup(qc_redact_argument(redaction, value));
    }
    return qc_redact(redaction, value);
}

static void put_value(const struct qc_redaction *redaction, const char *key, size_t key_length,
                      const char *text, size_t length, struct qc_strbuf *buffer)
{
    struct qc_json json = {0};
    QC_FREE char *plain = unescape(text, length);
    QC_FREE char *left =
        plain == NULL ? NULL : redact_value(redaction, key, key_length, plain);
    qc_json_set(&json, NULL, qc_json_text(left));
    buffer->failed |= left == NULL || json.text.failed;
    qc_strbuf_put(buffer, json.text.failed ? "" : json.text.text);
    qc_strbuf_free(&json.text);
}

char *qc_redact_json(const struct qc_redaction *redaction, const char *document)
{
    struct qc_strbuf buffer = {0};
    const char *key = "";
    size_t key_length = 0;
    const char *at = document;
    while (*at != '\0' && !buffer.failed) {
        size_t plain = strcspn(at, "\"");
        qc_strbuf_printf(&buffer, "%.*s", (int)plain, at);
        at += plain;
        if (*at == '\0') {
            break;
        }
        size_t length = string_length(++at);
        if (at[length] == '"' && at[length + 1] == ':') {
            key = at;
            key_length = length;
            qc_strbuf_printf(&buffer, "\"%.*s\"", (int)length, at);
        } else {
            put_value(redaction, key, key_length, at, length, &buffer);
        }
        at += length + 1;
    }
    return qc_strbuf_take(&buffer);
}
