/*
 * Decoding ahead: a thread of its own reads a decoder into a ring, and whoever
 * reads takes what lies there. So a decoder's window and tables stay with one
 * core, and all that is not decoding is done on others, checksums too.
 *
 *     ring: |  free  | put and not yet taken |       free       |
 *                    tail                    head              RING
 *                    -> who reads            -> the thread
 *
 * To wake a thread costs as much as decoding some 10 KiB, so it is done seldom:
 * who finds the ring full sleeps until it is half empty, and who finds it empty
 * sleeps until it is half full. But no longer than PATIENCE: what a slow input
 * has given by then is taken as it is, and of one that gave nothing the next
 * bytes are waited for, however few.
 *
 * head and tail only grow, under the lock. The thread does not write between
 * them and who reads does not look beyond, so bytes move without it. The end
 * and errors come after the bytes before them, a wrong checksum before the
 * bytes after it.
 */
#include "readers/codecs/decoder.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <errno.h>
#include <pthread.h>
#include <string.h>

#define RING ((size_t)1 << 20)
#define PIECE ((size_t)128 << 10) /* is read at a time; a part of RING */
#define SEALS ((size_t)64)
#define PATIENCE UINT64_C(2000000) /* ns */

struct ahead {
    struct weir_source source;
    struct weir_decoder *decoder; /* the thread's, while it runs */
    struct weir_meter *meter;
    struct weir_sealed sealed;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t filled, drained;

    /* Under the lock. */
    uint64_t head, tail;
    struct weir_seal seal[SEALS]; /* put and not yet reached */
    uint64_t seal_head, seal_tail;
    enum wish {
        NOTHING,
        HALF,
        ANY
    } wish;             /* what who reads sleeps for */
    bool waits_drained; /* the thread sleeps */
    bool closing;       /* nothing is wanted any more */
    bool over;          /* the thread has ended: */
    ptrdiff_t last;
    struct weir_error failure;

    bool wrong; /* a checksum was: who reads says so again and again */
    struct weir_error wrong_error;
    uint8_t ring[];
};

static size_t held(const struct ahead *ahead)
{
    return (size_t)(ahead->head - ahead->tail);
}

static size_t seals_held(const struct ahead *ahead)
{
    return (size_t)(ahead->seal_head - ahead->seal_tail);
}

static bool is_full(const struct ahead *ahead)
{
    return RING - held(ahead) < PIECE ||
           SEALS - seals_held(ahead) < WEIR_SEALS_A_READ;
}

static bool is_half_full(const struct ahead *ahead)
{
    return held(ahead) >= RING / 2 || seals_held(ahead) >= SEALS / 2;
}

/* The thread */

static void put_seal(struct weir_sealed *sealed, const struct weir_seal *seal)
{
    struct ahead *ahead =
        (struct ahead *)((char *)sealed - offsetof(struct ahead, sealed));
    pthread_mutex_lock(&ahead->lock);
    ahead->seal[ahead->seal_head++ % SEALS] = *seal;
    pthread_mutex_unlock(&ahead->lock);
}

/* Where it may put how much; 0: nothing is wanted any more. */
static size_t wait_drained(struct ahead *ahead, uint8_t **into)
{
    ahead->waits_drained = is_full(ahead);
    if (ahead->waits_drained)
        weir_ran(WEIR_RAN_AHEAD_FULL);
    while (ahead->waits_drained && !ahead->closing)
        pthread_cond_wait(&ahead->drained, &ahead->lock);
    size_t at = (size_t)(ahead->head % RING);
    *into = ahead->ring + at;
    if (ahead->closing)
        return 0;
    return RING - at < PIECE ? RING - at : PIECE;
}

static void tell_filled(struct ahead *ahead)
{
    bool enough = ahead->over || is_half_full(ahead) || ahead->wish == ANY;
    if (ahead->wish == NOTHING || !enough)
        return;
    ahead->wish = NOTHING;
    pthread_cond_signal(&ahead->filled);
}

static void *read_ahead(void *context)
{
    struct ahead *ahead = context;
    struct weir_source *source = &ahead->decoder->source;
    uint8_t *into;
    size_t room;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->over && (room = wait_drained(ahead, &into)) > 0) {
        pthread_mutex_unlock(&ahead->lock);
        uint64_t begin = weir_clock_ns();
        ptrdiff_t n = weir_read(source, into, room, &ahead->failure);
        weir_meter_time(ahead->meter ? &ahead->meter->source_ns : NULL, begin);
        pthread_mutex_lock(&ahead->lock);
        ahead->head += n > 0 ? (uint64_t)n : 0;
        ahead->over = n <= 0;
        ahead->last = n;
        tell_filled(ahead);
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

/* Who reads */

/* Until there is something, or the end. */
static void wait_filled(struct ahead *ahead)
{
    uint64_t due = weir_clock_ns() + PATIENCE;
    const struct timespec until = {.tv_sec = (time_t)(due / 1000000000),
                                   .tv_nsec = (long)(due % 1000000000)};
    int code = 0;
    for (ahead->wish = HALF; ahead->wish != NOTHING && code != ETIMEDOUT;)
        code = pthread_cond_timedwait(&ahead->filled, &ahead->lock, &until);
    ahead->wish = held(ahead) || ahead->over ? NOTHING : ANY;
    while (ahead->wish != NOTHING)
        pthread_cond_wait(&ahead->filled, &ahead->lock);
}

static void tell_drained(struct ahead *ahead)
{
    if (!ahead->waits_drained || is_half_full(ahead))
        return;
    ahead->waits_drained = false;
    pthread_cond_signal(&ahead->drained);
}

/* Verifies the parts that end here. */
static void break_seals(struct ahead *ahead)
{
    for (; seals_held(ahead) && !ahead->wrong; ahead->seal_tail++) {
        const struct weir_seal *seal = &ahead->seal[ahead->seal_tail % SEALS];
        if (seal->at != ahead->tail)
            return;
        ahead->wrong = !weir_seal_holds(seal, &ahead->sealed.sum);
        if (ahead->wrong)
            weir_decoder_unsealed(ahead->decoder, seal->part, seal->byte,
                                  &ahead->wrong_error);
    }
}

/* How many bytes may be taken: up to the next seal. */
static size_t reach(const struct ahead *ahead, size_t room)
{
    size_t n = held(ahead) < room ? held(ahead) : room;
    if (seals_held(ahead)) {
        uint64_t left = ahead->seal[ahead->seal_tail % SEALS].at - ahead->tail;
        n = left < n ? (size_t)left : n;
    }
    return n;
}

/* Copies the next `n` of the bytes there. */
static void take(struct ahead *ahead, void *into, size_t n)
{
    size_t at = (size_t)(ahead->tail % RING);
    size_t straight = RING - at < n ? RING - at : n;
    memcpy(into, ahead->ring + at, straight);
    memcpy((uint8_t *)into + straight, ahead->ring, n - straight);
    if (ahead->decoder->ops->leave_sums)
        (void)XXH64_update(&ahead->sealed.sum, into, n);
}

static ptrdiff_t ahead_read(struct weir_source *source, void *into, size_t room,
                            struct weir_error *error)
{
    struct ahead *ahead = (struct ahead *)source;
    pthread_mutex_lock(&ahead->lock);
    if (held(ahead) == 0 && !ahead->over && !ahead->wrong)
        wait_filled(ahead);
    break_seals(ahead);
    size_t n = ahead->wrong ? 0 : reach(ahead, room);
    pthread_mutex_unlock(&ahead->lock);
    if (n == 0) {
        ptrdiff_t last = ahead->wrong ? WEIR_IO : ahead->last;
        if (last < 0)
            *error = ahead->wrong ? ahead->wrong_error : ahead->failure;
        return last;
    }
    take(ahead, into, n);
    weir_ran(WEIR_RAN_AHEAD_READ);
    pthread_mutex_lock(&ahead->lock);
    ahead->tail += n;
    tell_drained(ahead);
    pthread_mutex_unlock(&ahead->lock);
    return (ptrdiff_t)n;
}

static void ahead_close(struct weir_source *source)
{
    struct ahead *ahead = (struct ahead *)source;
    pthread_mutex_lock(&ahead->lock);
    ahead->closing = true;
    pthread_cond_signal(&ahead->drained);
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    weir_source_close(&ahead->decoder->source);
    pthread_cond_destroy(&ahead->drained);
    pthread_cond_destroy(&ahead->filled);
    pthread_mutex_destroy(&ahead->lock);
    weir_free(WEIR_MEMORY_DECODER, ahead);
}

size_t weir_ahead_bytes(void)
{
    return sizeof(struct ahead) + RING;
}

static void ahead_bill(const struct weir_source *source, struct weir_bill *bill)
{
    weir_source_bill(&((const struct ahead *)source)->decoder->source, bill);
    weir_bill_add(bill, weir_ahead_bytes(), "text decoded ahead");
}

static const struct weir_source_ops ahead_ops = {
    .read = ahead_read, .close = ahead_close, .bill = ahead_bill};

/* Opening */

static bool init_waiting(struct ahead *ahead)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes))
        return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    bool ready = pthread_cond_init(&ahead->filled, &attributes) == 0 &&
                 pthread_cond_init(&ahead->drained, NULL) == 0 &&
                 pthread_mutex_init(&ahead->lock, NULL) == 0;
    pthread_condattr_destroy(&attributes);
    return ready;
}

/* Under the lock, so that the thread does not read before sums are left. */
static bool start(struct ahead *ahead)
{
    struct weir_decoder *decoder = ahead->decoder;
    pthread_mutex_lock(&ahead->lock);
    bool started = pthread_create(&ahead->thread, NULL, read_ahead, ahead) == 0;
    if (started && decoder->ops->leave_sums)
        decoder->ops->leave_sums(decoder, &ahead->sealed);
    pthread_mutex_unlock(&ahead->lock);
    return started;
}

struct weir_source *weir_decoder_ahead(struct weir_decoder *decoder,
                                       struct weir_meter *meter)
{
    struct ahead *ahead = weir_alloc(WEIR_MEMORY_DECODER, weir_ahead_bytes());
    if (!ahead)
        return &decoder->source;
    *ahead = (struct ahead){.source.ops = &ahead_ops,
                            .decoder = decoder,
                            .meter = meter,
                            .sealed.put = put_seal};
    weir_error_init(&ahead->failure);
    weir_error_init(&ahead->wrong_error);
    if (init_waiting(ahead) && start(ahead))
        return &ahead->source;
    weir_free(WEIR_MEMORY_DECODER, ahead);
    return &decoder->source;
}
