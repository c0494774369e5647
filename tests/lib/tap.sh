# shellcheck shell=sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# tap.sh - functions for the tests that are written in shell; any POSIX shell can source it
#
#     . "$(dirname "$0")/../lib/tap.sh"
#     run qemucore-threads core           sets $status, and fills the files $out and $err
#     expect_status 0 'the core is read'
#     expect_exact "$here/case.txt" 'and shown as expected'
#     done_testing
#
# Results are TAP on standard output, for Automake's tap-driver and for people. A test can be
# run by hand from any directory: $top_srcdir and $top_builddir are found if they are not set.
# QEMUCORE_REGENERATE=1 overwrites the files of expected output with the actual output: read the
# diff. QEMUCORE_KEEP=1 keeps the directory of temporary files, $tmp.

here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${top_srcdir:-}" ]; then
    top_srcdir=$here
    until [ -e "$top_srcdir/tests/lib/tap.sh" ]; do
        top_srcdir=$(dirname "$top_srcdir")
    done
fi
if [ -z "${top_builddir:-}" ]; then
    top_builddir=$top_srcdir
    if [ -e config.status ]; then
        top_builddir=.
    fi
fi
top_srcdir=$(cd "$top_srcdir" && pwd)
top_builddir=$(cd "$top_builddir" && pwd)

# The directory of the commands. Libtool's wrapper scripts often take longer to start than the
# command runs, so the binaries in .libs are run directly.
tools=$top_builddir/tools
if [ -x "$tools/.libs/qemucore-threads" ]; then
    tools=$tools/.libs
    LD_LIBRARY_PATH=$top_builddir/lib/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    export LD_LIBRARY_PATH
fi

# The scripts of Python must leave nothing in the source, which may be read-only.
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

tmp=$(mktemp -d "${TMPDIR:-/tmp}/qemucore-test.XXXXXX") || exit 99
out=$tmp/.out
err=$tmp/.err
status=
tap_count=0
tap_failed=0

# A test that has more to undo (such as a process to end) defines a function tap_undo.
tap_cleanup() {
    if command -v tap_undo >/dev/null 2>&1; then
        tap_undo
    fi
    if [ -z "${QEMUCORE_KEEP:-}" ]; then
        chmod -R u+rwX "$tmp" 2>/dev/null
        rm -rf "$tmp"
    else
        echo "# kept: $tmp"
    fi
}
trap tap_cleanup EXIT
trap 'exit 99' HUP INT TERM

# ---- results -------------------------------------------------------------------------------

ok() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1"
}

# not_ok DESCRIPTION [FILE]: FILE has the details, of which the first lines are printed.
not_ok() {
    tap_count=$((tap_count + 1))
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $1"
    if [ -n "${2:-}" ]; then
        head -n "${TAP_LINES:-40}" "$2" | sed 's/^/#   /'
    fi
}

skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

# check DESCRIPTION COMMAND...: ok if the command succeeds.
check() {
    tap_description=$1
    shift
    if "$@" >"$tmp/.check" 2>&1; then
        ok "$tap_description"
    else
        not_ok "$tap_description" "$tmp/.check"
    fi
}

# Tells whether gdb may attach to a process, which gcore needs. Many containers forbid it.
can_attach() {
    have gdb || return 1
    sleep 60 &
    tap_sleeper=$!
    gdb -q -nx -batch -iex 'set debuginfod enabled off' -p "$tap_sleeper" -ex 'info inferiors' \
        >"$tmp/.check" 2>/dev/null </dev/null
    kill "$tap_sleeper"
    grep -q "process $tap_sleeper" "$tmp/.check"
}

# ---- cores -----------------------------------------------------------------------------------

# Tells whether the kernel writes cores into the working directory of the crashed process, under
# names that begin with "core". Allows cores of unlimited size for all processes started later.
kernel_dumps() {
    case $(cat /proc/sys/kernel/core_pattern 2>/dev/null || echo '|') in
    */* | '|'*) return 1 ;;
    core*) ;;
    *) return 1 ;;
    esac
    # shellcheck disable=SC3045 # dash and bash have it
    ulimit -c unlimited 2>/dev/null
}

# Sets $writer, the writer of the fixtures' cores: "kernel" if it can, else "gcore". Skips the whole
# test if neither can.
find_writer() {
    writer=kernel
    kernel_dumps || writer=gcore
    [ "$writer" = kernel ] || can_attach ||
        skip_all 'the kernel passes cores to another program, and gdb may not attach or is not installed'
}

# dump_fixture WRITER DIRECTORY COMMAND...: runs a fixture that uses tests/fixtures/stage.h in
# DIRECTORY, where it leaves core and truth.json. The word HOW in COMMAND is replaced by "abort" if
# the kernel writes the core, or by "pause" if gcore does.
dump_fixture() {
    dump_by=$1
    dump_to=$2
    dump_how=abort
    [ "$dump_by" = kernel ] || dump_how=pause
    shift 2
    for dump_word in "$@"; do
        shift
        [ "$dump_word" != HOW ] || dump_word=$dump_how
        set -- "$@" "$dump_word"
    done
    (
        cd "$dump_to" || exit 1
        # Small stacks and one malloc arena keep the core small.
        # shellcheck disable=SC3045
        ulimit -s 256
        if [ "$dump_by" = kernel ]; then
            env -i MALLOC_ARENA_MAX=1 timeout -k 5 "$limit" "$@" >truth.json
        else
            env -i MALLOC_ARENA_MAX=1 "$@" >truth.json &
            scene=$!
            trap 'kill "$scene" 2>/dev/null' EXIT
            until [ "$(tail -c 2 truth.json)" = '}' ]; do
                kill -0 "$scene" || exit 1
                sleep 0.1
            done
            pid=$(sed -n 's/^  "pid": \([0-9]*\),/\1/p' truth.json)
            timeout -k 5 "$limit" gdb -q -nx -batch -iex 'set debuginfod enabled off' -p "$pid" \
                -ex "gcore core.$pid"
            kill "$pid"
        fi
        for core in core*; do
            [ "$core" = core ] || mv "$core" core
        done
        [ -s core ]
    ) >"$dump_to.log" 2>&1
}

# ---- ending the test -------------------------------------------------------------------------

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}

bail_out() {
    echo "Bail out! $1"
    exit 99
}

done_testing() {
    tap_judge_json
    echo "1..$tap_count"
    if [ "$tap_failed" -ne 0 ]; then
        echo "# $tap_failed of $tap_count failed"
        exit 1
    fi
    exit 0
}

# ---- running and expecting -------------------------------------------------------------------

# Runs a command for at most $limit seconds; $status is 124 if it takes longer. Its standard input
# is /dev/null.
limit=60
run() {
    timeout -k 5 "$limit" "$@" >"$out" 2>"$err" </dev/null
    status=$?
}

# run_from FILE COMMAND...: runs it with FILE as its standard input, else like run.
run_from() {
    tap_input=$1
    shift
    timeout -k 5 "$limit" "$@" >"$out" 2>"$err" <"$tap_input"
    status=$?
}

# tap_explain REASON: writes REASON and the outcome of the last run into $tmp/.why.
tap_explain() {
    {
        echo "$1"
        echo "--- exit status: $status; standard error:"
        head -n 10 "$err"
        echo "--- standard output:"
        head -n 20 "$out"
    } >"$tmp/.why"
}

# expect_status 'N|M' DESCRIPTION
expect_status() {
    case "|$1|" in
    *"|$status|"*)
        ok "$2"
        ;;
    *)
        tap_explain "expected exit status $1, got $status"
        not_ok "$2" "$tmp/.why"
        ;;
    esac
}

# expect_exact FILE DESCRIPTION [OUTPUT]: ok if the output (standard output, or the file OUTPUT) is
# the contents of FILE. If FILE does not exist, there must be no output.
expect_exact() {
    tap_actual=${3:-$out}
    tap_expected=$1
    if [ ! -e "$tap_expected" ]; then
        tap_expected=/dev/null
    fi
    if cmp -s "$tap_expected" "$tap_actual"; then
        ok "$2"
    elif [ -n "${QEMUCORE_REGENERATE:-}" ]; then
        cp "$tap_actual" "$1"
        ok "$2 (regenerated)"
    else
        tap_explain ''
        { diff -u "$tap_expected" "$tap_actual"; cat "$tmp/.why"; } >"$tmp/.diff"
        not_ok "$2" "$tmp/.diff"
    fi
}

# tap_glob PATTERNS ACTUAL: succeeds if each line matches its pattern. A pattern line '...' stands
# for any number of lines, up to the first that matches the pattern after it.
tap_glob() {
    tap_any=
    while IFS= read -r tap_pattern <&3; do
        if [ "$tap_pattern" = ... ]; then
            tap_any=yes
            continue
        fi
        while :; do
            if ! IFS= read -r tap_line <&4; then
                echo "no line for: $tap_pattern"
                return 1
            fi
            # shellcheck disable=SC2254
            case $tap_line in
            $tap_pattern)
                break
                ;;
            esac
            if [ -z "$tap_any" ]; then
                echo "expected: $tap_pattern"
                echo "got:      $tap_line"
                return 1
            fi
        done
        tap_any=
    done 3<"$1" 4<"$2"
}

# expect_glob PATTERNS DESCRIPTION [OUTPUT]: ok if the output matches the file PATTERNS (tap_glob).
# tap_glob does not look for lines after the last pattern, so both sides get a last line <end>.
expect_glob() {
    tap_actual=${3:-$out}
    { cat "$1"; echo '<end>'; } >"$tmp/.patterns"
    { cat "$tap_actual"; echo '<end>'; } >"$tmp/.lines"
    if tap_glob "$tmp/.patterns" "$tmp/.lines" >"$tmp/.glob"; then
        ok "$2"
    elif [ -n "${QEMUCORE_REGENERATE:-}" ]; then
        sed 's/[][*?\\]/\\&/g' "$tap_actual" >"$1"
        ok "$2 (regenerated without wildcards: put them back)"
    else
        tap_explain "$(cat "$tmp/.glob")"
        not_ok "$2" "$tmp/.why"
    fi
}

# expect_text 'PATTERN' DESCRIPTION [OUTPUT]: ok if a line matches the extended regular expression.
# An empty PATTERN matches any line.
expect_text() {
    if grep -Eq -e "$1" "${3:-$out}"; then
        ok "$2"
    else
        tap_explain "no line matches: $1"
        not_ok "$2" "$tmp/.why"
    fi
}

# json_fits SCHEMA FILE DESCRIPTION: ok if the document FILE fits doc/schema/SCHEMA.schema.json.
# done_testing checks a copy of FILE, together with all others, since jsonschema is slow to start.
tap_documents=0
json_fits() {
    tap_documents=$((tap_documents + 1))
    mkdir -p "$tmp/.json"
    cp "$2" "$tmp/.json/$tap_documents"
    echo "$tap_documents $1 $3" >>"$tmp/.json/list"
}

tap_judge_json() {
    [ "$tap_documents" -ne 0 ] || return 0
    timeout -k 5 300 /usr/bin/python3 "$top_srcdir/tests/lib/validate.py" "$top_srcdir/doc/schema" \
        "$tmp/.json" >"$tmp/.json/log" 2>&1
    tap_judged=$?
    while read -r tap_document tap_schema tap_description; do
        tap_errors=$tmp/.json/$tap_document.errors
        case $tap_judged in
        77 | 127)
            skip "$tap_description" 'python3-jsonschema is not installed'
            continue
            ;;
        esac
        if [ ! -e "$tap_errors" ]; then
            not_ok "$tap_description" "$tmp/.json/log"
        elif [ -s "$tap_errors" ]; then
            not_ok "$tap_description ($tap_schema)" "$tap_errors"
        else
            ok "$tap_description"
        fi
    done <"$tmp/.json/list"
}

# have PROGRAM: tells whether it is installed.
have() {
    command -v "$1" >/dev/null 2>&1
}
