/*
 * Target: random sequences of calls of weir.h, over one text. What rows give is
 * compared with a first, plain reading of the same text, whatever was called in
 * between; a query and a stream for Arrow give the records of rows.
 *
 *     batch | options | number of calls | call ... | CSV
 *
 * A call that is wrong where it stands (a selection after the first record, a
 * window with records left, NULL, what is closed) must fail with WEIR_USAGE and
 * change nothing.
 */
#include "base/use.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <weir_arrow.h>

#define RECORDS_MAX 4000
#define COLUMNS_MAX 64

/* The plain reading: the numbers and lengths of all fields. */
struct cell {
    size_t len;
    double number;
};
static struct cell expected[RECORDS_MAX][COLUMNS_MAX];
static size_t n_records, n_columns;
static enum weir_status last; /* how it ended */
static struct weir_error failure;

static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || (a <= b && a >= b);
}

/* Returns false if the text has too many records or columns to compare. */
static bool read_plainly(const struct weir_input *input,
                         const struct weir_reading *reading)
{
    struct weir_record record;
    struct weir_rows *rows = weir_rows_open_input(input, reading, &failure);
    n_records = n_columns = 0;
    last = rows ? WEIR_OK : failure.status;
    if (!rows)
        return true;
    n_columns = weir_rows_columns(rows);
    while (n_columns <= COLUMNS_MAX && n_records < RECORDS_MAX &&
           (last = weir_rows_next(rows, &record, &failure)) == WEIR_OK) {
        fuzz_require(weir_record_fields(&record) == n_columns,
                     "a record has another number of fields");
        for (size_t i = 0; i < n_columns; i++)
            expected[n_records][i] = (struct cell){
                weir_field_text(&record, i).len, weir_field_number(&record, i)};
        n_records++;
    }
    weir_rows_close(rows);
    return last != WEIR_OK;
}

/* A state that the calls change. */
struct calling {
    struct weir_rows *rows;
    size_t n, column[COLUMNS_MAX]; /* what is selected, if anything */
    bool pads, selected, begun, ended;
    size_t given, left; /* records given; those left in a begun window */
    struct weir_record record;
};

static void check_cell(const struct calling *calling, size_t row, size_t column,
                       size_t len, double number)
{
    const size_t of = calling->selected ? calling->column[column] : column;
    fuzz_require(row < n_records, "there are more records");
    fuzz_require(expected[row][of].len == len, "a text is another");
    fuzz_require(same(expected[row][of].number, number), "a number is another");
}

static void check_end(struct calling *calling, enum weir_status status,
                      const struct weir_error *error)
{
    fuzz_require(status == last, "the end is another");
    fuzz_require(calling->given == n_records, "records are missing");
    if (status < 0)
        fuzz_same("message", error->message, failure.message);
    calling->ended = true;
}

static void call_select(struct calling *calling, struct fuzz_input *input)
{
    struct weir_error error;
    const char *name[COLUMNS_MAX];
    size_t n = fuzz_byte(input) % 8, column[COLUMNS_MAX];
    const bool wrong = calling->begun;
    if (n_columns == 0 || calling->selected)
        return;
    for (size_t i = 0; i < n; i++) {
        name[i] = weir_rows_name(calling->rows, fuzz_byte(input) % n_columns);
        column[i] = weir_rows_column(calling->rows, name[i]);
    }
    enum weir_status status = weir_rows_select(calling->rows, name, n, &error);
    fuzz_require(status == (wrong ? WEIR_USAGE : WEIR_OK),
                 "a selection has another status");
    if (status)
        return;
    calling->selected = true;
    calling->n = n;
    memcpy(calling->column, column, n * sizeof *column);
    fuzz_require(weir_rows_columns(calling->rows) == n,
                 "the selection has other columns");
}

/* All columns are selected, by the rows themselves. */
static void select_all(struct calling *calling)
{
    calling->selected = true;
    calling->n = n_columns;
    for (size_t i = 0; i < n_columns; i++)
        calling->column[i] = i;
}

static void call_next(struct calling *calling)
{
    struct weir_error error;
    enum weir_status status =
        weir_rows_next(calling->rows, &calling->record, &error);
    if (calling->pads && !calling->selected)
        select_all(calling);
    calling->begun = true;
    if (status) {
        check_end(calling, status, &error);
        return;
    }
    for (size_t i = 0; i < weir_record_fields(&calling->record); i++) {
        double number;
        enum weir_cell cell = weir_field_read(&calling->record, i, &number);
        fuzz_require((cell == WEIR_CELL_NUMBER) == !isnan(number),
                     "a cell is another");
        check_cell(calling, calling->given, i,
                   weir_field_text(&calling->record, i).len, number);
    }
    calling->given++;
    calling->left = calling->record.window_->rows - calling->record.row_ - 1;
}

static void call_window(struct calling *calling)
{
    struct weir_error error;
    const struct weir_window *window;
    const bool wrong =
        !calling->ended &&
        (calling->left || (calling->begun && !calling->selected));
    enum weir_status status = weir_rows_window(calling->rows, &window, &error);
    if (wrong) {
        fuzz_require(status == WEIR_USAGE, "a window was given");
        return;
    }
    if (!calling->begun && !calling->selected)
        select_all(calling);
    calling->begun = true;
    if (status) {
        check_end(calling, status, &error);
        return;
    }
    fuzz_require(window->rows > 0, "a window is empty");
    for (size_t i = 0; i < window->columns; i++)
        for (size_t row = 0; row < window->rows; row++)
            check_cell(calling, calling->given + row, i,
                       window->column[i][row].len,
                       weir_window_numbers(window, i)[row]);
    calling->given += window->rows;
}

/* Calls on rows that are NULL or closed. */
static void call_badly(struct weir_rows *rows)
{
    struct weir_error error;
    struct ArrowArrayStream stream;
    const struct weir_window *window;
    fuzz_require(
        weir_rows_window(rows, &window, &error) == WEIR_USAGE &&
            weir_rows_select(rows, NULL, 0, &error) == WEIR_USAGE &&
            weir_rows_arrow(rows, NULL, &stream, &error) == WEIR_USAGE &&
            weir_rows_columns(rows) == 0 && weir_rows_rejected(rows) == 0,
        "a bad call succeeds");
    weir_rows_close(rows);
}

static void call_rows(const struct weir_input *csv,
                      const struct weir_reading *reading,
                      struct fuzz_input *calls)
{
    struct weir_error error;
    struct calling calling = {
        .rows = weir_rows_open_input(csv, reading, &error),
        .pads = reading->bad_records == WEIR_BAD_RECORDS_PAD};
    fuzz_require(calling.rows != NULL, "it opens once and not twice");
    while (calls->len) {
        switch (fuzz_byte(calls) % 8) {
        case 0:
            call_select(&calling, calls);
            break;
        case 1:
            call_window(&calling);
            break;
        case 2:
            (void)weir_rows_rejected(calling.rows);
            call_badly(NULL);
            break;
        default:
            call_next(&calling);
        }
    }
    weir_rows_close(calling.rows);
    double number;
    fuzz_require(weir_field_read(&calling.record, 0, &number) == WEIR_CELL_GONE,
                 "a record outlives its rows");
    call_badly(calling.rows);
}

/* Batches of any size, of which some are read and kept for a while. */
static void call_arrow(const struct weir_input *csv,
                       const struct weir_reading *reading,
                       struct fuzz_input *calls)
{
    struct weir_error error;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema = {.release = NULL};
    struct ArrowArray array, kept = {.release = NULL};
    const struct weir_arrow_options options = {.size = sizeof options,
                                               .rows = fuzz_byte(calls)};
    const size_t until = fuzz_byte(calls) * (size_t)4;
    size_t given = 0;
    struct weir_rows *rows = weir_rows_open_input(csv, reading, &error);
    enum weir_status status = weir_rows_arrow(rows, &options, &stream, &error);
    if (status == WEIR_DATA && strstr(error.message, "not UTF-8"))
        return;
    fuzz_require(!status, "there is no stream");
    int number = until % 8 ? 0 : stream.get_schema(&stream, &schema);
    while (!number && given < until) {
        number = stream.get_next(&stream, &array);
        if (number || !array.release)
            break;
        given += (size_t)array.length;
        if (kept.release)
            kept.release(&kept);
        kept = array;
    }
    fuzz_require(!number || stream.get_last_error(&stream), "there is no why");
    if (!number && given < until)
        fuzz_require(given == n_records && last == WEIR_END,
                     "a stream gives other records");
    stream.release(&stream);
    if (kept.release)
        kept.release(&kept);
    if (schema.release)
        schema.release(&schema);
}

static void reject(void *context, const struct weir_reject *rejected)
{
    *(size_t *)context += rejected->record.len > 0;
}

static void call_query(const struct weir_input *csv,
                       const struct weir_reading *reading,
                       struct fuzz_input *calls)
{
    static const char *const questions[] = {"count()", "*", "* order by $1",
                                            "count() by $1"};
    struct weir_error error;
    const struct weir_row *row;
    size_t rejects = 0, given = 0;
    const uint8_t how = fuzz_byte(calls);
    const struct weir_query_options options = {.size = sizeof options,
                                               .reading = reading,
                                               .threads = 1 + how / 4 % 3,
                                               .context = &rejects,
                                               .reject = reject};
    struct weir_query *query =
        weir_query_open(questions[how % 4], csv, 1, &options, &error);
    fuzz_require(query || error.status < 0, "there is no reason");
    enum weir_status status = query ? WEIR_OK : WEIR_END;
    const size_t until = fuzz_byte(calls);
    while (!status && given < until) {
        status = weir_query_next(query, &row, &error);
        given += !status;
    }
    if (how & 64 && query)
        weir_query_cancel(query);
    if (status == WEIR_END && query && how % 4 == 1)
        fuzz_require(given == n_records && last == WEIR_END,
                     "a query gives other records");
    weir_query_close(query);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const enum weir_bad_records bad[] = {
        WEIR_BAD_RECORDS_ERROR, WEIR_BAD_RECORDS_PAD, WEIR_BAD_RECORDS_REJECT};
    struct fuzz_input input = {bytes, len};
    const size_t batch = fuzz_byte(&input);
    const uint8_t options = fuzz_byte(&input);
    const size_t n = fuzz_byte(&input) % 64;
    const struct weir_reading reading = {.batch = batch ? batch * 16 : 0,
                                         .bad_records = bad[options % 3],
                                         .no_header = options & 4,
                                         .trim = options & 8,
                                         .null = options & 16 ? "NA" : NULL,
                                         .reader =
                                             options & 32 ? "libcsv" : NULL};
    struct fuzz_input calls = {input.at, n < input.len ? n : input.len};
    const struct weir_input csv = {.bytes = input.at + calls.len,
                                   .len = input.len - calls.len};
    weir_use_aborts = false;
    if (!read_plainly(&csv, &reading))
        return 0;
    struct fuzz_input more = calls;
    if (n_columns) {
        call_arrow(&csv, &reading, &calls);
        calls = more;
        call_rows(&csv, &reading, &calls);
    }
    call_query(&csv, &reading, &more);
    return 0;
}
