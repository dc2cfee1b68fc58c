/*
 * top(x, k): the k most frequent values, each with its number of occurrences.
 * The most frequent comes first; of equally frequent ones the least. The result
 * is a text, a JSON object (RFC 8259):
 *
 *     {"US":13,"IN":9,"say \"hi\"":9}
 *
 * Bytes that are not UTF-8 are copied from the input unchanged.
 */
#include "aggregates/kept.h"
#include "aggregates/registry.h"

#include <stdio.h>
#include <string.h>

struct state {
    uint64_t n, max;   /* entries in use, k */
    weir_handle text;  /* block for the result */
    uint32_t capacity; /* bytes of that block that were asked for */
    struct entry {
        uint64_t times;
        struct weir_kept value;
    } entry[]; /* [max], by falling `times` */
};

static void begin(void *at, const struct weir_parameter *parameter, uint64_t n)
{
    struct state *state = at;
    (void)n;
    state->n = 0;
    state->max = parameter->n;
}

/* The index of the first entry that is less frequent than `times`. */
static size_t place_of(const struct state *state, uint64_t times)
{
    size_t low = 0, high = state->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (state->entry[middle].times >= times)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool add(void *at, struct weir_arena *arena, struct weir_text value,
                uint64_t times)
{
    struct state *state = at;
    const struct weir_number text = {.kind = WEIR_TEXT, .text = value};
    if (state->n == state->max && times <= state->entry[state->n - 1].times)
        return true;
    /* Reuse the text block of the entry that drops out, or of an entry that an
     * earlier group has left. */
    struct entry *last = &state->entry[state->n];
    size_t place = place_of(state, times);
    if (state->n == state->max)
        last--;
    else
        state->n++;
    struct entry mine = *last;
    memmove(&state->entry[place + 1], &state->entry[place],
            (size_t)(last - &state->entry[place]) * sizeof mine);
    mine.times = times;
    bool kept = weir_kept_set(&mine.value, arena, &text);
    state->entry[place] = mine;
    return kept;
}

/* Writes a JSON string and returns its length in bytes. If `into` is NULL, it
 * only counts them. */
static size_t quote(char *into, struct weir_text text)
{
    static const char hex[] = "0123456789abcdef";
    size_t len = 0;
    char escaped[6] = {'\\', 'u', '0', '0'};
    for (size_t i = 0; i < text.len + 2; i++) {
        bool end = i == 0 || i == text.len + 1;
        char byte = end ? '"' : text.bytes[i - 1];
        const char *from = &byte;
        size_t n = 1;
        if (!end && (byte == '"' || byte == '\\')) {
            from = byte == '"' ? "\\\"" : "\\\\";
            n = 2;
        } else if ((unsigned char)byte < 0x20) {
            escaped[4] = hex[byte >> 4];
            escaped[5] = hex[byte & 15];
            from = escaped;
            n = 6;
        }
        if (into)
            memcpy(into + len, from, n);
        len += n;
    }
    return len;
}

/* The same for the whole object. */
static size_t put_all(char *into, const struct state *state,
                      const struct weir_arena *arena)
{
    size_t len = 0;
    for (size_t i = 0; i < state->n; i++) {
        const struct entry *entry = &state->entry[i];
        char times[24];
        size_t n = (size_t)snprintf(times, sizeof times, ":%llu",
                                    (unsigned long long)entry->times);
        if (into)
            into[len] = i ? ',' : '{';
        len++;
        len += quote(into ? into + len : NULL,
                     weir_kept_value(&entry->value, arena).text);
        if (into)
            memcpy(into + len, times, n);
        len += n;
    }
    if (into)
        into[len] = '}';
    return len + 1;
}

static bool result(void *at, struct weir_arena *arena,
                   struct weir_number *value)
{
    struct state *state = at;
    *value = (struct weir_number){.kind = WEIR_NULL};
    if (state->n == 0)
        return true;
    size_t len = put_all(NULL, state, arena);
    if (len > state->capacity) {
        weir_handle text = weir_arena_take(arena, len);
        if (!text)
            return false;
        weir_arena_give(arena, state->text, state->capacity);
        state->text = text;
        state->capacity = (uint32_t)len;
    }
    value->kind = WEIR_TEXT;
    value->text = (struct weir_text){weir_arena_at(arena, state->text), len};
    (void)put_all(weir_arena_at(arena, state->text), state, arena);
    return true;
}

static const struct weir_ordered_set ordered_set = {
    .size = sizeof(struct state),
    .each_size = sizeof(struct entry),
    .begin = begin,
    .add = add,
    .result = result,
};

const struct weir_aggregate weir_aggregate_top = {
    .name = "top",
    .call = "top(x, 3)",
    .brief = "the most frequent values, with how often, as JSON",
    .need = {WEIR_NEED_TEXT},
    .gives = WEIR_GIVES_TEXT,
    .parameter = WEIR_PARAMETER_COUNT,
    .ordered_set = &ordered_set,
};
