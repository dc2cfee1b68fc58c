/*
 * A scanner: windows of records from a stream, one after another, for one of
 * the threads that read it. Whoever reads a stream does it through one: the
 * rows' interface, a run's workers, a load.
 */
#ifndef WEIR_PIPELINE_SCANNER_H
#define WEIR_PIPELINE_SCANNER_H

#include "pipeline/reorder.h"

struct weir_scanner {
    struct weir_reorder *order;
    struct weir_batch batch;
    struct weir_record_counts counts; /* of the batch in hand */
    bool in_hand;
    struct weir_times times; /* but for pull */
    uint64_t lap;            /* when what was timed last has ended */
};

/* What has passed since then goes to one of the times. */
static inline void weir_scanner_lap(struct weir_scanner *scanner,
                                    uint64_t *into)
{
    uint64_t now = weir_clock_ns();
    *into += now - scanner->lap;
    scanner->lap = now;
}

/* Call after weir_stream_project. Release is allowed on a zeroed feed. */
enum weir_status weir_scanner_init(struct weir_scanner *scanner,
                                   struct weir_reorder *order,
                                   struct weir_error *error) WEIR_CHECKED;
void weir_scanner_release(struct weir_scanner *scanner);

/* The thread ends, maybe in the middle of a part of the stream. */
void weir_scanner_leave(struct weir_scanner *scanner);

/*
 * The next window, in feed->batch: WEIR_OK (it may have no rows), WEIR_END or
 * a failure, to be passed to weir_scanner_fail(). Records that shape set aside
 * are counted and told.
 */
enum weir_status weir_scanner_next(struct weir_scanner *scanner,
                                   struct weir_error *error) WEIR_CHECKED;

/* Waits for the batch's turn: see order.h. false: it does not count. */
bool weir_scanner_turn(struct weir_scanner *scanner) WEIR_CHECKED;

/*
 * Ends the run with this failure, in the batch's turn; error->byte, an offset
 * in the batch's text, becomes its place. WEIR_END where an earlier batch has
 * failed: then this failure does not count.
 */
enum weir_status weir_scanner_fail(struct weir_scanner *scanner,
                                   struct weir_error *error);

/* In the batch's turn: there is enough, and nothing after it counts. */
void weir_scanner_enough(struct weir_scanner *scanner);

/* Counts and tells that the record at text[start] is set aside, for what is
 * at text[at]. WEIR_END: as for weir_scanner_turn(). */
enum weir_status weir_scanner_reject(struct weir_scanner *scanner, size_t start,
                                     size_t at, const char *reason,
                                     struct weir_error *error) WEIR_CHECKED;

#endif
