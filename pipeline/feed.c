/*
 * pull, shape, and the bookkeeping between them.
 */
#include "pipeline/feed.h"

#include "base/error.h"
#include <inttypes.h>
#include <stdio.h>

enum weir_status weir_feed_init(struct weir_feed *feed,
                                struct weir_stream *stream,
                                struct weir_error *error)
{
    struct weir_batch_size size = weir_batch_size(stream);
    feed->stream = stream;
    enum weir_status status = weir_batch_init(&feed->batch, &size, error);
    if (!status)
        weir_batch_clear(&feed->batch); /* nothing to shape, at first */
    return status;
}

void weir_feed_release(struct weir_feed *feed)
{
    weir_batch_release(&feed->batch);
    *feed = (struct weir_feed){0};
}

static struct weir_where where_of(const struct weir_feed *feed)
{
    const struct weir_batch *batch = &feed->batch;
    return (struct weir_where){feed->stream->input[batch->input], batch->text,
                               batch->first_byte, feed->first_line};
}

/* All that is known of a record that is replayed is its number. */
static enum weir_status locate_replayed(const struct weir_feed *feed,
                                        struct weir_error *error)
{
    const struct weir_batch *batch = &feed->batch;
    uint64_t row = 0;
    while (batch->scan.separator[row] < error->byte)
        row++;
    snprintf(error->place, sizeof error->place, "%s: loaded record %" PRIu64,
             feed->stream->n_inputs == 1 ? feed->stream->input[0] : "inputs",
             batch->first_byte + row + 1);
    error->byte = WEIR_NO_BYTE;
    return error->status;
}

enum weir_status weir_feed_locate(const struct weir_feed *feed,
                                  struct weir_error *error)
{
    struct weir_where where = where_of(feed);
    if (error->byte == WEIR_NO_BYTE || *error->place)
        return error->status;
    if (feed->stream->replayed)
        return locate_replayed(feed, error);
    return weir_fail_where(error, &where);
}

enum weir_status weir_feed_reject(const struct weir_feed *feed, size_t start,
                                  size_t at, const char *reason,
                                  struct weir_error *error)
{
    const struct weir_batch *batch = &feed->batch;
    if (!feed->listener || !feed->listener->reject)
        return WEIR_OK;
    struct weir_error place;
    weir_fail(&place, WEIR_DATA, "%s", reason);
    weir_fail_at(&place, at);
    weir_feed_locate(feed, &place);
    struct weir_reject reject = {
        .file = feed->stream->input[batch->input],
        .line = place.line,
        .byte = place.byte,
        .column = place.column,
        .reason = reason,
        .record = {batch->text + start,
                   feed->stream->ops->record_len(feed->stream, batch, start)}};
    return feed->listener->reject(feed->listener->context, &reject, error);
}

static enum weir_status tell_flaws(const struct weir_feed *feed,
                                   struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < feed->batch.n_flaws && !status; i++) {
        char reason[96];
        const struct weir_flaw *flaw = &feed->batch.flaw[i];
        snprintf(reason, sizeof reason,
                 "record has %u field%s, the header has %zu",
                 (unsigned)flaw->n_fields, flaw->n_fields == 1 ? "" : "s",
                 feed->stream->n_columns);
        status =
            weir_feed_reject(feed, flaw->start, flaw->start, reason, error);
    }
    return status;
}

static enum weir_status pull(struct weir_feed *feed, struct weir_error *error)
{
    uint64_t lines = feed->batch.scan.lines;
    enum weir_status status = weir_pull(feed->stream, &feed->batch, error);
    feed->first_line = feed->batch.starts_input ? feed->batch.first_line
                                                : feed->first_line + lines;
    if (!status)
        feed->account->bytes += feed->batch.len;
    if (feed->listener && feed->listener->progress)
        feed->listener->progress(feed->listener->context, feed->account);
    return status;
}

enum weir_status weir_feed_next(struct weir_feed *feed,
                                struct weir_error *error)
{
    struct weir_batch *batch = &feed->batch;
    enum weir_status status;
    while ((status = weir_shape(feed->stream, batch, error)) == WEIR_END) {
        status = pull(feed, error);
        if (status)
            break;
    }
    if (status < 0)
        return weir_feed_locate(feed, error);
    if (status)
        return status;
    feed->account->read += batch->rows + batch->n_flaws;
    feed->account->rejected += batch->n_flaws;
    feed->account->padded += batch->padded;
    feed->account->surplus += batch->surplus;
    return tell_flaws(feed, error);
}
