/*
 * Decoding for AVX-512: eight cells at a time.
 */
#include <immintrin.h>

#define VECTOR 64
#define SET(name) _mm512_##name
typedef __m512i vector;
#include "base/decode_x86.h"

static inline __m256i load_four(const char *base, const struct weir_span *span)
{
    __m128i a = _mm_loadl_epi64(before_end(base, span[0], SHORT));
    __m128i b = _mm_loadl_epi64(before_end(base, span[1], SHORT));
    __m128i c = _mm_loadl_epi64(before_end(base, span[2], SHORT));
    __m128i d = _mm_loadl_epi64(before_end(base, span[3], SHORT));
    return _mm256_set_m128i(_mm_unpacklo_epi64(c, d), _mm_unpacklo_epi64(a, b));
}

static inline bytes load_short(const char *base, const struct weir_span *span)
{
    __m512i cells = _mm512_castsi256_si512(load_four(base, span));
    return (bytes)_mm512_inserti64x4(cells, load_four(base, span + 4), 1);
}

static inline __m128i load(const char *base, struct weir_span span)
{
    return _mm_loadu_si128(before_end(base, span, CELL));
}

static inline bytes load_cells(const char *base, const struct weir_span *span)
{
    __m512i cells = _mm512_castsi128_si512(load(base, span[0]));
    cells = _mm512_inserti32x4(cells, load(base, span[2]), 1);
    cells = _mm512_inserti32x4(cells, load(base, span[4]), 2);
    return (bytes)_mm512_inserti32x4(cells, load(base, span[6]), 3);
}

static inline bool none(bytes from)
{
    return _mm512_test_epi8_mask((__m512i)from, (__m512i)from) == 0;
}

WEIR_DECODER(avx512);
