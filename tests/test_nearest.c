/*
 * query/nearest.c: which name a mistyped name was meant to be.
 */
#include "query/query.h"
#include "tests/runner.h"

#include <check.h>
#include <string.h>

static const struct {
    const char *name, *candidates[5], *nearest;
} names[] = {
    /* by distance: one letter missing, added or changed, or two swapped */
    {"agge", {"id", "name", "age"}, "age"},
    {"agr", {"id", "name", "age"}, "age"},
    {"aeg", {"id", "name", "age"}, "age"},
    {"ag", {"id", "name", "age"}, "age"},
    {"contry", {"county", "country"}, "country"},
    {"coutnry", {"county", "country"}, "country"},
    {"AGE", {"ago", "age"}, "age"},
    {"tempreatrue", {"station", "temperature"}, "temperature"},
    /* the allowed distance depends on the length of the name */
    {"abc", {"axx", "xxc"}, NULL},
    {"a", {"b", "c"}, NULL},
    {"ab", {"xb", "yy"}, "xb"},
    {"ab", {"xy"}, NULL},
    {"abcd", {"abxy"}, "abxy"},
    {"abcd", {"axyz"}, NULL},
    {"abcdefg", {"abcdxyz"}, "abcdxyz"},
    {"abcdefg", {"abcwxyz"}, NULL},
    /* no byte is changed twice: from ca to abc are 3 changes, not 2 */
    {"caxx", {"abcxx"}, NULL},
    /* the first of several that are equally near */
    {"age", {"ago", "ace"}, "ago"},
    /* by the beginning of the name, then by a word in it */
    {"inc", {"name", "income"}, "income"},
    {"inc", {"income_total", "income"}, "income"},
    {"income_eur", {"name", "income"}, "income"},
    {"user_name", {"id", "name"}, "name"},
    {"name", {"id", "full-name-here"}, "full-name-here"},
    {"Name", {"id", "the.name.of.it"}, "the.name.of.it"},
    {"user_id", {"name", "id"}, "id"},
    {"is_green", {"is_a_member"}, NULL},
    {"first_second", {"of_first_order", "in_second_order"}, "in_second_order"},
    {"incoming", {"in_x", "inc", "incomind"}, "incomind"},
    {"i", {"income"}, NULL},
    /* no name is near */
    {"agge", {NULL}, NULL},
    {"", {"a", ""}, ""},
    {"xyz", {"age", "name"}, NULL},
};

START_TEST(nearest_is_what_was_meant)
{
    size_t n = 0;
    while (names[_i].candidates[n])
        n++;
    struct weir_text name = {names[_i].name, strlen(names[_i].name)};
    const char *nearest = weir_nearest(name, names[_i].candidates, n);
    if (names[_i].nearest)
        ck_assert_pstr_eq(nearest, names[_i].nearest);
    else
        ck_assert_ptr_null(nearest);
}
END_TEST

START_TEST(nearest_takes_names_of_any_length)
{
    char a[1001], b[1001];
    memset(a, 'a', 1000);
    memset(b, 'a', 1000);
    a[1000] = b[1000] = 0;
    b[999] = 'b';
    const char *const candidates[] = {"x", b};
    struct weir_text name = {a, 1000};
    ck_assert_ptr_null(weir_nearest(name, candidates, 2));
    name.len = 999;
    ck_assert_ptr_eq(weir_nearest(name, candidates, 2), b);
    name.len = 64;
    b[64] = 0;
    b[0] = 'b';
    ck_assert_ptr_eq(weir_nearest(name, candidates, 2), b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("nearest");
    TCase *tests = tcase_create("nearest");
    tcase_add_loop_test(tests, nearest_is_what_was_meant, 0,
                        sizeof(names) / sizeof(*names));
    tcase_add_test(tests, nearest_takes_names_of_any_length);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
