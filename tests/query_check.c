/*
 * What must hold for every query that parses.
 */
#include "tests/query_tree.h"

#include <string.h>

static bool same_text(struct weir_text a, struct weir_text b)
{
    return a.len == b.len && (!a.len || !memcmp(a.bytes, b.bytes, a.len));
}

static bool same_node(const struct weir_node *a, const struct weir_node *b)
{
    return a && b ? weir_node_equal(a, b) : a == b;
}

static bool same_items(const struct weir_items *a, const struct weir_items *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!weir_node_equal(a->item[i].node, b->item[i].node) ||
            !same_text(a->item[i].alias, b->item[i].alias) ||
            a->item[i].descending != b->item[i].descending)
            return false;
    return true;
}

bool query_same(const struct weir_ast *a, const struct weir_ast *b)
{
    return a->select == b->select && same_text(a->from, b->from) &&
           same_node(a->where, b->where) && same_node(a->having, b->having) &&
           same_items(&a->items, &b->items) && same_items(&a->keys, &b->keys) &&
           same_items(&a->order, &b->order) && a->has_limit == b->has_limit &&
           a->limit == b->limit;
}

/* Whether the node lies in [first, past) of the text, its children lie in it,
 * each after the one before, and all heights are right. */
static bool sound(const struct weir_node *node, uint32_t first, uint32_t past)
{
    uint32_t end = node->place + node->extent, height = 0;
    if (!node->extent || node->place < first || end > past)
        return false;
    first = node->place;
    for (size_t i = 0; i < node->n; i++) {
        const struct weir_node *child = node->child[i];
        if (!sound(child, first, end))
            return false;
        first = child->place + child->extent;
        height = child->height > height ? child->height : height;
    }
    return node->height == height + 1 && node->height <= WEIR_NODE_HEIGHT_MAX;
}

static bool sound_items(const struct weir_items *items, uint32_t len)
{
    for (size_t i = 0; i < items->n; i++)
        if (!sound(items->item[i].node, 0, len))
            return false;
    return true;
}

bool query_is_sound(const struct weir_ast *query)
{
    uint32_t len = (uint32_t)strlen(query->text);
    return query->items.n > 0 && sound_items(&query->items, len) &&
           sound_items(&query->keys, len) && sound_items(&query->order, len) &&
           (!query->where || sound(query->where, 0, len)) &&
           (!query->having || sound(query->having, 0, len));
}
