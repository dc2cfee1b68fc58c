/*
 * Decoding for AVX-512: eight cells at a time.
 */
#include <immintrin.h>

#define VECTOR 64
#include "base/decode_cells.h"

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

static inline bytes shuffle(bytes from, bytes order)
{
    return (bytes)_mm512_shuffle_epi8((__m512i)from, (__m512i)order);
}

static inline words fours(bytes digits)
{
    __m512i pairs =
        _mm512_maddubs_epi16((__m512i)digits, _mm512_set1_epi16(0x010a));
    return (words)_mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00010064));
}

static inline values eights(words fours)
{
    __m512i high = _mm512_mul_epu32((__m512i)fours, _mm512_set1_epi32(10000));
    return (values)_mm512_add_epi64(high,
                                    _mm512_srli_epi64((__m512i)fours, 32));
}

static inline values sixteens(words even, words odd)
{
    __m512i all = _mm512_packus_epi32((__m512i)even, (__m512i)odd);
    __m512i halves = _mm512_madd_epi16(all, _mm512_set1_epi32(0x00012710));
    __m512i high = _mm512_mul_epu32(halves, _mm512_set1_epi32(100000000));
    return (values)_mm512_add_epi64(high, _mm512_srli_epi64(halves, 32));
}

static inline values fold(bytes even, bytes odd)
{
    return (values)_mm512_or_si512(
        _mm512_unpacklo_epi64((__m512i)even, (__m512i)odd),
        _mm512_unpackhi_epi64((__m512i)even, (__m512i)odd));
}

static inline bool none(bytes from)
{
    return _mm512_test_epi8_mask((__m512i)from, (__m512i)from) == 0;
}

WEIR_DECODER(avx512);
