/*
 * What tests/failing_tool.c and the library that it brings into a program say
 * to each other: allocations are counted where malloc is called, system calls
 * by the kernel, which asks the tool.
 */
#ifndef WEIR_TESTS_FAILING_REFUSE_H
#define WEIR_TESTS_FAILING_REFUSE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A system call that no kernel has: main() begins. */
#define REFUSE_MAIN_BEGINS 0x7765

/* Names the file that holds this, to be mapped by every process of a run. */
#define REFUSE_VARIABLE "WEIR_TEST_REFUSING"

struct refusing {
    _Atomic uint64_t allocations; /* since main() began, in all processes */
    uint64_t nth;                 /* the one that is refused; 0: none */
    bool all;                     /* it, and all after it */
    _Atomic uint64_t refused;
};

#endif
