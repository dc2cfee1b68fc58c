/*
 * A state's text block grows by powers of two and does not shrink, so that a
 * new text seldom needs a new block.
 */
#include "aggregates/kept.h"

#include <math.h>
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
    size_t capacity = 16;
    if (kept->text && len <= kept->capacity)
        return true;
    while (capacity < len)
        capacity *= 2;
    if (capacity > UINT32_MAX)
        return false;
    weir_handle taken = weir_arena_take(arena, capacity);
    if (!taken)
        return false;
    weir_arena_give(arena, kept->text, kept->capacity);
    kept->text = taken;
    kept->capacity = (uint32_t)capacity;
    return true;
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
    kept->mantissa = value->mantissa;
    kept->exponent = value->exponent;
    kept->kind = value->kind;
    return true;
}

bool weir_kept_copy(struct weir_kept *kept, struct weir_arena *arena,
                    const struct weir_kept *from,
                    const struct weir_arena *from_arena)
{
    if (has_text(from->kind) && !make_room(kept, arena, from->len))
        return false;
    /* Read the value only now: if the arenas are the same, making room may have
     * moved the block. */
    struct weir_number value = weir_kept_value(from, from_arena);
    return weir_kept_set(kept, arena, &value);
}

size_t weir_kept_save(const struct weir_kept *kept,
                      const struct weir_arena *arena, char *into,
                      size_t capacity)
{
    char *at = into;
    if (has_text(kept->kind) &&
        1 + WEIR_VARINT_CAPACITY + (size_t)kept->len > capacity)
        return 1 + WEIR_VARINT_CAPACITY + (size_t)kept->len;
    *at++ = (char)kept->kind;
    if (kept->kind == WEIR_DECIMAL) {
        at = weir_put_signed(at, kept->exponent);
        at = weir_put_signed(at, kept->mantissa);
    } else if (kept->kind == WEIR_BINARY) {
        at = weir_put_fixed(at, (uint64_t)kept->mantissa, 8);
    } else if (has_text(kept->kind)) {
        at = weir_put_varint(at, kept->len);
        memcpy(at, weir_arena_at(arena, kept->text), kept->len);
        at += kept->len;
    }
    return (size_t)(at - into);
}

/* Loads a DECIMAL, and rejects what base/number.h does not allow one to be. */
static bool load_decimal(struct weir_number *value, struct weir_text *from)
{
    int64_t exponent;
    if (!weir_get_signed(from, &exponent) ||
        !weir_get_signed(from, &value->mantissa) ||
        exponent < WEIR_EXPONENT_MIN || exponent > WEIR_EXPONENT_MAX ||
        value->mantissa == INT64_MIN)
        return false;
    value->exponent = (int16_t)exponent;
    return exponent < WEIR_EXPONENT_MAX - 18 ||
           isfinite(weir_number_double(value));
}

static bool load_double(struct weir_number *value, struct weir_text *from)
{
    uint64_t bits;
    if (!weir_get_fixed(from, 8, &bits))
        return false;
    value->mantissa = (int64_t)bits;
    return isfinite(weir_number_double(value));
}

static bool load_text(struct weir_number *value, struct weir_text *from)
{
    uint64_t len;
    if (!weir_get_varint(from, &len) || !len || len > UINT32_MAX ||
        !weir_get_bytes(from, len, &value->text))
        return false;
    if (value->kind == WEIR_TEXT)
        return true;
    /* A number that is kept as its text may also be a DECIMAL. */
    enum weir_kind kind = weir_number_read(value->text).kind;
    return kind == WEIR_WIDE || kind == WEIR_DECIMAL;
}

enum weir_status weir_kept_load(struct weir_kept *kept,
                                struct weir_arena *arena,
                                struct weir_text *from)
{
    uint64_t kind;
    bool loaded;
    if (!weir_get_fixed(from, 1, &kind))
        return WEIR_DATA;
    struct weir_number value = {.kind = (uint8_t)kind};
    switch (kind) {
    case WEIR_NULL:
        return WEIR_OK;
    case WEIR_DECIMAL:
        loaded = load_decimal(&value, from);
        break;
    case WEIR_BINARY:
        loaded = load_double(&value, from);
        break;
    case WEIR_WIDE:
    case WEIR_TEXT:
        loaded = load_text(&value, from);
        break;
    default:
        loaded = false;
    }
    if (!loaded)
        return WEIR_DATA;
    return weir_kept_set(kept, arena, &value) ? WEIR_OK : WEIR_LIMIT;
}
