/*
 * The failing law. Each allocation of a query is refused in turn. The query
 * either does not need it, or reports the failure. A query that failed does not
 * end its answer, and no memory is held afterwards.
 */
#include "base/memory.h"
#include "tests/mechanism_kit.h"
#include "tests/reading.h"
#include "tests/runner.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))

static const char *const questions[] = {
    "count()",
    "mean(n), sum(d), stddev(d), max(d), min(m), first(t), last(t)",
    "count(), sum(d) by k",
    "count(), max(t), first(m) by k, m, lower(t)",
    "*",
    "*, n + d as total where n > 3 and not (t like '%a%') limit 30",
    "k, t order by t desc, n",
    "k, t order by d limit 3",
    "mean(d) by k having count() > 1 order by 2 desc, k limit 4",
    "upper(t), lower(t), trim(t), substr(t, 2, 3), t || m, length(t)",
    "case when n > d then t when n < 0 then 'less' else k end, round(d, 1)",
    "date(e), year(e), date_trunc('month', e) where e ~ '^20'",
    "date_add(e, 1, 'day'), at_zone(e, 'Asia/Kolkata'), strftime(e, '%b'), "
    "date_diff('day', e, e), date(strftime(e, '%d/%m/%y'), '%F', '%d/%m/%y')",
    "at_zone(e, 'Asia/Calcuta')",
    "k, n where t in ('apple', 'fig', m) or d between n and 100",
    "coalesce(m, t, k), n % 7, d / 3, abs(-n), floor(d), ceil(d)",
    "select k as key, avg(n) as a where d <> 0 group by k having a > 1",
    "sum(case when n > 0 then 1 end), var(n * d) by date_trunc('year', e)",
    "median(d), mode(t), top(t, 3), count(distinct m)",
    "p90(d), median(n), distinct(lower(t)) as u by k having u > 1 order by u",
    "nothing",
    "sum(t)",
    "mean(n",
    "123456789012345678901234567890 + n, num(m) is null, -$2",
};
#define N_QUESTIONS ((int)N(questions))

static void ck_assert_survives(const struct trial *trial)
{
    struct outcome expected, got;
    char scratch[1000];
    uint64_t first = weir_memory_total().allocations;
    trial_run(trial, &expected);
    uint64_t live = weir_memory_total().live;
    uint64_t max = weir_memory_total().allocations - first;
    uint64_t seed = max;
    for (uint64_t n = 1; n <= max;
         n += sanitized() && !law_whole() ? 1 + draw(&seed, 4) : 1) {
        weir_memory_fail_at(n);
        trial_run(trial, &got);
        weir_memory_fail_at(0);
        ck_assert_uint_eq(weir_memory_total().live, live);
        const char *what =
            outcome_difference(&got, &expected, scratch, sizeof scratch);
        bool limit = strstr(got.trouble, "LIMIT ") == got.trouble;
        ck_assert_msg(!what || (limit && strlen(got.trouble) > 20),
                      "%s\nallocation %llu: %s", trial->query,
                      (unsigned long long)n, what);
        ck_assert(!limit || !got.ended);
        outcome_release(&got);
    }
    outcome_release(&expected);
}

/* The words of these items alone take several blocks of memory. */
START_TEST(nor_do_those_of_a_long_question)
{
    char question[8000] = "sum(n)", item[64];
    for (unsigned i = 0; i < 120; i++) {
        (void)snprintf(item, sizeof item, ", %s(n + %u) as \"a name %u\"",
                       i % 2 ? "min" : "mean", i, i);
        strcat(question, item);
    }
    struct trial trial = {.csv = "n\n1\n", .len = 4, .query = question};
    ck_assert_survives(&trial);
}
END_TEST

/* Runs with small batches as well, so that some of them must grow. */
static void survive(const struct weir_layout *layout, uint64_t from,
                    uint64_t to)
{
    for (uint64_t seed = from; seed < to; seed++)
        for (int q = 0; q < N_QUESTIONS; q++) {
            const struct random_table table = {.bad = seed % 2, .lines = 60};
            struct trial trial = {.query = questions[q],
                                  .layout = layout,
                                  .cells.bad = WEIR_BAD_CELLS_REJECT,
                                  .reading = {.batch = seed / 2 ? 64 : 0}};
            char *csv = random_table(seed, &table, &trial.len);
            trial.csv = csv;
            ck_assert_survives(&trial);
            free(csv);
        }
}

START_TEST(refused_allocations_are_told_and_leak_nothing)
{
    survive(NULL, 0, turns(4, 4));
}
END_TEST

START_TEST(nor_do_those_of_any_layout)
{
    for (size_t i = 0; weir_layouts[i]; i++)
        survive(weir_layouts[i], 1, 1 + turns(2, 2));
}
END_TEST

/* Groups, texts and rows to be sorted outgrow their first allocations. */
START_TEST(nor_do_those_of_what_grows)
{
    static const char *const growing[] = {
        "count(), sum(d), max(t) by t, n", "count() by n, d",
        "t, k, n order by t, n", "first(t), n by n order by first(t) desc",
        "median(d), top(m, 1000), mode(t), distinct(t) by n"};
    const struct random_table table = {.lines = 4000};
    struct trial trial = {.query = growing[_i],
                          .cells.bad = WEIR_BAD_CELLS_NULL};
    char *csv = random_table(23, &table, &trial.len);
    trial.csv = csv;
    ck_assert_survives(&trial);
    free(csv);
}
END_TEST

/* Chunks, with a last record that is longer than several of them; and groups,
 * values and rows that are spilled and merged. */
START_TEST(nor_do_those_of_chunks_and_runs)
{
    static const char *const growing[] = {"count(), max(t) by k, n",
                                          "median(d), distinct(t) by k",
                                          "k, n, t order by d, t"};
    const struct random_table table = {.tidy = true, .min = 700, .lines = 700};
    struct trial trial = {.query = growing[_i],
                          .in_file = true,
                          .memory = 50000,
                          .reading = {.batch = CHUNK_BATCH(1)},
                          .cells.bad = WEIR_BAD_CELLS_NULL};
    struct bytes text = {0};
    char *csv = random_table(23, &table, &trial.len);
    bytes_add(&text, csv, trial.len);
    bytes_add_text(&text, "\nk1,1,1,");
    while (text.len < trial.len + 40000)
        bytes_add_text(&text, "a long text ");
    bytes_add_text(&text, ",,\n");
    trial.csv = (char *)text.at;
    trial.len = text.len;
    ck_assert_survives(&trial);
    bytes_free(&text);
    free(csv);
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_ALLOCATION_REFUSED, 20000, 8000},
    {WEIR_RAN_CHUNK_GIVEN, 600, 200},
    {WEIR_RAN_CHUNK_READ_ON, 100, 40},
    {WEIR_RAN_BATCH_GROWN, 10000, 4000},
    {WEIR_RAN_SPILL_GROUPS, 500, 200},
    {WEIR_RAN_SPILL_VALUES, 800, 300},
    {WEIR_RAN_SPILL_ROWS, 50, 20},
    {WEIR_RAN_MERGE_LEVEL, 300, 100},
    {WEIR_RAN_STORE_WINDOW, 10000, 4000},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("law_failing");
    TCase *tests = tcase_create("law_failing");
    tcase_set_timeout(tests, 200);
    tcase_add_test(tests, refused_allocations_are_told_and_leak_nothing);
    tcase_add_test(tests, nor_do_those_of_a_long_question);
    tcase_add_test(tests, nor_do_those_of_any_layout);
    tcase_add_loop_test(tests, nor_do_those_of_what_grows, 0, 5);
    tcase_add_loop_test(tests, nor_do_those_of_chunks_and_runs, 0, 3);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
