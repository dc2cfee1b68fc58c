/*
 * The names of input files: those of the command line, of a list, and those
 * that a pattern stands for.
 */
#ifndef WEIR_CLI_PATHS_H
#define WEIR_CLI_PATHS_H

#include "weir.h"

/* Zeroed, it is empty. */
struct weir_paths {
    const char **path;
    size_t n, capacity;
    char **copy; /* texts that `path` points into */
    size_t n_copies, copies_capacity;
};
void weir_paths_release(struct weir_paths *paths);

/* Adds a name, which is borrowed. */
enum weir_status weir_paths_add(struct weir_paths *paths, const char *path,
                                struct weir_error *error) WEIR_CHECKED;

/*
 * Adds a name, which is borrowed; or, if there is no such file and the name is
 * a pattern (with *, ? or [), the files that it stands for, in the order of
 * their bytes. WEIR_IO if there are none.
 */
enum weir_status weir_paths_expand(struct weir_paths *paths, const char *path,
                                   struct weir_error *error) WEIR_CHECKED;

/*
 * Adds the names in a file; "-" is standard input, and the file may be
 * compressed. A name ends at a NUL if the file has one, otherwise at a line
 * feed or at CR LF. They may be patterns. Empty names are left out; WEIR_USAGE
 * if there is no other.
 */
enum weir_status weir_paths_read(struct weir_paths *paths, const char *file,
                                 struct weir_error *error) WEIR_CHECKED;

#endif
