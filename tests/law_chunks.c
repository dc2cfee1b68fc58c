/*
 * The law of chunks. Chunks of a plain file give the same records, error and
 * record counts as reading the file from beginning to end. This holds whatever
 * the text is like where a chunk begins, for chunks of any length, on any
 * number of threads, and whether the beginning of a chunk is guessed or known.
 */
#include "readers/csv/csv.h"
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
#define SEEDS turns(3, 2)
/* Minimum length of a text in bytes; LONG_TEXT is for large chunks. */
#define TEXT ((size_t)(sanitized() ? 90000 : 180000))
#define LONG_TEXT ((size_t)360000)

enum kind {
    SIMPLE,
    RETURNS, /* lines end in CRLF */
    QUOTED,
    FOOLING, /* quotes look valid even if inside and outside are swapped */
    STRANGE, /* quotes stand where they may not */
    DENSE,   /* more fields in a chunk than its capacity, and then a quote */
    RAGGED,  /* wrong numbers of fields, and blank lines */
    LONG,    /* records of up to 3 pages, near the end of up to 12 */
    N_KINDS
};

static struct bytes text;
static uint64_t seed;

static void add_line(const char *format, unsigned k, unsigned n)
{
    char line[80];
    (void)snprintf(line, sizeof line, format, k, n);
    bytes_add_text(&text, line);
}

static void add_fooling(unsigned i)
{
    add_line("k%u,%u,\"\n", i % 7, i);
    for (unsigned n = draw(&seed, 90); n > 0; n--)
        add_line("k%u,\"\"\"\",%u\n", draw(&seed, 7), draw(&seed, 100000));
    bytes_add_text(&text, "\"\n");
}

/* The first record is short, and is read together with the header. The next one
 * is so long that a chunk has no line end. */
static void add_long(unsigned i)
{
    bool last = text.len > TEXT - 45000 && draw(&seed, 3) == 0;
    unsigned len = draw(&seed, last ? 50000 : 12000);
    add_line("k%u,%u,", i % 7, i);
    if (i < 2)
        len = i * 9000;
    for (unsigned n = len; n >= 8; n -= 8)
        bytes_add_text(&text, i < 2 || n % 40 ? "and more" : "\"");
    bytes_add_text(&text, "\n");
}

static void add_record(enum kind kind, unsigned i)
{
    static const char *const quoted[] = {
        "k%u,%u,\"two\nlines\"\n", "k%u,%u,\"say \"\"x\"\"\"\n",
        "k%u,%u,\"a, b\"\r\n", "\"k%u\",\"%u\",\"\"\n", "k%u,%u,none\n"};
    static const char *const strange[] = {
        "k%u,%u,in \"the middle\n", "k%u,%u,\"closed\" early\n",
        "k%u,%u, \"blank\"\r", "k%u,%u,none\n", "k%u,%u,\"\n,\n\"\n"};
    static const char *const ragged[] = {"k%u,%u\n", "k%u,%u,x,y\n", "\n",
                                         "k%u,%u,none\n", "k%u,%u,\"\"\r\n"};
    unsigned k = draw(&seed, 7), form = draw(&seed, 5);
    switch (kind) {
    case QUOTED:
        add_line(quoted[form], k, i);
        break;
    case STRANGE:
        add_line(strange[form], k, i);
        break;
    case RAGGED:
        add_line(ragged[draw(&seed, 20) ? 3 : form], k, i);
        break;
    case FOOLING:
        add_fooling(i);
        break;
    case DENSE:
        add_line(i % 15000 == 14999 ? "k%u,%u,\"x\n1,1,\"\n" : ",,\n", k, i);
        break;
    case LONG:
        add_long(i);
        break;
    default:
        add_line(kind == SIMPLE ? "k%u,%u,text\n" : "k%u,%u,text\r\n", k, i);
    }
}

static void write_text(enum kind kind, size_t max)
{
    text.len = 0;
    bytes_add_text(&text, "k,n,t\n");
    for (unsigned i = 0; text.len < max; i++)
        add_record(kind, i);
    if (draw(&seed, 2))
        bytes_add_text(&text, "k1,1,last");
}

static struct trial trial;
static struct outcome expected;

static void ck_assert_same(const struct trial *other)
{
    struct outcome got;
    char scratch[1000];
    trial_run(other, &got);
    const char *what =
        outcome_difference(&got, &expected, scratch, sizeof scratch);
    ck_assert_msg(!what, "%s\nbatch %zu, %zu threads, seed %llu: %s",
                  trial.query, other->reading.batch, other->threads,
                  (unsigned long long)seed, what);
    outcome_release(&got);
}

/* Chunks of the default size. */
static void ck_assert_large_chunks(void)
{
    struct trial other = trial;
    other.in_file = true;
    ck_assert_same(&other);
    other.threads = 2;
    ck_assert_same(&other);
}

static void ck_assert_chunks_of_a_file(void)
{
    static const size_t pages[] = {1, 2, 5}, threads[] = {1, 2, 4};
    struct trial other = trial;
    other.in_file = true;
    for (size_t i = 0; i < N(pages) * N(threads); i++) {
        other.reading.batch = CHUNK_BATCH(pages[i % N(pages)]);
        other.threads = threads[i / N(pages)];
        ck_assert_same(&other);
        /* Every chunk is guessed, even on a single thread. */
        setenv("WEIR_WAY", "chunks", 1);
        ck_assert_same(&other);
        unsetenv("WEIR_WAY");
    }
    other.layout = weir_layouts[seed % WEIR_N_LAYOUTS];
    other.threads = 2;
    if (!*expected.trouble) /* loading has errors of its own */
        ck_assert_same(&other);
}

START_TEST(chunks_are_the_text)
{
    static const char *const questions[] = {
        "count(), sum(n), max(t), first(k), last(t)",
        "k, n, length(t) where n % 3 = 1",
        "count(), max(n), distinct(length(t)) by k"};
    for (unsigned i = 0; i < SEEDS; i++) {
        seed = (uint64_t)_i * 100 + i;
        write_text((enum kind)_i, i ? TEXT : LONG_TEXT);
        trial = (struct trial){.csv = (char *)text.at,
                               .len = text.len,
                               .query = questions[i % N(questions)],
                               .cells.bad = WEIR_BAD_CELLS_NULL};
        if (_i == RAGGED)
            trial.reading.bad_records = WEIR_BAD_RECORDS_REJECT;
        trial_run(&trial, &expected);
        ck_assert_str_eq(expected.trouble, "");
        if (i)
            ck_assert_chunks_of_a_file();
        else
            ck_assert_large_chunks();
        outcome_release(&expected);
    }
    bytes_free(&text);
}
END_TEST

/* A chunk whose last record was not read to its end is split again. Records of
 * one length teach how far to read. */
START_TEST(chunks_of_long_records_are_split_once)
{
    struct outcome got;
    seed = 1;
    text.len = 0;
    bytes_add_text(&text, "k,n,t\n");
    for (unsigned i = 0; text.len < (size_t)40 * 131072; i++) {
        add_line("k%u,%u,", i % 7, i);
        for (unsigned n = 0; n < 1000; n++)
            bytes_add_text(&text, "and more");
        bytes_add_text(&text, "\n");
    }
    trial = (struct trial){.csv = (char *)text.at,
                           .len = text.len,
                           .query = "count(), sum(n)",
                           .in_file = true};
    uint64_t given = weir_mechanism_count(WEIR_RAN_CHUNK_GIVEN);
    uint64_t again = weir_mechanism_count(WEIR_RAN_CHUNK_READ_ON);
    trial_run(&trial, &got);
    given = weir_mechanism_count(WEIR_RAN_CHUNK_GIVEN) - given;
    again = weir_mechanism_count(WEIR_RAN_CHUNK_READ_ON) - again;
    ck_assert_str_eq(got.trouble, "");
    ck_assert_uint_le(again, given / 4);
    outcome_release(&got);
    bytes_free(&text);
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_CHUNK_GIVEN, 3000, 500},
    {WEIR_RAN_CHUNK_EMPTY, 100, 20},
    {WEIR_RAN_CHUNK_PLAIN, 2000, 300},
    {WEIR_RAN_CHUNK_QUOTED, 2000, 300},
    {WEIR_RAN_CHUNK_EXACT, 400, 100},
    {WEIR_RAN_CHUNK_INSIDE, 80, 20},
    {WEIR_RAN_CHUNK_GUESSED_RIGHT, 800, 100},
    {WEIR_RAN_CHUNK_GUESSED_WRONG, 400, 60},
    {WEIR_RAN_CHUNK_READ_ON, 200, 30},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("law_chunks");
    TCase *tests = tcase_create("law_chunks");
    tcase_set_timeout(tests, 200);
    tcase_add_loop_test(tests, chunks_are_the_text, 0, N_KINDS);
    tcase_add_test(tests, chunks_of_long_records_are_split_once);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
