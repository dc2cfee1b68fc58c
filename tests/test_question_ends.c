/*
 * How a question from C ends before its time: closed at any row, cancelled
 * while it reads, between rows, or by a signal handler.
 */
#include "tests/mechanism_kit.h"
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

static const char *const endings[] = {"k, v", "k, v where v > 2", "sum(v) by k",
                                      "k order by v, k desc",
                                      "count(), max(k)"};
#define N_ENDINGS ((int)(sizeof endings / sizeof *endings))

START_TEST(a_query_may_be_closed_at_any_row)
{
    size_t len;
    char *text = question_table(RECORDS, &len);
    const uint64_t live = weir_memory_total().live;
    for (size_t rows = 0; rows < RECORDS / 2; rows = rows * 4 + 1) {
        const struct weir_row *row;
        struct weir_error error;
        struct weir_query *query =
            question_open(endings[_i], text, len, 1 + rows % 3);
        for (size_t i = 0; i < rows; i++)
            if (weir_query_next(query, &row, &error))
                break;
        weir_query_close(query);
        ck_assert_uint_eq(weir_memory_total().live, live);
    }
    free(text);
}
END_TEST

/* The source waits until the query is cancelled, so the run is cancelled in the
 * middle, by construction. */
struct gate {
    struct given given;
    struct weir_query *_Atomic query;
    bool open;
};

static ptrdiff_t read_and_cancel(void *context, void *into, size_t capacity)
{
    struct gate *gate = context;
    if (gate->given.next > gate->given.len / 2 && !gate->open) {
        gate->open = true;
        weir_query_cancel(gate->query);
    }
    return question_read_some(&gate->given, into, capacity);
}

static enum weir_status read_to_end(struct weir_query *query,
                                    struct weir_error *error)
{
    const struct weir_row *row;
    enum weir_status status;
    do
        status = weir_query_next(query, &row, error);
    while (status == WEIR_OK);
    return status;
}

START_TEST(a_query_is_cancelled_while_it_reads)
{
    struct gate gate = {0};
    struct weir_error error;
    size_t len;
    char *text = question_table(RECORDS, &len);
    gate.given = (struct given){.bytes = text, .len = len};
    const struct weir_input input = {.read = read_and_cancel, .context = &gate};
    const struct weir_reading reading = {.batch = 4096};
    const struct weir_query_options options = {.size = sizeof options,
                                               .threads = 1 + (size_t)_i % 2,
                                               .reading = &reading};
    gate.query =
        weir_query_open(endings[_i % N_ENDINGS], &input, 1, &options, &error);
    ck_assert_ptr_nonnull(gate.query);
    ck_assert_int_eq(read_to_end(gate.query, &error), WEIR_CANCELLED);
    ck_assert_int_eq(error.status, WEIR_CANCELLED);
    ck_assert_str_eq(error.message, "the query was cancelled");
    ck_assert_uint_lt(gate.given.next, len);
    weir_query_close(gate.query);
    free(text);
}
END_TEST

static struct weir_query *alarmed;

/* NOLINTBEGIN(bugprone-signal-handler,cert-sig30-c): weir.h allows it. */
static void on_signal(int number)
{
    (void)number;
    weir_query_cancel(alarmed);
}
/* NOLINTEND(bugprone-signal-handler,cert-sig30-c) */

START_TEST(a_signal_handler_may_cancel)
{
    struct weir_error error;
    const struct weir_row *row;
    enum weir_status status;
    size_t len, rows = 0;
    char *text = question_table(RECORDS, &len);
    alarmed = question_open(endings[_i], text, len, 1);
    ck_assert(signal(SIGUSR1, on_signal) != SIG_ERR);
    raise(SIGUSR1);
    while ((status = weir_query_next(alarmed, &row, &error)) == WEIR_OK)
        rows++;
    ck_assert_int_eq(status, WEIR_CANCELLED);
    ck_assert_uint_eq(rows, 0);
    weir_query_close(alarmed);
    free(text);
}
END_TEST

/* Between two rows. What is left of the window may be given. */
START_TEST(a_query_is_cancelled_between_rows)
{
    struct weir_error error;
    const struct weir_row *row;
    enum weir_status status = WEIR_OK;
    size_t len, rows = 0;
    char *text = question_table(RECORDS, &len);
    struct weir_query *query = question_open(endings[_i], text, len, 2);
    for (; !status && rows <= RECORDS; rows++) {
        if (rows == 10)
            weir_query_cancel(query);
        status = weir_query_next(query, &row, &error);
    }
    ck_assert_int_eq(status, WEIR_CANCELLED);
    ck_assert_uint_lt(rows, 3000);
    weir_query_close(query);
    free(text);
}
END_TEST

/* It reads on until the query is cancelled, and then fails. */
static ptrdiff_t read_until_cancelled(void *context, void *into,
                                      size_t capacity)
{
    struct gate *gate = context;
    if (!gate->open)
        return read_and_cancel(context, into, capacity);
    return -1;
}

START_TEST(a_read_that_fails_once_cancelled_is_no_failure)
{
    struct gate gate = {0};
    struct weir_error error;
    size_t len;
    char *text = question_table(RECORDS, &len);
    gate.given = (struct given){.bytes = text, .len = len};
    const struct weir_input input = {.read = read_until_cancelled,
                                     .context = &gate};
    gate.query = weir_query_open("count()", &input, 1, NULL, &error);
    ck_assert_ptr_nonnull(gate.query);
    ck_assert_int_eq(read_to_end(gate.query, &error), WEIR_CANCELLED);
    ck_assert_str_eq(error.message, "the query was cancelled");
    weir_query_close(gate.query);
    free(text);
}
END_TEST

static const struct floor floors[] = {{WEIR_RAN_RUN_CANCELLED, 10, 10}};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("question_ends");
    TCase *tests = tcase_create("question_ends");
    tcase_set_timeout(tests, 100);
    tcase_add_loop_test(tests, a_query_may_be_closed_at_any_row, 0, N_ENDINGS);
    tcase_add_loop_test(tests, a_query_is_cancelled_while_it_reads, 0,
                        2 * N_ENDINGS);
    tcase_add_loop_test(tests, a_signal_handler_may_cancel, 0, N_ENDINGS);
    tcase_add_loop_test(tests, a_query_is_cancelled_between_rows, 0, 2);
    tcase_add_test(tests, a_read_that_fails_once_cancelled_is_no_failure);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
