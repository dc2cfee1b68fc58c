/*
 * All records of a window are of one input, so all rows of file() are the same
 * span of its name. The line of a record is that of its batch, which the
 * reorder buffer knows, and the line ends between the batch's beginning and the
 * record, which the stream has counted.
 */
#include "pipeline/provenance.h"

#include "base/error.h"
#include <string.h>

static size_t name_bytes(const struct weir_stream *stream)
{
    size_t max = 0;
    for (size_t i = 0; i < stream->n_inputs; i++) {
        size_t len = strlen(stream->input[i]);
        max = len > max ? len : max;
    }
    return max + 2 * WEIR_BATCH_PAD;
}

size_t weir_provenance_bytes(const struct weir_plan *plan,
                             const struct weir_stream *stream, size_t rows)
{
    return (plan->reads.file
                ? name_bytes(stream) + rows * sizeof(struct weir_span)
                : 0) +
           (plan->reads.line ? rows * sizeof(int64_t) : 0);
}

enum weir_status weir_provenance_init(struct weir_provenance *provenance,
                                      const struct weir_plan *plan,
                                      const struct weir_stream *stream,
                                      size_t rows, struct weir_error *error)
{
    *provenance = (struct weir_provenance){.rows = rows};
    if (plan->reads.file) {
        provenance->name =
            weir_alloc_zero(WEIR_MEMORY_VECTOR, name_bytes(stream));
        provenance->file =
            weir_alloc(WEIR_MEMORY_VECTOR, rows * sizeof *provenance->file);
    }
    if (plan->reads.line)
        provenance->line =
            weir_alloc(WEIR_MEMORY_VECTOR, rows * sizeof *provenance->line);
    if ((plan->reads.file && (!provenance->name || !provenance->file)) ||
        (plan->reads.line && !provenance->line))
        return weir_fail_memory(error, "the lines",
                                weir_provenance_bytes(plan, stream, rows));
    return WEIR_OK;
}

void weir_provenance_release(struct weir_provenance *provenance)
{
    weir_free(WEIR_MEMORY_VECTOR, provenance->name);
    weir_free(WEIR_MEMORY_VECTOR, provenance->file);
    weir_free(WEIR_MEMORY_VECTOR, provenance->line);
    *provenance = (struct weir_provenance){0};
}

static void load_file(struct weir_provenance *provenance,
                      const struct weir_scanner *scanner,
                      struct weir_vector *vector)
{
    const size_t input = scanner->batch.part.input;
    if (provenance->input != input + 1) {
        const char *name = scanner->order->stream->input[input];
        size_t len = strlen(name);
        memcpy(provenance->name + WEIR_BATCH_PAD, name, len);
        for (size_t r = 0; r < provenance->rows; r++)
            provenance->file[r] = (struct weir_span){0, (uint32_t)len};
        provenance->input = input + 1;
    }
    *vector = (struct weir_vector){.type = WEIR_TYPE_TEXT,
                                   .base = provenance->name + WEIR_BATCH_PAD,
                                   .span = provenance->file};
}

static bool load_line(struct weir_provenance *provenance,
                      struct weir_scanner *scanner, struct weir_vector *vector)
{
    const struct weir_batch *batch = &scanner->batch;
    if (!batch->part.located)
        weir_reorder_misspeculated(scanner->order);
    if (!batch->part.located || !weir_scanner_turn(scanner))
        return false;
    for (size_t r = 0; r < batch->rows; r++)
        provenance->line[r] =
            (int64_t)(batch->part.first_line + batch->line[r]);
    *vector = (struct weir_vector){.type = WEIR_TYPE_NUMBER,
                                   .base = batch->text,
                                   .mantissa = provenance->line,
                                   .uniform = true};
    return true;
}

bool weir_provenance_load(struct weir_provenance *provenance,
                          struct weir_scanner *scanner,
                          struct weir_vector file[2])
{
    if (provenance->name)
        load_file(provenance, scanner, &file[0]);
    return !provenance->line || load_line(provenance, scanner, &file[1]);
}
