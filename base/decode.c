/*
 * Chooses the decoder for this machine.
 */
#include "base/decode.h"

const struct weir_cell_decoder *weir_cell_decoder_of(enum weir_isa isa)
{
    static const struct weir_cell_decoder *const decoder[WEIR_ISAS] = {
        [WEIR_ISA_PLAIN] = &weir_cell_decoder_plain,
#if defined(__x86_64__)
        [WEIR_ISA_SSE42] = &weir_cell_decoder_sse42,
        [WEIR_ISA_AVX2] = &weir_cell_decoder_avx2,
        [WEIR_ISA_AVX512] = &weir_cell_decoder_avx512,
#elif defined(__aarch64__)
        [WEIR_ISA_NEON] = &weir_cell_decoder_neon,
#endif
    };
    return decoder[isa];
}

const struct weir_cell_decoder *weir_cell_decoder_best(void)
{
    return weir_cell_decoder_of(weir_isa_now());
}
