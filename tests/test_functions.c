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

/* The length of the argument at the beginning of the text: x, ',' or '%Y'. */
static size_t argument_len(const char *at)
{
    return *at == '\'' ? 2 + strcspn(at + 1, "'") : strcspn(at, ",)");
}

/* Writes argument i of an example such as date(x, '%Y'): its literal, 1 for
 * a number, or the column a for anything else. The arguments after the last are
 * like the last.
 */
static void write_argument(FILE *out, const char *example, size_t i)
{
    const char *at = strrchr(example, '(') + 1;
    size_t len = argument_len(at);
    for (; i && at[len] == ','; i--) {
        at += len + 2;
        len = argument_len(at);
    }
    if (*at == '\'')
        fprintf(out, "%.*s", (int)len, at);
    else
        fputs(*at >= '0' && *at <= '9' ? "1" : "a", out);
}

/* Writes name(a, a, ...) with n arguments; literals are those of the example.
 */
static char *write_call(const char *name, const char *example, size_t n)
{
    char *query;
    size_t len;
    FILE *out = open_memstream(&query, &len);
    fprintf(out, "%s(", name);
    for (size_t i = 0; i < n; i++) {
        fputs(i ? ", " : "", out);
        write_argument(out, example, i);
    }
    fputs(") is null", out);
    (void)fclose(out);
    return query;
}

/* Whether the function accepts n arguments. If not, the message must say which
 * number it takes. */
static bool is_taken(const char *name, const char *example, size_t n)
{
    char want[100];
    char *query = write_call(name, example, n);
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
static size_t count_taken(const char *name, const char *example)
{
    size_t taken = 0, last = 0, shown = strstr(example, "()") == NULL;
    const char *at = strchr(example, '(') + 1;
    for (; at[argument_len(at)] == ','; at += argument_len(at) + 2)
        shown++;
    for (size_t n = 0; n < MANY; n++)
        if (is_taken(name, example, n)) {
            ck_assert_msg(!taken || last + 1 == n, "%s of %zu", name, n);
            taken++;
            last = n;
        }
    ck_assert(taken && is_taken(name, example, shown));
    return taken;
}

START_TEST(every_number_of_arguments_is_taken_or_refused)
{
    const char *call, *brief;
    size_t functions = 0, taken = 0;
    for (size_t i = 0; weir_function_help(i, &call, &brief); i++) {
        char name[40] = "";
        if (!call)
            continue;
        strncat(name, call, strcspn(call, "("));
        taken += count_taken(name, call);
        functions++;
    }
    ck_assert_uint_ge(functions, 33);
    /* coalesce, concat and date accept 64 numbers each, strptime one less */
    ck_assert_uint_ge(taken, (size_t)4 * 64 - 1 + functions - 4 + 5);
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
