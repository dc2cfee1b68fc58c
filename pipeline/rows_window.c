#include "pipeline/rows_state.h"

#include "base/c_words.h"
#include "base/error.h"
#include "base/use.h"

void weir_rows_release_columns(struct weir_rows *rows)
{
    struct weir_rows_columns *columns = &rows->columns;
    for (size_t i = 0; columns->into && i < rows->selected.n_projected; i++)
        weir_free(WEIR_MEMORY_READER, columns->into[i]);
    weir_free(WEIR_MEMORY_READER, columns->into);
    weir_free(WEIR_MEMORY_READER, columns->number);
    weir_free(WEIR_MEMORY_READER, columns->span);
    *columns = (struct weir_rows_columns){0};
}

static enum weir_status take_columns(struct weir_rows *rows,
                                     struct weir_error *error)
{
    struct weir_rows_columns *columns = &rows->columns;
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

enum weir_status weir_rows_too_late(struct weir_error *error, const char *what)
{
    return weir_use_wrong(
        error, "%s before the first record is read, not after it", what);
}

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
    struct weir_rows_columns *columns = &rows->columns;
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
static enum weir_status advance(struct weir_rows *rows,
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

enum weir_status weir_rows_advance_(struct weir_rows *rows,
                                    struct weir_error *error)
{
    struct weir_use *use =
        weir_use_begin(rows, "rows", "weir_rows_next", error);
    if (!use)
        return WEIR_USAGE;
    enum weir_status status = advance(rows, error);
    weir_use_end(use);
    return status;
}

/* Whether windows can be given. */
static enum weir_status check_window(const struct weir_rows *rows,
                                     struct weir_error *error)
{
    const size_t left = rows->window.rows - rows->window.next_;
    if (left)
        return weir_use_wrong(
            error,
            "%zu record%s of the last window %s left: read %s with "
            "weir_rows_next()",
            left, left == 1 ? "" : "s", left == 1 ? "is" : "are",
            left == 1 ? "it" : "them");
    if (!rows->selected.column && rows->begun && !rows->sticky)
        return weir_rows_too_late(error, "windows need columns: select them");
    return WEIR_OK;
}

enum weir_status weir_rows_taken_window(struct weir_rows *rows,
                                        const struct weir_window **window,
                                        struct weir_error *error)
{
    weir_error_init(error);
    enum weir_status status = check_window(rows, error);
    if (status)
        return status;
    if (!rows->begun && !rows->selected.column)
        status = weir_selection_of_all(&rows->selected, &rows->stream->schema,
                                       error);
    if (status)
        return weir_fail_in_c(error);
    status = advance(rows, error);
    if (!status) {
        rows->window.next_ = rows->window.rows;
        *window = &rows->window;
    }
    return status;
}

enum weir_status weir_rows_take(struct weir_rows *rows, const char *function,
                                struct weir_error *error)
{
    struct weir_use *use = weir_use_begin(rows, "rows", function, error);
    if (!use)
        return WEIR_USAGE;
    weir_error_init(error);
    enum weir_status status = check_window(rows, error);
    if (status)
        weir_rows_taken_close(rows);
    return status;
}

enum weir_status weir_rows_window(struct weir_rows *rows,
                                  const struct weir_window **window,
                                  struct weir_error *error)
{
    struct weir_use *use =
        weir_use_begin(rows, "rows", "weir_rows_window", error);
    if (!use)
        return WEIR_USAGE;
    enum weir_status status = weir_rows_taken_window(rows, window, error);
    weir_use_end(use);
    return status;
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
