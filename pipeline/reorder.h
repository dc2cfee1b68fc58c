/*
 * The reorder buffer of a stream, shared by the threads of a run.
 *
 * Threads read, shape and use their batches in parallel and finish them in any
 * order. The reorder buffer makes sure that the result does not depend on that
 * order: output, rejects and failures come in the order of the input; a batch
 * learns its line number once all earlier batches are committed; and after a
 * failure the record counts are those of the batches up to the failure.
 *
 * The unit is a part: what one thread reads by itself (base/stream.h). A part
 * has one sequence number and comes as one batch or as several.
 *
 *     next -> seq 7 | shape, use ... | turn 7: emit, reject, fail | commit 7
 *
 * A thread waits for its turn only if it has rows, rejects or an error to emit.
 * Committing does not wait: if earlier parts are not done yet, the buffer keeps
 * the part's counts until they are. At most WEIR_REORDER_MAX parts are being
 * read, in use or kept; a thread that asks for one more waits.
 *
 * A thread that has no batch can pause the run. During a pause every part that
 * was given out is committed, and no further one is given out. So what the
 * threads have counted then covers exactly the first records of the input, up
 * to some position.
 */
#ifndef WEIR_PIPELINE_REORDER_H
#define WEIR_PIPELINE_REORDER_H

#include "base/set_aside.h"
#include "base/stream.h"
#include <pthread.h>

/* Where the time went: nanoseconds, added up over all threads. */
struct weir_times {
    uint64_t pull;  /* reading, and waiting for the stream */
    uint64_t shape; /* finding fields */
    uint64_t use;   /* computing, grouping, output */
};

/*
 * Callbacks of a run; each may be NULL. Each is called by one thread at a time,
 * but `progress` may run while another thread is in `reject`. `progress` and
 * `cancelled` are called with the reorder buffer's lock held, so they must be
 * short and must not call a function of this file.
 */
struct weir_listener {
    void *context;
    enum weir_status (*reject)(void *context, const struct weir_reject *reject,
                               struct weir_error *error);
    /* Called after each batch, with the counts of what is committed. */
    void (*progress)(void *context, const struct weir_record_counts *counts);
    /* Asked before each batch, as `progress` is: true ends the run with
     * WEIR_CANCELLED. */
    bool (*cancelled)(void *context);
};

/* Maximum number of parts that were asked for and are not committed in turn. */
#define WEIR_REORDER_MAX ((size_t)256)

/* What is kept of a part that was committed before its turn. */
struct weir_committed {
    bool done, starts_input;
    uint64_t first_line, lines;
    struct weir_record_counts counts;
};

/* How far a pause goes. */
enum weir_pause {
    WEIR_PAUSE_NONE,
    WEIR_PAUSE_USE, /* no part is in use; parts may still be being read */
    WEIR_PAUSE_READ /* no part is being read either: the stream stands still */
};

/* Whether the run goes on. */
struct weir_reorder_run {
    bool ended;         /* there is nothing more to read */
    bool failing;       /* a read failed; reported in its batch's turn */
    bool stopped;       /* by a failure, or because the limit is reached */
    bool misspeculated; /* nothing of this run counts: it must restart */
    enum weir_pause pause;
};

/*
 * `stream` and `listener` do not change. While threads run, the lock guards all
 * other members; in its batch's turn a thread may read `counts` without it, as
 * no other thread changes them then. Before the threads begin and after they
 * have ended no lock is needed.
 */
struct weir_reorder {
    struct weir_stream *stream;
    const struct weir_listener *listener; /* NULL allowed */
    struct weir_record_counts counts;     /* of the parts committed in turn */
    struct weir_set_aside aside;
    struct weir_times times;
    struct weir_error failure; /* the run's; status 0 if there is none */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t n_waiting; /* threads that wait for `changed` */
    uint64_t turn;    /* seq of the first part that is not committed */
    uint64_t given;   /* seq of the first part that is not given out */
    uint64_t line;    /* line of its input at which part `turn` begins */
    struct weir_reorder_run run;
    size_t n_reading; /* threads that read a new part */
    size_t n_using;   /* parts given out and not committed by their thread */
    struct weir_committed committed[WEIR_REORDER_MAX]; /* [seq modulo that] */
};

/* The stream and the listener are borrowed until release, which is allowed on a
 * zeroed buffer. */
enum weir_status weir_reorder_init(struct weir_reorder *order,
                                   struct weir_stream *stream,
                                   const struct weir_listener *listener,
                                   struct weir_error *error) WEIR_CHECKED;
void weir_reorder_release(struct weir_reorder *order);

/*
 * Reads the next batch. `more` says that the thread's current batch is not the
 * last of its part, so the next one is of that part. Otherwise the call may
 * wait, for a pause to end or for earlier parts to be committed. A failure
 * belongs to the batch that would have come: batch->part.seq is set. Returns
 * WEIR_END at the end of the stream, and if the run has stopped.
 */
enum weir_status weir_reorder_next(struct weir_reorder *order,
                                   struct weir_batch *batch, bool more,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Waits until all earlier parts are committed, and sets *first_line to the line
 * of its input at which the batch begins. Returns false if the run has stopped
 * and this batch does not count. The batch must be located (base/stream.h).
 */
bool weir_reorder_turn(struct weir_reorder *order,
                       const struct weir_batch *batch,
                       uint64_t *first_line) WEIR_CHECKED;

/* Whether the first of a kind, a member of order->aside, is known already, so
 * that it is not at `at` in the text of part `seq`: a part is not examined in
 * the order of its records. */
bool weir_reorder_knows(struct weir_reorder *order,
                        const struct weir_first *first, uint64_t seq,
                        uint64_t at);

/* Sets it, unless one before it is known. Only in the turn of the batch that
 * has it, so that it is the first in the input's order. */
void weir_reorder_note(struct weir_reorder *order, struct weir_first *first,
                       const struct weir_first *found);

/* Stops the run, which then has to restart: a batch failed that is not located,
 * so the stream may have mis-speculated. */
void weir_reorder_misspeculated(struct weir_reorder *order);

/* The thread is done with the part that ends with this batch. Its counts are
 * added in its turn; the call does not wait for it. */
void weir_reorder_commit(struct weir_reorder *order,
                         const struct weir_batch *batch,
                         const struct weir_record_counts *counts);

/*
 * Pauses the run. Only a thread that has no batch may call this, and only one
 * at a time. Fills `counts` (NULL allowed) with those of what was used so far.
 * Returns false if the run has stopped, or is about to because a read failed:
 * then the stream has no position to resume from. Whatever it returns, the
 * caller must call weir_reorder_continue afterwards.
 */
bool weir_reorder_pause(struct weir_reorder *order, enum weir_pause pause,
                        struct weir_record_counts *counts) WEIR_CHECKED;
void weir_reorder_continue(struct weir_reorder *order);

/* Adds a thread's times for shape and use; pull is measured here. */
void weir_reorder_time(struct weir_reorder *order,
                       const struct weir_times *times);

/* Stops the run: no later batch counts. `counts` are those of the current part,
 * and are added. `failure` is NULL if the limit is reached. A thread with a
 * batch may call this only in the batch's turn. If the run has already stopped,
 * nothing changes. */
void weir_reorder_stop(struct weir_reorder *order,
                       const struct weir_record_counts *counts,
                       const struct weir_error *failure);

#endif
