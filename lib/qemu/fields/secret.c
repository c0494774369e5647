/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/fields/secret.h"

#include <string.h>

static const char mask[] = "***";

/* Keys from block/curl.c, block/iscsi.c, block/rbd.c, crypto/secret.c and ui/spice-core.c; the last
   two pass credentials to systemd in the guest (systemd's smbios-type-11(7), docs/CREDENTIALS). */
static const struct key {
    const char *name;
    const char *within; /* the key is secret only in a text that has this; NULL: in any text */
} keys[] = {
    {"password", NULL},  {"passwd", NULL}, {"proxy-password", NULL},
    {"cookie", NULL},    {"data", "secret"}, {"key", "rbd"},
    {"value", "io.systemd.credential"},      {"string", "io.systemd.credentials"},
};

/* Tells whether the value of password= is only a switch, as in -vnc and -spice. */
static bool is_switch(const char *value, size_t length)
{
    static const char *const words[] = {"on", "off", "yes", "no", "true", "false"};
    return qc_array_any(words, word, strlen(*word) == length && strncmp(*word, value, length) == 0);
}

/* Returns the end of the value. A comma in the value is written twice (util/qemu-option.c). */
static const char *value_end(const char *at, char end, bool is_rbd)
{
    for (; *at != '\0' && *at != end; at++) {
        if (*at == ',' && at[1] == ',') {
            at++;
        } else if (*at == ',' || (is_rbd && *at == ':')) {
            break;
        }
    }
    return at;
}

static const char *json_value_end(const char *at)
{
    while (*at != '\0' && *at != '"') {
        at += *at == '\\' && at[1] != '\0' ? 2 : 1;
    }
    return at;
}

/* Returns the value of the key that ends at `at`; NULL: no value follows. */
static const char *value_start(const char *at, bool *is_json)
{
    *is_json = *at == '"';
    if (!*is_json) {
        return *at == '=' ? at + 1 : NULL;
    }
    at += 1 + strspn(at + 1, " \t");
    if (*at != ':') {
        return NULL;
    }
    at += 1 + strspn(at + 1, " \t");
    return *at == '"' ? at + 1 : NULL;
}

/* Finds the secret value of a key that begins at `at`; false: no such key begins there. */
static bool find_by_key(const char *text, const char *at, char end, const char **start,
                        const char **stop)
{
    if (at != text && strchr(",.:\"' ", at[-1]) == NULL) {
        return false;
    }
    for (size_t i = 0; i < qc_count(keys); i++) {
        size_t length = strlen(keys[i].name);
        bool is_json;
        if (strncmp(at, keys[i].name, length) != 0 ||
            (keys[i].within != NULL && strstr(text, keys[i].within) == NULL) ||
            (*start = value_start(at + length, &is_json)) == NULL) {
            continue;
        }
        *stop = is_json ? json_value_end(*start)
                        : value_end(*start, end, at != text && at[-1] == ':');
        return !is_switch(*start, (size_t)(*stop - *start));
    }
    return false;
}

/* Finds the password of a URI whose "://" is at `at`: the text between the user's name and '@'. */
static bool find_by_uri(const char *at, char end, const char **start, const char **stop)
{
    if (strncmp(at, "://", 3) != 0) {
        return false;
    }
    const char *host = at + 3;
    const char *authority_end = host;
    *stop = NULL;
    *start = NULL;
    for (; *authority_end != '\0' && *authority_end != end &&
           strchr("/,\" ", *authority_end) == NULL;
         authority_end++) {
        *stop = *authority_end == '@' ? authority_end : *stop;
        if (*start == NULL && (*authority_end == ':' || *authority_end == '%')) {
            *start = authority_end + 1;
        }
    }
    return *start != NULL && *stop != NULL && *start <= *stop;
}

void qc_secrets_hide(char *text, char end)
{
    char *to = text;
    QC_FREE char *copy = strdup(text);
    const char *start;
    const char *stop;
    if (copy == NULL) { /* an empty text is better than a secret */
        text[0] = '\0';
        return;
    }
    for (const char *at = copy; *at != '\0';) {
        if (!find_by_key(copy, at, end, &start, &stop) && !find_by_uri(at, end, &start, &stop)) {
            *to++ = *at++;
            continue;
        }
        size_t length = (size_t)(stop - start);
        memcpy(to, at, (size_t)(start - at));
        to += start - at;
        length = length < sizeof(mask) - 1 ? length : sizeof(mask) - 1;
        memcpy(to, mask, length);
        to += length;
        at = stop;
    }
    *to = '\0';
}

void qc_command_line_hide(struct qc_command_line *command_line)
{
    char *to = command_line->arguments;
    for (char *at = to, *next; at != NULL && at < command_line->arguments + command_line->size;
         at = next) {
        next = at + strlen(at) + 1;
        qc_secrets_hide(at, '\0');
        size_t size = strlen(at) + 1;
        memmove(to, at, size);
        to += size;
    }
    command_line->size = (size_t)(to - command_line->arguments);
}
