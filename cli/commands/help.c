/*
 * weir help TOPIC: lists a registry.
 */
#include "base/aggregate.h"
#include "cli/commands/commands.h"
#include "cli/terminal/shown.h"
#include "readers/csv/named_dialect.h"
#include <stdio.h>
#include <string.h>

static void list_aggregates(void)
{
    for (size_t i = 0; weir_aggregates[i]; i++)
        printf("%-12s %s\n", weir_aggregates[i]->name,
               weir_aggregates[i]->brief);
}

static void list_functions(void)
{
    const char *call, *brief;
    for (size_t i = 0; weir_function_help(i, &call, &brief); i++)
        if (call)
            printf("%-29s %s\n", call, brief);
}

static void list_layouts(void)
{
    for (size_t i = 0; weir_layouts[i]; i++)
        printf("%-12s %s\n", weir_layouts[i]->name, weir_layouts[i]->brief);
}

static void list_formats(void)
{
    for (size_t i = 0; weir_formats[i]; i++)
        printf("%-12s %s\n", weir_formats[i]->name, weir_formats[i]->brief);
}

static void list_dialects(void)
{
    const struct weir_named_dialect *dialect;
    for (size_t i = 0; (dialect = weir_named_dialect(i)) != NULL; i++)
        printf("%-12s %s\n", dialect->name, dialect->brief);
}

static const struct topic {
    const char *name;
    void (*list)(void);
} topics[] = {{"functions", list_functions},
              {"aggregates", list_aggregates},
              {"layouts", list_layouts},
              {"formats", list_formats},
              {"dialects", list_dialects}};

int weir_help(const struct weir_options *options)
{
    for (size_t i = 0; options->query && i < sizeof topics / sizeof *topics;
         i++)
        if (strcmp(topics[i].name, options->query) == 0) {
            topics[i].list();
            return 0;
        }
    if (!options->query) {
        char name[] = "weir", flag[] = "--help";
        char *argv[] = {name, flag, NULL};
        struct weir_options ignored;
        weir_options_parse(&ignored, 2, argv); /* prints, and exits */
    }
    fputs("weir: no help on '", stderr);
    if (options->query)
        weir_shown_print(stderr, options->query, strlen(options->query));
    fputs("'; there is help on functions, aggregates, layouts, formats and "
          "dialects\n",
          stderr);
    return 2;
}
