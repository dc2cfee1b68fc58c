/*
 * The cursor law. To compute results, only the current group of a table is
 * needed. The law puts a forgetful cursor over each cursor. At each step it
 * overwrites all that it gave before, and it gives the states of every group as
 * row 0. The results must be the same rows.
 *
 * The cursor of a hash aggregate must also give its groups in the order of
 * their encoded keys (partials/key.h), which is the order of groups that are
 * merged from runs.
 */
#include "base/error.h"
#include "partials/key.h"
#include "pipeline/worker.h"
#include "query/plan.h"
#include "readers/csv/csv.h"
#include "tests/mechanism_kit.h"
#include "tests/reading.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A cursor that owns another cursor and copies the current group from it. */
struct forgetful {
    struct weir_group_cursor base;
    struct weir_group_cursor *inner;
    const struct weir_plan_table *table;
    char *text; /* bytes of the key's parts; NULL: no group yet */
    size_t len;
    char *key; /* encoded key of the previous group */
    size_t key_len;
};

static size_t steps; /* steps of forgetful cursors to another group */

static void ck_assert_ascends(struct forgetful *cursor)
{
    const struct weir_group_cursor *inner = cursor->inner;
    size_t capacity = 1, len = 0;
    for (size_t i = 0; i < inner->n_parts; i++)
        capacity += weir_key_capacity(inner->part[i].len);
    char *key = malloc(capacity);
    for (size_t i = 0; i < inner->n_parts; i++)
        len += weir_key_write(inner->part[i], key + len);
    if (cursor->key)
        ck_assert_int_lt(memcmp(cursor->key, key,
                                len < cursor->key_len ? len : cursor->key_len),
                         0);
    free(cursor->key);
    cursor->key = key;
    cursor->key_len = len;
}

static void forget(struct forgetful *cursor)
{
    if (cursor->text)
        memset(cursor->text, '9', cursor->len);
    for (size_t i = 0; i < cursor->table->n_aggregates; i++)
        memset(cursor->base.states[i].base, 0,
               cursor->table->aggregate[i].aggregate->size);
    free(cursor->text);
    cursor->text = NULL;
}

static void copy(struct forgetful *cursor)
{
    const struct weir_group_cursor *inner = cursor->inner;
    FILE *out = open_memstream(&cursor->text, &cursor->len);
    for (size_t i = 0; i < inner->n_parts; i++)
        (void)fwrite(inner->part[i].bytes, 1, inner->part[i].len, out);
    (void)fclose(out);
    for (size_t i = 0, at = 0; i < inner->n_parts; i++) {
        cursor->base.part[i] =
            (struct weir_text){cursor->text + at, inner->part[i].len};
        at += inner->part[i].len;
    }
    for (size_t i = 0; i < cursor->table->n_aggregates; i++)
        memcpy(cursor->base.states[i].base,
               inner->states[i].base + inner->row * inner->states[i].stride,
               inner->states[i].stride);
}

static enum weir_status forgetful_next(struct weir_group_cursor *base,
                                       struct weir_error *error)
{
    struct forgetful *cursor = (struct forgetful *)base;
    forget(cursor);
    enum weir_status status = weir_cursor_next(cursor->inner, error);
    if (!status) {
        steps += cursor->key != NULL;
        ck_assert_ascends(cursor);
        copy(cursor);
    }
    return status;
}

static void forgetful_close(struct weir_group_cursor *base)
{
    struct forgetful *cursor = (struct forgetful *)base;
    forget(cursor);
    for (size_t i = 0; i < cursor->table->n_aggregates; i++)
        free(base->states[i].base);
    free(base->states);
    free(base->part);
    weir_cursor_close(cursor->inner);
    free(cursor->key);
    free(cursor);
}

static struct weir_group_cursor *
forgetful_over(struct weir_group_cursor *inner,
               const struct weir_plan_table *table)
{
    static const struct weir_group_cursor_ops ops = {forgetful_next,
                                                     forgetful_close};
    struct forgetful *cursor = calloc(1, sizeof *cursor);
    cursor->base = (struct weir_group_cursor){
        .ops = &ops,
        .part = calloc(inner->n_parts + 1, sizeof *inner->part),
        .n_parts = inner->n_parts,
        .states = calloc(table->n_aggregates + 1, sizeof *inner->states)};
    cursor->inner = inner;
    cursor->table = table;
    for (size_t i = 0; i < table->n_aggregates; i++) {
        cursor->base.states[i] = inner->states[i];
        cursor->base.states[i].base =
            calloc(1, table->aggregate[i].aggregate->size);
    }
    return &cursor->base;
}

/* The results of the tables as text, followed by the status. */
static char *answer(struct weir_plan *plan, const struct weir_worker *worker,
                    bool forgets)
{
    char *text = NULL;
    size_t len, n = plan->n_tables;
    struct weir_error error = {0};
    struct page page = {.sink = {.ops = &page_ops},
                        .out = open_memstream(&text, &len)};
    struct weir_group_cursor **cursor = calloc(n, sizeof(*cursor));
    for (size_t t = 0; t < n; t++) {
        cursor[t] = weir_hash_aggregate_cursor(&worker->hash[t], &error);
        ck_assert_ptr_nonnull(cursor[t]);
        if (forgets)
            cursor[t] = forgetful_over(cursor[t], &plan->table[t]);
    }
    struct weir_record_counts counts = {0};
    struct weir_set_aside aside = {0};
    const struct weir_giving giving = {.sink = &page.sink,
                                       .memory = SIZE_MAX,
                                       .folder = "/tmp",
                                       .noted = {&counts, &aside}};
    enum weir_status status = weir_results_give(plan, cursor, &giving, &error);
    fprintf(page.out, "%d %s\n", (int)status, error.message);
    for (size_t t = 0; t < n; t++)
        weir_cursor_close(cursor[t]);
    free(cursor);
    (void)fclose(page.out);
    return text;
}

/* Runs the query with both kinds of cursors. Returns whether there were
 * rows. */
static bool ask(const char *query_text, const char *csv, size_t len)
{
    struct weir_error error = {0};
    struct weir_ast query = {0};
    struct weir_plan plan = {0};
    struct weir_reorder order;
    struct weir_worker worker = {0};
    struct weir_reading options = {0};
    const struct reading bytes = {.csv = csv, .len = len};
    bool rows = false;
    struct weir_source *source = reading_source(&bytes, &error);
    const struct weir_cell_rules cells = {.bad = WEIR_BAD_CELLS_NULL};
    struct weir_stream *stream =
        weir_csv_over(source, "x.csv", &options, &error);
    ck_assert_ptr_nonnull(stream);
    if (weir_ast_parse(query_text, &query, &error) == WEIR_OK &&
        weir_plan_build(&plan, &query, &stream->schema, cells, &error) ==
            WEIR_OK &&
        plan.aggregated) {
        weir_stream_project(stream, plan.projected, plan.n_projected);
        ck_assert_int_eq(weir_reorder_init(&order, stream, NULL, &error), 0);
        ck_assert_int_eq(weir_worker_init(&worker, &plan, &order, NULL, &error),
                         0);
        worker.memory = SIZE_MAX; /* no spills, which would be lost */
        weir_worker_run(&worker);
        for (size_t t = 0; t < plan.n_tables; t++)
            ck_assert_ptr_null(worker.hash[t].runs);
        char *forgetful = answer(&plan, &worker, true);
        /* A plan can be used only once. */
        weir_plan_release(&plan);
        ck_assert_int_eq(
            weir_plan_build(&plan, &query, &stream->schema, cells, &error),
            WEIR_OK);
        char *plain = answer(&plan, &worker, false);
        ck_assert_msg(!strcmp(plain, forgetful), "%s\n%.800s\n%.800s",
                      query_text, plain, forgetful);
        rows = strchr(plain, '\n')[1] != '\0';
        free(plain);
        free(forgetful);
        weir_worker_release(&worker);
        weir_reorder_release(&order);
    }
    weir_plan_release(&plan);
    weir_ast_release(&query);
    weir_stream_close(stream);
    return rows;
}

START_TEST(results_need_only_the_group_in_hand)
{
    unsigned answered = 0;
    for (uint64_t seed = 0; seed < turns(400, 400); seed++) {
        const struct random_table table = {.tidy = true, .lines = 1500};
        size_t len;
        char *csv = random_table(seed, &table, &len);
        char *query = random_query(seed * 7 + 1);
        bool rows = ask(query, csv, len);
        answered += rows;
        if (rows)
            weir_ran(WEIR_RAN_TURN);
        free(csv);
        free(query);
    }
    ck_assert_uint_gt(answered, turns(80, 80));
    ck_assert_uint_gt(steps, turns(20000, 20000));
}
END_TEST

static const struct floor floors[] = {{WEIR_RAN_TURN, 80, 80}};

int main(void)
{
    Suite *suite = suite_create("law_cursor");
    TCase *tests = tcase_create("law_cursor");
    weir_memory_hook_gmp();
    tcase_set_timeout(tests, 100);
    tcase_add_test(tests, results_need_only_the_group_in_hand);
    suite_add_tcase(suite, tests);
    mechanism_begin();
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
