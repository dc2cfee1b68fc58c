/*
 * Opening an input by its content.
 *
 * A peeked source holds the first bytes of the source that it wraps, and gives
 * them out before it reads on. So detection works on pipes too. Every codec
 * bids on those bytes, the winner wraps the peeked source, and they bid again
 * on the decoded bytes, until no codec bids:
 *
 *     peeked <- zstd <- peeked <- gzip <- peeked <- file
 */
#include "readers/codecs/decoder.h"
#include "readers/sources/not_csv.h"

#include <string.h>
#include <strings.h>

#define HEAD_CAPACITY 32 /* bytes that the codecs may see */
#define SHORTEST 4       /* bytes: no input of any codec is shorter */
#define LAYERS_MAX 8     /* maximum number of layers of compression */

static const struct weir_codec *const codecs[] = {
#define X(name) &weir_codec_##name,
    WEIR_CODECS(X)
#undef X
        NULL,
};

struct peeked {
    struct weir_source source;
    struct weir_source *inner;
    uint8_t head[HEAD_CAPACITY];
    size_t next, len;
    char path[];
};

static ptrdiff_t peeked_read(struct weir_source *source, void *into,
                             size_t capacity, struct weir_error *error)
{
    struct peeked *peeked = (struct peeked *)source;
    size_t left = peeked->len - peeked->next;
    if (left == 0) {
        ptrdiff_t n = weir_read(peeked->inner, into, capacity, error);
        if (n < 0)
            weir_source_place(peeked->path, error);
        return n;
    }
    size_t n = left < capacity ? left : capacity;
    memcpy(into, peeked->head + peeked->next, n);
    peeked->next += n;
    return (ptrdiff_t)n;
}

static enum weir_status peeked_read_at(const struct weir_source *source,
                                       void *into, size_t len, uint64_t place,
                                       struct weir_error *error)
{
    const struct weir_source *inner = ((const struct peeked *)source)->inner;
    return inner->ops->read_at(inner, into, len, place, error);
}

static bool peeked_extent(const struct weir_source *source, uint64_t *from,
                          uint64_t *to)
{
    return weir_source_extent(((const struct peeked *)source)->inner, from, to);
}

static void peeked_close(struct weir_source *source)
{
    struct peeked *peeked = (struct peeked *)source;
    weir_source_close(peeked->inner);
    weir_free(WEIR_MEMORY_READER, peeked);
}

static void peeked_estimate(const struct weir_source *source,
                            struct weir_estimate *estimate)
{
    const struct peeked *peeked = (const struct peeked *)source;
    weir_source_estimate(peeked->inner, estimate);
    /* Too small for a line of its own: it is added to the source below. */
    estimate->line[estimate->n - 1].bytes +=
        sizeof(*peeked) + strlen(peeked->path) + 1;
}

static const struct weir_source_ops peeked_ops = {
    .kind = WEIR_SOURCE_PEEKED,
    .read = peeked_read,
    .read_at = peeked_read_at,
    .extent = peeked_extent,
    .close = peeked_close,
    .estimate = peeked_estimate,
};

bool weir_source_decodes(const struct weir_source *source)
{
    return source->ops->kind == WEIR_SOURCE_PEEKED &&
           ((const struct peeked *)source)->inner->ops->kind ==
               WEIR_SOURCE_DECODER;
}

struct weir_decoder *weir_source_decoder(struct weir_source *source)
{
    uint64_t from, to;
    if (!weir_source_decodes(source))
        return NULL;
    struct weir_decoder *decoder =
        (struct weir_decoder *)((struct peeked *)source)->inner;
    return decoder->codec->part_length &&
                   weir_source_extent(decoder->inner, &from, &to)
               ? decoder
               : NULL;
}

bool weir_source_prefetch(struct weir_source *source,
                          struct weir_io_counters *io)
{
    struct peeked *peeked = (struct peeked *)source;
    if (!weir_source_decodes(source))
        return false;
    peeked->inner =
        weir_decoder_prefetch((struct weir_decoder *)peeked->inner, io);
    return !weir_source_decodes(source);
}

const char *weir_codec_name(size_t i)
{
    return i < sizeof codecs / sizeof *codecs && codecs[i] ? codecs[i]->name
                                                           : NULL;
}

/* The codec with the highest bid; NULL if none bids. */
static const struct weir_codec *bidder(const struct peeked *peeked)
{
    const struct weir_codec *winner = NULL;
    unsigned highest = 0;
    for (size_t i = 0; codecs[i]; i++) {
        unsigned bid = codecs[i]->bid(peeked->head, peeked->len);
        if (bid > highest) {
            highest = bid;
            winner = codecs[i];
        }
    }
    return winner;
}

const struct weir_codec *weir_codec_of_name(const char *path, size_t len,
                                            size_t *suffix)
{
    for (size_t i = 0; codecs[i]; i++)
        for (size_t k = 0; k < WEIR_SUFFIXES && codecs[i]->suffix[k]; k++) {
            *suffix = strlen(codecs[i]->suffix[k]);
            if (len > *suffix && !strncasecmp(path + len - *suffix,
                                              codecs[i]->suffix[k], *suffix))
                return codecs[i];
        }
    return NULL;
}

/* The codec whose content the file's name promises; NULL if there is none. */
static const struct weir_codec *promised(const char *path)
{
    size_t suffix;
    return weir_codec_of_name(path, strlen(path), &suffix);
}

/* Whether more bytes are needed for the decision. We do not wait for a slow
 * pipe if its first bytes are text already. */
static bool must_see_more(const struct peeked *peeked, bool outermost)
{
    return peeked->len < SHORTEST ||
           (peeked->len < HEAD_CAPACITY &&
            (bidder(peeked) || (outermost && promised(peeked->path))));
}

/* Takes `inner` over. The name promises something of the outermost source. */
static struct peeked *peek(struct weir_source *inner, const char *path,
                           bool outermost, struct weir_error *error)
{
    size_t bytes = sizeof(struct peeked) + strlen(path) + 1;
    struct peeked *peeked = weir_alloc(WEIR_MEMORY_READER, bytes);
    if (!peeked) {
        weir_source_close(inner);
        return weir_no_memory(error, "the first bytes of an input", bytes);
    }
    *peeked = (struct peeked){.source.ops = &peeked_ops, .inner = inner};
    strcpy(peeked->path, path);

    ptrdiff_t n = 1;
    while (n > 0 && must_see_more(peeked, outermost)) {
        n = weir_read(inner, peeked->head + peeked->len,
                      HEAD_CAPACITY - peeked->len, error);
        if (n > 0)
            peeked->len += (size_t)n;
    }
    if (n < 0) {
        peeked_close(&peeked->source);
        return NULL;
    }
    return peeked;
}

/* false for bytes of no text: controls, and what UTF-8 never uses. */
static bool may_be_text(const uint8_t *head, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool blank = head[i] >= '\t' && head[i] <= '\r';
        if ((head[i] < 0x20 && !blank) || head[i] >= 0xf8)
            return false;
    }
    return true;
}

/* Whether the bytes are those of a format that the CSV reader will refuse by
 * its name. */
static bool has_name(const struct peeked *peeked)
{
    bool more;
    return weir_not_csv_find(peeked->head, peeked->len, true, false, &more) !=
           NULL;
}

/* A plain input with the name of a compressed one may well be text: some
 * programs that fetch files unpack them and keep the name. But if it is empty,
 * or almost, or is not text, it is what is left of a damaged file. */
static enum weir_status check_name(const struct peeked *peeked,
                                   struct weir_error *error)
{
    const struct weir_codec *codec = promised(peeked->path);
    if (!codec)
        return WEIR_OK;
    if (peeked->len == 0)
        return weir_fail(error, WEIR_IO,
                         "is empty (0 bytes), and its name promises %s data",
                         codec->name);
    if (peeked->len < SHORTEST)
        return weir_fail(error, WEIR_IO,
                         "ends after %zu bytes, and its name promises %s data",
                         peeked->len, codec->name);
    if (!may_be_text(peeked->head, peeked->len) && !has_name(peeked))
        return weir_fail(error, WEIR_IO,
                         "holds neither text nor the %s data its name promises",
                         codec->name);
    return WEIR_OK;
}

/* Peeks and wraps until no codec bids. Takes `inner` over. */
static struct peeked *unwrap(struct weir_source *inner, const char *path,
                             const struct weir_source_options *options,
                             struct weir_error *error)
{
    for (int layers = 0; inner; layers++) {
        struct peeked *peeked = peek(inner, path, layers == 0, error);
        if (!peeked)
            return NULL;
        const struct weir_codec *codec = bidder(peeked);
        enum weir_status status = WEIR_OK;
        if (!codec && layers == 0)
            status = check_name(peeked, error);
        else if (codec && layers == LAYERS_MAX)
            status =
                weir_fail(error, WEIR_LIMIT,
                          "is compressed more than %d times over", LAYERS_MAX);
        if (status != WEIR_OK) {
            peeked_close(&peeked->source);
            return NULL;
        }
        if (!codec)
            return peeked;
        inner =
            (struct weir_source *)codec->open(&peeked->source, options, error);
    }
    return NULL;
}

struct weir_source *
weir_source_detect(struct weir_source *inner, const char *path,
                   const struct weir_source_options *options,
                   struct weir_error *error)
{
    struct peeked *peeked = unwrap(inner, path, options, error);
    if (!peeked) {
        weir_source_place(path, error);
        return NULL;
    }
    return &peeked->source;
}

struct weir_source *weir_source_open(const char *path,
                                     const struct weir_source_options *options,
                                     struct weir_io_counters *io,
                                     struct weir_error *error)
{
    struct weir_source *file = weir_file_open(path, io, error);
    if (!file)
        return NULL;
    return weir_source_detect(file, path, options, error);
}
