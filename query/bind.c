/*
 * Binds names to columns.
 */
#include "query/compile.h"

#include "base/error.h"
#include "query/lexer.h"
#include <stdio.h>
#include <string.h>

/* Writes "id, name, age, ..." as far as it fits. */
static const char *list_columns(const struct weir_schema *schema, char *into,
                                size_t capacity)
{
    size_t used = 0;
    *into = '\0';
    for (size_t i = 0; i < schema->n_columns; i++) {
        char shown[64];
        weir_show(shown, sizeof shown, schema->name[i], strlen(schema->name[i]),
                  40);
        size_t need = strlen(shown) + 2;
        if (used + need + 4 > capacity) {
            snprintf(into + used, capacity - used, ", ...");
            break;
        }
        used += (size_t)snprintf(into + used, capacity - used, "%s%s",
                                 i ? ", " : "", shown);
    }
    return into;
}

const struct weir_item *weir_compile_alias(const struct weir_item *item,
                                           size_t n,
                                           const struct weir_node *node)
{
    for (size_t i = 0; i < n; i++)
        if (item[i].alias.len && node->type == WEIR_NODE_COLUMN &&
            weir_text_compare(item[i].alias, node->text) == 0)
            return &item[i];
    return NULL;
}

/* Whether a column's name needs no quotes in a query. */
static bool is_bare(const char *name)
{
    const struct weir_token token = weir_lex(name, 0);
    return token.type == WEIR_TOKEN_NAME && token.extent == strlen(name);
}

/* Writes a column's name in the quotes of a message, or in those that it needs
 * in a query. */
static const char *written(char into[WEIR_HINT_CAPACITY], const char *name)
{
    char shown[WEIR_HINT_CAPACITY - 8];
    weir_show(shown, sizeof shown, name, strlen(name), 60);
    (void)snprintf(into, WEIR_HINT_CAPACITY, is_bare(name) ? "'%s'" : "\"%s\"",
                   shown);
    return into;
}

/* The item that is written like the text, and is no column or constant; NULL if
 * there is none. */
static const struct weir_node *item_written(const struct weir_ast *query,
                                            struct weir_text text)
{
    for (size_t i = 0; i < query->items.n; i++)
        if (query->items.item[i].node->type > WEIR_NODE_STAR &&
            weir_text_compare(
                weir_node_source(query, query->items.item[i].node), text) == 0)
            return query->items.item[i].node;
    return NULL;
}

/* An alias in where or by, where items have no names yet, because they stand
 * for what is computed there. */
static weir_register early_alias(struct weir_compiler *c,
                                 const struct weir_node *node,
                                 const struct weir_item *item,
                                 const char *shown)
{
    const char *words = weir_compile_words(c, item->node);
    const bool is_key =
        strcmp(c->clause, "by") == 0 && !weir_compile_has_aggregate(item->node);
    return weir_compile_fail(c, node,
                             "'%s' is an alias and cannot be used here; write "
                             "the expression again%s%s%s%s",
                             shown, is_key ? ", as in by " : "",
                             is_key ? words : "", is_key ? " as " : "",
                             is_key ? shown : "");
}

/* The heading of an item, in double quotes. */
static weir_register quoted_item(struct weir_compiler *c,
                                 const struct weir_node *node,
                                 const char *shown, const char *words)
{
    const struct weir_plan_output *output = &c->plan->output;
    char position[40] = "";
    for (size_t i = 0; strcmp(c->clause, "order by") == 0 &&
                       i < output->n_items && !*position;
         i++)
        if (strcmp(output->item_name[i], words) == 0)
            (void)snprintf(position, sizeof position, ", or order by %zu",
                           i + 1);
    return weir_compile_fail(c, node, "no column '%s'; write %s%s", shown,
                             words, position);
}

static weir_register no_column(struct weir_compiler *c,
                               const struct weir_node *node)
{
    char columns[300], shown[96], hint[WEIR_HINT_CAPACITY];
    char meant[WEIR_HINT_CAPACITY];
    weir_show(shown, sizeof shown, node->text.bytes, node->text.len, 60);
    const struct weir_item *alias =
        weir_compile_alias(c->query->items.item, c->query->items.n, node);
    if (alias)
        return early_alias(c, node, alias, shown);
    const struct weir_node *item = item_written(c->query, node->text);
    if (item)
        return quoted_item(c, node, shown, weir_compile_words(c, item));
    list_columns(c->schema, columns, sizeof columns);
    weir_compile_hint(c->schema, node, hint);
    const char *nearest = weir_nearest(
        node->text, (const char *const *)c->schema->name, c->schema->n_columns);
    if (*hint)
        nearest = NULL;
    else
        weir_compile_hint_word(c, node, hint);
    return weir_compile_fail(c, node, "no column '%s'; %s%s%scolumns: %s%s",
                             shown, nearest ? "did you mean " : "",
                             nearest ? written(meant, nearest) : "",
                             nearest ? "? " : "", columns, hint);
}

static weir_register no_position(struct weir_compiler *c,
                                 const struct weir_node *node)
{
    char hint[WEIR_HINT_CAPACITY], columns[300];
    list_columns(c->schema, columns, sizeof columns);
    weir_compile_hint(c->schema, node, hint);
    const bool listed = !*hint && c->schema->n_columns > 0;
    return weir_compile_fail(c, node, "no column $%llu; there are %zu%s%s",
                             (unsigned long long)node->number.mantissa,
                             c->schema->n_columns, listed ? ": " : hint,
                             listed ? columns : "");
}

/* SQL's "group by 1" means the first item. Returns the item that a number
 * stands for, or NULL. */
static const struct weir_node *item_at(const struct weir_compiler *c,
                                       const struct weir_node *number)
{
    const uint64_t i = (uint64_t)number->number.mantissa - 1;
    return number->type == WEIR_NODE_NUMBER && number->number.exponent == 0 &&
                   i < c->query->items.n
               ? c->query->items.item[i].node
               : NULL;
}

static void varying_number(struct weir_compiler *c,
                           const struct weir_node *node, const char *where)
{
    const char *words = weir_compile_words(c, node), *instead = "$1";
    const struct weir_node *item = item_at(c, node);
    const bool aggregate = item && weir_compile_has_aggregate(item);
    /* In the short form the number of a column may have been meant. */
    if (item && !aggregate &&
        (item->type == WEIR_NODE_COLUMN || item->type == WEIR_NODE_CALL))
        instead = weir_compile_words(c, item);
    if (aggregate && c->query->select)
        weir_compile_fail(c, node,
                          "%s is the same in every record, and item %s, %s, is "
                          "an aggregate; %s needs a column or an expression",
                          words, words, weir_compile_words(c, item), where);
    else
        weir_compile_fail(c, node,
                          "%s is the same in every record; %s needs a column "
                          "or an expression, as in %s %s",
                          words, where, where, instead);
}

static bool is_name(struct weir_text text, const char *name)
{
    return strlen(name) == text.len && !memcmp(name, text.bytes, text.len);
}

static bool is_column(const struct weir_schema *schema, struct weir_text text)
{
    for (size_t i = 0; i < schema->n_columns; i++)
        if (is_name(text, schema->name[i]))
            return true;
    return false;
}

/* `where` names the place, which needs a column; NULL: the text is the name of
 * one, or how an item is written. */
static void varying_text(struct weir_compiler *c, const struct weir_node *node,
                         const char *where)
{
    char shown[96];
    const char *words = weir_compile_words(c, node);
    const struct weir_node *item = item_written(c->query, node->text);
    weir_show(shown, sizeof shown, node->text.bytes, node->text.len, 60);
    if (item && !is_column(c->schema, node->text))
        weir_compile_fail(c, node,
                          "%s is a text, the same in every record; the item is "
                          "written %s",
                          words, weir_compile_words(c, item));
    else if (where && !is_column(c->schema, node->text))
        weir_compile_fail(c, node,
                          "%s is a text, the same in every record; %s needs a "
                          "column or an expression",
                          words, where);
    else
        weir_compile_fail(c, node,
                          "%s is a text, the same in every record; a column is "
                          "written %s%s\"%s\"",
                          words, is_bare(shown) ? shown : "",
                          is_bare(shown) ? " or " : "", shown);
}

/* Whether it is made of nothing but numbers, texts, null, true and false. */
static bool is_constant(const struct weir_node *node)
{
    bool constant = node->n > 0 || node->type < WEIR_NODE_COLUMN;
    for (size_t i = 0; i < node->n; i++)
        constant &= is_constant(node->child[i]);
    return constant;
}

void weir_compile_varies(struct weir_compiler *c, const struct weir_node *node,
                         const char *where)
{
    if (node->type == WEIR_NODE_LITERAL)
        varying_text(c, node, where);
    else if (is_constant(node))
        varying_number(c, node, where);
}

void weir_compile_refuse_text(struct weir_compiler *c,
                              const struct weir_node *node, const char *where)
{
    if (node->type == WEIR_NODE_LITERAL &&
        weir_number_read(node->text).kind == WEIR_BAD)
        weir_compile_fail(c, node, "%s is not a number, and %s needs one",
                          weir_compile_words(c, node), where);
}

void weir_compile_unquoted(struct weir_compiler *c,
                           const struct weir_node *node)
{
    if (node->type == WEIR_NODE_LITERAL && (is_column(c->schema, node->text) ||
                                            item_written(c->query, node->text)))
        varying_text(c, node, NULL);
}

void weir_compile_not_split(struct weir_compiler *c,
                            const struct weir_item *item)
{
    const struct weir_node *node = item->node;
    const char *source = c->query->text + node->place;
    if (node->type != WEIR_NODE_COLUMN || !item->alias.len)
        return;
    for (size_t i = 0; i < c->schema->n_columns; i++) {
        const char *name = c->schema->name[i];
        const size_t len = strlen(name);
        if (len > node->extent && strncmp(source, name, len) == 0 &&
            item->alias.bytes + item->alias.len == source + len)
            weir_compile_fail(c, node,
                              "there is a column \"%s\": write it in double "
                              "quotes, or %s as %.*s",
                              name, weir_compile_words(c, node),
                              (int)item->alias.len, item->alias.bytes);
    }
}

weir_register weir_compile_load(struct weir_compiler *c, size_t column)
{
    /* `choice` is the column's index for now. want_columns() in plan.c replaces
     * it with the index among the projected columns. */
    return weir_compile_leaf(c, &weir_op_load_cell, (int32_t)column);
}

weir_register weir_compile_column(struct weir_compiler *c,
                                  const struct weir_node *node)
{
    const struct weir_schema *schema = c->schema;
    if (node->number.mantissa > 0) {
        uint64_t k = (uint64_t)node->number.mantissa;
        if (k > schema->n_columns)
            return no_position(c, node);
        return weir_compile_load(c, (size_t)k - 1);
    }
    size_t found = WEIR_NO_COLUMN;
    for (size_t i = 0; i < schema->n_columns; i++) {
        if (!is_name(node->text, schema->name[i]))
            continue;
        if (found != WEIR_NO_COLUMN)
            return weir_compile_fail(c, node,
                                     "two columns are named '%s'; $%zu and "
                                     "$%zu tell them apart",
                                     schema->name[i], found + 1, i + 1);
        found = i;
    }
    return found == WEIR_NO_COLUMN ? no_column(c, node)
                                   : weir_compile_load(c, found);
}
