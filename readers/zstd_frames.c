/*
 * Where a zstd frame ends, without decoding it: each of its blocks begins with
 * three bytes that say how long it is.
 *
 *     header | 3 | block | 3 | block | 3 | last block | checksum
 */
#include "readers/zstd.h"

/* Blocks looked at in one frame: 2 GiB of text. */
#define BLOCKS_MOST 16384

enum block {
    RAW,
    RLE,
    COMPRESSED,
    RESERVED
};

static bool measure_blocks(struct weir_look *look, size_t block_most,
                           uint64_t place, uint64_t *raw)
{
    for (size_t n = 0; n < BLOCKS_MOST; n++) {
        size_t have;
        const uint8_t *at = weir_look_at(look, place + *raw, 3, &have);
        if (!at)
            return false;
        uint32_t block = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16;
        uint32_t type = block >> 1 & 3, size = block >> 3;
        if (type == RESERVED || size > block_most)
            return false;
        *raw += 3 + (type == RLE ? 1 : size);
        if (block & 1)
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
