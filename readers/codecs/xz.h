/*
 * The blocks of xz: where they end, found without decoding them; and the index
 * after them.
 */
#ifndef WEIR_READERS_CODECS_XZ_H
#define WEIR_READERS_CODECS_XZ_H

#include "readers/codecs/decoder.h"

#include <lzma.h>

/* Bytes of the magic number with which a stream begins. */
#define WEIR_XZ_MAGIC ((size_t)6)
/* Bytes of the longest header of a block. */
#define WEIR_XZ_BLOCK_HEADER_MAX ((size_t)1024)
/* Index and padding come in units of so many bytes. */
#define WEIR_XZ_WORD ((size_t)4)

/* Whether the bytes are a stream's magic number, or as much of it as there is.
 */
bool weir_xz_begins(const uint8_t *head, size_t len);

/* The header of the block whose first byte this is, in bytes; 0 if it is not a
 * block but an index. */
static inline size_t weir_xz_header(uint8_t first)
{
    return first ? ((size_t)first + 1) * WEIR_XZ_WORD : 0;
}

/* The sizes of blocks, one after another: as they were decoded, or as an index
 * lists them. */
struct weir_xz_sizes {
    uint64_t n;
    XXH64_state_t hash;
};
void weir_xz_sizes_begin(struct weir_xz_sizes *sizes);
void weir_xz_sizes_add(struct weir_xz_sizes *sizes, uint64_t unpadded,
                       uint64_t text);
bool weir_xz_sizes_same(const struct weir_xz_sizes *a,
                        const struct weir_xz_sizes *b);

/*
 * An index, which is read byte by byte:
 *
 *     0 | n | unpadded size, text size | ... n pairs | 0 to 3 zeros | CRC32
 *
 * Numbers are variable-length integers.
 */
struct weir_xz_index {
    enum {
        WEIR_XZ_INDICATOR,
        WEIR_XZ_COUNT,
        WEIR_XZ_UNPADDED,
        WEIR_XZ_TEXT,
        WEIR_XZ_PADDING,
        WEIR_XZ_CRC
    } next;
    uint64_t len;          /* bytes so far */
    uint64_t left;         /* pairs to come */
    uint64_t number, pair; /* the present number; the pair's first one */
    unsigned shift;        /* of the number's next byte, in bits */
    uint32_t crc, stored;
    struct weir_xz_sizes sizes;
};
void weir_xz_index_begin(struct weir_xz_index *index);
/* WEIR_OK: more bytes belong to the index. WEIR_END: the index is whole, and
 * its CRC is right. WEIR_DATA: it is damaged. */
enum weir_status weir_xz_index_add(struct weir_xz_index *index, uint8_t byte);

/* The raw length of the part at `place`, of a stream whose blocks have this
 * kind of check: see part_length in weir_codec. */
enum weir_status weir_xz_part_length(lzma_check check, struct weir_peek *peek,
                                     uint64_t place, uint64_t *raw,
                                     struct weir_error *error) WEIR_CHECKED;

#endif
