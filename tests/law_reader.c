/*
 * The laws of the reader, over random CSV that is drawn from seeds. The reader
 * gives the same records, rejects and lines, and the same error at the same
 * place, however the bytes arrive, for every batch size and instruction set,
 * and on the fast and the slow path. libcsv gives the same wherever it can read
 * the dialect. If an allocation is refused, nothing leaks.
 */
#include "base/error.h"
#include "base/isa.h"
#include "readers/csv/csv.h"
#include "tests/mechanism_kit.h"
#include "tests/reading.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS ((uint64_t)turns(100, 40))
#define MANY_SEEDS (SEEDS * 5)

static const struct dialect {
    struct weir_reading options;
    struct random_csv csv;
    bool libcsv; /* libcsv can read it */
} dialects[] = {
    {{0}, {.delimiter = ","}, true},
    {{0}, {.delimiter = ",", .tidy = true}, true},
    {{.trim = true}, {.delimiter = ","}, true},
    {{.bad_records = WEIR_BAD_RECORDS_PAD},
     {.delimiter = ",", .ragged = true},
     true},
    {{.bad_records = WEIR_BAD_RECORDS_REJECT},
     {.delimiter = ",", .ragged = true},
     true},
    {{0}, {.delimiter = ",", .tidy = true, .ragged = true}, true},
    {{.no_header = true, .null = "NA,null,-"}, {.delimiter = ","}, true},
    {{.delimiter = ";", .max_record = 100}, {.delimiter = ";"}, true},
    {{.header = "a,b,c,d", .bad_records = WEIR_BAD_RECORDS_PAD},
     {.delimiter = ","},
     true},
    {{.skip = 2, .no_header = true, .bad_records = WEIR_BAD_RECORDS_REJECT},
     {.delimiter = ",", .ragged = true},
     true},
    {{.delimiter = "::", .bad_records = WEIR_BAD_RECORDS_REJECT},
     {.delimiter = "::", .ragged = true},
     false},
    {{.escape = "\\"}, {.delimiter = ",", .escape = '\\'}, false},
    {{.comment = "#", .max_record = 60},
     {.delimiter = ",", .comment = '#'},
     false},
    {{.escape = "\\", .comment = "#", .trim = true, .delimiter = ", "},
     {.delimiter = ", ", .escape = '\\', .comment = '#'},
     false},
    {{.quote = "", .bad_records = WEIR_BAD_RECORDS_PAD},
     {.delimiter = ","},
     false},
    {{.delimiter = "", .bad_records = WEIR_BAD_RECORDS_REJECT},
     {.delimiter = ","},
     false},
    {{.dialect = "tsv", .bad_records = WEIR_BAD_RECORDS_PAD},
     {.delimiter = "\t", .escape = '\\'},
     false},
    {{.dialect = "mysql", .bad_records = WEIR_BAD_RECORDS_PAD},
     {.delimiter = "\t", .escape = '\\'},
     false},
    {{.dialect = "mysql", .quote = "\"", .header = ""},
     {.delimiter = "\t", .escape = '\\'},
     false},
    {{.dialect = "postgres",
      .comment = "\\.",
      .bad_records = WEIR_BAD_RECORDS_REJECT},
     {.delimiter = "\t", .escape = '\\', .ragged = true},
     false},
    {{.dialect = "hive", .escape = "\\", .header = ""},
     {.delimiter = "\x01", .escape = '\\'},
     false},
    {{.dialect = "blanks", .bad_records = WEIR_BAD_RECORDS_REJECT},
     {.delimiter = " \t"},
     false},
    {{.dialect = "blanks", .quote = "\"", .escape = "\\", .max_record = 100},
     {.delimiter = " ", .escape = '\\'},
     false},
    {{.dialect = "excel"}, {.delimiter = ";", .tidy = true}, true},
    {{.dialect = "unix", .null = "1,NA"}, {.delimiter = ","}, true},
};
#define N_DIALECTS ((int)(sizeof dialects / sizeof *dialects))

static char *csv;
static struct reading reading;

static void draw_csv(const struct dialect *dialect, uint64_t seed)
{
    size_t len;
    csv = random_csv_text(seed, &dialect->csv, &len);
    reading = (struct reading){
        .csv = csv, .len = len, .options = dialect->options, .places = true};
}

/* Fails the test if the readings differ, and shows both from where they do. */
static void ck_assert_same(const char *got, const char *expected,
                           const char *what, uint64_t seed)
{
    if (!strcmp(got, expected))
        return;
    size_t at = 0;
    while (got[at] && got[at] == expected[at])
        at++;
    size_t from = at > 60 ? at - 60 : 0;
    ck_abort_msg("seed %llu, %s:\n...%.160s\nexpected:\n...%.160s",
                 (unsigned long long)seed, what, got + from, expected + from);
}

/* Reads with every size of reads and batches, and every instruction set. */
static void ck_assert_laws(uint64_t seed)
{
    static const size_t chunks[] = {
        1, 2, 3, 7, 63, 64, 65, 4095, 4096, 65536, READING_RANDOM};
    static const size_t batches[] = {64, 65, 100, 1000, 4096, 128 << 10};
    char *expected = reading_text(&reading);
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        struct reading now = reading;
        now.chunk = chunks[i];
        now.options.batch = batches[(seed + i) % 6];
        char *got = reading_text(&now);
        ck_assert_same(got, expected, "chunk law", seed);
        free(got);
    }
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
        struct reading now = reading;
        now.options.batch = batches[i];
        char *got = reading_text(&now);
        ck_assert_same(got, expected, "batch law", seed);
        free(got);
    }
    for (enum weir_isa isa = 0; isa < WEIR_ISAS; isa++) {
        if (!weir_isa_has(isa))
            continue;
        struct reading now = reading;
        now.options.batch = batches[(seed + isa) % 6];
        setenv("WEIR_ISA", weir_isa_name(isa), 1);
        char *got = reading_text(&now);
        unsetenv("WEIR_ISA");
        ck_assert_same(got, expected, "instruction set law", seed);
        free(got);
    }
    free(expected);
}

START_TEST(cuts_do_not_matter)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        draw_csv(&dialects[_i], seed);
        ck_assert_laws(seed);
        free(csv);
    }
}
END_TEST

/* Chunks of a file, of one page and of two. */
static void ck_assert_chunks_of_a_file(uint64_t seed)
{
    static const size_t batches[] = {CHUNK_BATCH(1), CHUNK_BATCH(2)};
    char *expected = reading_text(&reading);
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
        struct reading now = reading;
        now.in_file = true;
        now.options.batch = batches[i];
        setenv("WEIR_WAY", "chunks", 1); /* every chunk is guessed */
        char *got = reading_text(&now);
        unsetenv("WEIR_WAY");
        ck_assert_same(got, expected, "chunk law", seed);
        free(got);
    }
    free(expected);
}

START_TEST(chunks_do_not_matter)
{
    for (uint64_t seed = 0; seed < SEEDS / 4; seed++) {
        struct dialect dialect = dialects[_i];
        dialect.csv.lines = 3000;
        dialect.csv.bare = seed % 4 == 0;
        dialect.csv.tidy = dialect.csv.tidy || seed % 4 < 2;
        draw_csv(&dialect, seed);
        if (dialect.libcsv && seed % 3 == 0)
            reading.options.reader = "libcsv";
        ck_assert_chunks_of_a_file(seed);
        free(csv);
    }
}
END_TEST

static size_t count_columns(const char *text)
{
    size_t n = 1;
    for (; *text && *text != '\n'; text++)
        n += *text == '|';
    return n;
}

START_TEST(cuts_do_not_matter_to_columns)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        draw_csv(&dialects[_i], seed);
        char *text = reading_text(&reading);
        uint32_t projected[] = {0, (uint32_t)count_columns(text) - 1};
        free(text);
        reading.projected = projected;
        reading.n_projected = projected[1] ? 2 : 1;
        ck_assert_laws(seed);
        free(csv);
    }
}
END_TEST

/* With a comment mark, even one that never occurs, the byte machine and the
 * slow path read the text. The block scan and the fast path read the same, both
 * all fields and all columns. */
START_TEST(all_paths_read_the_same)
{
    static const uint32_t all[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    for (uint64_t seed = 0; seed < MANY_SEEDS; seed++) {
        draw_csv(&dialects[_i], seed);
        const char *comment = reading.options.comment;
        reading.options.comment = comment ? comment : "\1\2\3";
        char *expected = reading_text(&reading);
        reading.options.comment = comment;
        char *got = reading_text(&reading);
        ck_assert_same(got, expected, "fields", seed);
        free(got);
        reading.projected = all;
        reading.n_projected = count_columns(expected);
        if (reading.n_projected <= 10 &&
            dialects[_i].options.bad_records != WEIR_BAD_RECORDS_PAD) {
            got = reading_text(&reading);
            ck_assert_same(got, expected, "columns", seed);
            free(got);
        }
        free(expected);
        free(csv);
    }
}
END_TEST

/*
 * libcsv reads what the scan reads, or reports where it would not. Up to there
 * the two readings are the same.
 */
static bool ck_assert_agrees(uint64_t seed)
{
    char *expected = reading_text(&reading);
    reading.options.reader = "libcsv";
    reading.options.batch = seed % 2 ? 64 : 0;
    char *got = reading_text(&reading);
    char *refusal = strstr(got, "text after a closing quote, which libcsv");
    if (refusal) {
        while (refusal > got && refusal[-1] != '\n')
            refusal--;
        *refusal = '\0';
        expected[refusal - got] = '\0';
    }
    ck_assert_same(got, expected, "reader law", seed);
    free(got);
    free(expected);
    return !refusal;
}

START_TEST(libcsv_reads_the_same_or_says_where_not)
{
    const struct dialect *dialect = &dialects[_i];
    if (!dialect->libcsv)
        return;
    for (uint64_t seed = 0; seed < MANY_SEEDS; seed++) {
        draw_csv(dialect, seed);
        bool whole = ck_assert_agrees(seed);
        ck_assert(whole || !dialect->csv.tidy);
        free(csv);
    }
}
END_TEST

START_TEST(libcsv_keeps_the_laws)
{
    if (!dialects[_i].libcsv)
        return;
    for (uint64_t seed = 0; seed < SEEDS / 4; seed++) {
        draw_csv(&dialects[_i], seed);
        reading.options.reader = "libcsv";
        ck_assert_laws(seed);
        free(csv);
    }
}
END_TEST

static void ck_assert_survives(uint64_t seed)
{
    char *expected = reading_text(&reading);
    uint64_t live = weir_memory_total().live;
    for (uint64_t n = 1;; n++) {
        weir_memory_fail_at(n);
        char *got = reading_text(&reading);
        weir_memory_fail_at(0);
        ck_assert_uint_eq(weir_memory_total().live, live);
        bool same = !strcmp(got, expected);
        ck_assert_msg(same || strstr(got, "LIMIT "), "seed %llu, %llu: %s",
                      (unsigned long long)seed, (unsigned long long)n, got);
        free(got);
        if (same)
            break;
        ck_assert_uint_lt(n, 1000);
    }
    free(expected);
}

START_TEST(refused_allocations_leak_nothing)
{
    static const uint32_t first[] = {0};
    for (uint64_t seed = 0; seed < 10; seed++) {
        draw_csv(&dialects[_i], seed);
        reading.chunk = seed % 2 ? 100 : 0;
        reading.options.batch = 64;
        reading.projected = seed % 3 ? first : NULL;
        reading.n_projected = seed % 3 ? 1 : 0;
        if (dialects[_i].libcsv && seed % 4 == 0)
            reading.options.reader = "libcsv";
        ck_assert_survives(seed);
        free(csv);
    }
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_CHUNK_GIVEN, 900, 400},
    {WEIR_RAN_CHUNK_PLAIN, 120, 80},
    {WEIR_RAN_CHUNK_QUOTED, 250, 150},
    {WEIR_RAN_CHUNK_EXACT, 290, 120},
    {WEIR_RAN_CHUNK_INSIDE, 40, 30},
    {WEIR_RAN_WINDOW_FAST, 150000, 60000},
    {WEIR_RAN_WINDOW_FIELDS, 80000, 32000},
    {WEIR_RAN_WINDOW_SLOW, 200000, 80000},
    {WEIR_RAN_WINDOW_EXACT, 130000, 50000},
    {WEIR_RAN_WINDOW_LIBCSV, 15000, 5000},
    {WEIR_RAN_CUT_EXACT, 700000, 300000},
    {WEIR_RAN_BATCH_GROWN, 20000, 9000},
    {WEIR_RAN_RECORD_PADDED, 45000, 20000},
    {WEIR_RAN_ALLOCATION_REFUSED, 1500, 1500},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("law_reader");
    TCase *tests = tcase_create("law_reader");
    tcase_set_timeout(tests, 200);
    tcase_add_loop_test(tests, cuts_do_not_matter, 0, N_DIALECTS);
    tcase_add_loop_test(tests, chunks_do_not_matter, 0, N_DIALECTS);
    tcase_add_loop_test(tests, cuts_do_not_matter_to_columns, 0, N_DIALECTS);
    tcase_add_loop_test(tests, all_paths_read_the_same, 0, N_DIALECTS);
    tcase_add_loop_test(tests, libcsv_reads_the_same_or_says_where_not, 0,
                        N_DIALECTS);
    tcase_add_loop_test(tests, libcsv_keeps_the_laws, 0, N_DIALECTS);
    tcase_add_loop_test(tests, refused_allocations_leak_nothing, 0, N_DIALECTS);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
