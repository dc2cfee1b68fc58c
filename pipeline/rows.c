/*
 * One batch is refilled whenever its last window is used up, and its records
 * are handed out one by one, or window by window.
 *
 *     nothing selected    all fields, record by record    (fields mode);
 *                         with WEIR_BAD_RECORDS_PAD, all columns are selected
 *     columns selected    their spans, column by column   (a projection)
 *
 * The stream is read from the first call on that wants a record, so that
 * columns can be selected before it.
 */
#include "pipeline/rows.h"

#include "base/c_words.h"
#include "base/error.h"
#include "base/weak.h"
#include "pipeline/scanner.h"
#include "pipeline/selection.h"
#include "readers/csv/csv.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The columns of the current window: [column] as selected, or [projected]. */
struct columns {
    const struct weir_span **span; /* [column] */
    const double **number;         /* [column]; NULL: not read */
    double **into; /* [projected]: where numbers are read to; NULL: not yet */
};

struct weir_rows {
    struct weir_window window; /* the first member, as weir.h expects */
    char *path; /* copy of the input's name; NULL over a given stream */
    struct weir_stream *stream;
    struct weir_reorder order;
    struct weir_scanner scanner;
    struct weir_weak batch; /* tells records whether their batch still exists */
    struct weir_selection selected; /* zeroed if nothing is selected */
    struct columns columns;         /* of a selection */
    struct weir_vector read; /* where cells are read to, before doubles */
    bool in_c;               /* messages are in the words of C */
    bool pads;               /* all records have the columns of the table */
    bool begun;
    enum weir_status sticky;
    struct weir_error error;
};

static struct weir_rows *create(struct weir_error *error)
{
    weir_error_init(error);
    struct weir_rows *rows = weir_alloc_zero(WEIR_MEMORY_READER, sizeof *rows);
    if (rows && weir_weak_begin(&rows->batch, rows)) {
        rows->window.owner_ = rows;
        return rows;
    }
    weir_free(WEIR_MEMORY_READER, rows);
    return weir_no_memory(error, "the reader", sizeof *rows);
}

/* Takes both over. The stream is NULL if it could not be opened. */
static struct weir_rows *begin(struct weir_rows *rows,
                               struct weir_stream *stream)
{
    rows->stream = stream;
    if (stream) {
        rows->window.columns = stream->schema.n_columns;
        return rows;
    }
    weir_rows_close(rows);
    return NULL;
}

struct weir_rows *weir_rows_over(struct weir_stream *stream,
                                 struct weir_error *error)
{
    struct weir_rows *rows = create(error);
    if (rows)
        return begin(rows, stream);
    weir_stream_close(stream);
    return NULL;
}

/* For a C program. */
static struct weir_rows *open_input(struct weir_rows *rows,
                                    const struct weir_input *input,
                                    const struct weir_reading *reading,
                                    struct weir_error *error)
{
    rows->in_c = true;
    rows->pads = reading && reading->bad_records == WEIR_BAD_RECORDS_PAD;
    const struct weir_csv_inputs how = {0};
    rows = begin(rows, weir_csv_open_input(input, &how, reading, error));
    if (!rows)
        weir_fail_in_c(error);
    return rows;
}

struct weir_rows *weir_rows_open(const char *path,
                                 const struct weir_reading *reading,
                                 struct weir_error *error)
{
    struct weir_rows *rows = create(error);
    if (!rows)
        return NULL;
    size_t len = strlen(path);
    rows->path = weir_copy_text(WEIR_MEMORY_READER, path, len);
    if (!rows->path) {
        weir_rows_close(rows);
        return weir_no_memory(error, "the input's name", len);
    }
    const struct weir_input input = {.path = rows->path};
    return open_input(rows, &input, reading, error);
}

struct weir_rows *weir_rows_open_input(const struct weir_input *input,
                                       const struct weir_reading *reading,
                                       struct weir_error *error)
{
    struct weir_rows *rows = create(error);
    return rows ? open_input(rows, input, reading, error) : NULL;
}

/* Columns */

size_t weir_rows_columns(const struct weir_rows *rows)
{
    return rows->window.columns;
}

const char *weir_rows_name(const struct weir_rows *rows, size_t column)
{
    if (column >= rows->window.columns)
        return NULL;
    if (rows->selected.column)
        column = rows->selected.column[column];
    return rows->stream->schema.name[column];
}

size_t weir_rows_column(const struct weir_rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->window.columns; i++)
        if (strcmp(weir_rows_name(rows, i), name) == 0)
            return i;
    return WEIR_NO_COLUMN;
}

static void release_columns(struct weir_rows *rows)
{
    struct columns *columns = &rows->columns;
    for (size_t i = 0; columns->into && i < rows->selected.n_projected; i++)
        weir_free(WEIR_MEMORY_READER, columns->into[i]);
    weir_free(WEIR_MEMORY_READER, columns->into);
    weir_free(WEIR_MEMORY_READER, columns->number);
    weir_free(WEIR_MEMORY_READER, columns->span);
    *columns = (struct columns){0};
}

static enum weir_status take_columns(struct weir_rows *rows,
                                     struct weir_error *error)
{
    struct columns *columns = &rows->columns;
    const size_t n = rows->selected.n ? rows->selected.n : 1;
    columns->span =
        weir_alloc_zero(WEIR_MEMORY_READER, n * sizeof *columns->span);
    columns->number =
        weir_alloc_zero(WEIR_MEMORY_READER, n * sizeof *columns->number);
    columns->into =
        weir_alloc_zero(WEIR_MEMORY_READER, n * sizeof *columns->into);
    if (columns->span && columns->number && columns->into)
        return WEIR_OK;
    return weir_fail_memory(error, "the columns", n * sizeof *columns->span);
}

/* The first input is the error's place. */
static enum weir_status place_in_input(const struct weir_rows *rows,
                                       struct weir_error *error)
{
    (void)weir_show_name(error->place, rows->stream->input[0]);
    return error->status;
}

static enum weir_status too_late(struct weir_error *error, const char *what)
{
    return weir_fail(error, WEIR_USAGE,
                     "%s before the first record is read, not after it", what);
}

static enum weir_status no_column(const struct weir_rows *rows,
                                  const char *name, struct weir_error *error)
{
    char shown[128];
    weir_show(shown, sizeof shown, name, strlen(name), 100);
    weir_fail(error, WEIR_USAGE, "no column '%s'", shown);
    return place_in_input(rows, error);
}

enum weir_status weir_rows_select(struct weir_rows *rows,
                                  const char *const *name, size_t n,
                                  struct weir_error *error)
{
    struct weir_selection selected;
    const char *missing;
    weir_error_init(error);
    if (rows->begun)
        return too_late(error, "columns are selected");
    enum weir_status status = weir_selection_by_name(
        &selected, &rows->stream->schema, name, n, &missing, error);
    if (status) {
        weir_selection_release(&selected);
        return missing ? no_column(rows, missing, error)
                       : weir_fail_in_c(error);
    }
    weir_selection_release(&rows->selected);
    rows->selected = selected;
    rows->window.columns = n;
    return WEIR_OK;
}

/* Records */

static enum weir_status begin_to_read(struct weir_rows *rows,
                                      struct weir_error *error)
{
    const struct weir_selection *selected = &rows->selected;
    enum weir_status status = WEIR_OK;
    rows->begun = true;
    if (rows->pads && !selected->column)
        status = weir_selection_of_all(&rows->selected, &rows->stream->schema,
                                       error);
    if (!status && selected->column)
        status = take_columns(rows, error);
    if (status)
        return status;
    if (selected->column)
        weir_stream_project(rows->stream, selected->projected,
                            selected->n_projected);
    else
        weir_stream_all_fields(rows->stream);
    status = weir_reorder_init(&rows->order, rows->stream, NULL, error);
    return status ? status
                  : weir_scanner_init(&rows->scanner, &rows->order, error);
}

/* Shows the scanner's window. */
static void show(struct weir_rows *rows)
{
    const struct weir_batch *batch = &rows->scanner.batch;
    const struct weir_selection *selected = &rows->selected;
    struct columns *columns = &rows->columns;
    struct weir_window *window = &rows->window;
    window->text = batch->text;
    window->life_[0] = rows->batch.place;
    window->life_[1] = rows->batch.generation;
    window->span_ = batch->fields.span;
    window->first_ = batch->fields.first;
    if (selected->column) {
        for (size_t i = 0; i < selected->n; i++) {
            columns->span[i] = batch->column[selected->at[i]];
            columns->number[i] = NULL;
        }
        window->column = columns->span;
        window->number_ = columns->number;
    }
    window->rows = batch->rows;
}

/* Reads the next window that has a row. */
static enum weir_status next_window(struct weir_rows *rows,
                                    struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    weir_weak_renew(&rows->batch); /* records of the last window are invalid */
    if (!rows->begun)
        status = begin_to_read(rows, error);
    if (status)
        return status;
    do
        status = weir_scanner_next(&rows->scanner, error);
    while (status == WEIR_OK && rows->scanner.batch.rows == 0);
    if (status < 0)
        return weir_scanner_fail(&rows->scanner, error);
    if (status == WEIR_OK)
        show(rows);
    return status;
}

/* Ends the window, and begins the next one. */
enum weir_status weir_rows_advance_(struct weir_rows *rows,
                                    struct weir_error *error)
{
    rows->window.rows = rows->window.next_ = 0;
    if (rows->sticky == WEIR_OK) {
        weir_error_init(&rows->error);
        rows->sticky = next_window(rows, &rows->error);
        if (rows->sticky < 0 && rows->in_c)
            weir_fail_in_c(&rows->error);
    }
    if (rows->sticky)
        *error = rows->error;
    return rows->sticky;
}

enum weir_status weir_rows_window(struct weir_rows *rows,
                                  const struct weir_window **window,
                                  struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    const size_t left = rows->window.rows - rows->window.next_;
    weir_error_init(error);
    if (left)
        return weir_fail(error, WEIR_USAGE,
                         "%zu record%s of the last window %s left: read %s "
                         "with weir_rows_next()",
                         left, left == 1 ? "" : "s", left == 1 ? "is" : "are",
                         left == 1 ? "it" : "them");
    if (!rows->selected.column && rows->begun && !rows->sticky)
        return too_late(error, "windows need columns: select them");
    if (!rows->begun && !rows->selected.column)
        status = weir_selection_of_all(&rows->selected, &rows->stream->schema,
                                       error);
    if (status)
        return weir_fail_in_c(error);
    status = weir_rows_advance_(rows, error);
    if (!status) {
        rows->window.next_ = rows->window.rows;
        *window = &rows->window;
    }
    return status;
}

uint64_t weir_rows_rejected(const struct weir_rows *rows)
{
    /* The committed batches', and the current one's, which the end commits. */
    const bool in_hand = !rows->sticky && rows->scanner.in_hand;
    return rows->order.counts.rejected +
           (in_hand ? rows->scanner.counts.rejected : 0);
}

void weir_rows_close(struct weir_rows *rows)
{
    if (!rows)
        return;
    weir_weak_end(&rows->batch);
    weir_scanner_release(&rows->scanner);
    weir_reorder_release(&rows->order);
    weir_stream_close(rows->stream);
    release_columns(rows);
    weir_selection_release(&rows->selected);
    weir_free(WEIR_MEMORY_READER, rows->read.mantissa);
    weir_free(WEIR_MEMORY_READER, rows->read.form);
    weir_free(WEIR_MEMORY_READER, rows->path);
    weir_free(WEIR_MEMORY_READER, rows);
}

/* Numbers of a column */

static bool room_for_numbers(struct weir_rows *rows, size_t projected)
{
    const size_t n = rows->scanner.batch.memory.rows_capacity;
    double **into = &rows->columns.into[projected];
    struct weir_vector *read = &rows->read;
    if (!*into)
        *into = weir_alloc(WEIR_MEMORY_READER, n * sizeof **into);
    if (!read->mantissa)
        read->mantissa =
            weir_alloc(WEIR_MEMORY_READER, n * sizeof *read->mantissa);
    if (!read->form)
        read->form = weir_alloc(WEIR_MEMORY_READER, n * sizeof *read->form);
    return *into && read->mantissa && read->form;
}

const double *weir_window_numbers(const struct weir_window *window,
                                  size_t column)
{
    struct weir_rows *rows = window->owner_;
    if (!window->column || column >= window->columns)
        return NULL;
    if (window->number_[column])
        return window->number_[column];
    const size_t projected = rows->selected.at[column];
    if (!room_for_numbers(rows, projected))
        return NULL;
    double *into = rows->columns.into[projected];
    const struct weir_vector cells = {
        .base = window->text, .span = rows->scanner.batch.column[projected]};
    weir_vector_read_numbers(&rows->read, &cells, window->rows);
    weir_vector_doubles(&rows->read, window->rows, into);
    return rows->columns.number[column] = into;
}

static enum weir_cell kind_of(struct weir_text cell)
{
    const struct weir_number number = weir_number_read(cell);
    return number.kind == WEIR_NULL  ? WEIR_CELL_NULL
           : number.kind == WEIR_BAD ? WEIR_CELL_TEXT
                                     : WEIR_CELL_NUMBER;
}

enum weir_cell weir_window_cell(const struct weir_window *window, size_t column,
                                size_t row)
{
    if (!window->column || column >= window->columns || row >= window->rows)
        return WEIR_CELL_MISSING;
    const struct weir_span span = window->column[column][row];
    return kind_of((struct weir_text){window->text + span.start, span.len});
}

/* Fields of a record: what weir.h inlines, and what that calls. */

extern inline bool weir_is_number_(double number);
extern inline bool weir_there_(const struct weir_record *record,
                               const char *here);
extern inline enum weir_status weir_next_(struct weir_rows *rows,
                                          struct weir_record *record,
                                          struct weir_error *error,
                                          const char *here);
extern inline size_t weir_fields_(const struct weir_record *record,
                                  const char *here);
extern inline struct weir_text weir_text_(const struct weir_record *record,
                                          size_t column, const char *here);
extern inline double weir_number_(const struct weir_record *record,
                                  size_t column, const char *here);
extern inline enum weir_cell weir_cell_(const struct weir_record *record,
                                        size_t column, double *number,
                                        const char *here);
extern inline enum weir_status weir_rows_next(struct weir_rows *rows,
                                              struct weir_record *record,
                                              struct weir_error *error);
extern inline size_t weir_record_fields(const struct weir_record *record);
extern inline struct weir_text weir_field_text(const struct weir_record *record,
                                               size_t column);
extern inline double weir_field_number(const struct weir_record *record,
                                       size_t column);
extern inline enum weir_cell weir_field_read(const struct weir_record *record,
                                             size_t column, double *number);

/* Asks the table of lives. If the caller's place is known, as in development
 * builds, a record that is used too late aborts. */
bool weir_record_lives_(const struct weir_record *record, const char *here)
{
    const struct weir_weak batch = {record->life_[0], record->life_[1]};
    if (weir_weak_get(batch))
        return true;
    if (!here)
        return false;
    (void)fprintf(stderr,
                  "weir: %s: a record is used that was given at %s; its batch "
                  "is gone: copy what is to be kept\n",
                  here, record->given_ ? record->given_ : "an unknown place");
    abort();
}

static struct weir_number number_of(const struct weir_record *record,
                                    size_t column)
{
    struct weir_number number = {.kind = WEIR_NULL};
    return weir_there_(record, NULL)
               ? weir_number_read(weir_text_(record, column, NULL))
               : number;
}

double weir_field_double_(const struct weir_record *record, size_t column)
{
    if (weir_there_(record, NULL) && column < record->n_fields_) {
        const double *column_of = weir_window_numbers(record->window_, column);
        if (column_of)
            return column_of[record->row_];
    }
    const struct weir_number number = number_of(record, column);
    return weir_number_double(&number);
}

enum weir_cell weir_field_cell_(const struct weir_record *record, size_t column)
{
    if (!weir_there_(record, NULL))
        return WEIR_CELL_GONE;
    if (column >= record->n_fields_)
        return WEIR_CELL_MISSING;
    return kind_of(weir_text_(record, column, NULL));
}

bool weir_decimal_(const struct weir_record *record, size_t column,
                   struct weir_decimal *decimal, const char *here)
{
    if (!weir_there_(record, here))
        return false;
    struct weir_number number = number_of(record, column);
    if (number.kind != WEIR_DECIMAL)
        return false;
    *decimal = (struct weir_decimal){number.mantissa, number.exponent};
    return true;
}

bool weir_field_decimal(const struct weir_record *record, size_t column,
                        struct weir_decimal *decimal)
{
    return weir_decimal_(record, column, decimal, NULL);
}
