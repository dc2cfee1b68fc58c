/*
 * One mutex and one condition variable. Reading happens outside of the lock, so
 * waiting for slow input keeps no thread from emitting earlier batches.
 */
#include "pipeline/reorder.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "base/threads.h"
#include <assert.h>
#include <string.h>

enum weir_status weir_reorder_init(struct weir_reorder *order,
                                   struct weir_stream *stream,
                                   const struct weir_listener *listener,
                                   struct weir_error *error)
{
    *order = (struct weir_reorder){.stream = stream, .listener = listener};
    enum weir_status status =
        weir_lock_init(&order->lock, &order->changed, error);
    if (status)
        order->stream = NULL; /* release has nothing to destroy */
    return status;
}

void weir_reorder_release(struct weir_reorder *order)
{
    if (!order->stream)
        return;
    pthread_cond_destroy(&order->changed);
    pthread_mutex_destroy(&order->lock);
    order->stream = NULL;
}

static void wait(struct weir_reorder *order)
{
    order->n_waiting++;
    pthread_cond_wait(&order->changed, &order->lock);
    order->n_waiting--;
}

static void wake(struct weir_reorder *order)
{
    if (order->n_waiting)
        pthread_cond_broadcast(&order->changed);
}

/* Gives a part out to be used, in the order of the input. The order also holds
 * if several threads have waited for the end of a pause, so what was used
 * before the next pause has no gaps. */
static void give_out(struct weir_reorder *order, const struct weir_batch *batch)
{
    while ((order->run.pause == WEIR_PAUSE_USE ||
            order->given != batch->part.seq) &&
           !order->run.stopped)
        wait(order);
    order->given = batch->part.seq + 1;
    order->n_using++;
    wake(order);
}

/* Whether no further part may be read now. */
static bool must_wait(const struct weir_reorder *order)
{
    uint64_t ahead = order->given + order->n_reading - order->turn;
    return (ahead >= WEIR_REORDER_MAX || order->run.pause == WEIR_PAUSE_READ) &&
           !order->run.stopped;
}

/* Asks the listener whether the run is to end. The lock is held. */
static void ask_on(struct weir_reorder *order)
{
    const struct weir_listener *listener = order->listener;
    if (!listener || !listener->cancelled || order->run.stopped ||
        !listener->cancelled(listener->context))
        return;
    weir_fail_cancelled(&order->failure);
    order->run.stopped = true;
    weir_ran(WEIR_RAN_RUN_CANCELLED);
    wake(order);
}

enum weir_status weir_reorder_next(struct weir_reorder *order,
                                   struct weir_batch *batch, bool more,
                                   struct weir_error *error)
{
    if (!more)
        weir_ran(WEIR_RAN_BATCH_ASKED);
    pthread_mutex_lock(&order->lock);
    while (!more && must_wait(order))
        wait(order);
    ask_on(order);
    if (more && order->listener && order->listener->progress)
        order->listener->progress(order->listener->context, &order->counts);
    enum weir_status status = WEIR_END;
    if (!order->run.stopped && (more || !order->run.ended)) {
        order->n_reading += !more;
        pthread_mutex_unlock(&order->lock);
        uint64_t begin = weir_clock_ns();
        status = weir_next(order->stream, batch, error);
        begin = weir_clock_ns() - begin;
        pthread_mutex_lock(&order->lock);
        order->times.pull += begin - batch->part.shaping_ns;
        order->run.ended |= status != WEIR_OK;
        order->run.failing |= status < 0;
        if (!status && !more)
            give_out(order, batch);
        order->n_reading -= !more;
        wake(order);
    }
    pthread_mutex_unlock(&order->lock);
    return status;
}

void weir_reorder_misspeculated(struct weir_reorder *order)
{
    pthread_mutex_lock(&order->lock);
    order->run.misspeculated = !order->run.stopped || order->run.misspeculated;
    order->run.stopped = true;
    wake(order);
    pthread_mutex_unlock(&order->lock);
}

bool weir_reorder_turn(struct weir_reorder *order,
                       const struct weir_batch *batch, uint64_t *first_line)
{
    assert(batch->part.located);
    pthread_mutex_lock(&order->lock);
    while (order->turn != batch->part.seq && !order->run.stopped)
        wait(order);
    *first_line =
        batch->part.starts_input ? batch->part.first_line : order->line;
    bool counts = !order->run.stopped;
    pthread_mutex_unlock(&order->lock);
    return counts;
}

bool weir_reorder_knows(struct weir_reorder *order,
                        const struct weir_first *first, uint64_t seq,
                        uint64_t at)
{
    pthread_mutex_lock(&order->lock);
    bool known = first->input && (first->seq != seq || at >= first->at);
    pthread_mutex_unlock(&order->lock);
    return known;
}

void weir_reorder_note(struct weir_reorder *order, struct weir_first *first,
                       const struct weir_first *found)
{
    pthread_mutex_lock(&order->lock);
    weir_first_keep(first, found);
    pthread_mutex_unlock(&order->lock);
}

static void add(struct weir_record_counts *to,
                const struct weir_record_counts *from)
{
    to->read += from->read;
    to->used += from->used;
    to->filtered += from->filtered;
    to->rejected += from->rejected;
    to->padded += from->padded;
    to->surplus += from->surplus;
    to->nulled += from->nulled;
    to->bytes += from->bytes;
}

/* Commits the part whose turn it is, and passes the turn on. */
static void pass(struct weir_reorder *order, struct weir_committed *retired)
{
    retired->done = false;
    if (retired->starts_input)
        order->line = retired->first_line;
    order->line += retired->lines;
    add(&order->counts, &retired->counts);
    order->turn++;
}

void weir_reorder_commit(struct weir_reorder *order,
                         const struct weir_batch *batch,
                         const struct weir_record_counts *counts)
{
    pthread_mutex_lock(&order->lock);
    struct weir_committed *retired =
        &order->committed[batch->part.seq % WEIR_REORDER_MAX];
    *retired = (struct weir_committed){.done = true,
                                       .starts_input = batch->part.starts_input,
                                       .first_line = batch->part.first_line,
                                       .lines = batch->lines,
                                       .counts = *counts};
    order->n_using--;
    for (retired = &order->committed[order->turn % WEIR_REORDER_MAX];
         retired->done && !order->run.stopped;
         retired = &order->committed[order->turn % WEIR_REORDER_MAX])
        pass(order, retired);
    wake(order);
    if (order->listener && order->listener->progress)
        order->listener->progress(order->listener->context, &order->counts);
    pthread_mutex_unlock(&order->lock);
}

bool weir_reorder_pause(struct weir_reorder *order, enum weir_pause pause,
                        struct weir_record_counts *counts)
{
    pthread_mutex_lock(&order->lock);
    assert(order->run.pause == WEIR_PAUSE_NONE);
    order->run.pause = pause;
    while ((order->n_using || (pause == WEIR_PAUSE_READ && order->n_reading)) &&
           !order->run.stopped)
        wait(order);
    bool paused = !order->run.stopped && !order->run.failing;
    if (counts)
        *counts = order->counts;
    pthread_mutex_unlock(&order->lock);
    return paused;
}

void weir_reorder_continue(struct weir_reorder *order)
{
    pthread_mutex_lock(&order->lock);
    order->run.pause = WEIR_PAUSE_NONE;
    wake(order);
    pthread_mutex_unlock(&order->lock);
}

void weir_reorder_time(struct weir_reorder *order,
                       const struct weir_times *times)
{
    pthread_mutex_lock(&order->lock);
    order->times.shape += times->shape;
    order->times.use += times->use;
    pthread_mutex_unlock(&order->lock);
}

void weir_reorder_stop(struct weir_reorder *order,
                       const struct weir_record_counts *counts,
                       const struct weir_error *failure)
{
    pthread_mutex_lock(&order->lock);
    if (!order->run.stopped) {
        add(&order->counts, counts);
        if (failure)
            order->failure = *failure;
        order->run.stopped = true;
    }
    wake(order);
    pthread_mutex_unlock(&order->lock);
}
