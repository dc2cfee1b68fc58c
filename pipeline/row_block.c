/*
 * With a limit the index is cut to the first `limit` rows of the order whenever
 * it holds twice as many and some more, and their bytes are moved together.
 */
#include "pipeline/row_block.h"

#include "base/memory.h"
#include "base/sort.h"
#include "partials/key.h"
#include <string.h>

/* Rows beyond twice the limit, so that small limits do not sort often. */
#define SLACK ((size_t)512)
/* Bytes of the block with the first row. */
#define FIRST ((size_t)1 << 16)

static struct weir_row_lengths lengths_of(const struct weir_row_block *block,
                                          uint64_t offset)
{
    struct weir_row_lengths lengths;
    memcpy(&lengths, block->bytes + offset, sizeof lengths);
    return lengths;
}

struct weir_text weir_row_block_key(const struct weir_row_block *block,
                                    uint64_t offset)
{
    return (struct weir_text){block->bytes + offset +
                                  sizeof(struct weir_row_lengths),
                              lengths_of(block, offset).key};
}

struct weir_text weir_row_block_items(const struct weir_row_block *block,
                                      uint64_t offset)
{
    struct weir_text key = weir_row_block_key(block, offset);
    return (struct weir_text){key.bytes + key.len,
                              lengths_of(block, offset).items};
}

struct weir_key_rank *weir_row_block_index(const struct weir_row_block *block)
{
    return (struct weir_key_rank *)(void *)(block->bytes + block->capacity) -
           block->n_rows;
}

static int by_key(const void *context, uint64_t a, uint64_t b)
{
    struct weir_text x = weir_row_block_key(context, a),
                     y = weir_row_block_key(context, b);
    return weir_text_compare(x, y);
}

/* Rows often come in order or nearly so, and the index has the last one first.
 * It is reversed, as elements in order are sorted faster. */
void weir_row_block_sort(struct weir_row_block *block)
{
    if (block->n_rows == 0)
        return;
    struct weir_key_rank *first = weir_row_block_index(block);
    for (struct weir_key_rank *a = first, *b = first + block->n_rows - 1; a < b;
         a++, b--) {
        struct weir_key_rank held = *a;
        *a = *b;
        *b = held;
    }
    weir_key_sort(first, block->n_rows, by_key, block);
}

static int by_offset(const void *a, const void *b, void *context)
{
    (void)context;
    const struct weir_key_rank *x = a, *y = b;
    return (x->row > y->row) - (x->row < y->row);
}

/* Keeps the first `limit` rows of the order, and moves their bytes to the
 * front. */
static void prune(struct weir_row_block *block)
{
    weir_row_block_sort(block);
    const struct weir_key_rank *all = weir_row_block_index(block);
    block->n_rows = (size_t)block->limit;
    struct weir_key_rank *kept = weir_row_block_index(block);
    memmove(kept, all, block->n_rows * sizeof *kept);
    weir_sort(kept, block->n_rows, sizeof *kept, by_offset, NULL);
    size_t used = 0;
    for (size_t i = 0; i < block->n_rows; i++) {
        uint64_t offset = kept[i].row;
        struct weir_row_lengths lengths = lengths_of(block, offset);
        size_t len = sizeof lengths + lengths.key + lengths.items;
        memmove(block->bytes + used, block->bytes + offset, len);
        kept[i].row = used;
        used += len;
    }
    block->len = used;
}

/* Doubles the block, but not beyond the memory allowed. */
bool weir_row_block_grow(struct weir_row_block *block, size_t bytes)
{
    size_t used = weir_row_block_with(block, bytes), old = block->capacity;
    size_t capacity = 2 * old < FIRST ? FIRST : 2 * old;
    if (capacity > block->memory)
        capacity = block->memory;
    if (capacity < used)
        capacity = used;
    capacity = (capacity + 15) / 16 * 16; /* the index is aligned */
    char *moved = weir_realloc(WEIR_MEMORY_OUTPUT, block->bytes, capacity);
    if (!moved)
        return false;
    size_t index = block->n_rows * sizeof(struct weir_key_rank);
    memmove(moved + capacity - index, moved + old - index, index);
    block->bytes = moved;
    block->capacity = capacity;
    return true;
}

void weir_row_block_commit(struct weir_row_block *block, size_t key_len,
                           size_t items_len)
{
    char *begin = block->bytes + block->len;
    struct weir_row_lengths lengths = {(uint32_t)key_len, (uint32_t)items_len};
    memcpy(begin, &lengths, sizeof lengths);
    block->n_rows++;
    *weir_row_block_index(block) = (struct weir_key_rank){
        weir_key_prefix(begin + sizeof lengths, key_len), block->len};
    block->len += sizeof lengths + key_len + items_len;
    if (block->limit <= SIZE_MAX / 4 &&
        block->n_rows >= 2 * block->limit + SLACK)
        prune(block);
}

void weir_row_block_release(struct weir_row_block *block)
{
    weir_free(WEIR_MEMORY_OUTPUT, block->bytes);
    block->bytes = NULL;
    block->len = block->capacity = block->n_rows = 0;
}
