/*
 * Instruction sets, chosen at run time: the best one that this machine has, or
 * the one that the environment variable WEIR_ISA names. If the machine does not
 * have the named one, WEIR_ISA_PLAIN is used.
 */
#ifndef WEIR_BASE_ISA_H
#define WEIR_BASE_ISA_H

#include <stdbool.h>

enum weir_isa {
    WEIR_ISA_PLAIN,  /* C, on any machine */
    WEIR_ISA_SSE42,  /* x86-64-v2: SSE4.2 and popcnt */
    WEIR_ISA_AVX2,   /* AVX2, BMI, BMI2 and PCLMULQDQ */
    WEIR_ISA_AVX512, /* AVX-512 F, BW, VL, VBMI and VBMI2 */
    WEIR_ISA_NEON,   /* every aarch64 has it */
    WEIR_ISAS
};

/* The name that WEIR_ISA takes: "plain", "sse42", ... */
const char *weir_isa_name(enum weir_isa isa);

/* Whether this machine and this build have the instruction set. */
bool weir_isa_has(enum weir_isa isa);

/* The instruction set to use. It reads the environment at each call. */
enum weir_isa weir_isa_now(void);

#endif
