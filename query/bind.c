/*
 * Binds names to columns.
 */
#include "query/compile.h"

#include "base/error.h"
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

static weir_register no_column(struct weir_compiler *c,
                               const struct weir_node *node)
{
    char columns[300], shown[96], hint[WEIR_HINT_CAPACITY];
    weir_show(shown, sizeof shown, node->text.bytes, node->text.len, 60);
    /* Items have names only after where and by, because the names stand for
     * what is computed there. */
    if (weir_compile_alias(c->query->items.item, c->query->items.n, node))
        return weir_compile_fail(c, node,
                                 "'%s' is an alias and cannot be used here; "
                                 "write the expression again",
                                 shown);
    list_columns(c->schema, columns, sizeof columns);
    weir_compile_hint(c->schema, node, hint);
    const char *nearest = weir_nearest(
        node->text, (const char *const *)c->schema->name, c->schema->n_columns);
    if (*hint)
        nearest = NULL;
    else
        weir_compile_hint_word(c, node, hint);
    return weir_compile_fail(c, node, "no column '%s'; %s%s%scolumns: %s%s",
                             shown, nearest ? "did you mean '" : "",
                             nearest ? nearest : "", nearest ? "'? " : "",
                             columns, hint);
}

static weir_register no_position(struct weir_compiler *c,
                                 const struct weir_node *node)
{
    char hint[WEIR_HINT_CAPACITY];
    return weir_compile_fail(c, node, "no column $%llu; there are %zu%s",
                             (unsigned long long)node->number.mantissa,
                             c->schema->n_columns,
                             weir_compile_hint(c->schema, node, hint));
}

/* SQL's "group by 1" means the first item. Returns the item that a number
 * stands for, if that can be a key; else "$1". */
static const char *item_words(struct weir_compiler *c,
                              const struct weir_node *number)
{
    const uint64_t i = (uint64_t)number->number.mantissa - 1;
    if (number->type != WEIR_NODE_NUMBER || number->number.exponent != 0 ||
        i >= c->query->items.n)
        return "$1";
    const struct weir_node *item = c->query->items.item[i].node;
    return item->type == WEIR_NODE_COLUMN || (item->type == WEIR_NODE_CALL &&
                                              !weir_compile_is_aggregate(item))
               ? weir_compile_words(c, item)
               : "$1";
}

void weir_compile_varies(struct weir_compiler *c, const struct weir_node *node,
                         const char *where)
{
    const char *words = weir_compile_words(c, node);
    if (node->type == WEIR_NODE_LITERAL) {
        char shown[96];
        weir_show(shown, sizeof shown, node->text.bytes, node->text.len, 60);
        weir_compile_fail(c, node,
                          "%s is a text, the same in every record; a column "
                          "is written %s or \"%s\"",
                          words, shown, shown);
    } else if (node->type == WEIR_NODE_NUMBER ||
               node->type == WEIR_NODE_BOOLEAN) {
        weir_compile_fail(c, node,
                          "%s is the same in every record; %s needs a column "
                          "or an expression, as in %s %s",
                          words, where, where, item_words(c, node));
    }
}

static bool is_name(struct weir_text text, const char *name)
{
    return strlen(name) == text.len && !memcmp(name, text.bytes, text.len);
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
