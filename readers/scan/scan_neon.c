/*
 * The block scan for NEON: four comparisons of 16 bytes for each mask.
 *
 * NEON has no instruction that takes the high bit of each byte. So each byte
 * that compares equal keeps one bit, its own among eight. Three rounds of
 * adding neighbours, whose sums are always of different bits, gather 64 bytes
 * in eight. The carry-less multiplication is an extension (PMULL) that not
 * every aarch64 has, so quotes are followed by shifts.
 */
#include <arm_neon.h>
#include <stdbool.h>
#include <stddef.h>

#include "readers/scan/scan_bits.h"

static inline uint8x16_t find_16(const char *text, char byte)
{
    static const uint8_t own[16] = {1, 2, 4, 8, 16, 32, 64, 128,
                                    1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t bytes = vld1q_u8((const uint8_t *)text);
    return vandq_u8(vceqq_u8(bytes, vdupq_n_u8((uint8_t)byte)), vld1q_u8(own));
}

static inline uint64_t weir_block_find(const char *text, char byte)
{
    uint8x16_t low = vpaddq_u8(find_16(text, byte), find_16(text + 16, byte));
    uint8x16_t high =
        vpaddq_u8(find_16(text + 32, byte), find_16(text + 48, byte));
    uint8x16_t both = vpaddq_u8(low, high);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(both, both)), 0);
}

typedef uint8x16_t weir_block_seen;

static inline void weir_block_see(weir_block_seen *seen, const char *text,
                                  char byte)
{
    uint8x16_t wanted = vdupq_n_u8((uint8_t)byte);
    for (size_t i = 0; i < 64; i += 16)
        *seen = vorrq_u8(*seen,
                         vceqq_u8(vld1q_u8((const uint8_t *)text + i), wanted));
}

static inline bool weir_block_any(weir_block_seen seen)
{
    return vmaxvq_u8(seen) != 0;
}

#define weir_block_emit weir_bits_emit
#define weir_block_prefix_xor weir_bits_prefix_xor

#include "readers/scan/scan_block.h"

WEIR_SCAN(neon);
