/*
 * Decoding in plain C: one cell of up to 8 bytes at a time, in a register.
 */
#include "base/decode.h"
#include "base/short_decimal.h"

static size_t read_plain(const char *base, const struct weir_span *span,
                         size_t rows, int16_t exponent, int64_t *mantissa)
{
    int16_t found;
    for (size_t r = 0; r < rows; r++)
        if (!weir_short_decimal(base + span[r].start, span[r].len, &mantissa[r],
                                &found) ||
            found != exponent)
            return r;
    return rows;
}

const struct weir_cell_decoder weir_cell_decoder_plain = {.isa = "plain",
                                                          .read = read_plain};
