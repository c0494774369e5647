#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# skip.sh PROGRAM - runs a unit test. Of a test that was skipped, cmocka 1.1 writes "not ok N # SKIP",
# which Automake counts as a failure.
output=$("$@")
status=$?
printf '%s\n' "$output" | sed 's/^not ok \([0-9]* # SKIP\)/ok \1/'
exit "$status"
