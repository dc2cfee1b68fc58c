/*
 * A plan: a question bound to a header.
 *
 *     input columns -> rows program -> tables -> results program -> sink
 *                      (where)                   (having, order)
 *
 * Table 0 has the question's keys, and states of its aggregates. What needs
 * the values themselves (a median, a count of distinct ones) has a further
 * table for each such value: its keys are the question's and then the value,
 * and it counts the records of each. Ordered-set aggregates of one value share
 * a table.
 *
 *     mean(a), median(b), mode(b), distinct(c) by k
 *     table 0: k -> mean(a), count(b)    1: k, b -> count    2: k, c -> count
 *
 * Without aggregates the rows program's items go to the sink themselves, and
 * there is no results program.
 */
#ifndef WEIR_PIPELINE_PLAN_H
#define WEIR_PIPELINE_PLAN_H

#include "base/ordered_set.h"
#include "pipeline/ops/program.h"

/* What becomes of a record with a value that cannot be had. */
enum weir_bad_cells {
    WEIR_BAD_CELLS_ERROR,
    WEIR_BAD_CELLS_NULL,
    WEIR_BAD_CELLS_REJECT
};

/* A register that must not be BAD, and what it is for, in the query's words. */
struct weir_use {
    weir_register reg;
    const char *name;
};

/* Of each value that the aggregate needs; those past them are
 * WEIR_NO_REGISTER. */
struct weir_plan_aggregate {
    const struct weir_aggregate *aggregate;
    weir_register value[WEIR_VALUES_MAX];
    struct weir_parameter parameter;
};

/* Whether they read the same values with the same parameter. */
bool weir_plan_same_values(const struct weir_plan_aggregate *a,
                           const struct weir_plan_aggregate *b);

struct weir_plan_table {
    weir_register *key; /* text registers */
    size_t n_keys;
    struct weir_plan_aggregate *aggregate;
    size_t n_aggregates;
};

/* An input of the results program, after the keys. */
struct weir_plan_result {
    const struct weir_aggregate *ordered; /* NULL: an aggregate of table 0 */
    /* Which one; of an ordered set of numbers, the one that counts them. */
    size_t aggregate;
    size_t table; /* whose keys end in the ordered set's value */
    struct weir_parameter parameter;
};

struct weir_plan_item {
    weir_register reg;
    bool descending; /* order by */
};

struct weir_plan {
    const uint32_t *projected; /* the input's columns, ascending */
    size_t n_projected;

    struct weir_program rows; /* input i: column wanted[i] */
    bool aggregated; /* keys or aggregates: one row a group comes out */
    struct weir_plan_table *table; /* [0] is always there */
    size_t n_tables;
    enum weir_type *key_type; /* of table 0: what they were before */
    struct weir_use *use;
    size_t n_uses;

    /* Inputs: the keys, then `result`; its filter is having. */
    struct weir_program results;
    struct weir_plan_result *result;
    size_t n_results;
    struct weir_use *result_use;
    size_t n_result_uses;

    /* Of the results program; without groups, of the rows program. */
    struct weir_plan_item *item, *order;
    const char **item_name; /* [item] */
    size_t n_items, n_order;
    bool has_limit;
    uint64_t limit;

    enum weir_bad_cells bad_cells;
};

/* number[n_projected]: whether only the numbers of that column are asked for.
 */
void weir_plan_numbers(const struct weir_plan *plan, bool *number);

#endif
