/*
 * weir help TOPIC lists a table; weir help NAME prints the rows of that name.
 */
#include "cli/commands/commands.h"
#include "cli/commands/syntax.h"
#include "cli/terminal/shown.h"
#include "query/instead.h"
#include "readers/csv/named_dialect.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Prints the rows that have the name, or all if it is NULL. Returns how many.
 */
typedef size_t list(const char *name);

static size_t row(const char *form, int width, const char *brief)
{
    printf("%-*s %s\n", width, form, brief);
    return 1;
}

static size_t list_syntax(const struct weir_syntax *table, const char *name)
{
    size_t n = 0;
    for (; table->names; table++)
        if (!name || weir_word_is_in(table->names, weir_text_of(name)))
            n += row(table->form, 34, table->brief);
    return n;
}

static size_t list_clauses(const char *name)
{
    return list_syntax(weir_clauses, name);
}

static size_t list_operators(const char *name)
{
    return list_syntax(weir_operators, name);
}

static size_t list_aggregates(const char *name)
{
    return name ? weir_help_aggregate(name) : weir_help_list_aggregates();
}

static size_t list_functions(const char *name)
{
    const char *call, *brief;
    size_t n = 0;
    if (name)
        return weir_function_describe(name, &call, &brief)
                   ? row(call, 29, brief)
                   : 0;
    for (size_t i = 0; weir_function_help(i, &call, &brief); i++)
        if (call)
            n += row(call, 29, brief);
    return n;
}

/* Prints a row, unless another name is asked for. */
static size_t named_row(const char *name, const char *of, const char *brief)
{
    return !name || !strcmp(name, of) ? row(of, 12, brief) : 0;
}

static size_t list_layouts(const char *name)
{
    size_t n = 0;
    for (size_t i = 0; weir_layouts[i]; i++)
        n += named_row(name, weir_layouts[i]->name, weir_layouts[i]->brief);
    return n;
}

static size_t list_formats(const char *name)
{
    size_t n = 0;
    for (size_t i = 0; weir_formats[i]; i++)
        n += named_row(name, weir_formats[i]->name, weir_formats[i]->brief);
    return n;
}

static size_t list_dialects(const char *name)
{
    const struct weir_named_dialect *dialect;
    size_t n = 0;
    for (size_t i = 0; (dialect = weir_named_dialect(i)) != NULL; i++)
        n += named_row(name, dialect->name, dialect->brief);
    return n;
}

static const struct topic {
    const char *name;
    list *list;
} topics[] = {{"query", list_clauses},       {"operators", list_operators},
              {"functions", list_functions}, {"aggregates", list_aggregates},
              {"layouts", list_layouts},     {"formats", list_formats},
              {"dialects", list_dialects}};

#define N_TOPICS (sizeof topics / sizeof *topics)

static size_t list_topic(const char *word)
{
    for (size_t i = 0; i < N_TOPICS; i++)
        if (strcmp(topics[i].name, word) == 0)
            return topics[i].list(NULL);
    return 0;
}

static int refuse(const char *word)
{
    fputs("weir: no help on '", stderr);
    weir_shown_print(stderr, word, strlen(word));
    fputs("'; there is help on ", stderr);
    for (size_t i = 0; i < N_TOPICS; i++)
        fprintf(stderr, "%s, ", topics[i].name);
    fputs("and on each name in them\n", stderr);
    return 2;
}

int weir_help(const struct weir_options *options)
{
    const char *word = options->query;
    if (!word) {
        char name[] = "weir", flag[] = "--help";
        char *argv[] = {name, flag, NULL};
        struct weir_options ignored;
        weir_options_parse(&ignored, 2, argv); /* prints, and exits */
        return 0;
    }
    if (list_topic(word))
        return 0;
    size_t n = 0;
    for (size_t i = 0; i < N_TOPICS; i++)
        n += topics[i].list(word);
    return n ? 0 : refuse(word);
}
