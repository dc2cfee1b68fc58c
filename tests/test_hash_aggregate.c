/*
 * pipeline/groups/hash_aggregate.c: which aggregates of a table have states of
 * their own, and which use the state of another one.
 */
#include "pipeline/groups/hash_aggregate.h"
#include "tests/runner.h"

#include <check.h>
#include <string.h>

static bool update(const struct weir_states *states,
                   const struct weir_arguments *input)
{
    (void)states;
    (void)input;
    return true;
}

static size_t owner(const struct weir_plan_aggregate *both)
{
    struct weir_plan_aggregate aggregate[2];
    const struct weir_plan_table table = {.aggregate = aggregate,
                                          .n_aggregates = 2};
    memcpy(aggregate, both, sizeof aggregate);
    ck_assert_uint_eq(weir_table_owner(&table, 0), 0);
    return weir_table_owner(&table, 1);
}

/* Two aggregates that have the same update function but states of 8 and 16
 * bytes. The function alone does not make them share a state. */
START_TEST(one_update_is_not_one_state)
{
    static const struct weir_aggregate small = {.size = 8, .update = update};
    static const struct weir_aggregate large = {.size = 16, .update = update};
    const struct weir_plan_aggregate both[] = {{.aggregate = &small},
                                               {.aggregate = &large}};
    ck_assert_uint_eq(owner(both), 1);
}
END_TEST

START_TEST(states_of_other_values_are_not_shared)
{
    const struct weir_aggregate *mean = weir_aggregate_find("mean", 4, NULL);
    const struct weir_plan_aggregate same[] = {{mean, {3}, {0}},
                                               {mean, {3}, {0}}};
    const struct weir_plan_aggregate other[] = {{mean, {3}, {0}},
                                                {mean, {4}, {0}}};
    ck_assert_uint_eq(owner(same), 0);
    const struct weir_plan_aggregate second[] = {{mean, {3, 5}, {0}},
                                                 {mean, {3, 6}, {0}}};
    const struct weir_plan_aggregate parameter[] = {{mean, {3}, {7, 0}},
                                                    {mean, {3}, {7, 1}}};
    ck_assert_uint_eq(owner(other), 1);
    ck_assert_uint_eq(owner(second), 1);
    ck_assert_uint_eq(owner(parameter), 1);
}
END_TEST

static bool is_one_state(const struct weir_aggregate *a,
                         const struct weir_aggregate *b)
{
    return a->size == b->size && a->version == b->version &&
           !memcmp(a->need, b->need, sizeof a->need) &&
           a->placed == b->placed && a->update == b->update &&
           a->merge == b->merge && a->save == b->save && a->load == b->load &&
           a->fused == b->fused;
}

/* Every two aggregates. They share a state if one names the other, or both name
 * a third, and if all functions that make and read the state are the same. */
START_TEST(states_are_shared_where_an_aggregate_says_so)
{
    size_t shared = 0;
    for (size_t i = 0; weir_aggregates[i]; i++)
        for (size_t j = 0; weir_aggregates[j]; j++) {
            const struct weir_aggregate *a = weir_aggregates[i];
            const struct weir_aggregate *b = weir_aggregates[j];
            const struct weir_plan_aggregate both[] = {{a, {7}, {0}},
                                                       {b, {7}, {0}}};
            if (a->ordered_set || b->ordered_set)
                continue;
            bool says = a == b || a->state_of == b || b->state_of == a ||
                        (a->state_of && a->state_of == b->state_of);
            ck_assert_msg(owner(both) == (says ? 0 : 1), "%s and %s", a->name,
                          b->name);
            ck_assert(!says || is_one_state(a, b));
            ck_assert(!a->state_of || !a->state_of->state_of);
            shared += says && a != b;
        }
    /* Pairs in either order: sum and mean; two of count_if, bool_and and
     * bool_or; of var and the seven that have its state; of skewness and three;
     * covar_pop and covar_samp; of corr and the nine of regression. */
    ck_assert_uint_eq(shared, 2 + 3 * 2 + 8 * 7 + 4 * 3 + 2 + 10 * 9);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash_aggregate");
    TCase *tests = tcase_create("hash_aggregate");
    tcase_add_test(tests, one_update_is_not_one_state);
    tcase_add_test(tests, states_of_other_values_are_not_shared);
    tcase_add_test(tests, states_are_shared_where_an_aggregate_says_so);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
