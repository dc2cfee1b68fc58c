/*
 * Streams for Arrow, as a consumer in C uses them: values in batches of every
 * size, who owns what, and failures. What the values mean to engines
 * tests/test_arrow.py checks.
 */
#include "base/memory.h"
#include "tests/question_kit.h"
#include "tests/runner.h"
#include "weir_arrow.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char table[] = "k,n,t\n"
                            "a,1,x\n"
                            "b,,\xc3\xa9\n"
                            "a,-3,\"two\nlines\"\n"
                            ",4,\n"
                            "c,5,x\n"
                            "a,60000,007\n"
                            "b,7,y\n";

/* All columns as they are written. */
static const struct weir_arrow_column texts[] = {
    {"k", WEIR_ARROW_UTF8, 0},
    {"n", WEIR_ARROW_UTF8, 0},
    {"t", WEIR_ARROW_UTF8, 0},
};

static struct weir_arrow_options as_texts(size_t rows)
{
    return (struct weir_arrow_options){.size =
                                           sizeof(struct weir_arrow_options),
                                       .column = texts,
                                       .n = 3,
                                       .rows = rows};
}

static void open_rows(struct ArrowArrayStream *stream, const char *csv,
                      const struct weir_arrow_options *options)
{
    struct weir_error error;
    const struct weir_input input = {.bytes = csv, .len = strlen(csv)};
    struct weir_rows *rows = weir_rows_open_input(&input, NULL, &error);
    ck_assert_ptr_nonnull(rows);
    ck_assert_int_eq(weir_rows_arrow(rows, options, stream, &error), WEIR_OK);
}

static void open_answer(struct ArrowArrayStream *stream, const char *question,
                        const char *csv,
                        const struct weir_arrow_options *options)
{
    struct weir_error error;
    struct weir_query *query = question_open(question, csv, strlen(csv), 2);
    ck_assert_int_eq(weir_query_arrow(query, options, stream, &error), WEIR_OK);
}

/* Values in batches */

/* Adds a utf8 column's value, and what ends it. */
static void put_text(FILE *out, const struct ArrowArray *column, int64_t row)
{
    const uint8_t *valid = column->buffers[0];
    const int32_t *at = column->buffers[1];
    const char *bytes = column->buffers[2];
    const bool null = valid && !(valid[row / 8] >> row % 8 & 1);
    ck_assert(null == (at[row] == at[row + 1]));
    (void)fwrite(bytes + at[row], 1, (size_t)(at[row + 1] - at[row]), out);
    (void)fputs("|", out);
}

/* Whether there was a next batch. */
static bool next(struct ArrowArrayStream *stream, struct ArrowArray *array)
{
    ck_assert_int_eq(stream->get_next(stream, array), 0);
    return array->release;
}

/* The rows of a stream of texts, and how many batches there were. Releases it.
 */
static char *text_of(struct ArrowArrayStream *stream, size_t max_rows,
                     size_t *batches)
{
    char *text;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    struct ArrowArray array;
    *batches = 0;
    ck_assert_ptr_nonnull(out);
    while (next(stream, &array)) {
        ck_assert_int_gt(array.length, 0);
        ck_assert_int_le(array.length, (int64_t)max_rows);
        ck_assert_int_eq(array.null_count, 0);
        for (int64_t row = 0; row < array.length; row++) {
            for (int64_t c = 0; c < array.n_children; c++)
                put_text(out, array.children[c], row);
            (void)fputs("\n", out);
        }
        array.release(&array);
        (*batches)++;
    }
    ck_assert(!next(stream, &array));
    stream->release(stream);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

START_TEST(batches_of_any_size_have_the_same_rows)
{
    const char *all = "a|1|x|\nb||\xc3\xa9|\na|-3|two\nlines|\n|4||\nc|5|x|\n"
                      "a|60000|007|\nb|7|y|\n";
    for (size_t rows = 1; rows <= 9; rows++) {
        const struct weir_arrow_options options = as_texts(rows);
        struct ArrowArrayStream stream;
        size_t batches;
        open_rows(&stream, table, &options);
        char *got = text_of(&stream, rows, &batches);
        ck_assert_str_eq(got, all);
        ck_assert_uint_eq(batches, (7 + rows - 1) / rows);
        free(got);
        open_answer(&stream, "k, n, t", table, &options);
        got = text_of(&stream, rows, &batches);
        ck_assert_str_eq(got, all);
        free(got);
    }
}
END_TEST

START_TEST(a_long_answer_in_many_batches)
{
    size_t len, batches, one;
    char *csv = question_table(RECORDS, &len);
    static const struct weir_arrow_column columns[] = {
        {"k", WEIR_ARROW_UTF8, 0}, {"s", WEIR_ARROW_UTF8, 0}};
    struct weir_arrow_options options = {
        .size = sizeof options, .column = columns, .n = 2, .rows = 1000000};
    struct ArrowArrayStream stream;
    open_answer(&stream, "k, sum(v) as s by k", csv, &options);
    char *all = text_of(&stream, RECORDS, &one);
    options.rows = 777;
    open_answer(&stream, "k, sum(v) as s by k", csv, &options);
    char *got = text_of(&stream, 777, &batches);
    ck_assert_str_eq(got, all);
    ck_assert_uint_ge(batches, RECORDS / 777);
    free(all);
    free(got);
    free(csv);
}
END_TEST

START_TEST(a_batch_of_long_texts_ends_early)
{
    const size_t cell = 100000, n = 50;
    char *csv = malloc(6 + n * (cell + 5) + 1), *at = csv;
    ck_assert_ptr_nonnull(csv);
    at += sprintf(at, "k,n,t\n");
    for (size_t i = 0; i < n; i++) {
        memset(at, 'x', cell);
        at += cell;
        at += sprintf(at, ",1,y\n");
    }
    const struct weir_arrow_options options = as_texts(0);
    struct ArrowArrayStream stream;
    size_t batches;
    open_rows(&stream, csv, &options);
    char *got = text_of(&stream, 20, &batches);
    ck_assert_uint_gt(batches, 3);
    free(got);
    free(csv);
}
END_TEST

/* Types, from the values as numbers */

START_TEST(the_values_of_every_type)
{
    static const struct weir_arrow_column columns[] = {
        {"d", WEIR_ARROW_DATE32, 0},
        {"f", WEIR_ARROW_DOUBLE, 0},
        {"y", WEIR_ARROW_BOOL, 0},
        {"m", WEIR_ARROW_DECIMAL128, 3},
        {"i", WEIR_ARROW_AUTO, 0}};
    const struct weir_arrow_options options = {
        .size = sizeof options, .column = columns, .n = 5};
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray array;
    int64_t halves[2];
    static const char *const formats[] = {"tdD", "g", "b", "d:38,3", "l"};
    open_rows(&stream,
              "d,f,y,m,i\n1970-01-02,0.1,TRUE,-1.25,-9223372036854775808\n"
              "1969-12-31, ,false,,9223372036854775807\n",
              &options);
    ck_assert_int_eq(stream.get_schema(&stream, &schema), 0);
    ck_assert_str_eq(schema.format, "+s");
    ck_assert_int_eq(schema.n_children, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_str_eq(schema.children[i]->format, formats[i]);
        ck_assert_str_eq(schema.children[i]->name, columns[i].name);
        ck_assert_int_eq(schema.children[i]->flags, ARROW_FLAG_NULLABLE);
    }
    schema.release(&schema);
    ck_assert_int_eq(stream.get_next(&stream, &array), 0);
    const int32_t *days = array.children[0]->buffers[1];
    ck_assert_int_eq(days[0], 1);
    ck_assert_int_eq(days[1], -1);
    const double *number = array.children[1]->buffers[1];
    ck_assert_double_eq(number[0], 0.1);
    ck_assert_int_eq(array.children[1]->null_count, 1);
    ck_assert_int_eq(*(const uint8_t *)array.children[2]->buffers[1] & 3, 1);
    memcpy(halves, array.children[3]->buffers[1], sizeof halves);
    ck_assert_int_eq(halves[__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__], -1250);
    ck_assert_int_eq(*(const uint8_t *)array.children[3]->buffers[0], 1);
    const int64_t *whole = array.children[4]->buffers[1];
    ck_assert_int_eq(whole[0], INT64_MIN);
    ck_assert_int_eq(whole[1], INT64_MAX);
    array.release(&array);
    stream.release(&stream);
}
END_TEST

/* Who owns what */

/* A consumer may take children away, keep batches, and release in any order. */
START_TEST(batches_and_schemas_outlive_their_stream)
{
    const uint64_t live = weir_memory_total().live;
    const struct weir_arrow_options options = as_texts(3);
    struct ArrowArrayStream stream;
    struct ArrowArray batch[3], child;
    struct ArrowSchema schema, again, field;
    open_rows(&stream, table, &options);
    ck_assert_int_eq(stream.get_schema(&stream, &schema), 0);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(stream.get_next(&stream, &batch[i]), 0);
    ck_assert_int_eq(stream.get_schema(&stream, &again), 0);
    stream.release(&stream);
    ck_assert(!stream.release);
    field = *schema.children[1];
    schema.children[1]->release = NULL;
    schema.release(&schema);
    ck_assert(!schema.release);
    ck_assert_str_eq(field.name, "n");
    field.release(&field);
    ck_assert_str_eq(again.children[2]->name, "t");
    again.release(&again);
    child = *batch[1].children[2];
    batch[1].children[2]->release = NULL;
    for (size_t i = 3; i-- > 0;)
        batch[i].release(&batch[i]);
    ck_assert_int_eq(child.length, 3);
    ck_assert_int_eq(memcmp(child.buffers[2], "x007", 4), 0);
    child.release(&child);
    ck_assert_uint_eq(weir_memory_total().live, live);
}
END_TEST

START_TEST(a_stream_may_be_released_at_any_time)
{
    const uint64_t live = weir_memory_total().live;
    const struct weir_arrow_options options = as_texts(2);
    for (int calls = 0; calls < 6; calls++) {
        struct ArrowArrayStream stream;
        struct ArrowArray array;
        if (_i)
            open_answer(&stream, "k, n, t", table, &options);
        else
            open_rows(&stream, table, &options);
        for (int i = 0; i < calls; i++) {
            ck_assert_int_eq(stream.get_next(&stream, &array), 0);
            if (array.release)
                array.release(&array);
        }
        stream.release(&stream);
        ck_assert_uint_eq(weir_memory_total().live, live);
    }
}
END_TEST

/* Failures */

static void ck_assert_refused(const struct weir_arrow_options *options,
                              const char *message)
{
    const uint64_t live = weir_memory_total().live;
    struct weir_error error;
    struct ArrowArrayStream stream;
    const struct weir_input input = {.bytes = table, .len = strlen(table)};
    struct weir_rows *rows = weir_rows_open_input(&input, NULL, &error);
    ck_assert_ptr_nonnull(rows);
    ck_assert_int_eq(weir_rows_arrow(rows, options, &stream, &error),
                     WEIR_USAGE);
    ck_assert_str_eq(error.message, message);
    ck_assert_uint_eq(weir_memory_total().live, live);
}

static void ck_assert_refused_both(const struct weir_arrow_options *options,
                                   const char *message)
{
    const uint64_t live = weir_memory_total().live;
    struct weir_error error;
    struct ArrowArrayStream stream;
    struct weir_query *query =
        question_open("k, n, t", table, strlen(table), 1);
    ck_assert_int_eq(weir_query_arrow(query, options, &stream, &error),
                     WEIR_USAGE);
    ck_assert_str_eq(error.message, message);
    ck_assert_uint_eq(weir_memory_total().live, live);
    ck_assert_refused(options, message);
}

START_TEST(wrong_options_are_refused)
{
    struct weir_arrow_column column = {.name = "m"};
    struct weir_arrow_options options = {
        .size = sizeof options, .column = &column, .n = 1};
    ck_assert_refused_both(&options, "column: no column 'm'");
    column = (struct weir_arrow_column){NULL, WEIR_ARROW_UTF8, 0};
    ck_assert_refused_both(&options, "column[0] has no name");
    column = (struct weir_arrow_column){"n", (enum weir_arrow_type)99, 0};
    ck_assert_refused_both(&options, "column[0].type is 99");
    column = (struct weir_arrow_column){"n", WEIR_ARROW_DECIMAL128, 39};
    ck_assert_refused_both(&options, "column[0].scale is 39; expected 0 to 38");
    options.size = 3;
    ck_assert_refused_both(&options,
                           "options.size is 3; it must be sizeof(struct "
                           "weir_arrow_options), at most 32");
}
END_TEST

START_TEST(a_failure_is_told_and_stays)
{
    static const struct {
        const char *csv;
        int number;
        const char *message;
    } wrongs[] = {
        {"n\n1\nx\n", EINVAL,
         "row 2: 'x' does not fit column 'n', which is int64 as in the first "
         "batch; the type utf8 holds it"},
        {"n\n1\n2,3\n", EINVAL,
         "input:3:1 (byte 4): record has 2 fields but the header has 1 (to "
         "continue: bad_records=pad or =reject)"}};
    struct weir_arrow_options options = {.size = sizeof options, .rows = 1};
    struct ArrowArrayStream stream;
    struct ArrowArray array;
    struct ArrowSchema schema;
    int number = 0;
    open_rows(&stream, wrongs[_i].csv, &options);
    ck_assert_ptr_null(stream.get_last_error(&stream));
    for (int i = 0; i < 3 && !number; i++) {
        number = stream.get_next(&stream, &array);
        if (!number && array.release)
            array.release(&array);
    }
    ck_assert_int_eq(number, wrongs[_i].number);
    ck_assert_str_eq(stream.get_last_error(&stream), wrongs[_i].message);
    ck_assert_int_eq(stream.get_next(&stream, &array), number);
    ck_assert(!array.release);
    ck_assert_int_eq(stream.get_schema(&stream, &schema), number);
    ck_assert(!schema.release);
    stream.release(&stream);
}
END_TEST

START_TEST(a_cancelled_query_says_so)
{
    struct weir_arrow_options options = {.size = sizeof options};
    struct weir_error error;
    struct ArrowArrayStream stream;
    struct ArrowArray array;
    struct weir_query *query = question_open("k, n", table, strlen(table), 1);
    weir_query_cancel(query);
    ck_assert_int_eq(weir_query_arrow(query, &options, &stream, &error),
                     WEIR_OK);
    ck_assert_int_eq(stream.get_next(&stream, &array), ECANCELED);
    stream.release(&stream);
}
END_TEST

/* Reads all of it. Returns what failed, or 0. */
static int read_all(struct ArrowArrayStream *stream)
{
    struct ArrowSchema schema;
    struct ArrowArray array;
    int number = stream->get_schema(stream, &schema);
    if (number)
        return number;
    schema.release(&schema);
    while ((number = stream->get_next(stream, &array)) == 0 && array.release)
        array.release(&array);
    return number;
}

/* Each allocation in turn is refused. */
START_TEST(memory_may_be_refused_anywhere)
{
    const uint64_t live = weir_memory_total().live;
    const struct weir_input input = {.bytes = table, .len = strlen(table)};
    struct weir_arrow_options options = {.size = sizeof options, .rows = 2};
    static const struct weir_arrow_column column = {"t", WEIR_ARROW_UTF8, 0};
    unsigned refused = 0;
    int number = ENOMEM;
    options.column = &column;
    options.n = 1;
    for (uint64_t n = 1; number == ENOMEM; n++) {
        struct weir_error error;
        struct ArrowArrayStream stream;
        struct weir_rows *rows = weir_rows_open_input(&input, NULL, &error);
        ck_assert_ptr_nonnull(rows);
        weir_memory_fail_at(n);
        enum weir_status status =
            weir_rows_arrow(rows, &options, &stream, &error);
        if (status) {
            ck_assert_int_eq(status, WEIR_LIMIT);
        } else {
            number = read_all(&stream);
            ck_assert(number == 0 || number == ENOMEM);
            ck_assert(number == 0 || strstr(stream.get_last_error(&stream),
                                            "has no memory for"));
            stream.release(&stream);
        }
        weir_memory_fail_at(0);
        ck_assert_uint_eq(weir_memory_total().live, live);
        refused += number == ENOMEM;
    }
    ck_assert_uint_gt(refused, 30);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arrow");
    TCase *tests = tcase_create("arrow");
    tcase_add_test(tests, batches_of_any_size_have_the_same_rows);
    tcase_add_test(tests, a_long_answer_in_many_batches);
    tcase_add_test(tests, a_batch_of_long_texts_ends_early);
    tcase_add_test(tests, the_values_of_every_type);
    tcase_add_test(tests, batches_and_schemas_outlive_their_stream);
    tcase_add_loop_test(tests, a_stream_may_be_released_at_any_time, 0, 2);
    tcase_add_test(tests, wrong_options_are_refused);
    tcase_add_loop_test(tests, a_failure_is_told_and_stays, 0, 2);
    tcase_add_test(tests, a_cancelled_query_says_so);
    tcase_add_test(tests, memory_may_be_refused_anywhere);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
