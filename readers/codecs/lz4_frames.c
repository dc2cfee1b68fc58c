/*
 * Where an LZ4 frame ends, without decoding it: each of its blocks begins with
 * four bytes that say how long it is (lz4's doc/lz4_Frame_format.md).
 *
 *     header | 4 | block, sum | 4 | block, sum | 0 0 0 0 | text's sum
 */
#include "readers/codecs/lz4.h"

#include <endian.h>
#include <string.h>

/* The maximum number of blocks that are looked at in a frame: 1 GiB of text at
 * least. */
#define BLOCKS_MAX 16384

/* In a header: the offset of its flags. */
#define FLAGS 4

bool weir_lz4_begins(const uint8_t *head, size_t len)
{
    static const uint8_t frame[] = {0x04, 0x22, 0x4d, 0x18};
    static const uint8_t skippable[] = {0x50, 0x2a, 0x4d, 0x18};
    size_t n = len < WEIR_LZ4_MAGIC ? len : WEIR_LZ4_MAGIC;
    if (memcmp(head, frame, n) == 0)
        return true;
    return (head[0] & 0xf0) == skippable[0] &&
           memcmp(head + 1, skippable + 1, n - 1) == 0;
}

uint32_t weir_lz4_word(const uint8_t *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return le32toh(word);
}

bool weir_lz4_frame(const uint8_t *head, size_t len,
                    struct weir_lz4_frame *frame)
{
    *frame = (struct weir_lz4_frame){.header = WEIR_LZ4_MAGIC + 4};
    if (len < WEIR_LZ4_MAGIC + 3)
        return false;
    frame->is_skippable = head[0] != 0x04;
    if (frame->is_skippable) {
        if (len >= frame->header)
            frame->skip = weir_lz4_word(head + WEIR_LZ4_MAGIC);
        return len >= frame->header;
    }
    const uint8_t flags = head[FLAGS];
    frame->has_dictionary = flags & 1;
    frame->has_text_sum = flags & 4;
    frame->has_block_sums = flags & 16;
    frame->header = WEIR_LZ4_MAGIC + 3 + (flags & 8 ? 8 : 0) +
                    (frame->has_dictionary ? 4 : 0);
    return len >= frame->header;
}

static enum weir_status blocks_length(struct weir_peek *peek,
                                      const struct weir_lz4_frame *frame,
                                      uint64_t place, uint64_t *raw,
                                      struct weir_error *error)
{
    for (size_t n = 0; n < BLOCKS_MAX; n++) {
        size_t have;
        const uint8_t *at;
        enum weir_status status =
            weir_peek_at(peek, place + *raw, WEIR_LZ4_WORD, &at, &have, error);
        if (status)
            return status;
        uint32_t size = weir_lz4_word(at);
        *raw += WEIR_LZ4_WORD;
        if (size == 0) {
            *raw += frame->has_text_sum ? WEIR_LZ4_WORD : 0;
            return WEIR_OK;
        }
        *raw +=
            weir_lz4_block(size) + (frame->has_block_sums ? WEIR_LZ4_WORD : 0);
    }
    return WEIR_END;
}

enum weir_status weir_lz4_frame_length(const struct weir_decoder *decoder,
                                       struct weir_peek *peek, uint64_t place,
                                       uint64_t *raw, struct weir_error *error)
{
    (void)decoder;
    size_t have;
    const uint8_t *head;
    struct weir_lz4_frame frame;
    uint64_t left = place < peek->to ? peek->to - place : 0;
    size_t need =
        left < WEIR_LZ4_HEADER_MAX ? (size_t)left : WEIR_LZ4_HEADER_MAX;
    enum weir_status status =
        weir_peek_at(peek, place, need, &head, &have, error);
    if (status)
        return status;
    if (have < WEIR_LZ4_MAGIC || !weir_lz4_begins(head, have) ||
        !weir_lz4_frame(head, have, &frame))
        return WEIR_END;
    *raw = frame.header + frame.skip;
    return frame.is_skippable ? WEIR_OK
                              : blocks_length(peek, &frame, place, raw, error);
}
