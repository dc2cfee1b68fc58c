/*
 * The order of batches, shared by the threads of a run.
 *
 * Threads take turns at pull, and shape and use their batches side by side, in
 * whatever order they finish. What must not depend on that waits here: output,
 * rejects and failures come in the order of the input, a batch's line number
 * is known once the batches before it are done, and the account is that of the
 * batches up to the failure, if there is one.
 *
 *     pull -> seq 7 | shape, use ... | turn 7: emit, reject, fail | retire 7
 *
 * Only who has something to say waits for its turn. Retiring does not wait: a
 * batch that is done before its turn is remembered, and no thread runs further
 * ahead of the turn than there is room for that.
 *
 * The batches of a lane (base/stream.h) are one here: they have one seq, one
 * turn, and are retired together. In its turn it is seen whether the lane began
 * where the one before it ended. If not the run is over, and mistaken.
 *
 * A run can be paused by who has no batch: then every batch that was given out
 * is retired, and none is given out before it goes on. What the threads have
 * counted by then is that of the first records of the input, up to a place.
 */
#ifndef WEIR_PIPELINE_ORDER_H
#define WEIR_PIPELINE_ORDER_H

#include "base/account.h"
#include "base/stream.h"
#include <pthread.h>

/* Where the time went, in nanoseconds of all threads together. */
struct weir_times {
    uint64_t pull;  /* under the lock: what threads cannot do side by side */
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
    void (*progress)(void *context, const struct weir_account *account);
};

#define WEIR_AHEAD_MOST ((size_t)256)

/* A batch that is done. */
struct weir_retired {
    bool done, starts_input, lane;
    uint64_t first_line, lines;
    uint64_t begins, ends; /* of a lane */
    struct weir_account account;
};

/* How far a pause goes. */
enum weir_pause {
    WEIR_PAUSE_NONE,
    WEIR_PAUSE_USE, /* no batch is in use; one may be being read */
    WEIR_PAUSE_READ /* nor is one being read: the stream stands still */
};

struct weir_order {
    struct weir_stream *stream;
    const struct weir_listener *listener; /* NULL allowed */
    struct weir_account account;          /* of the batches retired */
    struct weir_times times;
    struct weir_error failure; /* of the one that failed */

    pthread_mutex_t pulling; /* whose turn at pull it is; before the lock */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t n_waiting;
    uint64_t turn;   /* the first batch not retired */
    uint64_t pulled; /* the first batch not pulled */
    uint64_t joined; /* the first batch claimed and not joined */
    uint64_t given;  /* the first batch not given out to be used */
    uint64_t line;   /* where batch `turn` begins, within its input */
    bool ended;      /* there is nothing more to pull */
    bool failing;    /* a pull has failed, which its turn will tell */
    bool stopped;    /* by a failure, or because there is enough */
    bool lanes;      /* may be entered: set by who needs no order */
    bool resumed;    /* the stream was, and does not know its lines */
    bool mistaken;   /* a lane was: nothing of this run counts */
    size_t n_lanes;  /* entered and not retired */
    enum weir_pause pause;
    size_t n_reading; /* threads in the middle of a pull */
    size_t n_using;   /* batches given out and not retired */
    uint64_t ends;    /* bytes past its end that the last lane retired went */
    struct weir_retired retired[WEIR_AHEAD_MOST]; /* by seq */
};

enum weir_status weir_order_init(struct weir_order *order,
                                 struct weir_stream *stream,
                                 const struct weir_listener *listener,
                                 struct weir_error *error) WEIR_CHECKED;
void weir_order_release(struct weir_order *order);

/*
 * Pulls the next batch. A failure is that of the batch it would have been:
 * batch->seq is set. WEIR_END also where the run has stopped.
 */
enum weir_status weir_order_pull(struct weir_order *order,
                                 struct weir_batch *batch,
                                 struct weir_error *error) WEIR_CHECKED;

/* The next batch of the lane that this one is of; WEIR_END also where the run
 * has stopped. */
enum weir_status weir_order_follow(struct weir_order *order,
                                   struct weir_batch *batch,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Waits until all batches before this one are retired, and says at which line
 * it begins. false: the run has stopped, and this batch does not count. Not in
 * a lane: nobody knows yet which batches come before it.
 */
bool weir_order_turn(struct weir_order *order, const struct weir_batch *batch,
                     uint64_t *first_line) WEIR_CHECKED;

/* Something failed where nobody knows the place, in a lane or after a resume:
 * the run is over, and mistaken. */
void weir_order_mistake(struct weir_order *order);

/* The batch is done; its account is added in its turn. */
void weir_order_retire(struct weir_order *order, const struct weir_batch *batch,
                       const struct weir_account *account);

/*
 * Pauses the run, by a thread that has no batch; one at a time. false: it has
 * stopped, by a failure or because there was enough, or is about to: how far
 * the stream was read then is no place to go on from. weir_order_go_on is
 * called in any case. `account` is that of what was used; NULL allowed.
 */
bool weir_order_pause(struct weir_order *order, enum weir_pause pause,
                      struct weir_account *account) WEIR_CHECKED;
void weir_order_go_on(struct weir_order *order);

/* Where the next record begins, while the run is paused by WEIR_PAUSE_READ; and
 * makes the stream go on there, before anything is pulled. */
void weir_order_tell(const struct weir_order *order, struct weir_place *place);
enum weir_status weir_order_resume(struct weir_order *order,
                                   const struct weir_place *place,
                                   struct weir_error *error) WEIR_CHECKED;

/* Adds a thread's times, but for pull's, which the order knows. */
void weir_order_time(struct weir_order *order, const struct weir_times *times);

/* In its turn: nothing after this batch counts. `failure` NULL: there is
 * enough. */
void weir_order_stop(struct weir_order *order,
                     const struct weir_account *account,
                     const struct weir_error *failure);

#endif
