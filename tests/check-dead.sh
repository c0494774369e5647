#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# check-dead.sh - the code reads each row of the table of QEMU's members and variables, and each
# member that a header of the library declares; and each function that such a header declares is
# named in a third file, besides those that declare and define it
#
# A member is known by its name alone: one that is read stands for all of that name. It is read
# where .NAME or ->NAME stands and is not assigned or freed, and in offsetof().
. "$(dirname "$0")/lib/tap.sh"

# plain FILE...: prints the files without comments, and with all quoted texts emptied.
plain() {
    cat "$@" | awk '{
        for (line = $0; line != "";) {
            if (inside && !(at = index(line, "*/"))) {
                break
            } else if (inside) {
                line = substr(line, at + 2)
                inside = 0
            } else if (match(line, /\/\*|"([^"\\]|\\.)*"|'\''([^'\''\\]|\\.)*'\''/)) {
                inside = substr(line, RSTART, 2) == "/*"
                printf "%s%s", substr(line, 1, RSTART - 1), inside ? "" : "\"\""
                line = substr(line, RSTART + RLENGTH)
            } else {
                printf "%s", line
                line = ""
            }
        }
        print ""
    }'
}

sources() {
    find "$1/lib" "$1/tools" -name '*.[ch]'
}

# members HEADER...: prints the members of their structures, one name a line.
members() {
    plain "$@" | awk '
        /^#/ || (depth == 0 && !/^(typedef )?(struct|union)[^;()]*\{/) { next }
        depth == 0 { depth = 1; next }
        {
            depth += gsub(/\{/, "{") - gsub(/\}/, "}")
            if (depth == 0 || /\{/) {
                text = ""
                next
            }
            text = text " " $0
            if (!/;/) {
                next
            }
            sub(/;.*/, "", text)
            sub(/^ *} /, "x ", text)            # the name of a structure within
            sub(/QC_VEC\([^)]*\)/, "x", text)
            gsub(/\[[^]]*\]|:[ 0-9]+$/, "", text)
            if (match(text, /\(\*[a-z_0-9]+\)\(/)) {
                print substr(text, RSTART + 2, RLENGTH - 4)
            } else {
                count = split(text, names, ",")
                for (i = 1; i <= count; i++) {
                    sub(/ +$/, "", names[i])
                    sub(/.*[^A-Za-z_0-9]/, "", names[i])
                    print names[i]
                }
            }
            text = ""
        }' | sort -u
}

# read_in FILE...: prints the names that they read as members, one a line.
read_in() {
    plain "$@" | tr '\n' ' ' | sed 's/free([^()]*)/free()/g' >"$tmp/source"
    {
        grep -oE '(\.|->)[A-Za-z_][A-Za-z_0-9]*(\[[^].>]*\])* *=?=?' "$tmp/source" |
            sed -n '/[^=]=$/d; s/^[.>-]*\([A-Za-z_0-9]*\).*/\1/p'
        grep -oE 'offsetof\([^,()]*, *[A-Za-z_0-9.]+' "$tmp/source" | sed 's/.*, *//' | tr . '\n'
        grep -oE '(qc_json_(same|flags)\([^,()]*|MEMBERS\(qc_[a-z_]*),[^()]*' "$tmp/source" |
            tr -s ', ' '\n'
    } | sort -u
}

# unread_members TREE: prints the members that no code reads.
unread_members() {
    # shellcheck disable=SC2046
    members $(find "$1/lib" -name '*.h') >"$tmp/members"
    # shellcheck disable=SC2046
    read_in $(sources "$1") >"$tmp/read"
    grep -Fvx -f "$tmp/read" "$tmp/members"
}

# unread_rows TREE: prints the rows of QC_FIELDS and QC_VARIABLES that no code names.
unread_rows() {
    awk '/^#define QC_FIELDS\(/ { kind = "QC_FIELD_" }
        /^#define QC_VARIABLES\(/ { kind = "QC_VARIABLE_" }
        /^$/ { kind = "" }
        kind != "" && match($0, /X\([A-Z0-9_]+,/) { print kind substr($0, RSTART + 2, RLENGTH - 3) }' \
        "$1/lib/qemu/fields/fields.h" >"$tmp/rows"
    # shellcheck disable=SC2046
    plain $(sources "$1") | grep -oE 'QC_(FIELD|VARIABLE)_[A-Z0-9_]+' | sort -u >"$tmp/read"
    grep -Fvx -f "$tmp/read" "$tmp/rows"
}

# functions TREE: prints the functions that the library's headers declare and do not define, one a
# line.
functions() {
    # shellcheck disable=SC2046
    plain $(find "$1/lib" -name '*.h') |
        sed -n '/^\(static\|#\|typedef\)/d; s/^[a-z].*[ *]\(qc_[a-z_0-9]*\)(.*/\1/p' | sort -u
}

# uncalled TREE: prints the functions that no third file (a test counts) and no macro of a header
# names.
uncalled() {
    functions "$1" >"$tmp/functions"
    { sources "$1" && find "$1/tests" -name '*.[ch]'; } | xargs grep -owHE 'qc_[a-z_0-9]+' |
        awk -F: '$1 ~ /h$/ || !seen[$0]++ { count[$2]++ }
                 END { for (name in count) if (count[name] < 3) print name }' |
        sort | grep -Fx -f "$tmp/functions"
}

none() {
    ! "$@"
}

# finds NAMES FUNCTION TREE: succeeds if FUNCTION prints exactly NAMES.
finds() {
    [ "$("$2" "$3")" = "$1" ]
}

check 'each row of QC_FIELDS and QC_VARIABLES is read' none unread_rows "$top_srcdir"
check 'the rows are found' [ -s "$tmp/rows" ]
check 'each member that a header declares is read' none unread_members "$top_srcdir"
check 'more than 400 members are found' [ "$(wc -l <"$tmp/members")" -gt 400 ]
check 'each function that a header declares is called from another file' none uncalled "$top_srcdir"
check 'more than 400 functions are found' [ "$(wc -l <"$tmp/functions")" -gt 400 ]

# The check is tested on a small tree with one dead thing of each kind.
mkdir -p "$tmp/tree/lib/qemu/fields" "$tmp/tree/tools" "$tmp/tree/tests"
cat >"$tmp/tree/lib/qemu/fields/fields.h" <<'END'
#define QC_FIELDS(X) \
    X(LOCK_OWNER, "Lock", "owner") /* QC_FIELD_LOCK_KEY */ \
    X(LOCK_KEY, "Lock", "key")

bool qc_lock_is_held(struct lock *lock);
struct lock *qc_lock_find(const struct lock *first, uint64_t key,
                          size_t count);

struct lock {
    char *owner, *freed; /* "written; */
    size_t written;      /* ->written */
    uint64_t keys[KEYS];
    bool held : 1;
    bool listed, counted;
    int (*by_offset)(int,
                     size_t);
    struct {
        int inner;
    } within;
};
END
cat >"$tmp/tree/lib/lock.c" <<'END'
    lock->written = other->owner == NULL ? QC_FIELD_LOCK_OWNER : 3;
    free(lock->freed);
    lock->keys[0]++;
    lock.held = lock.within.inner, offsetof(struct lock, by_offset);
    puts(".written");
    qc_json_flags(json, &other->lock, listed,
                  counted);
    if (lock->held == true) {
    }
bool qc_lock_is_held(struct lock *lock)
    qc_lock_find(lock, qc_lock_is_held(lock), 0);
END
echo '    qc_lock_find(lock, 1, 0);' >"$tmp/tree/tests/test_lock.c"
check 'a row that no code reads is found' finds QC_FIELD_LOCK_KEY unread_rows "$tmp/tree"
check 'members that no code reads are found' finds 'freed
written' unread_members "$tmp/tree"
check 'a function that no other file calls is found' finds qc_lock_is_held uncalled "$tmp/tree"
done_testing
