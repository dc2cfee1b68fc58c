/*
 * Answers queries for an oracle in another language. Each line of the input is
 *
 *     FILE <tab> error | null | reject <tab> QUERY
 *
 * The answer is a line with the lengths of two texts, and then the texts. The
 * first text is the rows as CSV, with all fields quoted; a name in the header
 * is followed by a colon and its enum weir_type. The second text is the error.
 */
#include "tests/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_whole(const char *path, size_t *len)
{
    char *text = NULL;
    FILE *file = fopen(path, "r"), *out = open_memstream(&text, len);
    if (!file || !out)
        exit(1);
    for (int byte; (byte = getc(file)) != EOF;)
        putc(byte, out);
    (void)fclose(file);
    (void)fclose(out);
    return text;
}

static void answer(const struct trial *trial)
{
    struct outcome outcome;
    trial_run(trial, &outcome);
    printf("%zu %zu\n%s%s", strlen(outcome.rows), strlen(outcome.trouble),
           outcome.rows, outcome.trouble);
    (void)fflush(stdout);
    outcome_release(&outcome);
}

int main(void)
{
    char *line = NULL, *csv = NULL, *path = strdup("");
    size_t capacity = 0;
    struct trial trial = {0};
    while (getline(&line, &capacity, stdin) > 0) {
        char *rest = line, *file = strsep(&rest, "\t");
        const char *bad = strsep(&rest, "\t");
        rest[strcspn(rest, "\n")] = '\0';
        if (strcmp(path, file) != 0) {
            free(path);
            free(csv);
            path = strdup(file);
            csv = read_whole(path, &trial.len);
        }
        trial.csv = csv;
        trial.query = rest;
        trial.cells.bad = *bad == 'n'   ? WEIR_BAD_CELLS_NULL
                          : *bad == 'r' ? WEIR_BAD_CELLS_REJECT
                                        : WEIR_BAD_CELLS_ERROR;
        answer(&trial);
    }
    free(path);
    free(csv);
    free(line);
    return 0;
}
