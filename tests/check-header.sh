#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# check-header.sh - the public header compiles alone, as strict C99 and as C++11
. "$(dirname "$0")/lib/tap.sh"

# compiles COMPILER LANGUAGE STANDARD DIRECTORY: compiles a program that includes the header twice.
compiles() {
    printf '#include "qemucore.h"\n#include "qemucore.h"\nint main(void) { return 0; }\n' |
        $1 -x "$2" -std="$3" -pedantic-errors -Wall -Wextra -Werror -fsyntax-only -I "$4" -
}

breaks() {
    ! compiles "$@"
}

check 'the header is C99' compiles "${CC:-cc}" c c99 "$top_srcdir/include"
printf 'int f(int x) { for (;;) { typeof(x) y = x; return y; } }\n' >"$tmp/qemucore.h"
check 'a GNU extension is found' breaks "${CC:-cc}" c c99 "$tmp"

package=$(sed -n 's/^AC_INIT(\[libqemucore\], \[\([^]]*\)\].*/\1/p' "$top_srcdir/configure.ac")
version() {
    printf '#include "qemucore.h"\nVERSION QEMUCORE_VERSION_STRING %s\n' \
        'QEMUCORE_VERSION_MAJOR.QEMUCORE_VERSION_MINOR.QEMUCORE_VERSION_PATCH' |
        ${CC:-cc} -E -P -I "$top_srcdir/include" - | sed -n 's/ *\. */./g; s/^VERSION //p'
}
check "the header's version is that of the package" [ "$(version)" = "\"$package\" $package" ]

if have "${CXX:-c++}"; then
    check 'the header is C++11' compiles "${CXX:-c++}" c++ c++11 "$top_srcdir/include"
    printf '#pragma once\nint *f(int class);\n' >"$tmp/qemucore.h"
    check 'a C++ keyword is found' breaks "${CXX:-c++}" c++ c++11 "$tmp"
else
    skip 'the header is C++11' 'no C++ compiler is installed'
fi
done_testing
