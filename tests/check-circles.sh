#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# check-circles.sh - no circle of calls between files of lib/ or tools/ has more than two files
#
# A circle of two may be one noun in two files; a circle of three can be read in no order. The
# symbols of the object files tell which file calls which. The check is tested on planted circles.
. "$(dirname "$0")/lib/tap.sh"

# Reads lines "FILE d SYMBOL" (defines) and "FILE u SYMBOL" (uses). Prints the circles of more than
# two files, one a line.
cat >"$tmp/circles.awk" <<'RULES'
$2 == "d" { home[$3] = $1; files[$1] }
$2 == "u" { used[$1, $3] }

# Marks all files that START reaches by calls; FROM is the one to go on from.
function reach(from, start,    i, n, next_ones) {
    n = split(calls[from], next_ones, " ")
    for (i = 1; i <= n; i++) {
        if (!((start, next_ones[i]) in reached)) {
            reached[start, next_ones[i]]
            reach(next_ones[i], start)
        }
    }
}

END {
    for (pair in used) {
        split(pair, part, SUBSEP)
        to = home[part[2]]
        if (to != "" && to != part[1] && !((part[1], to) in has_call)) {
            has_call[part[1], to]
            calls[part[1]] = calls[part[1]] " " to
        }
    }
    for (file in files) {
        reach(file, file)
    }
    for (file in files) {
        circle = file
        count = 1
        for (other in files) {
            if (other != file && ((file, other) in reached) && ((other, file) in reached)) {
                circle = circle " " other
                count++
                first[other] = first[other] == "" ? file : first[other]
            }
        }
        if (count > 2 && first[file] == "") {
            print circle
        }
    }
}
RULES

# Prints the symbols of the object files of the library and of the tools. Skips object files whose
# source was removed. tools/sandbox.c stands in for open(2) of the C library, which is no call of it.
symbols() {
    (cd "$top_builddir" && find lib -name 'libqemucore_internal_la-*.o' && find tools -name '*.o') |
    while read -r object; do
        file=$(echo "$object" | sed 's|/\.libs/|/|; s|lib[a-z_]*_la-||; s|o$|c|')
        if [ -e "$top_srcdir/$file" ]; then
            nm "$top_builddir/$object" | awk -v file="$file" '
                $NF ~ /^open(64)?$/ { next }
                $(NF - 1) ~ /^[TDBR]$/ { print file, "d", $NF }
                $(NF - 1) == "U" { print file, "u", $NF }'
        fi
    done
}

has_no_circle() {
    awk -f "$tmp/circles.awk" "$1" >"$tmp/circles"
    cat "$tmp/circles"
    [ -s "$1" ] && [ ! -s "$tmp/circles" ]
}

symbols >"$tmp/symbols"
if [ -s "$tmp/symbols" ]; then
    check 'no circle of more than two files' has_no_circle "$tmp/symbols"
else
    skip 'no circle of more than two files' 'nothing is built here'
fi

printf '%s\n' 'a.c d a' 'b.c d b' 'a.c u b' 'b.c u a' 'b.c u malloc' >"$tmp/pair"
check 'a circle of two is allowed' has_no_circle "$tmp/pair"
printf '%s\n' 'a.c d a' 'b.c d b' 'c.c d c' 'a.c u b' 'b.c u c' 'c.c u a' >"$tmp/planted"
if has_no_circle "$tmp/planted" >/dev/null; then
    not_ok 'a circle of three is found'
else
    ok 'a circle of three is found'
fi
done_testing
