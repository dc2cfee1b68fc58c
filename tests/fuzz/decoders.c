/*
 * Target: any bytes as a compressed input. The first bytes of the input choose
 * the inflater, the sizes of reads below and above the decoder, and what the
 * rest is:
 *
 *     choice | read size | capacity | harm | packed bytes, or text to be packed
 *
 * Packed bytes must decode to the same text, end and error however they are
 * read: in sequence, with prefetching, part by part on clones of the decoder,
 * and by the other inflater. Text that is packed here must be decoded to the
 * same text. If one byte of the packing is changed, all ways must still end or
 * fail alike.
 */
#include "readers/codecs/decoder.h"
#include "tests/fuzz/fuzz.h"
#include "tests/source_kit.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))
/* A few bytes of zstd may decode to gigabytes. */
#define TEXT_MAX ((size_t)1 << 18)
#define PARTS_MAX 5
#define PART_MAX ((size_t)60000) /* the limit of add_bgzf */

enum packing {
    AS_IT_IS, /* as packed bytes */
    OTHER,    /* xz, bzip2 or lz4, by the upper bits of `capacity` */
    ZSTD,
    ZSTD_SIZED,
    GZIP,
    BGZF,
    GZIP_FULL,
    ZSTD_OF_GZIP
};

struct decoded {
    struct bytes text;
    enum weir_status status; /* WEIR_END or an error; OK: too long */
    struct weir_error error;
};

static const char *const names[] = {"x.csv", "x.csv.zst", "x.csv.gz", "-"};

/* Reads once more: the end and errors are sticky. */
static void ask_again(struct weir_source *source, ptrdiff_t last,
                      const struct weir_error *error)
{
    struct weir_error again;
    uint8_t byte;
    weir_error_init(&again);
    fuzz_require(weir_read(source, &byte, 1, &again) == last &&
                     (!last || !strcmp(again.message, error->message)),
                 "the end or an error is not sticky");
}

static void read_on(struct weir_source *source, size_t capacity,
                    struct decoded *into)
{
    static uint8_t buffer[131072];
    ptrdiff_t n = 1;
    while (n > 0 && into->text.len < TEXT_MAX) {
        n = weir_read(source, buffer, capacity, &into->error);
        if (n > 0)
            bytes_add(&into->text, buffer, (size_t)n);
        fuzz_require(n <= (ptrdiff_t)capacity, "a read gives too much");
    }
    into->status = n > 0 ? WEIR_OK : n == 0 ? WEIR_END : (enum weir_status)n;
    if (n <= 0)
        ask_again(source, n, &into->error);
}

/* Reads the source to its end and closes it. NULL is a source that could not be
 * opened. */
static void read_text(struct weir_source *source, size_t capacity,
                      struct decoded *into)
{
    if (!source) {
        into->status = into->error.status;
        return;
    }
    read_on(source, capacity, into);
    weir_source_close(source);
}

static struct weir_source *opened(const struct bytes *packed, const char *name,
                                  size_t *read_size, struct weir_error *error)
{
    struct weir_source *source =
        weir_memory_source_open(packed->at, packed->len, error);
    if (source && *read_size)
        source = chunked_open(source, chunked_fixed, read_size);
    return source ? weir_source_detect(source, name, NULL, error) : NULL;
}

static void in_sequence(const struct bytes *packed, const char *name,
                        size_t read_size, size_t capacity, struct decoded *into)
{
    weir_error_init(&into->error);
    read_text(opened(packed, name, &read_size, &into->error), capacity, into);
}

static void prefetched(const struct bytes *packed, const char *name,
                       size_t capacity, struct decoded *into)
{
    size_t read_size = 0;
    weir_error_init(&into->error);
    struct weir_source *source = opened(packed, name, &read_size, &into->error);
    if (source)
        (void)weir_source_prefetch(source, NULL);
    read_text(source, capacity, into);
}

static void read_parts(const struct weir_decoder *decoder, size_t capacity,
                       uint64_t min, struct decoded *into)
{
    struct weir_decoder *clone = weir_decoder_clone(decoder, &into->error);
    uint64_t from = weir_decoder_first(decoder), until = from;
    bool more = true;
    fuzz_require(clone, "no clone");
    while (more && into->status >= 0 && into->text.len < TEXT_MAX) {
        more = !weir_decoder_next(decoder, min, &until, &into->error);
        fuzz_require(until > from || !more, "a part of no bytes");
        weir_decoder_seek(clone, from, until, NULL);
        read_on(&clone->source, capacity, into);
        from = until;
    }
    weir_source_close(&clone->source);
}

/* Reads part after part on a clone that seeks to each. A failure there has a
 * message of its own. Returns false if the decoder cannot be cloned. */
static bool by_parts(const struct bytes *packed, const char *name,
                     size_t capacity, uint64_t min, struct decoded *into)
{
    size_t read_size = 0;
    weir_error_init(&into->error);
    struct weir_source *source = opened(packed, name, &read_size, &into->error);
    struct weir_decoder *decoder = source ? weir_source_decoder(source) : NULL;
    if (decoder)
        read_parts(decoder, capacity, min, into);
    weir_source_close(source);
    return decoder != NULL;
}

/* An inflater finds damage a few bytes later if it gets only a few bytes at a
 * time. */
static void same_message(const struct decoded *got,
                         const struct decoded *expected)
{
    const char *near = strstr(expected->error.message, " near compressed byte");
    if (near) {
        size_t len = (size_t)(near - expected->error.message);
        fuzz_require(!strncmp(got->error.message, expected->error.message, len),
                     "another message");
        return;
    }
    fuzz_same("another message", got->error.message, expected->error.message);
}

/* Text of a damaged gzip member means nothing: ISA-L lets a distance reach
 * before the beginning of the member, and notices that by the checksum. If that
 * text itself looks packed, the sizes of reads decide which of two errors is
 * found. */
static bool is_text(const struct decoded *decoded)
{
    return decoded->status >= 0 || !strstr(decoded->error.message, "gzip");
}

/* If the input is damaged, one of the ways may have given less text. */
static void same(const struct decoded *got, const struct decoded *expected,
                 bool message)
{
    size_t len =
        got->text.len < expected->text.len ? got->text.len : expected->text.len;
    fuzz_require(!is_text(got) || !is_text(expected) || len == 0 ||
                     !memcmp(got->text.at, expected->text.at, len),
                 "another text");
    if (got->status == WEIR_OK || expected->status == WEIR_OK)
        return;
    fuzz_require(got->status == expected->status, "another end");
    fuzz_require(got->status < 0 || got->text.len == expected->text.len,
                 "another length");
    if (got->status >= 0)
        return;
    fuzz_require(*got->error.message, "an error without a message");
    fuzz_require(!message || *got->error.place, "an error without a place");
    if (message && is_text(got) && is_text(expected))
        same_message(got, expected);
}

static void compare(struct decoded *got, const struct decoded *expected,
                    bool message)
{
    same(got, expected, message);
    bytes_free(&got->text);
    *got = (struct decoded){0};
}

static void read_all_ways(const struct bytes *packed, const uint8_t *choice,
                          bool harmed, struct decoded *expected)
{
    static const size_t rooms[] = {131072, 1, 7, 100, 4096};
    static const size_t read_sizes[] = {1, 2, 3, 17, 64, 1000};
    const char *name = names[choice[0] / 16 % N(names)];
    size_t capacity = rooms[choice[2] % N(rooms)];
    struct decoded got = {0};
    (void)setenv("WEIR_GZIP", choice[0] & 8 ? "zlib" : "", 1);
    in_sequence(packed, name, 0, 131072, expected);
    in_sequence(packed, name, read_sizes[choice[1] % N(read_sizes)], capacity,
                &got);
    compare(&got, expected, true);
    if (choice[1] >= 224) {
        prefetched(packed, name, capacity, &got);
        compare(&got, expected, true);
    }
    if (by_parts(packed, name, capacity, choice[1] & 64 ? 1 : 200, &got)) {
        fuzz_require(harmed || got.status >= 0, "a part fails");
        if (got.status == WEIR_END && expected->status != WEIR_OK)
            same(&got, expected, false);
    }
    bytes_free(&got.text);
    got = (struct decoded){0};
    (void)setenv("WEIR_GZIP", choice[0] & 8 ? "" : "zlib", 1);
    in_sequence(packed, name, 0, capacity, &got);
    compare(&got, expected, false);
}

static void pack_other(struct bytes *to, unsigned which, const uint8_t *text,
                       size_t len)
{
    static void (*const add[])(struct bytes *, const void *, size_t) = {
        add_xz, add_bzip2, add_lz4, add_lz4_sized};
    if (which == 0 && len > 100)
        add_xz_blocks(to, text, len, 100, LZMA_CHECK_CRC32);
    else
        add[which](to, text, len);
}

static void pack(struct bytes *to, enum packing packing, const uint8_t *text,
                 size_t len)
{
    static void (*const add[])(struct bytes *, const void *,
                               size_t) = {[ZSTD] = add_zstd,
                                          [GZIP] = add_gzip,
                                          [BGZF] = add_bgzf,
                                          [GZIP_FULL] = add_gzip_full_header};
    struct bytes inner = {0};
    if (packing == ZSTD_OF_GZIP) {
        add_gzip(&inner, text, len);
        add_zstd(to, inner.at, inner.len);
        bytes_free(&inner);
    } else if (packing == ZSTD_SIZED) {
        add_zstd_sized(to, text, len, len & 1);
    } else {
        add[packing](to, text, len);
    }
}

/* Packs the text in parts, which end after the first few bytes of value 255.
 * Returns the number of parts. */
static size_t pack_parts(struct bytes *to, enum packing packing, unsigned which,
                         struct fuzz_input text)
{
    size_t n = 0, parts = 1;
    for (; text.len; text.at += n, text.len -= n, parts++) {
        const uint8_t *end = memchr(text.at, 255, text.len);
        n = end && parts < PARTS_MAX ? (size_t)(end - text.at) + 1 : text.len;
        n = n < PART_MAX ? n : PART_MAX;
        if (packing == OTHER)
            pack_other(to, which, text.at, n);
        else
            pack(to, packing, text.at, n);
        bool frames = packing == ZSTD || packing == ZSTD_SIZED ||
                      (packing == OTHER && which >= 2);
        if (text.at[0] == 'S' && frames)
            add_zstd_skippable(to, n % 100);
    }
    return parts - 1;
}

/* Whether the bytes seem to have more members than they have. If a member does
 * not say how long it is, its end must be searched for. */
static bool hides_members(const struct bytes *packed, size_t members)
{
    static const uint8_t begin[] = {0x1f, 0x8b, 8};
    const uint8_t *at = packed->at, *end = at + packed->len;
    size_t n = 0;
    for (; (at = memmem(at, (size_t)(end - at), begin, sizeof begin)); at++)
        n++;
    return n > members;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct bytes packed = {0};
    struct decoded expected = {0};
    uint8_t choice[4];
    struct fuzz_input input = {bytes, len};
    for (size_t i = 0; i < N(choice); i++)
        choice[i] = fuzz_byte(&input);
    enum packing packing = (enum packing)(choice[0] % 8);
    size_t parts = 0;
    if (packing == AS_IT_IS)
        bytes_add(&packed, input.at, input.len);
    else
        parts = pack_parts(&packed, packing, choice[2] / 64, input);
    bool harmed = packing == AS_IT_IS || choice[3];
    if (packing != AS_IT_IS && choice[3] && packed.len)
        packed.at[(choice[1] * 256u + choice[2]) % packed.len] ^= choice[3];
    bytes_add(&packed, "", 1); /* so that it is not NULL */
    packed.len--;
    bool hides = (packing == GZIP || packing == GZIP_FULL) &&
                 hides_members(&packed, parts);
    read_all_ways(&packed, choice, harmed || hides, &expected);
    /* Text that is itself packed is unpacked as well. */
    if (!harmed && input.len && !fuzz_is_packed(input.at, input.len))
        fuzz_require(expected.status == WEIR_END &&
                         expected.text.len == input.len &&
                         !memcmp(expected.text.at, input.at, input.len),
                     "what was packed does not come back");
    bytes_free(&expected.text);
    bytes_free(&packed);
    return 0;
}
