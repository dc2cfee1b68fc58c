/*
 * The frames of LZ4: their headers, and where they end, found without decoding
 * them.
 */
#ifndef WEIR_READERS_CODECS_LZ4_H
#define WEIR_READERS_CODECS_LZ4_H

#include "readers/codecs/decoder.h"

#define WEIR_LZ4_MAGIC ((size_t)4)
/* Bytes of the longest header. */
#define WEIR_LZ4_HEADER_MAX ((size_t)19)
/* Bytes of a block's size and of a checksum. */
#define WEIR_LZ4_WORD ((size_t)4)

struct weir_lz4_frame {
    size_t header; /* bytes */
    bool is_skippable;
    uint64_t skip; /* of a skippable frame: bytes after the header */
    bool has_block_sums, has_text_sum, has_dictionary;
};

/* Whether the bytes are a frame's magic number, or as much of it as there is.
 */
bool weir_lz4_begins(const uint8_t *head, size_t len);

/* Reads the header of the frame that begins with these bytes. Returns false if
 * they are too few. The library verifies the header. */
bool weir_lz4_frame(const uint8_t *head, size_t len,
                    struct weir_lz4_frame *frame);

uint32_t weir_lz4_word(const uint8_t *bytes);

/* The bytes of a block after its size, which is not 0; without its checksum. */
static inline size_t weir_lz4_block(uint32_t size)
{
    return size & 0x7fffffff;
}

/* part_length of weir_codec. */
enum weir_status weir_lz4_frame_length(const struct weir_decoder *decoder,
                                       struct weir_peek *peek, uint64_t place,
                                       uint64_t *raw,
                                       struct weir_error *error) WEIR_CHECKED;

#endif
