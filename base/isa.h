/*
 * Instruction sets, chosen at run time: the best this machine has, or the one
 * that WEIR_ISA names in the environment, where the machine has it.
 */
#ifndef WEIR_BASE_ISA_H
#define WEIR_BASE_ISA_H

#include <stdbool.h>

enum weir_isa {
    WEIR_ISA_PLAIN,  /* C, on any machine */
    WEIR_ISA_SSE42,  /* x86-64-v2: SSE4.2 and popcnt */
    WEIR_ISA_AVX2,   /* with BMI and the carry-less multiplication */
    WEIR_ISA_AVX512, /* BW, VL, VBMI and VBMI2 */
    WEIR_ISA_NEON,   /* every aarch64 */
    WEIR_ISAS
};

/* "plain", "sse42", ... as WEIR_ISA has them. */
const char *weir_isa_name(enum weir_isa isa);

/* Whether this machine, and this build, have it. */
bool weir_isa_has(enum weir_isa isa);

/* Reads the environment at each call. */
enum weir_isa weir_isa_now(void);

#endif
