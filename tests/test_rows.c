/*
 * pipeline/rows.c and readers/csv/csv.h: the pull interface, several inputs as
 * one table, wide inputs, and what does not grow with the length of the inputs.
 */
#include "base/error.h"
#include "pipeline/rows.h"
#include "readers/csv/csv.h"
#include "tests/reading.h"
#include "tests/runner.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct weir_error error;
static struct weir_record record;

/* A temporary folder for each test, and files in it. */
static char folder[64], path[3][128];

static void make_folder(void)
{
    strcpy(folder, "/tmp/weir-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void drop_folder(void)
{
    for (int i = 0; i < 3; i++) {
        unlink(path[i]);
        *path[i] = '\0';
    }
    rmdir(folder);
}

static const char *make_file(int i, const char *name, const char *text)
{
    snprintf(path[i], sizeof path[i], "%s/%s", folder, name);
    FILE *file = fopen(path[i], "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    return path[i];
}

static struct weir_rows *rows_of(const char *csv, size_t len,
                                 const struct weir_reading *reading)
{
    struct weir_source *source = weir_memory_source_open(csv, len, &error);
    ck_assert_ptr_nonnull(source);
    struct weir_stream *stream = weir_csv_over(source, "x", reading, &error);
    ck_assert_msg(stream != NULL, "%s", error.message);
    struct weir_rows *rows = weir_rows_over(stream, &error);
    ck_assert_ptr_nonnull(rows);
    return rows;
}

static void ck_assert_text(size_t column, const char *expected)
{
    struct weir_text text = weir_field_text(&record, column);
    ck_assert_uint_eq(text.len, strlen(expected));
    ck_assert_mem_eq(text.bytes, expected, text.len);
}

START_TEST(rows_give_names_texts_and_numbers)
{
    const char *file = make_file(0, "users.csv", "name,age\nAda,36.5\nBob,\n");
    struct weir_rows *rows = weir_rows_open(file, NULL, &error);
    ck_assert_ptr_nonnull(rows);
    ck_assert_uint_eq(weir_rows_columns(rows), 2);
    ck_assert_str_eq(weir_rows_name(rows, 1), "age");
    ck_assert_ptr_null(weir_rows_name(rows, 2));
    ck_assert_uint_eq(weir_rows_column(rows, "age"), 1);
    ck_assert_uint_eq(weir_rows_column(rows, "Age"), WEIR_NO_COLUMN);

    struct weir_decimal decimal;
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_uint_eq(weir_record_fields(&record), 2);
    ck_assert_text(0, "Ada");
    ck_assert_double_eq(weir_field_number(&record, 1), 36.5);
    ck_assert(weir_field_decimal(&record, 1, &decimal));
    ck_assert_int_eq(decimal.mantissa, 365);
    ck_assert_int_eq(decimal.exponent, -1);
    ck_assert(isnan(weir_field_number(&record, 0)));
    ck_assert(!weir_field_decimal(&record, 0, &decimal));

    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert(isnan(weir_field_number(&record, 1)));
    ck_assert_text(2, "");
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_END);
    weir_rows_close(rows);
    weir_rows_close(NULL);
}
END_TEST

START_TEST(errors_are_sticky)
{
    static const char csv[] = "a,b\n1,2\n3\n4,5\n";
    struct weir_rows *rows = rows_of(csv, strlen(csv), NULL);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    for (int i = 0; i < 3; i++) {
        memset(&error, 0, sizeof error);
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_DATA);
        ck_assert_str_eq(error.place, "x:3:1 (byte 8)");
        ck_assert_uint_eq(error.line, 3);
        ck_assert_uint_eq(error.byte, 8);
    }
    weir_rows_close(rows);
}
END_TEST

START_TEST(the_path_is_copied)
{
    char name[128];
    strcpy(name, make_file(0, "ragged.csv", "a,b\n1,2\n3\n"));
    struct weir_rows *rows = weir_rows_open(name, NULL, &error);
    ck_assert_ptr_nonnull(rows);
    memset(name, 'x', sizeof name - 1);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_DATA);
    ck_assert_ptr_nonnull(strstr(error.place, "ragged.csv:3:1 (byte 8)"));
    weir_rows_close(rows);
}
END_TEST

START_TEST(rejected_records_are_counted)
{
    static const char csv[] = "a,b\n1\n3,4\n5,6,7\n";
    const struct weir_reading reading = {.bad_records =
                                             WEIR_BAD_RECORDS_REJECT};
    struct weir_rows *rows = rows_of(csv, strlen(csv), &reading);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_text(1, "4");
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_END);
    ck_assert_uint_eq(weir_rows_rejected(rows), 2);
    weir_rows_close(rows);
}
END_TEST

START_TEST(a_missing_file_is_said)
{
    ck_assert_ptr_null(weir_rows_open("/nowhere/x.csv", NULL, &error));
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.place, "/nowhere/x.csv"));
}
END_TEST

static ptrdiff_t read_one_byte(void *context, void *into, size_t capacity)
{
    const char **left = context;
    ck_assert_uint_gt(capacity, 0);
    if (!**left)
        return 0;
    *(char *)into = *(*left)++;
    return 1;
}

START_TEST(inputs_may_be_memory_or_a_function)
{
    const char *csv = "a,b\n1,2\n3\n";
    struct weir_input input = {.bytes = csv, .len = strlen(csv), .name = "me"};
    if (_i)
        input = (struct weir_input){
            .read = read_one_byte, .context = &csv, .name = "me"};
    struct weir_rows *rows = weir_rows_open_input(&input, NULL, &error);
    ck_assert_ptr_nonnull(rows);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_text(1, "2");
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_DATA);
    ck_assert_str_eq(error.place, "me:3:1 (byte 8)");
    weir_rows_close(rows);
}
END_TEST

START_TEST(tsv_means_tabs)
{
    const char *file = make_file(0, "x.TSV", "a,b\tc\n1\t2,3\n");
    struct weir_rows *rows = weir_rows_open(file, NULL, &error);
    ck_assert_ptr_nonnull(rows);
    ck_assert_str_eq(weir_rows_name(rows, 0), "a,b");
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_text(1, "2,3");
    weir_rows_close(rows);
}
END_TEST

/* The reading of the inputs, without the name of the folder. */
static char *read_files(size_t n, const struct weir_reading *reading)
{
    const char *paths[] = {path[0], path[1], path[2]};
    struct weir_csv_inputs inputs = {.path = paths, .n = n};
    struct reading how = {.places = true};
    struct weir_stream *stream = weir_csv_open(&inputs, reading, &error);
    char *text = reading_stream(stream, &how, &error);
    for (char *at; (at = strstr(text, folder));)
        memmove(at, at + strlen(folder) + 1, strlen(at + strlen(folder)));
    return text;
}

START_TEST(several_inputs_are_one_table)
{
    make_file(0, "0", "a,b\n1,2\n");
    make_file(1, "1", "\xef\xbb\xbf\"a\",b\r\n3,4");
    make_file(2, "2", "a,b\n\n5,6\n");
    char *text = read_files(3, NULL);
    /* Each record has line@byte.input.position. The positions of an input begin
     * at 2^16 times the sum of (size + 1) of all inputs before it. */
    ck_assert_str_eq(text, "a|b\n2@4.0.4: 1|2\n2@10.1.589834: 3|4\n"
                           "3@5.2.1507333: 5|6\nend\n");
    free(text);
}
END_TEST

START_TEST(the_io_counters_know_of_inputs_to_come)
{
    make_file(0, "0", "a\n1\n");
    make_file(1, "1", "a\n2\n3\n");
    make_file(2, "2", "a\n4\n");
    const char *paths[] = {path[0], path[1], path[2]};
    struct weir_io_counters io = {0};
    struct weir_csv_inputs inputs = {.path = paths, .n = 3, .io = &io};
    struct weir_stream *stream = weir_csv_open(&inputs, NULL, &error);
    struct weir_rows *rows = weir_rows_over(stream, &error);
    ck_assert_uint_eq(io.total, 4);
    ck_assert_uint_eq(io.ahead, 6 + 4);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
        ck_assert_uint_eq(io.total + io.ahead, 14);
    }
    ck_assert_uint_eq(io.ahead, 0);
    ck_assert_uint_eq(io.raw_bytes, 14);
    weir_rows_close(rows);
}
END_TEST

START_TEST(their_headers_must_have_the_same_names)
{
    make_file(0, "0", "a,b\n1,2\n");
    make_file(1, "1", "a,c\n3,4\n");
    char *text = read_files(2, NULL);
    ck_assert_str_eq(text, "DATA 1: the header lacks 'b' and has 'c', unlike "
                           "that of 0; --union fills what is missing with "
                           "null\n");
    free(text);
    make_file(1, "1", "a,b,c\n");
    text = read_files(2, NULL);
    ck_assert_str_eq(text, "DATA 1: the header has 'c', which that of 0 lacks; "
                           "--union fills what is missing with null\n");
    free(text);
    make_file(1, "1", "b\n");
    text = read_files(2, NULL);
    ck_assert_str_eq(text, "DATA 1: the header lacks 'a', which that of 0 has; "
                           "--union fills what is missing with null\n");
    free(text);
    make_file(1, "1", "b,a,a\n");
    text = read_files(2, NULL);
    ck_assert_str_eq(text, "DATA 1: the header is not that of 0, and two "
                           "columns are named 'a'; such files need equal "
                           "headers\n");
    free(text);
    unlink(path[1]);
    text = read_files(2, NULL);
    ck_assert_int_eq(strncmp(text, "IO 1: ", 6), 0);
    free(text);
}
END_TEST

START_TEST(their_columns_are_matched_by_name)
{
    make_file(0, "0", "a,b\n1,2\n");
    make_file(1, "1", "b,a\n20,10\n\"3\"\"0\",4\n");
    make_file(2, "2", "");
    char *text = read_files(3, NULL);
    ck_assert_str_eq(text, "a|b\n2@4.0.4: 1|2\n2@4.1.589828: 10|20\n"
                           "3@10.1.589834: 4|3\"0\nend\n");
    free(text);
}
END_TEST

START_TEST(a_headers_names_are_shown_in_one_line)
{
    make_file(0, "0", "a\n1\n");
    make_file(1, "1", "\"b\n\x1b\"\n3\n");
    char *text = read_files(2, NULL);
    ck_assert_ptr_nonnull(
        strstr(text, "and has 'b\\x0a\\x1b', unlike that of"));
    free(text);
}
END_TEST

/* Comments and blank lines that precede the header or the first record are not
 * kept in memory. */
START_TEST(what_comes_before_the_header_is_not_kept)
{
    const struct weir_reading reading = {.comment = "#", .no_header = _i};
    const size_t n = 20000;
    char *csv = malloc(n * 100 + 16);
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += (size_t)sprintf(csv + len, "# %090zu\n%s", i, _i ? "" : "\n");
    len += (size_t)sprintf(csv + len, "1,2\n3\n");
    uint64_t before = weir_memory_total().live;
    struct weir_rows *rows = rows_of(csv, len, &reading);
    ck_assert_uint_lt(weir_memory_total().live, before + (2 << 20));
    if (_i)
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_DATA);
    ck_assert_uint_eq(error.line, _i ? n + 2 : 2 * n + 2);
    ck_assert_uint_eq(error.byte, len - 2);
    weir_rows_close(rows);
    free(csv);
}
END_TEST

/* If there is one column, a blank line is a record, with comments and
 * without. */
START_TEST(blank_lines_before_the_first_record_may_be_records)
{
    const struct weir_reading reading = {.comment = "#", .no_header = true};
    static const char csv[] = "#a\n\n#b\n\nx\n";
    struct weir_rows *rows = rows_of(csv, sizeof csv - 1, &reading);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
        ck_assert_text(0, i < 2 ? "" : "x");
    }
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_END);
    weir_rows_close(rows);
}
END_TEST

START_TEST(inputs_without_headers_may_be_empty)
{
    const struct weir_reading reading = {.no_header = true};
    make_file(0, "0", "");
    make_file(1, "1", "1,2\n");
    make_file(2, "2", "3,4,5\n");
    char *text = read_files(3, &reading);
    ck_assert_str_eq(
        text, "$1|$2\n1@0.1.65536: 1|2\n"
              "DATA 2:1:1 (byte 0): record has 3 fields but the header has 2 "
              "(to continue: --bad-records=pad or =reject)\n");
    free(text);
}
END_TEST

/* The names are borrowed, so a second header must not move them. */
START_TEST(names_stay_where_they_are)
{
    char wide[2048] = "";
    for (int i = 0; i < 300; i++)
        sprintf(wide + strlen(wide), "%sc%d", i ? "," : "", i);
    make_file(0, "0", wide);
    make_file(1, "1", wide);
    const char *paths[] = {path[0], path[1]};
    struct weir_csv_inputs inputs = {.path = paths, .n = 2};
    struct weir_stream *stream = weir_csv_open(&inputs, NULL, &error);
    ck_assert_ptr_nonnull(stream);
    struct weir_rows *rows = weir_rows_over(stream, &error);
    const char *last = weir_rows_name(rows, 299);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_END);
    ck_assert_ptr_eq(weir_rows_name(rows, 299), last);
    ck_assert_str_eq(last, "c299");
    weir_rows_close(rows);
}
END_TEST

static const char *const readers[] = {"scan", "libcsv"};

START_TEST(a_million_columns_are_fine)
{
    const size_t n = 1000000;
    char *csv = malloc(3 * n * 8);
    ck_assert_ptr_nonnull(csv);
    size_t len = 0;
    for (int line = 0; line < 3; line++)
        for (size_t i = 0; i < n; i++)
            len +=
                (size_t)sprintf(csv + len, "%zu%c", i, i + 1 < n ? ',' : '\n');
    clock_t began = clock();
    const struct weir_reading reading = {.reader = readers[_i]};
    struct weir_rows *rows = rows_of(csv, len, &reading);
    ck_assert_uint_eq(weir_rows_columns(rows), n);
    ck_assert_str_eq(weir_rows_name(rows, n - 1), "999999");
    for (int line = 1; line < 3; line++) {
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
        ck_assert_uint_eq(weir_record_fields(&record), n);
        ck_assert_text(123456, "123456");
        ck_assert_text(n - 1, "999999");
    }
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_END);
    weir_rows_close(rows);
    ck_assert_int_lt((clock() - began) / CLOCKS_PER_SEC, 10);
    free(csv);
}
END_TEST

START_TEST(nothing_is_allocated_after_the_first_batch)
{
    const size_t n = 200000;
    char *csv = malloc(n * 24 + 4);
    ck_assert_ptr_nonnull(csv);
    size_t len = (size_t)sprintf(csv, "a,b\n");
    for (size_t i = 0; i < n; i++)
        len += (size_t)sprintf(csv + len, "%zu,\"x\"\"%zu\"\n", i, i);
    const struct weir_reading reading = {.reader = readers[_i]};
    struct weir_rows *rows = rows_of(csv, len, &reading);
    uint64_t allocations = 0;
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
        if (i == 20000)
            allocations = weir_memory_total().allocations;
    }
    ck_assert_text(1, "x\"199999");
    ck_assert_uint_eq(weir_memory_total().allocations, allocations);
    weir_rows_close(rows);
    free(csv);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rows");
    TCase *tests = tcase_create("rows");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, make_folder, drop_folder);
    tcase_add_test(tests, rows_give_names_texts_and_numbers);
    tcase_add_test(tests, errors_are_sticky);
    tcase_add_test(tests, the_path_is_copied);
    tcase_add_test(tests, rejected_records_are_counted);
    tcase_add_test(tests, a_missing_file_is_said);
    tcase_add_loop_test(tests, inputs_may_be_memory_or_a_function, 0, 2);
    tcase_add_test(tests, tsv_means_tabs);
    tcase_add_test(tests, several_inputs_are_one_table);
    tcase_add_test(tests, the_io_counters_know_of_inputs_to_come);
    tcase_add_test(tests, their_headers_must_have_the_same_names);
    tcase_add_test(tests, their_columns_are_matched_by_name);
    tcase_add_test(tests, a_headers_names_are_shown_in_one_line);
    tcase_add_loop_test(tests, what_comes_before_the_header_is_not_kept, 0, 2);
    tcase_add_test(tests, blank_lines_before_the_first_record_may_be_records);
    tcase_add_test(tests, inputs_without_headers_may_be_empty);
    tcase_add_test(tests, names_stay_where_they_are);
    tcase_add_loop_test(tests, a_million_columns_are_fine, 0, 2);
    tcase_add_loop_test(tests, nothing_is_allocated_after_the_first_batch, 0,
                        2);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
