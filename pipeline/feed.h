/*
 * A feed: windows of records from a stream, one after another, for one of the
 * threads that read it. Whoever reads a stream does it through one: the rows'
 * interface, a run's workers, a load.
 */
#ifndef WEIR_PIPELINE_FEED_H
#define WEIR_PIPELINE_FEED_H

#include "pipeline/order.h"

struct weir_feed {
    struct weir_order *order;
    struct weir_batch batch;
    struct weir_account account; /* of the batch in hand */
    bool in_hand;
    struct weir_times times; /* but for pull */
    uint64_t lap;            /* when what was timed last has ended */
};

/* What has passed since then goes to one of the times. */
static inline void weir_feed_lap(struct weir_feed *feed, uint64_t *into)
{
    uint64_t now = weir_clock_ns();
    *into += now - feed->lap;
    feed->lap = now;
}

/* Call after weir_stream_want. Release is allowed on a zeroed feed. */
enum weir_status weir_feed_init(struct weir_feed *feed,
                                struct weir_order *order,
                                struct weir_error *error) WEIR_CHECKED;
void weir_feed_release(struct weir_feed *feed);

/* The thread ends, maybe in the middle of a part of the stream. */
void weir_feed_leave(struct weir_feed *feed);

/*
 * The next window, in feed->batch: WEIR_OK (it may have no rows), WEIR_END or
 * a failure, to be passed to weir_feed_fail(). Records that shape set aside
 * are counted and told.
 */
enum weir_status weir_feed_next(struct weir_feed *feed,
                                struct weir_error *error) WEIR_CHECKED;

/* Waits for the batch's turn: see order.h. false: it does not count. */
bool weir_feed_turn(struct weir_feed *feed) WEIR_CHECKED;

/*
 * Ends the run with this failure, in the batch's turn; error->byte, an offset
 * in the batch's text, becomes its place. WEIR_END where an earlier batch has
 * failed: then this failure does not count.
 */
enum weir_status weir_feed_fail(struct weir_feed *feed,
                                struct weir_error *error);

/* In the batch's turn: there is enough, and nothing after it counts. */
void weir_feed_enough(struct weir_feed *feed);

/* Counts and tells that the record at text[start] is set aside, for what is
 * at text[at]. WEIR_END: as for weir_feed_turn(). */
enum weir_status weir_feed_reject(struct weir_feed *feed, size_t start,
                                  size_t at, const char *reason,
                                  struct weir_error *error) WEIR_CHECKED;

#endif
