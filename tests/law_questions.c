/*
 * The laws of questions from C (weir_query_open() in weir.h), over random
 * tables and random queries. A program that pulls gets the rows that a sink is
 * given: the same rows, rejects, account and error, for every kind of input and
 * number of threads. A query that is refused memory leaves nothing behind; one
 * that has a limit keeps it.
 */
#include "base/c_words.h"
#include "tests/mechanism_kit.h"
#include "tests/question_kit.h"
#include "tests/runner.h"

#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS turns(60, 10)

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

static void ck_assert_row(const struct weir_query *query,
                          const struct weir_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        ck_assert_value(&row->value[i], weir_query_type(query, i));
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
    question_give(&given, kind, trial);
    const struct weir_query_options options = options_of(trial, &told);
    struct weir_query *query =
        weir_query_open(trial->query, &given.input, 1, &options, &error);
    enum weir_status status = query ? WEIR_OK : error.status;
    for (bool begun = false; !status;) {
        status = weir_query_next(query, &row, &error);
        if (!begun && status >= 0)
            question_put_names(out, query);
        begun = true;
        if (status)
            break;
        ck_assert_row(query, row);
        question_put_row(out, row);
        n_rows++;
    }
    if (query) {
        ck_assert_int_eq(weir_query_next(query, &row, &error), status);
        outcome->counts = weir_query_counts(query);
    }
    weir_query_close(query);
    question_take_back(&given);
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

/* Many at once */

static void *ask_alone(void *context)
{
    const char *text = context;
    size_t wrong = 0;
    for (size_t turn = 0; turn < 10; turn++) {
        struct weir_error error;
        const struct weir_row *row;
        struct weir_query *query =
            question_open("sum(k), count()", text, strlen(text), 1 + turn % 2);
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
    char *text = question_table(2000, &len);
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
    char *text = question_table(200000, &len);
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

static const struct floor floors[] = {
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
    tcase_add_loop_test(tests, refused_allocations_leak_nothing, 0, N_WORLDS);
    tcase_add_test(tests, queries_run_side_by_side);
    tcase_add_test(tests, a_query_keeps_its_memory);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
