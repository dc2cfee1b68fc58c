/*
 * base/sort.c, compared with the C library's qsort. pipeline/external_sort.c:
 * order by with a limit gives the first rows of what it gives without.
 */
#include "base/sort.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Elements are ordered by their first byte, then the second, and so on. */
static size_t element_now;
static uint64_t comparisons;

static int by_bytes(const void *a, const void *b, void *context)
{
    return memcmp(a, b, *(const size_t *)context);
}

static int by_bytes_too(const void *a, const void *b)
{
    return memcmp(a, b, element_now);
}

static void ck_assert_sorts(unsigned char *array, size_t n)
{
    unsigned char *expected = malloc(n * element_now + 1);
    memcpy(expected, array, n * element_now);
    qsort(expected, n, element_now, by_bytes_too);
    weir_sort(array, n, element_now, by_bytes, &element_now);
    ck_assert_int_eq(memcmp(array, expected, n * element_now), 0);
    free(expected);
}

START_TEST(sort_orders_as_qsort_does)
{
    static const size_t elements[] = {1, 2, 8, 12, 16, 64, 65, 200};
    uint64_t seed = 1;
    element_now = elements[_i];
    for (unsigned turn = 0; turn < 50; turn++) {
        size_t n = draw(&seed, turn < 40 ? 40 : 3000);
        unsigned values = turn % 3 ? 256 : 2;
        unsigned char *array = malloc(n * element_now + 1);
        for (size_t i = 0; i < n * element_now; i++)
            array[i] = (unsigned char)draw(&seed, values);
        ck_assert_sorts(array, n);
        ck_assert_sorts(array, n); /* it is already sorted */
        free(array);
    }
}
END_TEST

/*
 * An adversary that decides the value of an element only when it must, so that
 * the partitions of quicksort become as bad as possible (McIlroy, A killer
 * adversary for quicksort, 1999).
 */
struct adversary {
    unsigned *value;
    unsigned solid, gas, candidate;
};

static int adversary_order(const void *a, const void *b, void *context)
{
    struct adversary *adversary = context;
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    unsigned *value = adversary->value;
    comparisons++;
    if (value[x] == adversary->gas && value[y] == adversary->gas)
        value[x == adversary->candidate ? x : y] = adversary->solid++;
    if (value[x] == adversary->gas)
        adversary->candidate = x;
    else if (value[y] == adversary->gas)
        adversary->candidate = y;
    return (value[x] > value[y]) - (value[x] < value[y]);
}

START_TEST(sort_has_no_killer)
{
    enum {
        MANY = 20000
    };
    unsigned *index = malloc(sizeof *index * MANY);
    struct adversary adversary = {.value = malloc(sizeof(unsigned) * MANY),
                                  .gas = MANY};
    for (unsigned i = 0; i < MANY; i++) {
        index[i] = i;
        adversary.value[i] = MANY;
    }
    comparisons = 0;
    weir_sort(index, MANY, sizeof *index, adversary_order, &adversary);
    unsigned wrong = 0;
    for (unsigned i = 1; i < MANY; i++)
        wrong += adversary.value[index[i - 1]] > adversary.value[index[i]];
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_lt(comparisons, 90 * (uint64_t)MANY); /* 6 n log n */
    free(adversary.value);
    free(index);
}
END_TEST

/* Rows */

static char *rows_of(const char *csv, size_t len, const char *query)
{
    struct trial trial = {.csv = csv, .len = len, .query = query};
    struct outcome outcome;
    trial_run(&trial, &outcome);
    ck_assert_str_eq(outcome.trouble, "");
    char *rows = strdup(outcome.rows);
    outcome_release(&outcome);
    return rows;
}

START_TEST(limit_takes_the_beginning_of_the_order)
{
    static const char *const questions[] = {
        "k, t, d order by m",
        "m, n order by t desc, d",
        "d order by k, n desc",
        "n, t order by text(m) desc",
        "count(), max(t) by m order by 2, 3",
        "d, n > 3 order by n > 3 desc, lower(t)"};
    static const unsigned limits[] = {0, 1, 2, 7, 64, 511, 512, 513, 100000};
    const struct random_table table = {.tidy = true, .lines = 1500};
    char *csv, query[100];
    size_t len;
    csv = random_table((uint64_t)_i + 8, &table, &len);
    char *all = rows_of(csv, len, questions[_i]);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        (void)snprintf(query, sizeof query, "%s limit %u", questions[_i],
                       limits[i]);
        char *some = rows_of(csv, len, query);
        ck_assert_int_eq(strncmp(some, all, strlen(some)), 0);
        ck_assert(limits[i] < 100000 || !strcmp(some, all));
        free(some);
    }
    free(all);
    free(csv);
}
END_TEST

START_TEST(order_keeps_the_rows_that_are_equal_as_they_came)
{
    static const char csv[] = "a,b\n2,1\n1,2\n2.0,3\n,4\n1,5\n  ,6\nx,7\n";
    char *rows = rows_of(csv, sizeof csv - 1, "b order by a");
    ck_assert_str_eq(rows, "b:0\n\"4\"\n\"6\"\n\"2\"\n\"5\"\n\"1\"\n\"3\"\n"
                           "\"7\"\n");
    free(rows);
    rows = rows_of(csv, sizeof csv - 1,
                   "b order by a desc limit 18446744073709551615");
    ck_assert_str_eq(rows, "b:0\n\"7\"\n\"1\"\n\"3\"\n\"2\"\n\"5\"\n\"4\"\n"
                           "\"6\"\n");
    free(rows);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sort");
    TCase *tests = tcase_create("sort");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, sort_orders_as_qsort_does, 0, 8);
    tcase_add_test(tests, sort_has_no_killer);
    tcase_add_loop_test(tests, limit_takes_the_beginning_of_the_order, 0, 6);
    tcase_add_test(tests, order_keeps_the_rows_that_are_equal_as_they_came);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
