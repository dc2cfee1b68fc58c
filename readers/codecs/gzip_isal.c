/*
 * The inflater over ISA-L. Its state is flat: it takes and frees no memory.
 *
 * The header is read in a step of its own. isal_inflate() can read it too, but
 * remembers what it knows of the header (its flags, its checksum so far) only
 * during one call, so it misreads a header that lies across two reads. Here the
 * header's struct lives as long as the member. The library verifies CRC and
 * length (ISAL_GZIP_NO_HDR_VER).
 */
#include "readers/codecs/gzip.h"

#include <isa-l/igzip_lib.h>

struct state {
    struct isal_gzip_header header;
    bool in_header;
    struct inflate_state inflate;
};

static bool isal_begin(void *from)
{
    struct state *state = from;
    isal_inflate_init(&state->inflate);
    isal_gzip_header_init(&state->header);
    state->inflate.crc_flag = ISAL_GZIP_NO_HDR_VER;
    state->in_header = true;
    return true;
}

static const char *explain(int result)
{
    switch (result) {
    case ISAL_INVALID_BLOCK:
        return "invalid block";
    case ISAL_INVALID_SYMBOL:
        return "invalid symbol";
    case ISAL_INVALID_LOOKBACK:
        return "invalid distance";
    case ISAL_INVALID_WRAPPER:
        return "invalid header";
    case ISAL_UNSUPPORTED_METHOD:
        return "unknown compression method";
    case ISAL_INCORRECT_CHECKSUM:
        return "wrong checksum or length";
    default:
        return "invalid data";
    }
}

static int run(struct state *state)
{
    if (state->in_header) {
        int result = isal_read_gzip_header(&state->inflate, &state->header);
        if (result != ISAL_DECOMP_OK)
            return result;
        state->in_header = false;
    }
    return isal_inflate(&state->inflate);
}

static enum weir_inflated
isal_step(void *from, struct weir_inflating *inflating, const char **why)
{
    struct state *state = from;
    struct inflate_state *inflate = &state->inflate;
    inflate->next_in = weir_unconst(inflating->in);
    inflate->avail_in = (uint32_t)inflating->in_len;
    inflate->next_out = inflating->out;
    inflate->avail_out = (uint32_t)inflating->out_capacity;
    int result = run(state);
    inflating->in = inflate->next_in;
    inflating->in_len = inflate->avail_in;
    inflating->out = inflate->next_out;
    inflating->out_capacity = inflate->avail_out;

    if (result < 0) {
        *why = explain(result);
        return WEIR_INFLATED_WRONG;
    }
    return inflate->block_state == ISAL_BLOCK_FINISH ? WEIR_INFLATED_ALL
                                                     : WEIR_INFLATED_SOME;
}

const struct weir_inflater weir_inflater_isal = {
    .name = "isal",
    .size = sizeof(struct state),
    .begin = isal_begin,
    .step = isal_step,
};
