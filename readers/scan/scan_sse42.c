/*
 * The block scan for SSE4.2: four comparisons of 16 bytes for each mask. The
 * set has no carry-less multiplication, so quotes are followed by shifts.
 */
#include <nmmintrin.h>
#include <stdbool.h>

#include "readers/scan/scan_bits.h"

static inline uint64_t find_16(const char *text, __m128i wanted)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
    return (uint64_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted));
}

static inline uint64_t weir_block_find(const char *text, char byte)
{
    __m128i wanted = _mm_set1_epi8(byte);
    return find_16(text, wanted) | find_16(text + 16, wanted) << 16 |
           find_16(text + 32, wanted) << 32 | find_16(text + 48, wanted) << 48;
}

typedef __m128i weir_block_seen;

static inline void weir_block_see(weir_block_seen *seen, const char *text,
                                  char byte)
{
    const __m128i *bytes = (const void *)text;
    __m128i wanted = _mm_set1_epi8(byte);
    for (size_t i = 0; i < 4; i++)
        *seen = _mm_or_si128(
            *seen, _mm_cmpeq_epi8(_mm_loadu_si128(bytes + i), wanted));
}

static inline bool weir_block_any(weir_block_seen seen)
{
    return !_mm_testz_si128(seen, seen);
}

#define weir_block_emit weir_bits_emit
#define weir_block_prefix_xor weir_bits_prefix_xor

#include "readers/scan/scan_block.h"

WEIR_SCAN(sse42);
