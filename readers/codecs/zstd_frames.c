/*
 * Where a zstd frame ends, without decoding it: each of its blocks begins with
 * three bytes that say how long it is.
 *
 *     header | 3 | block | 3 | block | 3 | last block | checksum
 */
#include "readers/codecs/zstd.h"

/* The maximum number of blocks that are looked at in a frame: 2 GiB of text. */
#define BLOCKS_MAX 16384

/* Types of blocks, of which there are four. */
#define RLE 1
#define RESERVED 3

struct weir_zstd_block weir_zstd_block(const uint8_t *head)
{
    uint32_t bits = head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16;
    uint32_t type = bits >> 1 & 3, size = bits >> 3;
    size_t len = type == RESERVED ? 0 : type == RLE ? 1 : size;
    return (struct weir_zstd_block){.last = bits & 1,
                                    .valid = type != RESERVED,
                                    .size = size,
                                    .len = WEIR_ZSTD_BLOCK_HEADER + len};
}

static enum weir_status blocks_length(struct weir_peek *peek, size_t block_max,
                                      uint64_t place, uint64_t *raw,
                                      struct weir_error *error)
{
    for (size_t n = 0; n < BLOCKS_MAX; n++) {
        size_t have;
        const uint8_t *at;
        enum weir_status status = weir_peek_at(
            peek, place + *raw, WEIR_ZSTD_BLOCK_HEADER, &at, &have, error);
        if (status)
            return status;
        struct weir_zstd_block block = weir_zstd_block(at);
        if (!block.valid || block.size > block_max)
            return WEIR_END;
        *raw += block.len;
        if (block.last)
            return WEIR_OK;
    }
    return WEIR_END;
}

enum weir_status weir_zstd_frame_length(const struct weir_decoder *decoder,
                                        struct weir_peek *peek, uint64_t place,
                                        uint64_t *raw, struct weir_error *error)
{
    (void)decoder;
    size_t have;
    const uint8_t *head;
    ZSTD_frameHeader header;
    uint64_t left = place < peek->to ? peek->to - place : 0;
    size_t need = left < ZSTD_FRAMEHEADERSIZE_MAX ? (size_t)left
                                                  : ZSTD_FRAMEHEADERSIZE_MAX;
    enum weir_status status =
        weir_peek_at(peek, place, need, &head, &have, error);
    if (status)
        return status;
    if (ZSTD_getFrameHeader(&header, head, have) != 0)
        return WEIR_END;
    if (header.frameType == ZSTD_skippableFrame) {
        *raw = ZSTD_SKIPPABLEHEADERSIZE + header.frameContentSize;
        return WEIR_OK;
    }
    *raw = header.headerSize;
    status = blocks_length(peek, header.blockSizeMax, place, raw, error);
    *raw += header.checksumFlag ? 4 : 0;
    return status;
}
