/*
 * The laws of questions from C (weir_query_open() in weir.h), over random
 * tables and random queries. A program that pulls gets the rows that a sink is
 * given: the same rows, rejects, account and error, for every kind of input and
 * number of threads. A query that is cancelled or closed early, or that is
 * refused memory, ends at once and leaves nothing behind.
 */
#include "base/c_words.h"
#include "tests/mechanism_kit.h"
#include "tests/reading.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEEDS turns(60, 10)
/* Records of a long table. */
#define RECORDS ((size_t)turns(20000, 5000))

static const struct world {
    struct random_table table;
    enum weir_bad_records bad_records;
    enum weir_bad_cells bad_cells;
} worlds[] = {
    {{.tidy = true, .lines = 60}, WEIR_BAD_RECORDS_ERROR, 0},
    {{.bad = true, .lines = 100}, WEIR_BAD_RECORDS_ERROR, 0},
    {{.bad = true, .tidy = true, .lines = 9000, .min = 5000},
     WEIR_BAD_RECORDS_ERROR,
     WEIR_BAD_CELLS_NULL},
    {{.bad = true, .ragged = true, .lines = 200},
     WEIR_BAD_RECORDS_REJECT,
     WEIR_BAD_CELLS_REJECT},
    {{.tidy = true,
      .lines = 300,
      .notation = {.decimal = ',', .thousands = '.'}},
     WEIR_BAD_RECORDS_PAD,
     WEIR_BAD_CELLS_NULL},
};
#define N_WORLDS ((int)(sizeof worlds / sizeof *worlds))

/* How many there were, of each kind. */
static size_t n_rows, n_failures, n_rejects;
static size_t n_kind[WEIR_VALUE_TEXT + 1];

/* Inputs */

enum kind {
    IN_MEMORY,
    BY_READING,
    IN_A_FILE,
    BY_STDIO,
    BY_DESCRIPTOR,
    KINDS
};

/* The bytes of a table, as one kind of input. */
struct given {
    const char *bytes;
    size_t len, next;
    uint64_t state;
    char path[32];
    FILE *file;
    int descriptor;
    struct weir_input input;
};

static ptrdiff_t read_some(void *context, void *into, size_t capacity)
{
    struct given *given = context;
    size_t left = given->len - given->next;
    size_t n = left ? 1 + draw(&given->state, 500) : 0;
    n = n < left ? n : left;
    n = n < capacity ? n : capacity;
    memcpy(into, given->bytes + given->next, n);
    given->next += n;
    return (ptrdiff_t)n;
}

static void give(struct given *given, enum kind kind, const struct trial *trial)
{
    *given = (struct given){.bytes = trial->csv,
                            .len = trial->len,
                            .descriptor = -1,
                            .input = {.name = "x.csv"}};
    if (kind == IN_MEMORY) {
        given->input.bytes = trial->csv;
        given->input.len = trial->len;
        return;
    }
    given->input.context = given;
    given->input.read = read_some;
    if (kind == BY_READING)
        return;
    strcpy(given->path, "/tmp/weir-test-XXXXXX");
    given->descriptor = mkstemp(given->path);
    ck_assert_int_ge(given->descriptor, 0);
    ck_assert_int_eq(write(given->descriptor, trial->csv, trial->len),
                     (ssize_t)trial->len);
    lseek(given->descriptor, 0, SEEK_SET);
    given->input.context = &given->descriptor;
    given->input.read = weir_read_descriptor;
    if (kind == BY_STDIO) {
        given->file = fopen(given->path, "rb");
        given->input.context = given->file;
        given->input.read = weir_read_stdio;
    }
    if (kind == IN_A_FILE)
        given->input = (struct weir_input){.path = given->path};
}

static void take_back(struct given *given)
{
    if (given->file)
        (void)fclose(given->file);
    if (given->descriptor >= 0)
        close(given->descriptor);
    if (*given->path)
        unlink(given->path);
}

/* What a value says of itself agrees with its text. */
static void ck_assert_value(const struct weir_value *value,
                            enum weir_column_type type)
{
    const struct weir_number number = weir_number_read(value->text);
    n_kind[value->kind]++;
    ck_assert_int_eq(value->kind == WEIR_VALUE_NULL, value->text.len == 0);
    if (value->kind == WEIR_VALUE_DECIMAL && type == WEIR_COLUMN_NUMBER) {
        const struct weir_number decimal = {
            .kind = WEIR_DECIMAL,
            .mantissa = value->decimal.mantissa,
            .exponent = (int16_t)value->decimal.exponent};
        ck_assert_int_eq(weir_number_compare(&decimal, &number), 0);
        ck_assert_double_eq(value->number, weir_number_double(&number));
    }
    if (value->kind != WEIR_VALUE_DECIMAL && value->kind != WEIR_VALUE_DOUBLE)
        ck_assert(isnan(value->number));
    if (type == WEIR_COLUMN_BOOLEAN && value->text.len)
        ck_assert_int_eq(value->boolean, *value->text.bytes == 't');
    if (type == WEIR_COLUMN_TEXT)
        ck_assert(value->kind == WEIR_VALUE_NULL ||
                  value->kind == WEIR_VALUE_TEXT);
}

static void put_row(FILE *out, const struct weir_query *query,
                    const struct weir_row *row)
{
    for (size_t i = 0; i < row->n; i++) {
        ck_assert_value(&row->value[i], weir_query_type(query, i));
        trial_put_field(out, row->value[i].text);
        putc(i + 1 < row->n ? ',' : '\n', out);
    }
}

static void put_names(FILE *out, const struct weir_query *query)
{
    for (size_t i = 0; i < weir_query_columns(query); i++)
        fprintf(out, "%s%s:%d", i ? "," : "", weir_query_name(query, i),
                (int)weir_query_type(query, i));
    putc('\n', out);
}

struct told {
    FILE *out;
    uint64_t n, read;
};

static void tell(void *context, const struct weir_reject *reject)
{
    struct told *told = context;
    trial_put_reject(told->out, reject);
    told->n++;
}

static void progress(void *context, const struct weir_record_counts *counts)
{
    struct told *told = context;
    ck_assert_uint_ge(counts->read, told->read);
    told->read = counts->read;
}

static struct weir_query_options options_of(const struct trial *trial,
                                            struct told *told)
{
    return (struct weir_query_options){
        .size = sizeof(struct weir_query_options),
        .reading = &trial->reading,
        .bad_cells = trial->cells.bad,
        .decimal = trial->cells.notation.decimal,
        .thousands = trial->cells.notation.thousands,
        .threads = trial->threads,
        .context = told,
        .reject = told ? tell : NULL,
        .progress = told ? progress : NULL};
}

/* Asks the trial's question by weir_query_open(). */
static void ask(const struct trial *trial, enum kind kind,
                struct outcome *outcome)
{
    struct given given;
    struct weir_error error;
    struct told told = {0};
    size_t rows_len, rejects_len;
    const struct weir_row *row;
    *outcome = (struct outcome){0};
    FILE *out = open_memstream(&outcome->rows, &rows_len);
    told.out = open_memstream(&outcome->rejects, &rejects_len);
    give(&given, kind, trial);
    const struct weir_query_options options = options_of(trial, &told);
    struct weir_query *query =
        weir_query_open(trial->query, &given.input, 1, &options, &error);
    enum weir_status status = query ? WEIR_OK : error.status;
    for (bool begun = false; !status;) {
        status = weir_query_next(query, &row, &error);
        if (!begun && status >= 0)
            put_names(out, query);
        begun = true;
        if (!status)
            put_row(out, query, row);
        n_rows += !status;
    }
    if (query) {
        ck_assert_int_eq(weir_query_next(query, &row, &error), status);
        outcome->counts = weir_query_counts(query);
    }
    weir_query_close(query);
    take_back(&given);
    (void)fclose(out);
    (void)fclose(told.out);
    outcome->trouble = trial_trouble(status, &error);
    outcome->n_rejects = told.n;
    outcome->ended = status == WEIR_END;
    n_failures += status < 0;
    n_rejects += told.n;
}

static char *csv, *question;

static struct trial draw_trial(const struct world *world, uint64_t seed)
{
    struct trial trial = {.reading.bad_records = world->bad_records,
                          .cells.bad = world->bad_cells,
                          .cells.notation = world->table.notation};
    csv = random_table(seed, &world->table, &trial.len);
    question =
        random_query(seed * (uint64_t)N_WORLDS + (uint64_t)(world - worlds));
    trial.csv = csv;
    trial.query = question;
    return trial;
}

static void drop(void)
{
    free(csv);
    free(question);
}

/* An expected message, as a C program is told it. */
static char *in_c(char *text)
{
    const size_t capacity = strlen(text) + 100;
    text = realloc(text, capacity);
    ck_assert_ptr_nonnull(text);
    return weir_c_words(text, capacity);
}

/* The name of a file is in messages; it is not that of the expected ones. */
static void rename_file(char *text)
{
    for (char *at; text && (at = strstr(text, "/tmp/weir-test-"));) {
        memmove(at + 5, at + 21, strlen(at + 21) + 1);
        memcpy(at, "x.csv", 5);
    }
}

START_TEST(pulled_rows_are_those_that_are_pushed)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        char scratch[1000];
        struct trial trial = draw_trial(&worlds[_i], seed);
        struct outcome expected, got;
        trial_run(&trial, &expected);
        expected.trouble = in_c(expected.trouble);
        for (int kind = 0; kind < KINDS; kind++) {
            trial.threads = (seed + (uint64_t)kind) % 3;
            ask(&trial, (enum kind)kind, &got);
            got.hurried = expected.hurried;
            if (kind == IN_A_FILE) {
                rename_file(got.rows);
                rename_file(got.rejects);
                rename_file(got.trouble);
            }
            const char *what =
                outcome_difference(&got, &expected, scratch, sizeof scratch);
            ck_assert_msg(!what, "seed %d, input %d: %s\n%s", (int)seed, kind,
                          question, what);
            outcome_release(&got);
        }
        outcome_release(&expected);
        drop();
    }
    ck_assert_uint_gt(n_rows, SEEDS / 2);
    ck_assert_uint_gt(n_kind[WEIR_VALUE_NULL], 0);
    ck_assert_uint_gt(n_kind[WEIR_VALUE_DECIMAL], SEEDS / 2);
    ck_assert_uint_gt(n_kind[WEIR_VALUE_TEXT], 0);
    if (worlds[_i].bad_cells == WEIR_BAD_CELLS_ERROR)
        ck_assert_uint_gt(n_failures, 0);
    if (worlds[_i].bad_records == WEIR_BAD_RECORDS_REJECT)
        ck_assert_uint_gt(n_rejects, 0);
}
END_TEST

/* Ends */

/* A table of so many records that a run reads and gives several windows. */
static char *long_table(size_t records, size_t *len)
{
    char *text = malloc(records * 16 + 8);
    *len = (size_t)sprintf(text, "k,v\n");
    for (size_t i = 0; i < records; i++)
        *len += (size_t)sprintf(text + *len, "%zu,%zu\n", i, i % 7);
    return text;
}

static struct weir_query *open_long(const char *words, const char *text,
                                    size_t len, size_t threads)
{
    struct weir_error error;
    const struct weir_input input = {.bytes = text, .len = len};
    const struct weir_reading reading = {.batch = 4096};
    const struct weir_query_options options = {
        .size = sizeof options, .threads = threads, .reading = &reading};
    struct weir_query *query =
        weir_query_open(words, &input, 1, &options, &error);
    ck_assert_msg(query != NULL, "%s", error.message);
    return query;
}

static const char *const endings[] = {"k, v", "k, v where v > 2", "sum(v) by k",
                                      "k order by v, k desc",
                                      "count(), max(k)"};
#define N_ENDINGS ((int)(sizeof endings / sizeof *endings))

START_TEST(a_query_may_be_closed_at_any_row)
{
    size_t len;
    char *text = long_table(RECORDS, &len);
    const uint64_t live = weir_memory_total().live;
    for (size_t rows = 0; rows < RECORDS / 2; rows = rows * 4 + 1) {
        const struct weir_row *row;
        struct weir_error error;
        struct weir_query *query =
            open_long(endings[_i], text, len, 1 + rows % 3);
        for (size_t i = 0; i < rows; i++)
            if (weir_query_next(query, &row, &error))
                break;
        weir_query_close(query);
        ck_assert_uint_eq(weir_memory_total().live, live);
    }
    free(text);
}
END_TEST

/* The source waits until the query is cancelled, so the run is cancelled in the
 * middle, by construction. */
struct gate {
    struct given given;
    struct weir_query *_Atomic query;
    bool open;
};

static ptrdiff_t read_and_cancel(void *context, void *into, size_t capacity)
{
    struct gate *gate = context;
    if (gate->given.next > gate->given.len / 2 && !gate->open) {
        gate->open = true;
        weir_query_cancel(gate->query);
    }
    return read_some(&gate->given, into, capacity);
}

START_TEST(a_query_is_cancelled_while_it_reads)
{
    struct gate gate = {0};
    struct weir_error error;
    const struct weir_row *row;
    enum weir_status status;
    size_t len;
    char *text = long_table(RECORDS, &len);
    gate.given = (struct given){.bytes = text, .len = len};
    const struct weir_input input = {.read = read_and_cancel, .context = &gate};
    const struct weir_reading reading = {.batch = 4096};
    const struct weir_query_options options = {.size = sizeof options,
                                               .threads = 1 + (size_t)_i % 2,
                                               .reading = &reading};
    gate.query =
        weir_query_open(endings[_i % N_ENDINGS], &input, 1, &options, &error);
    ck_assert_ptr_nonnull(gate.query);
    while ((status = weir_query_next(gate.query, &row, &error)) == WEIR_OK)
        continue;
    ck_assert_int_eq(status, WEIR_CANCELLED);
    ck_assert_int_eq(error.status, WEIR_CANCELLED);
    ck_assert_str_eq(error.message, "the query was cancelled");
    ck_assert_uint_lt(gate.given.next, len);
    weir_query_close(gate.query);
    free(text);
}
END_TEST

static struct weir_query *alarmed;

/* NOLINTBEGIN(bugprone-signal-handler,cert-sig30-c): weir.h allows it. */
static void on_signal(int number)
{
    (void)number;
    weir_query_cancel(alarmed);
}
/* NOLINTEND(bugprone-signal-handler,cert-sig30-c) */

START_TEST(a_signal_handler_may_cancel)
{
    struct weir_error error;
    const struct weir_row *row;
    enum weir_status status;
    size_t len, rows = 0;
    char *text = long_table(RECORDS, &len);
    alarmed = open_long(endings[_i], text, len, 1);
    ck_assert(signal(SIGUSR1, on_signal) != SIG_ERR);
    raise(SIGUSR1);
    while ((status = weir_query_next(alarmed, &row, &error)) == WEIR_OK)
        rows++;
    ck_assert_int_eq(status, WEIR_CANCELLED);
    ck_assert_uint_eq(rows, 0);
    weir_query_close(alarmed);
    free(text);
}
END_TEST

/* Between two rows. What is left of the window may be given. */
START_TEST(a_query_is_cancelled_between_rows)
{
    struct weir_error error;
    const struct weir_row *row;
    enum weir_status status = WEIR_OK;
    size_t len, rows = 0;
    char *text = long_table(RECORDS, &len);
    struct weir_query *query = open_long(endings[_i], text, len, 2);
    for (; !status && rows <= RECORDS; rows++) {
        if (rows == 10)
            weir_query_cancel(query);
        status = weir_query_next(query, &row, &error);
    }
    ck_assert_int_eq(status, WEIR_CANCELLED);
    ck_assert_uint_lt(rows, 3000);
    weir_query_close(query);
    free(text);
}
END_TEST

START_TEST(refused_allocations_leak_nothing)
{
    struct trial trial = draw_trial(&worlds[_i], 3);
    struct outcome expected, got;
    size_t n = 1;
    trial.threads = 1;
    ask(&trial, IN_MEMORY, &expected);
    const uint64_t live = weir_memory_total().live;
    for (bool same = false; !same; n++) {
        weir_memory_fail_at(n);
        ask(&trial, IN_MEMORY, &got);
        weir_memory_fail_at(0);
        ck_assert_uint_eq(weir_memory_total().live, live);
        same = !strcmp(got.trouble, expected.trouble);
        ck_assert_msg(same || !strncmp(got.trouble, "LIMIT ", 6), "%s",
                      got.trouble);
        outcome_release(&got);
        ck_assert_uint_lt(n, 2000);
    }
    ck_assert_uint_gt(n, 10);
    outcome_release(&expected);
    drop();
}
END_TEST

/* Partials */

/* The answer of an open query as text, and its end. */
static char *text_of(struct weir_query *query, enum weir_status *status,
                     struct weir_error *error)
{
    char *text;
    size_t len;
    const struct weir_row *row;
    FILE *out = open_memstream(&text, &len);
    put_names(out, query);
    while ((*status = weir_query_next(query, &row, error)) == WEIR_OK)
        put_row(out, query, row);
    weir_query_close(query);
    (void)fclose(out);
    return text;
}

static void ck_assert_written(struct weir_query *query)
{
    struct weir_error error;
    const struct weir_row *row;
    ck_assert_ptr_nonnull(query);
    ck_assert_int_eq(weir_query_next(query, &row, &error), WEIR_END);
    weir_query_close(query);
}

#define SHARDS 3
static char part[SHARDS + 1][64];

static const char *const mergeable[] = {
    "sum(v), count() by k", "median(v), distinct(k), mode(v)",
    "max(k), min(k) where v > 2", "first(k), last(k)",
    "count() by v having count() > 10 order by v desc limit 3"};
#define N_MERGEABLE ((int)(sizeof mergeable / sizeof *mergeable))

START_TEST(partials_of_shards_are_merged)
{
    struct weir_error error;
    enum weir_status status;
    size_t len;
    char *text = long_table(30000, &len);
    const struct trial table = {.csv = text, .len = len};
    const char *paths[SHARDS];
    struct given given;
    give(&given, IN_A_FILE, &table);
    char *expected =
        text_of(weir_query_open(mergeable[_i], &given.input, 1, NULL, &error),
                &status, &error);
    ck_assert_int_eq(status, WEIR_END);
    for (uint32_t i = 0; i <= SHARDS; i++) {
        snprintf(part[i], sizeof part[i], "%s-%u", given.path, (unsigned)i);
        const struct weir_query_options options = {.size = sizeof options,
                                                   .shard = i + 1,
                                                   .of_shards = SHARDS,
                                                   .threads = 1 + i % 2,
                                                   .partial = part[i]};
        if (i < SHARDS)
            ck_assert_written(weir_query_open(mergeable[_i], &given.input, 1,
                                              &options, &error));
        paths[i % SHARDS] = part[i % SHARDS];
    }
    char *got = text_of(weir_query_open_partials(paths, SHARDS, NULL, &error),
                        &status, &error);
    ck_assert_msg(status == WEIR_END, "%s", error.message);
    ck_assert_str_eq(got, expected);
    free(got);
    /* By way of a partial of all. */
    const struct weir_query_options all = {.size = sizeof all,
                                           .partial = part[SHARDS]};
    const char *const whole[] = {part[SHARDS]};
    ck_assert_written(weir_query_open_partials(paths, SHARDS, &all, &error));
    got = text_of(weir_query_open_partials(whole, 1, NULL, &error), &status,
                  &error);
    ck_assert_str_eq(got, expected);
    free(got);
    /* One is missing, one comes twice, one would be lost. */
    free(text_of(weir_query_open_partials(paths, SHARDS - 1, NULL, &error),
                 &status, &error));
    ck_assert_int_eq(status, WEIR_DATA);
    paths[1] = paths[0];
    ck_assert_ptr_null(weir_query_open_partials(paths, 2, NULL, &error));
    ck_assert_int_eq(error.status, WEIR_DATA);
    const struct weir_query_options over = {.size = sizeof over,
                                            .partial = part[0]};
    ck_assert_ptr_null(weir_query_open_partials(paths, 1, &over, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "it would be lost"));
    const struct weir_query_options input_lost = {.size = sizeof over,
                                                  .partial = given.path};
    ck_assert_ptr_null(
        weir_query_open("count()", &given.input, 1, &input_lost, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "it would be lost"));
    const struct weir_query_options nowhere = {.size = sizeof over,
                                               .partial = "-"};
    ck_assert_ptr_null(weir_query_open_partials(paths, 1, &nowhere, &error));
    ck_assert_str_eq(error.message,
                     "options.partial is '-'; it must be a file's path");
    const struct weir_query_options both = {.size = sizeof over,
                                            .partial = part[SHARDS],
                                            .checkpoint = part[SHARDS]};
    ck_assert_ptr_null(
        weir_query_open("count()", &given.input, 1, &both, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "is where the partial goes"));
    for (int i = 0; i <= SHARDS; i++)
        unlink(part[i]);
    take_back(&given);
    free(expected);
    free(text);
}
END_TEST

START_TEST(a_partial_that_is_not_finished_is_not_there)
{
    struct weir_error error;
    const struct weir_row *row;
    size_t len;
    char *text = long_table(30000, &len), path[64];
    const struct trial table = {.csv = text, .len = len};
    struct given given;
    give(&given, IN_A_FILE, &table);
    snprintf(path, sizeof path, "%s-0", given.path);
    const struct weir_query_options options = {.size = sizeof options,
                                               .partial = path};
    struct weir_query *query =
        weir_query_open("sum(v) by k", &given.input, 1, &options, &error);
    ck_assert_ptr_nonnull(query);
    if (_i) {
        weir_query_cancel(query);
        ck_assert_int_eq(weir_query_next(query, &row, &error), WEIR_CANCELLED);
    }
    weir_query_close(query);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_ptr_null(weir_query_open("k", &given.input, 1, &options, &error));
    ck_assert_ptr_nonnull(strstr(error.message, "there is nothing to merge"));
    take_back(&given);
    free(text);
}
END_TEST

/* Checkpoints: the run saves itself in the middle, from its progress; it is
 * then cancelled, and another one goes on. */
struct saving {
    struct weir_query *_Atomic query;
    pthread_t thread;
    size_t saved, until;
    atomic_bool go, over;
};

static void *save_when_told(void *context)
{
    struct saving *saving = context;
    struct weir_error error;
    while (!atomic_load(&saving->over)) {
        if (!atomic_load(&saving->go))
            continue;
        saving->saved += weir_query_save(saving->query, &error) == WEIR_OK;
        if (saving->saved >= saving->until)
            weir_query_cancel(saving->query);
    }
    return NULL;
}

static void count_read(void *context, const struct weir_record_counts *counts)
{
    struct saving *saving = context;
    if (counts->read > 2000)
        atomic_store(&saving->go, true);
}

START_TEST(a_saved_query_goes_on)
{
    struct weir_error error;
    enum weir_status status;
    size_t len, went_on = 0;
    char *text = long_table((size_t)turns(300000, 100000), &len), path[64];
    const struct trial table = {.csv = text, .len = len};
    const struct weir_reading reading = {.batch = 4096};
    struct given given;
    give(&given, IN_A_FILE, &table);
    snprintf(path, sizeof path, "%s-0", given.path);
    char *expected =
        text_of(weir_query_open(mergeable[_i], &given.input, 1, NULL, &error),
                &status, &error);
    /* A run may end before it is saved; not so always. */
    for (size_t turn = 0; turn < 3 || (!went_on && turn < 500); turn++) {
        struct saving saving = {.until = 1};
        const struct weir_query_options options = {.size = sizeof options,
                                                   .reading = &reading,
                                                   .checkpoint = path,
                                                   .context = &saving,
                                                   .progress = count_read};
        saving.query =
            weir_query_open(mergeable[_i], &given.input, 1, &options, &error);
        ck_assert_msg(saving.query != NULL, "%s", error.message);
        ck_assert_int_eq(weir_query_save(saving.query, &error), WEIR_END);
        ck_assert_int_eq(
            pthread_create(&saving.thread, NULL, save_when_told, &saving), 0);
        const struct weir_row *row;
        while ((status = weir_query_next(saving.query, &row, &error)) ==
               WEIR_OK)
            continue;
        atomic_store(&saving.over, true);
        pthread_join(saving.thread, NULL);
        ck_assert_int_eq(access(path, F_OK) == 0, status == WEIR_CANCELLED);
        weir_query_close(saving.query);
        if (status == WEIR_END)
            continue;
        /* Another question is refused, the same one goes on. */
        const struct weir_query_options again = {
            .size = sizeof again, .reading = &reading, .checkpoint = path};
        ck_assert_ptr_null(weir_query_open("count() where k > 3", &given.input,
                                           1, &again, &error));
        ck_assert_int_eq(error.status, WEIR_DATA);
        char *got = text_of(
            weir_query_open(mergeable[_i], &given.input, 1, &again, &error),
            &status, &error);
        ck_assert_msg(status == WEIR_END, "%s", error.message);
        ck_assert_str_eq(got, expected);
        ck_assert_int_ne(access(path, F_OK), 0);
        free(got);
        went_on++;
    }
    ck_assert_uint_gt(went_on, 0);
    take_back(&given);
    free(expected);
    free(text);
}
END_TEST

/* Many at once */

static void *ask_alone(void *context)
{
    const char *text = context;
    size_t wrong = 0;
    for (size_t turn = 0; turn < 10; turn++) {
        struct weir_error error;
        const struct weir_row *row;
        struct weir_query *query =
            open_long("sum(k), count()", text, strlen(text), 1 + turn % 2);
        wrong += weir_query_next(query, &row, &error) != WEIR_OK ||
                 row->value[0].number != 1999000 ||
                 row->value[1].number != 2000;
        wrong += weir_query_next(query, &row, &error) != WEIR_END;
        weir_query_close(query);
    }
    return wrong ? context : NULL;
}

START_TEST(queries_run_side_by_side)
{
    pthread_t thread[4];
    size_t len;
    char *text = long_table(2000, &len);
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, ask_alone, text), 0);
    for (size_t i = 0; i < 4; i++) {
        void *wrong;
        pthread_join(thread[i], &wrong);
        ck_assert_ptr_null(wrong);
    }
    free(text);
}
END_TEST

/* Memory */

START_TEST(a_query_keeps_its_memory)
{
    struct weir_error error;
    const struct weir_row *row;
    enum weir_status status;
    size_t len, rows = 0;
    char *text = long_table(200000, &len);
    const struct weir_input input = {.bytes = text, .len = len};
    struct weir_query_options options = {.size = sizeof options,
                                         .memory = (size_t)3 << 20};
    struct weir_query *query =
        weir_query_open("sum(v) by k", &input, 1, &options, &error);
    ck_assert_msg(query != NULL, "%s", error.message);
    weir_memory_watch();
    const uint64_t before = weir_memory_reached().live;
    while ((status = weir_query_next(query, &row, &error)) == WEIR_OK)
        rows++;
    ck_assert_msg(status == WEIR_END, "%s", error.message);
    ck_assert_uint_eq(rows, 200000);
    ck_assert_uint_lt(weir_memory_reached().peak - before, options.memory);
    weir_query_close(query);
    options.memory = 1000;
    ck_assert_ptr_null(
        weir_query_open("sum(v) by k", &input, 1, &options, &error));
    ck_assert_int_eq(error.status, WEIR_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "its memory is "));
    free(text);
}
END_TEST

/* Refusals */

static void ck_assert_refused(const char *words, const struct weir_input *input,
                              size_t n,
                              const struct weir_query_options *options,
                              const char *message)
{
    struct weir_error error;
    ck_assert_ptr_null(weir_query_open(words, input, n, options, &error));
    ck_assert_int_eq(error.status, WEIR_USAGE);
    ck_assert_str_eq(error.message, message);
}

START_TEST(wrong_use_is_said)
{
    const struct weir_input two[] = {{.bytes = "a\n", .len = 2},
                                     {.path = "/dev/null"}};
    const struct weir_query_options none = {.threads = 1};
    char message[100];
    snprintf(message, sizeof message,
             "options.size is 0; it must be sizeof(struct "
             "weir_query_options), at most %zu",
             sizeof none);
    ck_assert_refused("count()", two, 1, &none, message);
    ck_assert_refused("count()", two, 2, NULL,
                      "input[0] is no path: several inputs, and those of "
                      "shards, partials and checkpoints, must be paths");
    ck_assert_refused("count()", NULL, 0, NULL,
                      "there is no input, and the question names none (from "
                      "...)");
    ck_assert_refused("count() from '/dev/null'", two, 1, NULL,
                      "the question names its input (from ...), and there are "
                      "others; leave one of them out");
    ck_assert_refused("count(", two, 1, NULL,
                      "expected a value after '(', found the end of the "
                      "query");
}
END_TEST

START_TEST(options_are_checked)
{
    static const struct weir_reading headless = {.no_header = true};
    static const struct weir_reading reading = {.bad_records =
                                                    (enum weir_bad_records)3};
    static const struct {
        struct weir_query_options options;
        const char *message;
    } wrong[] = {
        {{.bad_cells = (enum weir_bad_cells)3}, "options.bad_cells is 3"},
        {{.decimal = 'x'},
         "options.decimal is the byte 120; it must be 0, a point or a comma"},
        {{.thousands = (char)0xa0},
         "options.thousands is the byte 160; it must be 0, a comma, a point, a "
         "blank, ' or _"},
        {{.checkpoint = "x", .reject = tell},
         "options.checkpoint and options.reject: a query that goes on would "
         "give records twice"},
        {{.by_union = true, .reading = &headless},
         "options.by_union: the inputs must have headers, and none is read"},
        {{.shard = 3, .of_shards = 2},
         "options.shard is 3 of 2; they count from 1"},
        {{.of_shards = 2}, "options.shard is 0 of 2; they count from 1"},
        {{.thousands = '.'},
         "options.thousands and options.decimal are both '.'"},
        {{.reading = &reading}, "bad_records is 3"},
    };
    const struct weir_input input = {.bytes = "a\n", .len = 2};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct weir_query_options options = wrong[i].options;
        options.size = sizeof options;
        ck_assert_refused("count()", &input, 1, &options, wrong[i].message);
    }
}
END_TEST

/* A member that a later version adds is zero for a program of today. */
START_TEST(options_of_an_older_version_are_known)
{
    struct weir_error error;
    const struct weir_row *row;
    const struct weir_input input = {.bytes = "a\n1,5\n", .len = 6};
    const struct weir_reading reading = {.delimiter = ";"};
    const struct weir_query_options options = {
        .size = offsetof(struct weir_query_options, threads),
        .reading = &reading,
        .decimal = ',',
        .threads = SIZE_MAX,
        .memory = 1};
    struct weir_query *query =
        weir_query_open("sum(a)", &input, 1, &options, &error);
    ck_assert_msg(query != NULL, "%s", error.message);
    ck_assert_uint_eq(weir_query_column(query, "sum(a)"), 0);
    ck_assert_uint_eq(weir_query_column(query, "a"), WEIR_NO_COLUMN);
    ck_assert_int_eq(weir_query_next(query, &row, &error), WEIR_OK);
    ck_assert_double_eq(row->value[0].number, 1.5);
    weir_query_close(query);
}
END_TEST

/* It reads on until the query is cancelled, and then fails. */
static ptrdiff_t read_until_cancelled(void *context, void *into,
                                      size_t capacity)
{
    struct gate *gate = context;
    if (!gate->open)
        return read_and_cancel(context, into, capacity);
    return -1;
}

START_TEST(a_read_that_fails_once_cancelled_is_no_failure)
{
    struct gate gate = {0};
    struct weir_error error;
    const struct weir_row *row;
    enum weir_status status;
    size_t len;
    char *text = long_table(RECORDS, &len);
    gate.given = (struct given){.bytes = text, .len = len};
    const struct weir_input input = {.read = read_until_cancelled,
                                     .context = &gate};
    gate.query = weir_query_open("count()", &input, 1, NULL, &error);
    ck_assert_ptr_nonnull(gate.query);
    while ((status = weir_query_next(gate.query, &row, &error)) == WEIR_OK)
        continue;
    ck_assert_int_eq(status, WEIR_CANCELLED);
    ck_assert_str_eq(error.message, "the query was cancelled");
    weir_query_close(gate.query);
    free(text);
}
END_TEST

static ptrdiff_t read_nothing(void *context, void *into, size_t capacity)
{
    const ptrdiff_t *n = context;
    (void)into, (void)capacity;
    return *n;
}

START_TEST(a_read_function_that_fails_is_said)
{
    struct weir_error error;
    ptrdiff_t n = -1;
    const struct weir_input input = {.read = read_nothing, .context = &n};
    ck_assert_ptr_null(weir_query_open("count()", &input, 1, NULL, &error));
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_str_eq(error.place, "input");
    ck_assert_str_eq(error.message, "cannot read: the read function failed");
    n = PTRDIFF_MAX;
    ck_assert_ptr_null(weir_query_open("count()", &input, 1, NULL, &error));
    ck_assert_int_eq(error.status, WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "more than it was asked for"));
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_RUN_CANCELLED, 10, 10},
    {WEIR_RAN_ALLOCATION_REFUSED, 300, 100},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("law_questions");
    TCase *tests = tcase_create("law_questions");
    tcase_set_timeout(tests, 100);
    tcase_add_loop_test(tests, pulled_rows_are_those_that_are_pushed, 0,
                        N_WORLDS);
    tcase_add_loop_test(tests, a_query_may_be_closed_at_any_row, 0, N_ENDINGS);
    tcase_add_loop_test(tests, a_query_is_cancelled_while_it_reads, 0,
                        2 * N_ENDINGS);
    tcase_add_loop_test(tests, a_signal_handler_may_cancel, 0, N_ENDINGS);
    tcase_add_loop_test(tests, a_query_is_cancelled_between_rows, 0, 2);
    tcase_add_loop_test(tests, refused_allocations_leak_nothing, 0, N_WORLDS);
    tcase_add_loop_test(tests, partials_of_shards_are_merged, 0, N_MERGEABLE);
    tcase_add_loop_test(tests, a_partial_that_is_not_finished_is_not_there, 0,
                        2);
    tcase_add_loop_test(tests, a_saved_query_goes_on, 0, N_MERGEABLE);
    tcase_add_test(tests, queries_run_side_by_side);
    tcase_add_test(tests, a_query_keeps_its_memory);
    tcase_add_test(tests, wrong_use_is_said);
    tcase_add_test(tests, options_are_checked);
    tcase_add_test(tests, options_of_an_older_version_are_known);
    tcase_add_test(tests, a_read_that_fails_once_cancelled_is_no_failure);
    tcase_add_test(tests, a_read_function_that_fails_is_said);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
