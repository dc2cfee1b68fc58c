/*
 * base/notation.h: cells rewritten to the plain notation.
 */
#include "base/notation.h"
#include "tests/runner.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define NBSP "\xc2\xa0"
#define NARROW "\xe2\x80\xaf"
#define MINUS "\xe2\x88\x92"
#define QUOTE "\xe2\x80\x99"

struct example {
    const char *cell, *plain; /* NULL: it is no number */
};

/* The buffer has exactly the bytes that the contract asks for, so that a
 * sanitizer sees one too many. */
static void ck_assert_plain(const struct example *example,
                            struct weir_notation notation)
{
    const struct weir_text cell = {example->cell, strlen(example->cell)};
    char *plain = malloc(cell.len + WEIR_NOTATION_EXTRA);
    size_t len = weir_notation_plain(cell, notation, plain);
    if (!example->plain)
        ck_assert_msg(len == SIZE_MAX, "%s: %.*s", cell.bytes, (int)len, plain);
    else
        ck_assert_msg(len == strlen(example->plain) &&
                          !memcmp(plain, example->plain, len),
                      "%s: %.*s, expected %s", cell.bytes,
                      len == SIZE_MAX ? 0 : (int)len, plain, example->plain);
    free(plain);
}

static void ck_assert_all(const struct example *example, size_t n,
                          struct weir_notation notation)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_plain(&example[i], notation);
}

START_TEST(groups_have_three_digits)
{
    static const struct example examples[] = {
        {"1,000,000", "1000000"},
        {"12,345.50", "12345.50"},
        {"-1,234", "-1234"},
        {"+1,234", "+1234"},
        {MINUS "1,234", NULL},
        {" 1,234\t", "1234"},
        {"1234567", "1234567"},
        {"1,234e3", "1234e3"},
        {"1.5E-3", "1.5E-3"},
        {".5", ".5"},
        {"1.", "1."},
        {"0", "0"},
        {"007", "007"},
        {"999,999,999,999,999,999,999.1", "999999999999999999999.1"},
        {"", ""},
        {"  ", ""},
        /* In groups of two, as in India, and of four. */
        {"1,00,00", NULL},
        {"12,34,567", NULL},
        {"1,2345", NULL},
        {"12,3456,789", NULL},
        {"1234,567", NULL},
        {"1,234567", NULL},
        {"1,23", NULL},
        {"1,", NULL},
        {",123", NULL},
        {"1,,234", NULL},
        {"1,234,", NULL},
        {"1,234.567,890", NULL},
        {"0,123", NULL},
        {"01,234", NULL},
        {"1.234.567", NULL},
        {"--1", NULL},
        {"+-1", NULL},
        {"- 1", NULL},
        {"1 234", NULL},
        {"1e", NULL},
        {"e5", NULL},
        {".", NULL},
        {"-", NULL},
        {"abc", NULL},
        {"1x", NULL},
        {"(1)", NULL},
        {"1-", NULL},
        {"$1", NULL},
        {"1%", NULL}};
    ck_assert_all(examples, N(examples), (struct weir_notation){'.', ',', 0});
}
END_TEST

START_TEST(a_comma_may_be_the_decimal_mark)
{
    static const struct example examples[] = {
        {"1,5", "1.5"},     {",5", ".5"},       {"1,", "1."},
        {"-0,25", "-0.25"}, {"1,5e3", "1.5e3"}, {"1000", "1000"},
        {"1.5", NULL},      {"1.234", NULL},    {"1,234,567", NULL},
        {"2.000,25", NULL}};
    static const struct example grouped[] = {{"2.000,25", "2000.25"},
                                             {"1.234", "1234"},
                                             {"1.5", NULL},
                                             {"2,000.25", NULL}};
    ck_assert_all(examples, N(examples), (struct weir_notation){',', 0, 0});
    ck_assert_all(grouped, N(grouped), (struct weir_notation){',', '.', 0});
}
END_TEST

START_TEST(one_separator_is_used_in_all_of_a_number)
{
    static const struct example blanks[] = {
        {"1 234 567,5", "1234567.5"},
        {"1" NBSP "234" NBSP "567", "1234567"},
        {"1" NARROW "234" NARROW "567", "1234567"},
        {NBSP "1 234", NULL},
        {"1 234" NARROW, NULL},
        {"1 234" NBSP "567", NULL},
        {"1" NARROW "234" NBSP "567", NULL},
        {"1  234", NULL},
        {"1 2345", NULL},
        {"1\xe2\x80\xa8"
         "234",
         NULL},
        {NBSP, NULL}};
    static const struct example apostrophes[] = {
        {"1'234'567.5", "1234567.5"},
        {"1" QUOTE "234" QUOTE "567", "1234567"},
        {"1'234" QUOTE "567", NULL}};
    static const struct example lines[] = {{"1_000", "1000"}, {"1__000", NULL}};
    ck_assert_all(blanks, N(blanks), (struct weir_notation){',', ' ', 0});
    ck_assert_all(apostrophes, N(apostrophes),
                  (struct weir_notation){'.', '\'', 0});
    ck_assert_all(lines, N(lines), (struct weir_notation){'.', '_', 0});
}
END_TEST

START_TEST(marks_stand_before_or_after)
{
    static const struct example examples[] = {
        {"\xe2\x82\xac 1.234,50", "1234.50"},
        {"1.234,50 \xe2\x82\xac", "1234.50"},
        {"1.234,50" NBSP "\xe2\x82\xac", "1234.50"},
        {"-$5", "-5"},
        {"$-5", "-5"},
        {"$ - 5", "-5"},
        {"5-", "-5"},
        {"5 " MINUS, "-5"},
        {"5 $-", "-5"},
        {"(1.234,50)", "-1234.50"},
        {"$(5)", "-5"},
        {"($5)", "-5"},
        {"(5)$", "-5"},
        {"( 5 \xc2\xa3 )", "-5"},
        {"EUR 5", "5"},
        {"5EUR", "5"},
        {"5 CHF", "5"},
        {"1e5 EUR", "1e5"},
        {"+5 \xc2\xa5", "+5"},
        {"12,5 %", "0.125"},
        {"12,5%", "0.125"},
        {"%12", "0.12"},
        {"-5%", "-0.05"},
        {"(5 %)", "-0.05"},
        {"5 %-", "-0.05"},
        {"100%", "1.00"},
        {"1.200 %", "12.00"},
        {",5%", "0.005"},
        {"1,%", "0.01"},
        {"0%", "0.00"},
        {"1.234.567,891%", "12345.67891"},
        {"5", "5"},
        {"", ""},
        {"5 % %", NULL},
        {"$5 $", NULL},
        {"$5 EUR", NULL},
        {"$5 %", NULL},
        {"1e2 %", NULL},
        {"-5-", NULL},
        {"+5-", NULL},
        {"5+", NULL},
        {"(-5)", NULL},
        {"-(5)", NULL},
        {"(5)-", NULL},
        {"(5", NULL},
        {"5)", NULL},
        {"((5))", NULL},
        {"()", NULL},
        {"$", NULL},
        {"%", NULL},
        {"5\xc2\xa2", NULL}, /* cents are hundredths */
        {"EURO 5", NULL},
        {"EU 5", NULL},
        {"eur 5", NULL},
        {"5 kg", NULL},
        {"1.2345 $", NULL}};
    ck_assert_all(examples, N(examples), (struct weir_notation){',', '.', 1});
}
END_TEST

START_TEST(packing_keeps_a_notation)
{
    static const char thousands[] = {'\0', ',', '.', ' ', '\'', '_'};
    for (size_t i = 0; i < 4 * N(thousands); i++) {
        const struct weir_notation notation = {.decimal = i & 1 ? ',' : '.',
                                               .thousands = thousands[i / 4],
                                               .marks = i & 2};
        int32_t packed = weir_notation_pack(notation);
        struct weir_notation back = weir_notation_unpack(packed);
        ck_assert_int_eq(back.decimal, notation.decimal);
        ck_assert_int_eq(back.thousands, notation.thousands);
        ck_assert_int_eq(back.marks, notation.marks);
        ck_assert_int_eq(packed != 0, i != 0);
    }
    ck_assert_int_eq(weir_notation_pack((struct weir_notation){0}), 0);
}
END_TEST

START_TEST(hints_name_what_reads_the_cell)
{
    static const struct {
        const char *cell, *hint;
        struct weir_notation given;
    } examples[] = {
        {"1,000,000", "; --thousands , reads it as 1000000", {0}},
        {"1,234",
         "; --thousands , reads it as 1234, --decimal , as 1.234",
         {0}},
        {"2.000,25", "; --decimal , --thousands . reads it as 2000.25", {0}},
        {"1 234", "; --thousands ' ' reads it as 1234", {0}},
        {"1'234", "; --thousands \"'\" reads it as 1234", {0}},
        {"1.234",
         "; --thousands . reads it as 1234, --decimal . as 1.234",
         {',', 0, 0}},
        {"1_234", "; --thousands _ reads it as 1234", {0}},
        /* A --thousands that is given remains. */
        {"1.5", "; num(x, '.') reads it as 1.5", {',', '.', 0}},
        {"1,2345", "; num(x, ',') reads it as 1.2345", {'.', ',', 0}},
        {"1'5", "", {'.', '\'', 0}},
        {"5 %", "; num(x, '.') reads it as 0.05", {0}},
        {"5,5 %", "; num(x, ',') reads it as 0.055", {0}},
        {"$1'234", "; num(x, '.', '''') reads it as 1234", {0}},
        {"1,5", "; num(x, ',') reads it as 1.5", {'.', 0, 1}},
        {"abc", "", {0}},
        {"1e309", "", {0}},
        {"1e309", "", {',', '.', 0}},
        {"1,00,00", "", {0}},
        {"111,111,111,111,111,111,111,111,111,111,111,111,111", "", {0}}};
    char hint[WEIR_NOTATION_HINT];
    for (size_t i = 0; i < N(examples); i++) {
        const struct weir_text cell = {examples[i].cell,
                                       strlen(examples[i].cell)};
        weir_notation_hint(cell, examples[i].given, hint);
        ck_assert_str_eq(hint, examples[i].hint);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("notation");
    TCase *tests = tcase_create("notation");
    tcase_add_test(tests, groups_have_three_digits);
    tcase_add_test(tests, a_comma_may_be_the_decimal_mark);
    tcase_add_test(tests, one_separator_is_used_in_all_of_a_number);
    tcase_add_test(tests, marks_stand_before_or_after);
    tcase_add_test(tests, packing_keeps_a_notation);
    tcase_add_test(tests, hints_name_what_reads_the_cell);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
