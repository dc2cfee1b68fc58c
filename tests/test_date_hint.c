/*
 * What messages propose for cells and formats that are no dates, and which
 * cells are words that mean null.
 */
#include "base/null_words.h"
#include "pipeline/ops/date_format.h"
#include "tests/runner.h"

#include <check.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))

START_TEST(hints_name_the_calls_that_read_the_cell)
{
    static const struct {
        const char *cell, *hint;
    } examples[] = {
        {"02.01.2024", "; date(x, '%d.%m.%Y') reads it as 2024-01-02"},
        {"2024/01/05", "; date(x, '%Y/%m/%d') reads it as 2024-01-05"},
        {"2024-1-5", "; date(x, '%Y-%m-%d') reads it as 2024-01-05"},
        {"20240105", "; date(x, '%Y%m%d') reads it as 2024-01-05"},
        {"5 Jan 2024", "; date(x, '%d %b %Y') reads it as 2024-01-05"},
        {"January 5, 2024", "; date(x, '%b %d, %Y') reads it as 2024-01-05"},
        {"1/31/24", "; date(x, '%m/%d/%y') reads it as 2024-01-31"},
        {" 31/1/2024 ", "; date(x, '%d/%m/%Y') reads it as 2024-01-31"},
        {"2024-01", "; date(x, '%Y-%m') reads it as 2024-01-01"},
        {"01/05/2024",
         "; date(x, '%m/%d/%Y') reads it as 2024-01-05, date(x, '%d/%m/%Y') as "
         "2024-05-01"},
        {"05/05/2024", "; date(x, '%m/%d/%Y') reads it as 2024-05-05"},
        {"02.01.2024 7:05 PM",
         "; strptime(x, '%d.%m.%Y %I:%M %p') reads it as 2024-01-02 19:05:00"},
        {"05/Jan/2024:10:00:01 +0200",
         "; strptime(x, '%d/%b/%Y:%T %z') reads it as 2024-01-05 "
         "10:00:01+02:00"},
        {"20240105070809",
         "; strptime(x, '%Y%m%d%H%M%S') reads it as 2024-01-05 07:08:09"},
        {"1704067200", "; from_epoch(x) reads it as 2024-01-01 00:00:00"},
        {"1704067200123",
         "; from_epoch(x, 'ms') reads it as 2024-01-01 00:00:00.123"},
        {"1704067200123456",
         "; from_epoch(x, 'us') reads it as 2024-01-01 00:00:00.123456"},
        {"1704067200123456789",
         "; from_epoch(x, 'ns') reads it as 2024-01-01 00:00:00.123456789"},
        {"9999999999999999999",
         "; from_epoch(x, 'ns') reads it as 2286-11-20 17:46:39.999999999"},
        {"", ""},
        {"abc", ""},
        {"31.02.2024", ""},
        {"2024-01-05 25:00", ""},
        {"12345678", ""},
        {"17040672", ""},
        {"99999999999999999999999999", ""}};
    char hint[WEIR_OP_HINT];
    for (size_t i = 0; i < N(examples); i++) {
        weir_date_hint(
            (struct weir_text){examples[i].cell, strlen(examples[i].cell)},
            hint);
        ck_assert_str_eq(hint, examples[i].hint);
    }
}
END_TEST

START_TEST(a_hint_has_room)
{
    /* A date that all its formats read differently. */
    const struct weir_text cell = {"01-02-03 04:05:06 AM", 20};
    char hint[WEIR_OP_HINT];
    weir_date_hint(cell, hint);
    ck_assert_uint_lt(strlen(hint), WEIR_OP_HINT);
    ck_assert_ptr_nonnull(strstr(hint, "2003-02-01 04:05:06"));
}
END_TEST

START_TEST(words_of_formats_are_translated)
{
    static const struct {
        const char *words, *letters;
    } examples[] = {{"MM/DD/YYYY", "%m/%d/%Y"},
                    {"dd.MM.yy", "%d.%m.%y"},
                    {"yyyy-mm-dd hh:mm:ss", "%Y-%m-%d %H:%M:%S"},
                    {"YYYY-MM-DDTHH24:MI:SS.SSS", "%Y-%m-%dT%H:%M:%S.%f"},
                    {"d MMM yyyy", "%d %b %Y"},
                    {"Month D, YYYY", "%B %d, %Y"},
                    {"HH12:MI AM", "%I:%M %p"},
                    {"%d.%m.%Y", NULL},
                    {"Quarter", NULL},
                    {"week of YYYY", NULL},
                    {"/", NULL},
                    {"", NULL},
                    {"YYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYYY", NULL}};
    char into[WEIR_TRANSLATED];
    for (size_t i = 0; i < N(examples); i++) {
        const struct weir_text words = {examples[i].words,
                                        strlen(examples[i].words)};
        const bool is = weir_date_format_translate(words, into);
        ck_assert_str_eq(is ? into : "",
                         examples[i].letters ? examples[i].letters : "");
    }
    memset(into, 'x', sizeof into);
    ck_assert(weir_date_format_translate(
        (struct weir_text){"DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD", 31}, into));
}
END_TEST

START_TEST(words_that_mean_null)
{
    static const char *const null[] = {"NA",  "n/a",  "#N/A", "None",    "NULL",
                                       "NaN", "+nan", "-inf", "-",       "--",
                                       "\\N", "?",    ".",    "Infinity"};
    static const char *const other[] = {"",     "0", "abc", "N",
                                        "-NA1", "+", "nana"};
    for (size_t i = 0; i < N(null); i++)
        ck_assert_msg(
            weir_means_null((struct weir_text){null[i], strlen(null[i])}), "%s",
            null[i]);
    for (size_t i = 0; i < N(other); i++)
        ck_assert_msg(
            !weir_means_null((struct weir_text){other[i], strlen(other[i])}),
            "%s", other[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("date_hint");
    TCase *tests = tcase_create("date_hint");
    tcase_add_test(tests, hints_name_the_calls_that_read_the_cell);
    tcase_add_test(tests, a_hint_has_room);
    tcase_add_test(tests, words_of_formats_are_translated);
    tcase_add_test(tests, words_that_mean_null);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
