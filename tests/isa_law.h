/*
 * The instruction-set law, for code that is written once for each instruction
 * set. The block scans must agree with the byte machine, and the number
 * decoders with the general reader of numbers. The law needs only libc, so
 * that it can be built for other machines than this one.
 */
#ifndef WEIR_TESTS_ISA_LAW_H
#define WEIR_TESTS_ISA_LAW_H

#include "base/isa.h"

#include <stdint.h>

/* Both laws draw from fixed seeds. A failure is written to standard error and
 * ends the program. */
void isa_scan_law(enum weir_isa set, unsigned seeds);
void isa_decoder_law(enum weir_isa set, unsigned rounds);

/* A random number from 0 to n - 1; advances *seed. */
unsigned isa_draw(uint64_t *seed, unsigned n);

/* Writes the message to standard error and ends the program. */
void isa_fail(enum weir_isa isa, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));

#endif
