/*
 * aggregates/{quantile,distinct,mode,top}.c: values arrive in order, and the
 * same state is used for one group after another.
 */
#include "base/aggregate.h"
#include "base/number.h"
#include "tests/runner.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A value of a group, in the natural order, and how often it occurs. */
struct entry {
    const char *value;
    uint64_t times;
};

#define GROUPS_MAX 4
#define ENTRIES_MAX 6

static const struct example {
    const char *call; /* as in a query: p95; then its parameter */
    struct weir_parameter parameter;
    struct {
        uint64_t n; /* how many numbers the group has */
        struct entry entry[ENTRIES_MAX];
        const char *result;
    } group[GROUPS_MAX];
} examples[] = {
    {"median",
     {0},
     {{3, {{"1", 1}, {"2", 1}, {"9", 1}}, "2"},
      {4, {{"1", 1}, {"2", 2}, {"9", 1}}, "2"},
      {0, {{0}}, ""},
      {2, {{"1", 1}, {"2", 1}}, "1.5"}}},
    /* Blanks come before the numbers, and texts after them. */
    {"median",
     {0},
     {{2, {{" ", 7}, {"-0.25", 1}, {"0.5", 1}, {"abc", 9}}, "0.125"},
      {0, {{"\t", 1}, {"abc", 9}}, ""},
      {5, {{"1", 1}, {"1.0", 3}, {"1.5", 1}, {"x", 1}}, "1"}}},
    /* A value of more than 64 bits is given in full. A result between two
     * values is rounded once. */
    {"median",
     {0},
     {{1,
       {{"123456789012345678901234567890", 1}},
       "123456789012345678901234567890"},
      {2,
       {{"9223372036854775806", 1}, {"9223372036854775807", 1}},
       "9223372036854776000"},
      {2, {{"1e-300", 1}, {"3e-300", 1}}, "2e-300"},
      {2, {{"-1e300", 1}, {"1e-300", 1}}, "-5e+299"}}},
    {"median",
     {0},
     {{UINT64_MAX,
       {{"3", UINT64_MAX / 2}, {"4", 1}, {"5", UINT64_MAX / 2}},
       "4"}}},
    {"p95", {0}, {{3, {{"0", 1}, {"10", 1}, {"20", 1}}, "19"}}},
    {"P1", {0}, {{3, {{"0", 1}, {"10", 1}, {"20", 1}}, "0.2"}}},
    {"quantile", {9, 1}, {{4, {{"1", 1}, {"2", 2}, {"7", 1}}, "5.5"}}},
    {"quantile", {0, 0}, {{2, {{"1", 1}, {"2", 1}}, "1"}}},
    {"quantile", {1, 0}, {{2, {{"1", 1}, {"2", 1}}, "2"}}},
    {"percentile",
     {333333333333333333, 18},
     {{4, {{"0", 3}, {"9", 1}}, "0"},
      {4, {{"0", 1}, {"9", 3}}, "8.999999999999999991"},
      {2, {{"-1e-1000", 1}, {"1e308", 1}}, "3.333333333333333e+307"}}},
    {"distinct",
     {0},
     {{0, {{"1", 1}, {"1.0", 5}, {"x", 2}}, "3"}, {0, {{0}}, "0"}}},
    {"mode",
     {0},
     {{0,
       {{"a longer value than a block", 2}, {"b", 2}},
       "a longer value than a block"},
      {0, {{"1", 1}, {"b", 2}, {"c", 2}}, "b"},
      {0, {{0}}, ""}}},
    {"top",
     {2, 0},
     {{0, {{"a", 1}, {"b", 3}, {"c", 2}, {"d", 3}}, "{\"b\":3,\"d\":3}"},
      {0,
       {{"a longer value than the others", 1}},
       "{\"a longer value than the others\":1}"},
      {0, {{0}}, ""},
      {0, {{"\"\\\n\x01\xff", 1}}, "{\"\\\"\\\\\\u000a\\u0001\xff\":1}"}}},
};
#define N_EXAMPLES ((int)(sizeof examples / sizeof *examples))

struct state {
    const struct weir_ordered_set *set;
    struct weir_parameter parameter;
    struct weir_arena arena;
    void *bytes;
};

static void state_init(struct state *state, const char *call,
                       struct weir_parameter parameter)
{
    const struct weir_aggregate *aggregate =
        weir_aggregate_find(call, strlen(call), &state->parameter);
    ck_assert_ptr_nonnull(aggregate);
    state->set = aggregate->ordered_set;
    if (aggregate->parameter == WEIR_PARAMETER_NONE)
        state->parameter = aggregate->fixed;
    else if (!state->parameter.n)
        state->parameter = parameter;
    weir_arena_init(&state->arena, WEIR_MEMORY_GROUP);
    state->bytes =
        calloc(1, weir_ordered_set_size(state->set, &state->parameter));
}

static void state_release(struct state *state)
{
    weir_arena_release(&state->arena);
    free(state->bytes);
}

static bool add(struct state *state, const char *value, uint64_t times)
{
    /* The value is borrowed for the call only. */
    char *copy = strdup(value);
    struct weir_text text = {copy, strlen(copy)};
    bool fine = state->set->add(state->bytes, &state->arena, text, times);
    memset(copy, '#', text.len);
    free(copy);
    return fine;
}

static void ck_assert_result(struct state *state, const char *expected)
{
    struct weir_number value;
    char text[200];
    ck_assert(state->set->result(state->bytes, &state->arena, &value));
    size_t len = weir_number_write(&value, text, sizeof text - 1);
    text[len] = '\0';
    ck_assert_str_eq(text, expected);
}

START_TEST(results_are_as_defined)
{
    const struct example *example = &examples[_i];
    struct state state;
    state_init(&state, example->call, example->parameter);
    for (size_t g = 0; g < GROUPS_MAX && example->group[g].result; g++) {
        state.set->begin(state.bytes, &state.parameter, example->group[g].n);
        for (size_t i = 0; example->group[g].entry[i].value; i++)
            ck_assert(add(&state, example->group[g].entry[i].value,
                          example->group[g].entry[i].times));
        ck_assert_result(&state, example->group[g].result);
    }
    state_release(&state);
}
END_TEST

/* Rising, falling and equal counts of more values than top keeps. */
START_TEST(top_keeps_the_first_of_the_most_frequent)
{
    struct state state;
    char value[20], expected[20];
    state_init(&state, "top", (struct weir_parameter){1000, 0});
    for (unsigned way = 0; way < 3; way++) {
        struct weir_number result;
        state.set->begin(state.bytes, &state.parameter, 0);
        for (unsigned i = 0; i < 3000; i++) {
            (void)snprintf(value, sizeof value, "%04u", i);
            ck_assert(add(&state, value,
                          way == 0   ? i + 1
                          : way == 1 ? 3000 - i
                                     : 5));
        }
        ck_assert(state.set->result(state.bytes, &state.arena, &result));
        (void)snprintf(expected, sizeof expected, "{\"%04u\":%u,",
                       way == 0 ? 2999 : 0, way < 2 ? 3000 : 5);
        ck_assert_mem_eq(result.text.bytes, expected, strlen(expected));
        (void)snprintf(expected, sizeof expected, ",\"%04u\":%u}",
                       way == 0 ? 2000 : 999, way < 2 ? 2001 : 5);
        ck_assert_mem_eq(result.text.bytes + result.text.len - strlen(expected),
                         expected, strlen(expected));
    }
    state_release(&state);
}
END_TEST

START_TEST(refused_memory_is_said)
{
    static const char *const calls[] = {"mode", "top"};
    char *value = malloc(100001);
    memset(value, 'x', 100000);
    value[100000] = '\0';
    for (size_t i = 0; i < 2; i++) {
        struct state state;
        struct weir_number result;
        state_init(&state, calls[i], (struct weir_parameter){3, 0});
        state.set->begin(state.bytes, &state.parameter, 0);
        weir_memory_limit(weir_memory_total().live + 1000);
        ck_assert(add(&state, "a", 1));
        ck_assert(!add(&state, value, 2));
        weir_memory_limit(0);
        ck_assert(add(&state, value, 3));
        weir_memory_limit(weir_memory_total().live + 1000);
        /* The JSON object does not fit in addition to the value, which itself
         * needs no memory. */
        ck_assert(state.set->result(state.bytes, &state.arena, &result) ==
                  (i == 0));
        weir_memory_limit(0);
        state_release(&state);
    }
    free(value);
}
END_TEST

START_TEST(names_are_found)
{
    struct weir_parameter p;
    size_t n = 0;
    for (size_t i = 0; weir_aggregates[i]; i++) {
        const struct weir_aggregate *aggregate = weir_aggregates[i];
        const char *name = aggregate->name;
        ck_assert_ptr_eq(weir_aggregate_find(name, strlen(name), &p),
                         aggregate);
        ck_assert_uint_eq(p.n, 0);
        if (aggregate->ordered_set)
            ck_assert_uint_eq(
                weir_ordered_set_size(aggregate->ordered_set,
                                      &(struct weir_parameter){7, 0}) %
                    8,
                0);
        n += aggregate->ordered_set != NULL;
    }
    ck_assert_uint_ge(n, 5);
    static const char *const none[] = {"p",   "p0", "p00", "p100", "p05",
                                       "p5x", "",   "px",  "q50",  "media"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert_ptr_null(weir_aggregate_find(none[i], strlen(none[i]), &p));
    ck_assert_str_eq(weir_aggregate_find("p7", 2, &p)->name, "quantile");
    ck_assert(p.n == 7 && p.digits == 2);
    ck_assert_str_eq(weir_aggregate_find("Percentile_Cont", 15, &p)->name,
                     "quantile");
    ck_assert_uint_eq(p.n, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ordered_sets");
    TCase *tests = tcase_create("ordered_sets");
    weir_memory_hook_gmp();
    tcase_add_loop_test(tests, results_are_as_defined, 0, N_EXAMPLES);
    tcase_add_test(tests, top_keeps_the_first_of_the_most_frequent);
    tcase_add_test(tests, refused_memory_is_said);
    tcase_add_test(tests, names_are_found);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
