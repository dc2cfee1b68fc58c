/*
 * Decoding for AVX2: four cells at a time.
 */
#include <immintrin.h>

#define VECTOR 32
#include "base/decode_cells.h"

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

static inline bytes shuffle(bytes from, bytes order)
{
    return (bytes)_mm256_shuffle_epi8((__m256i)from, (__m256i)order);
}

static inline words fours(bytes digits)
{
    __m256i pairs =
        _mm256_maddubs_epi16((__m256i)digits, _mm256_set1_epi16(0x010a));
    return (words)_mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00010064));
}

static inline values eights(words fours)
{
    __m256i high = _mm256_mul_epu32((__m256i)fours, _mm256_set1_epi32(10000));
    return (values)_mm256_add_epi64(high,
                                    _mm256_srli_epi64((__m256i)fours, 32));
}

static inline values sixteens(words even, words odd)
{
    __m256i all = _mm256_packus_epi32((__m256i)even, (__m256i)odd);
    __m256i halves = _mm256_madd_epi16(all, _mm256_set1_epi32(0x00012710));
    __m256i high = _mm256_mul_epu32(halves, _mm256_set1_epi32(100000000));
    return (values)_mm256_add_epi64(high, _mm256_srli_epi64(halves, 32));
}

static inline values fold(bytes even, bytes odd)
{
    return (values)_mm256_or_si256(
        _mm256_unpacklo_epi64((__m256i)even, (__m256i)odd),
        _mm256_unpackhi_epi64((__m256i)even, (__m256i)odd));
}

static inline bool none(bytes from)
{
    return _mm256_testz_si256((__m256i)from, (__m256i)from);
}

WEIR_DECODER(avx2);
