/*
 * The block scan for AVX2: two comparisons of 32 bytes for each mask.
 */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#define WEIR_BITS_LOWEST _tzcnt_u64
#include "readers/scan/scan_bits.h"

static inline uint64_t weir_block_find(const char *text, char byte)
{
    __m256i wanted = _mm256_set1_epi8(byte);
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)text);
    __m256i high =
        _mm256_loadu_si256((const __m256i *)(const void *)(text + 32));
    uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    uint32_t b =
        (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return (uint64_t)b << 32 | a;
}

typedef __m256i weir_block_seen;

static inline void weir_block_see(weir_block_seen *seen, const char *text,
                                  char byte)
{
    __m256i wanted = _mm256_set1_epi8(byte);
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)text);
    __m256i high =
        _mm256_loadu_si256((const __m256i *)(const void *)(text + 32));
    *seen = _mm256_or_si256(*seen,
                            _mm256_or_si256(_mm256_cmpeq_epi8(low, wanted),
                                            _mm256_cmpeq_epi8(high, wanted)));
}

static inline bool weir_block_any(weir_block_seen seen)
{
    return !_mm256_testz_si256(seen, seen);
}

/* Writes eight at once, some of them for nothing: that is cheaper than a branch
 * for each. More than eight in a block, from fields of under eight bytes, are
 * rare; they are written four at a time. */
static inline void weir_block_emit(uint32_t *out, uint64_t mask, uint32_t base)
{
    mask = weir_bits_emit_four(out, mask, base);
    mask = weir_bits_emit_four(out + 4, mask, base);
    for (out += 8; mask; out += 4)
        mask = weir_bits_emit_four(out, mask, base);
}

#define weir_block_prefix_xor weir_bits_prefix_xor

#include "readers/scan/scan_block.h"

WEIR_SCAN(avx2);
