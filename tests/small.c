#include "tests/small.h"

#include "base/isa.h"
#include "base/mechanism.h"
#include "pipeline/rows.h"
#include "tests/arrivals.h"
#include "tests/reading.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define MEMORY_NAME "x.csv"
/* The longest file that is read in shards whose partials are merged. */
#define MERGED_BYTES 4096

/* NULL stands for all records and fields, by the rows' interface. The last
 * query is the one for shards: its header is one line. */
static const char *const questions[] = {
    NULL,
    "*",
    "count()",
    "count(), min($1), last($1) by $1",
    "$1 order by $1 desc",
    "sum($1), max($1)",
    "$1 as x where $1 != 'a' limit 2",
    "median($1), count() by $2 having count() < 9 order by count()",
    "$1 as x"};
#define QUESTION_FOR_SHARDS (N(questions) - 1)

static const struct weir_reading readings[] = {
    {0},
    {.no_header = true},
    {.no_header = true, .bad_records = WEIR_BAD_RECORDS_PAD},
    {.no_header = true, .bad_records = WEIR_BAD_RECORDS_REJECT},
    {.bad_records = WEIR_BAD_RECORDS_REJECT, .null = "a"},
    {.no_header = true, .trim = true},
    {.bad_records = WEIR_BAD_RECORDS_PAD, .comment = "1"},
    {.quote = "", .bad_records = WEIR_BAD_RECORDS_REJECT},
    {.no_header = true, .skip = 1, .bad_records = WEIR_BAD_RECORDS_PAD},
    {.header = "p,q", .bad_records = WEIR_BAD_RECORDS_PAD}};

/* The settings of one run. */
struct run {
    enum arrival arrival;
    size_t threads, batch;
    enum weir_isa isa;
    const char *forced; /* WEIR_WAY; NULL: the reader chooses */
    const struct weir_layout *layout;
    uint32_t shards; /* 0: no shards */
    bool merged;     /* merge partials; else concatenate rows */
};

/* How an input may be read, as the reader tells it; segments are longer than a
 * small input: see law_segments.c. */
static const struct {
    const char *forced, *how;
} read_ways[] = {{"chunks", "in chunks"},
                 {"prefetch", "decoded ahead"},
                 {"sequence", "in sequence"}};
#define N_READ (sizeof read_ways / sizeof *read_ways)

static struct arrivals arrivals;
static struct trial trial; /* input, reading and query */
static struct outcome expected;
static struct counts {
    uint64_t inputs, small, runs, answered; /* small: up to MERGED_BYTES */
    uint64_t arrival[N_ARRIVALS], threads[9], isa[WEIR_ISAS],
        question[N(questions)];
    uint64_t layouts, shards, merges;
    uint64_t read[N_READ][N_ARRIVALS]; /* inputs, by how they were read */
} counts;

static void report(const struct run *run, const char *what)
{
    const struct weir_reading *r = &trial.reading;
    char text[400];
    size_t len = trial.len < 90 ? trial.len : 90, at = 0;
    for (size_t i = 0; i < len; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "\\x%02x",
                               (unsigned char)trial.csv[i]);
    ck_abort_msg("%zu bytes: %s\n%s, WEIR_WAY=%s, %zu threads, batch %zu, %s, "
                 "%s, %u shards\nheader %d skip %d bad %d quote %s: %s\n%s",
                 trial.len, text, arrival_name(run->arrival),
                 run->forced ? run->forced : "", run->threads, run->batch,
                 weir_isa_name(run->isa),
                 run->layout ? run->layout->name : "lazy", run->shards,
                 !r->no_header, (int)r->skip, (int)r->bad_records,
                 r->quote ? r->quote : "\"",
                 trial.query ? trial.query : "records", what);
}

/* Running */

/* A message has the name of the input, which differs between the arrivals.
 * Replaces it by x.csv. */
static void rename_input(struct outcome *outcome, const char *path)
{
    const char *name = strcmp(path, "-") ? path : "standard input";
    char **texts[] = {&outcome->trouble, &outcome->rejects};
    for (size_t i = 0; i < N(texts); i++) {
        char *from = *texts[i], *at, *text;
        size_t len;
        FILE *out = open_memstream(&text, &len);
        for (; (at = strstr(from, name)) != NULL; from = at + strlen(name))
            fprintf(out, "%.*s" MEMORY_NAME, (int)(at - from), from);
        fputs(from, out);
        (void)fclose(out);
        free(*texts[i]);
        *texts[i] = text;
    }
}

static struct weir_stream *open_stream(const struct trial *of,
                                       struct weir_error *error)
{
    const struct reading bytes = {.csv = of->csv, .len = of->len};
    const struct weir_csv_inputs inputs = {.path = of->paths, .n = of->n_paths};
    if (of->paths)
        return weir_csv_open(&inputs, &of->reading, error);
    struct weir_source *source = reading_source(&bytes, error);
    return source ? weir_csv_over(source, MEMORY_NAME, &of->reading, error)
                  : NULL;
}

/* Reads all records and all their fields, by the rows' interface. */
static void run_records(const struct trial *of, struct outcome *outcome)
{
    struct weir_error error;
    struct weir_record record;
    size_t len;
    *outcome = (struct outcome){0};
    weir_ran(WEIR_RAN_TURN);
    FILE *out = open_memstream(&outcome->rows, &len);
    struct weir_stream *stream = open_stream(of, &error);
    struct weir_rows *rows = stream ? weir_rows_over(stream, &error) : NULL;
    enum weir_status status = rows ? WEIR_OK : error.status;
    while (!status && !(status = weir_rows_next(rows, &record, &error))) {
        for (size_t k = 0; k < weir_record_fields(&record); k++) {
            struct weir_text field = weir_field_text(&record, k);
            fprintf(out, "%zu:", field.len);
            (void)fwrite(field.bytes, 1, field.len, out);
        }
        putc('\n', out);
        outcome->counts.read++;
    }
    if (rows)
        outcome->counts.rejected = weir_rows_rejected(rows);
    weir_rows_close(rows);
    (void)fclose(out);
    outcome->ended = status == WEIR_END;
    outcome->rejects = strdup("");
    if (status > 0)
        outcome->trouble = strdup("");
    else if (asprintf(&outcome->trouble, "%d %s %s", (int)status, error.place,
                      error.message) < 0)
        abort();
}

static void run_trial(const struct trial *of, struct outcome *outcome)
{
    if (of->query)
        trial_run(of, outcome);
    else
        run_records(of, outcome);
    if (of->paths)
        rename_input(outcome, of->paths[0]);
}

/* A load may find another failure first than the lazy run does, and under a
 * limit the lazy run may find none: see tests/law_query.c. */
static const char *loaded_difference(struct outcome *got, char *scratch,
                                     size_t bytes)
{
    if (*got->trouble)
        return *expected.trouble || expected.hurried ? NULL : got->trouble;
    got->counts.bytes = expected.counts.bytes;
    return outcome_difference(got, &expected, scratch, bytes);
}

/* Compares the rows of all shards, one shard after another, with the rows of
 * the whole input. */
static const char *run_shards(struct trial *other, uint32_t shards,
                              char *scratch, size_t bytes)
{
    struct outcome got;
    char *rows = NULL;
    size_t len;
    bool failed = false;
    FILE *out = open_memstream(&rows, &len);
    other->share.of_shards = shards;
    for (other->share.shard = 1; other->share.shard <= shards;
         other->share.shard++) {
        run_trial(other, &got);
        failed |= *got.trouble != '\0';
        const char *row =
            other->share.shard > 1 ? strchr(got.rows, '\n') : got.rows;
        fputs(row ? row + (other->share.shard > 1) : "", out);
        outcome_release(&got);
    }
    (void)fclose(out);
    const char *what = NULL;
    if (failed != (*expected.trouble != '\0'))
        what = failed ? "a shard fails" : "no shard fails";
    else if (!failed && strcmp(rows, expected.rows) != 0)
        what = "the rows of the shards differ";
    (void)snprintf(scratch, bytes, "%s:\n%s", what ? what : "", rows);
    free(rows);
    return what ? scratch : NULL;
}

/* Compares the answer of merging the partials of all shards. */
static const char *run_merge(struct trial *other, uint32_t shards,
                             char *scratch, size_t bytes)
{
    struct outcome got;
    trial_merge(other, shards, &got);
    const char *what = NULL;
    bool failed = *got.trouble != '\0';
    if (failed != (*expected.trouble != '\0'))
        what = failed ? "merging fails" : "merging does not fail";
    else if (!failed && strcmp(got.rows, expected.rows) != 0)
        what = "the merged rows differ";
    else if (!failed && (got.counts.read != expected.counts.read ||
                         got.counts.used != expected.counts.used ||
                         got.counts.rejected != expected.counts.rejected))
        what = "the merged account differs";
    (void)snprintf(scratch, bytes, "%s: %s\n%s", what ? what : "", got.trouble,
                   got.rows);
    outcome_release(&got);
    return what ? scratch : NULL;
}

static void count_run(const struct run *run, size_t question)
{
    counts.runs++;
    counts.arrival[run->arrival]++;
    counts.threads[run->threads]++;
    counts.isa[run->isa]++;
    counts.question[question]++;
    counts.layouts += run->layout != NULL;
    counts.shards += run->shards > 0 && !run->merged;
    counts.merges += run->merged;
}

static void count_read(const struct run *run, const char *how)
{
    for (size_t i = 0; i < N_READ; i++)
        counts.read[i][run->arrival] +=
            !strncmp(how, read_ways[i].how, strlen(read_ways[i].how));
}

static void ck_assert_same(const struct run *run, uint64_t seed)
{
    struct trial other = trial;
    struct outcome got;
    char scratch[1000];
    const char *what;
    const char *path =
        arrivals_begin(&arrivals, run->arrival, trial.csv, trial.len, &seed);
    setenv("WEIR_ISA", weir_isa_name(run->isa), 1);
    if (run->forced)
        setenv("WEIR_WAY", run->forced, 1);
    other.paths = &path;
    other.n_paths = 1;
    other.threads = run->threads;
    other.reading.batch = run->batch;
    other.layout = run->layout;
    if (run->merged) {
        what = run_merge(&other, run->shards, scratch, sizeof scratch);
    } else if (run->shards) {
        what = run_shards(&other, run->shards, scratch, sizeof scratch);
    } else {
        run_trial(&other, &got);
        count_read(run, got.how);
        what = run->layout ? loaded_difference(&got, scratch, sizeof scratch)
                           : outcome_difference(&got, &expected, scratch,
                                                sizeof scratch);
        outcome_release(&got);
    }
    arrivals_end(&arrivals);
    unsetenv("WEIR_WAY");
    if (what)
        report(run, what);
}

/* Drawing */

static enum weir_isa draw_isa(uint64_t *seed)
{
    enum weir_isa isa = (enum weir_isa)draw(seed, WEIR_ISAS);
    return weir_isa_has(isa) ? isa : WEIR_ISA_PLAIN;
}

/* Only queries with aggregates have partials. */
static bool is_merged(size_t question)
{
    return questions[question] && strchr(questions[question], '(');
}

/* Several threads cost ten times a run on one thread, so they are drawn less
 * often. */
static struct run draw_run(enum arrival arrival, size_t question,
                           uint64_t *seed)
{
    static const size_t batches[] = {0, 64, 65, 20481, 24577, 100000};
    struct run run = {.arrival = arrival, .threads = 1, .isa = draw_isa(seed)};
    unsigned kind = draw(seed, 64);
    if (kind < 6)
        run.threads = kind ? 2 : 8;
    run.batch = batches[draw(seed, N(batches))];
    unsigned forced = draw(seed, 2 * N_READ);
    if (forced < N_READ)
        run.forced = read_ways[forced].forced;
    if (question > 0 && draw(seed, 8) == 0) {
        run.layout = weir_layouts[draw(seed, WEIR_N_LAYOUTS)];
    } else if (question == QUESTION_FOR_SHARDS && arrival == ARRIVAL_FILE &&
               draw(seed, 2)) {
        run.shards = 2 + draw(seed, 2);
    } else if (is_merged(question) && arrival_is_file(arrival) &&
               trial.len <= MERGED_BYTES && draw(seed, 4) == 0) {
        run.shards = 1 + draw(seed, 3);
        run.merged = true;
    }
    return run;
}

static void ask(size_t question, enum arrival arrival, uint64_t *seed)
{
    struct run run = draw_run(arrival, question, seed);
    if (!arrivals_fit(arrival, trial.len))
        run.arrival = ARRIVAL_FILE;
    count_run(&run, question);
    ck_assert_same(&run, *seed);
}

static void expect(size_t question, size_t reading)
{
    trial.query = questions[question];
    trial.reading = readings[reading];
    setenv("WEIR_ISA", weir_isa_name(WEIR_ISA_PLAIN), 1);
    run_trial(&trial, &expected);
    counts.answered += *expected.trouble == '\0';
}

static void ask_arrivals(size_t question, enum arrival other,
                         enum small_asked asked, uint64_t *seed)
{
    if (asked == SMALL_COVERED) {
        ask(question, other, seed);
        return;
    }
    ask(question, ARRIVAL_FILE, seed);
    if (asked == SMALL_WHOLE || draw(seed, 2))
        ask(question, other, seed);
    for (unsigned arrival = 0; asked == SMALL_WHOLE && arrival < N_ARRIVALS;
         arrival++)
        ask(question, (enum arrival)arrival, seed);
}

void ck_assert_small(const char *bytes, size_t len, uint64_t seed,
                     enum small_asked asked)
{
    size_t question = draw(&seed, N(questions));
    size_t reading = draw(&seed, N(readings));
    enum arrival other = 1 + draw(&seed, N_ARRIVALS - 1);
    trial = (struct trial){.csv = bytes, .len = len};
    counts.inputs++;
    counts.small += len <= MERGED_BYTES;
    for (size_t q = 0; q < (asked ? N(questions) : 1); q++) {
        size_t at = (question + q) % N(questions);
        expect(at, reading);
        ask_arrivals(at,
                     asked == SMALL_COVERED
                         ? (enum arrival)((other + q) % N_ARRIVALS)
                         : other,
                     asked, &seed);
        outcome_release(&expected);
    }
}

static void begin(void)
{
    counts = (struct counts){0};
    arrivals_open(&arrivals);
}

static void end(void)
{
    unsetenv("WEIR_ISA");
    arrivals_close(&arrivals);
}

size_t small_stride(size_t few)
{
    const char *sanitizer = getenv("WEIR_SANITIZE");
    bool of_threads = sanitizer && !strcmp(sanitizer, "thread");
    return of_threads && !law_whole() ? 3 * stride(few) : stride(few);
}

void small_add_fixture(TCase *tests)
{
    tcase_add_checked_fixture(tests, begin, end);
}

/* Each arrival was read in each way that it allows: files in chunks, and packed
 * bytes decoded ahead where a second thread may. */
static void ck_assert_all_read(uint64_t floor)
{
    for (unsigned arrival = 0; arrival < N_ARRIVALS; arrival++) {
        bool plain = arrival == ARRIVAL_FILE || arrival == ARRIVAL_REDIRECTED;
        MUST(counts.read[0][arrival] >= (plain ? floor / 4 : 0));
        MUST(counts.read[1][arrival] >=
             (arrival >= ARRIVAL_GZIP ? floor / 40 : 0));
        MUST(counts.read[2][arrival] >= floor / 8);
    }
}

void ck_assert_small_ran(uint64_t inputs)
{
    uint64_t floor = inputs / 200;
    ck_assert_uint_ge(counts.inputs, inputs);
    ck_assert_uint_ge(counts.answered, inputs / 8);
    for (size_t i = 0; i < N_ARRIVALS; i++)
        ck_assert_uint_ge(counts.arrival[i], floor);
    for (size_t i = 0; i < N(questions); i++)
        ck_assert_uint_ge(counts.question[i], floor);
    ck_assert_uint_ge(counts.threads[2], floor);
    ck_assert_uint_ge(counts.threads[8], floor / 4);
    ck_assert_all_read(floor);
    ck_assert_uint_ge(counts.layouts, floor);
    ck_assert_uint_ge(counts.shards, floor / 4);
    ck_assert_uint_ge(counts.merges, counts.small / 50);
}
