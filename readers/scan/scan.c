/*
 * Chooses the block scan for this machine.
 */
#include "readers/scan/scan.h"

const struct weir_scan *weir_scan_of(enum weir_isa isa)
{
    static const struct weir_scan *const scan[WEIR_ISAS] = {
        [WEIR_ISA_PLAIN] = &weir_scan_plain,
#if defined(__x86_64__)
        [WEIR_ISA_SSE42] = &weir_scan_sse42,
        [WEIR_ISA_AVX2] = &weir_scan_avx2,
        [WEIR_ISA_AVX512] = &weir_scan_avx512,
#elif defined(__aarch64__)
        [WEIR_ISA_NEON] = &weir_scan_neon,
#endif
    };
    return scan[isa];
}

const struct weir_scan *weir_scan_best(void)
{
    return weir_scan_of(weir_isa_now());
}
