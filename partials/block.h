/*
 * Frames and blocks: what runs in temporary files and partials are made of.
 *
 *     | frame header, 32 bytes | payload, stored as it is or as zstd |
 *
 * A block is a frame of records in key order; README.md has the bytes.
 */
#ifndef WEIR_PARTIALS_BLOCK_H
#define WEIR_PARTIALS_BLOCK_H

#include "partials/row.h"

enum weir_frame_kind {
    WEIR_FRAME_HEADER = 'H',
    WEIR_FRAME_BLOCK = 'B',
    WEIR_FRAME_END = 'E'
};

struct weir_frame {
    uint8_t kind;
    bool zstd;
    uint16_t table;
    uint32_t n;           /* records, of a block */
    uint32_t raw, stored; /* bytes of the payload, before and after zstd */
    uint64_t check;       /* XXH64 of the payload as stored */
};

#define WEIR_FRAME_BYTES ((size_t)32)

/* The header, with its own checksum. */
void weir_frame_write(const struct weir_frame *frame, char *into);

/* false where it is none, or damaged. */
bool weir_frame_read(const char *from, struct weir_frame *frame) WEIR_CHECKED;

uint64_t weir_frame_check(const char *payload, size_t len);

/* A block is written once it has this many bytes, or one longer record. */
#define WEIR_BLOCK_GOAL ((size_t)65536)

/* A block being filled. All-zero is an empty one without memory. */
struct weir_block {
    char *bytes;
    size_t len, capacity;
    uint32_t n;
    char *last; /* key */
    size_t last_len, last_capacity;
};

void weir_block_release(struct weir_block *block);

static inline bool weir_block_full(const struct weir_block *block)
{
    return block->len >= WEIR_BLOCK_GOAL;
}

/* Empties it, keeping its memory. */
void weir_block_begin(struct weir_block *block);

/* Adds a record: a key not below the last one, and a row's states. false where
 * memory was refused. */
bool weir_block_add(struct weir_block *block, struct weir_text key,
                    const struct weir_state_rows *rows,
                    size_t row) WEIR_CHECKED;

/* Memory it takes, but for longer records. */
size_t weir_block_bytes(void);

/* Reading a block's records. */
struct weir_records {
    struct weir_text rest; /* of the block, borrowed */
    uint32_t n;            /* records left */
    char *key;             /* of this record */
    size_t key_len, key_capacity;
    struct weir_text saved; /* its states, borrowed */
};

void weir_records_release(struct weir_records *records);
void weir_records_begin(struct weir_records *records, struct weir_text block,
                        uint32_t n);

/* WEIR_OK and the next record, WEIR_END after the last, WEIR_DATA where there
 * should be one and is none, WEIR_LIMIT where memory was refused. */
enum weir_status weir_records_next(struct weir_records *records) WEIR_CHECKED;

#endif
