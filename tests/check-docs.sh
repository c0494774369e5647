#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# check-docs.sh - the functions, constants and files that the documents name exist
. "$(dirname "$0")/lib/tap.sh"

# floors ROOT: the floors of ROOT/lib, with | between them.
floors() {
    (cd "$1/lib" && printf '%s\n' */) | tr -d / | paste -sd '|' -
}

# names_exist FILE ROOT: prints the names in the document FILE that do not exist in the tree ROOT,
# and fails if there are any.
names_exist() {
    grep -rhoE '\b(qc|QC|qemucore|QEMUCORE)_[A-Za-z0-9_]+\b' "$2/lib" "$2/include" "$2/tests" "$2/examples" | sort -u >"$tmp/names"
    grep -oE '\b(qc|QC|qemucore|QEMUCORE)_[A-Za-z0-9_]+\b' "$1" | grep -v '_$' | grep -vE '_(NAME|noun|verb)' |
        sort -u | grep -Fvx -f "$tmp/names" >"$tmp/gone"
    # The path of a file begins at ROOT, at lib/ or at a floor. A path with NAME, FLOOR or ARCH stands for many.
    tr -s '[:space:]`()[],;|' '\n' <"$1" |
        grep -E "^(lib|tests|tools|doc|examples|include|corpus|$(floors "$2"))/[a-z]" |
        sed "s/:[0-9]*\$//; s/[.:]*\$//; s/'s\$//" | grep -v -e NAME -e FLOOR -e ARCH -e '[*]' | sort -u |
        while read -r path; do
            for file in "$path" "$path.c" "lib/$path" "lib/$path.c"; do
                [ ! -e "$2/$file" ] || continue 2
            done
            echo "$path"
        done >>"$tmp/gone"
    cat "$tmp/gone"
    [ ! -s "$tmp/gone" ]
}

is_found() {
    ! names_exist "$@"
}

for document in doc/design.md doc/snapshot.md doc/tour.md doc/speed.md doc/fleet.md doc/tutorial.md doc/cookbook.md doc/qemu-versions.md doc/comparison.md CONTRIBUTING README.md; do
    if [ -e "$top_srcdir/$document" ]; then
        check "what $document names exists" names_exist "$top_srcdir/$document" "$top_srcdir"
    fi
done

# is_documented TOOL: prints the options of its --help that are missing from its man page, and the
# options without a letter that are missing from the synopsis. Fails if there are any.
is_documented() {
    "$tools/$1" --help 2>/dev/null | grep -oE -e '--[a-z][a-z-]+' | sort -u | while read -r option; do
        grep -qE "^\\.(It|Op) .*Fl Fl ${option#--}( |\$)" "$top_srcdir/doc/$1.1" || echo "$option"
    done | grep -vx -e --help -e --usage -e --version -e --check >"$tmp/gone"
    "$tools/$1" --help 2>/dev/null | sed -n 's/^ *\(--[a-z-]*\).*/\1/p' | sort -u | while read -r option; do
        grep -qE "^\\.Op .*Fl Fl ${option#--}( |\$)" "$top_srcdir/doc/$1.1" || echo "$option in SYNOPSIS"
    done | grep -vx -e '--usage in SYNOPSIS' >>"$tmp/gone"
    cat "$tmp/gone"
    [ ! -s "$tmp/gone" ]
}
for page in "$top_srcdir"/doc/qemucore-*.1; do
    tool=$(basename "$page" .1)
    if [ -x "$tools/$tool" ]; then
        check "$tool: its man page has all its options" is_documented "$tool"
        check "$tool: qemucore(7) refers to it" grep -q "Xr $tool 1" "$top_srcdir/doc/qemucore.7"
    fi
done

# The check is tested on planted names.
printf 'See `qc_no_%s_function`.\n' such >"$tmp/document"
check 'a function that does not exist is found' is_found "$tmp/document" "$top_srcdir"
printf 'See lib/base/no_such_file.c.\n' >"$tmp/document"
check 'a file that does not exist is found' is_found "$tmp/document" "$top_srcdir"
printf 'See `files/no_such_file`.\n' >"$tmp/document"
check 'a file of a floor that does not exist is found' is_found "$tmp/document" "$top_srcdir"
done_testing
