/*
 * Runs the instruction-set law for every set that this machine has, and prints
 * the names of these sets.
 *
 *     isa_tool [EFFORT]       1 by default
 */
#include "base/decode.h"
#include "readers/scan/scan.h"
#include "tests/isa_law.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* splitmix, by Steele, Lea and Flood. */
unsigned isa_draw(uint64_t *seed, unsigned n)
{
    uint64_t x = *seed += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return (unsigned)((x ^ x >> 31) % n);
}

void isa_fail(enum weir_isa isa, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", weir_isa_name(isa));
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

/* WEIR_ISA forces the set of that name, if the machine has it. */
static void check_forced(enum weir_isa isa)
{
    setenv("WEIR_ISA", weir_isa_name(isa), 1);
    enum weir_isa expected = weir_isa_has(isa) ? isa : WEIR_ISA_PLAIN;
    if (weir_isa_now() != expected ||
        weir_scan_best() != weir_scan_of(expected) ||
        weir_cell_decoder_best() != weir_cell_decoder_of(expected))
        isa_fail(isa, "WEIR_ISA gives %s", weir_isa_name(weir_isa_now()));
    unsetenv("WEIR_ISA");
}

int main(int argc, char **argv)
{
    unsigned effort = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    for (enum weir_isa isa = 0; isa < WEIR_ISAS; isa++) {
        check_forced(isa);
        if (!weir_isa_has(isa))
            continue;
        isa_scan_law(isa, effort * 500);
        isa_decoder_law(isa, effort * 5000);
        puts(weir_isa_name(isa));
    }
    return 0;
}
