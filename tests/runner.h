/*
 * What every program of libcheck's ends with.
 */
#ifndef WEIR_TESTS_RUNNER_H
#define WEIR_TESTS_RUNNER_H

#include <check.h>
#include <stdbool.h>

/* Runs the suite as libcheck's environment variables say, prints what failed,
 * and frees the suite. Returns whether a test failed. */
bool suite_fails(Suite *suite);

#endif
