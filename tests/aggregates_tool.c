/*
 * Answers questions about aggregates for an oracle in another language. Each
 * line of the input is `aggregate TAB cell TAB cell ...`; a cell is as in
 * tests/cells.h. The answer is the kind of the result, and the result as weir
 * writes it.
 */
#include "tests/cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_MAX 10000

static void print(const struct weir_aggregate *aggregate,
                  const struct weir_states *states)
{
    static const char kinds[] = "NDBWXT";
    char scratch[WEIR_RESULT_CAPACITY], text[4096];
    struct weir_number number = aggregate->result(states, 0, scratch);
    size_t len = weir_number_write(&number, text, sizeof(text));
    printf("%c %.*s\n", kinds[number.kind], (int)len, text);
}

/* Adds the cells in windows of 1, 2, 3, ... rows, and prints the result. */
static void answer(const struct weir_aggregate *aggregate,
                   const struct cells *cells)
{
    static size_t row[CELLS_MAX];
    struct weir_arena arena;
    struct weir_states states = {calloc(1, aggregate->size), aggregate->size,
                                 &arena};
    bool fine = states.base != NULL;
    weir_arena_init(&arena, WEIR_MEMORY_GROUP);
    for (size_t i = 0; i < cells->n; i++)
        row[i] = i;
    for (size_t at = 0, n = 1; fine && at < cells->n; at += n, n++) {
        struct cells_window window;
        if (at + n > cells->n)
            n = cells->n - at;
        fine = cells_window_init(&window, cells, row + at, n, aggregate, 1);
        fine = fine && aggregate->update(&states, &window.input);
        cells_window_release(&window);
    }
    if (fine)
        print(aggregate, &states);
    else
        puts("failed");
    weir_arena_release(&arena);
    free(states.base);
}

int main(void)
{
    static const char *cell[CELLS_MAX];
    char *line = NULL;
    size_t capacity = 0;
    weir_memory_hook_gmp();
    while (getline(&line, &capacity, stdin) > 0) {
        char *rest = line;
        size_t n = 0;
        struct cells cells;
        line[strcspn(line, "\n")] = '\0';
        const char *name = strsep(&rest, "\t");
        const struct weir_aggregate *aggregate =
            weir_aggregate_find(name, strlen(name), NULL);
        while (rest && n < CELLS_MAX)
            cell[n++] = strsep(&rest, "\t");
        if (!aggregate) {
            puts("no such aggregate");
            continue;
        }
        cells_init(&cells, cell, n);
        answer(aggregate, &cells);
        cells_release(&cells);
    }
    free(line);
    return 0;
}
