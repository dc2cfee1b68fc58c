/*
 * A source gives bytes. A decoder is a source over a source.
 *
 *     file <- zstd <- (the CSV reader)
 *
 * The caller brings the buffer; a source never grows it. A source may be used
 * by one thread at a time; read_at alone may be called by several at once.
 */
#ifndef WEIR_BASE_SOURCE_H
#define WEIR_BASE_SOURCE_H

#include "base/clock.h"
#include "base/memory.h"
#include <stdatomic.h>

struct weir_source;

/* What a source is, for code that needs the source under a decoder. */
enum weir_source_kind {
    WEIR_SOURCE_BYTES, /* a file, a pipe, memory */
    WEIR_SOURCE_DECODER,
    WEIR_SOURCE_PEEKED /* gives back peeked bytes: readers/sources/open.c */
};

struct weir_source_ops {
    enum weir_source_kind kind;
    /*
     * Reads up to `capacity` (> 0) bytes. Returns the number of bytes read, 0
     * at the end, or a status below zero with the error filled. It may read
     * fewer bytes than `capacity` before the end. The end and errors are
     * sticky. A truncated input is an error with its place, never an end.
     */
    ptrdiff_t (*read)(struct weir_source *source, void *into, size_t capacity,
                      struct weir_error *error);
    /* Reads exactly `len` bytes from the offset `place` on. Any thread may call
     * it. Returns WEIR_OK or a status below zero. NULL for a source without
     * random access. */
    enum weir_status (*read_at)(const struct weir_source *source, void *into,
                                size_t len, uint64_t place,
                                struct weir_error *error);
    /* See weir_source_extent; may be NULL. */
    bool (*extent)(const struct weir_source *source, uint64_t *from,
                   uint64_t *to);
    /* Closes the source and all sources that it wraps. */
    void (*close)(struct weir_source *source);
    /* Adds the memory of this source and of all that it wraps. */
    void (*estimate)(const struct weir_source *source,
                     struct weir_estimate *estimate);
};

/* A concrete source has this as its first member. */
struct weir_source {
    const struct weir_source_ops *ops;
};

/*
 * I/O counters of the raw (compressed) inputs. Raw sources write them; any
 * thread may read them, as the progress display does. All are in bytes: `total`
 * is the size of the inputs opened so far, 0 while it is unknown (a pipe), and
 * `ahead` the size of those not opened yet.
 */
struct weir_io_counters {
    _Atomic uint64_t raw_bytes, total, ahead;
    /* Time of all threads: reading_ns in system calls that read, source_ns in
     * sources altogether. The difference is decoding. */
    _Atomic uint64_t reading_ns, source_ns;
    /* If it is not 0: when reads of an input that is no regular file stop to
     * wait for more bytes, and fail with WEIR_LIMIT (weir_clock_ns). */
    _Atomic uint64_t due_ns;
#define WEIR_STALLED "the input gives no more bytes" /* that failure */
    /* Called when a signal interrupts a read that waits; NULL is allowed. */
    void (*interrupted)(void *context);
    void *context;
};

static inline void weir_io_add(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* Adds the time since `begin` to *into, which may be NULL. */
static inline void weir_io_time(_Atomic uint64_t *into, uint64_t begin)
{
    if (into)
        weir_io_add(into, weir_clock_ns() - begin);
}

/* `io` may be NULL. */
static inline uint64_t weir_io_due(struct weir_io_counters *io)
{
    return io ? atomic_load_explicit(&io->due_ns, memory_order_relaxed) : 0;
}

static inline ptrdiff_t weir_read(struct weir_source *source, void *into,
                                  size_t capacity, struct weir_error *error)
{
    return source->ops->read(source, into, capacity, error);
}

/* Gives the offsets [*from, *to) that read_at can read; false for a source
 * without random access. */
static inline bool weir_source_extent(const struct weir_source *source,
                                      uint64_t *from, uint64_t *to)
{
    return source->ops->extent && source->ops->extent(source, from, to);
}

static inline void weir_source_estimate(const struct weir_source *source,
                                        struct weir_estimate *estimate)
{
    source->ops->estimate(source, estimate);
}

/* NULL is allowed. */
static inline void weir_source_close(struct weir_source *source)
{
    if (source)
        source->ops->close(source);
}

#endif
