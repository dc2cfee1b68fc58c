/*
 * The IPC stream format of Arrow: binary, for engines and data frames. Rows are
 * held until a batch is full.
 */
#include "arrow/batch.h"
#include "arrow/ipc.h"
#include "cli/formats/format.h"

struct arrow_sink {
    struct weir_format_sink base;
    struct weir_arrow_columns types; /* --types */
    struct weir_arrow_batch batch;
    struct ArrowSchema schema; /* released until it is written */
    bool ended;
};

static bool write_output(void *to, const void *bytes, size_t len)
{
    struct weir_output *output = to;
    weir_output_put(output, bytes, len);
    return !output->failure;
}

static struct weir_ipc_writer writer_of(const struct arrow_sink *arrow)
{
    return (struct weir_ipc_writer){write_output, arrow->base.output};
}

/* What the output says of a failure, if it was the output that failed. */
static enum weir_status settle(const struct arrow_sink *arrow,
                               enum weir_status status,
                               struct weir_error *error)
{
    return status && status != WEIR_IO
               ? status
               : weir_output_settle(arrow->base.output, error);
}

static enum weir_status arrow_init(struct weir_sink *sink,
                                   struct weir_error *error)
{
    struct arrow_sink *arrow = (struct arrow_sink *)sink;
    const struct weir_output *output = arrow->base.output;
    if (output->shown)
        return weir_fail(error, WEIR_USAGE,
                         "--output arrow: standard output is a terminal, and "
                         "Arrow is binary; write it to a file (> x.arrows) or "
                         "a pipe");
    return weir_arrow_columns_read(&arrow->types, output->style.types, error);
}

static enum weir_status arrow_check(const struct weir_sink *sink,
                                    const char *const *name, size_t n,
                                    struct weir_error *error)
{
    const struct arrow_sink *arrow = (const struct arrow_sink *)sink;
    return weir_arrow_columns_check(arrow->types.column, arrow->types.n, name,
                                    n, error);
}

static enum weir_status arrow_begin(struct weir_sink *sink,
                                    const char *const *name,
                                    const enum weir_type *type,
                                    size_t n_columns, struct weir_error *error)
{
    struct arrow_sink *arrow = (struct arrow_sink *)sink;
    const struct weir_arrow_options options = {.size = sizeof options,
                                               .column = arrow->types.column,
                                               .n = arrow->types.n};
    arrow->base.n_columns = n_columns;
    enum weir_status status = weir_arrow_batch_init(&arrow->batch, name, type,
                                                    n_columns, &options, error);
    arrow->batch.notation = weir_notation_pack(sink->notation);
    return status;
}

/* Writes the schema, once. */
static enum weir_status put_schema(struct arrow_sink *arrow,
                                   struct weir_error *error)
{
    const struct weir_ipc_writer writer = writer_of(arrow);
    if (arrow->schema.release)
        return WEIR_OK;
    enum weir_status status =
        weir_arrow_batch_schema(&arrow->batch, &arrow->schema, error);
    return status ? status : weir_ipc_schema(&writer, &arrow->schema, error);
}

static enum weir_status put_batch(struct arrow_sink *arrow,
                                  struct weir_error *error)
{
    const struct weir_ipc_writer writer = writer_of(arrow);
    struct ArrowArray array;
    enum weir_status status =
        weir_arrow_batch_take(&arrow->batch, &array, error);
    if (status)
        return status;
    status = put_schema(arrow, error);
    if (!status)
        status = weir_ipc_batch(&writer, &arrow->schema, &array, error);
    array.release(&array);
    return status;
}

static enum weir_status arrow_rows(struct weir_sink *sink,
                                   const struct weir_vector *const *column,
                                   size_t rows, struct weir_error *error)
{
    struct arrow_sink *arrow = (struct arrow_sink *)sink;
    enum weir_status status = WEIR_OK;
    size_t taken = 0, added;
    while (!status && taken < rows) {
        status = weir_arrow_add_vectors(&arrow->batch, column, taken,
                                        rows - taken, &added, error);
        taken += added;
        if (!status && weir_arrow_batch_full(&arrow->batch))
            status = put_batch(arrow, error);
    }
    return settle(arrow, status, error);
}

static enum weir_status arrow_end(struct weir_sink *sink,
                                  struct weir_error *error)
{
    struct arrow_sink *arrow = (struct arrow_sink *)sink;
    const struct weir_ipc_writer writer = writer_of(arrow);
    enum weir_status status =
        arrow->batch.rows ? put_batch(arrow, error) : put_schema(arrow, error);
    if (!status)
        status = weir_ipc_end(&writer, error);
    arrow->ended = !status;
    status = settle(arrow, status, error);
    return status ? status : weir_format_end(sink, error);
}

static void arrow_close(struct weir_sink *sink)
{
    struct arrow_sink *arrow = (struct arrow_sink *)sink;
    /* A stream may end without an end mark. What begins another message and
     * does not end it tells a reader that something is missing. */
    if (arrow->schema.release && !arrow->ended)
        weir_output_put(arrow->base.output, "\xff\xff\xff\xff\x08\0\0\0", 8);
    if (arrow->schema.release)
        arrow->schema.release(&arrow->schema);
    weir_arrow_batch_release(&arrow->batch);
    weir_arrow_columns_release(&arrow->types);
    weir_format_close(sink);
}

static const struct weir_sink_ops ops = {.begin = arrow_begin,
                                         .rows = arrow_rows,
                                         .end = arrow_end,
                                         .close = arrow_close};

const struct weir_format weir_format_arrow = {
    .name = "arrow",
    .brief = "Arrow's IPC stream, binary",
    .takes_types = true,
    .binary = true,
    .holds = weir_arrow_batch_bytes,
    .size = sizeof(struct arrow_sink),
    .ops = &ops,
    .init = arrow_init,
    .check = arrow_check,
};
