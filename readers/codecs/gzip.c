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
    BROKEN,
    PADDING
};

struct gzip {
    struct weir_decoder decoder;
    const struct weir_inflater *inflater;
    enum state state;
    const char *why;                           /* if BROKEN: the reason */
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

/* Above zero: a member or padding begins. Zero: the end. Below: a status. */
static ptrdiff_t next_member(struct gzip *gzip, struct weir_error *error)
{
    struct weir_decoder *decoder = &gzip->decoder;
    ptrdiff_t have = weir_decoder_need(decoder, FLAGS + 1, error);
    if (have < 0 || (have == 0 && decoder->parts > 0))
        return have;

    const uint8_t *head = decoder->raw + decoder->next;
    if (have > 0 && decoder->parts > 0 && head[0] == 0) {
        gzip->state = PADDING;
        return 1;
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
        gzip->why = "unknown header flags";
        gzip->state = BROKEN;
    }
    return 1;
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
    enum weir_inflated result =
        gzip->inflater->step(gzip->inflating, &inflating, &gzip->why);
    decoder->next = (size_t)(inflating.in - decoder->raw);
    ptrdiff_t n = inflating.out - (uint8_t *)into;

    switch (result) {
    case WEIR_INFLATED_WRONG: /* reported after the text before it */
        gzip->state = BROKEN;
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
    ptrdiff_t have = weir_decoder_need(decoder, 1, error);
    if (have < 0)
        return have;
    return have ? 0 : (ptrdiff_t)weir_decoder_truncated(decoder, error);
}

/* Zero at the end; below zero a status. */
static ptrdiff_t pass_padding(struct weir_decoder *decoder,
                              struct weir_error *error)
{
    ptrdiff_t have;
    while ((have = weir_decoder_need(decoder, 1, error)) > 0) {
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
    ptrdiff_t n = 0;
    while (n == 0) {
        switch (gzip->state) {
        case BETWEEN:
            n = next_member(gzip, error);
            if (n <= 0)
                return n;
            n = 0;
            break;
        case INSIDE:
            n = inflate_some(gzip, into, capacity, error);
            break;
        case BROKEN:
            return weir_decoder_damaged(
                decoder, decoder->before + decoder->next, gzip->why, error);
        case PADDING:
            return pass_padding(decoder, error);
        }
    }
    return n;
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

static const struct weir_decoder_ops gzip_ops;

static struct weir_source *gzip_open(struct weir_source *inner,
                                     const struct weir_source_options *options,
                                     struct weir_error *error)
{
    const struct weir_inflater *inflater = choose();
    struct weir_decoder *decoder = weir_decoder_open(
        inner, &gzip_ops, sizeof(struct gzip) + inflater->size, error);
    if (!decoder)
        return NULL;
    decoder->mark = options ? options->mark : NULL;
    ((struct gzip *)decoder)->inflater = inflater;
    return &decoder->source;
}

static struct weir_source *gzip_clone(const struct weir_decoder *decoder,
                                      struct weir_source *inner,
                                      struct weir_error *error)
{
    (void)decoder;
    return gzip_open(inner, NULL, error);
}

static const struct weir_decoder_ops gzip_ops = {
    .decode = gzip_decode,
    .release = gzip_release,
    .part_length = weir_gzip_member_length,
    .clone = gzip_clone,
    .restart = gzip_restart,
    .estimate = gzip_estimate,
    .name = "gzip",
    .part = "member",
};

const struct weir_codec weir_codec_gzip = {
    .name = "gzip",
    .suffix = {".gz", ".bgz"},
    .bid = gzip_bid,
    .open = gzip_open,
};
