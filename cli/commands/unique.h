/*
 * Makes column names unique: the second and later columns of one name get a
 * number.
 */
#ifndef WEIR_CLI_COMMANDS_UNIQUE_H
#define WEIR_CLI_COMMANDS_UNIQUE_H

#include "base/error.h"
#include "base/memory.h"

/*
 * Fills suffix[0, n). If suffix[i] is 0, column i keeps its name; else its name
 * is followed by "_" and that number. The columns a, a, a_2, a become a, a_3,
 * a_2, a_4. `n` is below 2^31. The only failure is a lack of memory.
 */
enum weir_status weir_unique_names(const char *const *name, size_t n,
                                   uint32_t *suffix,
                                   struct weir_error *error) WEIR_CHECKED;

#endif
