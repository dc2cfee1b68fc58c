/*
 * A layout: how loaded records lie in memory.
 *
 * All layouts hold the same records and return them in order. They differ in
 * how much memory a record takes. A layout is one file and one row in the
 * registry.
 *
 *     window -> pack -> page ... page -> unpack -> window
 *                         \      /
 *                          table     what pages share: names, dictionaries
 *
 * A page holds the packed records of one window, about 2000. Any threads may
 * pack and unpack pages at the same time; the layout itself must synchronise
 * what its pages share. The store keeps the pages in the input's order.
 */
#ifndef WEIR_EAGER_LAYOUT_H
#define WEIR_EAGER_LAYOUT_H

#include "base/memory.h"
#include "base/stream.h"

/* A window's records, to be packed as a page. At least 64 bytes before and
 * after each text are readable. */
struct weir_row_group {
    const char *base;
    struct weir_span *const *column; /* [column][row], offsets from base */
    size_t n_columns, rows;
};

static inline struct weir_text
weir_row_group_cell(const struct weir_row_group *group, size_t column,
                    size_t row)
{
    struct weir_span span = group->column[column][row];
    return (struct weir_text){group->base + span.start, span.len};
}

/*
 * The memory of packed records, in bytes as the ledger counts them. The sum of
 * the first four members is exactly what the ledger counts for the records.
 */
struct weir_cost {
    uint64_t payload;     /* cells: texts, numbers, codes of texts */
    uint64_t pointers;    /* pointers, lengths, ends, counts */
    uint64_t names;       /* tables that map names to values */
    uint64_t slack;       /* allocator rounding and unused capacity */
    uint64_t allocations; /* number of allocations, not bytes */
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

/* Adds an allocation that holds so many bytes of cells and of pointers. Its
 * other bytes are slack. */
static inline void weir_cost_block(struct weir_cost *cost, const void *block,
                                   size_t payload, size_t pointers)
{
    cost->payload += payload;
    cost->pointers += pointers;
    cost->slack += weir_held(block) - payload - pointers;
    cost->allocations++;
}

/* The destination of unpack; see eager/replay.h. */
struct weir_replay;

struct weir_layout {
    const char *name, *brief;
    const struct weir_boxed *boxed; /* if each record lies apart: boxed.h */
    bool pooled;                    /* texts that repeat lie in the pool */
    /* Makes a table for pages of n_columns. The names are borrowed for the
     * call. Returns NULL if memory was refused. */
    void *(*open)(const struct weir_layout *layout, const char *const *name,
                  size_t n_columns);
    /*
     * Packs a window and adds the memory of its page to *cost. Returns NULL if
     * memory was refused. *row is then the row that did not fit, and nothing is
     * kept.
     */
    void *(*pack)(void *table, const struct weir_row_group *group,
                  struct weir_cost *cost, size_t *row);
    /* Writes the projected columns. On failure the error is filled. */
    enum weir_status (*unpack)(const void *table, const void *page,
                               struct weir_replay *replay,
                               struct weir_error *error);
    void (*drop)(void *table, void *page); /* frees a page */
    /* Adds the memory that pages share: dictionaries, the pool's texts. */
    void (*shared)(const void *table, struct weir_cost *cost);
    /* Writes a sentence about a column, if there is something to say. Returns
     * false if there is not. NULL if the layout never has a remark. */
    bool (*remark)(const void *table, size_t column, char *into,
                   size_t capacity);
    /* Frees the table. All its pages must have been dropped. */
    void (*close)(void *table);
};

/* The rows of the registry. The layout that needs most memory comes first. */
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

#define X(name) +1
enum {
    WEIR_N_LAYOUTS = 0 WEIR_LAYOUTS(X)
};
#undef X

/* All layouts; ends with NULL. */
extern const struct weir_layout *const weir_layouts[];

/* The layout that --eager chooses without a name. */
extern const struct weir_layout *const weir_layout_default;

/* NULL if there is no layout of that name. */
const struct weir_layout *weir_layout_find(const char *name);

#endif
