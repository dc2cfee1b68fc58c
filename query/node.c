/*
 * A query's tree: its memory, its source, its equality.
 *
 * All memory of a query lies in blocks, which are filled from the front and
 * released together. Releasing a tree of any shape therefore needs no walk:
 *
 *     blocks -> | next | used | capacity | node, node, text ... |   | -> | ...
 */
#include "base/memory.h"
#include "query/query.h"

#include <stdalign.h>
#include <string.h>

enum {
    BLOCK_CAPACITY = 4000,
    LARGE = BLOCK_CAPACITY / 4
};

struct weir_ast_block {
    struct weir_ast_block *next;
    size_t used, capacity;
    alignas(max_align_t) char bytes[];
};

static struct weir_ast_block *new_block(size_t capacity)
{
    struct weir_ast_block *block =
        weir_alloc_zero(WEIR_MEMORY_QUERY, sizeof(*block) + capacity);
    if (block)
        block->capacity = capacity;
    return block;
}

/* A large allocation gets a block of its own, which is inserted behind the
 * block that is being filled. */
static void *take_large(struct weir_ast *query, size_t bytes)
{
    struct weir_ast_block *block = new_block(bytes);
    if (!block)
        return NULL;
    struct weir_ast_block **at =
        query->blocks ? &query->blocks->next : &query->blocks;
    block->used = bytes;
    block->next = *at;
    *at = block;
    return block->bytes;
}

void *weir_ast_take(struct weir_ast *query, size_t bytes)
{
    const size_t unit = alignof(max_align_t);
    if (bytes > SIZE_MAX - sizeof(struct weir_ast_block) - unit)
        return NULL;
    bytes = (bytes + unit - 1) / unit * unit;
    if (bytes > LARGE)
        return take_large(query, bytes);
    struct weir_ast_block *block = query->blocks;
    if (!block || block->capacity - block->used < bytes) {
        block = new_block(BLOCK_CAPACITY);
        if (!block)
            return NULL;
        block->next = query->blocks;
        query->blocks = block;
    }
    void *taken = block->bytes + block->used;
    block->used += bytes;
    return taken;
}

void weir_ast_release(struct weir_ast *query)
{
    struct weir_ast_block *block = query->blocks;
    while (block) {
        struct weir_ast_block *next = block->next;
        weir_free(WEIR_MEMORY_QUERY, block);
        block = next;
    }
    memset(query, 0, sizeof(*query));
}

struct weir_text weir_node_source(const struct weir_ast *query,
                                  const struct weir_node *node)
{
    return (struct weir_text){query->text + node->place, node->extent};
}

static bool same_value(const struct weir_node *a, const struct weir_node *b)
{
    switch (a->type) {
    case WEIR_NODE_NUMBER:
        return weir_number_compare(&a->number, &b->number) == 0;
    case WEIR_NODE_BOOLEAN:
        return a->number.mantissa == b->number.mantissa;
    case WEIR_NODE_COLUMN:
    case WEIR_NODE_CALL:
    case WEIR_NODE_LITERAL:
        return a->number.mantissa == b->number.mantissa &&
               a->text.len == b->text.len &&
               (!a->text.len ||
                !memcmp(a->text.bytes, b->text.bytes, a->text.len));
    default:
        return true;
    }
}

bool weir_node_equal(const struct weir_node *a, const struct weir_node *b)
{
    if (a->type != b->type || a->n != b->n || a->negated != b->negated ||
        a->distinct != b->distinct || a->has_operand != b->has_operand ||
        a->has_else != b->has_else || !same_value(a, b))
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!weir_node_equal(a->child[i], b->child[i]))
            return false;
    return true;
}
