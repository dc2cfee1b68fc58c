/*
 * Frames and blocks: the format of temporary files and of partials.
 *
 *     | frame header, 32 bytes | payload, stored as it is or as zstd |
 *
 * A block is the payload of a frame: records in key order. README.md describes
 * every byte.
 */
#ifndef WEIR_PARTIALS_BLOCK_H
#define WEIR_PARTIALS_BLOCK_H

#include "partials/row.h"

/* A partial's first bytes: the magic, the version (4 bytes), and 4 bytes that
 * are 0. */
#define WEIR_PARTIAL_MAGIC "\x89WEIR\r\n\x1a"
#define WEIR_PARTIAL_VERSION 3
#define WEIR_PARTIAL_PREAMBLE 16

enum weir_frame_kind {
    WEIR_FRAME_HEADER = 'H',
    WEIR_FRAME_BLOCK = 'B',
    WEIR_FRAME_END = 'E'
};

struct weir_frame {
    uint8_t kind;
    bool zstd;
    uint16_t table;
    uint32_t n;           /* records in the block; 0 in other frames */
    uint32_t raw, stored; /* payload bytes before and after zstd */
    uint64_t check;       /* XXH64 of the payload as stored */
};

#define WEIR_FRAME_BYTES ((size_t)32)

/* Writes the header's WEIR_FRAME_BYTES bytes, including its own checksum. */
void weir_frame_write(const struct weir_frame *frame, char *into);

/* Reads WEIR_FRAME_BYTES bytes. Returns false if they are damaged or are no
 * frame header. The kind and the lengths are not checked otherwise. */
bool weir_frame_read(const char *from, struct weir_frame *frame) WEIR_CHECKED;

/* The frame checksum: XXH64 of a payload as stored. */
uint64_t weir_frame_check(const char *payload, size_t len);

/* A block should be written out when it has this many bytes. One long record
 * can make it longer. */
#define WEIR_BLOCK_GOAL ((size_t)65536)

/* A block that is being filled. All-zero is an empty block without memory. */
struct weir_block {
    char *bytes;
    size_t len, capacity;
    uint32_t n;
    char *last; /* key of the last record */
    size_t last_len, last_capacity;
};

void weir_block_release(struct weir_block *block);

static inline bool weir_block_full(const struct weir_block *block)
{
    return block->len >= WEIR_BLOCK_GOAL;
}

/* Empties the block and keeps its memory. */
void weir_block_begin(struct weir_block *block);

/* Adds a record: a key that is not below the last one, and the states of a row.
 * Returns false if memory was refused. */
bool weir_block_add(struct weir_block *block, struct weir_text key,
                    const struct weir_state_rows *rows,
                    size_t row) WEIR_CHECKED;

/* Memory of a block in bytes, as long as no record is very long. */
size_t weir_block_bytes(void);

/* Reads the records of a block. All-zero has no memory. */
struct weir_records {
    struct weir_text rest; /* unread bytes of the block, borrowed */
    uint32_t n;            /* records left */
    char *key;             /* key of the current record */
    size_t key_len, key_capacity;
    struct weir_text saved; /* states of the current record, borrowed */
};

void weir_records_release(struct weir_records *records);

/* Begins a block of `n` records, which is borrowed. Keeps the memory. */
void weir_records_begin(struct weir_records *records, struct weir_text block,
                        uint32_t n);

/* Returns WEIR_OK with the next record, WEIR_END after the last, WEIR_DATA if
 * the bytes are not a valid record, WEIR_LIMIT if memory was refused. The key
 * is valid until the next call. */
enum weir_status weir_records_next(struct weir_records *records) WEIR_CHECKED;

#endif
