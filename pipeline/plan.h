/*
 * A plan: a question whose columns have been found in an input's header.
 *
 *     input columns -> rows program -> tables -> results program -> sink
 *                      (where)                   (having, order)
 *
 * Table 0 has the question's keys and the states of its aggregates. An
 * ordered-set aggregate (a median, a count of distinct values) needs the values
 * themselves, so each such value has a further table. The keys of a further
 * table are the question's keys and then the value; it counts the records of
 * each. Ordered-set aggregates of the same value share one table.
 *
 *     mean(a), median(b), mode(b), distinct(c) by k
 *     table 0: k -> mean(a), count(b)    1: k, b -> count    2: k, c -> count
 *
 * Without aggregates there is no results program: the items are registers of
 * the rows program, and go from there to the sink.
 */
#ifndef WEIR_PIPELINE_PLAN_H
#define WEIR_PIPELINE_PLAN_H

#include "base/aggregate.h"
#include "base/notation.h"
#include "base/set_aside.h"
#include "pipeline/ops/culprit.h"

/* What ends the message where a bad cell is an error. */
#define WEIR_BAD_CELLS_ADVICE "; --bad-cells=null skips such cells"

/* How cells are read where they have to be numbers or dates. */
struct weir_cell_rules {
    enum weir_bad_cells bad;
    struct weir_notation notation; /* --decimal, --thousands */
};

/* An aggregate of a table. `value` holds the register of each value that the
 * aggregate needs; the remaining elements are WEIR_NO_REGISTER. */
struct weir_plan_aggregate {
    const struct weir_aggregate *aggregate;
    weir_register value[WEIR_VALUES_MAX];
    struct weir_parameter parameter;
};

/* The aggregate of a single value, or, with WEIR_NO_REGISTER, of none yet; its
 * parameter is zero. */
struct weir_plan_aggregate
weir_plan_aggregate_of(const struct weir_aggregate *aggregate,
                       weir_register value);

/* Whether both aggregates read the same values with the same parameter. */
bool weir_plan_same_values(const struct weir_plan_aggregate *a,
                           const struct weir_plan_aggregate *b);

struct weir_plan_table {
    weir_register *key; /* text registers */
    int32_t *notation;  /* [key]: packed; NULL: all are plain */
    size_t n_keys;
    struct weir_plan_aggregate *aggregate;
    size_t n_aggregates;
};

static inline int32_t
weir_plan_table_notation(const struct weir_plan_table *table, size_t key)
{
    return table->notation ? table->notation[key] : 0;
}

/* An input of the results program, after the keys. */
struct weir_plan_result {
    /* The ordered-set aggregate; NULL for an aggregate of table 0. */
    const struct weir_aggregate *ordered;
    /* An aggregate of table 0: the one whose result this is or, for an
     * ordered-set aggregate of numbers, the one that counts the numbers. */
    size_t aggregate;
    size_t table;     /* the further table that has the ordered set's values */
    const char *name; /* the call, for messages */
    struct weir_parameter parameter;
};

/*
 * A column of cells from which an aggregate takes the least or the greatest.
 * Cells that are texts are bad if others are numbers, which is known only when
 * all records were read. The table of kinds counts them: it has no keys, and
 * two aggregates for each kind, count and count_numbers. With
 * --bad-cells=reject there are no kinds: the cells have to be numbers.
 */
struct weir_plan_kind {
    weir_register value; /* written numbers, in the rows program */
    const char *name;    /* the call, for messages */
    bool counted; /* its texts are counted where they become null numbers */
    bool numbers_only; /* set at the end: texts are taken as null */
};

/* All such columns. */
struct weir_plan_kinds {
    struct weir_plan_kind *kind;
    struct weir_first *first_text; /* [kind]; for the run's set_aside */
    size_t n;
    size_t table; /* the index of the table of kinds, if there are kinds */
};

/* What the rows program computes of a record in addition to its fields. */
struct weir_plan_reads {
    bool file, line;
};

struct weir_plan_item {
    weir_register reg;
    bool descending; /* for `order` only */
    /* "max(d)", "order by d": what puts cells in order that may be dates; NULL
     * if nothing does. */
    const char *ordered;
};

/* What comes after grouping: a program over the groups. Its inputs are table
 * 0's keys and then `input`; its filter is having. Unused if the plan is not
 * aggregated. */
struct weir_plan_results {
    struct weir_program program;
    struct weir_plan_result *input;
    size_t n_inputs;
    struct weir_use *use; /* of this program */
    size_t n_uses;
};

/* What comes out. The registers are the results program's or, if the plan is
 * not aggregated, the rows program's. */
struct weir_plan_output {
    struct weir_plan_item *item, *order;
    const char **item_name; /* [item] */
    size_t n_items, n_order;
    bool has_limit;
    uint64_t limit;
};

/* Lines for the user. */
#define WEIR_DATE_NOTE ((size_t)480)
struct weir_plan_notes {
    const char *question; /* what it may not have meant; or NULL */
    /* WEIR_DATE_NOTE bytes: dates that come out in the order of their bytes. It
     * is empty until the emitter writes it (ordered_dates.h); NULL if nothing
     * is put in order. */
    char *dates;
};

struct weir_plan {
    const uint32_t *projected; /* the input's columns to read, ascending */
    size_t n_projected;

    struct weir_program rows; /* its input i is column projected[i]; two more
                                 inputs follow: file() and line() */
    struct weir_plan_reads reads;
    struct weir_use *use; /* of the rows program */
    size_t n_uses;
    enum weir_bad_cells bad_cells;
    /* Packed: in which all registers that are cells, and not texts, are read as
     * numbers. */
    int32_t notation;

    bool aggregated; /* has keys or aggregates: a group is one output row */
    struct weir_plan_table *table; /* table[0] always exists */
    size_t n_tables;
    struct weir_plan_kinds kinds;
    enum weir_type *key_type; /* of table 0's keys, before they became text */
    struct weir_plan_results results;
    struct weir_plan_output output;
    struct weir_plan_notes notes;
};

/* Tables [1, this) are the further tables of ordered-set aggregates; only the
 * table of kinds follows them. */
static inline size_t weir_plan_value_tables(const struct weir_plan *plan)
{
    return plan->n_tables - (plan->kinds.n != 0);
}

/* The words of a key in the question. */
const char *weir_plan_key_name(const struct weir_plan *plan, size_t key);

/* The number of tables that have keys, and so may need much memory. */
size_t weir_plan_keyed_tables(const struct weir_plan *plan);

/* Fills number[n_projected]: whether the plan needs only the numbers of that
 * column, not its texts. */
void weir_plan_numbers(const struct weir_plan *plan, bool *number);

#endif
