#include "arrow/flat.h"

#include "base/memory.h"
#include <assert.h>
#include <string.h>

static bool make_room(struct weir_flat *flat, size_t bytes)
{
    flat->failed =
        flat->failed || !weir_grow(WEIR_MEMORY_OUTPUT, &flat->bytes,
                                   &flat->capacity, flat->len + bytes);
    return !flat->failed;
}

static void set(struct weir_flat *flat, size_t place, uint64_t value,
                size_t size)
{
    for (size_t i = 0; !flat->failed && i < size; i++)
        flat->bytes[place + i] = (char)(value >> 8 * i);
}

size_t weir_flat_put(struct weir_flat *flat, uint64_t value, size_t size)
{
    const size_t place = flat->len;
    if (!make_room(flat, size))
        return 0;
    flat->len += size;
    set(flat, place, value, size);
    return place;
}

void weir_flat_align(struct weir_flat *flat, size_t alignment)
{
    while (!flat->failed && flat->len % alignment)
        (void)weir_flat_put(flat, 0, 1);
}

/* Gives each field its place in the table, after the distance to the vtable.
 * Returns the table's bytes. */
static size_t lay_out(const struct weir_flat_field *field, size_t n,
                      size_t *place)
{
    size_t len = 4;
    for (size_t i = 0; i < n; i++) {
        const size_t size = field[i].size;
        if (size)
            len = (len + size - 1) / size * size;
        place[i] = len;
        len += size;
    }
    return len;
}

size_t weir_flat_table(struct weir_flat *flat,
                       const struct weir_flat_field *field, size_t n,
                       size_t *place)
{
    const size_t len = lay_out(field, n, place), vtable_len = 4 + 2 * n;
    assert(n <= WEIR_FLAT_FIELDS);
    /* The table begins at a multiple of 8, right after its vtable. */
    while (!flat->failed && (flat->len + vtable_len) % 8)
        (void)weir_flat_put(flat, 0, 1);
    const size_t vtable = weir_flat_put(flat, vtable_len, 2);
    (void)weir_flat_put(flat, len, 2);
    for (size_t i = 0; i < n; i++)
        (void)weir_flat_put(flat, field[i].size ? place[i] : 0, 2);
    const size_t table = weir_flat_put(flat, 0, 4);
    set(flat, table, table - vtable, 4);
    while (!flat->failed && flat->len < table + len)
        (void)weir_flat_put(flat, 0, 1);
    for (size_t i = 0; i < n; i++) {
        place[i] += table;
        set(flat, place[i], field[i].value, field[i].size);
    }
    return table;
}

void weir_flat_refer(struct weir_flat *flat, size_t place, size_t target)
{
    set(flat, place, target - place, 4);
}

size_t weir_flat_vector(struct weir_flat *flat, size_t n, size_t alignment)
{
    while (!flat->failed && (flat->len % 4 || (flat->len + 4) % alignment))
        (void)weir_flat_put(flat, 0, 1);
    return weir_flat_put(flat, n, 4);
}

size_t weir_flat_string(struct weir_flat *flat, const char *text)
{
    const size_t len = strlen(text);
    const size_t at = weir_flat_vector(flat, len, 4);
    if (!make_room(flat, len + 1))
        return 0;
    memcpy(flat->bytes + flat->len, text, len + 1);
    flat->len += len + 1;
    return at;
}
