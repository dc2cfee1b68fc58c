/*
 * The order of a stream's parts, shared by the threads of a run.
 *
 * Threads read, shape and use their batches side by side, in whatever order
 * they finish. What must not depend on that waits here: output, rejects and
 * failures come in the order of the input, a batch's line number is known once
 * the batches before it are done, and the account is that of the batches up to
 * the failure, if there is one.
 *
 *     next -> seq 7 | shape, use ... | turn 7: emit, reject, fail | retire 7
 *
 * A thread waits for its turn only if it has rows, rejects or an error to emit.
 * Retiring does not wait: a part that is done before its turn is remembered,
 * and no thread runs further ahead of the turn than there is room for that.
 *
 * A run can be paused by a thread that has no batch: then every part that was
 * given out is retired, and none is given out before it goes on. What the
 * threads have counted by then is that of the first records of the input, up to
 * a place.
 */
#ifndef WEIR_PIPELINE_REORDER_H
#define WEIR_PIPELINE_REORDER_H

#include "base/record_counts.h"
#include "base/stream.h"
#include <pthread.h>

/* Where the time went, in nanoseconds of all threads together. */
struct weir_times {
    uint64_t pull;  /* reading, and waiting to */
    uint64_t shape; /* finding fields */
    uint64_t use;   /* computing, grouping, output */
};

/* A record set aside; the texts are borrowed for the call. */
struct weir_reject {
    const char *file;
    uint64_t line;   /* 1-based; 0: unknown */
    uint64_t byte;   /* in the decoded input; WEIR_NO_BYTE: unknown */
    uint32_t column; /* 1-based; 0: the record as a whole */
    const char *reason;
    struct weir_text record; /* as read, without its line end */
};

/* Who listens; each may be NULL. Called from one thread at a time. */
struct weir_listener {
    void *context;
    enum weir_status (*reject)(void *context, const struct weir_reject *reject,
                               struct weir_error *error);
    /* After each batch. */
    void (*progress)(void *context, const struct weir_record_counts *counts);
};

#define WEIR_AHEAD_MAX ((size_t)256)

/* A batch that is done. */
struct weir_committed {
    bool done, starts_input;
    uint64_t first_line, lines;
    struct weir_record_counts counts;
};

/* How far a pause goes. */
enum weir_pause {
    WEIR_PAUSE_NONE,
    WEIR_PAUSE_USE, /* no batch is in use; one may be being read */
    WEIR_PAUSE_READ /* nor is one being read: the stream stands still */
};

struct weir_reorder {
    struct weir_stream *stream;
    const struct weir_listener *listener; /* NULL allowed */
    struct weir_record_counts counts;     /* of the batches retired */
    struct weir_times times;
    struct weir_error failure; /* of the one that failed */

    pthread_mutex_t lock; /* guards what follows, and the account, the times
                             and the failure above */
    pthread_cond_t changed;
    size_t n_waiting;
    uint64_t turn;      /* the first batch not retired */
    uint64_t given;     /* the first batch not given out to be used */
    uint64_t line;      /* where batch `turn` begins, within its input */
    bool ended;         /* there is nothing more to read */
    bool failing;       /* a read has failed, which its turn will tell */
    bool stopped;       /* by a failure, or because there is enough */
    bool misspeculated; /* nothing of this run counts: it begins again */
    enum weir_pause pause;
    size_t n_reading; /* threads that read a new part */
    size_t n_using;   /* parts given out and not retired */
    struct weir_committed retired[WEIR_AHEAD_MAX]; /* by seq */
};

enum weir_status weir_reorder_init(struct weir_reorder *order,
                                   struct weir_stream *stream,
                                   const struct weir_listener *listener,
                                   struct weir_error *error) WEIR_CHECKED;
void weir_reorder_release(struct weir_reorder *order);

/*
 * The next batch; `more` where the one in hand is not the last of its part. A
 * failure is that of the batch it would have been: batch->part.seq is set.
 * WEIR_END also where the run has stopped.
 */
enum weir_status weir_reorder_next(struct weir_reorder *order,
                                   struct weir_batch *batch, bool more,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Waits until all batches before this one are retired, and says at which line
 * it begins. false: the run has stopped, and this batch does not count. Only
 * where the batch is located (base/stream.h).
 */
bool weir_reorder_turn(struct weir_reorder *order,
                       const struct weir_batch *batch,
                       uint64_t *first_line) WEIR_CHECKED;

/* Something failed in a batch that is not located: the run is over, and has to
 * begin again. */
void weir_reorder_misspeculated(struct weir_reorder *order);

/* The batch is done; its account is added in its turn. */
void weir_reorder_commit(struct weir_reorder *order,
                         const struct weir_batch *batch,
                         const struct weir_record_counts *counts);

/*
 * Pauses the run, by a thread that has no batch; one at a time. false: it has
 * stopped, by a failure or because there was enough, or is about to: how far
 * the stream was read then is no place to go on from. weir_reorder_go_on is
 * called in any case. `account` is that of what was used; NULL allowed.
 */
bool weir_reorder_pause(struct weir_reorder *order, enum weir_pause pause,
                        struct weir_record_counts *counts) WEIR_CHECKED;
void weir_reorder_go_on(struct weir_reorder *order);

/* Adds a thread's times, but for pull's, which the order knows. */
void weir_reorder_time(struct weir_reorder *order,
                       const struct weir_times *times);

/* In its turn: nothing after this batch counts. `failure` NULL: there is
 * enough. */
void weir_reorder_stop(struct weir_reorder *order,
                       const struct weir_record_counts *counts,
                       const struct weir_error *failure);

#endif
