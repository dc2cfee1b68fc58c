/*
 * A state's block grows by powers of two and does not shrink, so that texts
 * coming and going seldom touch the arena.
 */
#include "aggregates/kept.h"

#include <string.h>

static bool has_text(uint8_t kind)
{
    return kind == WEIR_WIDE || kind == WEIR_TEXT;
}

struct weir_number weir_kept_value(const struct weir_kept *kept,
                                   const struct weir_arena *arena)
{
    struct weir_number value = {.mantissa = kept->mantissa,
                                .exponent = kept->exponent,
                                .kind = kept->kind};
    if (has_text(kept->kind))
        value.text =
            (struct weir_text){weir_arena_at(arena, kept->text), kept->len};
    return value;
}

static bool make_room(struct weir_kept *kept, struct weir_arena *arena,
                      size_t len)
{
    size_t room = 16;
    if (kept->text && len <= kept->room)
        return true;
    while (room < len)
        room *= 2;
    if (room > UINT32_MAX)
        return false;
    weir_handle taken = weir_arena_take(arena, room);
    if (!taken)
        return false;
    weir_arena_give(arena, kept->text, kept->room);
    kept->text = taken;
    kept->room = (uint32_t)room;
    return true;
}

static void set_fixed(struct weir_kept *kept, const struct weir_number *value)
{
    kept->mantissa = value->mantissa;
    kept->exponent = value->exponent;
    kept->kind = value->kind;
}

bool weir_kept_set(struct weir_kept *kept, struct weir_arena *arena,
                   const struct weir_number *value)
{
    if (has_text(value->kind)) {
        if (!make_room(kept, arena, value->text.len))
            return false;
        memcpy(weir_arena_at(arena, kept->text), value->text.bytes,
               value->text.len);
        kept->len = (uint32_t)value->text.len;
    }
    set_fixed(kept, value);
    return true;
}

bool weir_kept_copy(struct weir_kept *kept, struct weir_arena *arena,
                    const struct weir_kept *from,
                    const struct weir_arena *from_arena)
{
    if (has_text(from->kind) && !make_room(kept, arena, from->len))
        return false;
    /* Only now: the block may have moved, if the arena is the same. */
    struct weir_number value = weir_kept_value(from, from_arena);
    return weir_kept_set(kept, arena, &value);
}
