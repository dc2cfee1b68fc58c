/*
 * The inflater over zlib. In its gzip mode, zlib reads the header and verifies
 * the header's checksum, CRC and length itself.
 */
#define ZLIB_CONST
#include "readers/codecs/gzip.h"

#include <zlib.h>

struct state {
    z_stream stream;
    bool ready;
    size_t held;
};

static void *take(void *opaque, uInt items, uInt size)
{
    struct state *state = opaque;
    size_t bytes = (size_t)items * size;
    void *block =
        weir_alloc_at(WEIR_LIBRARY("zlib"), WEIR_MEMORY_DECODER, bytes);
    if (block)
        state->held += bytes;
    return block;
}

static void give(void *opaque, void *block)
{
    (void)opaque;
    weir_free(WEIR_MEMORY_DECODER, block);
}

static bool zlib_begin(void *from)
{
    struct state *state = from;
    if (state->ready)
        return inflateReset(&state->stream) == Z_OK;
    state->stream = (z_stream){.zalloc = take, .zfree = give, .opaque = state};
    state->ready = inflateInit2(&state->stream, 16 + MAX_WBITS) == Z_OK;
    return state->ready;
}

static enum weir_inflated
zlib_step(void *from, struct weir_inflating *inflating, const char **why)
{
    struct state *state = from;
    z_stream *stream = &state->stream;
    stream->next_in = inflating->in;
    stream->avail_in = (uInt)inflating->in_len;
    stream->next_out = inflating->out;
    stream->avail_out = (uInt)inflating->out_capacity;
    int result = inflate(stream, Z_NO_FLUSH);
    inflating->in = stream->next_in;
    inflating->in_len = stream->avail_in;
    inflating->out = stream->next_out;
    inflating->out_capacity = stream->avail_out;

    switch (result) {
    case Z_OK:
    case Z_BUF_ERROR: /* no progress was possible, which is no error */
        return WEIR_INFLATED_SOME;
    case Z_STREAM_END:
        return WEIR_INFLATED_ALL;
    case Z_MEM_ERROR:
        return WEIR_INFLATED_REFUSED;
    default:
        *why = stream->msg ? stream->msg : "invalid data";
        return WEIR_INFLATED_WRONG;
    }
}

static void zlib_release(void *from)
{
    struct state *state = from;
    if (state->ready)
        (void)inflateEnd(&state->stream);
    state->ready = false;
}

static size_t zlib_held(const void *from)
{
    return ((const struct state *)from)->held;
}

const struct weir_inflater weir_inflater_zlib = {
    .name = "zlib",
    .size = sizeof(struct state),
    .begin = zlib_begin,
    .step = zlib_step,
    .release = zlib_release,
    .held = zlib_held,
};
