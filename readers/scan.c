/*
 * Which block scan this machine gets.
 */
#include "readers/scan.h"

#include "base/isa.h"

const struct weir_scan *weir_scan_best(void)
{
    switch (weir_isa_now()) {
#if defined(__x86_64__)
    case WEIR_ISA_AVX512:
        return &weir_scan_avx512;
    case WEIR_ISA_AVX2:
        return &weir_scan_avx2;
#endif
    default:
        return &weir_scan_plain;
    }
}
