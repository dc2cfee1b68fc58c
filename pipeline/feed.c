/*
 * next, shape, and the bookkeeping between them.
 */
#include "pipeline/feed.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <stdio.h>

enum weir_status weir_feed_init(struct weir_feed *feed,
                                struct weir_order *order,
                                struct weir_error *error)
{
    struct weir_batch_size size = weir_batch_size(order->stream);
    *feed = (struct weir_feed){.order = order, .lap = weir_clock_ns()};
    enum weir_status status = weir_batch_init(&feed->batch, &size, error);
    if (status)
        return status;
    /* Nothing to shape at first; but all that is allocated is so now. */
    weir_batch_clear(&feed->batch);
    status = weir_shape(order->stream, &feed->batch, error);
    return status == WEIR_END ? WEIR_OK : status;
}

void weir_feed_release(struct weir_feed *feed)
{
    weir_batch_release(&feed->batch);
    *feed = (struct weir_feed){0};
}

void weir_feed_leave(struct weir_feed *feed)
{
    struct weir_batch *batch = &feed->batch;
    if (batch->state && batch->state->leave)
        batch->state->leave(feed->order->stream, batch);
}

bool weir_feed_turn(struct weir_feed *feed)
{
    struct weir_batch *batch = &feed->batch;
    return weir_order_turn(feed->order, batch, &batch->first_line);
}

static enum weir_status locate(const struct weir_feed *feed,
                               struct weir_error *error)
{
    const struct weir_stream *stream = feed->order->stream;
    const struct weir_batch *batch = &feed->batch;
    if (error->byte != WEIR_NO_BYTE && !*error->place)
        stream->ops->locate(stream, batch, error);
    return error->status;
}

enum weir_status weir_feed_fail(struct weir_feed *feed,
                                struct weir_error *error)
{
    if (!feed->batch.located)
        weir_order_mistake(feed->order);
    if (!feed->batch.located || !weir_feed_turn(feed))
        return WEIR_END;
    locate(feed, error);
    weir_order_stop(feed->order, &feed->account, error);
    return error->status;
}

void weir_feed_enough(struct weir_feed *feed)
{
    weir_order_stop(feed->order, &feed->account, NULL);
}

enum weir_status weir_feed_reject(struct weir_feed *feed, size_t start,
                                  size_t at, const char *reason,
                                  struct weir_error *error)
{
    const struct weir_stream *stream = feed->order->stream;
    const struct weir_listener *listener = feed->order->listener;
    const struct weir_batch *batch = &feed->batch;
    feed->account.rejected++;
    weir_ran(WEIR_RAN_RECORD_REJECTED);
    if (!listener || !listener->reject)
        return WEIR_OK;
    if (!weir_feed_turn(feed))
        return WEIR_END;
    struct weir_error place;
    weir_fail(&place, WEIR_DATA, "%s", reason);
    weir_fail_at(&place, at);
    locate(feed, &place);
    struct weir_span record;
    stream->ops->record(stream, batch, start, 0, &record);
    struct weir_reject reject = {.file = stream->input[batch->input],
                                 .line = place.line,
                                 .byte = place.byte,
                                 .column = place.column,
                                 .reason = reason,
                                 .record = {batch->text + start, record.len}};
    return listener->reject(listener->context, &reject, error);
}

static enum weir_status tell_flaws(struct weir_feed *feed,
                                   struct weir_error *error)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < feed->batch.n_flaws && !status; i++) {
        char reason[96];
        const struct weir_flaw *flaw = &feed->batch.flaw[i];
        snprintf(reason, sizeof reason,
                 "record has %u field%s, the header has %zu",
                 (unsigned)flaw->n_fields, flaw->n_fields == 1 ? "" : "s",
                 feed->order->stream->schema.n_columns);
        status =
            weir_feed_reject(feed, flaw->start, flaw->start, reason, error);
    }
    return status;
}

/* The batch in hand is done; the next one, of its part while there is one. */
static enum weir_status next_batch(struct weir_feed *feed,
                                   struct weir_error *error)
{
    struct weir_batch *batch = &feed->batch;
    bool more = feed->in_hand && !batch->last;
    if (feed->in_hand && !more)
        weir_order_retire(feed->order, batch, &feed->account);
    if (!more)
        feed->account = (struct weir_account){0};
    enum weir_status status = weir_order_next(feed->order, batch, more, error);
    feed->in_hand = status == WEIR_OK;
    feed->lap = weir_clock_ns();
    if (status)
        return status;
    feed->times.shape += batch->shaping_ns;
    feed->account.bytes += batch->len - batch->begin;
    return WEIR_OK;
}

static enum weir_status shape(struct weir_feed *feed, struct weir_error *error)
{
    enum weir_status status =
        weir_shape(feed->order->stream, &feed->batch, error);
    weir_feed_lap(feed, &feed->times.shape);
    return status;
}

enum weir_status weir_feed_next(struct weir_feed *feed,
                                struct weir_error *error)
{
    struct weir_batch *batch = &feed->batch;
    enum weir_status status;
    while ((status = shape(feed, error)) == WEIR_END) {
        status = next_batch(feed, error);
        if (status)
            break;
    }
    if (status)
        return status;
    feed->account.read += batch->rows + batch->n_flaws;
    feed->account.padded += batch->padded;
    feed->account.surplus += batch->surplus;
    return tell_flaws(feed, error);
}
