/*
 * One mutex and one condition for what is known; another mutex, taken first,
 * for the turns at pull. So who waits for slow input keeps nobody from
 * emitting what came before. A run on one thread goes through here as well: an
 * uncontended lock for a batch is nothing.
 */
#include "pipeline/order.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <assert.h>
#include <string.h>

enum weir_status weir_order_init(struct weir_order *order,
                                 struct weir_stream *stream,
                                 const struct weir_listener *listener,
                                 struct weir_error *error)
{
    *order = (struct weir_order){.stream = stream, .listener = listener};
    if (pthread_mutex_init(&order->pulling, NULL) ||
        pthread_mutex_init(&order->lock, NULL) ||
        pthread_cond_init(&order->changed, NULL))
        return weir_fail(error, WEIR_LIMIT, "no room for a lock");
    return WEIR_OK;
}

void weir_order_release(struct weir_order *order)
{
    if (!order->stream)
        return;
    pthread_cond_destroy(&order->changed);
    pthread_mutex_destroy(&order->lock);
    pthread_mutex_destroy(&order->pulling);
    order->stream = NULL;
}

static void wait(struct weir_order *order)
{
    order->n_waiting++;
    pthread_cond_wait(&order->changed, &order->lock);
    order->n_waiting--;
}

static void wake(struct weir_order *order)
{
    if (order->n_waiting)
        pthread_cond_broadcast(&order->changed);
}

/* Nothing is pulled any more; who waits for a join must know. */
static enum weir_status end(struct weir_order *order, enum weir_status status)
{
    order->ended = true;
    order->failing = order->failing || status < 0;
    wake(order);
    return status;
}

/*
 * A piece claimed: its bytes are read without the lock, side by side with
 * others', and joined to what the piece before left over, in turn.
 */
static enum weir_status fetch_piece(struct weir_order *order,
                                    struct weir_batch *batch, uint64_t begin,
                                    struct weir_error *error)
{
    const struct weir_stream_ops *ops = order->stream->ops;
    order->pulled = batch->seq + 1;
    order->times.pull += weir_clock_ns() - begin;
    pthread_mutex_unlock(&order->lock);
    pthread_mutex_unlock(&order->pulling);
    enum weir_status status = ops->fetch(order->stream, batch, error);
    pthread_mutex_lock(&order->lock);
    while (order->joined != batch->seq && !order->stopped && !order->ended)
        wait(order);
    if (order->joined != batch->seq || order->stopped)
        return WEIR_END;
    begin = weir_clock_ns();
    if (!status)
        status = ops->join(order->stream, batch, error);
    order->times.pull += weir_clock_ns() - begin;
    if (status)
        return end(order, status);
    order->joined++;
    wake(order);
    return WEIR_OK;
}

/* A lane entered: all of its batches are one to us. */
static void enter_lane(struct weir_order *order, const struct weir_batch *batch,
                       uint64_t begin)
{
    order->joined = order->pulled = batch->seq + 1;
    order->n_lanes++;
    order->times.pull += weir_clock_ns() - begin;
    pthread_mutex_unlock(&order->pulling);
}

/* Nothing is read of the input but by us. */
static bool alone(const struct weir_order *order)
{
    return order->joined == order->pulled && order->n_lanes == 0;
}

/* The next batch, whole, in our turn at pull. There are no pieces to join. */
static enum weir_status pull_whole(struct weir_order *order,
                                   struct weir_batch *batch,
                                   struct weir_error *error)
{
    while (!alone(order) && !order->stopped && !order->ended)
        wait(order);
    enum weir_status status = WEIR_END;
    if (!order->stopped && !order->ended) {
        pthread_mutex_unlock(&order->lock);
        uint64_t begin = weir_clock_ns();
        status = weir_pull(order->stream, batch, error);
        begin = weir_clock_ns() - begin;
        pthread_mutex_lock(&order->lock);
        order->times.pull += begin;
        if (status)
            (void)end(order, status);
        else
            order->joined = order->pulled = batch->seq + 1;
    }
    pthread_mutex_unlock(&order->pulling);
    return status;
}

/* In the order of the input, also where several have waited for the end of a
 * pause: what was used before the next one has no gaps. */
static void give_out(struct weir_order *order, const struct weir_batch *batch)
{
    while ((order->pause == WEIR_PAUSE_USE || order->given != batch->seq) &&
           !order->stopped)
        wait(order);
    order->given = batch->seq + 1;
    order->n_using++;
    wake(order);
}

enum weir_status weir_order_pull(struct weir_order *order,
                                 struct weir_batch *batch,
                                 struct weir_error *error)
{
    const struct weir_stream_ops *ops = order->stream->ops;
    weir_ran(WEIR_RAN_BATCH_ASKED);
    pthread_mutex_lock(&order->pulling);
    pthread_mutex_lock(&order->lock);
    while ((order->pulled - order->turn >= WEIR_AHEAD_MOST ||
            order->pause == WEIR_PAUSE_READ) &&
           !order->stopped)
        wait(order);
    enum weir_status status = WEIR_OK;
    uint64_t begin = weir_clock_ns();
    order->n_reading++;
    bool over = order->stopped || order->ended;
    /* Each gives the turn at pull back. */
    if (!over && order->lanes && ops->enter && ops->enter(order->stream, batch))
        enter_lane(order, batch, begin);
    else if (!over && ops->claim && ops->claim(order->stream, batch))
        status = fetch_piece(order, batch, begin, error);
    else
        status = pull_whole(order, batch, error);
    if (!status)
        give_out(order, batch);
    order->n_reading--;
    wake(order);
    pthread_mutex_unlock(&order->lock);
    return status;
}

enum weir_status weir_order_follow(struct weir_order *order,
                                   struct weir_batch *batch,
                                   struct weir_error *error)
{
    pthread_mutex_lock(&order->lock);
    bool stopped = order->stopped;
    if (order->listener && order->listener->progress)
        order->listener->progress(order->listener->context, &order->account);
    pthread_mutex_unlock(&order->lock);
    return stopped ? WEIR_END
                   : order->stream->ops->follow(order->stream, batch, error);
}

static void mistake(struct weir_order *order)
{
    weir_ran(WEIR_RAN_LANE_MISTAKEN);
    order->mistaken = !order->stopped || order->mistaken;
    order->stopped = true;
    wake(order);
}

void weir_order_mistake(struct weir_order *order)
{
    pthread_mutex_lock(&order->lock);
    mistake(order);
    pthread_mutex_unlock(&order->lock);
}

bool weir_order_turn(struct weir_order *order, const struct weir_batch *batch,
                     uint64_t *first_line)
{
    assert(!batch->lane.on);
    pthread_mutex_lock(&order->lock);
    while (order->turn != batch->seq && !order->stopped)
        wait(order);
    *first_line = batch->starts_input ? batch->first_line : order->line;
    bool counts = !order->stopped;
    pthread_mutex_unlock(&order->lock);
    return counts;
}

static void add(struct weir_account *to, const struct weir_account *from)
{
    to->read += from->read;
    to->used += from->used;
    to->filtered += from->filtered;
    to->rejected += from->rejected;
    to->padded += from->padded;
    to->surplus += from->surplus;
    to->bytes += from->bytes;
}

/* The batch whose turn it was is done. */
static void pass(struct weir_order *order, struct weir_retired *retired)
{
    retired->done = false;
    if (retired->starts_input)
        order->line = retired->first_line;
    order->line += retired->lines;
    order->ends = retired->ends;
    add(&order->account, &retired->account);
    order->turn++;
}

void weir_order_retire(struct weir_order *order, const struct weir_batch *batch,
                       const struct weir_account *account)
{
    const struct weir_lane *lane = &batch->lane;
    pthread_mutex_lock(&order->lock);
    struct weir_retired *retired =
        &order->retired[batch->seq % WEIR_AHEAD_MOST];
    *retired = (struct weir_retired){.done = true,
                                     .starts_input = batch->starts_input,
                                     .first_line = batch->first_line,
                                     .lines = batch->scan.lines,
                                     .account = *account};
    if (lane->on) {
        retired->lane = true;
        retired->begins = lane->begins;
        retired->ends = lane->ends;
        order->n_lanes--;
    }
    order->n_using--;
    for (retired = &order->retired[order->turn % WEIR_AHEAD_MOST];
         retired->done && !order->stopped;
         retired = &order->retired[order->turn % WEIR_AHEAD_MOST]) {
        if (!retired->lane || retired->begins == order->ends)
            pass(order, retired);
        else
            mistake(order);
    }
    wake(order);
    if (order->listener && order->listener->progress)
        order->listener->progress(order->listener->context, &order->account);
    pthread_mutex_unlock(&order->lock);
}

bool weir_order_pause(struct weir_order *order, enum weir_pause pause,
                      struct weir_account *account)
{
    pthread_mutex_lock(&order->lock);
    assert(order->pause == WEIR_PAUSE_NONE);
    order->pause = pause;
    while ((order->n_using || (pause == WEIR_PAUSE_READ && order->n_reading)) &&
           !order->stopped)
        wait(order);
    bool paused = !order->stopped && !order->failing;
    if (account)
        *account = order->account;
    pthread_mutex_unlock(&order->lock);
    return paused;
}

void weir_order_go_on(struct weir_order *order)
{
    pthread_mutex_lock(&order->lock);
    order->pause = WEIR_PAUSE_NONE;
    wake(order);
    pthread_mutex_unlock(&order->lock);
}

void weir_order_tell(const struct weir_order *order, struct weir_place *place)
{
    order->stream->ops->tell(order->stream, order->ends, place);
}

enum weir_status weir_order_resume(struct weir_order *order,
                                   const struct weir_place *place,
                                   struct weir_error *error)
{
    order->resumed = true;
    order->ends = place->skip;
    return order->stream->ops->resume(order->stream, place, error);
}

void weir_order_time(struct weir_order *order, const struct weir_times *times)
{
    pthread_mutex_lock(&order->lock);
    order->times.shape += times->shape;
    order->times.use += times->use;
    pthread_mutex_unlock(&order->lock);
}

void weir_order_stop(struct weir_order *order,
                     const struct weir_account *account,
                     const struct weir_error *failure)
{
    pthread_mutex_lock(&order->lock);
    if (!order->stopped) {
        add(&order->account, account);
        if (failure)
            order->failure = *failure;
        order->stopped = true;
    }
    wake(order);
    pthread_mutex_unlock(&order->lock);
}
