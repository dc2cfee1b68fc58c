/*
 * The law of wrong references. A column that does not exist is refused in every
 * place of a query, however few columns there are, by a message that names the
 * reference and points at it. A column that exists is accepted in each of these
 * places.
 */
#include "base/aggregate.h"
#include "query/plan.h"
#include "tests/mechanism_kit.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))

static const struct input {
    const char *csv;
    const char *header; /* --header */
    bool no_header;
    bool no_names;  /* no header, and no names for columns */
    size_t columns; /* number of columns that the query sees */
} inputs[] = {
    {"", NULL, false, true, 0},
    {"", NULL, true, false, 0},
    {"\xef\xbb\xbf", NULL, true, false, 0},
    {"", "a", false, false, 1},
    {"", "a,b", false, false, 2},
    {"a\n", NULL, false, false, 1},
    {"a,b", NULL, false, false, 2},
    {"a\n1\n2\n", NULL, false, false, 1},
    {"1\n2\n", NULL, true, false, 1},
    {"a,b\n1,2\n3,x\n", NULL, false, false, 2},
    {"1,2\n3,x\n", NULL, true, false, 2},
    {"1,2\n3,x\n", "a,b", false, false, 2},
};

/* After a message that ends with "are " comes the number of columns. */
static const struct reference {
    const char *words, *message;
    size_t position; /* valid with at least so many columns; 0: never */
    bool misspelt;   /* the query cannot be parsed, whatever the header */
} references[] = {
    {"$0", "columns count from $1", 0, true},
    {"$000", "columns count from $1", 0, true},
    {"$1", "no column $1; there are ", 1, false},
    {"$2", "no column $2; there are ", 2, false},
    {"$3", "no column $3; there are ", 0, false},
    {"$100000", "no column $100000; there are ", 0, false},
    {"$2147483648", "no column $2147483648; there are ", 0, false},
    {"$4294967295", "no column $4294967295; there are ", 0, false},
    {"$4294967296", "no file has that many columns", 0, true},
    {"$9223372036854775808", "no file has that many columns", 0, true},
    {"$18446744073709551616", "no file has that many columns", 0, true},
    {"$18446744073709551617", "no file has that many columns", 0, true},
    {"nosuch", "no column 'nosuch'; columns: ", 0, false},
    {"\"nosuch\"", "no column 'nosuch'; columns: ", 0, false},
    {"`$3`", "no column '$3'; ", 0, false},
    {"\"no \"\"such\"\"\"", "no column 'no \"such\"'; columns: ", 0, false},
};

/* Every place where a value may stand, marked by @. */
static const char *const places[] = {
    /* items */
    "@",
    "@ as it",
    "1, @, 2",
    "select @",
    "select 1, @ as it",
    "-@",
    "@ + 1",
    "1 % @",
    "@ || 'a'",
    "'a' || @",
    "not @ = '1'",
    "@ = 1 and 1 = 1",
    "1 = 1 or @ = 1",
    "((@))",
    /* comparisons */
    "@ < 'a'",
    "1 >= @",
    "@ in (1, 2)",
    "1 not in (1, @)",
    "@ between 1 and 2",
    "1 between @ and 2",
    "1 not between 1 and @",
    "@ like 'a%'",
    "@ !~ 'a'",
    "@ is not null",
    /* case */
    "case when @ = 1 then 2 end",
    "case when 1 = 1 then @ end",
    "case when 1 = 1 then 1 else @ end",
    "case @ when 1 then 2 end",
    "case 1 when @ then 2 else 3 end",
    "case '1' when '2' then @ end",
    /* functions */
    "round(1, @)",
    "coalesce(@)",
    "coalesce(null, @, 'a')",
    "concat('a', 'b', @)",
    "trim('a', @)",
    "substr(@, 1)",
    "substr('a', @, 1)",
    "substr('a', 1, @)",
    "date_trunc('month', @)",
    "date_diff('day', '2024-01-01', @)",
    "date_add(@, 1, 'day')",
    "date_add('2024-01-01', @, 'day')",
    "date(@, '%Y')",
    "strftime(@, '%Y')",
    "at_zone(@, 'UTC')",
    "lower(upper(text(@)))",
    /* aggregates */
    "count(distinct @)",
    "quantile(@, 0.25)",
    "top(@, 2)",
    "sum(case when @ = 1 then 1 end)",
    "count() + max(1 + num(@))",
    "count(), sum(@) by line()",
    /* clauses */
    "1 where @ = 1",
    "1 where @ is null or 1 = 1",
    "count() where lower(@) <> 'a'",
    "count() by @",
    "count() by line(), @ as it",
    "select count() group by @",
    "select max(1) group by lower(@), file()",
    "count() by case when @ = 1 then 1 end",
    "count() having max(@) is null",
    "count() by line() having 1 = 1 or median(num(@)) > 1",
    "count() by @ having count() > 1",
    "1 order by @",
    "1 order by 1, @ desc limit 1",
    "1 order by lower(@) asc",
    "count() order by sum(@)",
    "count() by @ order by 1",
};

/* Places where a bare column is not a value, so that a column that exists is
 * refused by another message. */
static const char *const bare_places[] = {
    "count(), @",
    "count(), abs(@) by line()",
    "count() having @ = 1",
    "count() order by @",
    "count() by line() having @",
    "sum(1) as it, @ by line()",
    "count() by line() as it order by it, @",
};

static size_t refused, taken;
static char query[200];

static void write_query(const char *place, const char *words)
{
    const char *hole = strchr(place, '@');
    ck_assert_ptr_nonnull(hole);
    int len = snprintf(query, sizeof query, "%.*s%s%s", (int)(hole - place),
                       place, words, hole + 1);
    ck_assert_int_lt(len, (int)sizeof query);
}

static void ck_assert_refused(const struct outcome *outcome,
                              const struct input *input,
                              const struct reference *reference)
{
    char want[200], count[24] = "";
    const char *message = reference->message;
    size_t at = 1 + (size_t)(strstr(query, reference->words) - query);
    if (strstr(message, "there are "))
        (void)snprintf(count, sizeof count, "%zu", input->columns);
    (void)snprintf(want, sizeof want, "USAGE query:1:%zu: %s%s", at, message,
                   count);
    if (input->no_names && !reference->misspelt)
        strcpy(want, "DATA x.csv: no header: the input is empty");
    ck_assert_msg(strncmp(outcome->trouble, want, strlen(want)) == 0,
                  "%s over %zu columns: found\n%s\nexpected\n%s", query,
                  input->columns, outcome->trouble, want);
    ck_assert(!outcome->ended);
    refused++;
}

/* The outcome for a column that exists. A bare column next to an aggregate is
 * not a value, and wrong cells do not matter here. */
static void ck_assert_taken(const struct outcome *outcome, bool bare)
{
    const char *trouble = outcome->trouble;
    ck_assert_msg(bare ? strstr(trouble, " is neither a key nor inside ") != 0
                       : !strstr(trouble, "USAGE"),
                  "%s: found '%s'", query, trouble);
    taken++;
}

static void try_place(const char *place, bool bare)
{
    for (size_t r = 0; r < N(references); r++)
        for (size_t i = 0; i < N(inputs); i++) {
            const struct reference *reference = &references[r];
            const struct input *input = &inputs[i];
            const struct trial trial = {.csv = input->csv,
                                        .len = strlen(input->csv),
                                        .query = query,
                                        .reading.header = input->header,
                                        .reading.no_header = input->no_header,
                                        .cells.bad =
                                            (enum weir_bad_cells)((r + i) % 3)};
            struct outcome outcome;
            write_query(place, reference->words);
            trial_run(&trial, &outcome);
            if (reference->position && reference->position <= input->columns)
                ck_assert_taken(&outcome, bare);
            else
                ck_assert_refused(&outcome, input, reference);
            outcome_release(&outcome);
        }
}

START_TEST(a_wrong_reference_is_refused_in_every_place)
{
    refused = taken = 0;
    for (size_t i = 0; i < N(places); i++)
        try_place(places[i], false);
    for (size_t i = 0; i < N(bare_places); i++)
        try_place(bare_places[i], true);
    ck_assert_uint_gt(refused, 10000);
    ck_assert_uint_gt(taken, 900);
}
END_TEST

/* Tries NAME(@), for a function or aggregate of one value. */
static void try_call(const char *name)
{
    char place[80];
    (void)snprintf(place, sizeof place, "%s(@)", name);
    try_place(place, false);
}

START_TEST(so_it_is_in_every_call)
{
    const char *call, *brief;
    refused = taken = 0;
    for (size_t i = 0; weir_function_help(i, &call, &brief); i++) {
        char name[40] = "";
        if (call && !strstr(call, "()") && !strstr(call, "(x, from") &&
            !memchr(call, '\'', strcspn(call, ")")))
            try_call(strncat(name, call, strcspn(call, "(")));
    }
    for (size_t i = 0; weir_aggregates[i]; i++)
        if (weir_aggregate_values(weir_aggregates[i]) == 1 &&
            weir_aggregates[i]->need[0] != WEIR_NEED_CONDITION &&
            weir_aggregates[i]->parameter == WEIR_PARAMETER_NONE)
            try_call(weir_aggregates[i]->name);
    ck_assert_uint_gt(refused, 5000);
    ck_assert_uint_gt(taken, 450);
}
END_TEST

static const struct floor floors[] = {{WEIR_RAN_TURN, 5000, 5000}};

int main(void)
{
    Suite *suite = suite_create("law_references");
    TCase *tests = tcase_create("law_references");
    tcase_set_timeout(tests, 200);
    tcase_add_test(tests, a_wrong_reference_is_refused_in_every_place);
    tcase_add_test(tests, so_it_is_in_every_call);
    suite_add_tcase(suite, tests);
    mechanism_begin();
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
