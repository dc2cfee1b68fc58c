/*
 * Where a zstd frame ends, without decoding it: each of its blocks begins with
 * three bytes that say how long it is.
 *
 *     header | 3 | block | 3 | block | 3 | last block | checksum
 */
#include "readers/zstd.h"

/* Blocks looked at in one frame: 2 GiB of text. */
#define BLOCKS_MOST 16384

struct weir_zstd_block weir_zstd_block(const uint8_t *head)
{
    uint32_t bits = head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16;
    struct weir_zstd_block block = {
        .last = bits & 1, .type = bits >> 1 & 3, .size = bits >> 3};
    block.len = WEIR_ZSTD_BLOCK_HEADER;
    if (block.type != WEIR_ZSTD_RESERVED)
        block.len += block.type == WEIR_ZSTD_RLE ? 1 : block.size;
    return block;
}

static bool measure_blocks(struct weir_look *look, size_t block_most,
                           uint64_t place, uint64_t *raw)
{
    for (size_t n = 0; n < BLOCKS_MOST; n++) {
        size_t have;
        const uint8_t *at =
            weir_look_at(look, place + *raw, WEIR_ZSTD_BLOCK_HEADER, &have);
        if (!at)
            return false;
        struct weir_zstd_block block = weir_zstd_block(at);
        if (block.type == WEIR_ZSTD_RESERVED || block.size > block_most)
            return false;
        *raw += block.len;
        if (block.last)
            return true;
    }
    return false;
}

bool weir_zstd_measure(struct weir_look *look, uint64_t place, uint64_t *raw)
{
    size_t have;
    ZSTD_frameHeader header;
    uint64_t left = place < look->to ? look->to - place : 0;
    size_t need = left < ZSTD_FRAMEHEADERSIZE_MAX ? (size_t)left
                                                  : ZSTD_FRAMEHEADERSIZE_MAX;
    const uint8_t *head = weir_look_at(look, place, need, &have);
    if (!head || ZSTD_getFrameHeader(&header, head, have) != 0)
        return false;
    if (header.frameType == ZSTD_skippableFrame) {
        *raw = ZSTD_SKIPPABLEHEADERSIZE + header.frameContentSize;
        return true;
    }
    *raw = header.headerSize;
    if (!measure_blocks(look, header.blockSizeMax, place, raw))
        return false;
    *raw += header.checksumFlag ? 4 : 0;
    return true;
}
