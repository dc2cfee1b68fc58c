/*
 * The instruction-set law for what is written once a set: scans and decoders
 * say what the byte machine and the general reader say. It needs libc alone,
 * so that it can be built for other machines than this one.
 */
#ifndef WEIR_TESTS_ISA_LAW_H
#define WEIR_TESTS_ISA_LAW_H

#include "base/isa.h"

#include <stdint.h>

/* Seeded; a failure is written to standard error and ends the program. */
void isa_scan_law(enum weir_isa set, unsigned seeds);
void isa_decoder_law(enum weir_isa set, unsigned rounds);

/* 0 to n - 1, of the series that begins with the seed. */
unsigned isa_draw(uint64_t *seed, unsigned n);

void isa_fail(enum weir_isa isa, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

#endif
