/*
 * What the decoders of the x86 sets share: they differ in the width only. A
 * set's file defines `vector`, the type of a register, and SET(name), the
 * set's intrinsic of that name.
 */
#ifndef WEIR_BASE_DECODE_X86_H
#define WEIR_BASE_DECODE_X86_H

#include "base/decode_cells.h"

static inline bytes shuffle(bytes from, bytes order)
{
    return (bytes)SET(shuffle_epi8)((vector)from, (vector)order);
}

static inline words fours(bytes digits)
{
    vector pairs = SET(maddubs_epi16)((vector)digits, SET(set1_epi16)(0x010a));
    return (words)SET(madd_epi16)(pairs, SET(set1_epi32)(0x00010064));
}

/* The even words times `factor`, plus the odd words. */
static inline values joined(vector halves, int factor)
{
    vector high = SET(mul_epu32)(halves, SET(set1_epi32)(factor));
    return (values)SET(add_epi64)(high, SET(srli_epi64)(halves, 32));
}

static inline values eights(words fours)
{
    return joined((vector)fours, 10000);
}

static inline values sixteens(words even, words odd)
{
    vector all = SET(packus_epi32)((vector)even, (vector)odd);
    return joined(SET(madd_epi16)(all, SET(set1_epi32)(0x00012710)), 100000000);
}

static inline values fold(bytes even, bytes odd)
{
    return (values)SET(unpacklo_epi64)((vector)even, (vector)odd) |
           (values)SET(unpackhi_epi64)((vector)even, (vector)odd);
}

#endif
