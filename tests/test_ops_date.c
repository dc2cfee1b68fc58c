#include "tests/op_kit.h"
#include "tests/runner.h"

#include <check.h>

#define CHECK(name, part, ...)                                                 \
    do {                                                                       \
        static const struct op_case cases[] = {__VA_ARGS__};                   \
        op_check(&(struct weir_step){.op = &weir_op_##name, .choice = part},   \
                 "t", cases, sizeof(cases) / sizeof(*cases));                  \
    } while (0)

START_TEST(date_reads_the_forms_there_are)
{
    CHECK(date, 0, {{"2024-02-29"}, "2024-02-29"},
          {{"2024-02-29T10:00"}, "2024-02-29"},
          {{"2024-02-29 10:00:59"}, "2024-02-29"},
          {{"2024-02-29T10:00:59.123456789Z"}, "2024-02-29"},
          {{"2024-02-29T23:59Z"}, "2024-02-29"},
          {{"2024-02-29T23:59+05:30"}, "2024-02-29"},
          {{"2024-02-29 00:00:00-0800"}, "2024-02-29"},
          {{" \t2024-02-29 \t"}, "2024-02-29"},
          {{"  2024-02-29T10:00  "}, "2024-02-29"},
          {{"0000-01-01"}, "0000-01-01"}, {{"9999-12-31"}, "9999-12-31"},
          {{"2000-02-29"}, "2000-02-29"});
}
END_TEST

START_TEST(date_refuses_all_else)
{
    CHECK(date, 0, {{"2023-02-29"}, OP_BAD}, {{"1900-02-29"}, OP_BAD},
          {{"2024-00-01"}, OP_BAD}, {{"2024-13-01"}, OP_BAD},
          {{"2024-01-00"}, OP_BAD}, {{"2024-04-31"}, OP_BAD},
          {{"2024-1-1"}, OP_BAD}, {{"24-01-01"}, OP_BAD},
          {{"2024/01/01"}, OP_BAD}, {{"20240101"}, OP_BAD},
          {{"2024-01-01x"}, OP_BAD}, {{"2024-01-0"}, OP_BAD},
          {{"2024-01-01T"}, OP_BAD}, {{"2024-01-01T1:00"}, OP_BAD},
          {{"2024-01-01T24:00"}, OP_BAD}, {{"2024-01-01T10"}, OP_BAD},
          {{"2024-01-01T10:60"}, OP_BAD}, {{"2024-01-01T10:00:60"}, OP_BAD},
          {{"2024-01-01T10:00:"}, OP_BAD}, {{"2024-01-01T10:00:00."}, OP_BAD},
          {{"2024-01-01T10:00.5"}, OP_BAD}, {{"2024-01-01  10:00"}, OP_BAD},
          {{"2024-01-01T10:00z"}, OP_BAD}, {{"2024-01-01T10:00ZZ"}, OP_BAD},
          {{"2024-01-01T10:00+"}, OP_BAD}, {{"2024-01-01T10:00+5:00"}, OP_BAD},
          {{"2024-01-01T10:00+24:00"}, OP_BAD},
          {{"2024-01-01T10:00+05:60"}, OP_BAD},
          {{"2024-01-01T10:00+05:"}, OP_BAD}, {{"2024-01-01Z"}, OP_BAD},
          {{"-2024-01-01"}, OP_BAD}, {{"+2024-01-01"}, OP_BAD},
          {{"\n2024-01-01"}, OP_BAD}, {{"yesterday"}, OP_BAD}, {{"2"}, OP_BAD},
          {{"2024-01-01T10:00 Z"}, OP_BAD});
}
END_TEST

START_TEST(null_is_null_and_bad_is_bad)
{
    CHECK(date, 0, {{NULL}, NULL}, {{" \t"}, NULL}, {{OP_BAD}, OP_BAD});
    CHECK(date_part, WEIR_DAY, {{NULL}, NULL}, {{"  "}, NULL},
          {{OP_BAD}, OP_BAD}, {{"x"}, OP_BAD}, {{"2024-01-31"}, "31"});
    CHECK(date_trunc, WEIR_DAY, {{NULL}, NULL}, {{"  "}, NULL},
          {{OP_BAD}, OP_BAD}, {{"x"}, OP_BAD}, {{"2024-01-31"}, "2024-01-31"});
}
END_TEST

START_TEST(parts_are_those_written)
{
    CHECK(date_part, WEIR_YEAR, {{"2024-02-29"}, "2024"}, {{"0000-12-31"}, "0"},
          {{"2024-01-01T00:30+02:00"}, "2024"});
    CHECK(date_part, WEIR_QUARTER, {{"2024-03-31"}, "1"}, {{"2024-04-01"}, "2"},
          {{"2024-09-30"}, "3"}, {{"2024-12-31"}, "4"});
    CHECK(date_part, WEIR_MONTH, {{"2024-09-30"}, "9"});
    CHECK(date_part, WEIR_HOUR, {{"2024-09-30"}, "0"},
          {{"2024-09-30 23:45:59"}, "23"}, {{"2024-09-30 07:45-09:00"}, "7"});
    CHECK(date_part, WEIR_MINUTE, {{"2024-09-30"}, "0"},
          {{"2024-09-30T23:45"}, "45"});
    CHECK(date_part, WEIR_SECOND, {{"2024-09-30T23:45"}, "0"},
          {{"2024-09-30T23:45:59.999"}, "59"});
}
END_TEST

START_TEST(weeks_are_isos)
{
    CHECK(date_part, WEIR_WEEK, {{"2021-01-03"}, "53"}, {{"2021-01-04"}, "1"},
          {{"2018-12-31"}, "1"}, {{"2018-12-30"}, "52"}, {{"2015-12-31"}, "53"},
          {{"2016-01-03"}, "53"}, {{"2016-01-04"}, "1"}, {{"2012-01-01"}, "52"},
          {{"0000-01-01"}, "52"}, {{"9999-12-31"}, "52"});
}
END_TEST

START_TEST(trunc_gives_the_beginning)
{
    static const char *const beginning[] = {
        [WEIR_YEAR] = "2024-01-01",
        [WEIR_QUARTER] = "2024-04-01",
        [WEIR_MONTH] = "2024-06-01",
        [WEIR_WEEK] = "2024-05-27",
        [WEIR_DAY] = "2024-06-01",
        [WEIR_HOUR] = "2024-06-01 17:00:00",
        [WEIR_MINUTE] = "2024-06-01 17:48:00",
        [WEIR_SECOND] = "2024-06-01 17:48:39"};
    for (int part = WEIR_YEAR; part <= WEIR_SECOND; part++) {
        const struct op_case one = {{" 2024-06-01T17:48:39.5+02:00 "},
                                    beginning[part]};
        op_check(&(struct weir_step){.op = &weir_op_date_trunc, .choice = part},
                 "t", &one, 1);
    }
    CHECK(date_trunc, WEIR_WEEK, {{"2021-01-01"}, "2020-12-28"},
          {{"2024-03-03"}, "2024-02-26"}, {{"2024-03-04"}, "2024-03-04"});
}
END_TEST

/* The first Monday of the supported dates is 0000-01-03. */
START_TEST(a_week_before_the_year_0_is_bad)
{
    CHECK(date_trunc, WEIR_WEEK, {{"0000-01-02"}, OP_BAD},
          {{"0000-01-03"}, "0000-01-03"});
}
END_TEST

START_TEST(refused_memory_is_said)
{
    op_check_refused(&(struct weir_step){.op = &weir_op_date_trunc}, "t",
                     "2024-06-01");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ops_date");
    TCase *tests = tcase_create("ops_date");
    tcase_add_test(tests, date_reads_the_forms_there_are);
    tcase_add_test(tests, date_refuses_all_else);
    tcase_add_test(tests, null_is_null_and_bad_is_bad);
    tcase_add_test(tests, parts_are_those_written);
    tcase_add_test(tests, weeks_are_isos);
    tcase_add_test(tests, trunc_gives_the_beginning);
    tcase_add_test(tests, a_week_before_the_year_0_is_bad);
    tcase_add_test(tests, refused_memory_is_said);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
