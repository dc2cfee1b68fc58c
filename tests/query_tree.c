/*
 * Both printers walk the tree with one table of operators.
 */
#include "tests/query_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct form {
    const char *name, *negated; /* for the S-expression */
    const char *infix, *not_infix;
};

static const struct form forms[] = {
    [WEIR_NODE_NEGATE] = {"neg", NULL, "-", NULL},
    [WEIR_NODE_ADD] = {"+", NULL, "+", NULL},
    [WEIR_NODE_SUBTRACT] = {"-", NULL, "-", NULL},
    [WEIR_NODE_MULTIPLY] = {"*", NULL, "*", NULL},
    [WEIR_NODE_DIVIDE] = {"/", NULL, "/", NULL},
    [WEIR_NODE_MODULO] = {"%", NULL, "%", NULL},
    [WEIR_NODE_CONCAT] = {"||", NULL, "||", NULL},
    [WEIR_NODE_EQUAL] = {"=", NULL, "==", NULL},
    [WEIR_NODE_UNEQUAL] = {"!=", NULL, "<>", NULL},
    [WEIR_NODE_LESS] = {"<", NULL, "<", NULL},
    [WEIR_NODE_LESS_EQUAL] = {"<=", NULL, "<=", NULL},
    [WEIR_NODE_GREATER] = {">", NULL, ">", NULL},
    [WEIR_NODE_GREATER_EQUAL] = {">=", NULL, ">=", NULL},
    [WEIR_NODE_IN] = {"in", "not-in", "IN", "NOT IN"},
    [WEIR_NODE_BETWEEN] = {"between", "not-between", "BETWEEN", "NOT BETWEEN"},
    [WEIR_NODE_LIKE] = {"like", "not-like", "LIKE", "NOT LIKE"},
    [WEIR_NODE_MATCH] = {"~", "!~", "REGEXP", "NOT REGEXP"},
    [WEIR_NODE_IS_NULL] = {"is-null", "not-null", "IS NULL", "IS NOT NULL"},
    [WEIR_NODE_NOT] = {"not", NULL, "NOT", NULL},
    [WEIR_NODE_AND] = {"and", NULL, "AND", NULL},
    [WEIR_NODE_OR] = {"or", NULL, "OR", NULL},
    [WEIR_NODE_CASE] = {"case", NULL, NULL, NULL},
};

static void put(FILE *out, struct weir_text text)
{
    if (text.len)
        (void)fwrite(text.bytes, 1, text.len, out);
}

static void put_quoted(FILE *out, struct weir_text text, char quote)
{
    putc(quote, out);
    for (size_t i = 0; i < text.len; i++) {
        putc(text.bytes[i], out);
        if (text.bytes[i] == quote)
            putc(quote, out);
    }
    putc(quote, out);
}

/* Writes a node that has no children. Returns false for other nodes. */
static bool leaf(FILE *out, const struct weir_node *node, char name_quote)
{
    switch (node->type) {
    case WEIR_NODE_NUMBER:
        put(out, node->text);
        return true;
    case WEIR_NODE_LITERAL:
        put_quoted(out, node->text, '\'');
        return true;
    case WEIR_NODE_NULL:
        fputs("null", out);
        return true;
    case WEIR_NODE_BOOLEAN:
        fputs(node->number.mantissa ? "true" : "false", out);
        return true;
    case WEIR_NODE_STAR:
        putc('*', out);
        return true;
    case WEIR_NODE_COLUMN:
        if (node->number.mantissa)
            fprintf(out, "$%lld", (long long)node->number.mantissa);
        else if (name_quote)
            put_quoted(out, node->text, name_quote);
        else
            put(out, node->text);
        return true;
    default:
        return false;
    }
}

/* The S-expression */

static void tree(FILE *out, const struct weir_node *node)
{
    if (leaf(out, node, 0))
        return;
    const struct form *form = &forms[node->type];
    putc('(', out);
    if (node->type == WEIR_NODE_CALL)
        put(out, node->text);
    else
        fputs(node->negated ? form->negated : form->name, out);
    fputs(node->distinct ? " distinct" : "", out);
    fputs(node->has_operand ? " of" : "", out);
    for (size_t i = 0; i < node->n; i++) {
        bool is_else = node->has_else && i + 1 == node->n;
        fputs(is_else ? " else " : " ", out);
        tree(out, node->child[i]);
    }
    putc(')', out);
}

static void tree_items(FILE *out, const char *name,
                       const struct weir_items *items)
{
    fputs(items->n ? name : "", out);
    for (size_t i = 0; i < items->n; i++) {
        const struct weir_item *item = &items->item[i];
        fputs(i ? " " : "", out);
        fputs(item->descending ? "-" : "", out);
        tree(out, item->node);
        fputs(item->alias.len ? ":" : "", out);
        put(out, item->alias);
    }
}

char *query_tree(const struct weir_ast *query)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    tree_items(out, query->select ? "select " : "", &query->items);
    if (query->from.len) {
        fputs(" | from ", out);
        put(out, query->from);
    }
    if (query->where) {
        fputs(" | where ", out);
        tree(out, query->where);
    }
    tree_items(out, " | by ", &query->keys);
    if (query->having) {
        fputs(" | having ", out);
        tree(out, query->having);
    }
    tree_items(out, " | order ", &query->order);
    if (query->has_limit)
        fprintf(out, " | limit %llu", (unsigned long long)query->limit);
    (void)fclose(out);
    return text;
}

/* The query in another spelling */

static void again(FILE *out, const struct weir_node *node);

static void again_list(FILE *out, const struct weir_node *node, size_t first)
{
    for (size_t i = first; i < node->n; i++) {
        fputs(i > first ? "," : "", out);
        again(out, node->child[i]);
    }
}

static void again_case(FILE *out, const struct weir_node *node)
{
    size_t i = node->has_operand;
    size_t past = node->n - node->has_else;
    fputs("CASE ", out);
    if (node->has_operand)
        again(out, node->child[0]);
    for (; i + 1 < past; i += 2) {
        fputs(" WHEN ", out);
        again(out, node->child[i]);
        fputs(" THEN ", out);
        again(out, node->child[i + 1]);
    }
    if (node->has_else) {
        fputs(" ELSE ", out);
        again(out, node->child[past]);
    }
    fputs(" END", out);
}

static void again_infix(FILE *out, const struct weir_node *node)
{
    const struct form *form = &forms[node->type];
    size_t next = 0;
    if (node->type != WEIR_NODE_NEGATE && node->type != WEIR_NODE_NOT)
        again(out, node->child[next++]);
    fprintf(out, " %s ", node->negated ? form->not_infix : form->infix);
    if (node->type == WEIR_NODE_IN) {
        putc('(', out);
        again_list(out, node, 1);
        putc(')', out);
    } else if (node->type == WEIR_NODE_BETWEEN) {
        again(out, node->child[1]);
        fputs(" AND ", out);
        again(out, node->child[2]);
    } else if (next < node->n) {
        again(out, node->child[next]);
    }
}

static void again(FILE *out, const struct weir_node *node)
{
    if (leaf(out, node, '`'))
        return;
    if (node->type == WEIR_NODE_CALL) {
        put(out, node->text);
        fputs(node->distinct ? " (DISTINCT " : "\n(", out);
        again_list(out, node, 0);
    } else {
        putc('(', out);
        if (node->type == WEIR_NODE_CASE)
            again_case(out, node);
        else
            again_infix(out, node);
    }
    putc(')', out);
}

static void again_items(FILE *out, const char *name,
                        const struct weir_items *items)
{
    fputs(items->n ? name : "", out);
    for (size_t i = 0; i < items->n; i++) {
        const struct weir_item *item = &items->item[i];
        fputs(i ? "," : "", out);
        again(out, item->node);
        if (item->alias.len) {
            fputs(" AS ", out);
            put_quoted(out, item->alias, '"');
        }
        fputs(item->descending ? " DESC" : "", out);
    }
}

static void again_condition(FILE *out, const char *name,
                            const struct weir_node *node)
{
    if (!node)
        return;
    fputs(name, out);
    again(out, node);
}

char *query_rewritten(const struct weir_ast *query)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    again_items(out, query->select ? "SELECT " : "", &query->items);
    if (query->from.len) {
        fputs(" FROM ", out);
        put_quoted(out, query->from, '\'');
    }
    again_items(out, " GROUP BY ", &query->keys);
    again_condition(out, "\tWHERE ", query->where);
    again_condition(out, "\nHAVING ", query->having);
    again_items(out, " -- comment\nORDER BY ", &query->order);
    if (query->has_limit)
        fprintf(out, " LIMIT %llu", (unsigned long long)query->limit);
    fputs(" ;\n", out);
    (void)fclose(out);
    return text;
}
