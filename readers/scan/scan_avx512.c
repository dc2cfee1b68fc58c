/*
 * The block scan for AVX-512 (BW, VBMI2): one comparison for each mask, and one
 * compression that turns a mask into offsets.
 *
 * The compression goes to a register, which is then stored: compressing
 * straight to memory is microcoded on some machines (Zen 4: 64 cycles).
 */
#include <immintrin.h>
#include <stdbool.h>
#include <stdint.h>

#include "readers/scan/scan_bits.h"

static inline uint64_t weir_block_find(const char *text, char byte)
{
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(text),
                                  _mm512_set1_epi8(byte));
}

/* For each of the 64 bytes of a block, the maximum of text ^ ~byte so far. It
 * is 255 only if a byte was equal. */
typedef __m512i weir_block_seen;

static inline void weir_block_see(weir_block_seen *seen, const char *text,
                                  char byte)
{
    __m512i unlike =
        _mm512_xor_si512(_mm512_loadu_si512(text), _mm512_set1_epi8(~byte));
    *seen = _mm512_max_epu8(*seen, unlike);
}

static inline bool weir_block_any(weir_block_seen seen)
{
    return _mm512_cmpeq_epi8_mask(seen, _mm512_set1_epi8(-1)) != 0;
}

static inline void emit_16(uint32_t *out, __m128i places, __m512i base)
{
    _mm512_storeu_si512(out,
                        _mm512_add_epi32(base, _mm512_cvtepu8_epi32(places)));
}

static inline void weir_block_emit(uint32_t *out, uint64_t mask, uint32_t base)
{
    static const uint8_t count[64] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
        32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
        48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    __m512i places =
        _mm512_maskz_compress_epi8(mask, _mm512_loadu_si512(count));
    __m512i from = _mm512_set1_epi32((int)base);
    int n = __builtin_popcountll(mask);
    emit_16(out, _mm512_castsi512_si128(places), from);
    if (n > 16) {
        emit_16(out + 16, _mm512_extracti32x4_epi32(places, 1), from);
        if (n > 32) {
            emit_16(out + 32, _mm512_extracti32x4_epi32(places, 2), from);
            emit_16(out + 48, _mm512_extracti32x4_epi32(places, 3), from);
        }
    }
}

#define weir_block_prefix_xor weir_bits_prefix_xor

#include "readers/scan/scan_block.h"

WEIR_SCAN(avx512);
