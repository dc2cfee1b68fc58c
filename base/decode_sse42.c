/*
 * Decoding for SSE: one cell at a time, in 16 bytes.
 */
#include "base/decode_cell.h"
#include <nmmintrin.h>

static inline __m128i load(const void *bytes)
{
    return _mm_loadu_si128(bytes);
}

static inline bool weir_cell_read(const char *end, uint32_t n,
                                  const struct weir_cell_shape *shape,
                                  int64_t *value)
{
    __m128i digits = _mm_xor_si128(load(end - CELL), load(shape->pattern));
    digits = _mm_and_si128(digits, load(weir_cell_last + n));
    __m128i over = _mm_subs_epu8(digits, load(shape->limit));
    digits = _mm_shuffle_epi8(digits, load(shape->order));
    __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010a));
    __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
    __m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours),
                                    _mm_set1_epi32(0x00012710));
    uint64_t both = (uint64_t)_mm_cvtsi128_si64(eights);
    *value = (int64_t)((both & UINT32_MAX) * 100000000 + (both >> 32));
    return _mm_testz_si128(over, over);
}

WEIR_CELL_DECODER(sse42);
