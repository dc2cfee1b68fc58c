/*
 * gzip (RFC 1952), through ISA-L or zlib.
 *
 * An input is any number of members, one after the other, and perhaps zeros
 * after the last, as tapes and block devices leave them. The library's inflater
 * decodes a member. This file handles what is between members, for both
 * libraries alike.
 *
 *     BETWEEN --1f 8b--> INSIDE --its end, verified--> BETWEEN
 *        |  \--00------> PADDING --> end
 *        end
 *
 * WEIR_GZIP=zlib in the environment chooses zlib if both are built in.
 */
#include "readers/codecs/gzip.h"

#include "base/mechanism.h"

#include <stdlib.h>
#include <string.h>

enum state {
    BETWEEN,
    INSIDE,
    PADDING
};

struct gzip {
    struct weir_decoder decoder;
    const struct weir_inflater *inflater;
    enum state state;
    _Alignas(max_align_t) uint8_t inflating[]; /* the inflater's state */
};

static const struct weir_inflater *const inflaters[] = {
#ifdef WEIR_HAVE_ISAL
    &weir_inflater_isal,
#endif
    &weir_inflater_zlib,
};
#define N_INFLATERS (sizeof(inflaters) / sizeof(inflaters[0]))

static const struct weir_inflater *choose(void)
{
    const char *asked = getenv("WEIR_GZIP");
    for (size_t i = 0; asked && i < N_INFLATERS; i++)
        if (strcmp(asked, inflaters[i]->name) == 0)
            return inflaters[i];
    return inflaters[0];
}

static unsigned gzip_bid(const uint8_t *head, size_t len)
{
    if (len == 0 || head[0] != 0x1f || (len > 1 && head[1] != 0x8b))
        return 0;
    return len > 1 ? 16 : 8;
}

/* In a member's header: the flags' offset, and those that mean nothing. */
#define FLAGS 3
#define RESERVED_FLAGS 0xe0

/* Begins a member or padding, unless the input ends. Returns 0 or a status. */
static ptrdiff_t next_member(struct gzip *gzip, struct weir_error *error)
{
    struct weir_decoder *decoder = &gzip->decoder;
    ptrdiff_t have = weir_decoder_need_part(decoder, FLAGS + 1, error);
    if (have < 0 || decoder->over)
        return have;

    const uint8_t *head = decoder->raw + decoder->next;
    if (have > 0 && decoder->parts > 0 && head[0] == 0) {
        gzip->state = PADDING;
        return 0;
    }
    if (have > 0 && !gzip_bid(head, (size_t)have))
        return weir_decoder_garbage(decoder, error);
    if (decoder->parts > 0)
        weir_ran(WEIR_RAN_MEMBER_CROSSED);
    weir_decoder_begin_part(decoder);
    if (!gzip->inflater->begin(gzip->inflating))
        return weir_fail_memory(error, "gzip", gzip->inflater->size);
    gzip->state = INSIDE;
    /* They may mean more fields (RFC 1952, 2.3.1.2), but ISA-L ignores them. */
    if (have > FLAGS && head[FLAGS] & RESERVED_FLAGS) {
        decoder->next += FLAGS + 1;
        weir_decoder_break(decoder, "unknown header flags");
    }
    return 0;
}

/* The bytes decoded, perhaps none yet; below zero a status. */
static ptrdiff_t inflate_some(struct gzip *gzip, void *into, size_t capacity,
                              struct weir_error *error)
{
    const size_t max = (size_t)1 << 30;
    struct weir_decoder *decoder = &gzip->decoder;
    struct weir_inflating inflating = {
        .in = decoder->raw + decoder->next,
        .in_len = decoder->len - decoder->next,
        .out = into,
        .out_capacity = capacity < max ? capacity : max,
    };
    const char *why = NULL;
    enum weir_inflated result =
        gzip->inflater->step(gzip->inflating, &inflating, &why);
    decoder->next = (size_t)(inflating.in - decoder->raw);
    ptrdiff_t n = inflating.out - (uint8_t *)into;

    switch (result) {
    case WEIR_INFLATED_WRONG:
        weir_decoder_break(decoder, why);
        return n;
    case WEIR_INFLATED_REFUSED:
        return weir_fail_memory(error, "gzip", (size_t)32 << 10);
    case WEIR_INFLATED_ALL:
        gzip->state = BETWEEN;
        return n;
    case WEIR_INFLATED_SOME:
        break;
    }
    if (n > 0 || inflating.in_len > 0)
        return n;
    ptrdiff_t have = weir_decoder_need_all(decoder, 1, error);
    return have < 0 ? have : 0;
}

/* Reads the padding up to the input's end. Returns 0 or a status. */
static ptrdiff_t pass_padding(struct weir_decoder *decoder,
                              struct weir_error *error)
{
    ptrdiff_t have;
    while ((have = weir_decoder_need_part(decoder, 1, error)) > 0) {
        if (decoder->raw[decoder->next] != 0)
            return weir_decoder_garbage(decoder, error);
        decoder->next++;
    }
    return have;
}

static ptrdiff_t gzip_decode(struct weir_decoder *decoder, void *into,
                             size_t capacity, struct weir_error *error)
{
    struct gzip *gzip = (struct gzip *)decoder;
    if (gzip->state == BETWEEN)
        return next_member(gzip, error);
    if (gzip->state == INSIDE)
        return inflate_some(gzip, into, capacity, error);
    return pass_padding(decoder, error);
}

static void gzip_release(struct weir_decoder *decoder)
{
    struct gzip *gzip = (struct gzip *)decoder;
    if (gzip->inflater->release)
        gzip->inflater->release(gzip->inflating);
}

static void gzip_estimate(const struct weir_decoder *decoder,
                          struct weir_estimate *estimate)
{
    const struct gzip *gzip = (const struct gzip *)decoder;
    const struct weir_inflater *inflater = gzip->inflater;
    size_t held = inflater->held ? inflater->held(gzip->inflating) : 0;
    if (held)
        weir_estimate_add(estimate, held, "gzip, its window of 32 KiB");
}

static void gzip_restart(struct weir_decoder *decoder)
{
    ((struct gzip *)decoder)->state = BETWEEN;
}

static struct weir_decoder *gzip_open(struct weir_source *inner,
                                      const struct weir_source_options *options,
                                      struct weir_error *error)
{
    const struct weir_inflater *inflater = choose();
    struct weir_decoder *decoder =
        weir_decoder_open(inner, &weir_codec_gzip,
                          sizeof(struct gzip) + inflater->size, options, error);
    if (decoder)
        ((struct gzip *)decoder)->inflater = inflater;
    return decoder;
}

const struct weir_codec weir_codec_gzip = {
    .name = "gzip",
    .part = "member",
    .suffix = {".gz", ".bgz"},
    .bid = gzip_bid,
    .open = gzip_open,
    .decode = gzip_decode,
    .release = gzip_release,
    .estimate = gzip_estimate,
    .part_length = weir_gzip_member_length,
    .restart = gzip_restart,
};
