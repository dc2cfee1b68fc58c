/*
 * Decoding for AVX2: four cells at a time.
 */
#include <immintrin.h>

#define VECTOR 32
#define SET(name) _mm256_##name
typedef __m256i vector;
#include "base/decode_x86.h"

static inline __m128i load_two(const char *base, const struct weir_span *span)
{
    __m128i first = _mm_loadl_epi64(before_end(base, span[0], SHORT));
    __m128i second = _mm_loadl_epi64(before_end(base, span[1], SHORT));
    return _mm_unpacklo_epi64(first, second);
}

static inline bytes load_short(const char *base, const struct weir_span *span)
{
    return (bytes)_mm256_set_m128i(load_two(base, span + 2),
                                   load_two(base, span));
}

static inline bytes load_cells(const char *base, const struct weir_span *span)
{
    return (bytes)_mm256_loadu2_m128i(before_end(base, span[2], CELL),
                                      before_end(base, span[0], CELL));
}

static inline bool none(bytes from)
{
    return _mm256_testz_si256((__m256i)from, (__m256i)from);
}

WEIR_DECODER(avx2);
