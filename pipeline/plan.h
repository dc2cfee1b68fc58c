/*
 * A plan: a question bound to a header.
 *
 *     input columns -> rows program -> groups and states -> results program ->
 * sink (filter)                             (having, order)
 *
 * Without aggregates the rows program's items go to the sink themselves, and
 * there is no results program.
 */
#ifndef WEIR_PIPELINE_PLAN_H
#define WEIR_PIPELINE_PLAN_H

#include "base/aggregate.h"
#include "pipeline/program.h"

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

struct weir_plan_aggregate {
    const struct weir_aggregate *aggregate;
    weir_register value; /* WEIR_NO_REGISTER: none */
};

struct weir_plan_item {
    weir_register reg;
    bool descending; /* order by */
};

struct weir_plan {
    const uint32_t *wanted; /* the input's columns, ascending */
    size_t n_wanted;

    struct weir_program rows; /* input i: column wanted[i] */
    weir_register *key;       /* text registers */
    enum weir_type *key_type; /* what they were before */
    size_t n_keys;
    struct weir_plan_aggregate *aggregate;
    size_t n_aggregates;
    bool aggregated; /* keys or aggregates: one row a group comes out */
    struct weir_use *use;
    size_t n_uses;

    /* Inputs: the keys, then the aggregates; its filter is having. */
    struct weir_program results;
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

/* number[n_wanted]: whether only the numbers of that column are asked for. */
void weir_plan_numbers(const struct weir_plan *plan, bool *number);

#endif
