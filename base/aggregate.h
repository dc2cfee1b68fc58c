/*
 * An aggregate is a constant description; its state is flat bytes.
 *
 * Every aggregate is a commutative monoid: its result depends only on the
 * multiset of records (for first and last also on their positions), never on
 * how they were split, batched, threaded or merged.
 *
 * There is one state for each group. A state holds no pointers. Data beyond its
 * fixed size (a long text, a sum that grew wide) lies in an arena that all
 * states of a table share, and the state holds a handle to it:
 *
 *     states:  | group 0: state a, state b | group 1: ... |
 *     arena:   | block | block | ...         handle = offset, 0 is none
 *
 * The drawing shows the states as a partial has them, row by row. A hash
 * aggregate keeps the states of each aggregate in an array of their own.
 */
#ifndef WEIR_BASE_AGGREGATE_H
#define WEIR_BASE_AGGREGATE_H

#include "base/memory.h"
#include "base/saved.h"
#include "base/vector.h"

/* Memory for blocks that are named by handles. A block's size is a power of two
 * of at least 16 bytes; freed ones are reused. For one thread at a time. */
struct weir_arena {
    char *bytes;
    size_t used, capacity;
    enum weir_component component;
    uint32_t free_list[32]; /* [power of two]: handle of the first free block */
};

/* A handle is an offset from `bytes` in units of 16 bytes; 0 means no block. */
typedef uint32_t weir_handle;

void weir_arena_init(struct weir_arena *arena, enum weir_component component);
void weir_arena_release(struct weir_arena *arena);
/* Makes the capacity at least `bytes`; false if memory is refused. */
bool weir_arena_reserve(struct weir_arena *arena, size_t bytes) WEIR_CHECKED;
/* Gives an uninitialised block, or 0: no memory. Other blocks may move. */
weir_handle weir_arena_take(struct weir_arena *arena,
                            size_t bytes) WEIR_CHECKED;
/* Frees a block of the size it was taken with. A handle of 0 is allowed. */
void weir_arena_give(struct weir_arena *arena, weir_handle handle,
                     size_t bytes);

/* Frees all blocks, but keeps the memory for new ones. */
void weir_arena_empty(struct weir_arena *arena);

static inline void *weir_arena_at(const struct weir_arena *arena,
                                  weir_handle handle)
{
    return arena->bytes + (size_t)handle * 16;
}

/* What an aggregate needs of a value. */
enum weir_need {
    WEIR_NEED_NOTHING,   /* the aggregate has no such value */
    WEIR_NEED_ANY,       /* a vector of any type; only its nulls matter */
    WEIR_NEED_CONDITION, /* a boolean vector */
    WEIR_NEED_NUMBER,    /* a number vector without BAD rows */
    WEIR_NEED_NATURAL, /* a text vector, or numbers whose BAD rows are texts */
    WEIR_NEED_TEXT     /* a text vector */
};

/* The maximum number of values of a call: covar_pop(x, y) has two. */
#define WEIR_VALUES_MAX 2

/* The constant after the values of a call: quantile(x, 0.9), top(x, 3) */
enum weir_parameter_kind {
    WEIR_PARAMETER_NONE,
    WEIR_PARAMETER_SHARE, /* from 0 to 1 */
    WEIR_PARAMETER_COUNT  /* from 1 to WEIR_PARAMETER_MAX */
};

#define WEIR_PARAMETER_MAX 1000

/* The value n / 10^digits. `digits` is at most 18, and 0 for a count. */
struct weir_parameter {
    uint64_t n;
    uint8_t digits;
};

/* What the result is. Each may also be null. */
enum weir_gives {
    WEIR_GIVES_NUMBER,
    WEIR_GIVES_CONDITION, /* a number: 0 is false, 1 is true */
    WEIR_GIVES_VALUE,     /* one of the input's values */
    WEIR_GIVES_TEXT
};

/* The rows of one window, for one aggregate. */
struct weir_arguments {
    const struct weir_vector *value[WEIR_VALUES_MAX]; /* as `need` says */
    const struct weir_parameter *parameter;
    const uint32_t *group; /* [row]: the state's index; NULL: all rows have 0 */
    size_t groups;         /* number of states */
    size_t rows;
    const uint32_t *start; /* [row]: the record's offset from `position` */
    uint64_t position;     /* of the batch's text (base/stream.h) */
};

/* One aggregate's states: state g is at base + g * stride. In update, stride is
 * the aggregate's size. */
struct weir_states {
    char *base;
    size_t stride;
    struct weir_arena *arena;
};

struct weir_ordered_set;

struct weir_aggregate {
    const char *name, *brief;
    const char *call;    /* an example, "corr(x, y)"; NULL: name(x) */
    const char *aliases; /* other names, separated by spaces; NULL: none */
    enum weir_need need[WEIR_VALUES_MAX]; /* WEIR_NEED_NOTHING after the last */
    /* Its NATURAL value puts values in order. Numbers and texts have no common
     * order, so if a column has both, its texts are bad cells. */
    bool one_kind;
    enum weir_gives gives;
    const char *inexact; /* how its result may differ from the true one, for the
                            help; NULL: it is exact, and rounded once */
    enum weir_parameter_kind parameter; /* the kind of a call's parameter */
    struct weir_parameter fixed; /* the parameter, where the kind is NONE */
    /* Set for an ordered-set aggregate, which gets a group's values in order
     * after all records were read. The members below are then not used. NULL:
     * the aggregate has the states that they describe. */
    const struct weir_ordered_set *ordered_set;

    uint32_t version; /* of the state's saved form; increase it on a change */
    size_t size;      /* of a state, in bytes: a multiple of 8 */
    bool placed;      /* the result depends on the records' positions */
    /* Another aggregate with the same state. Over the same values the two share
     * one state, and differ only in the result. The other one's state_of must
     * be NULL. NULL: the aggregate has its own state. */
    const struct weir_aggregate *state_of;
    /* Adds a window's rows to their states; false if the arena refused to grow.
     * An all-zero state is empty. The parameter comes with each window. A state
     * that depends on it must keep it, for merge and result do not get it. */
    bool (*update)(const struct weir_states *states,
                   const struct weir_arguments *input);
    /* Optional: an aggregate that can be updated together with this one when
     * both take the same values (min and max). update_fused has the effect of
     * this one's update and then the other's. */
    const struct weir_aggregate *fused;
    bool (*update_fused)(const struct weir_states *states,
                         const struct weir_states *fused_states,
                         const struct weir_arguments *input);
    /* Adds one state to another; false if the arena refused to grow. Both
     * states may have the same arena. */
    bool (*merge)(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row);
    /* Returns the current value. It may be called at any time, and changes
     * nothing. A text or WIDE result lies in the arena or in `scratch`, which
     * has WEIR_RESULT_CAPACITY bytes. */
    struct weir_number (*result)(const struct weir_states *states, size_t row,
                                 char *scratch);
    /*
     * save writes a state in a form that is the same on all machines
     * (base/saved.h), and returns its length in bytes. The buffer has
     * `capacity` bytes, at least WEIR_SAVED_CAPACITY. If the length is larger
     * than that, the buffer's content is undefined: call again with a larger
     * one.
     *
     * load reads a saved state into an all-zero one, and moves *from past it:
     * load(save(s)) equals s. The bytes are untrusted. It returns WEIR_DATA if
     * they are not a valid state, and WEIR_LIMIT if the arena refused to grow.
     */
    size_t (*save)(const struct weir_states *states, size_t row, char *into,
                   size_t capacity);
    enum weir_status (*load)(const struct weir_states *states, size_t row,
                             struct weir_text *from);
};

/*
 * An ordered-set aggregate gets a group's values after all records were read:
 * each distinct value once, in the natural order, with its number of
 * occurrences. Its memory is therefore bounded, however many values there are.
 *
 *     begin(n)  add(1, 3 times)  add(1.0, once)  add(22, twice)  result
 *
 * A value is a text. Two values are equal if their bytes are, as with keys.
 * Nulls, which are empty texts, are left out. An aggregate of numbers is told
 * at the beginning how many numbers there are. It must ignore the other texts:
 * blank ones come before all numbers, the rest after them.
 */
struct weir_ordered_set {
    /* A state has `size` bytes and, for each of a count parameter's n,
     * `each_size` more. It is flat bytes, all-zero before the first begin().
     * One state serves all groups, one after another. Data beyond its size lies
     * in the arena, and the state holds a handle to it. */
    size_t size, each_size;
    /* Begins another group. For an aggregate of numbers, n is how many numbers
     * the group has; for others it is 0. */
    void (*begin)(void *state, const struct weir_parameter *parameter,
                  uint64_t n);
    /* Adds the next value, which occurs `times` times. Its text is borrowed
     * until add returns. false if the arena refused to grow. */
    bool (*add)(void *state, struct weir_arena *arena, struct weir_text value,
                uint64_t times);
    /* Gives the group's result: null without values (0 for distinct). A text or
     * WIDE result lies in the arena until the next begin. false: as for add. */
    bool (*result)(void *state, struct weir_arena *arena,
                   struct weir_number *value);
};

static inline size_t
weir_ordered_set_size(const struct weir_ordered_set *set,
                      const struct weir_parameter *parameter)
{
    return set->size + set->each_size * parameter->n;
}

#define WEIR_SAVED_CAPACITY ((size_t)64)

#define WEIR_RESULT_CAPACITY 2048

/* The registry of all aggregates, also ordered-set ones, by family. It ends
 * with NULL. */
extern const struct weir_aggregate *const weir_aggregates[];

/* The family of the aggregate at that index of the registry: "Counts". */
const char *weir_aggregate_family(size_t i);

/* The aggregate of count() and count(*). weir_aggregate_find("count") gives
 * count(x), which counts the values that are not null. */
extern const struct weir_aggregate weir_aggregate_count_rows;

/*
 * Finds an aggregate by its name or an alias (avg, stddev_samp, percentile,
 * ...), ignoring case; NULL if there is none. p1 to p99, and p99.9, are
 * quantiles with a fixed parameter, to which *parameter is set; for all others
 * it is set to zero. `parameter` may be NULL. Any thread may call this.
 */
const struct weir_aggregate *
weir_aggregate_find(const char *name, size_t len,
                    struct weir_parameter *parameter);

/* Whether the results are numbers; those of a condition are. */
static inline bool weir_aggregate_gives_number(const struct weir_aggregate *a)
{
    return a->gives == WEIR_GIVES_NUMBER || a->gives == WEIR_GIVES_CONDITION;
}

/* The number of values that a call takes. */
static inline size_t weir_aggregate_values(const struct weir_aggregate *a)
{
    size_t n = 0;
    while (n < WEIR_VALUES_MAX && a->need[n] != WEIR_NEED_NOTHING)
        n++;
    return n;
}

#endif
