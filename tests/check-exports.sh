#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# check-exports.sh - the header declares, the map lists and the library exports the same functions
. "$(dirname "$0")/lib/tap.sh"

# declared HEADER: prints the functions that it declares, one a line.
declared() {
    ${CC:-cc} -E -P "$1" | grep -Eo '\bqemucore_[a-z0-9_]+ *\([^*]' | sed 's/ *(.*//' | sort -u
}

# listed MAP: prints the names in the global parts of a version script. What is no plain name, such
# as a wildcard, is printed as it is.
listed() {
    sed -e 's|/\*.*\*/||' -e 's|#.*||' "$1" | tr '{};' '\n\n\n' | awk '
        { gsub(/^[ \t]+|[ \t]+$/, "") }
        /^global:/ { in_global = 1; sub(/^global:[ \t]*/, "") }
        /^local:/ { in_global = 0; next }
        /^QEMUCORE_/ { next }
        in_global && $0 != "" { print }' | sort
}

exported() {
    nm -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort
}

same() {
    diff -u "$1" "$2"
}

# three_agree HEADER MAP LIBRARY: also demands that the map hides all other names.
three_agree() {
    declared "$1" >"$tmp/declared"
    listed "$2" >"$tmp/listed"
    exported "$3" >"$tmp/exported"
    if ! tr -d ' \t\n' <"$2" | grep -q 'local:\*;'; then
        echo "$2 hides nothing"
        return 1
    fi
    same "$tmp/declared" "$tmp/listed" && same "$tmp/listed" "$tmp/exported" &&
        [ -s "$tmp/declared" ]
}

for library in "$top_builddir/.libs/libqemucore.so" "$top_builddir/lib/.libs/libqemucore.so" ''; do
    if [ -e "$library" ]; then
        break
    fi
done
if [ -n "$library" ]; then
    check 'header, map and library agree' three_agree "$top_srcdir/include/qemucore.h" \
        "$top_srcdir/lib/libqemucore.map" "$library"
else
    skip 'header, map and library agree' 'no shared library is built here'
fi

# static_names_all LIBRARY PC: a program that links the static library needs every library that the
# shared one is linked with.
static_names_all() {
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[lib\(.*\)\.so[.0-9]*\]/\1/p' |
        grep -vE '^(c|m|asan|ubsan|gcc_s|clang_rt.*)$' >"$tmp/needed"
    pkg-config --static --libs "$2" | tr ' ' '\n' | sed -n 's/^-l//p' | sort -u >"$tmp/told"
    sort -u "$tmp/needed" | comm -23 - "$tmp/told" >"$tmp/untold"
    cat "$tmp/untold"
    [ -s "$tmp/needed" ] && [ ! -s "$tmp/untold" ]
}
if [ -n "$library" ] && have pkg-config && have readelf && [ -e "$top_builddir/lib/libqemucore.pc" ]; then
    check 'pkg-config --static names all libraries that the library needs' static_names_all "$library" \
        "$top_builddir/lib/libqemucore.pc"
else
    skip 'pkg-config --static names all libraries that the library needs' 'no shared library is built here'
fi

# The check is tested on a library of two functions that is right, and with one fault at a time.
cat >"$tmp/good.h" <<'SMALL'
/* qemucore_not_me(void) is a comment */
struct s { void (*qemucore_nor_me)(void); };
int qemucore_first(void);
int qemucore_second (struct s *s,
                     int x);
SMALL
printf 'QEMUCORE_0.1 {\n  global:\n    qemucore_first; /* one */\n  local: *;\n};\n%s\n' \
    'QEMUCORE_0.2 { global: qemucore_second; } QEMUCORE_0.1;' >"$tmp/good.map"
printf '#include "good.h"\n%s\n%s\n' 'int qemucore_first(void) { return 1; }' \
    'int qemucore_second(struct s *s, int x) { return s != 0 ? x : 0; } int qc_inner;' \
    >"$tmp/good.c"
sed 's/qemucore_second/qemucore_third/' "$tmp/good.h" >"$tmp/other.h"
sed 's/qemucore_first;/qemucore_*;/' "$tmp/good.map" >"$tmp/wild.map"
sed 's/local: \*;//' "$tmp/good.map" >"$tmp/open.map"

build() {
    ${CC:-cc} -shared -fPIC -o "$tmp/$1.so" "$tmp/good.c" -Wl,--version-script="$tmp/$1.map" \
        2>"$tmp/.build"
}

must_differ() {
    description=$1
    shift
    if three_agree "$@" >/dev/null 2>&1; then
        not_ok "found: $description"
    else
        ok "found: $description"
    fi
}

if build good && build wild && build open; then
    check 'a library without a fault passes' three_agree "$tmp/good.h" "$tmp/good.map" "$tmp/good.so"
    must_differ 'a declaration without export' "$tmp/other.h" "$tmp/good.map" "$tmp/good.so"
    must_differ 'a wildcard in the map' "$tmp/good.h" "$tmp/wild.map" "$tmp/wild.so"
    must_differ 'an inner symbol in the library' "$tmp/good.h" "$tmp/good.map" "$tmp/open.so"
    must_differ 'a map that hides nothing' "$tmp/good.h" "$tmp/open.map" "$tmp/good.so"
else
    skip 'faults are found' 'no shared library can be linked here'
fi
done_testing
