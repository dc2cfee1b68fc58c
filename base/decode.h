/*
 * Decoders of a column of numbers, several cells at a time.
 *
 * Most columns write their numbers alike: 37, 41, 8 or 12.50, 7.25. A decoder
 * therefore reads cells as long as they are decimals of one exponent, and
 * leaves the first other cell to the caller.
 *
 * There is one file for each instruction set, chosen at run time (base/isa.h).
 */
#ifndef WEIR_BASE_DECODE_H
#define WEIR_BASE_DECODE_H

#include "base/isa.h"
#include "base/number.h"

struct weir_cell_decoder {
    const char *isa;
    /*
     * Reads the cells span[0, rows), relative to base, as long as they are
     * [-]digits[.digits] of at most 16 bytes with exactly -exponent digits
     * after the point. Writes their mantissas and returns their number. It may
     * stop before a cell that it could read. The 64 bytes before and after each
     * cell must be readable.
     */
    size_t (*read)(const char *base, const struct weir_span *span, size_t rows,
                   int16_t exponent, int64_t *mantissa);
};

extern const struct weir_cell_decoder weir_cell_decoder_plain;
extern const struct weir_cell_decoder weir_cell_decoder_sse42;
extern const struct weir_cell_decoder weir_cell_decoder_avx2;
extern const struct weir_cell_decoder weir_cell_decoder_avx512;
extern const struct weir_cell_decoder weir_cell_decoder_neon;

/* The decoder for an instruction set that the machine has. */
const struct weir_cell_decoder *weir_cell_decoder_of(enum weir_isa isa);

/* The decoder for weir_isa_now(). */
const struct weir_cell_decoder *weir_cell_decoder_best(void);

#endif
