/*
 * The interface between tests/failing_tool.c and the library that it brings
 * into a program. The library counts allocations where malloc is called. The
 * kernel asks the tool about system calls.
 */
#ifndef WEIR_TESTS_FAILING_REFUSE_H
#define WEIR_TESTS_FAILING_REFUSE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The number of a system call that no kernel has. It tells the tool that main()
 * begins. */
#define REFUSE_MAIN_BEGINS 0x7765

/* The environment variable that names the file of a struct refusing, which
 * every process of a run maps. */
#define REFUSE_VARIABLE "WEIR_TEST_REFUSING"

struct refusing {
    _Atomic uint64_t allocations; /* since main() began, in all processes */
    uint64_t nth;                 /* which one is refused; 0: none */
    bool all;                     /* refuse all later ones too */
    _Atomic uint64_t refused;
};

#endif
