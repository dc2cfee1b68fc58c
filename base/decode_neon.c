/*
 * Decoding for NEON: one cell at a time, in 16 bytes.
 */
#include "base/decode_cell.h"
#include <arm_neon.h>

static inline bool weir_cell_read(const char *end, uint32_t n,
                                  const struct weir_cell_shape *shape,
                                  int64_t *value)
{
    const uint8x16_t ten = vreinterpretq_u8_u16(vdupq_n_u16(0x010a));
    const uint16x8_t hundred = vreinterpretq_u16_u32(vdupq_n_u32(0x00010064));
    const uint32x4_t ten_thousand =
        vreinterpretq_u32_u64(vdupq_n_u64(UINT64_C(0x0000000100002710)));
    uint8x16_t digits = veorq_u8(vld1q_u8((const uint8_t *)end - CELL),
                                 vld1q_u8(shape->pattern));
    digits = vandq_u8(digits, vld1q_u8(weir_cell_last + n));
    uint8x16_t over = vqsubq_u8(digits, vld1q_u8(shape->limit));
    digits = vqtbl1q_u8(digits, vld1q_u8(shape->order));
    uint16x8_t pairs = vpaddlq_u8(vmulq_u8(digits, ten));
    uint32x4_t fours = vpaddlq_u16(vmulq_u16(pairs, hundred));
    uint64x2_t eights = vpaddlq_u32(vmulq_u32(fours, ten_thousand));
    *value = (int64_t)(vgetq_lane_u64(eights, 0) * 100000000 +
                       vgetq_lane_u64(eights, 1));
    return vmaxvq_u8(over) == 0;
}

WEIR_CELL_DECODER(neon);
