/*
 * A layout: how loaded records lie in memory.
 *
 * All layouts hold the same records and give them back in order; they differ
 * in what a record costs. One file and one row in the registry each.
 *
 *     window -> pack -> page ... page -> unpack -> window
 *                         \      /
 *                          table     what pages share: names, dictionaries
 *
 * A page is a window's records, packed; some 2000 of them. Pages are packed
 * and unpacked side by side, by any threads: what they share looks after
 * itself. The store keeps them in the input's order.
 */
#ifndef WEIR_EAGER_LAYOUT_H
#define WEIR_EAGER_LAYOUT_H

#include "base/memory.h"
#include "base/stream.h"

/* Records to pack. 64 bytes before and after each text are readable. */
struct weir_window {
    const char *base;
    struct weir_span *const *column; /* [column][row], from base */
    size_t n_columns, rows;
};

/*
 * What packed records take, in bytes as the ledger counts them: their sum is
 * what the ledger holds more.
 */
struct weir_cost {
    uint64_t payload;     /* the cells: texts, numbers, codes of texts */
    uint64_t pointers;    /* pointers, lengths, ends, counts */
    uint64_t names;       /* tables that lead from names to values */
    uint64_t slack;       /* what the allocator rounds up, unused room */
    uint64_t allocations; /* how many blocks; not bytes */
};

static inline uint64_t weir_cost_bytes(const struct weir_cost *cost)
{
    return cost->payload + cost->pointers + cost->names + cost->slack;
}

static inline void weir_cost_add(struct weir_cost *to,
                                 const struct weir_cost *from)
{
    to->payload += from->payload;
    to->pointers += from->pointers;
    to->names += from->names;
    to->slack += from->slack;
    to->allocations += from->allocations;
}

/* A block that was taken, of which so many bytes are cells and so many
 * pointers; the rest is slack. */
static inline void weir_cost_block(struct weir_cost *cost, const void *block,
                                   size_t payload, size_t pointers)
{
    cost->payload += payload;
    cost->pointers += pointers;
    cost->slack += weir_held(block) - payload - pointers;
    cost->allocations++;
}

/* Where a page is unpacked to; see eager/replay.h. */
struct weir_replay;

struct weir_layout {
    const char *name, *brief;
    /* A table for pages of n_columns; the names are borrowed for the call.
     * NULL where memory was refused. */
    void *(*open)(const char *const *name, size_t n_columns);
    /*
     * Packs a window and adds what its page takes to *cost. NULL where memory
     * was refused: *row is then the row that did not fit, and nothing is kept.
     */
    void *(*pack)(void *table, const struct weir_window *window,
                  struct weir_cost *cost, size_t *row);
    /* Writes the columns asked for; the failure is in the error. */
    enum weir_status (*unpack)(const void *table, const void *page,
                               struct weir_replay *replay,
                               struct weir_error *error);
    void (*drop)(void *table, void *page);
    /* Adds what the pages share: dictionaries, the pool's texts. */
    void (*shared)(const void *table, struct weir_cost *cost);
    /* What is worth saying about a column, a sentence; false: nothing. NULL
     * where there is never anything. */
    bool (*remark)(const void *table, size_t column, char *into,
                   size_t capacity);
    /* After all its pages were dropped. */
    void (*close)(void *table);
};

/* The rows of the registry, dearest first. */
#define WEIR_LAYOUTS(X)                                                        \
    X(dict)                                                                    \
    X(list)                                                                    \
    X(tuple)                                                                   \
    X(slots)                                                                   \
    X(flyweight)                                                               \
    X(columns)

#define X(name) extern const struct weir_layout weir_layout_##name;
WEIR_LAYOUTS(X)
#undef X

/* All of them; ends with NULL. */
extern const struct weir_layout *const weir_layouts[];

/* What --eager alone means. */
extern const struct weir_layout *const weir_layout_default;

const struct weir_layout *weir_layout_find(const char *name);

#endif
