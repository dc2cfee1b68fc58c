/*
 * A system call that fails, for the calling thread, what it executes and its
 * children, for good: by seccomp, which anybody may.
 */
#ifndef WEIR_TESTS_DENY_H
#define WEIR_TESTS_DENY_H

#include <stdbool.h>
#include <stdint.h>

#define DENY_ALWAYS (-1)

/* From now on the call (SYS_close) fails with that errno; where `argument` is
 * not DENY_ALWAYS only with that value there, of which 32 bits count. */
bool deny(int call, int argument, uint32_t value, int number);

#endif
