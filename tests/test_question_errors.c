/*
 * Wrong use of questions from C: inputs, options, read functions that fail.
 */
#include "tests/question_kit.h"
#include "tests/runner.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void tell(void *context, const struct weir_reject *reject)
{
    (void)context, (void)reject;
}

static void ck_assert_refused(const char *words, const struct weir_input *input,
                              size_t n,
                              const struct weir_query_options *options,
                              const char *message)
{
    struct weir_error error;
    ck_assert_ptr_null(weir_query_open(words, input, n, options, &error));
    ck_assert_int_eq(error.status, WEIR_USAGE);
    ck_assert_str_eq(error.message, message);
}

START_TEST(wrong_use_is_said)
{
    const struct weir_input two[] = {{.bytes = "a\n", .len = 2},
                                     {.path = "/dev/null"}};
    const struct weir_query_options none = {.threads = 1};
    char message[100];
    snprintf(message, sizeof message,
             "options.size is 0; it must be sizeof(struct "
             "weir_query_options), at most %zu",
             sizeof none);
    ck_assert_refused("count()", two, 1, &none, message);
    ck_assert_refused("count()", two, 2, NULL,
                      "input[0] is no path: several inputs, and those of "
                      "shards, partials and checkpoints, must be paths");
    ck_assert_refused("count()", NULL, 0, NULL,
                      "there is no input, and the question names none (from "
                      "...)");
    ck_assert_refused("count() from '/dev/null'", two, 1, NULL,
                      "the question names its input (from ...), and there are "
                      "others; leave one of them out");
    ck_assert_refused("count(", two, 1, NULL,
                      "expected a value after '(', found the end of the "
                      "query");
}
END_TEST

START_TEST(options_are_checked)
{
    static const struct weir_reading headless = {.no_header = true};
    static const struct weir_reading reading = {.bad_records =
                                                    (enum weir_bad_records)3};
    static const struct {
        struct weir_query_options options;
        const char *message;
    } wrong[] = {
        {{.bad_cells = (enum weir_bad_cells)3}, "options.bad_cells is 3"},
        {{.decimal = 'x'},
         "options.decimal is the byte 120; it must be 0, a point or a comma"},
        {{.thousands = (char)0xa0},
         "options.thousands is the byte 160; it must be 0, a comma, a point, a "
         "blank, ' or _"},
        {{.checkpoint = "x", .reject = tell},
         "options.checkpoint and options.reject: a query that goes on would "
         "give records twice"},
        {{.by_union = true, .reading = &headless},
         "options.by_union: the inputs must have headers, and none is read"},
        {{.shard = 3, .of_shards = 2},
         "options.shard is 3 of 2; they count from 1"},
        {{.of_shards = 2}, "options.shard is 0 of 2; they count from 1"},
        {{.thousands = '.'},
         "options.thousands and options.decimal are both '.'"},
        {{.reading = &reading}, "bad_records is 3"},
    };
    const struct weir_input input = {.bytes = "a\n", .len = 2};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct weir_query_options options = wrong[i].options;
        options.size = sizeof options;
        ck_assert_refused("count()", &input, 1, &options, wrong[i].message);
    }
}
END_TEST

/* A member that a later version adds is zero for a program of today. */
START_TEST(options_of_an_older_version_are_known)
{
    struct weir_error error;
    const struct weir_row *row;
    const struct weir_input input = {.bytes = "a\n1,5\n", .len = 6};
    const struct weir_reading reading = {.delimiter = ";"};
    const struct weir_query_options options = {
        .size = offsetof(struct weir_query_options, threads),
        .reading = &reading,
        .decimal = ',',
        .threads = SIZE_MAX,
        .memory = 1};
    struct weir_query *query =
        weir_query_open("sum(a)", &input, 1, &options, &error);
    ck_assert_msg(query != NULL, "%s", error.message);
    ck_assert_uint_eq(weir_query_column(query, "sum(a)"), 0);
    ck_assert_uint_eq(weir_query_column(query, "a"), WEIR_NO_COLUMN);
    ck_assert_int_eq(weir_query_next(query, &row, &error), WEIR_OK);
    ck_assert_double_eq(row->value[0].number, 1.5);
    weir_query_close(query);
}
END_TEST

static ptrdiff_t read_nothing(void *context, void *into, size_t capacity)
{
    const ptrdiff_t *n = context;
    (void)into, (void)capacity;
    return *n;
}

START_TEST(a_read_function_that_fails_is_said)
{
    struct weir_error error;
    ptrdiff_t n = -1;
    const struct weir_input input = {.read = read_nothing, .context = &n};
    ck_assert_ptr_null(weir_query_open("count()", &input, 1, NULL, &error));
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_str_eq(error.place, "input");
    ck_assert_str_eq(error.message, "cannot read: the read function failed");
    n = PTRDIFF_MAX;
    ck_assert_ptr_null(weir_query_open("count()", &input, 1, NULL, &error));
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "more than it was asked for"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("question_errors");
    TCase *tests = tcase_create("question_errors");
    tcase_set_timeout(tests, 100);
    tcase_add_test(tests, wrong_use_is_said);
    tcase_add_test(tests, options_are_checked);
    tcase_add_test(tests, options_of_an_older_version_are_known);
    tcase_add_test(tests, a_read_function_that_fails_is_said);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
