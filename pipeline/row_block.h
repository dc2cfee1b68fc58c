/*
 * Rows in one growing block, to be sorted. They grow from its beginning, and
 * from its end what is sorted: an index of the rows' offsets and the first
 * bytes of their keys.
 *
 *     | lengths | key | items | lengths | key | items |  free  | index |
 *       ^                       ^                                capacity
 *     index:  { prefix of the key, offset }, ...
 */
#ifndef WEIR_PIPELINE_ROW_BLOCK_H
#define WEIR_PIPELINE_ROW_BLOCK_H

#include "base/number.h"
#include "partials/key_sort.h"

/* The maximum bytes of a row. */
#define WEIR_ROW_MAX ((size_t)UINT32_MAX - 8)

/* All zero but for the limit and the memory before the first row. */
struct weir_row_block {
    uint64_t limit; /* rows to keep, of the first in the order */
    size_t memory;  /* bytes that the block may have, if it has several rows */
    char *bytes;
    size_t len, capacity;
    size_t n_rows;
};

/* Frees the rows. */
void weir_row_block_release(struct weir_row_block *block);

struct weir_row_lengths {
    uint32_t key, items;
};

/* The bytes of a block with a further row of so many bytes. */
static inline size_t weir_row_block_with(const struct weir_row_block *block,
                                         size_t bytes)
{
    return block->len + sizeof(struct weir_row_lengths) + bytes +
           (block->n_rows + 1) * sizeof(struct weir_key_rank);
}

/* Whether a row of so many bytes would exceed the memory. */
static inline bool weir_row_block_full(const struct weir_row_block *block,
                                       size_t bytes)
{
    size_t used = weir_row_block_with(block, bytes);
    return used > block->capacity && block->n_rows && used > block->memory;
}

/* Makes room for a row of so many bytes. Returns false if memory is refused. */
bool weir_row_block_grow(struct weir_row_block *block,
                         size_t bytes) WEIR_CHECKED;

/* Where the next row is to be written, with capacity for `bytes` bytes of key
 * and items, until it is committed. NULL if memory is refused. */
WEIR_CHECKED static inline char *
weir_row_block_reserve(struct weir_row_block *block, size_t bytes)
{
    if (weir_row_block_with(block, bytes) > block->capacity &&
        !weir_row_block_grow(block, bytes))
        return NULL;
    return block->bytes + block->len + sizeof(struct weir_row_lengths);
}

void weir_row_block_commit(struct weir_row_block *block, size_t key_len,
                           size_t items_len);

void weir_row_block_sort(struct weir_row_block *block);

/* The index of n_rows elements, in order once it is sorted. Each `row` is an
 * offset in the block; the functions below give that row's key and items. */
struct weir_key_rank *weir_row_block_index(const struct weir_row_block *block);
struct weir_text weir_row_block_key(const struct weir_row_block *block,
                                    uint64_t offset);
struct weir_text weir_row_block_items(const struct weir_row_block *block,
                                      uint64_t offset);

#endif
