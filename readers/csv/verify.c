/*
 * Damage before data errors. The checksum of compressed data stands after the
 * text that it is for, so wrong text is used before it can be known to be
 * wrong, and may look like a bad cell or a missing column. Before such an error
 * is reported, the rest of the input is decoded, up to a limit, and thrown
 * away. If the decoder fails there, its error is the one to report.
 *
 *     text: | used, up to the error | read on: at most TEXT_MAX | not read |
 *
 * Inputs read in segments are not verified here: an error there is reported
 * only after they were read again in sequence.
 */
#include "readers/csv/reader.h"

#include "base/error.h"

/* The maximum number of bytes of text to decode: a checksum that comes later is
 * not reached. */
#define TEXT_MAX ((uint64_t)16 << 20)
/* How long an input that is no regular file may take to give that text. */
#define WAIT_NS UINT64_C(1000000000)

void weir_csv_read_on(struct weir_csv *csv, struct weir_error *error)
{
    const struct weir_csv_current *current = &csv->current;
    struct weir_error damage;
    char text[16384];
    ptrdiff_t n = 1;
    if (!current->opened || current->segments.begun ||
        !(current->is_prefetched || weir_source_decodes(current->opened)))
        return;
    weir_error_init(&damage);
    atomic_store(&csv->inputs.io->due_ns, weir_clock_ns() + WAIT_NS);
    for (uint64_t read = 0; n > 0 && read < TEXT_MAX; read += (uint64_t)n)
        n = weir_read(current->buffer.source, text, sizeof text, &damage);
    if (n == WEIR_IO)
        *error = damage;
}

void weir_csv_verify(struct weir_stream *stream, struct weir_error *error)
{
    weir_csv_read_on((struct weir_csv *)stream, error);
}

void weir_csv_verify_batch(struct weir_stream *stream,
                           const struct weir_batch *batch,
                           struct weir_error *error)
{
    struct weir_csv *csv = (struct weir_csv *)stream;
    pthread_mutex_lock(&csv->lock);
    /* If the batch's input is no longer open, all of it was verified. */
    if (batch->part.input + 1 == csv->current.next_input) {
        weir_csv_read_on(csv, error);
        if (!csv->sticky)
            csv->sticky = error->status;
    }
    pthread_mutex_unlock(&csv->lock);
}
