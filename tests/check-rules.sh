#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# check-rules.sh - why.test has, for each rule of the verdict, a core in which it must fire (+RULE,
# or +RULE:SEVERITY) and a near miss in which it must not (-RULE); and it names no other rules
. "$(dirname "$0")/lib/tap.sh"

# rules_of RULES: prints the names of the rules in the table, one a line.
rules_of() {
    sed -n 's/^    {"\([a-z0-9-]*\)", QC_SEVERITY_[A-Z]*,.*/\1/p' "$1"
}

# words_of TEST: prints the words +RULE and -RULE outside of comments, one a line, without severity.
words_of() {
    sed 's/^ *#.*//' "$1" | tr -s ' \t\n'"\"'" '\n' |
        sed -n 's/^\([+-][a-z][a-z0-9-]*\)\(:[a-z]*\)\{0,1\}$/\1/p'
}

# covered RULES TEST: prints the words +RULE and -RULE that are missing from TEST.
covered() {
    rules_of "$1" >"$tmp/rules"
    words_of "$2" | sort -u >"$tmp/words"
    while read -r rule; do
        for sign in + -; do
            grep -Fqx -e "$sign$rule" "$tmp/words" || echo "no $sign$rule"
        done
    done <"$tmp/rules" >"$tmp/missing"
    cat "$tmp/missing"
    [ -s "$tmp/rules" ] && [ ! -s "$tmp/missing" ]
}

# known RULES TEST: prints the words in TEST that name no rule: a misspelt -RULE would never fail. A
# name without a hyphen may be an option of another program, and lines that compile are left out.
known() {
    rules_of "$1" >"$tmp/rules"
    sed -e '/^ *[$]CC/d' -e '/build_stuck .* -/d' "$2" >"$tmp/plays"
    words_of "$tmp/plays" | sed -n 's/^.\(.*-.*\)$/\1/p' | sort -u |
        grep -Fvx -f "$tmp/rules" >"$tmp/strange"
    cat "$tmp/strange"
    [ ! -s "$tmp/strange" ]
}

misses() {
    ! covered "$@"
}

is_strange() {
    ! known "$@"
}

rules=$top_srcdir/lib/rules/rules.c
test=$top_srcdir/tests/why.test

count=$(grep -c '^    {"' "$rules")
rules_of "$rules" >"$tmp/all"
check 'each line of the table is understood' [ "$count" -eq "$(wc -l <"$tmp/all")" ]
check 'each rule has a core and a near miss' covered "$rules" "$test"
check 'why.test names no other rule' known "$rules" "$test"

# The check is tested on a rule that is renamed, and on a test that lacks a near miss.
sed 's/^    {"drain-graph-lock",/    {"drain-graph",/' "$rules" >"$tmp/rules.c"
check 'a rule without a test is found' misses "$tmp/rules.c" "$test"
check 'a test without a rule is found' is_strange "$tmp/rules.c" "$test"
sed 's/ -drain / /g; s/ -drain$//' "$test" >"$tmp/why.test"
check 'a rule without a near miss is found' misses "$rules" "$tmp/why.test"
done_testing
