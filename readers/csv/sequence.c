/*
 * Reading in sequence: one thread at a time reads, and the others wait for the
 * lock. With prefetch, another thread decodes the text meanwhile
 * (codecs/prefetch.c).
 */
#include "readers/csv/reader.h"
#include "readers/csv/ways.h"

enum weir_status weir_sequence_next(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error)
{
    weir_batch_clear(batch);
    batch->part.input = (uint32_t)csv->current.next_input - 1;
    weir_csv_place(csv, batch, csv->current.buffer.consumed);
    batch->part.seq = csv->seq;
    enum weir_status status = csv->current.buffer.ended
                                  ? WEIR_END
                                  : weir_csv_read_part(csv, batch, error);
    if (status)
        return status;
    weir_batch_take(batch, 0, batch->len);
    csv->seq++;
    csv->current.starts_input = false;
    csv->current.buffer.consumed += batch->len - csv->current.buffer.added;
    weir_csv_note_part(csv);
    return WEIR_OK;
}

/* weir_csv_read_part reads a shard's boundaries, which the decoder fills in:
 * with prefetch, another thread would write them. */
const char *weir_prefetch_refuse(struct weir_csv *csv)
{
    if (!weir_source_decodes(csv->current.opened))
        return "there is nothing to decode";
    if (csv->shard.share == WEIR_SHARE_PARTS)
        return "a share is cut as it is decoded";
    return csv->mode.prefetches ? NULL : "one thread reads, or memory is short";
}

enum weir_status weir_prefetch_next(struct weir_csv *csv,
                                    struct weir_batch *batch,
                                    struct weir_error *error)
{
    if (!csv->current.buffer.ended && !csv->current.is_prefetched &&
        !csv->current.clone)
        csv->current.is_prefetched =
            weir_source_prefetch(csv->current.buffer.source, csv->inputs.io);
    return weir_sequence_next(csv, batch, error);
}
