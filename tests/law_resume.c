/*
 * The law of checkpoints, over random tables and queries that are drawn from
 * seeds, in files that are packed in every way. A run is saved at any moment,
 * by another thread (tests/saver.h), and a second run resumes from there, with
 * other threads, batches and memory. It may be saved again. In the end the
 * rows, the message and the record counts must be those of an undisturbed run.
 */
#include "partials/partial.h"
#include "tests/mechanism_kit.h"
#include "tests/reading.h"
#include "tests/runner.h"
#include "tests/saver.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <check.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define SEEDS turns(14, 3)
#define FILES_MAX ((size_t)5)
#define HOPS_MAX 12

static struct trial trial;
static struct outcome expected;
static char *query;
static uint64_t seed;

/* Files ------------------------------------------------------------------- */

static char folder[40];
static const char *const names[FILES_MAX] = {"0.csv", "1.csv", "2.csv", "3.csv",
                                             "4.csv"};

/* In memory if possible, because a checkpoint is flushed to the disk. */
static void enter_folder(void)
{
    bool shm = access("/dev/shm", W_OK) == 0;
    strcpy(folder, shm ? "/dev/shm/weir-XXXXXX" : "/tmp/weir-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
    for (size_t i = 0; i < FILES_MAX; i++)
        (void)unlink(names[i]);
    (void)unlink(SAVER_FILE);
    ck_assert_int_eq(rmdir(folder), 0);
}

enum packing {
    PLAIN,
    ZSTD_ONE,
    ZSTD_SMALL, /* frames shorter than a record */
    ZSTD_FRAMES,
    GZIP_ONE,
    GZIP_MEMBERS,
    BGZF,
    XZ, /* streams of several blocks */
    BZIP2,
    LZ4,
    ZSTD_OF_GZIP,
    N_PACKINGS
};

/* Returns false if the packing is neither xz nor bzip2 nor lz4. */
static bool add_other(struct bytes *to, enum packing packing, const void *from,
                      size_t len)
{
    if (packing == XZ)
        add_xz_blocks(to, from, len, 1000, LZMA_CHECK_CRC64);
    else if (packing == BZIP2)
        add_bzip2(to, from, len);
    else if (packing == LZ4)
        add_lz4(to, from, len);
    return packing == XZ || packing == BZIP2 || packing == LZ4;
}

static void add_part(struct bytes *to, enum packing packing, const void *from,
                     size_t len)
{
    bool zstd = packing < GZIP_ONE;
    if (add_other(to, packing, from, len))
        return;
    if (packing == PLAIN)
        bytes_add(to, from, len);
    else if (packing == BGZF)
        add_bgzf(to, from, len);
    else if (!zstd)
        add_gzip(to, from, len);
    else if (draw(&seed, 60) == 0)
        add_zstd(to, from, len);
    else
        add_zstd_sized(to, from, len, (int)draw(&seed, 2));
    if (zstd && packing != PLAIN && draw(&seed, 5) == 0)
        add_zstd_skippable(to, draw(&seed, 100));
}

static void pack(struct bytes *to, enum packing packing, const char *text,
                 size_t len)
{
    static const unsigned max[N_PACKINGS] = {
        [ZSTD_SMALL] = 25, [ZSTD_FRAMES] = 3000, [GZIP_MEMBERS] = 3000,
        [BGZF] = 3000,     [XZ] = 3000,          [BZIP2] = 3000,
        [LZ4] = 3000};
    struct bytes inner = {0};
    if (packing == ZSTD_OF_GZIP) {
        pack(&inner, GZIP_MEMBERS, text, len);
        pack(to, ZSTD_ONE, (char *)inner.at, inner.len);
        bytes_free(&inner);
        return;
    }
    for (size_t at = 0, part = len; at < len; at += part) {
        if (max[packing])
            part = draw(&seed, max[packing]);
        part = part < len - at ? part : len - at;
        add_part(to, packing, text + at, part);
    }
    if (!to->len)
        add_part(to, packing, text, 0);
}

static void save(const char *name, const struct bytes *bytes)
{
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    if (bytes->len)
        ck_assert_uint_eq(fwrite(bytes->at, 1, bytes->len, file), bytes->len);
    ck_assert_int_eq(fclose(file), 0);
}

/* How a file is damaged. */
enum harm {
    UNHARMED,
    TRUNCATED,
    FLIPPED,
    OTHER_HEADER,
    N_HARMS
};

static void write_file(size_t i, const struct random_table *table,
                       enum packing packing, enum harm harm)
{
    struct bytes packed = {0};
    size_t len;
    char *csv = random_table(seed * FILES_MAX + i, table, &len);
    if (harm == OTHER_HEADER && len)
        csv[0] = 'x';
    bool all = draw(&seed, 10) || table->min;
    pack(&packed, packing, csv, all ? len : 0);
    if (harm == TRUNCATED && packed.len)
        packed.len -= 1 + draw(&seed, (unsigned)packed.len / 2);
    if (harm == FLIPPED && packed.len)
        packed.at[draw(&seed, (unsigned)packed.len)] ^= 4;
    save(names[i], &packed);
    bytes_free(&packed);
    free(csv);
}

/* Writes tables to `n` files, one of which may be damaged. */
static void write_files(size_t n, const struct random_table *table,
                        enum harm harm)
{
    size_t harmed = draw(&seed, (unsigned)n);
    for (size_t i = 0; i < n; i++)
        write_file(i, table, (enum packing)draw(&seed, N_PACKINGS),
                   i == harmed ? harm : UNHARMED);
    trial.paths = names;
    trial.n_paths = n;
}

/* Resuming ----------------------------------------------------------------- */

static size_t gone_on; /* times that a run resumed within an input */

static struct weir_split split;
static const char sound[] = "count(), sum(n), last(t), distinct(t) by k";

/* The same query with other settings. */
static struct trial other_way(void)
{
    static const size_t batches[] = {64, 300, 1000, CHUNK_BATCH(1),
                                     CHUNK_BATCH(2)};
    static const size_t memory[] = {0, 0, 1, 30000};
    struct trial other = trial;
    other.threads = 1 + draw(&seed, 4);
    other.memory = memory[draw(&seed, N(memory))];
    /* A shard guesses its beginning by its first batch. */
    if (!other.share.of_shards)
        other.reading.batch = batches[draw(&seed, N(batches))];
    other.hooks.planned = saver_planned;
    other.watch = saver_watch;
    other.hooks.step = saver_step;
    other.share.split = &split;
    return other;
}

/* After how many batches the run is saved. A short run may have fewer. */
static unsigned draw_due(const struct trial *other)
{
    size_t batch = other->reading.batch;
    size_t text = batch;
    return 1 + draw(&seed, 2 + 20000 / (unsigned)text);
}

static bool open_resume(struct weir_left *resume,
                        struct weir_partial_info *info)
{
    struct weir_error error;
    *resume = (struct weir_left){.place = saver.place, .info = info};
    gone_on += saver.place.raw || saver.place.skip;
    struct weir_source *source = weir_file_open(SAVER_FILE, NULL, &error);
    ck_assert_ptr_nonnull(source);
    resume->reader = weir_partial_open(source, SAVER_FILE, &error);
    ck_assert_ptr_nonnull(resume->reader);
    enum weir_status status = weir_partial_next(resume->reader, info, &error);
    ck_assert_msg(status == WEIR_OK, "%s", error.message);
    return true;
}

static char way[600]; /* settings of the runs so far, for messages */

static void note_way(const struct trial *other, bool goes_on)
{
    size_t len = strlen(way);
    if (goes_on)
        (void)snprintf(way + len, sizeof way - len, " -> %u:%llu+%llu",
                       saver.place.input, (unsigned long long)saver.place.raw,
                       (unsigned long long)saver.place.skip);
    len = strlen(way);
    (void)snprintf(way + len, sizeof way - len, " (j%zu b%zu m%zu due %u)",
                   other->threads, other->reading.batch, other->memory,
                   saver.due);
}

/* One run, which resumes from the last save if there is one. Returns whether it
 * ran to its end. */
static bool hop(const struct trial *way_on, bool goes_on)
{
    struct trial other = *way_on;
    struct weir_partial_info info = {0};
    struct weir_left resume = {0};
    struct outcome got;
    char scratch[1000];
    if (goes_on && open_resume(&resume, &info))
        other.resume = &resume;
    note_way(&other, goes_on);
    memset(&split, 0, sizeof split);
    trial_run(&other, &got);
    weir_partial_close(resume.reader);
    weir_partial_info_release(&info);
    bool whole = !saver.saved || !saver.stop;
    const char *what =
        whole ? outcome_difference(&got, &expected, scratch, sizeof scratch)
              : NULL;
    ck_assert_msg(!what, "%s\nby%s:\n%s", trial.query, way, what);
    outcome_release(&got);
    /* A run that resumes without guesses is not restarted once more, unless it
     * has to find the line of what it set aside. */
    ck_assert(!other.resume || !resume.place.no_guesses || *expected.trouble ||
              trial.cells.bad != WEIR_BAD_CELLS_ERROR ||
              trial.reading.bad_records == WEIR_BAD_RECORDS_REJECT ||
              saver.begun == 1);
    return whole;
}

/* Everything that is drawn follows from the number of the chain. The first
 * chain has one thread, so that what happens in it follows from it as well. */
static void ck_assert_chain(unsigned chain)
{
    bool saved = false;
    *way = '\0';
    for (unsigned n = 0; n < HOPS_MAX; n++) {
        struct trial other = other_way();
        unsigned due = draw_due(&other);
        bool stop = draw(&seed, 3) != 0, ends = draw(&seed, 2);
        if (chain == 0)
            other.threads = 1;
        saver_begin(n + 1 == HOPS_MAX ? 0 : due, stop);
        bool whole = hop(&other, saved);
        saved = saved || saver.saved;
        if (whole && ends)
            break;
    }
}

static void ck_assert_resumes(void)
{
    uint64_t before = seed;
    trial.deaf = true;
    trial_run(&trial, &expected);
    for (unsigned chain = 0; chain < 4; chain++) {
        seed = before * 4 + chain;
        ck_assert_chain(chain);
    }
    seed = before + 1;
    outcome_release(&expected);
}

/* Segments are mis-speculated, and the run has restarted in sequence when it is
 * saved. A run that resumes from there must not guess again. */
static void ck_assert_resumes_in_sequence(void)
{
    trial.deaf = true;
    trial.query = sound;
    trial_run(&trial, &expected);
    struct trial other = other_way();
    other.threads = 2 + draw(&seed, 3);
    other.reading.batch = 64;
    *way = '\0';
    saver_begin(1 + draw(&seed, 20), true);
    saver.since = 2;
    bool whole = hop(&other, false);
    saver.since = 0;
    ck_assert_msg(!whole && saver.begun == 2, "%s: begun %u times, saved %d",
                  trial.query, saver.begun, saver.saved);
    ck_assert(saver.saved && saver.place.no_guesses);
    saver_begin(0, true);
    ck_assert(hop(&other, true));
    outcome_release(&expected);
}

/* The worlds --------------------------------------------------------------- */

static void ask_anything(void)
{
    do {
        free(query);
        query = random_query(seed++ * 31);
    } while (!strstr(query, "count") && !strstr(query, "first") &&
             !strstr(query, "sum"));
    trial.query = query;
}

static void ask_nothing(void)
{
    free(query);
    query = NULL;
}

static void begin_world(uint64_t number)
{
    seed = number * 1000;
    trial = (struct trial){.cells.bad = (enum weir_bad_cells)(number % 3)};
    trial.reading.bad_records = (enum weir_bad_records)(number / 3 % 3);
    ask_anything();
}

static struct random_table table_of(bool bad, bool ragged)
{
    return (struct random_table){.bad = bad,
                                 .ragged = ragged,
                                 .tidy = draw(&seed, 2),
                                 .lines = 1 + draw(&seed, 1000)};
}

/* The first query is valid and its table is long. All plain texts are long, so
 * that they have several chunks. */
START_TEST(a_run_resumes_where_another_stopped)
{
    gone_on = 0;
    for (unsigned i = 0; i < SEEDS; i++) {
        begin_world((uint64_t)_i * SEEDS + i);
        if (i == 0) {
            trial.query = sound;
            trial.cells.bad = WEIR_BAD_CELLS_NULL;
            trial.reading.bad_records = WEIR_BAD_RECORDS_PAD;
        }
        struct random_table table =
            table_of(trial.cells.bad != WEIR_BAD_CELLS_ERROR || i % 5 == 0,
                     trial.reading.bad_records != WEIR_BAD_RECORDS_ERROR);
        if (i == 0 || _i == PLAIN)
            table.lines = table.min = 1500;
        if (draw(&seed, 3) == 0 && table.tidy)
            trial.reading.reader = "libcsv";
        write_file(0, &table, (enum packing)_i, UNHARMED);
        trial.paths = names;
        trial.n_paths = 1;
        ck_assert_resumes();
    }
    ask_nothing();
    ck_assert_uint_gt(gone_on, 0);
}
END_TEST

START_TEST(through_several_inputs)
{
    gone_on = 0;
    for (unsigned i = 0; i < 2 * SEEDS; i++) {
        begin_world(5000 + i);
        trial.cells.bad = WEIR_BAD_CELLS_NULL;
        const struct random_table table = table_of(true, false);
        write_files(2 + draw(&seed, FILES_MAX - 1), &table, UNHARMED);
        ck_assert_resumes();
    }
    ask_nothing();
    ck_assert_uint_gt(gone_on, 0);
}
END_TEST

/* Text fields whose lines look like records. */
static void write_fooling(enum packing packing)
{
    struct bytes text = {0}, packed = {0};
    bytes_add_text(&text, "k,n,d,t,e,m\n");
    for (unsigned i = 0; i < 300; i++) {
        bytes_add_text(&text, "a,1,1.5,\"\n");
        for (unsigned n = draw(&seed, 30); n > 0; n--)
            bytes_add_text(&text, "b,7,0.5,\"\"\"\",2020-01-01,y\n");
        bytes_add_text(&text, "\",2021-02-03,\"\"\n");
    }
    pack(&packed, packing, (char *)text.at, text.len);
    save(names[0], &packed);
    bytes_free(&packed);
    bytes_free(&text);
}

START_TEST(where_guesses_are_wrong)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        begin_world(7000 + (uint64_t)_i * SEEDS + i);
        trial.cells.bad = WEIR_BAD_CELLS_NULL;
        trial.reading.bad_records = WEIR_BAD_RECORDS_ERROR;
        write_fooling(_i ? ZSTD_FRAMES : BGZF);
        trial.paths = names;
        trial.n_paths = 1;
        ck_assert_resumes();
        ck_assert_resumes_in_sequence();
    }
    ask_nothing();
}
END_TEST

/* A failing run that resumed has the same message as an undisturbed run. */
START_TEST(what_fails_later_says_the_same)
{
    for (unsigned i = 0; i < 2 * SEEDS; i++) {
        begin_world(9000 + i);
        const struct random_table table = table_of(i % 3 == 0, i % 4 == 0);
        write_files(1 + draw(&seed, FILES_MAX), &table,
                    (enum harm)draw(&seed, N_HARMS));
        ck_assert_resumes();
    }
    ask_nothing();
}
END_TEST

static const struct weir_reading readings[] = {
    {.no_header = true},
    {.header = "k,n,d,t,e,m"},
    {.header = "k,n,d,t,e,m", .skip = 1},
    {.skip = 3, .no_header = true},
    {.comment = "k1"},
    {.comment = "k", .header = "a,b,c,d,e,f"},
    {.escape = "\\"},
    {.escape = "a", .no_header = true},
    {.quote = "", .no_header = true},
    {.trim = true},
    {.delimiter = "two", .no_header = true},
};

START_TEST(with_every_option_of_reading)
{
    static const char *const queries[] = {
        "count(), first($1), last($1), min($1), distinct($1)",
        "count(), last($1), sum(num($1)) by $1 order by 2 desc, 1"};
    for (unsigned i = 0; i < SEEDS; i++) {
        begin_world(13000 + (uint64_t)_i * SEEDS + i);
        trial.reading = readings[_i];
        trial.reading.bad_records = WEIR_BAD_RECORDS_PAD;
        trial.cells.bad = WEIR_BAD_CELLS_NULL;
        if (i % 2 || trial.reading.no_header)
            trial.query = queries[i / 2 % 2];
        struct random_table table = table_of(i % 2, true);
        table.tidy = i % 3 != 0;
        write_files(1 + draw(&seed, 3), &table, UNHARMED);
        ck_assert_resumes();
    }
    ask_nothing();
}
END_TEST

/* Shards of one input also save the splits that they have found. */
START_TEST(shards_go_on_as_well)
{
    for (unsigned i = 0; i < SEEDS; i++) {
        begin_world(20000 + (uint64_t)_i * SEEDS + i);
        trial.cells.bad = WEIR_BAD_CELLS_NULL;
        struct random_table table = table_of(false, false);
        struct weir_split whole = {0};
        table.lines = 1000;
        write_file(0, &table, (enum packing)_i, UNHARMED);
        trial.paths = names;
        trial.n_paths = 1;
        trial.reading.batch = 1000;
        trial.share.of_shards = 2 + draw(&seed, 3);
        trial.share.shard = 1 + draw(&seed, trial.share.of_shards);
        trial.share.split = &whole;
        ck_assert_resumes();
        ck_assert_uint_eq(split.begins, whole.begins);
        ck_assert_uint_eq(split.ends, whole.ends);
    }
    ask_nothing();
}
END_TEST

/* Half of what the first chains count; see ck_assert_chain. */
static const struct floor floors[] = {
    {WEIR_RAN_CHECKPOINT_WRITTEN, 340, 80},
    {WEIR_RAN_CHECKPOINT_RESUMED, 340, 80},
    {WEIR_RAN_RESUMED_BYTE, 140, 30},
    {WEIR_RAN_RESUMED_PART, 160, 40},
    {WEIR_RAN_RESUMED_SEGMENT, 2, 1},
    {WEIR_RAN_CHUNK_GIVEN, 70, 6},
    {WEIR_RAN_SEGMENT_ENTERED, 70, 20},
    {WEIR_RAN_SEGMENT_MISSPECULATED, 30, 6},
    {WEIR_RAN_RUN_AGAIN, 30, 6},
    {WEIR_RAN_SHARE_PARTS, 100, 20},
    {WEIR_RAN_SPILL_GROUPS, 7000, 2200},
    {WEIR_RAN_SPILL_VALUES, 8000, 3000},
    {WEIR_RAN_SPILL_ROWS, 2600, 150},
    {WEIR_RAN_MERGE_MANY, 59, 17},
    {WEIR_RAN_MERGE_LEVEL, 16000, 5000},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("law_resume");
    TCase *tests = tcase_create("law_resume");
    tcase_set_timeout(tests, 200);
    tcase_add_checked_fixture(tests, enter_folder, leave_folder);
    tcase_add_loop_test(tests, a_run_resumes_where_another_stopped, 0,
                        N_PACKINGS);
    tcase_add_test(tests, through_several_inputs);
    tcase_add_loop_test(tests, where_guesses_are_wrong, 0, 2);
    tcase_add_test(tests, what_fails_later_says_the_same);
    tcase_add_loop_test(tests, with_every_option_of_reading, 0,
                        (int)N(readings));
    tcase_add_loop_test(tests, shards_go_on_as_well, 0, ZSTD_OF_GZIP);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
