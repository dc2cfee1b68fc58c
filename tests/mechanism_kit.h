/*
 * Floors for laws: how often a mechanism must have run while all tests of a
 * program ran. main shares the counts before libcheck forks, and checks them
 * when it is done:
 *
 *     mechanism_begin();
 *     ...
 *     srunner_run_all(runner, CK_ENV);
 *     return srunner_ntests_failed(runner) || mechanism_fell_short(floors, N);
 *
 * A floor holds by construction: what is counted follows from seeds and hooks,
 * or a floor is so low that no interleaving comes near it.
 *
 * WEIR_MECHANISMS_SHOWN in the environment prints all counts that are not zero.
 * Where CK_RUN_CASE or CK_RUN_SUITE leaves tests out, and in a release build,
 * nothing falls short.
 */
#ifndef WEIR_TESTS_MECHANISM_KIT_H
#define WEIR_TESTS_MECHANISM_KIT_H

#include "base/mechanism.h"

struct floor {
    enum weir_mechanism mechanism;
    uint64_t min;           /* times */
    uint64_t min_sanitized; /* under a sanitizer; 0: `least` */
};

void mechanism_begin(void);

/* The same where it is programs that count, which are run from now on: by a
 * file that the environment names, and that is gone at the end. */
void mechanism_begin_programs(void);

/* Whether a mechanism ran less often than its floor; each that did is named on
 * standard error, with its count and its floor. */
bool mechanism_fell_short(const struct floor *floor, size_t n);

/* Waits until it has run more than `n` times, as it is sure to; in a release
 * build, which counts nothing, not at all. */
void mechanism_wait(enum weir_mechanism mechanism, uint64_t n);

/* For an array of floors. */
#define MECHANISM_FELL_SHORT(floors)                                           \
    mechanism_fell_short(floors, sizeof(floors) / sizeof((floors)[0]))

#endif
