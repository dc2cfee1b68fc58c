/*
 * A system call that fails, for the calling thread and for good: by seccomp,
 * which anybody may.
 */
#ifndef WEIR_TESTS_DENY_H
#define WEIR_TESTS_DENY_H

#include <stdbool.h>

/* From now on the call (SYS_close) fails with that errno. */
bool deny(int call, int number);

#endif
