/*
 * Decoding for SSE: two cells at a time.
 */
#include <nmmintrin.h>

#define VECTOR 16
#define SET(name) _mm_##name
typedef __m128i vector;
#include "base/decode_x86.h"

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

static inline bool none(bytes from)
{
    return _mm_testz_si128((__m128i)from, (__m128i)from);
}

WEIR_DECODER(sse42);
