/*
 * What the laws of small inputs share. An input is read in sequence from
 * memory, by the scan in plain C; and then as users bring it (tests/ways.h),
 * by other threads, batches, instruction sets and layouts, in shards, whose
 * rows are put together or whose partials are merged: the same rows, error,
 * rejects and account.
 */
#ifndef WEIR_TESTS_SMALL_H
#define WEIR_TESTS_SMALL_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>

/* Adds the fixture that each test of a small input needs. Not for threads, as
 * nothing here is. */
void small_add_fixture(TCase *tests);

/* How much of an input is asked, at least; the suite asks the first. */
enum small_asked {
    /* One question drawn from the seed, by a real file and, every other time,
     * by another way. */
    SMALL_SAMPLED,
    /* Every question, and every way: each with some of the other. */
    SMALL_COVERED,
    /* Every question by every way. */
    SMALL_WHOLE
};

/* Fails the test where two runs differ. The bytes are borrowed for the call. */
void ck_assert_small(const char *bytes, size_t len, uint64_t seed,
                     enum small_asked asked);

/* So many inputs at least came since the test began, and everything that can
 * be drawn came up: in a hundred of 20,000 inputs, or more. */
void ck_assert_small_ran(uint64_t inputs);

#endif
