/*
 * One batch is refilled whenever its last window is used up, and its records
 * are handed out one by one, or window by window.
 *
 *     nothing selected    all fields, record by record    (fields mode)
 *     columns selected    their spans, column by column   (a projection)
 *
 * The stream is read from the first call on that wants a record, so that
 * columns can be selected before it.
 */
#include "pipeline/rows.h"

#include "base/error.h"
#include "base/weak.h"
#include "pipeline/scanner.h"
#include "readers/csv/csv.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The selected columns, [n]. A name may be selected twice, and the projection
 * is in the table's order: so the column i is the projection's at[i]. */
struct selection {
    size_t n, n_projected;
    uint32_t *column; /* the index in the schema */
    uint32_t *projected, *at;
    const struct weir_span **span; /* the current window's */
    const double **number;         /* the current window's; NULL: not read */
    double **into;                 /* where they are read to; NULL: not yet */
};

struct weir_rows {
    struct weir_window window; /* the first member, as weir.h expects */
    char *path; /* copy of the input's name; NULL over a given stream */
    struct weir_stream *stream;
    struct weir_reorder order;
    struct weir_scanner scanner;
    struct weir_weak batch; /* tells records whether their batch still exists */
    struct selection selected; /* zeroed if nothing is selected */
    struct weir_vector read;   /* where cells are read to, before doubles */
    bool begun;
    enum weir_status sticky;
    struct weir_error error;
};

static struct weir_rows *create(struct weir_error *error)
{
    weir_error_init(error);
    struct weir_rows *rows = weir_alloc_zero(WEIR_MEMORY_READER, sizeof *rows);
    if (rows && weir_weak_begin(&rows->batch, rows)) {
        rows->window.rows_ = rows;
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
    const char *const *only = (const char *const *)&rows->path;
    const struct weir_csv_inputs inputs = {.path = only, .n = 1};
    return begin(rows, weir_csv_open(&inputs, reading, error));
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

static void release(struct selection *selected)
{
    for (size_t i = 0; selected->into && i < selected->n; i++)
        weir_free(WEIR_MEMORY_READER, selected->into[i]);
    weir_free(WEIR_MEMORY_READER, selected->into);
    weir_free(WEIR_MEMORY_READER, selected->number);
    weir_free(WEIR_MEMORY_READER, selected->span);
    weir_free(WEIR_MEMORY_READER, selected->column);
    *selected = (struct selection){0};
}

static bool take(struct selection *selected, size_t n)
{
    const size_t least = n ? n : 1;
    *selected = (struct selection){.n = n};
    selected->column =
        weir_alloc(WEIR_MEMORY_READER, 3 * least * sizeof *selected->column);
    selected->span =
        weir_alloc_zero(WEIR_MEMORY_READER, least * sizeof *selected->span);
    selected->number =
        weir_alloc_zero(WEIR_MEMORY_READER, least * sizeof *selected->number);
    selected->into =
        weir_alloc_zero(WEIR_MEMORY_READER, least * sizeof *selected->into);
    if (!selected->column)
        return false;
    selected->projected = selected->column + n;
    selected->at = selected->projected + n;
    return selected->span && selected->number && selected->into;
}

static int by_value(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Makes the projection from the columns. */
static void project(struct selection *selected)
{
    const uint32_t *found;
    uint32_t *projected = selected->projected;
    size_t n = 0;
    memcpy(projected, selected->column, selected->n * sizeof *projected);
    qsort(projected, selected->n, sizeof *projected, by_value);
    for (size_t i = 0; i < selected->n; i++)
        if (n == 0 || projected[n - 1] != projected[i])
            projected[n++] = projected[i];
    selected->n_projected = n;
    for (size_t i = 0; i < selected->n; i++) {
        found = bsearch(&selected->column[i], projected, n, sizeof *projected,
                        by_value);
        selected->at[i] = (uint32_t)(found - projected);
    }
}

static void select_columns(struct weir_rows *rows, struct selection *selected)
{
    project(selected);
    release(&rows->selected);
    rows->selected = *selected;
    rows->window.columns = selected->n;
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

/* The column of the table with that name, whatever is selected. */
static size_t find(const struct weir_rows *rows, const char *name)
{
    const struct weir_schema *schema = &rows->stream->schema;
    for (size_t i = 0; i < schema->n_columns; i++)
        if (strcmp(schema->name[i], name) == 0)
            return i;
    return WEIR_NO_COLUMN;
}

enum weir_status weir_rows_select(struct weir_rows *rows,
                                  const char *const *name, size_t n,
                                  struct weir_error *error)
{
    struct selection selected;
    weir_error_init(error);
    if (rows->begun)
        return too_late(error, "columns are selected");
    if (!take(&selected, n)) {
        release(&selected);
        return weir_fail_memory(error, "the columns", n * sizeof *name);
    }
    for (size_t i = 0; i < n; i++) {
        size_t column = find(rows, name[i]);
        if (column == WEIR_NO_COLUMN) {
            char shown[128];
            release(&selected);
            weir_show(shown, sizeof shown, name[i], strlen(name[i]), 100);
            weir_fail(error, WEIR_USAGE, "no column '%s'", shown);
            return place_in_input(rows, error);
        }
        selected.column[i] = (uint32_t)column;
    }
    select_columns(rows, &selected);
    return WEIR_OK;
}

static enum weir_status select_all(struct weir_rows *rows,
                                   struct weir_error *error)
{
    struct selection selected;
    const size_t n = rows->stream->schema.n_columns;
    if (!take(&selected, n)) {
        release(&selected);
        return weir_fail_memory(error, "the columns", n * sizeof(char *));
    }
    for (size_t i = 0; i < n; i++)
        selected.column[i] = (uint32_t)i;
    select_columns(rows, &selected);
    return WEIR_OK;
}

/* Records */

static enum weir_status begin_to_read(struct weir_rows *rows,
                                      struct weir_error *error)
{
    const struct selection *selected = &rows->selected;
    rows->begun = true;
    if (selected->column)
        weir_stream_project(rows->stream, selected->projected,
                            selected->n_projected);
    else
        weir_stream_all_fields(rows->stream);
    enum weir_status status =
        weir_reorder_init(&rows->order, rows->stream, NULL, error);
    return status ? status
                  : weir_scanner_init(&rows->scanner, &rows->order, error);
}

/* Shows the scanner's window. */
static void show(struct weir_rows *rows)
{
    const struct weir_batch *batch = &rows->scanner.batch;
    const struct selection *selected = &rows->selected;
    struct weir_window *window = &rows->window;
    window->text = batch->text;
    window->life_[0] = rows->batch.place;
    window->life_[1] = rows->batch.generation;
    window->span_ = batch->fields.span;
    window->first_ = batch->fields.first;
    if (selected->column) {
        for (size_t i = 0; i < selected->n; i++) {
            selected->span[i] = batch->column[selected->at[i]];
            selected->number[i] = NULL;
        }
        window->column = selected->span;
        window->number_ = selected->number;
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
    weir_error_init(error);
    const size_t left = rows->window.rows - rows->window.next_;
    if (left)
        return weir_fail(error, WEIR_USAGE,
                         "%zu record%s of the last window %s left: read %s "
                         "with weir_rows_next()",
                         left, left == 1 ? "" : "s", left == 1 ? "is" : "are",
                         left == 1 ? "it" : "them");
    if (!rows->selected.column && rows->begun)
        return too_late(error, "windows need columns: select them");
    if (!rows->selected.column)
        status = select_all(rows, error);
    if (!status)
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
    release(&rows->selected);
    weir_free(WEIR_MEMORY_READER, rows->read.mantissa);
    weir_free(WEIR_MEMORY_READER, rows->read.form);
    weir_free(WEIR_MEMORY_READER, rows->path);
    weir_free(WEIR_MEMORY_READER, rows);
}

/* Numbers of a column */

static bool room_for_numbers(struct weir_rows *rows, size_t column)
{
    const size_t n = rows->scanner.batch.memory.rows_capacity;
    double **into = &rows->selected.into[column];
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
    struct weir_rows *rows = window->rows_;
    if (!window->column || column >= window->columns)
        return NULL;
    if (window->number_[column])
        return window->number_[column];
    if (!room_for_numbers(rows, column))
        return NULL;
    const struct weir_vector cells = {
        .base = window->text,
        .span = rows->scanner.batch.column[rows->selected.at[column]]};
    weir_vector_read_numbers(&rows->read, &cells, window->rows);
    weir_vector_doubles(&rows->read, window->rows, rows->selected.into[column]);
    return rows->selected.number[column] = rows->selected.into[column];
}

/* Fields of a record: what weir.h inlines, and what that calls. */

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
    const struct weir_weak batch = {record->life[0], record->life[1]};
    if (weir_weak_get(batch))
        return true;
    if (!here)
        return false;
    (void)fprintf(stderr,
                  "weir: %s: a record is used that was given at %s; its batch "
                  "is gone: copy what is to be kept\n",
                  here, record->given ? record->given : "an unknown place");
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
    if (weir_there_(record, NULL) && column < record->n_fields) {
        const double *column_of = weir_window_numbers(record->window, column);
        if (column_of)
            return column_of[record->row];
    }
    const struct weir_number number = number_of(record, column);
    return weir_number_double(&number);
}

enum weir_cell weir_field_cell_(const struct weir_record *record, size_t column)
{
    if (!weir_there_(record, NULL))
        return WEIR_CELL_GONE;
    if (column >= record->n_fields)
        return WEIR_CELL_MISSING;
    return number_of(record, column).kind == WEIR_NULL ? WEIR_CELL_NULL
                                                       : WEIR_CELL_TEXT;
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
