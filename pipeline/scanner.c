#include "pipeline/scanner.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <stdio.h>

static bool has_listener(const struct weir_scanner *scanner)
{
    const struct weir_listener *listener = scanner->order->listener;
    return listener && listener->reject;
}

enum weir_status weir_scanner_init(struct weir_scanner *scanner,
                                   struct weir_reorder *order,
                                   struct weir_error *error)
{
    struct weir_batch_size size = weir_batch_size(order->stream);
    *scanner = (struct weir_scanner){.order = order, .lap = weir_clock_ns()};
    if (has_listener(scanner) && size.rows > WEIR_REJECT_ROWS)
        size.rows = WEIR_REJECT_ROWS;
    enum weir_status status = weir_batch_init(&scanner->batch, &size, error);
    if (!status && has_listener(scanner))
        status = weir_window_rejects_init(&scanner->rejects, error);
    if (status)
        return status;
    /* There is nothing to shape yet, but the stream allocates its state in the
     * batch now. */
    weir_batch_clear(&scanner->batch);
    status = weir_shape(order->stream, &scanner->batch, error);
    return status == WEIR_END ? WEIR_OK : status;
}

void weir_scanner_release(struct weir_scanner *scanner)
{
    weir_batch_release(&scanner->batch);
    weir_window_rejects_release(&scanner->rejects);
    *scanner = (struct weir_scanner){0};
}

void weir_scanner_leave(struct weir_scanner *scanner)
{
    struct weir_batch *batch = &scanner->batch;
    if (batch->memory.state && batch->memory.state->leave)
        batch->memory.state->leave(scanner->order->stream, batch);
}

bool weir_scanner_turn(struct weir_scanner *scanner)
{
    struct weir_batch *batch = &scanner->batch;
    return weir_reorder_turn(scanner->order, batch, &batch->part.first_line);
}

static enum weir_status locate(const struct weir_scanner *scanner,
                               struct weir_error *error)
{
    const struct weir_stream *stream = scanner->order->stream;
    const struct weir_batch *batch = &scanner->batch;
    if (error->byte != WEIR_NO_BYTE && !*error->place)
        stream->ops->locate(stream, batch, error);
    return error->status;
}

/* A failure at a byte of the text may come from a damaged input. */
static void verify(struct weir_scanner *scanner, struct weir_error *error)
{
    const struct weir_batch *batch = &scanner->batch;
    const struct weir_batch_state *state = batch->memory.state;
    if (error->byte != WEIR_NO_BYTE && state && state->verify)
        state->verify(scanner->order->stream, batch, error);
}

enum weir_status weir_scanner_fail(struct weir_scanner *scanner,
                                   struct weir_error *error)
{
    if (!scanner->batch.part.located)
        weir_reorder_misspeculated(scanner->order);
    if (!scanner->batch.part.located || !weir_scanner_turn(scanner))
        return WEIR_END;
    struct weir_error refused;
    if (weir_scanner_tell(scanner, error->byte, &refused) < 0)
        *error = refused;
    verify(scanner, error);
    locate(scanner, error);
    weir_reorder_stop(scanner->order, &scanner->counts, error);
    return error->status;
}

bool weir_scanner_note(struct weir_scanner *scanner, struct weir_first *first,
                       const struct weir_error *error)
{
    const struct weir_batch_part *part = &scanner->batch.part;
    struct weir_first found = {.input = part->input + 1,
                               .error = *error,
                               .seq = part->seq,
                               .at = error->byte};
    if (weir_reorder_knows(scanner->order, first, found.seq, found.at))
        return true;
    if (!part->located)
        weir_reorder_misspeculated(scanner->order);
    if (!part->located || !weir_scanner_turn(scanner))
        return false;
    locate(scanner, &found.error);
    weir_reorder_note(scanner->order, first, &found);
    return true;
}

enum weir_status weir_scanner_reject(struct weir_scanner *scanner, size_t start,
                                     size_t at, const char *reason)
{
    scanner->counts.rejected++;
    weir_ran(WEIR_RAN_RECORD_REJECTED);
    struct weir_error place;
    weir_fail(&place, WEIR_DATA, "%s", reason);
    weir_fail_at(&place, at);
    if (!weir_scanner_note(scanner, &scanner->order->aside.rejected, &place))
        return WEIR_END;
    if (has_listener(scanner))
        weir_window_rejects_add(&scanner->rejects, start, at, reason);
    return WEIR_OK;
}

/* Gives a rejected record to the listener, in the batch's turn. */
static enum weir_status tell(const struct weir_scanner *scanner,
                             const struct weir_window_reject *rejected,
                             struct weir_error *error)
{
    const struct weir_stream *stream = scanner->order->stream;
    const struct weir_listener *listener = scanner->order->listener;
    const struct weir_batch *batch = &scanner->batch;
    const char *reason = scanner->rejects.text + rejected->reason;
    const size_t start = rejected->start;
    struct weir_error place;
    weir_fail(&place, WEIR_DATA, "%s", reason);
    weir_fail_at(&place, rejected->at);
    locate(scanner, &place);
    struct weir_span record;
    stream->ops->record(stream, batch, start, 0, &record);
    struct weir_reject reject = {.file = stream->input[batch->part.input],
                                 .line = place.line,
                                 .byte = place.byte,
                                 .column = place.column,
                                 .reason = reason,
                                 .record = {batch->text + start, record.len}};
    return listener->reject(listener->context, &reject, error);
}

enum weir_status weir_scanner_tell(struct weir_scanner *scanner, uint64_t end,
                                   struct weir_error *error)
{
    struct weir_window_rejects *rejects = &scanner->rejects;
    enum weir_status status = WEIR_OK;
    size_t i = 0;
    if (rejects->n == 0)
        return WEIR_OK;
    if (!weir_scanner_turn(scanner))
        return WEIR_END;
    weir_window_rejects_sort(rejects);
    for (; !status && i < rejects->n && rejects->reject[i].start < end; i++)
        status = tell(scanner, &rejects->reject[i], error);
    scanner->counts.rejected -= rejects->n - i;
    weir_window_rejects_clear(rejects);
    return status;
}

static enum weir_status reject_malformed(struct weir_scanner *scanner)
{
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < scanner->batch.ragged.n && !status; i++) {
        char reason[96];
        const struct weir_malformed *malformed =
            &scanner->batch.ragged.malformed[i];
        snprintf(reason, sizeof reason,
                 "record has %u field%s but the header has %zu",
                 (unsigned)malformed->n_fields,
                 malformed->n_fields == 1 ? "" : "s",
                 scanner->batch.ragged.n_expected);
        status = weir_scanner_reject(scanner, malformed->start,
                                     malformed->start, reason);
    }
    return status;
}

/* Commits the current part if it is done, and reads the next batch. */
static enum weir_status next_batch(struct weir_scanner *scanner,
                                   struct weir_error *error)
{
    struct weir_batch *batch = &scanner->batch;
    bool more = scanner->in_hand && !batch->part.last;
    if (scanner->in_hand && !more)
        weir_reorder_commit(scanner->order, batch, &scanner->counts);
    if (!more)
        scanner->counts = (struct weir_record_counts){0};
    enum weir_status status =
        weir_reorder_next(scanner->order, batch, more, error);
    scanner->in_hand = status == WEIR_OK;
    scanner->lap = weir_clock_ns();
    if (status)
        return status;
    scanner->times.shape += batch->part.shaping_ns;
    scanner->counts.bytes += batch->len - batch->begin;
    return WEIR_OK;
}

static enum weir_status shape(struct weir_scanner *scanner,
                              struct weir_error *error)
{
    enum weir_status status =
        weir_shape(scanner->order->stream, &scanner->batch, error);
    weir_scanner_lap(scanner, &scanner->times.shape);
    return status;
}

enum weir_status weir_scanner_next(struct weir_scanner *scanner,
                                   struct weir_error *error)
{
    struct weir_batch *batch = &scanner->batch;
    enum weir_status status = weir_scanner_tell(scanner, WEIR_NO_BYTE, error);
    if (status)
        return status;
    while ((status = shape(scanner, error)) == WEIR_END) {
        status = next_batch(scanner, error);
        if (status)
            break;
    }
    if (status)
        return status;
    scanner->counts.read += batch->rows + batch->ragged.n;
    scanner->counts.padded += batch->ragged.padded;
    scanner->counts.surplus += batch->ragged.surplus;
    return reject_malformed(scanner);
}
