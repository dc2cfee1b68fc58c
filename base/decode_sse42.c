/*
 * Decoding for SSE: two cells at a time.
 */
#include <nmmintrin.h>

#define VECTOR 16
#include "base/decode_cells.h"

static inline bytes load_short(const char *base, const struct weir_span *span)
{
    __m128i first = _mm_loadl_epi64(before_end(base, span[0], SHORT));
    __m128i second = _mm_loadl_epi64(before_end(base, span[1], SHORT));
    return (bytes)_mm_unpacklo_epi64(first, second);
}

static inline bytes load_cells(const char *base, const struct weir_span *span)
{
    return (bytes)_mm_loadu_si128(before_end(base, span[0], CELL));
}

static inline bytes shuffle(bytes from, bytes order)
{
    return (bytes)_mm_shuffle_epi8((__m128i)from, (__m128i)order);
}

static inline words fours(bytes digits)
{
    __m128i pairs = _mm_maddubs_epi16((__m128i)digits, _mm_set1_epi16(0x010a));
    return (words)_mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
}

static inline values eights(words fours)
{
    __m128i high = _mm_mul_epu32((__m128i)fours, _mm_set1_epi32(10000));
    return (values)_mm_add_epi64(high, _mm_srli_epi64((__m128i)fours, 32));
}

static inline values sixteens(words even, words odd)
{
    __m128i all = _mm_packus_epi32((__m128i)even, (__m128i)odd);
    __m128i halves = _mm_madd_epi16(all, _mm_set1_epi32(0x00012710));
    __m128i high = _mm_mul_epu32(halves, _mm_set1_epi32(100000000));
    return (values)_mm_add_epi64(high, _mm_srli_epi64(halves, 32));
}

static inline values fold(bytes even, bytes odd)
{
    return (values)_mm_or_si128(
        _mm_unpacklo_epi64((__m128i)even, (__m128i)odd),
        _mm_unpackhi_epi64((__m128i)even, (__m128i)odd));
}

static inline bool none(bytes from)
{
    return _mm_testz_si128((__m128i)from, (__m128i)from);
}

WEIR_DECODER(sse42);
