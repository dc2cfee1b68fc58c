/*
 * Bad use of weir.h: a handle that is NULL or closed, a call in a wrong order,
 * two calls at once. In development it aborts; otherwise it is an error, and
 * nothing else happens. (tests/fuzz/calls.c has random sequences of calls.)
 */
#include "base/memory.h"
#include "base/use.h"
#include "tests/runner.h"
#include "tests/trial.h"
#include "weir_arrow.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char csv[] = "k,v\na,1\nb,2\n";
static const struct weir_input input = {.bytes = csv, .len = sizeof csv - 1};

/* What the calls below use; `message` is what the last one filled. */
static struct weir_rows *rows;
static struct weir_query *query;
static struct weir_error error;
static const char *message;

/* Calls. Each returns whether it did nothing, as the interface says. */

static bool fails(enum weir_status status)
{
    message = error.message;
    return status == WEIR_USAGE;
}

static bool rows_columns(void)
{
    return weir_rows_columns(rows) == 0;
}

static bool rows_name(void)
{
    return !weir_rows_name(rows, 0);
}

static bool rows_column(void)
{
    return weir_rows_column(rows, "k") == WEIR_NO_COLUMN;
}

static bool rows_select(void)
{
    return fails(weir_rows_select(rows, NULL, 0, &error));
}

static bool rows_next(void)
{
    struct weir_record record;
    /* What is closed cannot be looked at by what is inlined. */
    return fails(rows ? weir_rows_advance_(rows, &error)
                      : weir_rows_next(rows, &record, &error));
}

static bool rows_window(void)
{
    const struct weir_window *window;
    return fails(weir_rows_window(rows, &window, &error));
}

static bool rows_rejected(void)
{
    return weir_rows_rejected(rows) == 0;
}

static bool rows_arrow(void)
{
    struct ArrowArrayStream stream;
    return fails(weir_rows_arrow(rows, NULL, &stream, &error));
}

static bool rows_close(void)
{
    weir_rows_close(rows);
    return true;
}

static bool query_columns(void)
{
    return weir_query_columns(query) == 0;
}

static bool query_name(void)
{
    return !weir_query_name(query, 0);
}

static bool query_column(void)
{
    return weir_query_column(query, "k") == WEIR_NO_COLUMN;
}

static bool query_type(void)
{
    return weir_query_type(query, 0) == WEIR_COLUMN_CELL;
}

static bool query_next(void)
{
    const struct weir_row *row;
    return fails(weir_query_next(query, &row, &error));
}

static bool query_counts(void)
{
    return weir_query_counts(query).read == 0;
}

static bool query_save(void)
{
    return fails(weir_query_save(query, &error));
}

static bool query_cancel(void)
{
    weir_query_cancel(query);
    return true;
}

static bool query_arrow(void)
{
    struct ArrowArrayStream stream;
    return fails(weir_query_arrow(query, NULL, &stream, &error));
}

static bool query_close(void)
{
    weir_query_close(query);
    return true;
}

#define CALL(name)                                                             \
    {                                                                          \
        name, "weir_" #name                                                    \
    }
static const struct {
    bool (*call)(void);
    const char *name;
} calls[] = {CALL(rows_columns),  CALL(rows_name),    CALL(rows_column),
             CALL(rows_select),   CALL(rows_next),    CALL(rows_window),
             CALL(rows_rejected), CALL(rows_arrow),   CALL(query_columns),
             CALL(query_name),    CALL(query_column), CALL(query_type),
             CALL(query_next),    CALL(query_counts), CALL(query_save),
             CALL(query_cancel),  CALL(query_arrow),  CALL(rows_close),
             CALL(query_close)};
#define N_CALLS ((int)(sizeof calls / sizeof *calls))
#define N_CLOSES 2 /* the last calls: closing NULL is allowed */

static void open_both(void)
{
    rows = weir_rows_open_input(&input, NULL, &error);
    query = weir_query_open("sum(v) by k", &input, 1, NULL, &error);
    ck_assert(rows && query);
}

static void close_both(void)
{
    weir_rows_close(rows);
    weir_query_close(query);
}

static void ck_assert_told(int call, const char *why)
{
    char expected[128];
    message = NULL;
    ck_assert(calls[call].call());
    if (!message)
        return;
    (void)snprintf(expected, sizeof expected, "%s: the %s", calls[call].name,
                   why);
    ck_assert_str_eq(message, expected);
}

START_TEST(null_is_an_error)
{
    weir_use_aborts = false;
    ck_assert_told(_i, strstr(calls[_i].name, "rows") ? "rows are NULL"
                                                      : "query is NULL");
}
END_TEST

START_TEST(null_aborts)
{
    weir_use_aborts = true;
    (void)calls[_i].call();
}
END_TEST

START_TEST(closed_is_an_error)
{
    const uint64_t live = weir_memory_total().live;
    open_both();
    close_both();
    weir_use_aborts = false;
    ck_assert_told(_i, strstr(calls[_i].name, "rows") ? "rows are closed"
                                                      : "query is closed");
    ck_assert_uint_eq(weir_memory_total().live, live);
}
END_TEST

START_TEST(closed_aborts)
{
    open_both();
    close_both();
    weir_use_aborts = true;
    (void)calls[_i].call();
}
END_TEST

START_TEST(null_may_be_closed)
{
    weir_use_aborts = true;
    weir_rows_close(NULL);
    weir_query_close(NULL);
}
END_TEST

/* Nothing to open */

static bool open_wrongly(int which)
{
    switch (which) {
    case 0:
        return !weir_rows_open(NULL, NULL, &error);
    case 1:
        return !weir_rows_open_input(NULL, NULL, &error);
    case 2:
        return !weir_query_open(NULL, &input, 1, NULL, &error);
    case 3:
        return !weir_query_open("k", NULL, 1, NULL, &error);
    default:
        return !weir_query_open_partials(NULL, 1, NULL, &error);
    }
}

START_TEST(nothing_to_open_is_an_error)
{
    weir_use_aborts = false;
    ck_assert(open_wrongly(_i));
    ck_assert_int_eq(error.status, WEIR_USAGE);
    ck_assert(strstr(error.message, "NULL"));
}
END_TEST

START_TEST(nothing_to_open_aborts)
{
    weir_use_aborts = true;
    (void)open_wrongly(_i);
}
END_TEST

/* Order */

static enum weir_status call_too_late(int which)
{
    static const char *const name[] = {"v"};
    const struct weir_window *window;
    struct weir_record record;
    if (which < 3)
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    switch (which) {
    case 0:
        return weir_rows_select(rows, name, 1, &error);
    case 1: /* one record is left */
        return weir_rows_window(rows, &window, &error);
    case 2:
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
        return weir_rows_window(rows, &window, &error);
    default:
        return weir_query_save(query, &error);
    }
}

START_TEST(a_wrong_order_is_an_error)
{
    static const char *const messages[] = {
        "columns are selected before the first record is read, not after it",
        "1 record of the last window is left: read it with weir_rows_next()",
        "windows need columns: select them before the first record is read, "
        "not "
        "after it",
        "options.checkpoint names no file to save to"};
    weir_use_aborts = false;
    open_both();
    ck_assert_int_eq(call_too_late(_i), WEIR_USAGE);
    ck_assert_str_eq(error.message, messages[_i]);
    close_both();
}
END_TEST

START_TEST(a_wrong_order_aborts)
{
    open_both();
    weir_use_aborts = true;
    (void)call_too_late(_i);
}
END_TEST

/* Two calls at once: the second comes from a read function or a callback, when
 * the first is certain to be under way. */

static int which;
static enum weir_status second;

static void call_again(void)
{
    const struct weir_window *window;
    const struct weir_row *row;
    if (which == 0)
        second = weir_rows_window(rows, &window, &error);
    else if (which == 1)
        second = weir_rows_advance_(rows, &error);
    else if (which == 2)
        weir_rows_close(rows);
    else if (which == 3)
        second = weir_query_next(query, &row, &error);
    else
        weir_query_close(query);
}

static size_t at;

/* Gives the header, and then all else. */
static ptrdiff_t read_and_call(void *context, void *into, size_t capacity)
{
    (void)context;
    size_t n = at == 0 ? 4 : sizeof csv - 1 - at;
    n = n < capacity ? n : capacity;
    memcpy(into, csv + at, n);
    if (at == 4)
        call_again();
    at += n;
    return (ptrdiff_t)n;
}

static void use_twice(void)
{
    const struct weir_input slow = {.read = read_and_call};
    struct weir_error first;
    struct weir_record record;
    const struct weir_row *row;
    at = 0;
    second = WEIR_USAGE;
    if (which < 3) {
        rows = weir_rows_open_input(&slow, NULL, &first);
        ck_assert_ptr_nonnull(rows);
        ck_assert_int_eq(weir_rows_next(rows, &record, &first), WEIR_OK);
        weir_rows_close(rows);
    } else {
        query = weir_query_open("k, v", &slow, 1, NULL, &first);
        ck_assert_ptr_nonnull(query);
        ck_assert_int_eq(weir_query_next(query, &row, &first), WEIR_OK);
        weir_query_close(query);
    }
}

START_TEST(two_calls_at_once_are_an_error)
{
    const uint64_t live = weir_memory_total().live;
    weir_use_aborts = false;
    which = _i;
    use_twice();
    ck_assert_int_eq(second, WEIR_USAGE);
    if (which == 0)
        ck_assert_str_eq(error.message,
                         "weir_rows_window: another call or a stream uses the "
                         "rows");
    if (which == 3)
        ck_assert_str_eq(error.message,
                         "weir_query_next: another call or a stream uses the "
                         "query");
    ck_assert_uint_eq(weir_memory_total().live, live);
}
END_TEST

START_TEST(two_calls_at_once_abort)
{
    weir_use_aborts = true;
    which = _i;
    use_twice();
}
END_TEST

/* What a stream has taken over is the stream's. */
START_TEST(a_stream_keeps_its_rows)
{
    const struct weir_window *window;
    const struct weir_row *row;
    struct ArrowArrayStream of_rows, of_query;
    struct ArrowArray array;
    weir_use_aborts = false;
    open_both();
    ck_assert_int_eq(weir_rows_arrow(rows, NULL, &of_rows, &error), WEIR_OK);
    ck_assert_int_eq(weir_query_arrow(query, NULL, &of_query, &error), WEIR_OK);
    ck_assert_int_eq(weir_rows_window(rows, &window, &error), WEIR_USAGE);
    ck_assert_str_eq(error.message, "weir_rows_window: another call or a "
                                    "stream uses the rows");
    ck_assert_int_eq(weir_query_next(query, &row, &error), WEIR_USAGE);
    ck_assert_int_eq(weir_rows_arrow(rows, NULL, &of_rows, &error), WEIR_USAGE);
    close_both(); /* does nothing */
    ck_assert_int_eq(of_rows.get_next(&of_rows, &array), 0);
    ck_assert_int_eq(array.length, 2);
    array.release(&array);
    ck_assert_int_eq(of_query.get_next(&of_query, &array), 0);
    ck_assert_int_eq(array.length, 2);
    array.release(&array);
    of_rows.release(&of_rows);
    of_query.release(&of_query);
    ck_assert_int_eq(weir_rows_window(rows, &window, &error), WEIR_USAGE);
    ck_assert_str_eq(error.message, "weir_rows_window: the rows are closed");
}
END_TEST

/* A stream is refused, and the rows are closed. */
START_TEST(a_stream_of_rows_that_were_begun)
{
    const uint64_t live = weir_memory_total().live;
    struct ArrowArrayStream stream;
    struct weir_record record;
    weir_use_aborts = false;
    rows = weir_rows_open_input(&input, NULL, &error);
    ck_assert_ptr_nonnull(rows);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_int_eq(weir_rows_arrow(rows, NULL, &stream, &error), WEIR_USAGE);
    ck_assert_str_eq(error.message, "1 record of the last window is left: read "
                                    "it with weir_rows_next()");
    ck_assert_uint_eq(weir_memory_total().live, live);
}
END_TEST

/* More handles than are looked after: all work, and NULL is still noticed. */
START_TEST(very_many_handles)
{
    enum {
        MANY = 1500
    };
    struct weir_rows **many = malloc(MANY * sizeof *many);
    struct weir_record record;
    ck_assert_ptr_nonnull(many);
    weir_use_aborts = true;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < MANY; i++)
            ck_assert_ptr_nonnull(
                many[i] = weir_rows_open_input(&input, NULL, &error));
        for (int i = MANY; i-- > 0;)
            ck_assert_int_eq(weir_rows_next(many[i], &record, &error), WEIR_OK);
        for (int i = 0; i < MANY; i++)
            weir_rows_close(many[i * 7 % MANY]);
    }
    free(many);
    weir_use_aborts = false;
    rows = NULL;
    ck_assert_int_eq(weir_rows_select(rows, NULL, 0, &error), WEIR_USAGE);
    open_both();
    close_both();
    ck_assert_int_eq(weir_rows_select(rows, NULL, 0, &error), WEIR_USAGE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bad_use");
    TCase *tests = tcase_create("bad_use");
    tcase_add_loop_test(tests, null_is_an_error, 0, N_CALLS - N_CLOSES);
    tcase_add_loop_test(tests, closed_is_an_error, 0, N_CALLS);
    tcase_add_test(tests, null_may_be_closed);
    tcase_add_loop_test(tests, nothing_to_open_is_an_error, 0, 5);
    tcase_add_loop_test(tests, a_wrong_order_is_an_error, 0, 4);
    tcase_add_loop_test(tests, two_calls_at_once_are_an_error, 0, 5);
    tcase_add_test(tests, a_stream_keeps_its_rows);
    tcase_add_test(tests, a_stream_of_rows_that_were_begun);
    tcase_add_test(tests, very_many_handles);
    suite_add_tcase(suite, tests);
    /* A sanitizer's build runs all tests in one process. */
    if (!sanitized()) {
        TCase *aborts = tcase_create("aborts");
        tcase_add_loop_test_raise_signal(aborts, null_aborts, SIGABRT, 0,
                                         N_CALLS - N_CLOSES);
        tcase_add_loop_test_raise_signal(aborts, closed_aborts, SIGABRT, 0,
                                         N_CALLS);
        tcase_add_loop_test_raise_signal(aborts, nothing_to_open_aborts,
                                         SIGABRT, 0, 5);
        tcase_add_loop_test_raise_signal(aborts, a_wrong_order_aborts, SIGABRT,
                                         0, 4);
        tcase_add_loop_test_raise_signal(aborts, two_calls_at_once_abort,
                                         SIGABRT, 0, 5);
        suite_add_tcase(suite, aborts);
    }
    return suite_fails(suite);
}
