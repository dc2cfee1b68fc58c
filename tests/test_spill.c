/*
 * partials/spill.c and partials/merge.c, compared with a sorted list in memory:
 * any runs, any number of spills, and any memory that suffices. A failure is
 * reported, and leaves nothing behind.
 */
#include "partials/merge.h"
#include "tests/mechanism_kit.h"
#include "tests/runner.h"
#include "tests/runs_kit.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define KEYS 700
#define TEMPLATES 40
#define SPILLS 3

static uint64_t seed;
static struct weir_error error;

struct key {
    char *bytes;
    size_t len;
};

static struct key key[KEYS];
static struct runs_table templates;

static int by_bytes(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    return weir_text_compare((struct weir_text){x->bytes, x->len},
                             (struct weir_text){y->bytes, y->len});
}

/* Draws distinct keys in order, of one part or two. One key is long. */
static void draw_keys(void)
{
    char cell[100], scratch[2 * (2 * sizeof cell + 32)];
    for (size_t i = 0; i < KEYS; i++) {
        size_t len;
        runs_draw_cell(&seed, cell);
        len = weir_key_write((struct weir_text){cell, strlen(cell)}, scratch);
        sprintf(cell, "%zu", i);
        len += weir_key_write((struct weir_text){cell, strlen(cell)},
                              scratch + len);
        key[i] = (struct key){malloc(len), len};
        ck_assert_ptr_nonnull(key[i].bytes);
        memcpy(key[i].bytes, scratch, len);
    }
    size_t len = 200000;
    char *text = malloc(len);
    ck_assert_ptr_nonnull(text);
    memset(text, 'k', len);
    free(key[0].bytes);
    key[0].bytes = malloc(weir_key_capacity(len));
    ck_assert_ptr_nonnull(key[0].bytes);
    key[0].len = weir_key_write((struct weir_text){text, len}, key[0].bytes);
    free(text);
    qsort(key, KEYS, sizeof *key, by_bytes);
}

static void setup(void)
{
    char cell[100], *text = calloc(1, 300001);
    ck_assert_ptr_nonnull(text);
    seed = 1;
    draw_keys();
    runs_table_init(&templates, TEMPLATES);
    for (size_t i = 1; i < TEMPLATES; i++) {
        runs_draw_cell(&seed, cell);
        runs_set(&templates, i, cell);
    }
    memset(text, 'x', 300000);
    runs_set(&templates, 0, text);
    free(text);
}

static void teardown(void)
{
    for (size_t i = 0; i < KEYS; i++)
        free(key[i].bytes);
    runs_table_release(&templates);
}

static struct weir_text text_of(size_t i)
{
    return (struct weir_text){key[i].bytes, key[i].len};
}

/* Writes runs of random keys and states, and computes what their merge must
 * be. */
static enum weir_status draw_runs(struct weir_spill *spill, size_t runs,
                                  size_t below, struct runs_table *expected,
                                  bool *there)
{
    enum weir_status status = WEIR_OK;
    for (size_t run = 0; !status && run < runs; run++) {
        struct weir_spill *into = &spill[runs_draw(&seed, SPILLS)];
        size_t step = 1 + runs_draw(&seed, 20);
        for (size_t k = runs_draw(&seed, below); !status && k < below;
             k += 1 + runs_draw(&seed, step)) {
            size_t from = runs_draw(&seed, 200) ? 1 + runs_draw(&seed, 39) : 0;
            status =
                weir_spill_add(into, text_of(k), &templates.rows, from, &error);
            if (expected)
                ck_assert(
                    weir_row_merge(&expected->rows, k, &templates.rows, from));
            if (there)
                there[k] = true;
        }
        if (!status)
            status = weir_spill_end(into, &error);
    }
    return status;
}

static void assert_group(struct weir_text found,
                         const struct runs_table *window, size_t k,
                         const struct runs_table *expected)
{
    size_t a_len, b_len;
    ck_assert(k < KEYS && found.len == key[k].len &&
              !memcmp(found.bytes, key[k].bytes, found.len));
    char *a = runs_saved(expected, k, &a_len);
    char *b = runs_saved(window, 0, &b_len);
    ck_assert(a_len == b_len && !memcmp(a, b, a_len));
    free(a);
    free(b);
}

/* Returns WEIR_END if the merge gave all groups as expected. */
static enum weir_status drain(struct weir_merge *merge, size_t below,
                              const struct runs_table *expected,
                              const bool *there)
{
    struct runs_table window;
    struct weir_text found;
    enum weir_status status;
    size_t k = 0;
    runs_table_init(&window, 1);
    while (
        !(status = weir_merge_next(merge, &window.rows, 0, &found, &error))) {
        while (there && k < below && !there[k])
            k++;
        if (expected)
            assert_group(found, &window, k, expected);
        k++;
        runs_table_clear(&window, 0);
        weir_arena_empty(&window.arena);
    }
    while (there && k < below && !there[k])
        k++;
    ck_assert(status < 0 || !expected || k == below);
    runs_table_release(&window);
    return status;
}

static void spills_of(struct weir_spill *spill, struct weir_spill **pointer)
{
    for (size_t i = 0; i < SPILLS; i++) {
        ck_assert_int_eq(weir_spill_init(&spill[i], "/tmp", &error), WEIR_OK);
        pointer[i] = &spill[i];
    }
}

static void merge_as_expected(size_t runs, size_t below, size_t memory)
{
    struct weir_spill spill[SPILLS], *pointer[SPILLS];
    struct runs_table expected;
    struct weir_merge merge;
    bool there[KEYS] = {false};
    runs_table_init(&expected, KEYS);
    spills_of(spill, pointer);
    ck_assert_int_eq(draw_runs(spill, runs, below, &expected, there), WEIR_OK);
    enum weir_status status = weir_merge_open(&merge, pointer, SPILLS,
                                              &expected.shape, memory, &error);
    ck_assert_msg(status == WEIR_OK, "%s", error.message);
    ck_assert_int_eq(drain(&merge, below, &expected, there), WEIR_END);
    weir_merge_release(&merge);
    for (size_t i = 0; i < SPILLS; i++)
        weir_spill_release(&spill[i]);
    runs_table_release(&expected);
}

START_TEST(any_runs_give_the_sorted_list)
{
    static const size_t runs[] = {0, 1, 2, 3, 5, 8, 17, 40};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        seed = 100 + i;
        merge_as_expected(runs[i], KEYS, 64 << 20);
        merge_as_expected(runs[i], 1 + i, 64 << 20); /* few keys in all runs */
    }
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_SPILL).live, 0);
}
END_TEST

/* Memory for merging two, three, ... runs at a time. */
START_TEST(passes_change_nothing)
{
    for (size_t ways = 2; ways < 8; ways++)
        for (size_t runs = ways; runs < 40; runs = runs * 2 + 1) {
            seed = ways * 100 + runs;
            merge_as_expected(runs, KEYS, weir_merge_bytes(ways) + 4096);
        }
    merge_as_expected(9, KEYS, 0);
}
END_TEST

static void integer_key(size_t n, char *into, struct weir_text *found)
{
    char text[24];
    int len = sprintf(text, "%zu", n);
    *found = (struct weir_text){
        into, weir_key_write((struct weir_text){text, (size_t)len}, into)};
}

/* Runs of one group each, merged two at a time. If each pass looked at all runs
 * that remain, this would take minutes; it takes a second. */
START_TEST(many_short_runs_are_merged_soon)
{
    enum {
        RUNS = 60000
    };
    struct weir_spill spill[SPILLS], *pointer[SPILLS];
    struct weir_merge merge;
    struct weir_text one;
    struct runs_table window;
    char bytes[64];
    size_t found = 0;
    runs_table_init(&window, 1);
    spills_of(spill, pointer);
    for (size_t run = 0; run < RUNS; run++) {
        integer_key(run, bytes, &one);
        ck_assert_int_eq(weir_spill_add(&spill[run % SPILLS], one,
                                        &templates.rows, 1, &error),
                         WEIR_OK);
        ck_assert_int_eq(weir_spill_end(&spill[run % SPILLS], &error), WEIR_OK);
    }
    ck_assert_int_eq(
        weir_merge_open(&merge, pointer, SPILLS, &templates.shape, 0, &error),
        WEIR_OK);
    while (!weir_merge_next(&merge, &window.rows, 0, &one, &error)) {
        found++;
        runs_table_clear(&window, 0);
        weir_arena_empty(&window.arena);
    }
    ck_assert_uint_eq(found, RUNS);
    weir_merge_release(&merge);
    for (size_t i = 0; i < SPILLS; i++)
        weir_spill_release(&spill[i]);
    runs_table_release(&window);
}
END_TEST

/* Shortening leaves as many runs as it is told, or as it can merge at once, and
 * loses nothing. */
START_TEST(many_runs_are_shortened)
{
    enum {
        RUNS = 100,
        EACH = 50
    };
    static const size_t left[] = {1, 3, 40, 99, 100, 200};
    struct weir_spill spill, *pointer = &spill;
    struct weir_merge merge;
    struct weir_text one;
    char bytes[64];
    size_t found = 0, max = left[_i];
    ck_assert_int_eq(weir_spill_init(&spill, "/tmp", &error), WEIR_OK);
    for (size_t run = 0; run < RUNS; run++) {
        for (size_t i = 0; i < EACH; i++) {
            integer_key(run + RUNS * i, bytes, &one);
            ck_assert_int_eq(
                weir_spill_add(&spill, one, &templates.rows, 1, &error),
                WEIR_OK);
        }
        ck_assert_int_eq(weir_spill_end(&spill, &error), WEIR_OK);
    }
    ck_assert_int_eq(weir_merge_shorten(&spill, max, &templates.shape,
                                        weir_merge_bytes(2), &error),
                     WEIR_OK);
    ck_assert_uint_eq(spill.n_runs, max < 2 ? 2 : max < RUNS ? max : RUNS);
    ck_assert_int_eq(weir_merge_open(&merge, &pointer, 1, &templates.shape,
                                     weir_merge_bytes(4), &error),
                     WEIR_OK);
    struct runs_table window;
    runs_table_init(&window, 1);
    enum weir_status status;
    while (!(status = weir_merge_next(&merge, &window.rows, 0, &one, &error))) {
        struct weir_text expected;
        integer_key(found++, bytes, &expected);
        ck_assert_int_eq(weir_text_compare(one, expected), 0);
        runs_table_clear(&window, 0);
        weir_arena_empty(&window.arena);
    }
    runs_table_release(&window);
    ck_assert_int_eq(status, WEIR_END);
    ck_assert_uint_eq(found, (size_t)RUNS * EACH);
    weir_merge_release(&merge);
    weir_spill_release(&spill);
}
END_TEST

/* Ten times the records in the same number of runs take the same memory, except
 * for the list of runs. The memory stays within the estimate. */
START_TEST(memory_is_the_estimate)
{
    for (size_t groups = 20000; groups <= 200000; groups *= 10) {
        struct weir_spill spill, *pointer = &spill;
        struct weir_merge merge;
        char bytes[64];
        struct weir_text one;
        size_t found = 0, memory = weir_merge_bytes(6);
        ck_assert_int_eq(weir_spill_init(&spill, "/tmp", &error), WEIR_OK);
        for (size_t run = 0; run < 20; run++) {
            for (size_t i = 0; i < groups / 20; i++) {
                integer_key(run + 20 * i, bytes, &one);
                ck_assert_int_eq(weir_spill_add(&spill, one, &templates.rows,
                                                1 + i % 39, &error),
                                 WEIR_OK);
            }
            ck_assert_int_eq(weir_spill_end(&spill, &error), WEIR_OK);
        }
        ck_assert_int_eq(weir_merge_open(&merge, &pointer, 1, &templates.shape,
                                         memory, &error),
                         WEIR_OK);
        struct runs_table window;
        runs_table_init(&window, 1);
        enum weir_status status;
        while (!(status =
                     weir_merge_next(&merge, &window.rows, 0, &one, &error))) {
            found++;
            runs_table_clear(&window, 0);
            weir_arena_empty(&window.arena);
        }
        runs_table_release(&window);
        ck_assert_int_eq(status, WEIR_END);
        ck_assert_uint_eq(found, groups);
        uint64_t held = weir_memory_usage(WEIR_MEMORY_SPILL).live;
        weir_merge_release(&merge);
        weir_spill_release(&spill);
        ck_assert_msg(held <= memory + weir_spill_bytes() + 16384,
                      "%zu groups: %llu bytes", groups,
                      (unsigned long long)held);
    }
}
END_TEST

START_TEST(a_little_never_becomes_a_file)
{
    struct weir_spill spill, *pointer = &spill;
    struct weir_merge merge;
    ck_assert_int_eq(weir_spill_init(&spill, "/nonexistent", &error), WEIR_OK);
    for (size_t k = 1; k < 50; k++)
        if (key[k].len < 1000)
            ck_assert_int_eq(
                weir_spill_add(&spill, text_of(k), &templates.rows, 1, &error),
                WEIR_OK);
    ck_assert_int_eq(
        weir_merge_open(&merge, &pointer, 1, &templates.shape, 0, &error),
        WEIR_OK);
    ck_assert_int_eq(drain(&merge, KEYS, NULL, NULL), WEIR_END);
    ck_assert_int_lt(spill.fd, 0);
    weir_merge_release(&merge);
    weir_spill_release(&spill);
}
END_TEST

/* Adds rows until that fails. */
static enum weir_status fill(struct weir_spill *spill)
{
    enum weir_status status = WEIR_OK;
    for (size_t run = 0; !status && run < 100; run++) {
        for (size_t k = 0; !status && k < KEYS; k++)
            status =
                weir_spill_add(spill, text_of(k), &templates.rows, 1, &error);
        if (!status)
            status = weir_spill_end(spill, &error);
    }
    return status;
}

START_TEST(a_missing_folder_is_said)
{
    struct weir_spill spill;
    ck_assert_int_eq(weir_spill_init(&spill, "/nonexistent", &error), WEIR_OK);
    ck_assert_int_eq(fill(&spill), WEIR_IO);
    ck_assert_str_eq(error.message,
                     "cannot make a temporary file in /nonexistent; --temp-dir "
                     "names another folder: No such file or directory");
    weir_spill_release(&spill);
}
END_TEST

START_TEST(a_full_disk_is_said)
{
    struct weir_spill spill;
    struct rlimit before, small;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1 << 20;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    ck_assert_int_eq(weir_spill_init(&spill, "/tmp", &error), WEIR_OK);
    enum weir_status status = fill(&spill);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(status, WEIR_IO);
    ck_assert_str_eq(error.message,
                     "cannot write groups to a temporary file in /tmp, after "
                     "1 MiB; --temp-dir names another folder: File too large");
    weir_spill_release(&spill);
}
END_TEST

/* Each allocation in turn is refused. The failure is reported, and nothing is
 * kept. */
START_TEST(refused_memory_is_said)
{
    size_t said = 0;
    for (uint64_t n = 1; n < 2000; n += n < 40 ? 1 : 37) {
        struct weir_spill spill[SPILLS] = {{0}}, *pointer[SPILLS];
        struct weir_merge merge = {0};
        enum weir_status status = WEIR_OK;
        seed = 77;
        weir_memory_fail_at(n);
        for (size_t i = 0; i < SPILLS; i++) {
            pointer[i] = &spill[i];
            if (!status)
                status = weir_spill_init(&spill[i], "/tmp", &error);
        }
        if (!status)
            status = draw_runs(spill, 12, KEYS, NULL, NULL);
        if (!status)
            status = weir_merge_open(&merge, pointer, SPILLS, &templates.shape,
                                     weir_merge_bytes(3), &error);
        if (!status)
            status = drain(&merge, KEYS, NULL, NULL);
        weir_memory_fail_at(0);
        ck_assert(status == WEIR_END || status == WEIR_LIMIT);
        said += status == WEIR_LIMIT;
        weir_merge_release(&merge);
        for (size_t i = 0; i < SPILLS; i++)
            weir_spill_release(&spill[i]);
        ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_SPILL).live, 0);
    }
    ck_assert_uint_gt(said, 30);
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_MERGE_MANY, 48, 48},
    {WEIR_RAN_MERGE_LEVEL, 350, 350},
    {WEIR_RAN_ALLOCATION_REFUSED, 20, 20},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("spill");
    TCase *cases = tcase_create("spill");
    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, any_runs_give_the_sorted_list);
    tcase_add_test(cases, passes_change_nothing);
    tcase_add_test(cases, many_short_runs_are_merged_soon);
    tcase_add_loop_test(cases, many_runs_are_shortened, 0, 6);
    tcase_add_test(cases, memory_is_the_estimate);
    tcase_add_test(cases, a_little_never_becomes_a_file);
    tcase_add_test(cases, a_missing_folder_is_said);
    tcase_add_test(cases, a_full_disk_is_said);
    tcase_add_test(cases, refused_memory_is_said);
    suite_add_tcase(suite, cases);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
