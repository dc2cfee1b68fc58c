/*
 * jobs/identity.c: the values of options that a partial has kept.
 */
#include "jobs/identity.h"
#include "tests/runner.h"

#include <check.h>
#include <string.h>

static bool find(const char *name, const char *value,
                 struct weir_cell_rules *found)
{
    const struct weir_fact fact[] = {
        {{"query", 5}, {"reject", 6}, true},
        {{name, strlen(name)}, {value, strlen(value)}, true}};
    const struct weir_partial_info info = {.fact = fact, .n_facts = 2};
    return weir_identity_cells(&info, found);
}

START_TEST(bad_cells_are_what_they_were)
{
    struct weir_cell_rules found;
    ck_assert(find("--bad-cells", "null", &found));
    ck_assert_int_eq(found.bad, WEIR_BAD_CELLS_NULL);
    ck_assert(find("--bad-cells", "reject", &found));
    ck_assert_int_eq(found.bad, WEIR_BAD_CELLS_REJECT);
    /* The default value is not kept. */
    ck_assert(find("--null", "null", &found));
    ck_assert_int_eq(found.bad, WEIR_BAD_CELLS_ERROR);
}
END_TEST

START_TEST(notations_are_what_they_were)
{
    struct weir_cell_rules found;
    ck_assert(find("--decimal", ",", &found));
    ck_assert_int_eq(found.notation.decimal, ',');
    ck_assert_int_eq(found.notation.thousands, '\0');
    ck_assert(find("--thousands", "'", &found));
    ck_assert_int_eq(found.notation.decimal, '\0');
    ck_assert_int_eq(found.notation.thousands, '\'');
    ck_assert_int_eq(found.bad, WEIR_BAD_CELLS_ERROR);
}
END_TEST

START_TEST(a_value_of_another_version_is_not_taken_for_one)
{
    struct weir_cell_rules found;
    ck_assert(!find("--bad-cells", "zero", &found));
    ck_assert(!find("--bad-cells", "nul", &found));
    ck_assert(!find("--bad-cells", "nulls", &found));
    ck_assert(!find("--decimal", ";", &found));
    ck_assert(!find("--thousands", ",,", &found));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("identity");
    TCase *tests = tcase_create("identity");
    tcase_add_test(tests, bad_cells_are_what_they_were);
    tcase_add_test(tests, notations_are_what_they_were);
    tcase_add_test(tests, a_value_of_another_version_is_not_taken_for_one);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
