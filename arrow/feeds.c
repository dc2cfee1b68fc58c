/*
 * Records and answers as streams: where the rows of a stream come from.
 */
#include "arrow/stream.h"

#include "base/c_words.h"
#include "base/error.h"
#include "base/memory.h"
#include "jobs/query.h"
#include "pipeline/rows.h"

/* Opens a stream for columns whose names and types are given, in arrays of
 * WEIR_MEMORY_OUTPUT, NULL if memory was refused. Takes all over, also on
 * failure. */
static enum weir_status
open_stream(struct ArrowArrayStream *stream, const struct weir_arrow_feed *feed,
            const char **name, enum weir_type *type, size_t n,
            const struct weir_arrow_options *options, struct weir_error *error)
{
    struct weir_arrow_options copy;
    struct weir_arrow_batch batch = {0};
    enum weir_status status = weir_arrow_take_options(&copy, options, error);
    if (!status && (!name || !type))
        status = weir_fail_memory(error, "an Arrow stream", n * sizeof *name);
    if (!status)
        status = weir_arrow_batch_init(&batch, name, type, n, &copy, error);
    weir_free(WEIR_MEMORY_OUTPUT, name);
    weir_free(WEIR_MEMORY_OUTPUT, type);
    batch.in_c = true;
    if (!status)
        return weir_arrow_open(stream, feed, &batch, error);
    weir_arrow_batch_release(&batch);
    feed->close(feed->from);
    return weir_fail_in_c(error);
}

/* Records */

/* The window whose rows are being added; `taken` of them have been. */
struct records {
    struct weir_rows *rows;
    const struct weir_window *window; /* NULL: none yet */
    size_t taken;
};

static enum weir_status add_records(void *from, struct weir_arrow_batch *batch,
                                    struct weir_error *error)
{
    struct records *records = from;
    enum weir_status status = WEIR_OK;
    size_t added;
    if (!records->window || records->taken == records->window->rows) {
        status = weir_rows_taken_window(records->rows, &records->window, error);
        records->taken = 0;
    }
    if (!status)
        status = weir_arrow_add_window(batch, records->window, records->taken,
                                       &added, error);
    if (!status)
        records->taken += added;
    return status;
}

static void close_records(void *from)
{
    struct records *records = from;
    weir_rows_taken_close(records->rows);
    weir_free(WEIR_MEMORY_OUTPUT, records);
}

enum weir_status weir_rows_arrow(struct weir_rows *rows,
                                 const struct weir_arrow_options *options,
                                 struct ArrowArrayStream *stream,
                                 struct weir_error *error)
{
    if (weir_rows_take(rows, "weir_rows_arrow", error))
        return error->status;
    struct records *records =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, sizeof *records);
    if (!records) {
        weir_rows_taken_close(rows);
        return weir_fail_memory(error, "an Arrow stream", sizeof *records);
    }
    records->rows = rows;
    const struct weir_arrow_feed feed = {records, add_records, close_records};
    const size_t n = weir_rows_columns(rows);
    const char **name = weir_alloc(WEIR_MEMORY_OUTPUT, n * sizeof *name + 1);
    enum weir_type *type = weir_alloc(WEIR_MEMORY_OUTPUT, n * sizeof *type + 1);
    for (size_t c = 0; name && type && c < n; c++) {
        name[c] = weir_rows_name(rows, c);
        type[c] = WEIR_TYPE_CELL;
    }
    return open_stream(stream, &feed, name, type, n, options, error);
}

/* Answers */

static enum weir_status add_answer(void *from, struct weir_arrow_batch *batch,
                                   struct weir_error *error)
{
    struct weir_query *query = from;
    struct weir_query_answer *answer = &query->answer;
    size_t added;
    enum weir_status status = weir_query_window(query, error);
    if (status)
        return status;
    batch->notation = weir_notation_pack(query->sink.notation);
    status =
        weir_arrow_add_vectors(batch, answer->column, answer->taken,
                               answer->rows - answer->taken, &added, error);
    answer->taken += added;
    return status;
}

static void close_query(void *from)
{
    weir_query_taken_close(from);
}

enum weir_status weir_query_arrow(struct weir_query *query,
                                  const struct weir_arrow_options *options,
                                  struct ArrowArrayStream *stream,
                                  struct weir_error *error)
{
    static const enum weir_type types[] = {
        [WEIR_COLUMN_CELL] = WEIR_TYPE_CELL,
        [WEIR_COLUMN_TEXT] = WEIR_TYPE_TEXT,
        [WEIR_COLUMN_NUMBER] = WEIR_TYPE_NUMBER,
        [WEIR_COLUMN_BOOLEAN] = WEIR_TYPE_BOOLEAN};
    if (weir_query_take(query, "weir_query_arrow", error))
        return error->status;
    const struct weir_arrow_feed feed = {query, add_answer, close_query};
    const size_t n = weir_query_columns(query);
    const char **name = weir_alloc(WEIR_MEMORY_OUTPUT, n * sizeof *name + 1);
    enum weir_type *type = weir_alloc(WEIR_MEMORY_OUTPUT, n * sizeof *type + 1);
    for (size_t c = 0; name && type && c < n; c++) {
        name[c] = weir_query_name(query, c);
        type[c] = types[weir_query_type(query, c)];
    }
    return open_stream(stream, &feed, name, type, n, options, error);
}
