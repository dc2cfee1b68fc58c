#include "arrow/cell.h"

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

bool weir_arrow_is_printed(struct weir_text cell,
                           const struct weir_number *number)
{
    if (number->kind != WEIR_DECIMAL && number->kind != WEIR_WIDE)
        return false;
    const char *end = cell.bytes + cell.len;
    const char *first = cell.bytes + (*cell.bytes == '-');
    const char *point = skip_digits(first, end);
    if (point == first || (*first == '0' && point - first > 1))
        return false;
    const char *last = point;
    if (point < end && *point == '.')
        last = skip_digits(point + 1, end);
    return last == end && last - point != 1;
}

struct weir_number weir_arrow_read_cell(const struct weir_arrow_batch *batch,
                                        struct weir_text cell,
                                        struct weir_text *plain)
{
    *plain = cell;
    if (batch->notation) {
        plain->bytes = batch->scratch;
        plain->len = cell.len <= WEIR_NOTATION_MAX
                         ? weir_notation_plain(
                               cell, weir_notation_unpack(batch->notation),
                               batch->scratch)
                         : SIZE_MAX;
    }
    return plain->len == SIZE_MAX ? (struct weir_number){.kind = WEIR_BAD}
                                  : weir_number_read(*plain);
}
