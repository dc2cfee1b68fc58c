/*
 * The laws of the row interface, over random CSV that is drawn from seeds. A
 * program gets the same fields, numbers and error whether it reads all fields
 * record by record, selected columns record by record, or columns in windows,
 * for every batch size and both readers.
 */
#include "base/error.h"
#include "base/memory.h"
#include "base/use.h"
#include "tests/reading.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS ((uint64_t)turns(400, 60))
#define COLUMNS_MAX 40

static const struct dialect {
    struct weir_reading options;
    struct random_csv csv;
} dialects[] = {
    {{0}, {.delimiter = ",", .tidy = true}},
    {{.trim = true}, {.delimiter = ","}},
    {{.null = "NA,null,-", .no_header = true}, {.delimiter = ","}},
    {{.bad_records = WEIR_BAD_RECORDS_REJECT},
     {.delimiter = ",", .ragged = true}},
    {{.bad_records = WEIR_BAD_RECORDS_PAD}, {.delimiter = ",", .ragged = true}},
    {{.reader = "libcsv"}, {.delimiter = ",", .tidy = true}},
    {{.delimiter = ";", .max_record = 100}, {.delimiter = ";", .bare = true}},
};
#define N_DIALECTS ((int)(sizeof dialects / sizeof *dialects))

static struct weir_error error;
/* How much of each kind was compared. */
static size_t n_windows, n_records, n_cells, n_numbers, n_nulls, n_failures;

static uint64_t state;
static size_t below(size_t n)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (size_t)(state >> 33) % n;
}

static struct weir_rows *open_rows(const struct dialect *dialect,
                                   const char *csv, size_t len, size_t batch)
{
    struct weir_reading reading = dialect->options;
    reading.batch = batch;
    const struct weir_input input = {.bytes = csv, .len = len, .name = "x"};
    return weir_rows_open_input(&input, &reading, &error);
}

static void put_cell(FILE *out, struct weir_text text, double number)
{
    fprintf(out, "%zu:%.*s=%.17g|", text.len, (int)text.len, text.bytes,
            number);
    n_cells++;
    n_numbers += isnan(number) ? 0 : 1;
    n_nulls += text.len == 0;
}

static void put_end(FILE *out, enum weir_status status)
{
    n_failures += status < 0;
    if (status < 0)
        fprintf(out, "%s%s: %s\n", status == WEIR_LIMIT ? "LIMIT " : "",
                error.place, error.message);
    else
        fprintf(out, "end\n");
}

/* Writes the columns of all records, read one by one. */
static enum weir_status put_records(struct weir_rows *rows, FILE *out,
                                    const size_t *column, size_t n)
{
    struct weir_record record;
    enum weir_status status;
    while ((status = weir_rows_next(rows, &record, &error)) == WEIR_OK) {
        for (size_t i = 0; i < n; i++) {
            double number;
            enum weir_cell cell = weir_field_read(&record, column[i], &number);
            struct weir_text text = weir_field_text(&record, column[i]);
            ck_assert_int_eq(cell == WEIR_CELL_NUMBER, !isnan(number));
            ck_assert(cell != WEIR_CELL_MISSING && cell != WEIR_CELL_GONE);
            ck_assert(text.len || cell == WEIR_CELL_NULL);
            put_cell(out, text, number);
        }
        fputc('\n', out);
        n_records++;
    }
    return status;
}

static void put_window(FILE *out, const struct weir_window *window,
                       const size_t *column, const double *const *numbers,
                       size_t n)
{
    for (size_t row = 0; row < window->rows; row++) {
        for (size_t i = 0; i < n; i++) {
            const struct weir_span span = window->column[column[i]][row];
            enum weir_cell cell = weir_window_cell(window, column[i], row);
            ck_assert_int_eq(cell == WEIR_CELL_NUMBER, !isnan(numbers[i][row]));
            ck_assert(span.len || cell == WEIR_CELL_NULL);
            put_cell(out,
                     (struct weir_text){window->text + span.start, span.len},
                     numbers[i][row]);
        }
        fputc('\n', out);
    }
    n_windows++;
}

/* The same, read in windows. */
static enum weir_status put_windows(struct weir_rows *rows, FILE *out,
                                    const size_t *column, size_t n)
{
    const struct weir_window *window;
    enum weir_status status;
    while ((status = weir_rows_window(rows, &window, &error)) == WEIR_OK) {
        const double *numbers[COLUMNS_MAX];
        for (size_t i = 0; i < n; i++)
            if (!(numbers[i] = weir_window_numbers(window, column[i])))
                return weir_fail_memory(&error, "numbers", 0);
        put_window(out, window, column, numbers, n);
    }
    return status;
}

struct drawn {
    const struct dialect *dialect;
    char *csv;
    size_t len;
    size_t n, column[COLUMNS_MAX]; /* of the table, in any order */
};

enum way {
    ALL_FIELDS,
    SELECTED,
    WINDOWS_OF_ALL,
    WINDOWS_SELECTED,
    WAYS
};

/* Opens the text and reads it in one of the ways; the caller frees the result.
 */
static char *read_it(const struct drawn *drawn, enum way way, size_t batch)
{
    char *text = NULL;
    size_t len, identity[COLUMNS_MAX];
    const char *name[COLUMNS_MAX];
    const size_t *column = drawn->column;
    FILE *out = open_memstream(&text, &len);
    struct weir_rows *rows =
        open_rows(drawn->dialect, drawn->csv, drawn->len, batch);
    enum weir_status status = rows ? WEIR_OK : error.status;
    if (rows && (way == SELECTED || way == WINDOWS_SELECTED)) {
        for (size_t i = 0; i < drawn->n; i++) {
            identity[i] = i;
            name[i] = weir_rows_name(rows, drawn->column[i]);
        }
        column = identity;
        status = weir_rows_select(rows, name, drawn->n, &error);
        if (!status)
            ck_assert_uint_eq(weir_rows_columns(rows), drawn->n);
    }
    if (status)
        put_end(out, status);
    else if (way == ALL_FIELDS || way == SELECTED)
        put_end(out, put_records(rows, out, column, drawn->n));
    else
        put_end(out, put_windows(rows, out, column, drawn->n));
    if (rows)
        fprintf(out, "%d rejected\n", (int)weir_rows_rejected(rows));
    weir_rows_close(rows);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

/* Names may be equal, and then select finds the first. */
static size_t first_of_its_name(const struct weir_rows *rows, size_t column)
{
    return weir_rows_column(rows, weir_rows_name(rows, column));
}

static void draw_table(struct drawn *drawn, const struct dialect *dialect,
                       uint64_t seed)
{
    *drawn = (struct drawn){.dialect = dialect};
    state = seed * 2 + 1;
    drawn->csv = random_csv_text(seed, &dialect->csv, &drawn->len);
    struct weir_rows *rows = open_rows(dialect, drawn->csv, drawn->len, 0);
    size_t columns = rows ? weir_rows_columns(rows) : 0;
    if (columns && columns <= COLUMNS_MAX / 2)
        drawn->n = below(2 * columns + 1);
    for (size_t i = 0; i < drawn->n; i++)
        drawn->column[i] = first_of_its_name(rows, below(columns));
    weir_rows_close(rows);
}

START_TEST(every_way_gives_the_same)
{
    static const size_t batches[] = {0, 64, 300, 4096};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct drawn drawn;
        draw_table(&drawn, &dialects[_i], seed);
        char *expected = read_it(&drawn, ALL_FIELDS, 0);
        for (int way = ALL_FIELDS; way < WAYS; way++) {
            char *got = read_it(&drawn, (enum way)way, batches[below(4)]);
            ck_assert_msg(!strcmp(got, expected),
                          "seed %d, way %d:\n%s\nnot\n%s", (int)seed, way, got,
                          expected);
            free(got);
        }
        free(expected);
        free(drawn.csv);
    }
    /* What ran: every kind of cell and of end, in all ways. */
    ck_assert_uint_ge(n_windows, SEEDS);
    ck_assert_uint_ge(n_records, SEEDS * 10);
    ck_assert_uint_ge(n_cells, SEEDS * 40);
    ck_assert_uint_ge(n_numbers, SEEDS * 5);
    ck_assert_uint_ge(n_nulls, SEEDS * 5);
    if (!dialects[_i].csv.tidy)
        ck_assert_uint_ge(n_failures, SEEDS / 20);
}
END_TEST

/* A record read by hand, and one read in a window, are each given once. */
START_TEST(records_and_windows_share_the_rows)
{
    char *csv = malloc(200000);
    size_t len = (size_t)sprintf(csv, "a,b\n"), given = 0, windows = 0;
    for (size_t i = 0; i < 10000; i++)
        len += (size_t)sprintf(csv + len, "%zu,x\n", i);
    const struct weir_window *window;
    struct weir_record record;
    static const char *const names[] = {"a"};
    struct weir_rows *rows = open_rows(&dialects[0], csv, len, 0);
    ck_assert_int_eq(weir_rows_select(rows, names, 1, &error), WEIR_OK);
    enum weir_status status = WEIR_OK;
    for (state = (uint64_t)_i; !status;) {
        if (below(2) == 0) {
            status = weir_rows_window(rows, &window, &error);
            windows += !status;
            for (size_t row = 0; !status && row < window->rows; row++)
                ck_assert_double_eq(weir_window_numbers(window, 0)[row],
                                    (double)given++);
            continue;
        }
        do {
            status = weir_rows_next(rows, &record, &error);
            if (!status)
                ck_assert_double_eq(weir_field_number(&record, 0),
                                    (double)given++);
        } while (!status && record.row_ + 1 < record.window_->rows);
    }
    ck_assert_int_eq(status, WEIR_END);
    ck_assert_uint_eq(given, 10000);
    ck_assert_uint_gt(windows, 0);
    weir_rows_close(rows);
    free(csv);
}
END_TEST

START_TEST(wrong_order_is_said)
{
    static const char csv[] = "a,b,a\n1,2,3\n4,5,6\n";
    static const char *const names[] = {"b", "a", "b"}, *const none[] = {"c"};
    const struct weir_window *window;
    struct weir_record record;
    weir_use_aborts = false;
    struct weir_rows *rows = open_rows(&dialects[0], csv, strlen(csv), 0);
    ck_assert_int_eq(weir_rows_select(rows, none, 1, &error), WEIR_USAGE);
    ck_assert_str_eq(error.message, "no column 'c'");
    ck_assert_str_eq(error.place, "x");
    ck_assert_uint_eq(weir_rows_columns(rows), 3);
    ck_assert_int_eq(weir_rows_select(rows, names, 3, &error), WEIR_OK);
    ck_assert_int_eq(weir_rows_select(rows, none, 1, &error), WEIR_USAGE);
    ck_assert_uint_eq(weir_rows_columns(rows), 3);
    ck_assert_str_eq(weir_rows_name(rows, 0), "b");
    ck_assert_uint_eq(weir_rows_column(rows, "a"), 1);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_double_eq(weir_field_number(&record, 0), 2);
    ck_assert_double_eq(weir_field_number(&record, 1), 1);
    ck_assert_double_eq(weir_field_number(&record, 2), 2);
    ck_assert_int_eq(weir_rows_window(rows, &window, &error), WEIR_USAGE);
    ck_assert_str_eq(error.message, "1 record of the last window is left: read "
                                    "it with weir_rows_next()");
    ck_assert_int_eq(weir_rows_select(rows, names, 1, &error), WEIR_USAGE);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_double_eq(weir_field_number(&record, 1), 4);
    ck_assert_int_eq(weir_rows_window(rows, &window, &error), WEIR_END);
    weir_rows_close(rows);

    rows = open_rows(&dialects[0], csv, strlen(csv), 0);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
    ck_assert_int_eq(weir_rows_window(rows, &window, &error), WEIR_USAGE);
    weir_rows_close(rows);
    weir_use_aborts = true;
}
END_TEST

/* No column at all is selected: records without fields. */
START_TEST(no_columns_may_be_selected)
{
    static const char csv[] = "a,b\n1,2\n4,5\n";
    struct weir_record record;
    size_t n = 0;
    struct weir_rows *rows = open_rows(&dialects[0], csv, strlen(csv), 0);
    ck_assert_int_eq(weir_rows_select(rows, NULL, 0, &error), WEIR_OK);
    for (; !weir_rows_next(rows, &record, &error); n++) {
        double number;
        ck_assert_uint_eq(weir_record_fields(&record), 0);
        ck_assert_int_eq(weir_field_read(&record, 0, &number),
                         WEIR_CELL_MISSING);
        ck_assert_uint_eq(weir_field_text(&record, 0).len, 0);
    }
    ck_assert_uint_eq(n, 2);
    weir_rows_close(rows);
}
END_TEST

START_TEST(cells_are_told_apart)
{
    static const char csv[] = "a,b,c,d\n1.5, ,x,\n1e999,-0,1e-5,\"7\"\n"
                              "nan,inf,+1,.5\n";
    static const enum weir_cell expected[] = {
        WEIR_CELL_NUMBER, WEIR_CELL_NULL,   WEIR_CELL_TEXT,   WEIR_CELL_NULL,
        WEIR_CELL_TEXT,   WEIR_CELL_NUMBER, WEIR_CELL_NUMBER, WEIR_CELL_NUMBER,
        WEIR_CELL_TEXT,   WEIR_CELL_TEXT,   WEIR_CELL_NUMBER, WEIR_CELL_NUMBER};
    static const char *const names[] = {"a", "b", "c", "d"};
    struct weir_record record;
    double number;
    struct weir_rows *rows = open_rows(&dialects[0], csv, strlen(csv), 0);
    if (_i)
        ck_assert_int_eq(weir_rows_select(rows, names, 4, &error), WEIR_OK);
    for (size_t row = 0; row < 3; row++) {
        ck_assert_int_eq(weir_rows_next(rows, &record, &error), WEIR_OK);
        for (size_t i = 0; i < 4; i++)
            ck_assert_int_eq(weir_field_read(&record, i, &number),
                             expected[row * 4 + i]);
        ck_assert_int_eq(weir_field_read(&record, 4, &number),
                         WEIR_CELL_MISSING);
        ck_assert(isnan(number));
    }
    weir_rows_close(rows);
    ck_assert_int_eq(weir_field_read(&record, 0, &number), WEIR_CELL_GONE);
    ck_assert(isnan(number));
    static const struct weir_record zeroed;
    ck_assert_int_eq(weir_field_read(&zeroed, 0, &number), WEIR_CELL_GONE);
    ck_assert_ptr_null(weir_field_text(&zeroed, 0).bytes);
}
END_TEST

/* Where memory is refused the reading fails or is the same, and nothing leaks.
 */
START_TEST(refused_allocations_leak_nothing)
{
    struct drawn drawn;
    size_t refused = 0;
    for (uint64_t seed = 0; seed < 12; seed++) {
        draw_table(&drawn, &dialects[0], seed);
        char *expected = read_it(&drawn, (enum way)_i, 64), *got = NULL;
        const uint64_t live = weir_memory_total().live;
        bool same = false;
        for (uint64_t n = 1; !same; n++, refused++) {
            free(got);
            weir_memory_fail_at(n);
            got = read_it(&drawn, (enum way)_i, 64);
            weir_memory_fail_at(0);
            ck_assert_uint_eq(weir_memory_total().live, live);
            same = !strcmp(got, expected);
            ck_assert_msg(same || strstr(got, "LIMIT "), "%s", got);
            ck_assert_uint_lt(n, 1000);
        }
        free(got);
        free(expected);
        free(drawn.csv);
    }
    ck_assert_uint_gt(refused, 50);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("law_rows");
    TCase *tests = tcase_create("law_rows");
    tcase_set_timeout(tests, 100);
    tcase_add_loop_test(tests, every_way_gives_the_same, 0, N_DIALECTS);
    tcase_add_loop_test(tests, records_and_windows_share_the_rows, 1, 9);
    tcase_add_test(tests, wrong_order_is_said);
    tcase_add_test(tests, no_columns_may_be_selected);
    tcase_add_loop_test(tests, cells_are_told_apart, 0, 2);
    tcase_add_loop_test(tests, refused_allocations_leak_nothing, 0, WAYS);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
