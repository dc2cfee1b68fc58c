#include "partials/aside.h"

#include "base/error.h"
#include <string.h>

static size_t count(struct weir_set_aside *aside)
{
    size_t n = 0;
    while (aside && weir_set_aside_first(aside, n))
        n++;
    return n;
}

size_t weir_aside_capacity(struct weir_set_aside *aside)
{
    const struct weir_error *error;
    return WEIR_VARINT_CAPACITY +
           count(aside) * (6 * WEIR_VARINT_CAPACITY + sizeof error->place +
                           sizeof error->message);
}

static char *put_text(char *at, const char *text)
{
    size_t len = strlen(text);
    at = weir_put_varint(at, len);
    memcpy(at, text, len);
    return at + len;
}

char *weir_aside_save(struct weir_set_aside *aside, char *at)
{
    size_t n = count(aside);
    at = weir_put_varint(at, n);
    for (size_t i = 0; i < n; i++) {
        const struct weir_first *first = weir_set_aside_first(aside, i);
        const struct weir_error *error = &first->error;
        at = weir_put_varint(at, first->input);
        if (!first->input)
            continue;
        at = weir_put_varint(at, error->byte);
        at = weir_put_varint(at, error->line);
        at = weir_put_varint(at, error->column);
        at = put_text(at, error->place);
        at = put_text(at, error->message);
    }
    return at;
}

static bool get_text(struct weir_text *from, char *into, size_t capacity)
{
    uint64_t len;
    if (!weir_get_varint(from, &len) || len >= capacity || len > from->len)
        return false;
    memcpy(into, from->bytes, (size_t)len);
    into[len] = '\0';
    from->bytes += len;
    from->len -= (size_t)len;
    return true;
}

static bool get_first(struct weir_text *from, struct weir_first *first)
{
    struct weir_error *error = &first->error;
    uint64_t input, column;
    weir_error_init(error);
    if (!weir_get_varint(from, &input) || input > UINT32_MAX)
        return false;
    first->input = (uint32_t)input;
    if (!input)
        return true;
    if (!weir_get_varint(from, &error->byte) ||
        !weir_get_varint(from, &error->line) ||
        !weir_get_varint(from, &column) || column > UINT32_MAX)
        return false;
    error->status = WEIR_DATA;
    error->column = (uint32_t)column;
    return get_text(from, error->place, sizeof error->place) &&
           get_text(from, error->message, sizeof error->message);
}

bool weir_aside_load(struct weir_set_aside *aside, struct weir_text *from)
{
    uint64_t n;
    if (!weir_get_varint(from, &n) || (aside && n && n != count(aside)))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct weir_first first = {0};
        if (!get_first(from, &first))
            return false;
        if (aside)
            weir_first_keep(weir_set_aside_first(aside, i), &first);
    }
    return true;
}
