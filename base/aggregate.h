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
    size_t used, room;
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

/* What an aggregate reads. */
enum weir_need {
    WEIR_NEED_NOTHING, /* count(): value is NULL */
    WEIR_NEED_ANY,     /* whether a value is null */
    WEIR_NEED_NUMBER,  /* a number vector without BAD rows */
    WEIR_NEED_NATURAL, /* a number vector, whose BAD rows are texts, or a text
                          vector */
    WEIR_NEED_TEXT     /* a text vector */
};

/* One window's rows, for one aggregate. */
struct weir_input {
    const struct weir_vector *value;
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

struct weir_aggregate {
    const char *name, *brief;
    uint32_t version; /* of the state's layout */
    enum weir_need need;
    size_t size; /* of a state, a multiple of 8 */
    bool number; /* the result is always a number or null */
    bool placed; /* it depends on the records' positions */
    /* Another aggregate, whose state this one's is: over one value they have a
     * single state, and differ in its result alone. That one names none. NULL:
     * the state is its own. */
    const struct weir_aggregate *state_of;
    /* An all-zero state is the empty one. */
    /* false when the arena refused to grow. */
    bool (*update)(const struct weir_states *states,
                   const struct weir_input *input);
    /* Another aggregate, of which both can be updated in one pass where they
     * are over one value: as update of this one and then of its mate. NULL:
     * none. */
    const struct weir_aggregate *mate;
    bool (*update_both)(const struct weir_states *states,
                        const struct weir_states *mates,
                        const struct weir_input *input);
    bool (*merge)(const struct weir_states *into, size_t into_row,
                  const struct weir_states *from, size_t from_row);
    /*
     * The value now; may be asked at any time. A text or WIDE result lies in
     * the arena or in `room` (WEIR_RESULT_ROOM bytes).
     */
    struct weir_number (*result)(const struct weir_states *states, size_t row,
                                 char *room);
    /*
     * Saving writes a state as any machine reads it (base/saved.h), and
     * returns how many bytes it takes; where that is more than `room`, which
     * is WEIR_SAVED_ROOM at least, what it wrote means nothing.
     *
     * Loading reads it into an all-zero state and moves *from past it:
     * load(save(s)) is s. It reads untrusted bytes: WEIR_DATA where they are
     * no such state, WEIR_LIMIT where the arena refused to grow.
     */
    size_t (*save)(const struct weir_states *states, size_t row, char *into,
                   size_t room);
    enum weir_status (*load)(const struct weir_states *states, size_t row,
                             struct weir_text *from);
};

#define WEIR_SAVED_ROOM ((size_t)64)

#define WEIR_RESULT_ROOM 2048

/* The registry; ends with NULL. */
extern const struct weir_aggregate *const weir_aggregates[];

/* count() and count(*): what weir_aggregate_find("count") gives, count(x),
 * counts values that are not null. */
extern const struct weir_aggregate weir_count_rows;

/* By name or SQL's alias of it (avg, stddev_samp, ...); NULL if none. */
const struct weir_aggregate *weir_aggregate_find(const char *name, size_t len);

#endif
