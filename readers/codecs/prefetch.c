/*
 * Prefetch: a thread of its own reads a decoder into a ring, and the reader
 * takes the bytes from there, and verifies the checksums.
 *
 *     ring: |  free  | put and not yet taken |       free       |
 *                    tail                    head              RING
 *                    -> the reader           -> the thread
 *
 * To wake a thread costs as much as decoding some 10 KiB, so each side sleeps
 * until the ring is half full. After PATIENCE the reader takes what a slow
 * input has given; if there is nothing, it waits for the next bytes, however
 * few.
 *
 * head and tail only grow, and change under the lock. The thread does not write
 * between them, and the reader does not read outside them, so bytes are copied
 * without the lock. The end and errors come after the bytes before them; a
 * wrong checksum comes before the bytes after it.
 */
#include "readers/codecs/decoder.h"

#include "base/error.h"
#include "base/mechanism.h"
#include <errno.h>
#include <pthread.h>
#include <string.h>

#define RING ((size_t)1 << 20)
#define CHUNK ((size_t)128 << 10) /* bytes read at a time; divides RING */
#define CHECKSUMS ((size_t)64)
#define PATIENCE UINT64_C(2000000) /* in nanoseconds */

struct prefetch {
    struct weir_source source;
    struct weir_decoder *decoder; /* used by the thread alone while it runs */
    struct weir_io_counters *io;
    struct weir_checksums checksums;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t filled, drained;

    /* Guarded by the lock. */
    uint64_t head, tail;
    struct weir_checksum checksum[CHECKSUMS]; /* put, not yet reached */
    uint64_t checksum_head, checksum_tail;
    enum wish {
        NOTHING,
        HALF,
        ANY
    } wish;             /* what the sleeping reader waits for */
    bool waits_drained; /* the thread sleeps */
    bool closing;       /* the thread has to end */
    bool over;          /* the thread has ended; its last result follows */
    ptrdiff_t last;
    struct weir_error failure;

    bool wrong; /* a checksum was wrong: the reader reports it at every read */
    struct weir_error wrong_error;
    uint8_t ring[];
};

static size_t held(const struct prefetch *prefetch)
{
    return (size_t)(prefetch->head - prefetch->tail);
}

static size_t checksums_held(const struct prefetch *prefetch)
{
    return (size_t)(prefetch->checksum_head - prefetch->checksum_tail);
}

static bool is_full(const struct prefetch *prefetch)
{
    return RING - held(prefetch) < CHUNK ||
           CHECKSUMS - checksums_held(prefetch) < WEIR_CHECKSUMS_A_READ;
}

static bool is_half_full(const struct prefetch *prefetch)
{
    return held(prefetch) >= RING / 2 ||
           checksums_held(prefetch) >= CHECKSUMS / 2;
}

/* The thread's side */

static void put_seal(struct weir_checksums *checksums,
                     const struct weir_checksum *checksum)
{
    struct prefetch *prefetch =
        (struct prefetch *)((char *)checksums -
                            offsetof(struct prefetch, checksums));
    pthread_mutex_lock(&prefetch->lock);
    prefetch->checksum[prefetch->checksum_head++ % CHECKSUMS] = *checksum;
    pthread_mutex_unlock(&prefetch->lock);
}

/* Gives where the thread may write, and how many bytes; 0: it has to end. */
static size_t wait_drained(struct prefetch *prefetch, uint8_t **into)
{
    prefetch->waits_drained = is_full(prefetch);
    if (prefetch->waits_drained)
        weir_ran(WEIR_RAN_AHEAD_FULL);
    while (prefetch->waits_drained && !prefetch->closing)
        pthread_cond_wait(&prefetch->drained, &prefetch->lock);
    size_t at = (size_t)(prefetch->head % RING);
    *into = prefetch->ring + at;
    if (prefetch->closing)
        return 0;
    return RING - at < CHUNK ? RING - at : CHUNK;
}

static void tell_filled(struct prefetch *prefetch)
{
    bool enough =
        prefetch->over || is_half_full(prefetch) || prefetch->wish == ANY;
    if (prefetch->wish == NOTHING || !enough)
        return;
    prefetch->wish = NOTHING;
    pthread_cond_signal(&prefetch->filled);
}

static void *read_ahead(void *context)
{
    struct prefetch *prefetch = context;
    struct weir_source *source = &prefetch->decoder->source;
    uint8_t *into;
    size_t capacity;
    pthread_mutex_lock(&prefetch->lock);
    while (!prefetch->over && (capacity = wait_drained(prefetch, &into)) > 0) {
        pthread_mutex_unlock(&prefetch->lock);
        uint64_t begin = weir_clock_ns();
        ptrdiff_t n = weir_read(source, into, capacity, &prefetch->failure);
        weir_io_time(prefetch->io ? &prefetch->io->source_ns : NULL, begin);
        pthread_mutex_lock(&prefetch->lock);
        prefetch->head += n > 0 ? (uint64_t)n : 0;
        prefetch->over = n <= 0;
        prefetch->last = n;
        tell_filled(prefetch);
    }
    pthread_mutex_unlock(&prefetch->lock);
    return NULL;
}

/* The reader's side */

/* Waits until the wish is granted, or the time `due` has come. */
static void wait_until(struct prefetch *prefetch, uint64_t due)
{
    const struct timespec until = {.tv_sec = (time_t)(due / 1000000000),
                                   .tv_nsec = (long)(due % 1000000000)};
    int code = 0;
    while (prefetch->wish != NOTHING && code != ETIMEDOUT)
        code =
            pthread_cond_timedwait(&prefetch->filled, &prefetch->lock, &until);
}

/* Waits until there is some text, or the end. false: the time that the input
 * had is up (weir_io_due). The thread may stand in a read of a pipe then, which
 * began before there was such a time. */
static bool wait_filled(struct prefetch *prefetch)
{
    prefetch->wish = HALF;
    wait_until(prefetch, weir_clock_ns() + PATIENCE);
    prefetch->wish = held(prefetch) || prefetch->over ? NOTHING : ANY;
    uint64_t due = weir_io_due(prefetch->io);
    if (due)
        wait_until(prefetch, due);
    while (!due && prefetch->wish != NOTHING)
        pthread_cond_wait(&prefetch->filled, &prefetch->lock);
    return prefetch->wish == NOTHING;
}

static void tell_drained(struct prefetch *prefetch)
{
    if (!prefetch->waits_drained || is_half_full(prefetch))
        return;
    prefetch->waits_drained = false;
    pthread_cond_signal(&prefetch->drained);
}

/* Verifies the parts that end at the reader's position. */
static void verify_checksums(struct prefetch *prefetch)
{
    for (; checksums_held(prefetch) && !prefetch->wrong;
         prefetch->checksum_tail++) {
        const struct weir_checksum *checksum =
            &prefetch->checksum[prefetch->checksum_tail % CHECKSUMS];
        if (checksum->at != prefetch->tail)
            return;
        prefetch->wrong =
            !weir_checksum_holds(checksum, &prefetch->checksums.sum);
        if (prefetch->wrong)
            weir_decoder_wrong_checksum(prefetch->decoder, checksum->part,
                                        checksum->byte, &prefetch->wrong_error);
    }
}

/* How many bytes the reader may take: at most up to the next checksum. */
static size_t reach(const struct prefetch *prefetch, size_t capacity)
{
    size_t n = held(prefetch) < capacity ? held(prefetch) : capacity;
    if (checksums_held(prefetch)) {
        uint64_t left =
            prefetch->checksum[prefetch->checksum_tail % CHECKSUMS].at -
            prefetch->tail;
        n = left < n ? (size_t)left : n;
    }
    return n;
}

/* Copies the next `n` bytes of the ring. */
static void take(struct prefetch *prefetch, void *into, size_t n)
{
    size_t at = (size_t)(prefetch->tail % RING);
    size_t straight = RING - at < n ? RING - at : n;
    memcpy(into, prefetch->ring + at, straight);
    memcpy((uint8_t *)into + straight, prefetch->ring, n - straight);
    if (prefetch->decoder->codec->leave_checksums)
        (void)XXH64_update(&prefetch->checksums.sum, into, n);
}

static ptrdiff_t prefetch_read(struct weir_source *source, void *into,
                               size_t capacity, struct weir_error *error)
{
    struct prefetch *prefetch = (struct prefetch *)source;
    bool stalled = false;
    pthread_mutex_lock(&prefetch->lock);
    if (held(prefetch) == 0 && !prefetch->over && !prefetch->wrong)
        stalled = !wait_filled(prefetch);
    verify_checksums(prefetch);
    size_t n = prefetch->wrong ? 0 : reach(prefetch, capacity);
    pthread_mutex_unlock(&prefetch->lock);
    if (stalled)
        return weir_fail(error, WEIR_LIMIT, WEIR_STALLED);
    if (n == 0) {
        ptrdiff_t last = prefetch->wrong ? WEIR_IO : prefetch->last;
        if (last < 0)
            *error =
                prefetch->wrong ? prefetch->wrong_error : prefetch->failure;
        return last;
    }
    take(prefetch, into, n);
    weir_ran(WEIR_RAN_AHEAD_READ);
    pthread_mutex_lock(&prefetch->lock);
    prefetch->tail += n;
    tell_drained(prefetch);
    pthread_mutex_unlock(&prefetch->lock);
    return (ptrdiff_t)n;
}

static void prefetch_close(struct weir_source *source)
{
    struct prefetch *prefetch = (struct prefetch *)source;
    pthread_mutex_lock(&prefetch->lock);
    prefetch->closing = true;
    pthread_cond_signal(&prefetch->drained);
    pthread_mutex_unlock(&prefetch->lock);
    pthread_join(prefetch->thread, NULL);
    weir_source_close(&prefetch->decoder->source);
    pthread_cond_destroy(&prefetch->drained);
    pthread_cond_destroy(&prefetch->filled);
    pthread_mutex_destroy(&prefetch->lock);
    weir_free(WEIR_MEMORY_DECODER, prefetch);
}

size_t weir_prefetch_bytes(void)
{
    return sizeof(struct prefetch) + RING;
}

static void prefetch_estimate(const struct weir_source *source,
                              struct weir_estimate *estimate)
{
    weir_source_estimate(&((const struct prefetch *)source)->decoder->source,
                         estimate);
    weir_estimate_add(estimate, weir_prefetch_bytes(), "text decoded ahead");
}

static const struct weir_source_ops prefetch_ops = {.read = prefetch_read,
                                                    .close = prefetch_close,
                                                    .estimate =
                                                        prefetch_estimate};

/* Opening */

static bool init_waiting(struct prefetch *prefetch)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes))
        return false;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    bool ready = pthread_cond_init(&prefetch->filled, &attributes) == 0 &&
                 pthread_cond_init(&prefetch->drained, NULL) == 0 &&
                 pthread_mutex_init(&prefetch->lock, NULL) == 0;
    pthread_condattr_destroy(&attributes);
    return ready;
}

/* Starts the thread under the lock, so that it does not read before the decoder
 * leaves its checksums to the reader. */
static bool start(struct prefetch *prefetch)
{
    struct weir_decoder *decoder = prefetch->decoder;
    pthread_mutex_lock(&prefetch->lock);
    bool started =
        pthread_create(&prefetch->thread, NULL, read_ahead, prefetch) == 0;
    if (started && decoder->codec->leave_checksums)
        decoder->codec->leave_checksums(decoder, &prefetch->checksums);
    pthread_mutex_unlock(&prefetch->lock);
    return started;
}

struct weir_source *weir_decoder_prefetch(struct weir_decoder *decoder,
                                          struct weir_io_counters *io)
{
    struct prefetch *prefetch =
        weir_alloc(WEIR_MEMORY_DECODER, weir_prefetch_bytes());
    if (!prefetch)
        return &decoder->source;
    *prefetch = (struct prefetch){.source.ops = &prefetch_ops,
                                  .decoder = decoder,
                                  .io = io,
                                  .checksums.put = put_seal};
    weir_error_init(&prefetch->failure);
    weir_error_init(&prefetch->wrong_error);
    if (init_waiting(prefetch) && start(prefetch))
        return &prefetch->source;
    weir_free(WEIR_MEMORY_DECODER, prefetch);
    return &decoder->source;
}
