/*
 * The names of columns, as a header or --header gives them.
 */
#ifndef WEIR_READERS_CSV_NAMES_H
#define WEIR_READERS_CSV_NAMES_H

#include "readers/csv/dialect.h"

/* Names of columns. Those of the table are borrowed by the stream's schema, so
 * they do not change once the stream is open. */
struct weir_csv_names {
    char **name;
    size_t n, capacity;
    size_t input; /* the input whose header came first */
    char *line;   /* that header as read, perhaps cut, for hints; NULL if no
                     record was split for the names */
};

/* Adds a name, which it takes over, also on failure. */
enum weir_status weir_csv_names_add(struct weir_csv_names *names, char *name,
                                    struct weir_error *error) WEIR_CHECKED;
void weir_csv_names_release(struct weir_csv_names *names);

/* Splits a record without its line end, and adds the texts of its fields; or $k
 * for each of them, if `numbered`. On failure those that were added stay in
 * `names`, which the caller releases in any case. */
enum weir_status weir_csv_names_split(const struct weir_dialect *dialect,
                                      const char *text, size_t len,
                                      bool numbered,
                                      struct weir_csv_names *names,
                                      struct weir_error *error) WEIR_CHECKED;

/* The same for the list of --header. It is split at the delimiter or, if it has
 * none, at commas. `names` is empty before the call. */
enum weir_status weir_csv_names_of_list(const struct weir_dialect *dialect,
                                        const char *list,
                                        struct weir_csv_names *names,
                                        struct weir_error *error) WEIR_CHECKED;

#endif
