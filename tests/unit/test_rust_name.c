/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * test_rust_name - names of Rust functions, from their symbols
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "dwarf/names/rust_name.h"

static const char *const names[][2] = {
    /* From RFC 2603, and from rustc's own library. */
    {"_RNvNtCs4fqI2P2rA04_4core9panicking9panic_fmt", "core::panicking::panic_fmt"},
    {"_RNvCskwGfYPst2Cb_3foo16example_function.llvm.123", "foo::example_function"},
    {"_RNCNvC5panic4main0B3_", "panic::main::{closure#0}"},
    {"_RNCNvC5panic4mains_0B3_", "panic::main::{closure#1}"},
    {"_RNvMs4_NtCslNYArtu3iFV_5alloc7raw_vecNtB5_11RawVecInner11finish_growCsduwmD7cSIQq_5gimli",
     "<alloc::raw_vec::RawVecInner>::finish_grow"},
    {"_RNvXCs3_3devNtB2_1PNtB2_3Dev2go", "<dev::P as dev::Dev>::go"},
    {"_RINvC3foo3barlRhQShTjcEE", "foo::bar::<i32, &u8, &mut [u8], (usize, char)>"},
    {"_RINvC3foo3barAhj4_Kja_Kb1_Kc41_Kln5_E", "foo::bar::<[u8; 4], 10, true, 'A', -5>"},
    {"_RINvC3foo3barFG_RL0_hEuPuOuFUKCyEyE",
     "foo::bar::<for<'a> fn(&'a u8), *const (), *mut (), unsafe extern \"C\" fn(u64) -> u64>"},
    {"_RINvC3foo3barDINtC4core2FnThEEp6OutputhEL_E", "foo::bar::<dyn core::Fn<(u8,), Output = u8>>"},
    /* Letters beyond ASCII, as rustc 1.95 writes them and binutils' c++filt reads them. */
    {"_RINvCsayYDP3hoOQQ_1uu12gnrique_byabNtB2_u8Gert_noaEB2_",
     "u::g\u00e9n\u00e9rique::<u::Ger\u00e4t>"},
    {"_RNCNvCsayYDP3hoOQQ_1uu13ncd_dma1a7bzb0B3_",
     "u::\u00fcn\u00efc\u00f6d\u00e9::{closure#0}"},
    {"_RNvNtNtCsayYDP3hoOQQ_1uu9gre_6ka8iu7d1auf2du9_80apujg4d",
     "u::gr\u00f6\u00dfe::\u044f\u0434\u0440\u043e::\u043f\u0438\u0441\u0430\u0442\u044c"},
    {"_RNvXCsayYDP3hoOQQ_1uNtB2_u8Gert_noaNtB2_u7os0a54qu7rbtq35h",
     "<u::Ger\u00e4t as u::\u88c5\u7f6e>::\u5b9f\u884c"},
    /* Invalid Punycode: not a digit, a delta without an end, a surrogate, beyond the last
       character, a delta of more than 32 bits, no character beyond ASCII. */
    {"_RNvC1au3abA", NULL},
    {"_RNvC1au2zz", NULL},
    {"_RNvC1au4ib9b", NULL},
    {"_RNvC1au5en32g", NULL},
    {"_RNvC1au11_9999999999a", NULL},
    {"_RNvC1au4abc_", NULL},
    /* Not a Rust name, cut names, references forward and in a circle, a length beyond the end. */
    {"_ZN3foo3barE", NULL},
    {"_R", NULL},
    {"_RN", NULL},
    {"_RNvC3foo", NULL},
    {"_RNvC3foo9ba", NULL},
    {"_RNvB_3foo", NULL},
    {"_RNvBz_3foo", NULL},
    {"_RNvC3foo99999999999999999999999bar", NULL},
    {"_RNvC3foou3ba", NULL},
    {"_RINvC3foo3barTB7_B7_EE", NULL},
};

static void shows_what_the_source_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *name = qc_rust_name(names[i][0]);
        if (names[i][1] == NULL) {
            assert_null(name);
        } else {
            assert_non_null(name);
            assert_string_equal(name, names[i][1]);
        }
        free(name);
    }
}

/* Each type refers twice to the one before, and so is twice as long. */
static void ends_where_names_explode(void **state)
{
    (void)state;
    char symbol[700] = "_RINvC1a1bT";
    for (size_t i = 0; i < 40; i++) {
        strcat(symbol, i == 0 ? "Thh" : "TB8_B8_");
    }
    assert_null(qc_rust_name(symbol));
    memset(symbol, 'S', sizeof(symbol) - 1);
    memcpy(symbol, "_RINvC1a1b", 10);
    symbol[sizeof(symbol) - 1] = '\0';
    assert_null(qc_rust_name(symbol));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_the_source_says),
        cmocka_unit_test(ends_where_names_explode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
