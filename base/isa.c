/*
 * What the machine has, and what may be used of it.
 */
#include "base/isa.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static bool has(enum weir_isa isa)
{
#if defined(__x86_64__)
    bool avx2 =
        __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul");
    if (isa == WEIR_ISA_AVX512)
        return avx2 && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512vbmi2");
    if (isa == WEIR_ISA_AVX2)
        return avx2;
#endif
    return isa == WEIR_ISA_PLAIN;
}

enum weir_isa weir_isa_now(void)
{
    static const char *const name[] = {[WEIR_ISA_PLAIN] = "plain",
                                       [WEIR_ISA_AVX2] = "avx2",
                                       [WEIR_ISA_AVX512] = "avx512"};
    const char *forced = getenv("WEIR_ISA");
    for (size_t i = sizeof name / sizeof *name; i-- > 0;)
        if (has((enum weir_isa)i) && (!forced || !strcmp(forced, name[i])))
            return (enum weir_isa)i;
    return WEIR_ISA_PLAIN;
}
