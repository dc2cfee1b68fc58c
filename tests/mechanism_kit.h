/*
 * Floors for laws. A floor says how often a mechanism (base/mechanism.h) must
 * have run while the tests of a program ran. main shares the counts before
 * libcheck forks, and checks them when the tests are done:
 *
 *     mechanism_begin();
 *     ...
 *     return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
 *
 * A floor must hold by construction: either the count follows from seeds and
 * hooks, or the floor is so low that no interleaving of threads comes near it.
 *
 * WEIR_MECHANISMS_SHOWN in the environment prints all counts that are not zero.
 * No floor is checked in a release build, nor if libcheck's variables
 * (CK_RUN_CASE, CK_RUN_SUITE, CK_INCLUDE_TAGS, CK_EXCLUDE_TAGS) select tests.
 */
#ifndef WEIR_TESTS_MECHANISM_KIT_H
#define WEIR_TESTS_MECHANISM_KIT_H

#include "base/mechanism.h"

struct floor {
    enum weir_mechanism mechanism;
    uint64_t min;           /* runs of the mechanism */
    uint64_t min_sanitized; /* the same under a sanitizer; 0 means `min` */
};

/* Shares the counts with processes that are forked from now on. Exits with 1
 * if that fails. */
void mechanism_begin(void);

/* Shares the counts with the programs that are run from now on as well, by a
 * file that WEIR_MECHANISMS names. The file is removed at exit. Exits with 1 if
 * that fails. */
void mechanism_begin_programs(void);

/* Whether any mechanism ran less often than its floor. Names each of these on
 * standard error, with its count and its floor. */
bool mechanism_fell_short(const struct floor *floor, size_t n);

/* Waits until the mechanism has run more than `n` times. There is no time
 * limit: the caller must know that it will. A release build counts nothing, so
 * there the function returns at once. */
void mechanism_wait(enum weir_mechanism mechanism, uint64_t n);

/* mechanism_fell_short for an array of floors. */
#define MECHANISM_FELL_SHORT(floors)                                           \
    mechanism_fell_short(floors, sizeof(floors) / sizeof((floors)[0]))

#endif
