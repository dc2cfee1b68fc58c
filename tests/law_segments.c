/*
 * The law of segments. However an input is divided into frames, members, blocks
 * or streams, whatever lies between them, and whatever is broken, any number of
 * threads give the same as one thread that reads from beginning to end.
 */
#include "readers/csv/csv.h"
#include "tests/mechanism_kit.h"
#include "tests/packings.h"
#include "tests/runner.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define SEEDS turns(3, 1)
#define BREAKS turns(30, 12)
#define NAME "x.csv"

static const size_t threads[] = {1, 2, 3, 4, 8, 16};
static struct bytes packed;
static struct trial trial;
static struct outcome expected;
static char *csv, *query;

/* Inputs are opened several times, so they are files. */

static char folder[40];

static void enter_folder(void)
{
    strcpy(folder, "/tmp/weir-segments-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
    (void)unlink(NAME);
    (void)rmdir(folder);
}

static void save(const void *bytes, size_t len)
{
    FILE *file = fopen(NAME, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

static void read_file(struct trial *of)
{
    static const char *const name = NAME;
    of->paths = &name;
    of->n_paths = 1;
}

static void pack(const struct packing *packing, uint64_t seed)
{
    pack_parts(&packed, packing, csv, trial.len, seed);
    save(packed.at, packed.len);
}

static void begin(unsigned lines, uint64_t seed)
{
    const struct random_table table = {.lines = lines,
                                       .bad = seed % 2,
                                       .ragged = seed % 3 == 0,
                                       .tidy = seed % 5 == 0};
    csv = random_table(seed, &table, &trial.len);
    trial = (struct trial){.csv = csv, .len = trial.len, .deaf = true};
    do {
        free(query);
        query = random_query(seed++ * 31);
    } while (!strstr(query, "count") && !strstr(query, "first"));
    trial.query = query;
    if (seed % 4)
        trial.cells.bad = WEIR_BAD_CELLS_NULL;
    if (table.ragged)
        trial.reading.bad_records = WEIR_BAD_RECORDS_REJECT;
}

static void end(void)
{
    outcome_release(&expected);
    bytes_free(&packed);
    free(csv);
    free(query);
    query = NULL;
}

static void ck_assert_same(const struct trial *other, const char *what)
{
    char scratch[1000];
    struct outcome got;
    trial_run(other, &got);
    const char *found =
        outcome_difference(&got, &expected, scratch, sizeof scratch);
    ck_assert_msg(!found, "%s, %zu threads, batch %zu: %s\n%s", what,
                  other->threads, other->reading.batch, other->query, found);
    outcome_release(&got);
}

START_TEST(any_parts_on_any_threads_say_the_same)
{
    static const size_t batches[] = {64, 200, 1000, 8193};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        begin(1500, seed);
        trial_run(&trial, &expected);
        pack(&packings[_i], seed);
        for (size_t i = 0; i < N(threads); i++) {
            struct trial other = trial;
            read_file(&other);
            other.threads = threads[i];
            other.reading.batch = batches[(i + seed) % N(batches)];
            ck_assert_same(&other, "parts");
        }
        end();
    }
}
END_TEST

/* Splits a text in two at every offset. Segments have at least one KiB. */
static void ck_assert_cut_anywhere(const char *text, const char *question)
{
    uint8_t *cut;
    size_t len = strlen(text);
    trial = (struct trial){
        .csv = text, .len = len, .query = question, .deaf = true};
    trial_run(&trial, &expected);
    struct trial other = trial;
    read_file(&other);
    other.reading.batch = 64;
    for (size_t at = 1; at < len; at += stride(3)) {
        packed.len = 0;
        add_zstd_sized(&packed, text, at, 1);
        add_zstd_skippable(&packed, 1100);
        add_zstd_sized(&packed, text + at, len - at, 1);
        cut = packed.at;
        save(cut, packed.len);
        other.threads = 2 + at % 2;
        ck_assert_same(&other, text + at);
    }
    outcome_release(&expected);
    bytes_free(&packed);
}

static const char *const texts[] = {
    "a,b\n1,x\n2,yy\n3,z\n",
    "a,b\n1,x\n2,yy\n3,z",
    "a,b\r\n1,x\r\n2,yy\r\n3,z\r\n",
    "a,b\r1,x\r2,yy\r3,z\r",
    "a,b\r1,x\n2,yy\r\n\r\n\n3,z\r",
    "a,b\n1,\"x\"\n2,\"y\"\"y\"\n3,z\n",
    "a,b\n1,\"two\nlines\"\n2,\"\n\n\"\n3,\"x,\"\n4,\"\r\n\"\n5,\n",
    "a,b\n1,in \"the middle\n2,of\" it\n3,z\n",
    "a,b\n1,x\n2,y,z\n3,\"\n\"\n",
    "a,b\n1,x\nnone,y\n3,\"\n\"\n4,\n",
    "a,b\n1,x\n2,\"never closes\n3,4\n",
    "a,b\n1,x\n\n2,y\n\n\n",
    "\xef\xbb\xbf\"a\na\",b\n1,x\n2,y\n",
};

START_TEST(cut_anywhere_records_are_whole)
{
    ck_assert_cut_anywhere(texts[_i], "count(), count(b), min(b), max(b), "
                                      "first(b), last(b)");
    ck_assert_cut_anywhere(texts[_i], "sum($1), count() by b");
}
END_TEST

/* A record that spans many frames, and an input without any record. */
START_TEST(records_longer_than_segments_are_whole)
{
    struct bytes text = {0};
    bytes_add_text(&text, "a,b\n1,");
    for (size_t i = 0; i < 3000; i++)
        bytes_add_text(&text, _i ? "\n\"\"" : "long and ");
    bytes_add_text(&text, _i ? "\n3,y\n" : "\n2,x\n3,y");
    csv = (char *)text.at;
    trial = (struct trial){
        .csv = csv, .len = text.len, .query = "count(), max(b)", .deaf = true};
    trial_run(&trial, &expected);
    pack(&packings[0], 1);
    struct trial other = trial;
    read_file(&other);
    for (size_t i = 0; i < N(threads); i++) {
        other.threads = threads[i];
        other.reading.batch = 64;
        ck_assert_same(&other, "long");
    }
    other.threads = 4;
    read_file(&trial);
    trial.reading.max_record = other.reading.max_record = 1000;
    outcome_release(&expected);
    trial_run(&trial, &expected);
    ck_assert_same(&other, "too long");
    csv = NULL;
    bytes_free(&text);
    end();
}
END_TEST

/* Several inputs are one table. An input with segments is read when its turn
 * comes. If a guess in the last input is wrong, the run restarts with the
 * first. */
START_TEST(several_inputs_on_any_threads_say_the_same)
{
    static const char *const names[] = {"1.csv", "2.csv", "3.csv", "4.csv"};
    for (uint64_t seed = 0; seed < SEEDS + 1; seed++) {
        begin(1500, seed * 5 + (_i == 0)); /* tidy, except for _i 0 */
        trial.query =
            "count(), count(t) as ts, first(t), last(t), max(text(n)), "
            "first(k) by k order by ts, k";
        trial.paths = names;
        trial.n_paths = N(names);
        save(csv, trial.len);
        ck_assert_int_eq(rename(NAME, names[0]), 0);
        for (size_t i = 1; i < N(names); i++) {
            pack(&packings[(_i + (int)i * 2) % (int)N_PACKINGS], seed + i);
            ck_assert_int_eq(rename(NAME, names[i]), 0);
        }
        trial_run(&trial, &expected);
        ck_assert_str_eq(expected.trouble, "");
        for (size_t i = 1; i < N(threads); i++) {
            struct trial other = trial;
            other.threads = threads[i];
            other.reading.batch = i % 2 ? 64 : 500;
            ck_assert_same(&other, "inputs");
        }
        end();
    }
    for (size_t i = 0; i < N(names); i++)
        (void)unlink(names[i]);
}
END_TEST

/* Of a damaged member ISA-L may give some bytes less where it is asked for few
 * at a time (readers/README.md): what is wrong in the text before the damage is
 * then not met. */
static bool less_may_be_read;

static void ck_assert_fails(const struct trial *other, const char *what)
{
    struct outcome got;
    trial_run(other, &got);
    ck_assert_msg(*got.trouble, "%s, %zu threads: no error", what,
                  other->threads);
    ck_assert(!got.ended);
    outcome_release(&got);
}

/* Damage gives the same error as where there are no segments. */
static void ck_assert_broken_alike(const uint8_t *bytes, size_t len,
                                   size_t n_threads, const char *what)
{
    save(bytes, len);
    read_file(&trial);
    trial.reading.batch = 1000; /* longer than any record */
    trial.threads = 1;
    trial_run(&trial, &expected);
    struct trial other = trial;
    other.threads = n_threads;
    if (*expected.trouble && less_may_be_read)
        ck_assert_fails(&other, what);
    else
        ck_assert_same(&other, what);
    outcome_release(&expected);
}

static void begin_broken(const struct packing *packing)
{
    begin(1500, 5);
    trial.query = "count(), max(t), min(m)";
    less_may_be_read = !strcmp(packing->inflater, "isal");
    pack(packing, 7);
}

START_TEST(truncated_anywhere_any_threads_say_the_same)
{
    begin_broken(&packings[_i]);
    size_t i = 0;
    for (size_t cut = 4; cut < packed.len; cut += 1 + packed.len / BREAKS)
        ck_assert_broken_alike(packed.at, cut, threads[i++ % N(threads)],
                               "truncated");
    end();
}
END_TEST

START_TEST(flipped_anywhere_any_threads_say_the_same)
{
    begin_broken(&packings[_i]);
    size_t i = 0;
    for (size_t byte = 4; byte < packed.len; byte += 1 + packed.len / BREAKS) {
        uint8_t mask = (uint8_t)(1u << byte % 8);
        packed.at[byte] ^= mask;
        ck_assert_broken_alike(packed.at, packed.len, threads[i++ % N(threads)],
                               "flipped");
        packed.at[byte] ^= mask;
    }
    end();
}
END_TEST

START_TEST(garbage_and_padding_at_the_end_are_told)
{
    static const char *const ends[] = {"x", "garbage, and more of it", "(\xb5/",
                                       "\x1f\x8b\x08\x04"};
    begin_broken(&packings[_i]);
    size_t len = packed.len;
    for (size_t i = 0; i < N(ends) * N(threads); i++) {
        packed.len = len;
        bytes_add_text(&packed, ends[i % N(ends)]);
        ck_assert_broken_alike(packed.at, packed.len, threads[i / N(ends)],
                               "end");
    }
    end();
}
END_TEST

START_TEST(refused_allocations_are_told_or_not_needed)
{
    char scratch[1000];
    struct outcome got;
    begin(turns(700, 150), 5);
    trial_run(&trial, &expected);
    pack(&packings[_i], 7);
    read_file(&trial);
    trial.reading.batch = 64;
    trial.threads = 2;
    trial_run(&trial, &got);
    outcome_release(&got);
    uint64_t live = weir_memory_total().live;
    uint64_t first = weir_memory_total().allocations;
    trial_run(&trial, &got);
    outcome_release(&got);
    uint64_t max = weir_memory_total().allocations - first;
    const unsigned step = turns(1, 3);
    for (uint64_t n = 1 + (unsigned)_i % step; n <= max; n += step) {
        weir_memory_fail_at(n);
        trial_run(&trial, &got);
        weir_memory_fail_at(0);
        ck_assert_uint_eq(weir_memory_total().live, live);
        const char *found =
            outcome_difference(&got, &expected, scratch, sizeof scratch);
        ck_assert_msg(!found || strstr(got.trouble, "LIMIT ") == got.trouble,
                      "allocation %llu: %s", (unsigned long long)n, found);
        outcome_release(&got);
    }
    end();
}
END_TEST

/* Reads the text of all segments on one thread, which may guess, and counts
 * them. Returns false if a guess was wrong. */
static bool read_segments(struct bytes *got, size_t *n)
{
    static const struct weir_reading_facts facts = {.threads = 2,
                                                    .spare = SIZE_MAX};
    const char *path = NAME;
    const struct weir_csv_inputs inputs = {.path = &path, .n = 1};
    const struct weir_reading reading = {.batch = 200};
    struct weir_error error;
    struct weir_estimate estimate = {0};
    struct weir_stream *stream = weir_csv_open(&inputs, &reading, &error);
    ck_assert_ptr_nonnull(stream);
    weir_stream_all_fields(stream);
    stream->ops->prepare(stream, &facts, &estimate);
    struct weir_batch batch;
    struct weir_batch_size size = weir_batch_size(stream);
    ck_assert_int_eq(weir_batch_init(&batch, &size, &error), WEIR_OK);
    uint64_t position = 0;
    enum weir_status status;
    *n = 0;
    while ((status = weir_next(stream, &batch, &error)) == WEIR_OK) {
        ck_assert_uint_eq(batch.part.seq, *n);
        *n += batch.part.last;
        if (batch.len == 0)
            continue;
        ck_assert_uint_gt(batch.part.position, position);
        position = batch.part.position;
        bytes_add(got, batch.text, batch.len);
    }
    ck_assert(status == WEIR_END || !batch.part.located);
    weir_batch_release(&batch);
    weir_stream_close(stream);
    return status == WEIR_END;
}

static void begin_text(struct bytes *text, const struct packing *packing)
{
    trial = (struct trial){.len = text->len, .deaf = true};
    csv = (char *)text->at;
    trial.csv = csv;
    pack(packing, 3);
}

/* The laws would be empty if there were no segments, or if all guesses were
 * wrong. */
START_TEST(segments_are_the_input)
{
    struct bytes text = {0}, got = {0};
    size_t n;
    bytes_add_csv(&text, 300000, 7);
    text.at[text.len - 1] = '\n';
    begin_text(&text, &packings[_i]);
    bytes_add(&got, text.at,
              (size_t)((uint8_t *)strchr(csv, '\n') + 1 - text.at));
    ck_assert(read_segments(&got, &n));
    ck_assert_uint_gt(n, 5);
    ck_assert(bytes_same(&got, &text));
    bytes_free(&got);
    bytes_free(&packed);
    bytes_free(&text);
}
END_TEST

/* Records with quoted line ends. With `fools`, the quotes also look valid if
 * inside and outside are swapped. */
static void add_quoted(struct bytes *text, bool fools)
{
    char line[40];
    uint64_t seed = 1;
    bytes_add_text(text, "a,b,c\n");
    while (text->len < 200000) {
        bytes_add_text(text, "5,\"");
        for (unsigned i = draw(&seed, fools ? 90 : 4); i > 0; i--) {
            (void)snprintf(line, sizeof line, "%u,%s,%u\n", draw(&seed, 100000),
                           fools ? "\"\"\"\"" : "", draw(&seed, 100000));
            bytes_add_text(text, line);
        }
        bytes_add_text(text,
                       fools ? "\",\"\"\n" : "\",\"say \"\"x\"\"\nonce\"\r\n");
    }
}

START_TEST(quotes_tell_where_records_begin_or_fool)
{
    struct bytes text = {0}, got = {0};
    size_t n;
    bool fools = _i == 1;
    add_quoted(&text, fools);
    begin_text(&text, &packings[1]);
    ck_assert_int_eq(read_segments(&got, &n), !fools);
    ck_assert_uint_gt(n, fools ? 0 : 5);
    trial.query = "count(), sum(a), min(c), first(b), last(c), distinct(b)";
    trial_run(&trial, &expected);
    struct trial other = trial;
    read_file(&other);
    other.reading.batch = 200;
    for (size_t i = 0; i < N(threads); i++) {
        other.threads = threads[i];
        ck_assert_same(&other, fools ? "fooled" : "quoted");
    }
    outcome_release(&expected);
    bytes_free(&got);
    bytes_free(&packed);
    bytes_free(&text);
}
END_TEST

/* An input of one part is looked through to its end for another one. That may
 * take as long as to read it, so it happens once. */
START_TEST(an_input_is_looked_through_once)
{
    struct outcome got;
    begin(3000, 5);
    add_gzip(&packed, csv, trial.len);
    save(packed.at, packed.len);
    read_file(&trial);
    trial.threads = 2;
    uint64_t before = weir_mechanism_count(WEIR_RAN_SEGMENT_LOOKED_UP);
    trial_run(&trial, &got);
    uint64_t after = weir_mechanism_count(WEIR_RAN_SEGMENT_LOOKED_UP);
    ck_assert_uint_le(after - before, 1);
    ck_assert_str_eq(got.how, "decoded ahead");
    outcome_release(&got);
    end();
}
END_TEST

#define ADD(test) tcase_add_loop_test(tests, test, 0, (int)N_PACKINGS)

static const struct floor floors[] = {
    {WEIR_RAN_SEGMENT_LOOKED_UP, 1000, 300},
    {WEIR_RAN_SEGMENT_ENTERED, 4000, 3000},
    {WEIR_RAN_SEGMENT_INSIDE, 600, 500},
    {WEIR_RAN_SEGMENT_MISSPECULATED, 18, 9},
    {WEIR_RAN_RUN_AGAIN, 300, 200},
    {WEIR_RAN_FRAME_CROSSED, 800000, 600000},
    {WEIR_RAN_MEMBER_CROSSED, 30000, 20000},
    {WEIR_RAN_ALLOCATION_REFUSED, 900, 900},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("law_segments");
    TCase *tests = tcase_create("law_segments");
    tcase_set_timeout(tests, 200);
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    ADD(any_parts_on_any_threads_say_the_same);
    tcase_add_loop_test(tests, cut_anywhere_records_are_whole, 0,
                        (int)N(texts));
    tcase_add_loop_test(tests, several_inputs_on_any_threads_say_the_same, 0,
                        3);
    tcase_add_loop_test(tests, records_longer_than_segments_are_whole, 0, 2);
    ADD(truncated_anywhere_any_threads_say_the_same);
    ADD(flipped_anywhere_any_threads_say_the_same);
    ADD(garbage_and_padding_at_the_end_are_told);
    ADD(refused_allocations_are_told_or_not_needed);
    ADD(segments_are_the_input);
    tcase_add_test(tests, an_input_is_looked_through_once);
    tcase_add_loop_test(tests, quotes_tell_where_records_begin_or_fool, 0, 2);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
