/*
 * An aggregate is a constant description; its state is flat bytes.
 *
 * Every aggregate is a commutative monoid: its result depends only on the
 * multiset of records (for first and last also on their positions), never on
 * how they were cut, batched, threaded or merged.
 *
 * A state lies in a row of a table of states, one row a group. It holds no
 * pointers. What it keeps beyond its fixed size (the longest text, a sum that
 * grew wide) lies in the table's arena, by handle:
 *
 *     states:  | group 0: state a, state b | group 1: ... |
 *     arena:   | block | block | ...         handle = offset, 0 is none
 */
#ifndef WEIR_BASE_AGGREGATE_H
#define WEIR_BASE_AGGREGATE_H

#include "base/memory.h"
#include "base/saved.h"
#include "base/vector.h"

/* Blocks by handle, in powers of two from 16 bytes; freed ones are reused. */
struct weir_arena {
    char *bytes;
    size_t used, capacity;
    enum weir_component component;
    uint32_t free_list[32]; /* by the power of two */
};

/* A handle counts 16-byte units from bytes; 0 is none. */
typedef uint32_t weir_handle;

void weir_arena_init(struct weir_arena *arena, enum weir_component component);
void weir_arena_release(struct weir_arena *arena);
/* A new block, its bytes not set; 0 when refused. Blocks may move. */
weir_handle weir_arena_take(struct weir_arena *arena,
                            size_t bytes) WEIR_CHECKED;
void weir_arena_give(struct weir_arena *arena, weir_handle handle,
                     size_t bytes);

/* Gives up all blocks, and keeps the memory for the next. */
void weir_arena_empty(struct weir_arena *arena);

static inline void *weir_arena_at(const struct weir_arena *arena,
                                  weir_handle handle)
{
    return arena->bytes + (size_t)handle * 16;
}

/* What an aggregate reads of a value. */
enum weir_need {
    WEIR_NEED_NOTHING, /* there is no such value */
    WEIR_NEED_ANY,     /* whether it is null */
    WEIR_NEED_NUMBER,  /* a number vector without BAD rows */
    WEIR_NEED_NATURAL, /* a number vector, whose BAD rows are texts, or a text
                          vector */
    WEIR_NEED_TEXT     /* a text vector */
};

/* The values of a call at most: covar_pop(x, y) has two. */
#define WEIR_VALUES_MAX 2

/* The constant that follows the values in a call: quantile(x, 0.9), top(x, 3).
 */
enum weir_parameter_kind {
    WEIR_PARAMETER_NONE,
    WEIR_PARAMETER_SHARE, /* from 0 to 1 */
    WEIR_PARAMETER_COUNT  /* from 1 to WEIR_PARAMETER_MAX */
};

#define WEIR_PARAMETER_MAX 1000

/* n / 10^digits, with at most 18 digits; a count has none. */
struct weir_parameter {
    uint64_t n;
    uint8_t digits;
};

/* What the result is. */
enum weir_gives {
    WEIR_GIVES_NUMBER, /* or null */
    WEIR_GIVES_VALUE,  /* one of the values */
    WEIR_GIVES_TEXT
};

/* One window's rows, for one aggregate. */
struct weir_input {
    const struct weir_vector *value[WEIR_VALUES_MAX]; /* those it needs */
    const struct weir_parameter *parameter;
    const uint32_t *group; /* [row]: the row of states; NULL: all are row 0 */
    size_t groups;         /* rows of states there are */
    size_t rows;
    const uint32_t *start; /* [row]: the record's offset from position */
    uint64_t position;
};

/* One aggregate's states: state g is at base + g * stride. */
struct weir_states {
    char *base;
    size_t stride;
    struct weir_arena *arena;
};

struct weir_ordered_set;

struct weir_aggregate {
    const char *name, *brief;
    const char *aliases; /* SQL's other names, spaces between; NULL: none */
    enum weir_need need[WEIR_VALUES_MAX]; /* WEIR_NEED_NOTHING after the last */
    enum weir_gives gives;
    enum weir_parameter_kind parameter;
    struct weir_parameter fixed; /* where none is written */
    /* It sees a group's values in their order, when all records were read:
     * base/ordered_set.h. NULL: it has states, of which the rest speaks. */
    const struct weir_ordered_set *ordered_set;

    uint32_t version; /* of the state's layout */
    size_t size;      /* of a state, a multiple of 8 */
    bool placed;      /* it depends on the records' positions */
    /* Another aggregate, whose state this one's is: over the same values they
     * have a single state, and differ in the result alone. That one names none.
     * NULL: the state is its own. */
    const struct weir_aggregate *state_of;
    /*
     * An all-zero state is the empty one. update adds a window's rows; false
     * when the arena refused to grow. The parameter comes with each window: a
     * state that depends on it keeps it, so that merge and result know it.
     */
    bool (*update)(const struct weir_states *states,
                   const struct weir_input *input);
    /* Another aggregate, whose state can be updated together with this one's
     * when both take the same values (min and max): as update of this one and
     * then of its mate. NULL: none. */
    const struct weir_aggregate *fused;
    bool (*update_fused)(const struct weir_states *states,
                         const struct weir_states *fused_states,
                         const struct weir_input *input);
    bool (*merge)(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row);
    /*
     * The value now; may be asked at any time. A text or WIDE result lies in
     * the arena or in `room` (WEIR_RESULT_CAPACITY bytes).
     */
    struct weir_number (*result)(const struct weir_states *states, size_t row,
                                 char *scratch);
    /*
     * Saving writes a state as any machine reads it (base/saved.h), and
     * returns how many bytes it takes; where that is more than `room`, which
     * is WEIR_SAVED_CAPACITY at least, what it wrote means nothing.
     *
     * Loading reads it into an all-zero state and moves *from past it:
     * load(save(s)) is s. It reads untrusted bytes: WEIR_DATA where they are
     * no such state, WEIR_LIMIT where the arena refused to grow.
     */
    size_t (*save)(const struct weir_states *states, size_t row, char *into,
                   size_t scratch);
    enum weir_status (*load)(const struct weir_states *states, size_t row,
                             struct weir_text *from);
};

#define WEIR_SAVED_CAPACITY ((size_t)64)

#define WEIR_RESULT_CAPACITY 2048

/* The registry, ordered-set aggregates included; ends with NULL. */
extern const struct weir_aggregate *const weir_aggregates[];

/* count() and count(*): what weir_aggregate_find("count") gives, count(x),
 * counts values that are not null. */
extern const struct weir_aggregate weir_aggregate_count_rows;

/*
 * By name or an alias (avg, stddev_samp, percentile, ...), without case; p1 to
 * p99 are quantiles: *parameter is then theirs, and else all-zero. The
 * parameter may be NULL. NULL if there is none of that name.
 */
const struct weir_aggregate *
weir_aggregate_find(const char *name, size_t len,
                    struct weir_parameter *parameter);

static inline size_t weir_aggregate_values(const struct weir_aggregate *a)
{
    size_t n = 0;
    while (n < WEIR_VALUES_MAX && a->need[n] != WEIR_NEED_NOTHING)
        n++;
    return n;
}

#endif
