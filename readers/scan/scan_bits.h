/*
 * What block scans do with masks in 64-bit registers. A set that has an
 * instruction for WEIR_BITS_LOWEST defines it.
 */
#ifndef WEIR_READERS_SCAN_SCAN_BITS_H
#define WEIR_READERS_SCAN_SCAN_BITS_H

#include <stdint.h>

/* The index of the mask's lowest one. The mask may be zero, of which ctz is
 * undefined: hence the top bit. */
#ifndef WEIR_BITS_LOWEST
#define WEIR_BITS_LOWEST(mask) __builtin_ctzll((mask) | UINT64_C(1) << 63)
#endif

static inline uint64_t weir_bits_emit_one(uint32_t *out, uint64_t mask,
                                          uint32_t base)
{
    *out = base + (uint32_t)WEIR_BITS_LOWEST(mask);
    return mask & (mask - 1);
}

static inline uint64_t weir_bits_emit_four(uint32_t *out, uint64_t mask,
                                           uint32_t base)
{
    mask = weir_bits_emit_one(out, mask, base);
    mask = weir_bits_emit_one(out + 1, mask, base);
    mask = weir_bits_emit_one(out + 2, mask, base);
    return weir_bits_emit_one(out + 3, mask, base);
}

/* Writes eight at a time, although some of the last eight are useless: that is
 * cheaper than a branch for each. */
static inline void weir_bits_emit(uint32_t *out, uint64_t mask, uint32_t base)
{
    for (; mask; out += 8)
        mask = weir_bits_emit_four(out + 4,
                                   weir_bits_emit_four(out, mask, base), base);
}

#ifdef __PCLMUL__
static inline uint64_t weir_bits_prefix_xor(uint64_t mask)
{
    __m128i ones = _mm_set1_epi8((char)0xff);
    __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)mask), ones, 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}
#else
static inline uint64_t weir_bits_prefix_xor(uint64_t mask)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask ^= mask << shift;
    return mask;
}
#endif

#endif
