#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# coverage.sh SOURCE - which lines of lib/ all tests together run, in a build that counts them
#
# 'make coverage' calls it in the directory of the build, which is gcc's, configured with
# CFLAGS='-g1 -O0 --coverage' --disable-shared. From then on the commands there run without their sandbox, whose
# child may write no file with its counts; the test of the sandbox is left out. --timeout goes with a sandbox only:
# what runs in time is not counted, nor what --list-options prints, which goes alone.
source=$(cd "$1" && pwd) || exit 1
if [ -z "$(find lib -name '*.gcno' | head -n 1)" ]; then
    echo "coverage: this build counts no lines: configure CFLAGS='-g1 -O0 --coverage' --disable-shared" >&2
    exit 1
fi
mkdir -p tools/confined
for tool in tools/qemucore-*; do
    case $tool in
    *.* | */qemucore-snapshot) continue ;; # which has no sandbox
    esac
    # What make has built since is no script.
    if ! head -c 2 "$tool" | grep -q '^#!'; then
        mv "$tool" tools/confined/ || exit 1
        # shellcheck disable=SC2016
        printf '%s\n' '#!/bin/sh' 'case "$*" in' \
            '*--timeout* | --list-options*) exec "${0%/*}/confined/${0##*/}" "$@" ;;' 'esac' \
            'exec "${0%/*}/confined/${0##*/}" --no-sandbox "$@"' >"$tool"
        chmod +x "$tool"
    fi
done
find . -name '*.gcda' -exec rm -f {} +
QEMUCORE_COVERAGE=1 make -k check
python3 "$source/tests/coverage.py" .
