#include "pipeline/rows_state.h"

#include "base/c_words.h"
#include "base/error.h"
#include "base/use.h"
#include "readers/csv/csv.h"
#include <string.h>

static struct weir_rows *create(struct weir_error *error)
{
    weir_error_init(error);
    struct weir_rows *rows = weir_alloc_zero(WEIR_MEMORY_READER, sizeof *rows);
    if (rows && weir_weak_begin(&rows->batch, rows)) {
        rows->window.owner_ = rows;
        weir_use_open(rows);
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
    if (!path) {
        (void)weir_use_wrong(error, "weir_rows_open: the path is NULL");
        return NULL;
    }
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
    if (!input) {
        (void)weir_use_wrong(error, "weir_rows_open_input: the input is NULL");
        return NULL;
    }
    struct weir_rows *rows = create(error);
    return rows ? open_input(rows, input, reading, error) : NULL;
}

/* Columns */

static const char *name_of(const struct weir_rows *rows, size_t column)
{
    if (rows->selected.column)
        column = rows->selected.column[column];
    return rows->stream->schema.name[column];
}

size_t weir_rows_columns(const struct weir_rows *rows)
{
    return weir_use_check(rows, "rows", "weir_rows_columns", NULL)
               ? rows->window.columns
               : 0;
}

const char *weir_rows_name(const struct weir_rows *rows, size_t column)
{
    return weir_use_check(rows, "rows", "weir_rows_name", NULL) &&
                   column < rows->window.columns
               ? name_of(rows, column)
               : NULL;
}

size_t weir_rows_column(const struct weir_rows *rows, const char *name)
{
    if (!weir_use_check(rows, "rows", "weir_rows_column", NULL))
        return WEIR_NO_COLUMN;
    for (size_t i = 0; i < rows->window.columns; i++)
        if (name && strcmp(name_of(rows, i), name) == 0)
            return i;
    return WEIR_NO_COLUMN;
}

/* The first input is the error's place. */
static enum weir_status place_in_input(const struct weir_rows *rows,
                                       struct weir_error *error)
{
    (void)weir_show_name(error->place, rows->stream->input[0]);
    return error->status;
}

static enum weir_status no_column(const struct weir_rows *rows,
                                  const char *name, struct weir_error *error)
{
    char shown[128];
    weir_show(shown, sizeof shown, name, strlen(name), 100);
    weir_fail(error, WEIR_USAGE, "no column '%s'", shown);
    return place_in_input(rows, error);
}

static enum weir_status select_columns(struct weir_rows *rows,
                                       const char *const *name, size_t n,
                                       struct weir_error *error)
{
    struct weir_selection selected;
    const char *missing;
    weir_error_init(error);
    for (size_t i = 0; i < n; i++)
        if (!name || !name[i])
            return weir_use_wrong(error, "weir_rows_select: name[%zu] is NULL",
                                  i);
    if (rows->begun)
        return weir_rows_too_late(error, "columns are selected");
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

enum weir_status weir_rows_select(struct weir_rows *rows,
                                  const char *const *name, size_t n,
                                  struct weir_error *error)
{
    struct weir_use *use =
        weir_use_begin(rows, "rows", "weir_rows_select", error);
    if (!use)
        return WEIR_USAGE;
    enum weir_status status = select_columns(rows, name, n, error);
    weir_use_end(use);
    return status;
}

uint64_t weir_rows_rejected(const struct weir_rows *rows)
{
    if (!weir_use_check(rows, "rows", "weir_rows_rejected", NULL))
        return 0;
    /* The committed batches', and the current one's, which the end commits. */
    const bool in_hand = !rows->sticky && rows->scanner.in_hand;
    return rows->order.counts.rejected +
           (in_hand ? rows->scanner.counts.rejected : 0);
}

void weir_rows_close(struct weir_rows *rows)
{
    if (rows && weir_use_begin(rows, "rows", "weir_rows_close", NULL))
        weir_rows_taken_close(rows);
}

void weir_rows_taken_close(struct weir_rows *rows)
{
    weir_use_close(rows);
    weir_weak_end(&rows->batch);
    weir_scanner_release(&rows->scanner);
    weir_reorder_release(&rows->order);
    weir_stream_close(rows->stream);
    weir_rows_release_columns(rows);
    weir_selection_release(&rows->selected);
    weir_free(WEIR_MEMORY_READER, rows->read.mantissa);
    weir_free(WEIR_MEMORY_READER, rows->read.form);
    weir_free(WEIR_MEMORY_READER, rows->path);
    weir_free(WEIR_MEMORY_READER, rows);
}
