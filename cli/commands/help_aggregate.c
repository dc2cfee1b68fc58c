/*
 * weir help aggregates, and weir help corr: what an aggregate takes, gives and
 * holds, from its description.
 */
#include "base/aggregate.h"
#include "cli/commands/commands.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define WIDTH 24

static const char *call_of(const struct weir_aggregate *a, char *into,
                           size_t capacity)
{
    if (a->call)
        return a->call;
    (void)snprintf(into, capacity, "%s(x)", a->name);
    return into;
}

static void print_row(const struct weir_aggregate *a)
{
    char call[64];
    printf("%-*s %s\n", WIDTH, call_of(a, call, sizeof call), a->brief);
}

size_t weir_help_list_aggregates(void)
{
    size_t n = 0;
    for (; weir_aggregates[n]; n++) {
        const char *family = weir_aggregate_family(n);
        if (n == 0 || strcmp(family, weir_aggregate_family(n - 1)) != 0)
            printf("%s%s:\n", n ? "\n" : "", family);
        print_row(weir_aggregates[n]);
    }
    return n;
}

static const char *takes(const struct weir_aggregate *a)
{
    static const char *const one[] = {
        [WEIR_NEED_NOTHING] = "nothing: it is about records",
        [WEIR_NEED_ANY] = "any value; nulls are passed over",
        [WEIR_NEED_CONDITION] = "a condition; passed over where it is unknown",
        [WEIR_NEED_NUMBER] = "a number; nulls are passed over",
        [WEIR_NEED_NATURAL] = "numbers or texts; nulls are passed over",
        [WEIR_NEED_TEXT] =
            "any value, as it is written; nulls are passed over"};
    if (weir_aggregate_values(a) < 2)
        return one[a->need[0]];
    return a->need[1] == WEIR_NEED_NUMBER
               ? "two numbers; records that lack one are passed over"
               : "any value, and numbers or texts; records that lack one are "
                 "passed over";
}

static const char *gives(const struct weir_aggregate *a)
{
    static const char *const what[] = {
        [WEIR_GIVES_NUMBER] = "a number, exact until it is rounded once",
        [WEIR_GIVES_CONDITION] = "true or false",
        [WEIR_GIVES_VALUE] = "one of the values, as it is written",
        [WEIR_GIVES_TEXT] = "a text"};
    return a->inexact ? a->inexact : what[a->gives];
}

/* A call that works for data/users.csv. */
static void print_example(const struct weir_aggregate *a)
{
    const bool two = weir_aggregate_values(a) == 2;
    const char *more = a->parameter == WEIR_PARAMETER_SHARE   ? ", 0.95"
                       : a->parameter == WEIR_PARAMETER_COUNT ? ", 3"
                                                              : "";
    const char *x = a->need[0] == WEIR_NEED_NOTHING     ? ""
                    : a->need[0] == WEIR_NEED_CONDITION ? "age >= 18"
                    : a->need[0] == WEIR_NEED_NUMBER    ? "income"
                    : two                               ? "name"
                                                        : "country";
    printf("  example   weir '%s(%s%s%s)' data/users.csv\n", a->name, x,
           two ? ", age" : "", more);
}

static void print_all(const struct weir_aggregate *a)
{
    print_row(a);
    if (a->aliases)
        printf("  also      %s\n", a->aliases);
    printf("  takes     %s\n  gives     %s\n", takes(a), gives(a));
    if (a->ordered_set)
        puts("  holds     each different value once, with how often; beyond "
             "--memory on disk");
    else
        printf("  holds     %zu bytes a group%s\n", a->size,
               a->gives == WEIR_GIVES_VALUE ? ", and the text that it keeps"
                                            : "");
    print_example(a);
}

size_t weir_help_aggregate(const char *name)
{
    const struct weir_aggregate *found =
        weir_aggregate_find(name, strlen(name), NULL);
    size_t n = 0;
    /* count_rows has the name count as well, where it has no value. */
    for (size_t i = 0; weir_aggregates[i]; i++)
        if (weir_aggregates[i] == found ||
            !strcasecmp(name, weir_aggregates[i]->name)) {
            print_all(weir_aggregates[i]);
            n++;
        }
    return n;
}
