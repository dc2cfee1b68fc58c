/*
 * Instruction sets, chosen at run time: the best this machine has, or the one
 * that WEIR_ISA (plain, avx2, avx512) names, where the machine has it.
 */
#ifndef WEIR_BASE_ISA_H
#define WEIR_BASE_ISA_H

enum weir_isa {
    WEIR_ISA_PLAIN,
    WEIR_ISA_AVX2,
    WEIR_ISA_AVX512
};

/* Reads the environment at each call. */
enum weir_isa weir_isa_now(void);

#endif
