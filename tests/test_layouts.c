/*
 * eager/: every layout gives back the bytes of every cell, counts the memory
 * that it takes as the ledger does, and frees it. The pool, the dictionaries,
 * and the code that turns them off where texts seldom repeat.
 */
#include "base/error.h"
#include "base/memory.h"
#include "eager/dictionary.h"
#include "eager/pool.h"
#include "eager/repeats.h"
#include "eager/replay.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define COLUMNS 4
#define TEXT_CAPACITY ((size_t)1 << 20)

static struct weir_error error;

/* The window that is being made; cells are added column by column. */
static char *text;
static size_t used;
static struct weir_span span[COLUMNS][WEIR_WINDOW_MAX];
static struct weir_span *column[COLUMNS];
static struct weir_row_group group;

static void window_begin(size_t n_columns, size_t rows)
{
    if (!text)
        text = calloc(1, TEXT_CAPACITY + 2 * WEIR_BATCH_PAD);
    used = WEIR_BATCH_PAD;
    for (size_t c = 0; c < COLUMNS; c++)
        column[c] = span[c];
    group = (struct weir_row_group){text, column, n_columns, rows};
}

static void put_bytes(size_t c, size_t row, const char *cell, size_t len)
{
    ck_assert_uint_lt(used + len, TEXT_CAPACITY);
    memcpy(text + used, cell, len);
    span[c][row] = (struct weir_span){(uint32_t)used, (uint32_t)len};
    used += len;
}

static void put(size_t c, size_t row, const char *cell)
{
    put_bytes(c, row, cell, strlen(cell));
}

/* The layout's table, and its page for the window. */
static const struct weir_layout *layout;
static void *table, *page;
static struct weir_cost cost;

static void open_table(const struct weir_layout *which)
{
    static const char *const name[COLUMNS] = {"a", "b", "a", ""};
    layout = which;
    cost = (struct weir_cost){0};
    table = layout->open(layout, name, group.n_columns);
    ck_assert_ptr_nonnull(table);
}

static void pack(void)
{
    size_t row;
    page = layout->pack(table, &group, &cost, &row);
    ck_assert_ptr_nonnull(page);
}

static void drop(void)
{
    layout->drop(table, page);
    layout->close(table);
}

/* Unpacks columns as texts or, if asked for, as numbers. */
static struct weir_batch batch;

static void unpack(const uint32_t *which, size_t n, const bool *number)
{
    const struct weir_batch_size size = {
        .text = 64, .rows = group.rows, .columns = n, .number = number};
    ck_assert_int_eq(weir_batch_init(&batch, &size, &error), WEIR_OK);
    struct weir_replay replay = {.batch = &batch,
                                 .span = batch.column,
                                 .column = which,
                                 .n_columns = n,
                                 .number = batch.number};
    ck_assert_int_eq(layout->unpack(table, page, &replay, &error), WEIR_OK);
}

static void ck_assert_same(size_t row, size_t c, size_t from)
{
    struct weir_span got = batch.column[c][row], want = span[from][row];
    if (got.len != want.len ||
        memcmp(batch.text + got.start, text + want.start, want.len) != 0)
        ck_abort_msg("%s, column %zu, row %zu: '%.*s' is not '%.*s'",
                     layout->name, from, row, (int)got.len,
                     batch.text + got.start, (int)want.len, text + want.start);
}

static void ck_assert_unpacks(void)
{
    static const uint32_t all[] = {0, 1, 2, 3};
    for (size_t from = 0; from < group.n_columns; from++)
        for (size_t n = 1; from + n <= group.n_columns; n++) {
            unpack(all + from, n, NULL);
            for (size_t c = 0; c < n; c++)
                for (size_t r = 0; r < group.rows; r++)
                    ck_assert_same(r, c, from + c);
            weir_batch_release(&batch);
        }
}

static void ck_assert_keeps(void)
{
    for (size_t i = 0; weir_layouts[i]; i++) {
        open_table(weir_layouts[i]);
        pack();
        ck_assert_unpacks();
        drop();
    }
}

/* Spellings of numbers, and cells that are no numbers. */
static const char *const cells[] = {"0",
                                    "-0",
                                    "00",
                                    "01",
                                    "1",
                                    "1.0",
                                    "1.",
                                    ".5",
                                    "+5",
                                    " 7",
                                    "7 ",
                                    "-1",
                                    "-01",
                                    "0.00",
                                    "-0.00",
                                    "-0.10",
                                    "12.50",
                                    "1e5",
                                    "-",
                                    ".",
                                    "-.",
                                    "1.2.3",
                                    "",
                                    "x",
                                    "2024-01-02",
                                    "9223372036854775807",
                                    "255",
                                    "123456789012345678",
                                    "-999999999999999999",
                                    "65535",
                                    "1234567890123456789012345678901234567890",
                                    "4294967296",
                                    "0.000000000000000001",
                                    "00000000000000000001",
                                    "é\0x"};

START_TEST(every_spelling_of_a_number_comes_back)
{
    for (size_t i = 0; i < N(cells); i++)
        for (size_t j = 0; j < N(cells); j++) {
            window_begin(2, 9);
            for (size_t r = 0; r < 9; r++) {
                put(0, r, r % 3 ? cells[i] : cells[j]);
                put(1, r, r == 8 ? cells[j] : "3.25");
            }
            ck_assert_keeps();
        }
}
END_TEST

/* Puts a random cell: numbers of one kind or of many, few texts or many, or
 * nothing. */
static void put_random(size_t c, size_t row, unsigned kind, uint64_t *seed)
{
    char cell[64] = "";
    unsigned n = draw(seed, 1 + (kind & 1 ? 5 : 100000));
    switch (kind / 2 % 6) {
    case 0:
        snprintf(cell, sizeof cell, "%u", n);
        break;
    case 1:
        snprintf(cell, sizeof cell, "-%u.%02u", n, n % 100);
        break;
    case 2:
        snprintf(cell, sizeof cell, "text %u of some length", n);
        break;
    case 3:
        snprintf(cell, sizeof cell, n % 9 ? "%u" : "0%u", n);
        break;
    case 4:
        snprintf(cell, sizeof cell, n % 2 ? "%u.5" : "%u", n);
        break;
    default:
        break;
    }
    if (kind & 16 && draw(seed, 4) == 0)
        *cell = '\0';
    put(c, row, cell);
}

START_TEST(every_kind_of_column_comes_back)
{
    uint64_t seed = (uint64_t)_i;
    window_begin(COLUMNS, 1 + draw(&seed, 1500));
    for (size_t c = 0; c < COLUMNS; c++) {
        unsigned kind = draw(&seed, 32);
        for (size_t r = 0; r < group.rows; r++)
            put_random(c, r, kind, &seed);
    }
    ck_assert_keeps();
}
END_TEST

/* The numbers that a layout gives are those of the cells. The layout `columns`
 * gives them if all cells are numbers or empty. */
START_TEST(numbers_are_those_of_the_cells)
{
    static const bool projected[] = {true, true};
    static const uint32_t both[] = {0, 1};
    window_begin(2, 1000);
    for (size_t r = 0; r < 1000; r++) {
        char cell[32];
        snprintf(cell, sizeof cell, "%d.%02d", (int)r * _i - 300, (int)r % 100);
        put(0, r, cell);
        put(1, r, r % 7 ? cell : "");
    }
    for (size_t i = 0; weir_layouts[i]; i++) {
        open_table(weir_layouts[i]);
        pack();
        unpack(both, 2, projected);
        if (layout == &weir_layout_columns)
            ck_assert(batch.number[0].known && batch.number[0].uniform);
        for (size_t c = 0; c < 2; c++)
            for (size_t r = 0; r < 1000 && batch.number[c].known; r++) {
                const struct weir_numbers *n = &batch.number[c];
                struct weir_number want = weir_number_read((struct weir_text){
                    text + span[c][r].start, span[c][r].len});
                struct weir_form form = {n->exponent, WEIR_DECIMAL};
                if (!n->uniform)
                    form = n->form[r];
                ck_assert_uint_eq(form.kind, want.kind);
                if (want.kind == WEIR_NULL)
                    continue;
                ck_assert_int_eq(form.exponent, want.exponent);
                ck_assert_int_eq(n->mantissa[r], want.mantissa);
            }
        weir_batch_release(&batch);
        drop();
    }
}
END_TEST

static uint64_t live(void)
{
    return weir_memory_usage(WEIR_MEMORY_STORE).live;
}

/* Users: a number, one of 50 names, a country, and a unique note. */
static void make_users(uint64_t seed)
{
    window_begin(COLUMNS, 1000);
    for (size_t r = 0; r < group.rows; r++) {
        char cell[64];
        snprintf(cell, sizeof cell, "%u", 100000 + draw(&seed, 900000));
        put(0, r, cell);
        snprintf(cell, sizeof cell, "Somebody Or Other %u", draw(&seed, 50));
        put(1, r, cell);
        snprintf(cell, sizeof cell, "C%u", draw(&seed, 9));
        put(2, r, cell);
        snprintf(cell, sizeof cell, "note %u%u", draw(&seed, 1u << 30),
                 draw(&seed, 1u << 30));
        put(3, r, cell);
    }
}

START_TEST(costs_are_what_the_ledger_counts)
{
    uint64_t before = live();
    make_users(1);
    for (size_t i = 0; weir_layouts[i]; i++) {
        open_table(weir_layouts[i]);
        pack();
        layout->shared(table, &cost);
        ck_assert_uint_eq(weir_cost_bytes(&cost), live() - before);
        drop();
        ck_assert_uint_eq(live(), before);
    }
}
END_TEST

START_TEST(each_layout_takes_less_than_the_one_before)
{
    uint64_t last = UINT64_MAX;
    make_users(0);
    for (size_t i = 0; weir_layouts[i]; i++) {
        void *pages[10];
        uint64_t before = live();
        open_table(weir_layouts[i]);
        for (size_t k = 0; k < N(pages); k++) {
            make_users(k);
            pack();
            pages[k] = page;
        }
        uint64_t takes = live() - before;
        ck_assert_msg(takes < last, "%s", layout->name);
        last = takes;
        for (size_t k = 0; k < N(pages); k++)
            layout->drop(table, pages[k]);
        layout->close(table);
        ck_assert_uint_eq(live(), before);
    }
}
END_TEST

/* If an allocation is refused, nothing is kept, and the next attempt
 * succeeds. */
START_TEST(a_refusal_leaves_nothing)
{
    make_users(3);
    group.rows = 20;
    for (size_t i = 0; weir_layouts[i]; i++) {
        uint64_t before = live();
        bool refused = true;
        for (uint64_t n = 1; refused; n++) {
            size_t row = 99;
            static const char *const name[COLUMNS] = {"a", "b", "c", "d"};
            layout = weir_layouts[i];
            weir_memory_fail_at(n);
            table = layout->open(layout, name, COLUMNS);
            page = table ? layout->pack(table, &group, &cost, &row) : NULL;
            refused = !page;
            if (refused && table)
                ck_assert_uint_lt(row, 20);
            weir_memory_fail_at(0);
            if (table) {
                if (refused)
                    pack();
                ck_assert_unpacks();
                drop();
            }
            ck_assert_uint_eq(live(), before);
        }
    }
}
END_TEST

/* Dictionaries and the pool, with texts that seldom repeat. */
START_TEST(texts_that_do_not_repeat_cost_no_more_than_without_pool)
{
    uint64_t takes[2] = {0};
    static const struct weir_layout *const pair[] = {&weir_layout_slots,
                                                     &weir_layout_flyweight};
    for (size_t i = 0; i < 2; i++) {
        void *pages[10];
        uint64_t seed = 5;
        window_begin(1, 2000);
        open_table(pair[i]);
        for (size_t k = 0; k < N(pages); k++) {
            window_begin(1, 2000);
            for (size_t r = 0; r < 2000; r++) {
                char cell[32];
                snprintf(cell, sizeof cell, "note %u%u", draw(&seed, 1u << 30),
                         draw(&seed, 1u << 30));
                put(0, r, cell);
            }
            pack();
            pages[k] = page;
        }
        takes[i] = cost.payload + cost.pointers;
        char remark[160] = "";
        if (layout->remark) {
            ck_assert(layout->remark(table, 0, remark, sizeof remark));
            ck_assert_ptr_nonnull(strstr(remark, "0 %"));
            ck_assert_ptr_nonnull(strstr(remark, "was off"));
        }
        for (size_t k = 0; k < N(pages); k++)
            layout->drop(table, pages[k]);
        layout->close(table);
    }
    ck_assert_uint_le(takes[1], takes[0]);
}
END_TEST

static bool judge(struct weir_repeats *repeats, unsigned distinct,
                  size_t windows)
{
    uint64_t seed = 9;
    bool pays = true;
    for (size_t k = 0; k < windows; k++) {
        window_begin(1, 2000);
        for (size_t r = 0; r < 2000; r++) {
            char cell[32];
            snprintf(cell, sizeof cell, "value %u", draw(&seed, distinct));
            put(0, r, cell);
        }
        pays = weir_repeats_pays(repeats, &group, 0);
    }
    return pays;
}

START_TEST(what_repeats_is_noticed)
{
    struct weir_repeats *repeats = weir_repeats_open(4);
    ck_assert_ptr_nonnull(repeats);
    char remark[160];
    ck_assert(judge(&repeats[0], 20, 9));
    ck_assert(!weir_repeats_remark(&repeats[0], "it", remark, sizeof remark));
    ck_assert(!judge(&repeats[1], 1u << 31, 60));
    /* Many values, which repeat in the end. */
    ck_assert(!judge(&repeats[2], 10000, 1));
    ck_assert(judge(&repeats[2], 10000, 60));
    /* Values that repeated at first may cease to repeat. */
    ck_assert(judge(&repeats[3], 20, 9));
    ck_assert(!judge(&repeats[3], 1u << 31, 60));
    weir_repeats_close(repeats, 4);
}
END_TEST

/* The pool */

static weir_interned intern(const char *cell)
{
    window_begin(1, 1);
    put(0, 0, cell);
    return weir_intern(
        (struct weir_text){text + span[0][0].start, strlen(cell)});
}

static struct weir_pool_account pool(void)
{
    struct weir_pool_account counts;
    weir_pool_account(&counts);
    return counts;
}

START_TEST(equal_texts_are_one_and_die_with_the_last_reference)
{
    uint64_t before = live();
    struct weir_pool_account then = pool();
    weir_interned a = intern("one text"), b = intern("one text");
    weir_interned c = intern("another");
    ck_assert_uint_eq(a, b);
    ck_assert_uint_ne(a, c);
    ck_assert_uint_eq(pool().hits - then.hits, 1);
    ck_assert_uint_eq(pool().misses - then.misses, 2);
    ck_assert_uint_eq(pool().texts, 2);
    ck_assert_uint_eq(pool().saved, 8);
    weir_intern_release(a);
    ck_assert_uint_eq(pool().saved, 0);
    struct weir_text kept = weir_interned_text(b);
    ck_assert_uint_eq(kept.len, 8);
    ck_assert_mem_eq(kept.bytes, "one text", 8);
    weir_intern_release(b);
    ck_assert_uint_eq(pool().texts, 1);
    weir_intern_release(c);
    weir_intern_release(0);
    ck_assert_uint_eq(pool().texts, 0);
    ck_assert_uint_eq(live(), before);
}
END_TEST

START_TEST(the_cap_bounds_what_is_found_and_not_what_is_held)
{
    static weir_interned held[20000];
    char cell[32];
    uint64_t before = live();
    weir_pool_cap(64 << 10);
    for (size_t i = 0; i < N(held); i++) {
        snprintf(cell, sizeof cell, "text number %zu", i);
        held[i] = intern(cell);
        ck_assert_uint_ne(held[i], 0);
    }
    ck_assert_uint_gt(pool().evictions, 15000);
    for (size_t i = 0; i < N(held); i++) {
        snprintf(cell, sizeof cell, "text number %zu", i);
        struct weir_text kept = weir_interned_text(held[i]);
        ck_assert_uint_eq(kept.len, strlen(cell));
        ck_assert_mem_eq(kept.bytes, cell, kept.len);
        weir_intern_release(held[i]);
    }
    ck_assert_uint_eq(live(), before);
    /* If the pool keeps texts that nothing refers to, they stay within its
     * cap. */
    weir_pool_keep(true);
    for (size_t i = 0; i < N(held); i++) {
        snprintf(cell, sizeof cell, "text number %zu", i);
        weir_intern_release(intern(cell));
    }
    ck_assert_uint_gt(pool().texts, 100);
    ck_assert_uint_lt(live() - before, 256 << 10);
    weir_pool_keep(false);
    ck_assert_uint_eq(live(), before);
    weir_pool_cap(64 << 20);
}
END_TEST

/* Run by several threads: interns and releases the same texts, and checks those
 * that the thread holds. */
static void *intern_and_release(void *wrong)
{
    char padded[2 * WEIR_BATCH_PAD + 32] = "";
    weir_interned held[100] = {0};
    uint64_t seed = 1;
    for (size_t i = 0; i < 20000; i++) {
        char *cell = padded + WEIR_BATCH_PAD;
        unsigned n = draw(&seed, 200);
        size_t len = (size_t)sprintf(cell, "text %u", n), at = i % N(held);
        weir_intern_release(held[at]);
        held[at] = weir_intern((struct weir_text){cell, len});
        struct weir_text got = weir_interned_text(held[at]);
        *(size_t *)wrong += got.len != len || memcmp(got.bytes, cell, len) != 0;
    }
    for (size_t i = 0; i < N(held); i++)
        weir_intern_release(held[i]);
    return NULL;
}

static struct weir_dictionary dictionary;

static void *encode(void *wrong)
{
    char padded[2 * WEIR_BATCH_PAD + 32] = "";
    for (size_t i = 0; i < 20000; i++) {
        char *cell = padded + WEIR_BATCH_PAD;
        size_t len = (size_t)sprintf(cell, "%zu", i * i % 5000);
        uint32_t code =
            weir_dictionary_code(&dictionary, (struct weir_text){cell, len});
        struct weir_text got = weir_dictionary_text(&dictionary, code);
        *(size_t *)wrong += got.len != len || memcmp(got.bytes, cell, len) != 0;
    }
    return NULL;
}

static void on_threads(void *(*work)(void *))
{
    pthread_t thread[4];
    size_t wrong[4] = {0};
    for (size_t i = 0; i < N(thread); i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, work, &wrong[i]), 0);
    for (size_t i = 0; i < N(thread); i++) {
        pthread_join(thread[i], NULL);
        ck_assert_uint_eq(wrong[i], 0);
    }
}

START_TEST(threads_share_the_pool_and_dictionaries)
{
    uint64_t before = live();
    weir_pool_cap(4 << 10);
    on_threads(intern_and_release);
    ck_assert_uint_eq(pool().texts, 0);
    ck_assert_uint_eq(live(), before);
    weir_pool_cap(64 << 20);
    ck_assert(weir_dictionary_init(&dictionary));
    on_threads(encode);
    ck_assert_uint_eq(weir_cost_bytes(&dictionary.cost), live() - before);
    ck_assert_uint_lt(dictionary.n, 5000);
    weir_dictionary_release(&dictionary);
    ck_assert_uint_eq(live(), before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layouts");
    TCase *tests = tcase_create("layouts");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_spelling_of_a_number_comes_back);
    tcase_add_loop_test(tests, every_kind_of_column_comes_back, 0, 40);
    tcase_add_loop_test(tests, numbers_are_those_of_the_cells, 0, 3);
    tcase_add_test(tests, costs_are_what_the_ledger_counts);
    tcase_add_test(tests, each_layout_takes_less_than_the_one_before);
    tcase_add_test(tests, a_refusal_leaves_nothing);
    tcase_add_test(tests,
                   texts_that_do_not_repeat_cost_no_more_than_without_pool);
    tcase_add_test(tests, what_repeats_is_noticed);
    tcase_add_test(tests, equal_texts_are_one_and_die_with_the_last_reference);
    tcase_add_test(tests, the_cap_bounds_what_is_found_and_not_what_is_held);
    tcase_add_test(tests, threads_share_the_pool_and_dictionaries);
    suite_add_tcase(suite, tests);
    bool failed = suite_fails(suite);
    free(text);
    return failed;
}
