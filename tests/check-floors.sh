#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# check-floors.sh - each floor of lib/ includes only headers of itself and of floors below it
#
#     base < arch < bytes | image < core < snapshot < files < modules < dwarf < values < unwind < glibc
#         < qemu < wait | crash < findings < requests < rules < verdict < text < json
#         < parts | report < api
#
# Those around a | are siblings. Other floors may include only a floor's front header, FLOOR/FLOOR.h:
# its other headers are private. Of two rooms (folders) of a floor, one at most includes headers of the
# other, and no floor but qemu has more than 6,000 lines. Headers of other projects have their places
# too, and nothing in lib/ writes to a stream, or ends or forks the process. Each rule is tested on
# planted violations.
. "$(dirname "$0")/lib/tap.sh"

# The rules: prints the lines of the given files that break them.
cat >"$tmp/floors.awk" <<'RULES'
BEGIN {
    split("base:0 arch:1 bytes:2 image:2 core:3 snapshot:4 files:5 modules:6 dwarf:7 values:8 " \
          "unwind:9 glibc:10 qemu:11 wait:12 crash:12 findings:13 requests:14 " \
          "rules:15 verdict:16 text:17 json:18 parts:19 report:19 api:20", floors, " ")
    # Functions that write to a stream, end the process, make another, touch signals, or go by the
    # locale of the program (base/str.h).
    forbidden = "(^|[^A-Za-z0-9_])(v?f?printf|v?dprintf|f?puts|f?putc|putchar|perror|psignal|" \
                "_?_?exit|_Exit|quick_exit|abort|v?fork|system|popen|posix_spawnp?|" \
                "exec[vl]p?e?|signal|sigaction|syslog|is(alpha|alnum|lower|upper|print|punct|graph|space)|" \
                "tolower|toupper|strn?casecmp|strcoll|strto[fd]|atof|setlocale)[ \t]*\\("
    for (i in floors) {
        split(floors[i], part, ":")
        rank[part[1]] = part[2]
    }
}

function broken(what) {
    print FILENAME ":" FNR ": " what
}

# Returns the pattern of the files of lib/ that may include a header of another project, or "" if
# all may.
function home_of(header) {
    if (header == "elf.h") { return "^(arch|core|snapshot|files|modules|dwarf|values|unwind)/" }
    if (header ~ /^(libelf|gelf|dwarf|nlist)\.h$|^elfutils\//) { return "^(files|modules|dwarf|values|unwind)/" }
    if (header ~ /^(zlib|zconf)\.h$/) { return "^bytes/bytes_zlib\\.c$" }
    if (header ~ /isa-l|igzip/) { return "^bytes/bytes_isal\\.c$" }
    if (header ~ /^(zstd|zdict)/) { return "^bytes/(bytes_zstd|zstd_parallel|zstd_writer)\\.c$" }
    if (header ~ /^lzma/) { return "^bytes/bytes_xz\\.c$" }
    if (header ~ /^archive/) { return "^files/archives/archive\\.c$" }
    if (header ~ /^(lz4|xxhash)/) { return "^bytes/bytes_lz4\\.c$" }
    return ""
}

# Returns the line without comments and quoted texts.
function code_of(line,    result, two) {
    result = ""
    while (line != "") {
        two = substr(line, 1, 2)
        if (in_comment) {
            if (!match(line, /\*\//)) { return result }
            line = substr(line, RSTART + 2)
            in_comment = 0
        } else if (two == "/*") {
            in_comment = 1
            line = substr(line, 3)
        } else if (two == "//") {
            return result
        } else if (match(line, /^"([^"\\]|\\.)*"/) || match(line, /^'([^'\\]|\\.)*'/)) {
            line = substr(line, RLENGTH + 1)
            result = result " "
        } else {
            result = result substr(line, 1, 1)
            line = substr(line, 2)
        }
    }
    return result
}

FNR == 1 {
    file = FILENAME
    sub(/^.*\/lib\//, "", file)
    floor = file
    sub(/\/.*/, "", floor)
    in_comment = 0
    if (!(floor in rank)) {
        broken("'" floor "' is no floor")
        nextfile
    }
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ && !in_comment {
    header = $0
    sub(/^[^<"]*[<"]/, "", header)
    sub(/[>"].*/, "", header)
    target = header
    sub(/\/.*/, "", target)
    if (header ~ /\// && target in rank) {
        if (target != floor && rank[target] >= rank[floor]) {
            broken(floor " includes \"" header "\", which is not below it")
        } else if (target != floor && header != target "/" target ".h") {
            broken("\"" header "\" is private to " target)
        }
    } else if ($0 ~ /"/ && header != "qemucore.h" && header != "config.h") {
        broken("\"" header "\" names no floor")
    } else if (home_of(header) != "" && file !~ home_of(header)) {
        broken("<" header "> has no place here")
    }
    next
}

{
    code = code_of($0)
    if (match(code, forbidden)) {
        call = substr(code, RSTART, RLENGTH)
        gsub(/[^A-Za-z_]/, "", call)
        broken(call "() is not for a library")
    }
}
RULES

# Prints the pairs of rooms that include headers of each other.
cat >"$tmp/rooms.awk" <<'RULES'
/^[ \t]*#[ \t]*include[ \t]*"/ {
    file = FILENAME
    sub(/^.*\/lib\//, "", file)
    split($0, quoted, "\"")
    if (split(file, from, "/") == 3 && split(quoted[2], to, "/") == 3 && from[1] == to[1] &&
        from[2] != to[2]) {
        arrows[from[1] "/" from[2], to[1] "/" to[2]]
    }
}

END {
    for (arrow in arrows) {
        split(arrow, end, SUBSEP)
        if (end[1] < end[2] && (end[2], end[1]) in arrows) {
            print end[1] " and " end[2] " include headers of each other"
        }
    }
}
RULES

# Prints the floors that are too large to be read as one; qemu is read by its rooms.
cat >"$tmp/sizes.awk" <<'RULES'
FNR == 1 {
    floor = FILENAME
    sub(/^.*\/lib\//, "", floor)
    sub(/\/.*/, "", floor)
}

{
    lines[floor]++
}

END {
    for (floor in lines) {
        if (lines[floor] > 6000 && floor != "qemu") {
            print floor " has " lines[floor] " lines"
        }
    }
}
RULES

check_floors() {
    find "$1" -name '*.[ch]' | sort >"$tmp/files"
    xargs awk -f "$tmp/floors.awk" <"$tmp/files" >"$tmp/breaks"
    xargs awk -f "$tmp/rooms.awk" <"$tmp/files" >>"$tmp/breaks"
    xargs awk -f "$tmp/sizes.awk" <"$tmp/files" >>"$tmp/breaks"
    cat "$tmp/breaks"
    [ -s "$tmp/files" ] && [ ! -s "$tmp/breaks" ]
}

check "lib/ keeps to its floors" check_floors "$top_srcdir/lib"

# check_planted FILE LINE: checks a tree that has only FILE, with LINE and nothing else that could
# break a rule.
check_planted() {
    rm -rf "${tmp:?}/lib"
    mkdir -p "$tmp/lib/$(dirname "$1")"
    printf '%s\n' '/* "dwarf/x.h" it'"'"'s fork() */' "$2" 'int x;' >"$tmp/lib/$1"
    check_floors "$tmp/lib" >"$tmp/planted"
}

named() {
    printf '%s\n' "$1: $2" | head -n 1
}

must_break() {
    if check_planted "$1" "$2"; then
        not_ok "found in $(named "$@")"
    else
        ok "found in $(named "$@")"
    fi
}

must_pass() {
    check "allowed in $(named "$@")" check_planted "$1" "$2"
}

must_break arch/x.c '#include "core/core.h"'
must_break bytes/x.c '#include "image/image.h"'
must_break image/x.h '#  include "bytes/bytes.h"'
must_break qemu/x.c '#include "wait/thread_wait.h"'
must_break crash/x.c '#include "wait/wait.h"'
must_break findings/x.c '#include "rules/rules.h"'
must_break requests/x.c '#include "rules/rules.h"'
must_break rules/x.c '#include "findings/rule.h"'
must_break report/x.c '#include "api/api.h"'
must_break text/x.c '#include "json/json.h"'
must_break parts/x.c '#include "report/report.h"'
must_break files/x.c '#include "modules/modules.h"'
must_break modules/x.c '#include "files/elf_file.h"'
must_break dwarf/x.c '#include "values/values.h"'
must_break values/objects/x.c '#include "dwarf/index/index.h"'
must_break modules/x.c '#include <archive.h>'
must_break core/x.c '#include "error.h"'
must_break wait/x.c '#include "qemu/locks/lock.h"'
must_break core/x.c '#include "base/error.h"'
must_break cellar/x.c '#include "base/base.h"'
must_break core/x.c '#include <libelf.h>'
must_break qemu/x.c '#include <elfutils/libdwfl.h>'
must_break image/x.c '#include <elf.h>'
must_break core/x.c '#include <zstd.h>'
must_break bytes/bytes_gzip.c '#include <zstd.h>'
must_break bytes/bytes_gzip.c '#include <zlib.h>'
must_break bytes/bytes_zlib.c '#include <isa-l/igzip_lib.h>'
must_break bytes/bytes.c '#include <lz4frame.h>'
must_break base/x.c '    fprintf(file, "x");'
must_break base/x.c "    c = '\"'; abort();"
must_break unwind/x.c 'if (x) { exit (1); } /* why */'
must_break base/x.c '#define DIE() fork()'
must_break qemu/x.c '    *at = (char)tolower((unsigned char)*at);'
# check_rooms LINE: checks two rooms, one of which includes a header of the other and LINE.
check_rooms() {
    rm -rf "${tmp:?}/lib"
    mkdir -p "$tmp/lib/qemu/cellar" "$tmp/lib/qemu/attic"
    echo '#include "qemu/attic/x.h"' >"$tmp/lib/qemu/cellar/x.c"
    echo "$1" >"$tmp/lib/qemu/attic/x.h"
    check_floors "$tmp/lib" >"$tmp/planted"
}
if check_rooms '#include "qemu/cellar/x.h"'; then
    not_ok 'found: two rooms that include headers of each other'
else
    ok 'found: two rooms that include headers of each other'
fi
check 'allowed: one that includes headers of the other' check_rooms '#include "qemu/qemu.h"'

must_break core/x.c "$(seq -f 'int x%.0f;' 6000)"
must_pass qemu/x.c "$(seq -f 'int x%.0f;' 6000)"
must_pass core/x.c '#include "bytes/bytes.h"'
must_pass core/x.c '#include "image/image.h"'
must_pass wait/x.c '#include "qemu/qemu.h"'
must_pass qemu/locks/x.c '#include "qemu/threads/threads.h"'
must_pass base/error.h '#include "qemucore.h"'
must_pass bytes/bytes_zstd.c '#include <zstd.h>'
must_pass dwarf/x.c '#include <elfutils/libdwfl.h>'
must_pass base/x.c '    snprintf(text, size, "printf(%d)", 1); /* puts("x") */'
done_testing
