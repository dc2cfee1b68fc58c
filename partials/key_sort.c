/*
 * American flag sort (P. McIlroy, K. Bostic, M. McIlroy, "Engineering radix
 * sort", 1993): it sorts by the first byte in place, then each bucket by the
 * next byte. If all keys share a byte, that byte costs one pass that counts.
 * Short buckets are sorted by insertion.
 */
#include "partials/key_sort.h"

#include "base/sort.h"
#include <string.h>

#define SHORT 32
#define TOP 56 /* shift to a prefix's first byte */

struct sorting {
    int (*compare)(const void *context, uint64_t a, uint64_t b);
    const void *context;
};

static int order(const void *a, const void *b, void *context)
{
    const struct weir_key_rank *x = a, *y = b;
    const struct sorting *s = context;
    if (x->prefix != y->prefix)
        return x->prefix < y->prefix ? -1 : 1;
    return s->compare ? s->compare(s->context, x->row, y->row) : 0;
}

static void insertion(struct sorting *s, struct weir_key_rank *rank, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct weir_key_rank held = rank[i];
        size_t at = i;
        for (; at > 0 && order(&rank[at - 1], &held, s) > 0; at--)
            rank[at] = rank[at - 1];
        rank[at] = held;
    }
}

static inline size_t bucket_of(const struct weir_key_rank *rank, int shift)
{
    return (size_t)(rank->prefix >> shift) & 0xff;
}

/* Moves every element to its bucket. end[b] is where bucket b ends. */
static void deal(struct weir_key_rank *rank, const size_t *count, int shift,
                 size_t *end)
{
    size_t next[256], at = 0;
    for (size_t b = 0; b < 256; b++) {
        next[b] = at;
        at += count[b];
        end[b] = at;
    }
    for (size_t b = 0; b < 256; b++)
        while (next[b] < end[b]) {
            struct weir_key_rank held = rank[next[b]];
            size_t to = bucket_of(&held, shift);
            while (to != b) {
                struct weir_key_rank other = rank[next[to]];
                rank[next[to]++] = held;
                held = other;
                to = bucket_of(&held, shift);
            }
            rank[next[b]++] = held;
        }
}

static void sort(struct sorting *s, struct weir_key_rank *rank, size_t n,
                 int shift)
{
    size_t count[256];
    for (; n > SHORT && shift >= 0; shift -= 8) {
        memset(count, 0, sizeof count);
        for (size_t i = 0; i < n; i++)
            count[bucket_of(&rank[i], shift)]++;
        if (count[bucket_of(rank, shift)] < n)
            break;
    }
    if (n <= SHORT) {
        insertion(s, rank, n);
        return;
    }
    if (shift < 0) {
        if (s->compare)
            weir_sort(rank, n, sizeof *rank, order, s);
        return;
    }
    size_t end[256], from = 0;
    deal(rank, count, shift, end);
    for (size_t b = 0; b < 256; from = end[b++])
        if (end[b] - from > 1)
            sort(s, rank + from, end[b] - from, shift - 8);
}

void weir_key_sort(struct weir_key_rank *rank, size_t n,
                   int (*compare)(const void *context, uint64_t a, uint64_t b),
                   const void *context)
{
    struct sorting s = {compare, context};
    sort(&s, rank, n, TOP);
}
