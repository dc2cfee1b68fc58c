/*
 * zstd's frames, told apart without decoding them.
 */
#ifndef WEIR_READERS_CODECS_ZSTD_H
#define WEIR_READERS_CODECS_ZSTD_H

#define ZSTD_STATIC_LINKING_ONLY
#include "readers/codecs/decoder.h"
#include <zstd.h>

#define WEIR_ZSTD_BLOCK_HEADER ((size_t)3)
struct weir_zstd_block {
    bool last;
    enum {
        WEIR_ZSTD_RAW,
        WEIR_ZSTD_RLE,
        WEIR_ZSTD_COMPRESSED,
        WEIR_ZSTD_RESERVED
    } type;
    uint32_t size; /* what the header says */
    size_t len;    /* of it all, raw */
};

/* The block that begins with these bytes. */
struct weir_zstd_block weir_zstd_block(const uint8_t *header);

/* The raw length of the frame at a place, as weir_decoder_ops has it. */
enum weir_status weir_zstd_frame_length(struct weir_peek *peek, uint64_t place,
                                        uint64_t *raw,
                                        struct weir_error *error) WEIR_CHECKED;

#endif
