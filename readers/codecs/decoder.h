/*
 * How to write a codec: a file with a struct weir_codec in it, and a row in
 * WEIR_CODECS. CONTRIBUTING.md walks through one.
 *
 * A decoder is a source over a source. This file has what all decoders share: a
 * buffer of raw (compressed) bytes, and an end and errors that are sticky.
 *
 * Here a part is what can be decoded by itself: a frame of zstd or lz4, a gzip
 * member, a block of xz, a stream of bzip2.
 * A boundary is where a part begins.
 *
 *     inner: | used and gone |  used  |  at hand  | not yet read |
 *     raw:                   0      next         len          capacity
 *                          before
 */
#ifndef WEIR_READERS_CODECS_DECODER_H
#define WEIR_READERS_CODECS_DECODER_H

#include "readers/codecs/checksum.h"
#include "readers/sources/sources.h"

#define WEIR_CODECS(X)                                                         \
    X(zstd)                                                                    \
    X(gzip)                                                                    \
    X(xz)                                                                      \
    X(bzip2)                                                                   \
    X(lz4)                                                                     \
    X(utf16)

/* The maximum number of suffixes of a codec. */
#define WEIR_SUFFIXES 4

/* The maximum number of raw bytes that a decoder holds. */
#define WEIR_DECODER_CAPACITY ((size_t)64 << 10)

struct weir_decoder;

/* Reads headers at any offset of a raw input. For one thread at a time. */
#define WEIR_PEEK_CAPACITY ((size_t)512)
struct weir_peek {
    const struct weir_source *raw;
    uint64_t to; /* where the raw input ends */
    uint64_t at; /* the raw offset of head[0] */
    size_t len;
    uint8_t head[WEIR_PEEK_CAPACITY];
};

/* Points *bytes at the raw bytes at offset `place`: at least `need` of them, up
 * to WEIR_PEEK_CAPACITY; *have says how many. They are valid until the next
 * call. WEIR_END: the input ends before. Otherwise the status of a read that
 * failed. */
enum weir_status weir_peek_at(struct weir_peek *peek, uint64_t place,
                              size_t need, const uint8_t **bytes, size_t *have,
                              struct weir_error *error) WEIR_CHECKED;

/* Searches up to 64 MiB from offset *place on for a part's header of `header`
 * bytes, and sets *place to its offset. `find` returns the first possible
 * header in bytes[0, len), or NULL. WEIR_END: none was found. */
enum weir_status
weir_peek_find(const struct weir_peek *peek, size_t header,
               const uint8_t *(*find)(const uint8_t *bytes, size_t len),
               uint64_t *place, struct weir_error *error) WEIR_CHECKED;

struct weir_codec {
    const char *name;                  /* "zstd" */
    const char *part;                  /* what a part is called: "frame" */
    const char *suffix[WEIR_SUFFIXES]; /* ".zst"; NULL after the last */
    /*
     * Bids for an input by its first `len` bytes; these are few only if the
     * input is short. Returns how many bits it found to be as this codec writes
     * them, or 0 if the input is not this codec's. The highest bid wins; of
     * equal bids, that of the first row.
     */
    unsigned (*bid)(const uint8_t *head, size_t len);
    /* Opens a decoder over `inner`, which it takes over, also on failure.
     * `options` may be NULL. Returns NULL on failure. */
    struct weir_decoder *(*open)(struct weir_source *inner,
                                 const struct weir_source_options *options,
                                 struct weir_error *error);
    /* Decodes some text. Returns its bytes, or 0 if there is none yet, or a
     * status. It sets decoder->over at the end. It is not called again after
     * the end or a failure. */
    ptrdiff_t (*decode)(struct weir_decoder *decoder, void *into,
                        size_t capacity, struct weir_error *error);
    /* Frees what the decoder holds beyond its own struct. It may be called more
     * than once, and on a decoder that is only half open. NULL: nothing. */
    void (*release)(struct weir_decoder *decoder);
    /* Adds what the decoder holds beyond its own struct and the raw bytes.
     * NULL: nothing. */
    void (*estimate)(const struct weir_decoder *decoder,
                     struct weir_estimate *estimate);
    /*
     * The next two are for segments. Both are NULL if the codec can never find
     * the parts of an input without decoding it.
     *
     * part_length: the raw length of the part that begins at `place`. WEIR_END:
     * it cannot be known without decoding, or the part is not whole.
     */
    enum weir_status (*part_length)(const struct weir_decoder *decoder,
                                    struct weir_peek *peek, uint64_t place,
                                    uint64_t *raw, struct weir_error *error);
    /* restart: a part begins with the next byte, whatever came before. */
    void (*restart)(struct weir_decoder *decoder);
    /* Leaves the checking of checksums to the caller from here on (checksum.h).
     * NULL if the codec cannot. */
    void (*leave_checksums)(struct weir_decoder *decoder,
                            struct weir_checksums *to);
};

#define X(name) extern const struct weir_codec weir_codec_##name;
WEIR_CODECS(X)
#undef X

/* The codec whose suffix `path` ends in; *suffix is that suffix's length in
 * bytes. NULL if there is none. */
const struct weir_codec *weir_codec_of_name(const char *path, size_t len,
                                            size_t *suffix);

/* Where a part begins: its offset in the raw input, and in the decoded text. */
struct weir_part {
    uint64_t raw, byte;
};

/* A concrete decoder has this as its first member. */
struct weir_decoder {
    struct weir_source source;
    const struct weir_codec *codec;
    struct weir_source_options options;  /* max_window is never 0 */
    const struct weir_decoder *original; /* of a clone; otherwise NULL */
    struct weir_source *inner;
    uint8_t *raw; /* after the concrete struct, in the same block */
    size_t next, len;
    uint64_t before;       /* raw bytes before raw[0] */
    uint64_t parts;        /* parts begun so far */
    uint64_t text;         /* bytes of text given so far */
    struct weir_part part; /* where the present part begins */
    bool inner_ended;
    bool over;                 /* all text was given */
    bool stops_early;          /* a clone that ends before the last part */
    struct weir_error failure; /* its status is WEIR_OK until there is one */
};

/*
 * Allocates a decoder of `size` bytes, which are all zero but for this struct.
 * Takes `inner` over, also on failure; returns NULL then. `options` may be
 * NULL. If the codec's own open fails later, it closes the decoder: `release`
 * must cope with a half-open one.
 */
struct weir_decoder *
weir_decoder_open(struct weir_source *inner, const struct weir_codec *codec,
                  size_t size, const struct weir_source_options *options,
                  struct weir_error *error) WEIR_CHECKED;

/* The bytes of the decoder's struct and its raw bytes. */
size_t weir_decoder_bytes(const struct weir_decoder *decoder);

/* The offset of raw[next] in the raw input. */
static inline uint64_t weir_decoder_here(const struct weir_decoder *decoder)
{
    return decoder->before + decoder->next;
}

/* Reads until `need` raw bytes are in raw[next, len). Returns how many are
 * there: fewer than `need` only if the inner source has ended. A status below
 * zero on failure. */
ptrdiff_t weir_decoder_need(struct weir_decoder *decoder, size_t need,
                            struct weir_error *error) WEIR_CHECKED;
/* The same, but where fewer are left it fails: the input is truncated. */
ptrdiff_t weir_decoder_need_all(struct weir_decoder *decoder, size_t need,
                                struct weir_error *error) WEIR_CHECKED;
/* The same as weir_decoder_need, between parts: if none are left after the
 * first part, it sets decoder->over. */
ptrdiff_t weir_decoder_need_part(struct weir_decoder *decoder, size_t need,
                                 struct weir_error *error) WEIR_CHECKED;

/* Passes over some of the next *left raw bytes, which it reduces. Returns 0 or
 * a status. */
ptrdiff_t weir_decoder_skip(struct weir_decoder *decoder, uint64_t *left,
                            struct weir_error *error) WEIR_CHECKED;

/* Notes that a part begins at raw[next]. */
void weir_decoder_begin_part(struct weir_decoder *decoder);

/*
 * Segments: several decoders over one input, each of which decodes some of its
 * parts (parts.c).
 *
 *     part 1 | part 2 | part 3 |  part 4  | part 5 | ...
 *     |<--- a segment's ------>|<------ another's ----->|
 *                              a boundary
 */
/* The decoder of what weir_source_open returned; NULL if its codec cannot find
 * boundaries, or its raw bytes cannot be read at any offset. */
struct weir_decoder *weir_source_decoder(struct weir_source *source);

/* The raw byte where the first part begins. */
uint64_t weir_decoder_first(const struct weir_decoder *decoder);
/* Moves *boundary to the next one that is at least `min` raw bytes after it.
 * WEIR_END: none can be found, and *boundary is the input's end. If a read
 * fails, *boundary stays. Any thread may call it. */
enum weir_status weir_decoder_next(const struct weir_decoder *decoder,
                                   uint64_t min, uint64_t *boundary,
                                   struct weir_error *error) WEIR_CHECKED;

/* Another decoder over the same bytes; NULL on failure. Call weir_decoder_seek
 * before reading from it, and close it before this one. */
struct weir_decoder *weir_decoder_clone(const struct weir_decoder *decoder,
                                        struct weir_error *error) WEIR_CHECKED;

/* Makes a clone decode the parts between the boundaries `from` and `until` (or
 * UINT64_MAX), and then end. `io` counts the raw bytes; it may be NULL. */
void weir_decoder_seek(struct weir_decoder *clone, uint64_t from,
                       uint64_t until, struct weir_io_counters *io);

/* Call it when only clones of this decoder will read: frees what it holds for
 * decoding. Returns how many raw bytes it had read. */
uint64_t weir_decoder_rest(struct weir_decoder *decoder);

/* Starts a thread that decodes in advance (prefetch.c). Returns a source over
 * the decoder, which that source takes over; or the decoder's own source if
 * there is no memory or no thread. */
struct weir_source *
weir_decoder_prefetch(struct weir_decoder *decoder,
                      struct weir_io_counters *io) WEIR_CHECKED;

/* The failures that all decoders know, with the part's number and raw byte. */
enum weir_status weir_decoder_truncated(const struct weir_decoder *decoder,
                                        struct weir_error *error);
enum weir_status weir_decoder_garbage(const struct weir_decoder *decoder,
                                      struct weir_error *error);
enum weir_status weir_decoder_damaged(const struct weir_decoder *decoder,
                                      uint64_t byte, const char *why,
                                      struct weir_error *error);
/* The data is damaged at raw[next]: the decoder fails with this once the text
 * before it was given. */
void weir_decoder_break(struct weir_decoder *decoder, const char *why);
/* The checksum of this part is wrong. Any thread may call it. */
enum weir_status weir_decoder_wrong_checksum(const struct weir_decoder *decoder,
                                             uint64_t part, uint64_t byte,
                                             struct weir_error *error);

#endif
