/*
 * A source gives bytes. A decoder is a source over a source.
 *
 *     file <- zstd <- (the CSV reader)
 *
 * The caller brings the buffer; a source never grows it. A source belongs to
 * one thread at a time.
 */
#ifndef WEIR_BASE_SOURCE_H
#define WEIR_BASE_SOURCE_H

#include "base/clock.h"
#include "base/memory.h"
#include <stdatomic.h>

struct weir_source;

/* What a source is, for those that look behind it. */
enum weir_source_kind {
    WEIR_SOURCE_BYTES, /* a file, a pipe, memory */
    WEIR_SOURCE_DECODER,
    WEIR_SOURCE_PEEKED /* its first bytes were looked at: readers/sources/open.c
                        */
};

struct weir_source_ops {
    enum weir_source_kind kind;
    /*
     * Reads up to `room` (> 0) bytes: above zero how many, 0 the end, below
     * zero a status, with the error filled. Fewer bytes than `room` are no
     * end. The end and errors are sticky. An input that stops where it should
     * not is an error with its place, never an end.
     */
    ptrdiff_t (*read)(struct weir_source *source, void *into, size_t capacity,
                      struct weir_error *error);
    /*
     * Reads all of `len` bytes from a place on, from any thread, where the
     * bytes have places; NULL where they have none. WEIR_OK or a status.
     */
    enum weir_status (*read_at)(const struct weir_source *source, void *into,
                                size_t len, uint64_t place,
                                struct weir_error *error);
    /* Where its bytes lie, in [*from, *to), for read_at; false, or NULL, where
     * they have no places. */
    bool (*extent)(const struct weir_source *source, uint64_t *from,
                   uint64_t *to);
    /* Closes the source and all it wraps. */
    void (*close)(struct weir_source *source);
    /* Adds what this source and all it wraps hold. */
    void (*estimate)(const struct weir_source *source,
                     struct weir_estimate *estimate);
};

/* A concrete source has this as its first member. */
struct weir_source {
    const struct weir_source_ops *ops;
};

/*
 * How far the reading of the raw (compressed) input is: written by the raw
 * source, read by whoever draws progress, from any thread. `total` is 0 while
 * unknown (a pipe); `ahead` is what the inputs not opened yet will add to it.
 */
struct weir_io_counters {
    _Atomic uint64_t raw_bytes, total, ahead;
    /* Nanoseconds, of all threads: in system calls that read, and in sources
     * altogether, so that what is left is decoding. */
    _Atomic uint64_t reading_ns, source_ns;
    /* Called where a signal has ended a read that waited; NULL allowed. */
    void (*interrupted)(void *context);
    void *context;
};

/* Adds what has passed since `begin`; `into` may be NULL. */
static inline void weir_io_time(_Atomic uint64_t *into, uint64_t begin)
{
    if (into)
        atomic_fetch_add_explicit(into, weir_clock_ns() - begin,
                                  memory_order_relaxed);
}

static inline ptrdiff_t weir_read(struct weir_source *source, void *into,
                                  size_t capacity, struct weir_error *error)
{
    return source->ops->read(source, into, capacity, error);
}

/* NULL allowed. */
static inline void weir_source_close(struct weir_source *source)
{
    if (source)
        source->ops->close(source);
}

#endif
