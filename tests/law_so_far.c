/*
 * The law of results so far, over random tables and queries that are drawn from
 * seeds. A look into a run shows the answer to the first records of the input,
 * as many as the look says were read. The rows, the message and the record
 * counts of the run itself are the same as without a look.
 */
#include "tests/bystander.h"
#include "tests/mechanism_kit.h"
#include "tests/reading.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS turns(960, 120)
#define LOOKS_MAX ((size_t)8)

/* What one look into the run gave. */
struct look {
    char *rows;
    struct weir_record_counts counts;
};

static struct looker {
    struct look look[LOOKS_MAX];
    atomic_size_t kept;    /* looks kept by the bystander */
    unsigned asked, every; /* batches */
} looker;

/* Looks into the run. Returns false if the run is over. */
static bool look(struct weir_job *job, struct look *into)
{
    struct page page = {.sink = {.ops = &page_ops}};
    struct weir_error error;
    size_t len;
    page.out = open_memstream(&into->rows, &len);
    enum weir_status status =
        weir_job_so_far(job, &page.sink, &into->counts, &error);
    (void)fclose(page.out);
    if (status == WEIR_OK)
        return page.ended;
    ck_assert_msg(status == WEIR_END, "%s", error.message);
    free(into->rows);
    return false;
}

/* Keeps the first looks that differ. */
static void look_once(struct weir_job *job)
{
    struct look seen = {0};
    if (!look(job, &seen))
        return;
    size_t n = looker.kept;
    bool same = n && seen.counts.read == looker.look[n - 1].counts.read;
    if (same || n == LOOKS_MAX) {
        free(seen.rows);
        return;
    }
    looker.look[n] = seen;
    looker.kept = n + 1;
}

static bool is_due(void)
{
    return looker.kept < LOOKS_MAX && looker.asked++ % looker.every == 0;
}

/* The rows of a look must be the answer to the beginning of the table: `header`
 * bytes and the bytes of the records that it says were read. */
static void ck_assert_look(const struct trial *trial, const struct look *seen,
                           size_t header)
{
    struct trial first = *trial;
    struct outcome expected;
    first.watch = NULL;
    first.memory = 0;
    first.threads = 1;
    first.len = header + (size_t)seen->counts.bytes;
    first.len = first.len < trial->len ? first.len : trial->len;
    trial_run(&first, &expected);
    ck_assert_str_eq(expected.trouble, "");
    ck_assert_msg(
        !strcmp(expected.rows, seen->rows),
        "%s\nafter %zu bytes, %zu read, so far:\n%.600s\nis not:\n%.600s",
        trial->query, first.len, (size_t)seen->counts.read, seen->rows,
        expected.rows);
    ck_assert_uint_eq(expected.counts.read, seen->counts.read);
    ck_assert_uint_eq(expected.counts.used, seen->counts.used);
    outcome_release(&expected);
}

/* Runs the trial and checks all looks. Returns how many of them were after the
 * first record and before the last. */
static size_t ck_assert_so_far(const struct trial *trial)
{
    static const struct bystander bystander = {is_due, look_once, NULL};
    struct trial other = *trial;
    struct outcome expected, got;
    char scratch[1000];
    size_t between = 0;
    other.watch = NULL;
    trial_run(&other, &expected);
    looker.kept = 0;
    looker.asked = 0;
    bystander_wait(&bystander);
    trial_run(trial, &got);
    const char *what =
        outcome_difference(&got, &expected, scratch, sizeof scratch);
    ck_assert_msg(!what, "%s\n%s", trial->query, what);
    /* If the run failed, the length of the header is not known. */
    bool whole = !*expected.trouble && expected.counts.bytes;
    size_t header = trial->len - (size_t)expected.counts.bytes;
    for (size_t i = 0; i < looker.kept; i++) {
        if (whole)
            ck_assert_look(trial, &looker.look[i], header);
        between += looker.look[i].counts.read &&
                   looker.look[i].counts.read < expected.counts.read;
        free(looker.look[i].rows);
    }
    outcome_release(&expected);
    outcome_release(&got);
    return between;
}

START_TEST(what_is_seen_is_the_answer_to_the_first_records)
{
    static const size_t memory[] = {0, 1, 30000};
    size_t looks = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct trial trial = {.cells.bad = WEIR_BAD_CELLS_NULL,
                              .watch = &bystander_watch,
                              .deaf = true};
        trial.memory = memory[seed % 3];
        /* Fewer records, because every window is spilled. */
        const struct random_table table = {
            .tidy = true, .lines = trial.memory == 1 ? 700 : 2000};
        char *csv = random_table(seed, &table, &trial.len);
        char *query = random_query(seed);
        trial.csv = csv;
        trial.query = query;
        trial.threads = 1 + seed % 4;
        trial.in_file = trial.guesses = seed / 4 % 2;
        trial.reading.batch = trial.in_file ? CHUNK_BATCH(1) : 256;
        looker.every = 1 + (unsigned)(seed / 8 % 3);
        /* If the table does not end with a line end, the length of its header
         * is not known. */
        if (trial.len && csv[trial.len - 1] == '\n')
            looks += ck_assert_so_far(&trial);
        free(csv);
        free(query);
    }
    ck_assert_uint_gt(looks, 0);
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_LOOKED_MIDWAY, 300, 30}, {WEIR_RAN_CHUNK_GIVEN, 1500, 250},
    {WEIR_RAN_CHUNK_INSIDE, 150, 15},  {WEIR_RAN_SPILL_GROUPS, 2500, 150},
    {WEIR_RAN_SPILL_VALUES, 4000, 50}, {WEIR_RAN_SPILL_ROWS, 10000, 500},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("law_so_far");
    TCase *tests = tcase_create("law_so_far");
    tcase_set_timeout(tests, 200);
    tcase_add_test(tests, what_is_seen_is_the_answer_to_the_first_records);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
