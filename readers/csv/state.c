/*
 * The reader's part of a batch is created at the batch's first use, and lives
 * as long as the batch.
 */
#include "readers/csv/reader.h"
#include "readers/csv/ways.h"

#include "base/error.h"
#include "base/mechanism.h"

#define SEPARATORS_MIN ((size_t)20480)

static void close_state(struct weir_batch_state *base)
{
    struct weir_csv_state *state = (struct weir_csv_state *)base;
    weir_segment_close(state->segment);
    weir_free(WEIR_MEMORY_BATCH, state->scan.separator);
    weir_free(WEIR_MEMORY_BATCH, state);
}

static size_t separators_capacity(const struct weir_stream *stream)
{
    size_t max = stream->schema.n_columns + WEIR_SCAN_SPARE + 1;
    return max < SEPARATORS_MIN ? SEPARATORS_MIN : max;
}

static size_t separators_bytes(size_t capacity)
{
    return (capacity + WEIR_SCAN_SPARE + 1) * sizeof(uint32_t);
}

size_t weir_csv_state_bytes(const struct weir_stream *stream)
{
    return weir_memory_block_bytes(sizeof(struct weir_csv_state)) +
           weir_memory_block_bytes(
               separators_bytes(separators_capacity(stream)));
}

bool weir_csv_state_make(const struct weir_stream *stream,
                         struct weir_batch *batch, struct weir_error *error)
{
    if (batch->memory.state)
        return true;
    struct weir_csv_state *state =
        weir_alloc_zero(WEIR_MEMORY_BATCH, sizeof *state);
    size_t capacity = separators_capacity(stream);
    if (state)
        state->scan.separator =
            weir_alloc(WEIR_MEMORY_BATCH, separators_bytes(capacity));
    if (!state || !state->scan.separator) {
        weir_free(WEIR_MEMORY_BATCH, state);
        weir_fail_memory(error, "a batch", separators_bytes(capacity));
        return false;
    }
    state->base.close = close_state;
    state->base.leave = weir_segment_leave;
    state->base.verify = weir_csv_verify_batch;
    state->scan.capacity = capacity;
    batch->memory.state = &state->base;
    weir_csv_unscan(batch, 0);
    return true;
}

enum weir_status weir_csv_grow_separators(struct weir_csv_state *state,
                                          struct weir_error *error)
{
    size_t capacity = 2 * state->scan.capacity;
    void *moved = weir_realloc(WEIR_MEMORY_BATCH, state->scan.separator,
                               separators_bytes(capacity));
    if (!moved)
        return weir_fail_memory(error, "the fields of a record",
                                separators_bytes(capacity));
    state->scan.separator = moved;
    state->scan.capacity = capacity;
    weir_ran(WEIR_RAN_SEPARATORS_GROWN);
    return WEIR_OK;
}

void weir_csv_unscan(struct weir_batch *batch, size_t at)
{
    struct weir_scan_queue *queue = &weir_csv_state(batch)->scan;
    *queue = (struct weir_scan_queue){.separator = queue->separator,
                                      .capacity = queue->capacity,
                                      .first = 1,
                                      .n = 1,
                                      .at = at,
                                      .opens = 1};
    queue->separator[0] = (uint32_t)at - 1; /* the next record begins at `at` */
}
