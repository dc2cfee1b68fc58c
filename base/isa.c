/*
 * Finds the instruction sets of the machine, and chooses one.
 */
#include "base/isa.h"

#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
static bool has_sse42(void)
{
    return __builtin_cpu_supports("ssse3") &&
           __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
}

static bool has_avx2(void)
{
    return has_sse42() && __builtin_cpu_supports("avx2") &&
           __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("pclmul");
}

static bool has_avx512(void)
{
    return has_avx2() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512vbmi2");
}
#endif

bool weir_isa_has(enum weir_isa isa)
{
    switch (isa) {
#if defined(__x86_64__)
    case WEIR_ISA_SSE42:
        return has_sse42();
    case WEIR_ISA_AVX2:
        return has_avx2();
    case WEIR_ISA_AVX512:
        return has_avx512();
#elif defined(__aarch64__)
    case WEIR_ISA_NEON:
        return true;
#endif
    default:
        return isa == WEIR_ISA_PLAIN;
    }
}

const char *weir_isa_name(enum weir_isa isa)
{
    static const char *const name[WEIR_ISAS] = {[WEIR_ISA_PLAIN] = "plain",
                                                [WEIR_ISA_SSE42] = "sse42",
                                                [WEIR_ISA_AVX2] = "avx2",
                                                [WEIR_ISA_AVX512] = "avx512",
                                                [WEIR_ISA_NEON] = "neon"};
    return name[isa];
}

enum weir_isa weir_isa_now(void)
{
    const char *forced = getenv("WEIR_ISA");
    for (enum weir_isa isa = WEIR_ISAS; isa-- > 0;)
        if (weir_isa_has(isa) &&
            (!forced || strcmp(forced, weir_isa_name(isa)) == 0))
            return isa;
    return WEIR_ISA_PLAIN;
}
