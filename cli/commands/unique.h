/*
 * Names made unique: the second and later columns of one name get a number.
 */
#ifndef WEIR_CLI_COMMANDS_UNIQUE_H
#define WEIR_CLI_COMMANDS_UNIQUE_H

#include "base/error.h"
#include "base/memory.h"

/*
 * suffix[i] is 0 where the name stands as it is, else i's name is followed by
 * "_" and that number: a, a, a_2, a are a, a_3, a_2, a_4. `n` is below 2^31.
 */
enum weir_status weir_unique_names(const char *const *name, size_t n,
                                   uint32_t *suffix,
                                   struct weir_error *error) WEIR_CHECKED;

#endif
