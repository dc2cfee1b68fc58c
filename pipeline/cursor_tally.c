/*
 * A tally's groups in the natural order of their keys: their numbers, sorted.
 */
#include "base/error.h"
#include "base/sort.h"
#include "pipeline/tally.h"

/* Sorting by key: a prefix that decides most comparisons, and the group. */
struct ranked {
    double number;
    uint64_t prefix; /* 0 a number; else the text's first bytes */
    uint32_t group;
    bool null;
};

static struct ranked rank(const struct weir_tally *tally, uint32_t group)
{
    struct weir_text text = weir_groups_part(&tally->groups, group, 0);
    struct weir_number number = weir_number_read(text);
    struct ranked ranked = {.group = group, .null = number.kind == WEIR_NULL};
    if (number.kind == WEIR_DECIMAL || number.kind == WEIR_WIDE) {
        ranked.number = weir_number_double(&number);
        return ranked;
    }
    for (size_t i = 0; i < 7; i++)
        ranked.prefix = ranked.prefix << 8 |
                        (i < text.len ? (unsigned char)text.bytes[i] : 0u);
    ranked.prefix |= (uint64_t)1 << 56; /* after all numbers */
    return ranked;
}

/* All parts, in natural order; texts that are equal numbers by their bytes. */
static int compare_keys(const struct weir_tally *tally, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < tally->table->n_keys; i++) {
        struct weir_text p = weir_groups_part(&tally->groups, a, i);
        struct weir_text q = weir_groups_part(&tally->groups, b, i);
        struct weir_number x = weir_number_read(p), y = weir_number_read(q);
        x.text = p;
        y.text = q;
        int order = weir_natural_compare(&x, &y);
        if (order == 0)
            order = weir_text_compare(p, q);
        if (order)
            return order;
    }
    return 0;
}

static int compare(const void *a, const void *b, void *context)
{
    const struct ranked *x = a, *y = b;
    if (x->null != y->null)
        return x->null ? -1 : 1;
    if (x->prefix != y->prefix)
        return x->prefix < y->prefix ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return compare_keys(context, x->group, y->group);
}

/* The groups' numbers; NULL where memory was refused. */
static uint32_t *sort(const struct weir_tally *tally)
{
    size_t n = tally->n_rows;
    uint32_t *order =
        weir_alloc_zero(WEIR_MEMORY_GROUP, (n + 1) * sizeof *order);
    if (!order || !tally->table->n_keys)
        return order;
    struct ranked *ranked =
        weir_alloc(WEIR_MEMORY_GROUP, (n + 1) * sizeof *ranked);
    if (!ranked) {
        weir_free(WEIR_MEMORY_GROUP, order);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        ranked[i] = rank(tally, (uint32_t)i);
    weir_sort(ranked, n, sizeof *ranked, compare, (void *)tally);
    for (size_t i = 0; i < n; i++)
        order[i] = ranked[i].group;
    weir_free(WEIR_MEMORY_GROUP, ranked);
    return order;
}

struct cursor {
    struct weir_group_cursor base;
    const struct weir_tally *tally;
    uint32_t *order; /* [group] */
    size_t at;       /* the next one */
};

static enum weir_status next(struct weir_group_cursor *base,
                             struct weir_error *error)
{
    struct cursor *cursor = (struct cursor *)base;
    const struct weir_tally *tally = cursor->tally;
    (void)error;
    if (cursor->at == tally->n_rows)
        return WEIR_END;
    base->row = cursor->order[cursor->at++];
    for (size_t i = 0; i < base->n_parts; i++)
        base->part[i] = weir_groups_part(&tally->groups, base->row, i);
    return WEIR_OK;
}

static void close(struct weir_group_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    weir_free(WEIR_MEMORY_GROUP, cursor->order);
    weir_free(WEIR_MEMORY_GROUP, base->part);
    weir_free(WEIR_MEMORY_GROUP, base->states);
    weir_free(WEIR_MEMORY_GROUP, cursor);
}

static const struct weir_group_cursor_ops ops = {next, close};

struct weir_group_cursor *weir_tally_cursor(const struct weir_tally *tally,
                                            struct weir_error *error)
{
    size_t n_parts = tally->table->n_keys;
    size_t n_aggregates = tally->table->n_aggregates;
    struct cursor *cursor = weir_alloc_zero(WEIR_MEMORY_GROUP, sizeof *cursor);
    if (!cursor) {
        weir_fail_memory(error, "the groups' order", sizeof *cursor);
        return NULL;
    }
    struct weir_group_cursor *base = &cursor->base;
    base->ops = &ops;
    base->n_parts = n_parts;
    cursor->tally = tally;
    base->part =
        weir_alloc(WEIR_MEMORY_GROUP, (n_parts + 1) * sizeof *base->part);
    base->states = weir_alloc(WEIR_MEMORY_GROUP,
                              (n_aggregates + 1) * sizeof *base->states);
    if (base->part && base->states)
        cursor->order = sort(tally);
    if (!cursor->order) {
        close(base);
        weir_fail_memory(error, "the groups' order",
                         tally->n_rows * sizeof(struct ranked));
        return NULL;
    }
    for (size_t i = 0; i < n_aggregates; i++)
        base->states[i] = weir_tally_states(tally, i);
    return base;
}
