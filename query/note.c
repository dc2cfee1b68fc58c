/*
 * Notes: one line about a question that is answered, but whose answer may not
 * be what was meant.
 */
#include "query/compile.h"

#include "pipeline/ops/date.h"
#include "pipeline/ops/ops.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A call, in the tree, of a function of one argument, of `x` unless that is
 * NULL; NULL if there is none. */
static const struct weir_node *find_call(const struct weir_node *node,
                                         const char *function,
                                         const struct weir_node *x)
{
    if (!node)
        return NULL;
    if (node->type == WEIR_NODE_CALL && node->n == 1 &&
        node->text.len == strlen(function) &&
        !strncasecmp(node->text.bytes, function, node->text.len) &&
        (!x || weir_node_equal(node->child[0], x)))
        return node;
    for (size_t i = 0; i < node->n; i++) {
        const struct weir_node *call = find_call(node->child[i], function, x);
        if (call)
            return call;
    }
    return NULL;
}

/* The same, in the whole question. */
static const struct weir_node *find_anywhere(const struct weir_ast *query,
                                             const char *function,
                                             const struct weir_node *x)
{
    const struct weir_items *const lists[] = {&query->items, &query->keys,
                                              &query->order};
    const struct weir_node *call = find_call(query->where, function, x);
    if (!call)
        call = find_call(query->having, function, x);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t j = 0; !call && j < lists[i]->n; j++)
            call = find_call(lists[i]->item[j].node, function, x);
    return call;
}

void weir_compile_note_weeks(struct weir_compiler *c)
{
    const struct weir_ast *query = c->query;
    const struct weir_node *week = find_anywhere(query, "week", NULL);
    const struct weir_node *x = week ? week->child[0] : NULL;
    if (c->plan->notes.question || !x || !find_anywhere(query, "year", x) ||
        find_anywhere(query, "isoyear", x))
        return;
    static const char format[] =
        "year(%s), week(%s): around New Year a week belongs to the year before "
        "or after; isoyear(%s) is its year";
    const char *words = weir_compile_words(c, x);
    size_t capacity = sizeof format + 3 * strlen(words);
    char *note = weir_compile_take(c, capacity, 1);
    if (note)
        (void)snprintf(note, capacity, format, words, words, words);
    c->plan->notes.question = note;
}

void weir_compile_note_date(struct weir_compiler *c,
                            const struct weir_node *cell, struct weir_text text)
{
    static const char form[] = "'%.*s' and %s are compared as texts%s";
    char hint[WEIR_OP_HINT];
    if (c->plan->notes.question || weir_date_or_null(text))
        return;
    weir_date_hint(text, hint);
    const char *words = weir_compile_words(c, cell);
    size_t capacity = sizeof form + text.len + strlen(words) + strlen(hint);
    char *note = *hint ? weir_compile_take(c, capacity, 1) : NULL;
    if (note)
        (void)snprintf(note, capacity, form, (int)text.len, text.bytes, words,
                       hint);
    c->plan->notes.question = note;
}

bool weir_compile_is_extreme(const struct weir_node *node)
{
    return node->type == WEIR_NODE_CALL && node->n == 1 &&
           node->text.len == strlen("min") &&
           (!strncasecmp(node->text.bytes, "min", node->text.len) ||
            !strncasecmp(node->text.bytes, "max", node->text.len));
}

void weir_compile_note_order(struct weir_compiler *c,
                             struct weir_plan_item *item, const char *before,
                             const struct weir_node *node)
{
    const char *words = weir_compile_words(c, node);
    size_t capacity = strlen(before) + strlen(words);
    char *ordered = weir_compile_take(c, capacity, 1);
    char *note = c->plan->notes.dates;
    if (!note)
        note = weir_compile_take(c, WEIR_DATE_NOTE, 1);
    if (!ordered || !note)
        return;
    (void)snprintf(ordered, capacity + 1, "%s%s", before, words);
    item->ordered = ordered;
    *note = '\0';
    c->plan->notes.dates = note;
}
