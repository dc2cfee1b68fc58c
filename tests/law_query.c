/*
 * The laws of whole queries, over random tables and random queries, drawn from
 * seeds. A query gives the same rows, or the same error at the same place,
 * however the bytes arrive, for every batch size, instruction set and number of
 * threads, with both readers, and lazily as well as from every layout. Every
 * record is counted.
 */
#include "base/isa.h"
#include "partials/merge.h"
#include "tests/mechanism_kit.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/reading.h"
#include "tests/source_kit.h"

#define N(array) (sizeof(array) / sizeof *(array))
#define SEEDS turns(50, 8)

/* A query, its table, and the outcome that all other runs must equal. */
static struct trial trial;
static struct outcome expected;
static char *csv, *query;
static uint64_t seed_now;

static const struct world {
    struct random_table table;
    enum weir_bad_records bad_records;
    enum weir_bad_cells bad_cells;
} worlds[] = {
    {{.tidy = true, .lines = 60}, WEIR_BAD_RECORDS_ERROR, 0},
    {{.lines = 200}, WEIR_BAD_RECORDS_ERROR, WEIR_BAD_CELLS_NULL},
    {{.bad = true, .lines = 100}, WEIR_BAD_RECORDS_ERROR, 0},
    {{.bad = true, .tidy = true, .lines = 1500},
     WEIR_BAD_RECORDS_ERROR,
     WEIR_BAD_CELLS_NULL},
    {{.bad = true, .ragged = true, .lines = 200},
     WEIR_BAD_RECORDS_REJECT,
     WEIR_BAD_CELLS_REJECT},
    {{.ragged = true, .lines = 100}, WEIR_BAD_RECORDS_PAD, 0},
    {{.ragged = true, .bad = true, .tidy = true, .lines = 60},
     WEIR_BAD_RECORDS_PAD,
     WEIR_BAD_CELLS_REJECT},
    {{.ragged = true, .lines = 25},
     WEIR_BAD_RECORDS_ERROR,
     WEIR_BAD_CELLS_NULL},
    {{.tidy = true,
      .lines = 300,
      .notation = {.decimal = ',', .thousands = '.'}},
     WEIR_BAD_RECORDS_ERROR,
     WEIR_BAD_CELLS_NULL},
    {{.bad = true, .tidy = true, .lines = 100, .notation = {.thousands = ','}},
     WEIR_BAD_RECORDS_ERROR,
     WEIR_BAD_CELLS_REJECT},
};
#define N_WORLDS ((int)N(worlds))

static void begin(const struct world *world, uint64_t seed)
{
    seed_now = seed;
    trial = (struct trial){.cells.bad = world->bad_cells,
                           .cells.notation = world->table.notation};
    csv = random_table(seed, &world->table, &trial.len);
    query =
        random_query(seed * (uint64_t)N_WORLDS + (uint64_t)(world - worlds));
    trial.csv = csv;
    trial.query = query;
    trial.reading.bad_records = world->bad_records;
    trial_run(&trial, &expected);
}

static void end(void)
{
    outcome_release(&expected);
    free(csv);
    free(query);
}

static void report(const char *law, const char *what)
{
    ck_abort_msg("%s law, seed %llu: %s\n%s", law, (unsigned long long)seed_now,
                 query, what);
}

static void ck_assert_holds(const char *law, const struct trial *other)
{
    struct outcome got;
    char scratch[1000];
    trial_run(other, &got);
    const char *what =
        outcome_difference(&got, &expected, scratch, sizeof scratch);
    if (what)
        report(law, what);
    outcome_release(&got);
}

static void ck_assert_chunks(void)
{
    static const size_t chunks[] = {
        1, 2, 3, 7, 63, 64, 65, 4095, 4096, 65536, READING_RANDOM};
    for (size_t i = 0; i < N(chunks); i++) {
        struct trial other = trial;
        other.chunk = chunks[i];
        ck_assert_holds("chunk", &other);
    }
}

static void ck_assert_batches(void)
{
    static const size_t batches[] = {64, 65, 100, 1000, 4096, 1 << 20};
    for (size_t i = 0; i < N(batches); i++) {
        struct trial other = trial;
        other.reading.batch = batches[i];
        other.chunk = i % 2 ? READING_RANDOM : 0;
        ck_assert_holds("batch", &other);
    }
}

/* Batches of one line, of chunks of one page and of three, and of the default
 * size. */
static void ck_assert_threads(void)
{
    static const size_t threads[] = {2, 3, 4, 8, 16};
    static const size_t batches[] = {64, CHUNK_BATCH(1), CHUNK_BATCH(3), 0};
    for (size_t i = 0; i < N(threads); i++) {
        struct trial other = trial;
        other.threads = threads[i];
        other.reading.batch = batches[(i + seed_now) % N(batches)];
        other.in_file = other.guesses = (i + seed_now) % 3 != 0;
        ck_assert_holds("thread", &other);
    }
}

/* Every window is spilled, or some of the data, or nothing. */
static void ck_assert_spills(void)
{
    static const size_t memory[] = {1, 30000, 300000};
    static const size_t threads[] = {1, 2, 5};
    for (size_t i = 0; i < N(memory); i++) {
        struct trial other = trial;
        other.memory = memory[i];
        other.threads = threads[(i + seed_now) % N(threads)];
        other.reading.batch = i ? 0 : 1000;
        ck_assert_holds("spill", &other);
    }
}

static void ck_assert_chunks_of_a_file(void)
{
    static const size_t batches[] = {CHUNK_BATCH(1), CHUNK_BATCH(2), 0};
    for (size_t i = 0; i < N(batches); i++) {
        struct trial other = trial;
        other.in_file = other.guesses = true;
        other.reading.batch = batches[i];
        ck_assert_holds("chunk of a file", &other);
    }
}

static void ck_assert_instruction_sets(void)
{
    for (enum weir_isa isa = 0; isa < WEIR_ISAS; isa++) {
        if (!weir_isa_has(isa))
            continue;
        struct trial other = trial;
        other.reading.batch = seed_now % 2 ? 100 : 0;
        setenv("WEIR_ISA", weir_isa_name(isa), 1);
        ck_assert_holds("instruction set", &other);
        unsetenv("WEIR_ISA");
    }
}

static void ck_assert_readers(void)
{
    struct trial other = trial;
    other.reading.reader = "libcsv";
    other.reading.batch = seed_now % 2 ? 100 : 0;
    ck_assert_holds("reader", &other);
}

/* Packs the input: in one frame or member or in several, split anywhere, or as
 * a zstd frame inside a gzip member or the reverse. */
static void pack(struct bytes *into, unsigned way, uint64_t *seed)
{
    static void (*const packers[])(struct bytes *, const void *,
                                   size_t) = {add_zstd, add_gzip};
    struct bytes inner = {0};
    size_t at = 0;
    while (way < 2 && at < trial.len) {
        size_t part = 1 + draw(seed, (unsigned)trial.len);
        if (part > trial.len - at || draw(seed, 3) == 0)
            part = trial.len - at;
        packers[way](into, trial.csv + at, part);
        at += part;
    }
    if (way < 2)
        return;
    packers[way % 2](&inner, trial.csv, trial.len);
    packers[1 - way % 2](into, inner.at, inner.len);
    bytes_free(&inner);
}

static void ck_assert_sources(void)
{
    uint64_t seed = seed_now;
    for (unsigned way = 0; way < 4; way++) {
        struct bytes packed = {0};
        struct trial other = trial;
        pack(&packed, way, &seed);
        other.csv = (const char *)packed.at;
        other.len = packed.len;
        other.packed = true;
        other.chunk = way == seed_now % 4 ? READING_RANDOM : 0;
        ck_assert_holds("source", &other);
        bytes_free(&packed);
    }
}

START_TEST(answers_are_the_same_from_any_source)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        begin(&worlds[_i], seed);
        ck_assert_sources();
        end();
    }
}
END_TEST

START_TEST(answers_are_the_same_for_any_reading)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        begin(&worlds[_i], seed);
        ck_assert_chunks();
        ck_assert_batches();
        ck_assert_chunks_of_a_file();
        ck_assert_threads();
        ck_assert_spills();
        ck_assert_instruction_sets();
        if (worlds[_i].table.tidy)
            ck_assert_readers();
        end();
    }
}
END_TEST

/*
 * A load may fail otherwise than the lazy run. It finds a malformed record
 * before a wrong cell that precedes it; and in a layout that does not hold
 * records as they were read, the place of a cell is the place of its record. So
 * if both runs fail, their messages are not compared. With a limit the lazy run
 * may end before the failure. Rejects must be the same, place and text.
 */
static void ck_assert_loaded(const struct weir_layout *layout, size_t way)
{
    static const size_t batches[] = {0, 64, CHUNK_BATCH(1), 1000};
    struct outcome got;
    struct trial other = trial;
    char scratch[1000];
    other.layout = layout;
    other.threads = way % 3;
    other.all_columns = way % 2;
    other.in_file = way % 5 == 0;
    other.reading.batch = batches[way % N(batches)];
    trial_run(&other, &got);
    if (!*got.trouble) {
        got.counts.bytes = expected.counts.bytes; /* limit 0 reads no bytes */
        const char *what =
            outcome_difference(&got, &expected, scratch, sizeof scratch);
        if (what)
            report(layout->name, what);
        ck_assert(expected.hurried || got.n_rejects == expected.n_rejects);
    } else if (!*expected.trouble && !expected.hurried) {
        report(layout->name, got.trouble);
    }
    outcome_release(&got);
}

START_TEST(every_layout_answers_as_lazy_does)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        begin(&worlds[_i], seed);
        for (size_t i = 0; weir_layouts[i]; i++)
            ck_assert_loaded(weir_layouts[i], seed + i);
        end();
    }
}
END_TEST

/* Groups, values and rows of several runs. The runs are merged at once, or some
 * of them first. */
START_TEST(many_runs_are_merged_to_the_same)
{
    static const char *const questions[] = {"count(), sum(n), max(t) by k",
                                            "median(n), mode(t) by k",
                                            "k, n order by t desc, n"};
    struct bytes table = {0};
    bytes_add_text(&table, "k,n,t\n");
    for (unsigned i = 0; i < 20000; i++) {
        char line[60];
        (void)snprintf(line, sizeof line, "key %u,%u,text of %u\n",
                       i * 7919U % 10007, i, i * 31U % 5003);
        bytes_add_text(&table, line);
    }
    query = strdup(questions[_i]);
    csv = (char *)table.at;
    trial = (struct trial){.csv = csv, .len = table.len, .query = query};
    trial_run(&trial, &expected);
    ck_assert_str_eq(expected.trouble, "");
    /* Whatever the threads read, groups come in a run for each share. */
    for (size_t runs = 3; runs <= 5; runs++) {
        struct trial other = trial;
        other.memory = weir_merge_bytes(runs);
        other.threads = runs + 1;
        other.reading.batch = 20000;
        ck_assert_holds("merge", &other);
    }
    end();
}
END_TEST

static void begin_with(const char *table, const char *question)
{
    csv = strdup(table);
    query = strdup(question);
    trial = (struct trial){.csv = csv, .len = strlen(csv), .query = query};
    trial_run(&trial, &expected);
}

START_TEST(a_loaded_record_is_told_by_its_place)
{
    begin_with("a,b\n1,\"x\ny\"\nz,2\n", "sum(a), max(b)");
    ck_assert_str_eq(expected.trouble,
                     "DATA x.csv:4:1 (byte 12): sum(a): 'z' is not a number; "
                     "--bad-cells=null skips such cells");
    outcome_release(&expected);
    trial.layout = weir_layouts[_i];
    trial_run(&trial, &expected);
    ck_assert_str_eq(expected.trouble,
                     "DATA x.csv:4 (byte 12): sum(a): 'z' is not a "
                     "number; --bad-cells=null skips such cells");
    end();
}
END_TEST

/* The reject has the place of the field, which follows quotes, and the record
 * as it was read. */
START_TEST(a_loaded_record_is_rejected_as_it_was_read)
{
    begin_with("b,a\n\n\"x\ny\",1\r\n\"q,\",\"z\"\n7,2",
               "sum(a), max(text(b)) where b > 'A' or a + 1 > 0");
    outcome_release(&expected);
    trial.layout = weir_layouts[_i];
    trial.cells.bad = WEIR_BAD_CELLS_REJECT;
    trial_run(&trial, &expected);
    ck_assert_str_eq(expected.trouble, "");
    ck_assert_str_eq(expected.rejects, "x.csv:5:6 @19 sum(a): 'z' is not a "
                                       "number 22712c222c227a22\n");
    end();
}
END_TEST

/* num(b) is computed before the filter and read after it. The filter drops
 * the first record and moves the others, but it does not move the cells of
 * num(b). */
START_TEST(the_cell_that_is_told_is_the_one_that_is_wrong)
{
    begin_with("a,b\n0,0\n5,x\n", "sum(num(b)) where a > 1 or num(b) > 0");
    ck_assert_str_eq(expected.trouble,
                     "DATA x.csv:3:3 (byte 10): sum(num(b)): 'x' is not a "
                     "number; --bad-cells=null skips such cells");
    end();
}
END_TEST

/* The rows before the failure are enough for the limit. With small batches the
 * failure is never reached. */
START_TEST(a_limit_ends_before_what_is_wrong)
{
    static const char *const questions[] = {
        "a + 1 limit 2", "b where a > 0 limit 2", "b where a + 0 > 0 limit 2"};
    begin_with("a,b\n1,1\n2,2\nx,3\n4\n", questions[_i]);
    ck_assert_str_eq(expected.trouble, "");
    ck_assert_batches();
    end();
}
END_TEST

START_TEST(records_are_accounted_for)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        begin(&worlds[_i], seed);
        const struct weir_record_counts *a = &expected.counts;
        if (!*expected.trouble) {
            ck_assert(expected.ended);
            ck_assert_uint_eq(a->read, a->used + a->filtered + a->rejected);
            ck_assert_uint_eq(a->rejected, expected.n_rejects);
        } else {
            ck_assert(!expected.ended);
            ck_assert_uint_le(a->used + a->filtered + a->rejected, a->read);
        }
        end();
    }
}
END_TEST

/* The laws would be empty if all queries were invalid. */
START_TEST(many_questions_are_answered)
{
    const uint64_t seeds = turns(50, 50);
    unsigned answered = 0, rows = 0;
    for (uint64_t seed = 0; seed < seeds; seed++) {
        begin(&worlds[_i], seed);
        answered += expected.ended;
        rows += strchr(expected.rows, '\n') != strrchr(expected.rows, '\n');
        end();
    }
    ck_assert_uint_gt(answered, seeds / 5);
    ck_assert_uint_gt(rows, seeds / 5);
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_CHUNK_GIVEN, 500, 60},
    {WEIR_RAN_CHUNK_QUOTED, 400, 50},
    {WEIR_RAN_CHUNK_EXACT, 70, 10},
    {WEIR_RAN_CHUNK_GUESSED_RIGHT, 400, 50},
    {WEIR_RAN_FRAME_CROSSED, 150, 15},
    {WEIR_RAN_MEMBER_CROSSED, 130, 15},
    {WEIR_RAN_WINDOW_FAST, 200000, 30000},
    {WEIR_RAN_WINDOW_SLOW, 20000, 3000},
    {WEIR_RAN_WINDOW_EXACT, 8000, 900},
    {WEIR_RAN_WINDOW_LIBCSV, 2000, 300},
    {WEIR_RAN_BATCH_GROWN, 1500, 200},
    {WEIR_RAN_RECORD_PADDED, 5000, 800},
    {WEIR_RAN_RECORD_REJECTED, 25000, 2000},
    {WEIR_RAN_SPILL_GROUPS, 400, 100},
    {WEIR_RAN_SPILL_VALUES, 1000, 150},
    {WEIR_RAN_SPILL_ROWS, 6000, 500},
    {WEIR_RAN_MERGE_MANY, 9, 9},
    {WEIR_RAN_MERGE_LEVEL, 7000, 1000},
    {WEIR_RAN_STORE_WINDOW, 14000, 1800},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("law_query");
    TCase *tests = tcase_create("law_query");
    tcase_set_timeout(tests, 200);
    tcase_add_loop_test(tests, answers_are_the_same_for_any_reading, 0,
                        N_WORLDS);
    tcase_add_loop_test(tests, answers_are_the_same_from_any_source, 0,
                        N_WORLDS);
    tcase_add_loop_test(tests, every_layout_answers_as_lazy_does, 0, N_WORLDS);
    tcase_add_loop_test(tests, many_runs_are_merged_to_the_same, 0, 3);
    tcase_add_loop_test(tests, a_loaded_record_is_told_by_its_place, 0,
                        (int)WEIR_N_LAYOUTS);
    tcase_add_loop_test(tests, a_loaded_record_is_rejected_as_it_was_read, 0,
                        (int)WEIR_N_LAYOUTS);
    tcase_add_test(tests, the_cell_that_is_told_is_the_one_that_is_wrong);
    tcase_add_loop_test(tests, a_limit_ends_before_what_is_wrong, 0, 3);
    tcase_add_loop_test(tests, records_are_accounted_for, 0, N_WORLDS);
    tcase_add_loop_test(tests, many_questions_are_answered, 0, N_WORLDS);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
