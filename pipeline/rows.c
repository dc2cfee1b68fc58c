/*
 * One batch is refilled whenever its last window is used up, and its records
 * are handed out one by one.
 */
#include "pipeline/rows.h"

#include "base/error.h"
#include "base/weak.h"
#include "pipeline/scanner.h"
#include "readers/csv/csv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct weir_rows {
    char *path; /* copy of the input's name; NULL over a given stream */
    struct weir_stream *stream;
    struct weir_reorder order;
    struct weir_scanner scanner;
    struct weir_weak batch; /* tells records whether their batch still exists */
    size_t row;             /* next row of the window to hand out */
    enum weir_status sticky;
    struct weir_error error;
};

/* The place in the caller's source from which the next call is made; set by
 * weir_at in development builds, and used by one call. */
static _Thread_local const char *place;

void weir_at(const char *here)
{
    place = here;
}

static const char *take_place(void)
{
    const char *here = place;
    place = NULL;
    return here;
}

static struct weir_rows *create(struct weir_error *error)
{
    weir_error_init(error);
    struct weir_rows *rows = weir_alloc_zero(WEIR_MEMORY_READER, sizeof *rows);
    if (rows && weir_weak_begin(&rows->batch, rows))
        return rows;
    weir_free(WEIR_MEMORY_READER, rows);
    return weir_no_memory(error, "the reader", sizeof *rows);
}

/* Takes both over. The stream is NULL if it could not be opened. */
static struct weir_rows *begin(struct weir_rows *rows,
                               struct weir_stream *stream,
                               struct weir_error *error)
{
    rows->stream = stream;
    if (stream) {
        weir_stream_all_fields(stream);
        if (!weir_reorder_init(&rows->order, stream, NULL, error) &&
            !weir_scanner_init(&rows->scanner, &rows->order, error))
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
        return begin(rows, stream, error);
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
    return begin(rows, weir_csv_open(&inputs, reading, error), error);
}

size_t weir_rows_columns(const struct weir_rows *rows)
{
    return rows->stream->schema.n_columns;
}

const char *weir_rows_name(const struct weir_rows *rows, size_t column)
{
    return column < rows->stream->schema.n_columns
               ? rows->stream->schema.name[column]
               : NULL;
}

size_t weir_rows_column(const struct weir_rows *rows, const char *name)
{
    for (size_t i = 0; i < rows->stream->schema.n_columns; i++)
        if (strcmp(rows->stream->schema.name[i], name) == 0)
            return i;
    return WEIR_NO_COLUMN;
}

/* Reads the next window that has a row. */
static enum weir_status next_window(struct weir_rows *rows,
                                    struct weir_error *error)
{
    enum weir_status status;
    weir_weak_renew(&rows->batch); /* records of the last window are invalid */
    do
        status = weir_scanner_next(&rows->scanner, error);
    while (status == WEIR_OK && rows->scanner.batch.rows == 0);
    rows->row = 0;
    return status < 0 ? weir_scanner_fail(&rows->scanner, error) : status;
}

enum weir_status weir_rows_next(struct weir_rows *rows,
                                struct weir_record *record,
                                struct weir_error *error)
{
    struct weir_batch *batch = &rows->scanner.batch;
    const char *given = take_place();
    if (rows->row == batch->rows && rows->sticky == WEIR_OK) {
        weir_error_init(&rows->error);
        rows->sticky = next_window(rows, &rows->error);
    }
    if (rows->sticky) {
        *error = rows->error;
        return rows->sticky;
    }
    size_t row = rows->row++;
    *record = (struct weir_record){
        .text = batch->text,
        .field = batch->fields.span + batch->fields.first[row],
        .n_fields = batch->fields.first[row + 1] - batch->fields.first[row],
        .batch = {rows->batch.place, rows->batch.generation},
        .given = given};
    return WEIR_OK;
}

uint64_t weir_rows_rejected(const struct weir_rows *rows)
{
    /* The committed batches', and the current one's. */
    return rows->order.counts.rejected +
           (rows->scanner.in_hand ? rows->scanner.counts.rejected : 0);
}

void weir_rows_close(struct weir_rows *rows)
{
    if (!rows)
        return;
    weir_weak_end(&rows->batch);
    weir_scanner_release(&rows->scanner);
    weir_reorder_release(&rows->order);
    weir_stream_close(rows->stream);
    weir_free(WEIR_MEMORY_READER, rows->path);
    weir_free(WEIR_MEMORY_READER, rows);
}

/* Fields of a record */

/* Whether the record's batch still exists. In a development build, where the
 * place of the call is known, a record that is used too late aborts. */
static bool there(const struct weir_record *record)
{
    const char *used = take_place();
    const struct weir_weak batch = {record->batch[0], record->batch[1]};
    if (weir_weak_get(batch))
        return true;
    if (!used)
        return false;
    (void)fprintf(stderr,
                  "weir: %s: a record is used that was given at %s; its batch "
                  "is gone: copy what is to be kept\n",
                  used, record->given ? record->given : "an unknown place");
    abort();
}

static struct weir_text text_of(const struct weir_record *record, size_t column)
{
    if (column >= record->n_fields)
        return (struct weir_text){record->text, 0};
    return (struct weir_text){record->text + record->field[column].start,
                              record->field[column].len};
}

size_t weir_record_fields(const struct weir_record *record)
{
    return there(record) ? record->n_fields : 0;
}

struct weir_text weir_field_text(const struct weir_record *record,
                                 size_t column)
{
    return there(record) ? text_of(record, column)
                         : (struct weir_text){NULL, 0};
}

double weir_field_number(const struct weir_record *record, size_t column)
{
    struct weir_number number = {.kind = WEIR_NULL};
    if (there(record))
        number = weir_number_read(text_of(record, column));
    return weir_number_double(&number);
}

bool weir_field_decimal(const struct weir_record *record, size_t column,
                        struct weir_decimal *decimal)
{
    if (!there(record))
        return false;
    struct weir_number number = weir_number_read(text_of(record, column));
    if (number.kind != WEIR_DECIMAL)
        return false;
    *decimal = (struct weir_decimal){number.mantissa, number.exponent};
    return true;
}
