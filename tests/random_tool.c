/*
 * Prints what a law about the command line asks: the query of seed N, a NUL,
 * and the table that the query is about, of up to LINES records.
 *
 *     random_tool N LINES
 */
#include "tests/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    uint64_t seed = strtoull(argv[1], NULL, 10);
    const struct random_table table = {
        .tidy = true, .lines = (unsigned)strtoul(argv[2], NULL, 10)};
    size_t len;
    char *csv = random_table(seed, &table, &len);
    char *query = random_query(seed * 7 + 1);
    (void)fwrite(query, 1, strlen(query) + 1, stdout);
    (void)fwrite(csv, 1, len, stdout);
    free(csv);
    free(query);
    return ferror(stdout) != 0;
}
