/*
 * Decoding for AVX2: four cells at a time.
 */
#include <immintrin.h>

#define VECTOR 32
#include "base/decode_cells.h"

static inline bytes load_cells(const char *base, const struct weir_span *span)
{
    return (bytes)_mm256_loadu2_m128i(before_end(base, span[2]),
                                      before_end(base, span[0]));
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

static inline values sixteens(words even, words odd)
{
    __m256i all = _mm256_packus_epi32((__m256i)even, (__m256i)odd);
    __m256i eights = _mm256_madd_epi16(all, _mm256_set1_epi32(0x00012710));
    __m256i high = _mm256_mul_epu32(eights, _mm256_set1_epi32(100000000));
    return (values)_mm256_add_epi64(high, _mm256_srli_epi64(eights, 32));
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
