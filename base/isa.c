/*
 * Finds the instruction sets of the machine, and chooses one.
 */
#include "base/isa.h"

#include <stdlib.h>
#include <string.h>

#define SUPPORTS __builtin_cpu_supports

/* Each x86 set has what the ones before it have. */
bool weir_isa_has(enum weir_isa isa)
{
#if defined(__x86_64__)
    bool has = isa <= WEIR_ISA_AVX512;
    if (isa >= WEIR_ISA_SSE42)
        has = has && SUPPORTS("ssse3") && SUPPORTS("sse4.2") &&
              SUPPORTS("popcnt");
    if (isa >= WEIR_ISA_AVX2)
        has = has && SUPPORTS("avx2") && SUPPORTS("bmi") && SUPPORTS("bmi2") &&
              SUPPORTS("pclmul");
    if (isa >= WEIR_ISA_AVX512)
        has = has && SUPPORTS("avx512f") && SUPPORTS("avx512bw") &&
              SUPPORTS("avx512vl") && SUPPORTS("avx512vbmi") &&
              SUPPORTS("avx512vbmi2");
    return has;
#elif defined(__aarch64__)
    return isa == WEIR_ISA_PLAIN || isa == WEIR_ISA_NEON;
#else
    return isa == WEIR_ISA_PLAIN;
#endif
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
