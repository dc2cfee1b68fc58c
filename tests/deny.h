/*
 * Makes a system call fail for the calling thread, for the programs that it
 * executes and for its children. This cannot be undone. It uses seccomp, which
 * needs no privileges.
 */
#ifndef WEIR_TESTS_DENY_H
#define WEIR_TESTS_DENY_H

#include <stdbool.h>
#include <stdint.h>

#define DENY_ALWAYS (-1)

/* From now on the system call `call` (such as SYS_close) fails with the errno
 * `number`. Unless `argument` is DENY_ALWAYS, it fails only if the low 32 bits
 * of that argument (from 0) are `value`. Returns false if seccomp is not
 * available. */
bool deny(int call, int argument, uint32_t value, int number);

#endif
