/*
 * Where a block of xz ends, without decoding it ("The .xz File Format"). A
 * block's header has its length if the compressor knew it, as that of xz -T
 * does:
 *
 *     size/4 - 1 | flags | [length] | [text's length] | filters | CRC32
 *
 * A part is a block; what precedes the first block of a stream belongs to it,
 * and so does what follows the last one:
 *
 *     stream header, block | block | block, index, footer, padding | stream ..
 */
#include "readers/codecs/xz.h"

#include <endian.h>
#include <string.h>

#define FLAG_HAS_LENGTH 0x40
/* The bytes of an index that are looked at. */
#define INDEX_MAX ((uint64_t)1 << 20)

bool weir_xz_begins(const uint8_t *head, size_t len)
{
    return memcmp(head,
                  "\xfd"
                  "7zXZ",
                  len < WEIR_XZ_MAGIC ? len : WEIR_XZ_MAGIC) == 0;
}

void weir_xz_sizes_begin(struct weir_xz_sizes *sizes)
{
    sizes->n = 0;
    (void)XXH64_reset(&sizes->hash, 0);
}

void weir_xz_sizes_add(struct weir_xz_sizes *sizes, uint64_t unpadded,
                       uint64_t text)
{
    const uint64_t pair[2] = {unpadded, text};
    sizes->n++;
    (void)XXH64_update(&sizes->hash, pair, sizeof pair);
}

bool weir_xz_sizes_same(const struct weir_xz_sizes *a,
                        const struct weir_xz_sizes *b)
{
    return a->n == b->n && XXH64_digest(&a->hash) == XXH64_digest(&b->hash);
}

void weir_xz_index_begin(struct weir_xz_index *index)
{
    *index = (struct weir_xz_index){.next = WEIR_XZ_INDICATOR};
    weir_xz_sizes_begin(&index->sizes);
}

/* What comes after a number, or at the very beginning. */
static void end_number(struct weir_xz_index *index)
{
    switch (index->next) {
    case WEIR_XZ_COUNT:
        index->left = index->number;
        break;
    case WEIR_XZ_UNPADDED:
        index->pair = index->number;
        break;
    default:
        weir_xz_sizes_add(&index->sizes, index->pair, index->number);
        index->left--;
    }
    if (index->next == WEIR_XZ_UNPADDED)
        index->next = WEIR_XZ_TEXT;
    else
        index->next = index->left ? WEIR_XZ_UNPADDED : WEIR_XZ_PADDING;
    index->number = 0;
    index->shift = 0;
}

static enum weir_status add_to_number(struct weir_xz_index *index, uint8_t byte)
{
    /* 63 bits in at most 9 bytes, the last of which is not 0. */
    if (index->shift > 56 || (byte == 0 && index->shift))
        return WEIR_DATA;
    index->number |= (uint64_t)(byte & 0x7f) << index->shift;
    index->shift += 7;
    if (!(byte & 0x80))
        end_number(index);
    return WEIR_OK;
}

enum weir_status weir_xz_index_add(struct weir_xz_index *index, uint8_t byte)
{
    bool at_word = index->len % WEIR_XZ_WORD == 0;
    index->len++;
    if (index->next == WEIR_XZ_PADDING && at_word)
        index->next = WEIR_XZ_CRC;
    if (index->next == WEIR_XZ_CRC) {
        index->stored |= (uint32_t)byte << index->shift;
        index->shift += 8;
        if (index->shift < 32)
            return WEIR_OK;
        return index->stored == index->crc ? WEIR_END : WEIR_DATA;
    }
    index->crc = lzma_crc32(&byte, 1, index->crc);
    if (index->next == WEIR_XZ_PADDING)
        return byte == 0 ? WEIR_OK : WEIR_DATA;
    if (index->next != WEIR_XZ_INDICATOR)
        return add_to_number(index, byte);
    index->next = WEIR_XZ_COUNT;
    return byte == 0 ? WEIR_OK : WEIR_DATA;
}

/* Adds the length of the index at place + *raw. WEIR_END: it is damaged, or too
 * long. */
static enum weir_status index_length(struct weir_peek *peek, uint64_t place,
                                     uint64_t *raw, struct weir_error *error)
{
    struct weir_xz_index index;
    weir_xz_index_begin(&index);
    enum weir_status found = WEIR_OK;
    while (found == WEIR_OK && index.len < INDEX_MAX) {
        size_t have;
        const uint8_t *at;
        enum weir_status status =
            weir_peek_at(peek, place + *raw, 1, &at, &have, error);
        if (status)
            return status;
        for (size_t i = 0; i < have && found == WEIR_OK; i++, ++*raw)
            found = weir_xz_index_add(&index, at[i]);
    }
    return found == WEIR_END ? WEIR_OK : WEIR_END;
}

/* Adds what follows the blocks of a stream: index, footer, padding. */
static enum weir_status stream_end_length(struct weir_peek *peek,
                                          uint64_t place, uint64_t *raw,
                                          struct weir_error *error)
{
    enum weir_status status = index_length(peek, place, raw, error);
    size_t have;
    const uint8_t *at;
    *raw += LZMA_STREAM_HEADER_SIZE;
    while (!status) {
        status =
            weir_peek_at(peek, place + *raw, WEIR_XZ_WORD, &at, &have, error);
        if (status || memcmp(at, "\0\0\0", WEIR_XZ_WORD) != 0)
            break;
        *raw += WEIR_XZ_WORD;
    }
    return status;
}

/* Adds the length of the block whose header is head[0, size). WEIR_END: it does
 * not say, or is damaged. */
static enum weir_status block_length(const uint8_t *head, size_t size,
                                     lzma_check check, uint64_t *raw)
{
    uint32_t crc;
    size_t at = 2;
    uint64_t len = 0;
    memcpy(&crc, head + size - sizeof crc, sizeof crc);
    if (le32toh(crc) != lzma_crc32(head, size - sizeof crc, 0) ||
        !(head[1] & FLAG_HAS_LENGTH) ||
        lzma_vli_decode(&len, NULL, head, &at, size) != LZMA_OK)
        return WEIR_END;
    len += (0 - len) % WEIR_XZ_WORD;
    *raw += size + len + lzma_check_size(check);
    return len < (uint64_t)1 << 62 ? WEIR_OK : WEIR_END;
}

/* Adds the length of a stream's header, if the part begins with one. */
static enum weir_status header_length(lzma_check check, struct weir_peek *peek,
                                      uint64_t place, uint64_t *raw,
                                      struct weir_error *error)
{
    size_t have;
    const uint8_t *head;
    lzma_stream_flags flags;
    enum weir_status status =
        weir_peek_at(peek, place, LZMA_STREAM_HEADER_SIZE, &head, &have, error);
    if (status || !weir_xz_begins(head, have))
        return status;
    if (lzma_stream_header_decode(&flags, head) != LZMA_OK ||
        flags.check != check)
        return WEIR_END;
    *raw += LZMA_STREAM_HEADER_SIZE;
    return WEIR_OK;
}

enum weir_status weir_xz_part_length(lzma_check check, struct weir_peek *peek,
                                     uint64_t place, uint64_t *raw,
                                     struct weir_error *error)
{
    size_t have;
    const uint8_t *at;
    *raw = 0;
    enum weir_status status = header_length(check, peek, place, raw, error);
    if (!status)
        status = weir_peek_at(peek, place + *raw, 1, &at, &have, error);
    if (status)
        return status;
    size_t size = weir_xz_header(*at);
    if (size == 0)
        return stream_end_length(peek, place, raw, error);
    if (size > WEIR_PEEK_CAPACITY)
        return WEIR_END;
    status = weir_peek_at(peek, place + *raw, size, &at, &have, error);
    if (!status)
        status = block_length(at, size, check, raw);
    if (!status)
        status = weir_peek_at(peek, place + *raw, 1, &at, &have, error);
    if (status || *at != 0)
        return status;
    return stream_end_length(peek, place, raw, error);
}
