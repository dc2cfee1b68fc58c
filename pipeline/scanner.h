/*
 * A scanner gives windows of records from a stream, one after another, to one
 * of the threads that read the stream. All readers of a stream use one: the row
 * interface (rows.h), the workers of a run, a load, a measurement.
 *
 * A scanner belongs to one thread. Threads that read the same stream share the
 * reorder buffer.
 */
#ifndef WEIR_PIPELINE_SCANNER_H
#define WEIR_PIPELINE_SCANNER_H

#include "pipeline/reorder.h"
#include "pipeline/window_rejects.h"

struct weir_scanner {
    struct weir_reorder *order;
    struct weir_batch batch;
    struct weir_record_counts counts; /* of the current part of the input */
    bool in_hand;                     /* `batch` holds a batch of the stream */
    struct weir_window_rejects rejects; /* for the listener, if it takes any */
    struct weir_times times; /* without pull, which `order` adds up */
    uint64_t lap;            /* end of the last timed interval, ns */
};

/* Adds the nanoseconds since the last lap to *into, and begins a new lap. */
static inline void weir_scanner_lap(struct weir_scanner *scanner,
                                    uint64_t *into)
{
    uint64_t now = weir_clock_ns();
    *into += now - scanner->lap;
    scanner->lap = now;
}

/* Call after weir_stream_project. Release is allowed on a zeroed scanner. */
enum weir_status weir_scanner_init(struct weir_scanner *scanner,
                                   struct weir_reorder *order,
                                   struct weir_error *error) WEIR_CHECKED;
void weir_scanner_release(struct weir_scanner *scanner);

/* The thread reads no more. If it stops in the middle of a part of the input,
 * the stream ends for all threads. */
void weir_scanner_leave(struct weir_scanner *scanner);

/*
 * Puts the next window into scanner->batch. Returns WEIR_OK (the window may
 * have no rows), WEIR_END, or a failure, which the caller must pass to
 * weir_scanner_fail(). Malformed records that weir_shape() set aside are
 * rejected. The rejects of the window before are given to the listener first.
 */
enum weir_status weir_scanner_next(struct weir_scanner *scanner,
                                   struct weir_error *error) WEIR_CHECKED;

/* Waits for the batch's turn (see reorder.h). The batch must be located
 * (base/stream.h). Returns false if the run has stopped and this batch does not
 * count. */
bool weir_scanner_turn(struct weir_scanner *scanner) WEIR_CHECKED;

/*
 * Waits for the batch's turn, gives the listener the rejects before the failure
 * and ends the run with it, or with what the listener fails with. error->byte,
 * an offset in the batch's text, is converted to a place in the input. Returns
 * the status of the failure, which is that of a damaged input if that may be
 * the cause; or WEIR_END if the run has already stopped, or if the stream
 * mis-speculated and the run has to restart: then this failure does not count.
 */
enum weir_status weir_scanner_fail(struct weir_scanner *scanner,
                                   struct weir_error *error);

/*
 * Notes what is wrong with the text at error->byte as the first of its kind,
 * unless one is known that comes before; `first` is a member of order->aside.
 * Waits for the batch's turn. Returns false if the run has stopped, or has to
 * restart because the batch is not located.
 */
bool weir_scanner_note(struct weir_scanner *scanner, struct weir_first *first,
                       const struct weir_error *error) WEIR_CHECKED;

/* Counts the record at text[start] as rejected, and keeps it for the listener.
 * text[at] is the place of what is wrong. Returns WEIR_END if the run has
 * stopped. */
enum weir_status weir_scanner_reject(struct weir_scanner *scanner, size_t start,
                                     size_t at,
                                     const char *reason) WEIR_CHECKED;

/* Gives the listener those rejects of the window whose records begin before
 * text[end], or all if `end` is WEIR_NO_BYTE, in the input's order and in the
 * batch's turn; the batch must be located. Rejects from text[end] on are not
 * counted any more, because the run stops there. Returns WEIR_END if the run
 * has stopped already. */
enum weir_status weir_scanner_tell(struct weir_scanner *scanner, uint64_t end,
                                   struct weir_error *error) WEIR_CHECKED;

#endif
