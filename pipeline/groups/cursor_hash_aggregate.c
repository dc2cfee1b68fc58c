/*
 * The groups of a hash aggregate in the natural order of their keys: an array
 * of group numbers, sorted part by part. Groups are first ordered by a rank,
 * which is made of the first bytes of the part, or of its number as a double.
 * Whole parts are compared only in groups of equal rank. Groups whose parts are
 * equal are then sorted by the next part:
 *
 *     DE,7  IN,9  DE,12      by part 0      DE,7  DE,12 | IN,9
 *                            by part 1      DE,7 | DE,12 | IN,9
 */
#include "base/error.h"
#include "base/sort.h"
#include "pipeline/groups/hash_aggregate.h"
#include <string.h>

/* A group, and the rank of the part that is being sorted. */
struct ranked {
    uint64_t rank;
    uint32_t group;
};

/* The high bit of a text's rank, which puts it after all numbers. */
#define TEXTS ((uint64_t)1 << 63)

/* A double's bits as an integer of the same order. 0, the rank of null, is
 * below the ranks of all finite doubles. */
static uint64_t double_rank(double value)
{
    uint64_t bits;
    value += 0.0; /* -0 is 0 */
    memcpy(&bits, &value, sizeof bits);
    bits = bits & TEXTS ? ~bits : bits | TEXTS;
    return bits >> 1;
}

/* The rank of a part; it is never above the rank of a part that comes after it.
 */
static uint64_t rank_of(struct weir_text part)
{
    struct weir_number number = weir_number_read(part);
    uint64_t rank = 0;
    if (number.kind == WEIR_NULL)
        return 0;
    if (number.kind != WEIR_BAD)
        return double_rank(weir_number_double(&number));
    for (size_t i = 0; i < 8; i++)
        rank = rank << 8 | (i < part.len ? (unsigned char)part.bytes[i] : 0u);
    return TEXTS | rank >> 1;
}

/* The part by which groups are sorted. */
struct sorting {
    const struct weir_groups *groups;
    size_t part;
};

static struct weir_text part_of(const struct sorting *sorting,
                                const struct ranked *ranked)
{
    return weir_groups_part(sorting->groups, ranked->group, sorting->part);
}

static int by_rank(const void *a, const void *b, void *context)
{
    const struct ranked *x = a, *y = b;
    (void)context;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* The natural order, for parts of equal rank. Equal numbers are ordered by
 * their bytes. */
static int by_part(const void *a, const void *b, void *context)
{
    const struct ranked *x = a, *y = b;
    struct weir_text p = part_of(context, x), q = part_of(context, y);
    int order = 0;
    if (x->rank < TEXTS) {
        struct weir_number m = weir_number_read(p), n = weir_number_read(q);
        order = weir_natural_compare(&m, &n);
    }
    return order ? order : weir_text_compare(p, q);
}

/* How many groups from the first on have the same part as the first. */
static size_t count_equal(const struct sorting *sorting,
                          const struct ranked *ranked, size_t n)
{
    struct weir_text first = part_of(sorting, ranked);
    size_t i = 1;
    while (i < n && ranked[i].rank == ranked->rank &&
           weir_text_compare(part_of(sorting, &ranked[i]), first) == 0)
        i++;
    return i;
}

static size_t count_tied(const struct ranked *ranked, size_t n)
{
    size_t i = 1;
    while (i < n && ranked[i].rank == ranked->rank)
        i++;
    return i;
}

/* Sorts groups by one part; their parts before it are equal. */
static void sort_part(struct sorting sorting, struct ranked *ranked, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ranked[i].rank = rank_of(part_of(&sorting, &ranked[i]));
    weir_sort(ranked, n, sizeof *ranked, by_rank, NULL);
    for (size_t i = 0, tied; i < n; i += tied) {
        tied = count_tied(ranked + i, n - i);
        if (tied > 1 && count_equal(&sorting, ranked + i, tied) < tied)
            weir_sort(ranked + i, tied, sizeof *ranked, by_part, &sorting);
    }
}

/* Sorts groups whose parts before `part` are equal by that part and all later
 * ones. The recursion is as deep as a key has parts. */
static void sort_parts(const struct weir_groups *groups, size_t part,
                       struct ranked *ranked, size_t n)
{
    const struct sorting sorting = {groups, part};
    sort_part(sorting, ranked, n);
    if (part + 1 == groups->composite.n_parts)
        return;
    for (size_t i = 0, equal; i < n; i += equal) {
        equal = count_equal(&sorting, ranked + i, n - i);
        if (equal > 1)
            sort_parts(groups, part + 1, ranked + i, equal);
    }
}

struct cursor {
    struct weir_group_cursor base;
    const struct weir_hash_aggregate *hash;
    struct ranked *order;
    size_t at; /* index in `order` of the next group */
};

static enum weir_status next(struct weir_group_cursor *base,
                             struct weir_error *error)
{
    struct cursor *cursor = (struct cursor *)base;
    const struct weir_hash_aggregate *hash = cursor->hash;
    (void)error;
    if (cursor->at == hash->n_rows)
        return WEIR_END;
    base->row = cursor->order[cursor->at++].group;
    for (size_t i = 0; i < base->n_parts; i++)
        base->part[i] = weir_groups_part(&hash->groups, base->row, i);
    return WEIR_OK;
}

static void close_order(struct weir_group_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    weir_free(WEIR_MEMORY_GROUP, cursor->order);
    weir_free(WEIR_MEMORY_GROUP, base->part);
    weir_free(WEIR_MEMORY_GROUP, base->states);
    weir_free(WEIR_MEMORY_GROUP, cursor);
}

static const struct weir_group_cursor_ops ops = {next, close_order};

struct weir_group_cursor *
weir_hash_aggregate_cursor(struct weir_hash_aggregate *hash,
                           struct weir_error *error)
{
    size_t n_parts = hash->table->n_keys;
    size_t n_aggregates = hash->table->n_aggregates;
    struct cursor *cursor = weir_alloc_zero(WEIR_MEMORY_GROUP, sizeof *cursor);
    if (!cursor) {
        weir_fail_memory(error, "the groups' order", sizeof *cursor);
        return NULL;
    }
    struct weir_group_cursor *base = &cursor->base;
    base->ops = &ops;
    base->n_parts = n_parts;
    cursor->hash = hash;
    base->part =
        weir_alloc(WEIR_MEMORY_GROUP, (n_parts + 1) * sizeof *base->part);
    base->states = weir_alloc(WEIR_MEMORY_GROUP,
                              (n_aggregates + 1) * sizeof *base->states);
    cursor->order = weir_alloc_zero(WEIR_MEMORY_GROUP,
                                    (hash->n_rows + 1) * sizeof *cursor->order);
    if (!base->part || !base->states || !cursor->order) {
        close_order(base);
        weir_fail_memory(error, "the groups' order",
                         hash->n_rows * sizeof(struct ranked));
        return NULL;
    }
    for (size_t i = 0; i < n_aggregates; i++)
        base->states[i] = weir_hash_aggregate_states(hash, i);
    for (size_t i = 0; i < hash->n_rows; i++)
        cursor->order[i].group = (uint32_t)i;
    if (n_parts)
        sort_parts(&hash->groups, 0, cursor->order, hash->n_rows);
    return base;
}
