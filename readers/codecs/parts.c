/*
 * Borders between the parts of a compressed input, and decoders that begin at
 * one. Whatever is unusual is no border: the parts up to the input's end are
 * then one stretch, and who decodes it finds out.
 */
#include "readers/codecs/decoder.h"

#include <string.h>

enum weir_status weir_look_at(struct weir_look *look, uint64_t place,
                              size_t need, const uint8_t **bytes, size_t *have,
                              struct weir_error *error)
{
    if (place > look->to || look->to - place < need)
        return WEIR_END;
    if (place < look->at || place - look->at > look->len ||
        look->len - (size_t)(place - look->at) < need) {
        uint64_t left = look->to - place;
        size_t n = left < WEIR_LOOK_ROOM ? (size_t)left : WEIR_LOOK_ROOM;
        look->at = place;
        look->len = 0;
        enum weir_status status =
            look->raw->ops->read_at(look->raw, look->head, n, place, error);
        if (status)
            return status;
        look->len = n;
    }
    *have = look->len - (size_t)(place - look->at);
    *bytes = look->head + (place - look->at);
    return WEIR_OK;
}

uint64_t weir_decoder_first(const struct weir_decoder *decoder)
{
    const struct weir_source *raw = decoder->inner;
    uint64_t from = 0, to;
    (void)raw->ops->extent(raw, &from, &to);
    return from;
}

enum weir_status weir_decoder_next(const struct weir_decoder *decoder,
                                   uint64_t least, uint64_t *border,
                                   struct weir_error *error)
{
    struct weir_look look;
    uint64_t from, len = 0;
    look.raw = decoder->inner;
    look.at = look.len = 0;
    (void)look.raw->ops->extent(look.raw, &from, &look.to);
    for (from = *border; from == *border || from - *border < least;
         from += len) {
        enum weir_status status =
            decoder->ops->measure(decoder, &look, from, &len, error);
        if (status < 0)
            return status;
        if (status == WEIR_END || len >= look.to - from) {
            *border = look.to;
            return WEIR_END;
        }
    }
    *border = from;
    return WEIR_OK;
}

/* A stretch of a raw input, as a source. */
struct stretch {
    struct weir_source source;
    const struct weir_source *raw;
    struct weir_meter *meter;
    uint64_t place, until, to;
};

static ptrdiff_t stretch_read(struct weir_source *source, void *into,
                              size_t room, struct weir_error *error)
{
    struct stretch *stretch = (struct stretch *)source;
    uint64_t left =
        stretch->until > stretch->place ? stretch->until - stretch->place : 0;
    size_t n = left < room ? (size_t)left : room;
    if (n == 0)
        return 0;
    enum weir_status status = stretch->raw->ops->read_at(stretch->raw, into, n,
                                                         stretch->place, error);
    if (status)
        return status;
    stretch->place += n;
    if (stretch->meter)
        atomic_fetch_add_explicit(&stretch->meter->raw_bytes, n,
                                  memory_order_relaxed);
    return (ptrdiff_t)n;
}

static void stretch_close(struct weir_source *source)
{
    weir_free(WEIR_MEMORY_DECODER, source);
}

static void stretch_bill(const struct weir_source *source,
                         struct weir_bill *bill)
{
    (void)source;
    weir_bill_add(bill, sizeof(struct stretch), "a stretch of it");
}

static const struct weir_source_ops stretch_ops = {
    .read = stretch_read, .close = stretch_close, .bill = stretch_bill};

struct weir_decoder *weir_decoder_branch(const struct weir_decoder *decoder,
                                         struct weir_error *error)
{
    struct stretch *stretch = weir_alloc(WEIR_MEMORY_DECODER, sizeof *stretch);
    if (!stretch) {
        weir_fail_memory(error, decoder->ops->name, sizeof *stretch);
        return NULL;
    }
    uint64_t from;
    *stretch =
        (struct stretch){.source.ops = &stretch_ops, .raw = decoder->inner};
    (void)stretch->raw->ops->extent(stretch->raw, &from, &stretch->to);
    return (struct weir_decoder *)decoder->ops->branch(decoder,
                                                       &stretch->source, error);
}

void weir_decoder_aim(struct weir_decoder *branch, uint64_t from,
                      uint64_t until, struct weir_meter *meter)
{
    struct stretch *stretch = (struct stretch *)branch->inner;
    stretch->meter = meter;
    stretch->place = from;
    stretch->until = until < stretch->to ? until : stretch->to;
    branch->before = from;
    branch->parts = branch->text = 0;
    branch->part = (struct weir_part){from, 0};
    branch->next = branch->len = 0;
    branch->inner_ended = branch->over = false;
    branch->ops->restart(branch);
}

uint64_t weir_decoder_rest(struct weir_decoder *decoder)
{
    decoder->ops->release(decoder);
    return decoder->before + decoder->len;
}
