/*
 * Decoding for NEON: two cells at a time.
 */
#include <arm_neon.h>

#define VECTOR 16
#include "base/decode_cells.h"

static inline bytes load_short(const char *base, const struct weir_span *span)
{
    return vcombine_u8(vld1_u8(before_end(base, span[0], SHORT)),
                       vld1_u8(before_end(base, span[1], SHORT)));
}

static inline bytes load_cells(const char *base, const struct weir_span *span)
{
    return vld1q_u8(before_end(base, span[0], CELL));
}

static inline bytes shuffle(bytes from, bytes order)
{
    return vqtbl1q_u8(from, order);
}

static inline words fours(bytes digits)
{
    const bytes ten = (bytes)vdupq_n_u16(0x010a);
    const uint16x8_t hundred = (uint16x8_t)vdupq_n_u32(0x00010064);
    return vpaddlq_u16(vpaddlq_u8(digits * ten) * hundred);
}

static inline values eights(words fours)
{
    const words ten_thousand = (words)vdupq_n_u64(UINT64_C(0x0000000100002710));
    return (values)vpaddlq_u32(fours * ten_thousand);
}

static inline values sixteens(words even, words odd)
{
    const words ten_thousand = (words)vdupq_n_u64(UINT64_C(0x0000000100002710));
    uint64x2_t a = vpaddlq_u32(even * ten_thousand);
    uint64x2_t b = vpaddlq_u32(odd * ten_thousand);
    uint32x2_t high = vmovn_u64(vzip1q_u64(a, b));
    return (values)vmlal_n_u32(vzip2q_u64(a, b), high, 100000000);
}

static inline values fold(bytes even, bytes odd)
{
    uint64x2_t a = (uint64x2_t)even, b = (uint64x2_t)odd;
    return (values)(vzip1q_u64(a, b) | vzip2q_u64(a, b));
}

static inline bool none(bytes from)
{
    return vmaxvq_u8(from) == 0;
}

WEIR_DECODER(neon);
