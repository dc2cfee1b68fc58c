/*
 * The laws that every aggregate keeps. Any cut into windows, any distribution
 * over states, and any order and tree of merges give the result of one run over
 * all records, grouped or not. Asking for a result changes nothing. A refused
 * allocation is reported. tests/test_aggregates.py knows the right results.
 */
#include <check.h>
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cells.h"
#include "tests/runner.h"

#define ROWS 240
#define PARTS 5
#define GROUPS_MAX 7
#define SAVED_CAPACITY 16384

/* The generator is xorshift64*, so that a failure can be repeated. */
static uint64_t seed;

static size_t draw(size_t below)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (size_t)((seed * UINT64_C(2685821657736338717) >> 33) % below);
}

struct table {
    struct weir_arena arena;
    struct weir_states states;
};

static void table_init(struct table *table,
                       const struct weir_aggregate *aggregate)
{
    weir_arena_init(&table->arena, WEIR_MEMORY_GROUP);
    table->states.base = calloc(GROUPS_MAX, aggregate->size);
    table->states.stride = aggregate->size;
    table->states.arena = &table->arena;
    ck_assert_ptr_nonnull(table->states.base);
}

static void table_release(struct table *table)
{
    weir_arena_release(&table->arena);
    free(table->states.base);
}

/* Kind and text of a group's result. */
static void show(const struct weir_aggregate *aggregate,
                 const struct table *table, size_t group, char *into)
{
    char scratch[WEIR_RESULT_CAPACITY];
    struct weir_number number =
        aggregate->result(&table->states, group, scratch);
    bool is_text = number.kind == WEIR_TEXT;
    *into++ = number.kind == WEIR_NULL ? 'n' : is_text ? 't' : '#';
    into[weir_number_write(&number, into, WEIR_RESULT_CAPACITY)] = '\0';
    ck_assert(!weir_aggregate_gives_number(aggregate) || !is_text);
    ck_assert_int_ne(number.kind, WEIR_BAD);
}

static void assert_same(const struct weir_aggregate *aggregate,
                        const struct table *a, const struct table *b,
                        size_t groups)
{
    char x[WEIR_RESULT_CAPACITY + 2], y[WEIR_RESULT_CAPACITY + 2];
    for (size_t group = 0; group < groups; group++) {
        show(aggregate, a, group, x);
        show(aggregate, b, group, y);
        ck_assert_msg(!strcmp(x, y), "%s, seed %llu: %s but %s",
                      aggregate->name, (unsigned long long)seed, x, y);
    }
}

/* How a column's cells are drawn. */
static void fixed(char *cell)
{
    sprintf(cell, "%d.%02d", (int)draw(2000) - 1000, (int)draw(100));
}

static void large(char *cell)
{
    sprintf(cell, "%s%llu", draw(2) ? "-" : "",
            (unsigned long long)(INT64_MAX - (long long)draw(1000)));
}

static void mixed(char *cell)
{
    sprintf(cell, "%de%d", (int)draw(20000) - 10000, (int)draw(12) - 6);
}

static void scattered(char *cell)
{
    sprintf(cell, "%de%d", (int)draw(200) - 100, (int)draw(600) - 300);
}

static void wide(char *cell)
{
    sprintf(cell, "%s%llu%018llu.%llu", draw(2) ? "-" : "00",
            (unsigned long long)draw(3), (unsigned long long)draw(1000000000),
            (unsigned long long)draw(1000000000));
}

static void binary(char *cell)
{
    sprintf(cell, "=%.17g",
            ((double)draw(1 << 30) / 3 - (1 << 28)) * (draw(2) ? 1e-30 : 1));
}

static void text(char *cell)
{
    size_t len = draw(40);
    for (size_t i = 0; i < len; i++)
        *cell++ = "abcXYZ \xc3"[draw(8)];
    *cell = '\0';
}

static void anything(char *cell)
{
    static void (*const makers[])(char *) = {fixed,     large, mixed,
                                             scattered, wide,  binary};
    *cell = '\0';
    if (draw(4))
        makers[draw(6)](cell);
}

static void anything_or_text(char *cell)
{
    if (draw(3))
        anything(cell);
    else
        text(cell);
}

static void (*const styles[])(char *) = {fixed,     large,    mixed,
                                         scattered, wide,     binary,
                                         text,      anything, anything_or_text};

static void draw_cells(struct cells *cells, void (*make)(char *))
{
    static char scratch[ROWS][80];
    const char *cell[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        make(scratch[i]);
        cell[i] = scratch[i];
    }
    cells_init(cells, cell, ROWS);
}

/* Adds the rows in windows of random sizes. Returns false if the column has a
 * cell that the aggregate cannot take. */
static bool add_rows(const struct weir_aggregate *aggregate,
                     struct table *table, const struct cells *cells,
                     const size_t *row, size_t n, size_t groups)
{
    for (size_t at = 0, take; at < n; at += take) {
        struct cells_window window;
        char ignored[WEIR_RESULT_CAPACITY + 2];
        take = 1 + draw(n - at);
        bool suits = cells_window_init(&window, cells, row + at, take,
                                       aggregate, groups);
        if (suits)
            ck_assert(aggregate->update(&table->states, &window.input));
        cells_window_release(&window);
        if (!suits)
            return false;
        show(aggregate, table, draw(groups), ignored);
    }
    return true;
}

static void shuffle(size_t *row)
{
    for (size_t i = ROWS; i > 1; i--) {
        size_t j = draw(i), held = row[i - 1];
        row[i - 1] = row[j];
        row[j] = held;
    }
}

static void merge_all(const struct weir_aggregate *aggregate,
                      const struct table *into, const struct table *from,
                      size_t groups)
{
    for (size_t group = 0; group < groups; group++)
        ck_assert(aggregate->merge(&into->states, group, &from->states, group));
}

/* Writes a group's state as it is saved, and returns its length. */
static size_t save(const struct weir_aggregate *aggregate,
                   const struct table *table, size_t group, char *into,
                   size_t capacity)
{
    size_t len = aggregate->save(&table->states, group, into, capacity);
    ck_assert_uint_gt(len, 0);
    ck_assert_uint_le(len, capacity);
    return len;
}

/* A group's state that is saved, loaded and saved again has the same bytes. */
static void load_saved(const struct weir_aggregate *aggregate,
                       const struct table *table, const struct table *loaded,
                       size_t group)
{
    static char saved[SAVED_CAPACITY], again[SAVED_CAPACITY];
    size_t len = save(aggregate, table, group, saved, sizeof saved);
    struct weir_text rest = {saved, len};
    ck_assert(len <= WEIR_SAVED_CAPACITY ||
              aggregate->save(&table->states, group, again, len - 1) >= len);
    ck_assert(aggregate->load(&loaded->states, group, &rest) == WEIR_OK &&
              rest.len == 0);
    ck_assert(save(aggregate, loaded, group, again, sizeof again) == len &&
              !memcmp(saved, again, len));
}

/* Saves a table, and replaces it by what is loaded from that. */
static void save_and_load(const struct weir_aggregate *aggregate,
                          struct table *table, size_t groups)
{
    struct table loaded;
    table_init(&loaded, aggregate);
    for (size_t group = 0; group < groups; group++)
        load_saved(aggregate, table, &loaded, group);
    assert_same(aggregate, table, &loaded, groups);
    table_release(table);
    *table = loaded;
    table->states.arena = &table->arena;
}

/* The rows are dealt out to PARTS tables, which are merged two by two until one
 * is left. */
static void assert_any_tree(const struct weir_aggregate *aggregate,
                            const struct cells *cells,
                            const struct table *whole, size_t groups)
{
    struct table part[PARTS];
    size_t row[ROWS], from = 0;
    for (size_t i = 0; i < ROWS; i++)
        row[i] = i;
    shuffle(row);
    for (size_t i = 0; i < PARTS; i++) {
        size_t n = i + 1 < PARTS ? draw(ROWS - from + 1) : ROWS - from;
        table_init(&part[i], aggregate);
        ck_assert(add_rows(aggregate, &part[i], cells, row + from, n, groups));
        from += n;
    }
    for (size_t left = PARTS; left > 1; left--) {
        size_t into = draw(left - 1);
        if (draw(2))
            save_and_load(aggregate, &part[draw(2) ? into : left - 1], groups);
        merge_all(aggregate, &part[into], &part[left - 1], groups);
        table_release(&part[left - 1]);
    }
    assert_same(aggregate, whole, &part[0], groups);
    table_release(&part[0]);
}

/* A fused update, in windows, gives the states that each aggregate's own update
 * gives in one pass. */
static void assert_fused(const struct weir_aggregate *aggregate,
                         const struct cells *cells, const struct table *whole,
                         size_t groups)
{
    struct table one, two, alone;
    struct cells_window window;
    size_t row[ROWS];
    table_init(&one, aggregate);
    table_init(&two, aggregate->fused);
    table_init(&alone, aggregate->fused);
    for (size_t i = 0; i < ROWS; i++)
        row[i] = i;
    ck_assert(add_rows(aggregate->fused, &alone, cells, row, ROWS, groups));
    for (size_t at = 0, take; at < ROWS; at += take) {
        take = 1 + draw(ROWS - at);
        ck_assert(cells_window_init(&window, cells, row + at, take, aggregate,
                                    groups));
        ck_assert(
            aggregate->update_fused(&one.states, &two.states, &window.input));
        cells_window_release(&window);
    }
    assert_same(aggregate, whole, &one, groups);
    assert_same(aggregate->fused, &alone, &two, groups);
    table_release(&one);
    table_release(&two);
    table_release(&alone);
}

static void assert_laws(const struct weir_aggregate *aggregate,
                        const struct cells *cells, size_t groups)
{
    struct table whole;
    struct cells_window window;
    size_t row[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        row[i] = i;
    table_init(&whole, aggregate);
    if (cells_window_init(&window, cells, row, ROWS, aggregate, groups)) {
        ck_assert(aggregate->update(&whole.states, &window.input));
        for (int i = 0; i < 3; i++)
            assert_any_tree(aggregate, cells, &whole, groups);
        if (aggregate->fused)
            assert_fused(aggregate, cells, &whole, groups);
    }
    cells_window_release(&window);
    table_release(&whole);
}

START_TEST(any_cut_split_and_tree_is_the_single_run)
{
    size_t n_styles = sizeof(styles) / sizeof(*styles);
    for (size_t round = 0; round < 4 * n_styles; round++) {
        struct cells cells;
        seed = round + 1;
        draw_cells(&cells, styles[round % n_styles]);
        for (size_t i = 0; cells_aggregate(i); i++) {
            assert_laws(cells_aggregate(i), &cells, 1);
            assert_laws(cells_aggregate(i), &cells, GROUPS_MAX);
        }
        cells_release(&cells);
    }
}
END_TEST

START_TEST(empty_state_is_neutral)
{
    struct cells cells;
    seed = 99;
    draw_cells(&cells, mixed);
    for (size_t i = 0; cells_aggregate(i); i++) {
        const struct weir_aggregate *aggregate = cells_aggregate(i);
        struct table a, b, none;
        size_t row[] = {0, 1, 2};
        table_init(&a, aggregate);
        table_init(&b, aggregate);
        table_init(&none, aggregate);
        ck_assert(add_rows(aggregate, &a, &cells, row, 3, 1));
        merge_all(aggregate, &b, &none, 1);
        merge_all(aggregate, &b, &a, 1);
        merge_all(aggregate, &b, &none, 1);
        assert_same(aggregate, &a, &b, 1);
        table_release(&a);
        table_release(&b);
        table_release(&none);
    }
    cells_release(&cells);
}
END_TEST

/* Rows of one table, whose arena moves while it is read. */
START_TEST(rows_of_one_table_merge)
{
    struct cells cells;
    seed = 7;
    draw_cells(&cells, anything);
    for (size_t i = 0; cells_aggregate(i); i++) {
        const struct weir_aggregate *aggregate = cells_aggregate(i);
        struct table one, whole;
        size_t row[ROWS];
        for (size_t j = 0; j < ROWS; j++)
            row[j] = j;
        table_init(&one, aggregate);
        table_init(&whole, aggregate);
        ck_assert(add_rows(aggregate, &one, &cells, row, ROWS, GROUPS_MAX));
        ck_assert(add_rows(aggregate, &whole, &cells, row, ROWS, 1));
        for (size_t group = 1; group < GROUPS_MAX; group++)
            ck_assert(aggregate->merge(&one.states, 0, &one.states, group));
        assert_same(aggregate, &whole, &one, 1);
        table_release(&one);
        table_release(&whole);
    }
    cells_release(&cells);
}
END_TEST

static const char *sum_of(const char *const *cell, size_t n, size_t times)
{
    static char text[WEIR_RESULT_CAPACITY + 2];
    const struct weir_aggregate *sum = weir_aggregate_find("sum", 3, NULL);
    struct table table;
    struct cells cells;
    struct cells_window window;
    size_t row[ROWS];
    for (size_t i = 0; i < n; i++)
        row[i] = i;
    cells_init(&cells, cell, n);
    table_init(&table, sum);
    ck_assert(cells_window_init(&window, &cells, row, n, sum, 1));
    for (size_t i = 0; i < times; i++)
        ck_assert(sum->update(&table.states, &window.input));
    show(sum, &table, 0, text);
    cells_window_release(&window);
    cells_release(&cells);
    table_release(&table);
    return text + 1;
}

START_TEST(sum_is_exact_where_doubles_are_not)
{
    static const char *const cancelling[] = {"1", "1e100", "1", "-1e100"};
    static const char *const tenth[] = {"0.1"};
    static const char *const large_and_small[] = {"1e308", "1e-20"};
    ck_assert_str_eq(sum_of(cancelling, 4, 10000), "20000");
    ck_assert_str_eq(sum_of(tenth, 1, 1000000), "100000");
    const char *sum = sum_of(large_and_small, 2, 1000);
    ck_assert_uint_eq(strlen(sum), 312 + 1 + 17);
    ck_assert(!strncmp(sum, "1000000", 7));
    ck_assert_str_eq(sum + 312, ".00000000000000001");
}
END_TEST

/* The sum is doubled 62 times, so that its limbs settle their carries on the
 * way. */
START_TEST(carries_settle_however_many)
{
    static const char *const cell[] = {"99999999999999999999999999999999999",
                                       "-1e-30", "1e60"};
    const struct weir_aggregate *sum = weir_aggregate_find("sum", 3, NULL);
    size_t row[] = {0, 1, 2};
    struct table table;
    struct cells cells;
    char text[WEIR_RESULT_CAPACITY + 2], *expected;
    mpz_t m, other;
    cells_init(&cells, cell, 3);
    table_init(&table, sum);
    ck_assert(add_rows(sum, &table, &cells, row, 3, 1));
    for (int i = 0; i < 62; i++) {
        struct table twin;
        table_init(&twin, sum);
        merge_all(sum, &twin, &table, 1);
        merge_all(sum, &table, &twin, 1);
        table_release(&twin);
    }
    save_and_load(sum, &table, 1);
    show(sum, &table, 0, text);
    mpz_init_set_str(m, "99999999999999999999999999999999999", 10);
    mpz_init(other);
    mpz_ui_pow_ui(other, 10, 60);
    mpz_add(m, m, other);
    mpz_ui_pow_ui(other, 10, 30);
    mpz_mul(m, m, other);
    mpz_sub_ui(m, m, 1);
    mpz_mul_2exp(m, m, 62);
    expected = mpz_get_str(NULL, 10, m);
    char *point = strchr(text, '.');
    ck_assert_msg(point != NULL, "%s", text);
    memmove(point, point + 1, strlen(point));
    ck_assert_uint_eq(strlen(expected), strlen(text + 1));
    ck_assert_str_eq(text + 1, expected);
    free(expected);
    mpz_clear(m);
    mpz_clear(other);
    table_release(&table);
    cells_release(&cells);
}
END_TEST

/* A state that is cut short is refused. A forged state may be accepted; its
 * result can then be computed without harm. */
START_TEST(forged_states_are_refused_or_harmless)
{
    static char saved[SAVED_CAPACITY], forged[SAVED_CAPACITY];
    char text[WEIR_RESULT_CAPACITY + 2];
    size_t row[ROWS], refused = 0;
    for (size_t i = 0; i < ROWS; i++)
        row[i] = i;
    for (size_t i = 0; cells_aggregate(i); i++) {
        const struct weir_aggregate *aggregate = cells_aggregate(i);
        struct table table, loaded;
        struct cells cells;
        seed = 11 + i;
        draw_cells(&cells, anything);
        table_init(&table, aggregate);
        ck_assert(add_rows(aggregate, &table, &cells, row, ROWS, GROUPS_MAX));
        for (size_t round = 0; round < 3000; round++) {
            size_t len =
                save(aggregate, &table, draw(GROUPS_MAX), saved, sizeof saved);
            size_t cut = round < 1000 ? draw(len) : len;
            struct weir_text rest = {forged, cut};
            memcpy(forged, saved, len);
            for (size_t n = cut < len ? 0 : 1 + draw(3); n > 0; n--)
                forged[draw(len)] = (char)draw(256);
            table_init(&loaded, aggregate);
            enum weir_status status = aggregate->load(&loaded.states, 0, &rest);
            refused += status == WEIR_DATA;
            ck_assert(cut == len || status == WEIR_DATA);
            if (!status) {
                show(aggregate, &loaded, 0, text);
                ck_assert(
                    aggregate->merge(&loaded.states, 1, &loaded.states, 0));
                show(aggregate, &loaded, 1, text);
            }
            table_release(&loaded);
        }
        table_release(&table);
        cells_release(&cells);
    }
    ck_assert_uint_gt(refused, 0);
}
END_TEST

/* Counts that exceed what a number holds, in one state or together. */
START_TEST(forged_counts_stay_numbers)
{
    const struct weir_aggregate *count = weir_aggregate_find("count", 5, NULL);
    char saved[2][WEIR_VARINT_CAPACITY], text[WEIR_RESULT_CAPACITY + 2];
    struct table table;
    table_init(&table, count);
    for (size_t i = 0; i < 2; i++) {
        struct weir_text from = {saved[i], 0};
        from.len = (size_t)(weir_put_varint(saved[i], INT64_MAX + (uint64_t)i) -
                            saved[i]);
        ck_assert_int_eq(count->load(&table.states, i, &from),
                         i ? WEIR_DATA : WEIR_OK);
    }
    *(uint64_t *)(void *)(table.states.base + table.states.stride) = 1;
    ck_assert(count->merge(&table.states, 0, &table.states, 1));
    show(count, &table, 0, text);
    ck_assert_str_eq(text, "#9223372036854775807");
    table_release(&table);
}
END_TEST

/* The sum of doubles is rounded even if the doubles cancel. */
START_TEST(doubles_count_though_they_cancel)
{
    static const char *const cell[] = {"=0.1", "=-0.1",
                                       "12345678901234567890123.45"};
    const struct weir_aggregate *sum = weir_aggregate_find("sum", 3, NULL);
    size_t row[] = {0, 1, 2};
    struct table whole, into, from;
    struct cells cells;
    cells_init(&cells, cell, 3);
    table_init(&whole, sum);
    table_init(&into, sum);
    table_init(&from, sum);
    ck_assert(add_rows(sum, &whole, &cells, row, 3, 1));
    ck_assert(add_rows(sum, &from, &cells, row, 2, 1));
    ck_assert(add_rows(sum, &into, &cells, row + 2, 1, 1));
    save_and_load(sum, &from, 1);
    merge_all(sum, &into, &from, 1);
    assert_same(sum, &whole, &into, 1);
    table_release(&whole);
    table_release(&into);
    table_release(&from);
    cells_release(&cells);
}
END_TEST

START_TEST(refused_memory_is_said)
{
    struct cells cells;
    size_t said = 0;
    seed = 3;
    draw_cells(&cells, anything);
    for (size_t i = 0; cells_aggregate(i); i++) {
        const struct weir_aggregate *aggregate = cells_aggregate(i);
        for (uint64_t more = 1; more < 2000; more *= 3) {
            struct table table;
            struct cells_window window;
            size_t row[ROWS];
            for (size_t j = 0; j < ROWS; j++)
                row[j] = j;
            table_init(&table, aggregate);
            ck_assert(cells_window_init(&window, &cells, row, ROWS, aggregate,
                                        GROUPS_MAX));
            weir_memory_limit(weir_memory_total().live + more);
            said += !aggregate->update(&table.states, &window.input);
            weir_memory_limit(0);
            cells_window_release(&window);
            table_release(&table);
        }
    }
    cells_release(&cells);
    ck_assert_uint_gt(said, 0);
}
END_TEST

START_TEST(names_are_found)
{
    for (size_t i = 0; cells_aggregate(i); i++) {
        const char *name = cells_aggregate(i)->name;
        ck_assert_ptr_eq(weir_aggregate_find(name, strlen(name), NULL),
                         cells_aggregate(i));
        ck_assert_uint_eq(cells_aggregate(i)->size % 8, 0);
    }
    ck_assert_str_eq(weir_aggregate_find("AVG", 3, NULL)->name, "mean");
    ck_assert_str_eq(weir_aggregate_find("stddev_samp", 11, NULL)->name,
                     "stddev");
    ck_assert_int_eq(weir_aggregate_find("count", 5, NULL)->need[0],
                     WEIR_NEED_ANY);
    ck_assert_ptr_null(weir_aggregate_find("coun", 4, NULL));
    ck_assert_ptr_null(weir_aggregate_find("", 0, NULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("aggregates");
    TCase *cases = tcase_create("aggregates");
    weir_memory_hook_gmp();
    tcase_set_timeout(cases, 240);
    tcase_add_test(cases, any_cut_split_and_tree_is_the_single_run);
    tcase_add_test(cases, empty_state_is_neutral);
    tcase_add_test(cases, rows_of_one_table_merge);
    tcase_add_test(cases, sum_is_exact_where_doubles_are_not);
    tcase_add_test(cases, carries_settle_however_many);
    tcase_add_test(cases, forged_counts_stay_numbers);
    tcase_add_test(cases, forged_states_are_refused_or_harmless);
    tcase_add_test(cases, doubles_count_though_they_cancel);
    tcase_add_test(cases, refused_memory_is_said);
    tcase_add_test(cases, names_are_found);
    suite_add_tcase(suite, cases);
    return suite_fails(suite);
}
