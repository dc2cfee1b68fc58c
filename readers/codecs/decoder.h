/*
 * How to write a codec: a file with a struct weir_codec in it, and a row in
 * WEIR_CODECS. CONTRIBUTING.md walks through one.
 *
 * A decoder is a source over a source. What all of them share is here: the
 * raw bytes at hand, and that the end and errors are sticky.
 *
 *     inner: | used and gone |  used  |  at hand  | not yet read |
 *     raw:                   0      next         len           room
 *                          before
 */
#ifndef WEIR_READERS_CODECS_DECODER_H
#define WEIR_READERS_CODECS_DECODER_H

#include "readers/codecs/checksum.h"
#include "readers/sources/sources.h"

#define WEIR_CODECS(X)                                                         \
    X(zstd)                                                                    \
    X(gzip)

/* Suffixes that a codec may name. */
#define WEIR_SUFFIXES 4

struct weir_codec {
    const char *name;
    const char *suffix[WEIR_SUFFIXES]; /* of files with this content: ".zst" */
    /*
     * Bids for an input by its first bytes, `len` of them or all there are:
     * returns how many bits of them were checked and are as this codec writes
     * them, or 0 where they are not its own. The highest bid wins; of equal
     * ones the first row's.
     */
    unsigned (*bid)(const uint8_t *head, size_t len);
    /* Takes `inner` over. NULL on failure. */
    struct weir_source *(*open)(struct weir_source *inner,
                                const struct weir_source_options *options,
                                struct weir_error *error);
};

#define X(name) extern const struct weir_codec weir_codec_##name;
WEIR_CODECS(X)
#undef X

/* The codec whose suffix the path ends in, and how many bytes that suffix has;
 * NULL: none. */
const struct weir_codec *weir_codec_of_name(const char *path, size_t len,
                                            size_t *suffix);

/* Raw bytes read at a time. */
#define WEIR_DECODER_CAPACITY ((size_t)64 << 10)

struct weir_decoder;

/* Headers, looked at where they lie. */
#define WEIR_PEEK_CAPACITY ((size_t)512)
struct weir_peek {
    const struct weir_source *raw;
    uint64_t to; /* where its bytes end */
    uint64_t at; /* head[0]'s place */
    size_t len;
    uint8_t head[WEIR_PEEK_CAPACITY];
};

/* Points *bytes at those at a place, at min `need` (up to WEIR_PEEK_CAPACITY)
 * of them side by side; *have says how many. WEIR_END where the input ends
 * before; the status of a read that fails. */
enum weir_status weir_peek_at(struct weir_peek *peek, uint64_t place,
                              size_t need, const uint8_t **bytes, size_t *have,
                              struct weir_error *error) WEIR_CHECKED;

struct weir_decoder_ops {
    /* As a source's read; not called again after the end or an error. */
    ptrdiff_t (*decode)(struct weir_decoder *decoder, void *into,
                        size_t capacity, struct weir_error *error);
    /* What the decoder took is given back; again is allowed. */
    void (*release)(struct weir_decoder *decoder);
    /*
     * For segments; all NULL where the parts of an input are never found
     * without decoding it. measure: the raw length of the part at a place;
     * WEIR_END where it can't be known without decoding it, or the part is not
     * whole. branch: a decoder as this one, over `inner`, which it takes over.
     * restart: a part is next, whatever was.
     */
    enum weir_status (*part_length)(const struct weir_decoder *decoder,
                                    struct weir_peek *peek, uint64_t place,
                                    uint64_t *raw, struct weir_error *error);
    struct weir_source *(*clone)(const struct weir_decoder *decoder,
                                 struct weir_source *inner,
                                 struct weir_error *error);
    void (*restart)(struct weir_decoder *decoder);
    /* Leaves checksums to the caller from here on; NULL where it can't. */
    void (*leave_checksums)(struct weir_decoder *decoder,
                            struct weir_checksums *to);
    /* Adds what the decoder itself holds beyond its own struct. */
    void (*estimate)(const struct weir_decoder *decoder,
                     struct weir_estimate *estimate);
    const char *name; /* "zstd" */
    const char *part; /* what an input is made of: "frame" */
};

/* Where a part begins: in the raw input, and in what is decoded of it. */
struct weir_part {
    uint64_t raw, byte;
};

/* A concrete decoder has this as its first member. */
struct weir_decoder {
    struct weir_source source;
    const struct weir_decoder_ops *ops;
    struct weir_source *inner;
    uint8_t *raw;
    size_t next, len;
    uint64_t before;       /* raw bytes before raw[0] */
    uint64_t parts;        /* begun so far: the number of this one, from 1 */
    uint64_t text;         /* bytes of it given so far */
    struct weir_part part; /* the last one begun */
    struct weir_boundary *mark; /* see sources.h; NULL: none */
    size_t size;                /* of the concrete struct */
    bool inner_ended, over;
    ptrdiff_t last; /* what ended it */
    struct weir_error failure;
};

/*
 * A decoder of `size` bytes, zero beyond this struct. Takes `inner` over. NULL
 * on failure. To fail later in its own open, a decoder closes what it got:
 * release is made for a half-open one.
 */
struct weir_decoder *weir_decoder_open(struct weir_source *inner,
                                       const struct weir_decoder_ops *ops,
                                       size_t size,
                                       struct weir_error *error) WEIR_CHECKED;

/*
 * Brings `need` raw bytes to hand, in one piece. Returns how many are there,
 * which is fewer only where the inner source ended, or a status below zero.
 */
ptrdiff_t weir_decoder_need(struct weir_decoder *decoder, size_t need,
                            struct weir_error *error) WEIR_CHECKED;

/* A part begins at raw[next]. */
void weir_decoder_begin_part(struct weir_decoder *decoder);

/*
 * Segments: decoders over one input, each on the parts of its own (parts.c).
 *
 *     part 1 | part 2 | part 3 |  part 4  | part 5 | ...
 *     |<--- a segment's ------>|<------ another's ----->|
 *                              a boundary
 */
/* The decoder that `source` is, where its raw bytes have places and boundaries
 * may be found; NULL else. */
struct weir_decoder *weir_decoder_placed(struct weir_source *source);
bool weir_is_decoder(const struct weir_source *source);

/* The same of what weir_source_open gave. */
struct weir_decoder *weir_source_decoder(struct weir_source *source);

/* Where the first part begins; the next boundary after one, at least `least`
 * raw bytes away: WEIR_END, and the input's end, where there is none or none
 * can be found. A read that fails says nothing about boundaries: its status,
 * and *boundary stays. */
uint64_t weir_decoder_first(const struct weir_decoder *decoder);
enum weir_status weir_decoder_next(const struct weir_decoder *decoder,
                                   uint64_t min, uint64_t *boundary,
                                   struct weir_error *error) WEIR_CHECKED;

/* Another decoder over the same bytes, to be aimed, and closed before this
 * one. */
struct weir_decoder *weir_decoder_clone(const struct weir_decoder *decoder,
                                        struct weir_error *error) WEIR_CHECKED;

/* What a branch gives next: the parts from a boundary to `until`, a boundary or
 * UINT64_MAX, and then the end. The meter, NULL allowed, counts it. */
void weir_decoder_seek(struct weir_decoder *clone, uint64_t from,
                       uint64_t until, struct weir_io_counters *io);

/* Leaves the reading to branches: gives back what it holds for that. Returns
 * how many raw bytes it had read. */
uint64_t weir_decoder_rest(struct weir_decoder *decoder);

/* A source over the decoder, which it takes over, read by a thread of its own
 * (ahead.c); the decoder's own where memory or a thread can't be had. */
struct weir_source *
weir_decoder_prefetch(struct weir_decoder *decoder,
                      struct weir_io_counters *io) WEIR_CHECKED;

/* The failures all of them know, with the part's number and the raw byte. */
enum weir_status weir_decoder_truncated(const struct weir_decoder *decoder,
                                        struct weir_error *error);
enum weir_status weir_decoder_garbage(const struct weir_decoder *decoder,
                                      struct weir_error *error);
enum weir_status weir_decoder_damaged(const struct weir_decoder *decoder,
                                      uint64_t byte, const char *why,
                                      struct weir_error *error);
/* Any part's checksum is wrong; also from another thread. */
enum weir_status weir_decoder_wrong_checksum(const struct weir_decoder *decoder,
                                             uint64_t part, uint64_t byte,
                                             struct weir_error *error);

#endif
