/*
 * Decoding a column of numbers, several cells at a time.
 *
 * A column mostly writes its numbers alike: 37, 41, 8 or 12.50, 7.25. So the
 * decoders read on as long as the cells are decimals of one exponent, and
 * leave the first other one to the caller.
 *
 * One file an instruction set, chosen at run time (base/isa.h).
 */
#ifndef WEIR_BASE_DECODE_H
#define WEIR_BASE_DECODE_H

#include "base/isa.h"
#include "base/number.h"

struct weir_decoder {
    const char *isa;
    /*
     * Reads cells span[0, rows), counted from base, as long as they are
     * [-]digits[.digits] of at most 16 bytes with exactly -exponent digits
     * after the point. Writes their mantissas; returns how many, maybe fewer
     * than could be read. 64 bytes before and after each cell are readable.
     */
    size_t (*read)(const char *base, const struct weir_span *span, size_t rows,
                   int16_t exponent, int64_t *mantissa);
};

extern const struct weir_decoder weir_decoder_plain;
extern const struct weir_decoder weir_decoder_sse42;
extern const struct weir_decoder weir_decoder_avx2;
extern const struct weir_decoder weir_decoder_avx512;
extern const struct weir_decoder weir_decoder_neon;

/* A set's, which the machine must have. */
const struct weir_decoder *weir_decoder_of(enum weir_isa isa);

/* That of weir_isa_now(). */
const struct weir_decoder *weir_decoder_best(void);

#endif
