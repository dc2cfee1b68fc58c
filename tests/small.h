/*
 * What the laws of small inputs share. An input is first read in sequence from
 * memory, by the scan in plain C. It is then read in the ways that users give
 * it (tests/arrivals.h), with other threads, batch sizes, instruction sets and
 * layouts, and in shards, whose rows are concatenated or whose partials are
 * merged. All runs must give the same rows, error, rejects and record counts.
 * Loading and shards may name another error than the first run.
 */
#ifndef WEIR_TESTS_SMALL_H
#define WEIR_TESTS_SMALL_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>

/* Like stride() of tests/trial.h. Under the thread sanitizer, for which an
 * input takes the longest, only every third of the inputs is read. */
size_t small_stride(size_t few);

/* Adds the fixture that each test of a small input needs. All functions here
 * are for one thread. */
void small_add_fixture(TCase *tests);

/* How many runs are made for an input. The suite uses SMALL_SAMPLED. */
enum small_asked {
    /* One query drawn from the seed, over a file and, every other time,
     * over another arrival as well. */
    SMALL_SAMPLED,
    /* Every query once, the arrivals in turn, so that each occurs. */
    SMALL_COVERED,
    /* Every query over every arrival. */
    SMALL_WHOLE
};

/* Runs queries over the bytes and fails the test if a run differs from the
 * expected one. The bytes are borrowed for the call. */
void ck_assert_small(const char *bytes, size_t len, uint64_t seed,
                     enum small_asked asked);

/* Fails the test unless at least `inputs` inputs were checked since the test
 * began, and every arrival, query and kind of run was drawn often enough: the
 * floor of most of them is one run for 200 inputs. */
void ck_assert_small_ran(uint64_t inputs);

#endif
