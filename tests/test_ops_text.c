#include "tests/op_kit.h"
#include "tests/runner.h"

#include "base/utf8.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(name, types, ...)                                                \
    do {                                                                       \
        static const struct op_case cases[] = {__VA_ARGS__};                   \
        op_check(&(struct weir_step){.op = &weir_op_##name}, types, cases,     \
                 sizeof(cases) / sizeof(*cases));                              \
    } while (0)

START_TEST(case_changes_by_unicode)
{
    CHECK(lower, "t", {{"Ada LOVELACE [@`{] 09"}, "ada lovelace [@`{] 09"},
          {{"ÄÖÜ ΑΒΓ ДЖ"}, "äöü αβγ дж"}, {{NULL}, NULL}, {{OP_BAD}, OP_BAD},
          {{"\U00010400"}, "\U00010428"}, {{"日本"}, "日本"});
    CHECK(upper, "t", {{"azAZ ~|{`"}, "AZAZ ~|{`"}, {{"straße ÿ"}, "STRAßE Ÿ"},
          {{"ῥέω"}, "ῬΈΩ"}, {{OP_BAD}, OP_BAD}, {{NULL}, NULL});
}
END_TEST

/* Ⱥ has two bytes, ⱥ three; the Kelvin sign has three, k one. */
START_TEST(case_may_change_the_length)
{
    CHECK(lower, "t", {{"ȺȺȺȺȺȺȺȺ"}, "ⱥⱥⱥⱥⱥⱥⱥⱥ"}, {{"\u212a"}, "k"},
          {{"ẞ"}, "ß"});
    CHECK(upper, "t", {{"ⱥxⱥ"}, "ȺXȺ"}, {{"ſ"}, "S"}, {{"ı"}, "I"},
          {{"ɐɐɐɐ"}, "ⱯⱯⱯⱯ"});
}
END_TEST

/* The text grows by more than the padding of a slot could hide. */
START_TEST(case_makes_room_for_what_grows)
{
    enum {
        N = 3000
    };
    static char narrow[2 * N + 1], wide[3 * N + 1];
    for (size_t i = 0; i < N; i++) {
        weir_utf8_write(narrow + 2 * i, 0x23a);
        weir_utf8_write(wide + 3 * i, 0x2c65);
    }
    const struct op_case cases[] = {{{narrow}, wide}, {{"X"}, "x"}};
    op_check(&(struct weir_step){.op = &weir_op_lower}, "t", cases, 2);
}
END_TEST

START_TEST(case_leaves_bytes_that_are_no_utf8)
{
    CHECK(lower, "t", {{"A\xffZ\xc3"}, "a\xffz\xc3"},
          {{"\xe2\x82Q\xc3\x84"}, "\xe2\x82q\xc3\xa4"});
    CHECK(upper, "t", {{"\xc3(a\x80"}, "\xc3(A\x80"});
}
END_TEST

START_TEST(trim_drops_blanks_at_both_ends)
{
    CHECK(trim, "t", {{"  a b\t\r\n"}, "a b"}, {{"\n\n"}, NULL}, {{"x"}, "x"},
          {{"\v x"}, "\v x"}, {{NULL}, NULL}, {{OP_BAD}, OP_BAD},
          {{" é "}, "é"}, {{"\xff "}, "\xff"});
}
END_TEST

START_TEST(trim_drops_the_characters_named)
{
    CHECK(trim, "tt", {{"--a-b--", "-"}, "a-b"}, {{" -a", "-"}, " -a"},
          {{"---", "-"}, NULL}, {{OP_BAD, "-"}, OP_BAD});
    CHECK(trim, "tt", {{"ééxéà", "éà"}, "x"},
          {{"\xc3x\xa9", "éà"}, "\xc3x\xa9"}, {{"Ã", "éà"}, "Ã"},
          {{"à", "éà"}, NULL});
    CHECK(trim, "tt", {{"\xff\xffx€\xff", "€\xff"}, "x"});
    CHECK(trim, "tt", {{" x ", NULL}, " x "});
}
END_TEST

START_TEST(trim_drops_what_its_own_row_names)
{
    CHECK(trim, "tt", {{"xxhixx", "x"}, "hi"}, {{"yyhoyy", "y"}, "ho"},
          {{"xyx", NULL}, "xyx"}, {{"xax", OP_BAD}, OP_BAD},
          {{NULL, "x"}, NULL}, {{"xbx", "x"}, "b"});
}
END_TEST

START_TEST(length_counts_characters)
{
    CHECK(length, "t", {{"weir"}, "4"}, {{"äöü"}, "3"},
          {{"\U0001f600€é1"}, "4"}, {{"\xff\xc3x"}, "3"},
          {{"a longer text, with é"}, "21"});
    CHECK(length, "t", {{"ab"}, "2"}, {{NULL}, "0"}, {{OP_BAD}, OP_BAD},
          {{"c"}, "1"});
}
END_TEST

START_TEST(concat_passes_over_nulls)
{
    CHECK(concat, "tt", {{"a", "b"}, "ab"}, {{"a", NULL}, "a"},
          {{NULL, "b"}, "b"}, {{NULL, NULL}, NULL}, {{OP_BAD, "b"}, OP_BAD},
          {{"a", OP_BAD}, OP_BAD}, {{NULL, OP_BAD}, OP_BAD},
          {{"ein ", "längerer Text"}, "ein längerer Text"});
}
END_TEST

START_TEST(substr_counts_as_sqlite)
{
    CHECK(substr, "tnn", {{"weir", "2", "2"}, "ei"}, {{"weir", "0", "2"}, "w"},
          {{"weir", "-5", "2"}, "w"}, {{"weir", "3", "-2"}, "we"},
          {{"weir", "-1", "-2"}, "ei"}, {{"weir", "5", "1"}, NULL},
          {{"weir", "1", "0"}, NULL}, {{"weir", "1", "99"}, "weir"},
          {{"größer", "3", "2"}, "öß"}, {{"größer", "-3", "1"}, "ß"},
          {{"weir", "2.9", "1.9"}, "e"}, {{"weir", "-0.5", "2"}, "w"},
          {{"weir", "1e300", "1"}, NULL}, {{"weir", "-1e300", "1e300"}, "weir"},
          {{"weir", "1", "1e300"}, "weir"}, {{"weir", "9", "-1e300"}, "weir"});
    CHECK(substr, "tn", {{"weir", "2"}, "eir"}, {{"weir", "-2"}, "ir"},
          {{"weir", "0"}, "weir"}, {{"weir", "-9"}, "weir"},
          {{"weir", "9223372036854775807"}, NULL},
          {{"weir", "-9223372036854775807"}, "weir"});
}
END_TEST

START_TEST(substr_of_null_is_null_and_of_bad_bad)
{
    CHECK(substr, "tnn", {{NULL, "1", "1"}, NULL}, {{"a", NULL, "1"}, NULL},
          {{"a", "1", NULL}, NULL}, {{OP_BAD, "1", "1"}, OP_BAD},
          {{"a", OP_BAD, "1"}, OP_BAD}, {{"a", "1", OP_BAD}, OP_BAD},
          {{OP_BAD, NULL, "1"}, OP_BAD}, {{NULL, "1", OP_BAD}, OP_BAD});
    CHECK(substr, "tn", {{"ab", "2"}, "b"}, {{"ab", NULL}, NULL});
}
END_TEST

START_TEST(refused_memory_is_said)
{
    op_check_refused(&(struct weir_step){.op = &weir_op_lower}, "t",
                     "A text of some LENGTH, that a slot GROWS for");
    op_check_refused(&(struct weir_step){.op = &weir_op_upper}, "t", "größer");
    op_check_refused(&(struct weir_step){.op = &weir_op_concat}, "tt",
                     "twice this, in every row");
}
END_TEST

int main(void)
{
    struct weir_error error;
    if (weir_casing_open(&error)) {
        (void)fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    Suite *suite = suite_create("ops_text");
    TCase *tests = tcase_create("ops_text");
    tcase_add_test(tests, case_changes_by_unicode);
    tcase_add_test(tests, case_may_change_the_length);
    tcase_add_test(tests, case_makes_room_for_what_grows);
    tcase_add_test(tests, case_leaves_bytes_that_are_no_utf8);
    tcase_add_test(tests, trim_drops_blanks_at_both_ends);
    tcase_add_test(tests, trim_drops_the_characters_named);
    tcase_add_test(tests, trim_drops_what_its_own_row_names);
    tcase_add_test(tests, length_counts_characters);
    tcase_add_test(tests, concat_passes_over_nulls);
    tcase_add_test(tests, substr_counts_as_sqlite);
    tcase_add_test(tests, substr_of_null_is_null_and_of_bad_bad);
    tcase_add_test(tests, refused_memory_is_said);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
