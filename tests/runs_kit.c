#include "tests/runs_kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cells.h"

static void *must(void *block)
{
    if (!block)
        abort();
    return block;
}

void runs_table_init(struct runs_table *table, size_t rows)
{
    static const char *const names[RUNS_AGGREGATES] = {"count_rows", "max",
                                                       "last", "count"};
    for (size_t i = 0; i < RUNS_AGGREGATES; i++) {
        table->aggregate[i] =
            weir_aggregate_find(names[i], strlen(names[i]), NULL);
        if (!table->aggregate[i])
            abort();
    }
    table->shape = (struct weir_shape){table->aggregate, RUNS_AGGREGATES};
    table->stride = weir_shape_lay(&table->shape, NULL, NULL, NULL);
    table->bytes = must(calloc(rows, table->stride));
    weir_arena_init(&table->arena, WEIR_MEMORY_OTHER);
    (void)weir_shape_lay(&table->shape, table->bytes, &table->arena,
                         table->states);
    table->rows = (struct weir_state_rows){&table->shape, table->states};
}

void runs_table_release(struct runs_table *table)
{
    free(table->bytes);
    weir_arena_release(&table->arena);
}

void runs_table_clear(struct runs_table *table, size_t row)
{
    memset(table->bytes + row * table->stride, 0, table->stride);
}

void runs_set(struct runs_table *table, size_t row, const char *cell)
{
    struct cells cells;
    size_t first = 0;
    cells_init(&cells, &cell, 1);
    for (size_t i = 0; i < RUNS_AGGREGATES; i++) {
        struct cells_window window;
        struct weir_states states = table->states[i];
        states.base += row * states.stride;
        if (!cells_window_init(&window, &cells, &first, 1, table->aggregate[i],
                               1))
            abort();
        /* The record of each row has its own position. */
        window.input.position = row * 1000;
        if (!table->aggregate[i]->update(&states, &window.input))
            abort();
        cells_window_release(&window);
    }
    cells_release(&cells);
}

char *runs_saved(const struct runs_table *table, size_t row, size_t *len)
{
    size_t capacity = 1024;
    for (;;) {
        char *saved = must(malloc(capacity));
        *len = weir_row_save(&table->rows, row, saved, capacity);
        if (*len <= capacity)
            return saved;
        free(saved);
        capacity = *len + 1024;
    }
}

size_t runs_draw(uint64_t *seed, size_t below)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return (size_t)((*seed * UINT64_C(2685821657736338717) >> 33) % below);
}

void runs_draw_cell(uint64_t *seed, char *cell)
{
    /* Separate statements draw in the same order on every machine; the order of
     * a call's arguments is not defined. */
    size_t kind = runs_draw(seed, 6), n = runs_draw(seed, 90);
    int m = (int)runs_draw(seed, 2000) - 1000, k = (int)runs_draw(seed, 100);
    if (kind == 0) {
        sprintf(cell, "%d.%02d", m, k);
    } else if (kind == 1) {
        sprintf(cell, "%d%018dE%d", 1 + k % 9, m * m, m / 5);
    } else if (kind == 2) {
        sprintf(cell, "%de%d", m, k - 50);
    } else if (kind == 3) {
        *cell = '\0';
    } else {
        for (size_t i = 0; i < n; i++)
            *cell++ = "abcXYZ \xc3\x01"[runs_draw(seed, 9)];
        *cell = '\0';
    }
}
