/*
 * What a library allocates for a decoder, in the ledger. Each decoder has one
 * of these, for the library's hooks; one thread at a time uses it.
 */
#ifndef WEIR_READERS_CODECS_HEAP_H
#define WEIR_READERS_CODECS_HEAP_H

#include "base/memory.h"

struct weir_heap {
    struct weir_site *site; /* WEIR_LIBRARY("xz") */
    size_t held;            /* bytes of all blocks that live */
    bool refused;           /* the ledger has refused a block */
};

/* Hooks for a library: `opaque` is the heap. Returns NULL if the ledger
 * refuses. */
static inline void *weir_heap_take(void *opaque, size_t bytes)
{
    struct weir_heap *heap = opaque;
    void *block = weir_alloc_at(heap->site, WEIR_MEMORY_DECODER, bytes);
    heap->held += weir_held(block);
    heap->refused |= !block;
    return block;
}

/* `block` may be NULL. */
static inline void weir_heap_give(void *opaque, void *block)
{
    struct weir_heap *heap = opaque;
    heap->held -= weir_held(block);
    weir_free(WEIR_MEMORY_DECODER, block);
}

#endif
