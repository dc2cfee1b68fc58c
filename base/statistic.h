/*
 * A statistic is a constant description, as an aggregate is; but it sees a
 * group's values after the last record was read: each once, in the natural
 * order, with how often it is there. So what it keeps is bounded, however
 * many values there are.
 *
 *     begin(n)  add(1, 3 times)  add(1.0, once)  add(22, twice)  result
 *
 * A value is its text, and equal by its bytes, as keys are. Nulls, which are
 * empty texts, are not among them.
 */
#ifndef WEIR_BASE_STATISTIC_H
#define WEIR_BASE_STATISTIC_H

#include "base/aggregate.h"

/* What stands after the value in a call: quantile(x, 0.9), top(x, 3). */
enum weir_parameter_kind {
    WEIR_PARAMETER_NONE,
    WEIR_PARAMETER_SHARE, /* from 0 to 1 */
    WEIR_PARAMETER_COUNT  /* from 1 to WEIR_PARAMETER_MOST */
};

#define WEIR_PARAMETER_MOST 1000

/* n / by, with by = 10^digits, at most 18 of them; a count has none. */
struct weir_parameter {
    uint64_t n;
    uint8_t digits;
};

/* What the result is. */
enum weir_gives {
    WEIR_GIVES_NUMBER, /* or null */
    WEIR_GIVES_VALUE,  /* one of the values, of their type */
    WEIR_GIVES_TEXT
};

struct weir_statistic {
    const char *name, *brief;
    /* Its values are numbers: it is told how many there are, and looks at
     * those alone, which come before the texts that are none. */
    bool numbers;
    enum weir_gives gives;
    enum weir_parameter_kind parameter;
    struct weir_parameter fixed; /* the parameter where none is written */
    /* Of a state: flat bytes, all-zero before the first begin(). What it keeps
     * besides lies in the arena, by handle. */
    size_t (*size)(const struct weir_parameter *parameter);
    /* Another group begins: of a statistic of numbers, with n of them. */
    void (*begin)(void *state, const struct weir_parameter *parameter,
                  uint64_t n);
    /* The next value, whose text is borrowed until add returns. false when
     * the arena refused to grow; so for result. */
    bool (*add)(void *state, struct weir_arena *arena, struct weir_text value,
                uint64_t times);
    /* The group's result; null where it had no values, unless that counts. A
     * text or WIDE one lies in the arena until the next begin. */
    bool (*result)(void *state, struct weir_arena *arena,
                   struct weir_number *value);
};

/* The registry; ends with NULL. */
extern const struct weir_statistic *const weir_statistics[];

/*
 * By name or another's name for it (percentile, ...), and p1 to p99, which are
 * quantiles: *parameter is then theirs, and else all-zero. NULL if none.
 */
const struct weir_statistic *
weir_statistic_find(const char *name, size_t len,
                    struct weir_parameter *parameter);

#endif
