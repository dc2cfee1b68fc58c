/*
 * Notes: one line about a question that is answered, but whose answer may not
 * be what was meant.
 */
#include "query/compile.h"

#include "pipeline/ops/date_format.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The key that calls a function of one argument, of `x` unless that is NULL;
 * NULL if there is none. */
static const struct weir_node *find_key(const struct weir_compiler *c,
                                        const char *function,
                                        const struct weir_node *x)
{
    for (size_t i = 0; i < c->query->keys.n; i++) {
        const struct weir_node *node = c->query->keys.item[i].node;
        if (node->type == WEIR_NODE_CALL && node->n == 1 &&
            node->text.len == strlen(function) &&
            !strncasecmp(node->text.bytes, function, node->text.len) &&
            (!x || weir_node_equal(node->child[0], x)))
            return node;
    }
    return NULL;
}

void weir_compile_note_weeks(struct weir_compiler *c)
{
    const struct weir_node *week = find_key(c, "week", NULL);
    const struct weir_node *x = week ? week->child[0] : NULL;
    if (c->plan->note || !x || !find_key(c, "year", x) ||
        find_key(c, "isoyear", x))
        return;
    static const char format[] =
        "year(%s), week(%s): around New Year a week belongs to the year before "
        "or after; isoyear(%s) is its year";
    const char *words = weir_compile_words(c, x);
    size_t capacity = sizeof format + 3 * strlen(words);
    char *note = weir_compile_take(c, capacity, 1);
    if (note)
        (void)snprintf(note, capacity, format, words, words, words);
    c->plan->note = note;
}

/* Appends the formats by which the text is a date: '%m/%d/%Y' or '%d/%m/%Y'. */
static bool list_formats(struct weir_text text, char *into, size_t capacity)
{
    static const char *const formats[] = {"%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y",
                                          "%d-%m-%Y", "%Y-%m-%d", "%Y/%m/%d"};
    struct weir_date date;
    size_t used = 0;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (weir_date_format_read(weir_text_of(formats[i]), text, &date) ==
            WEIR_DECIMAL)
            used += (size_t)snprintf(into + used, capacity - used, "%s'%s'",
                                     used ? " or " : "", formats[i]);
    return used;
}

void weir_compile_note_date(struct weir_compiler *c,
                            const struct weir_node *cell, struct weir_text text)
{
    static const char form[] = "'%.*s' and %s are compared as texts; date(%s, "
                               "...) makes dates of both, by the format %s";
    char formats[96];
    if (c->plan->note || weir_date_or_null(text) ||
        !list_formats(text, formats, sizeof formats))
        return;
    const char *words = weir_compile_words(c, cell);
    size_t capacity =
        sizeof form + text.len + 2 * strlen(words) + sizeof formats;
    char *note = weir_compile_take(c, capacity, 1);
    if (note)
        (void)snprintf(note, capacity, form, (int)text.len, text.bytes, words,
                       words, formats);
    c->plan->note = note;
}
