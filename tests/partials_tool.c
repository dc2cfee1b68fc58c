/*
 *     partials_tool write   writes a partial of random groups, with the states
 *                           of all aggregates
 *     partials_tool copy    reads such a partial from standard input, and
 *                           writes it
 *
 * The bytes are the same on every machine: see tests/s390x.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "partials/merge.h"
#include "partials/partial.h"
#include "readers/sources/sources.h"
#include "tests/cells.h"
#include "tests/runs_kit.h"

#define GROUPS 300
#define CELLS 40
#define AGGREGATES_MAX 64

struct table {
    const struct weir_aggregate *aggregate[AGGREGATES_MAX];
    struct weir_shape shape;
    struct weir_states states[AGGREGATES_MAX];
    char *bytes;
    size_t stride;
    struct weir_arena arena;
    struct weir_state_rows rows;
};

static void fail(const struct weir_error *error)
{
    fprintf(stderr, "partials_tool: %s: %s\n", error->place, error->message);
    exit(1);
}

static void *must(void *block)
{
    if (!block)
        abort();
    return block;
}

static void table_init(struct table *table, size_t rows)
{
    table->shape = (struct weir_shape){table->aggregate, 0};
    while ((table->aggregate[table->shape.n] =
                cells_aggregate(table->shape.n)) != NULL)
        table->shape.n++;
    table->stride = weir_shape_lay(&table->shape, NULL, NULL, NULL);
    table->bytes = must(calloc(rows, table->stride));
    weir_arena_init(&table->arena, WEIR_MEMORY_OTHER);
    (void)weir_shape_lay(&table->shape, table->bytes, &table->arena,
                         table->states);
    table->rows = (struct weir_state_rows){&table->shape, table->states};
}

static void table_release(struct table *table)
{
    free(table->bytes);
    weir_arena_release(&table->arena);
}

/* Writes a number of any kind, so that sums have all kinds of states. */
static void draw_number(uint64_t *seed, char *cell)
{
    size_t kind = runs_draw(seed, 5);
    int m = (int)runs_draw(seed, 2000) - 1000, k = (int)runs_draw(seed, 100);
    if (kind == 0)
        sprintf(cell, "=%d.%04d", m, k);
    else if (kind == 1)
        sprintf(cell, "-%d%018de%d", 1 + k % 9, m * m, m / 4);
    else
        sprintf(cell, "%d.%02d", m, k);
}

static void fill(struct table *table, uint64_t *seed)
{
    char scratch[CELLS][100];
    const char *cell[CELLS];
    size_t row[CELLS];
    for (size_t g = 0; g < GROUPS; g++) {
        struct cells cells;
        size_t n = runs_draw(seed, CELLS);
        for (size_t i = 0; i < n; i++) {
            draw_number(seed, scratch[i]);
            cell[i] = scratch[i];
            row[i] = i;
        }
        cells_init(&cells, cell, n);
        for (size_t a = 0; a < table->shape.n; a++) {
            struct cells_window window;
            struct weir_states states = table->states[a];
            states.base += g * table->stride;
            if (!cells_window_init(&window, &cells, row, n, table->aggregate[a],
                                   1) ||
                !table->aggregate[a]->update(&states, &window.input))
                abort();
            cells_window_release(&window);
        }
        cells_release(&cells);
    }
}

/* Distinct keys of two parts, in their order. */
struct key {
    char bytes[600];
    size_t len;
};

static int by_bytes(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    return weir_text_compare((struct weir_text){x->bytes, x->len},
                             (struct weir_text){y->bytes, y->len});
}

static void draw_keys(struct key *key, uint64_t *seed)
{
    char cell[100];
    struct weir_number number;
    for (size_t i = 0; i < GROUPS; i++) {
        runs_draw_cell(seed, cell);
        struct weir_text text = {cell, strlen(cell)};
        key[i].len = weir_key_write(text, key[i].bytes);
        number = i % 3 ? weir_number_from_double((double)(i * i) / 7)
                       : (struct weir_number){.kind = WEIR_DECIMAL,
                                              .mantissa = (int64_t)(i * i * i),
                                              .exponent = -2};
        key[i].len += weir_key_write_number(&number, key[i].bytes + key[i].len);
    }
    qsort(key, GROUPS, sizeof *key, by_bytes);
}

static void write_drawn(void)
{
    static struct key key[GROUPS];
    static const struct weir_record_counts counts = {1000, 900, 90, 10,
                                                     5,    4,   3,  77777};
    uint64_t seed = 42;
    struct weir_error error;
    struct table table;
    table_init(&table, GROUPS);
    fill(&table, &seed);
    draw_keys(key, &seed);
    struct weir_fact fact = {{"query", 5}, {"all of it", 9}, true};
    struct weir_partial_table said = {2, (uint32_t)table.shape.n,
                                      table.aggregate};
    struct weir_partial_table both[] = {said, said};
    struct weir_shards shards[] = {{2, 5, 0, 0}, {70000, 80000, 1, UINT64_MAX}};
    struct weir_partial_input input = {{"a.csv", 5}, UINT64_C(1) << 40, 7};
    struct weir_partial_info info = {&fact, both, shards, &input, 1,   2,
                                     2,     1,    100000, NULL,   NULL};
    struct weir_partial_writer *writer =
        weir_partial_create("-", &info, &error);
    if (!writer)
        fail(&error);
    for (uint32_t t = 0; t < 2; t++)
        for (size_t i = 0; i < GROUPS; i++)
            if (weir_partial_add(writer, t,
                                 (struct weir_text){key[i].bytes, key[i].len},
                                 &table.rows, i, &error))
                fail(&error);
    if (weir_partial_finish(writer, &info, &counts, &error))
        fail(&error);
    weir_partial_abandon(writer);
    table_release(&table);
}

static void copy_table(struct weir_spill *spill, uint32_t t,
                       struct weir_partial_writer *writer)
{
    struct weir_error error;
    struct weir_merge merge;
    struct weir_text key;
    struct table window;
    enum weir_status status;
    table_init(&window, 1);
    if (weir_merge_open(&merge, &spill, 1, &window.shape, 0, &error))
        fail(&error);
    while (!(status = weir_merge_next(&merge, &window.rows, 0, &key, &error))) {
        if (weir_partial_add(writer, t, key, &window.rows, 0, &error))
            fail(&error);
        memset(window.bytes, 0, window.stride);
        weir_arena_empty(&window.arena);
    }
    if (status < 0)
        fail(&error);
    weir_merge_release(&merge);
    table_release(&window);
}

static void copy(void)
{
    struct weir_error error;
    struct weir_partial_info info;
    struct weir_record_counts counts = {0};
    struct weir_spill spill[2], *pointer[] = {&spill[0], &spill[1]};
    struct weir_source *source = weir_file_open("-", NULL, &error);
    struct weir_partial_reader *reader =
        source ? weir_partial_open(source, "standard input", &error) : NULL;
    if (!reader || weir_spill_init(&spill[0], "/tmp", &error) ||
        weir_spill_init(&spill[1], "/tmp", &error) ||
        weir_partial_next(reader, &info, &error) || info.n_tables != 2 ||
        weir_partial_read(reader, pointer, &info, &counts, &error))
        fail(&error);
    struct weir_partial_writer *writer =
        weir_partial_create("-", &info, &error);
    if (!writer)
        fail(&error);
    copy_table(&spill[0], 0, writer);
    copy_table(&spill[1], 1, writer);
    if (weir_partial_finish(writer, &info, &counts, &error))
        fail(&error);
    weir_partial_abandon(writer);
    weir_partial_close(reader);
    weir_partial_info_release(&info);
    weir_spill_release(&spill[0]);
    weir_spill_release(&spill[1]);
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "write"))
        write_drawn();
    else if (argc == 2 && !strcmp(argv[1], "copy"))
        copy();
    else
        return 2;
    return 0;
}
