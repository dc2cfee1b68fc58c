/*
 * Every function, with every number of arguments. A wrong number is refused by
 * a message that names the function; a right one is computed.
 */
#include "query/plan.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More arguments than any function takes. */
#define MANY 70

/* Writes name(1, 1, ...) with n arguments, or with 'year' as the first. */
static char *write_call(const char *name, size_t n)
{
    char *query;
    size_t len;
    FILE *out = open_memstream(&query, &len);
    fprintf(out, "%s(", name);
    for (size_t i = 0; i < n; i++) {
        const char *first = strcmp(name, "date_trunc") ? "1" : "'year'";
        fprintf(out, "%s%s", i ? ", " : "", i ? "1" : first);
    }
    fputs(") is null", out);
    (void)fclose(out);
    return query;
}

/* Whether the function accepts n arguments. If not, the message must say which
 * number it takes. */
static bool is_taken(const char *name, size_t n)
{
    char want[100];
    char *query = write_call(name, n);
    const struct trial trial = {.csv = "a\n1\n", .len = 4, .query = query};
    struct outcome outcome;
    trial_run(&trial, &outcome);
    bool refused = strncmp(outcome.trouble, "USAGE", 5) == 0;
    (void)snprintf(want, sizeof want, "USAGE query:1:1: %s takes ", name);
    ck_assert_msg(!refused || !strncmp(outcome.trouble, want, strlen(want)),
                  "%s: %s", query, outcome.trouble);
    outcome_release(&outcome);
    free(query);
    return !refused;
}

/* Counts the numbers of arguments that the function accepts. They are
 * consecutive, and include that of its example. */
static size_t count_taken(const char *name, size_t example)
{
    size_t taken = 0, last = 0;
    for (size_t n = 0; n < MANY; n++)
        if (is_taken(name, n)) {
            ck_assert_msg(!taken || last + 1 == n, "%s of %zu", name, n);
            taken++;
            last = n;
        }
    ck_assert(taken && is_taken(name, example));
    return taken;
}

START_TEST(every_number_of_arguments_is_taken_or_refused)
{
    const char *call, *brief;
    size_t functions = 0, taken = 0;
    for (size_t i = 0; weir_function_help(i, &call, &brief); i++) {
        char name[40] = "";
        size_t example = 1;
        if (!call)
            continue;
        strncat(name, call, strcspn(call, "("));
        for (const char *at = call; *at != ')'; at++)
            example += *at == ',';
        taken += count_taken(name, example);
        functions++;
    }
    ck_assert_uint_ge(functions, 23);
    /* coalesce and concat accept 64 numbers each */
    ck_assert_uint_ge(taken, (size_t)128 + functions - 2 + 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("functions");
    TCase *tests = tcase_create("functions");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_number_of_arguments_is_taken_or_refused);
    suite_add_tcase(suite, tests);
    return suite_fails(suite);
}
