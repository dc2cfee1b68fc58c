/*
 * Blocks named by handles, for the data of aggregates beyond their fixed
 * states.
 *
 * All blocks lie in one growing allocation, which moves and is released as a
 * whole. The size of a block is a power of two bytes. A freed block is kept for
 * the next one of its size. Its first four bytes hold the handle of the block
 * of that size that was freed before it:
 *
 *     bytes: | unused | block | freed | block        | freed | spare
 *            0        16        |                       ^
 *                               +-- next ---------------+
 *
 * No block has offset 0, so handle 0 means no block.
 */
#include "base/aggregate.h"

#include <string.h>

#define UNIT ((size_t)16)
#define LARGEST 31U /* 2^31 bytes, free_list's last */

void weir_arena_init(struct weir_arena *arena, enum weir_component component)
{
    *arena = (struct weir_arena){.component = component};
}

void weir_arena_release(struct weir_arena *arena)
{
    weir_free(arena->component, arena->bytes);
    weir_arena_init(arena, arena->component);
}

void weir_arena_empty(struct weir_arena *arena)
{
    memset(arena->free_list, 0, sizeof arena->free_list);
    arena->used = 0;
}

/* Makes room for `bytes` more. It doubles the allocation, or, if that is
 * refused, takes only what is needed. */
static bool make_room(struct weir_arena *arena, size_t bytes)
{
    size_t used = arena->used ? arena->used : UNIT;
    size_t need = used + bytes;
    if (need > ((size_t)UINT32_MAX + 1) * UNIT)
        return false;
    if (!weir_grow(arena->component, &arena->bytes, &arena->capacity, need)) {
        void *block = weir_realloc(arena->component, arena->bytes, need);
        if (!block)
            return false;
        arena->bytes = block;
        arena->capacity = need;
    }
    arena->used = used;
    return true;
}

bool weir_arena_reserve(struct weir_arena *arena, size_t bytes)
{
    return weir_grow(arena->component, &arena->bytes, &arena->capacity, bytes);
}

weir_handle weir_arena_take(struct weir_arena *arena, size_t bytes)
{
    unsigned power = weir_power_for(bytes);
    if (power > LARGEST)
        return 0;
    weir_handle handle = arena->free_list[power];
    if (handle) {
        memcpy(&arena->free_list[power], weir_arena_at(arena, handle),
               sizeof(handle));
        return handle;
    }
    if (!make_room(arena, (size_t)1 << power))
        return 0;
    handle = (weir_handle)(arena->used / UNIT);
    arena->used += (size_t)1 << power;
    return handle;
}

void weir_arena_give(struct weir_arena *arena, weir_handle handle, size_t bytes)
{
    if (!handle)
        return;
    unsigned power = weir_power_for(bytes);
    memcpy(weir_arena_at(arena, handle), &arena->free_list[power],
           sizeof(handle));
    arena->free_list[power] = handle;
}
