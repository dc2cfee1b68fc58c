/*
 * What a run set aside: where the first of it lies, for the line that tells of
 * it at the end. struct weir_record_counts (weir.h) has how much it was.
 */
#ifndef WEIR_BASE_SET_ASIDE_H
#define WEIR_BASE_SET_ASIDE_H

#include "weir.h"

/* The first record or cell of a kind, in the order of the inputs. `error` has
 * its place, and says what is wrong with it. Cells of groups follow those of
 * all inputs: `input` is then WEIR_FIRST_GROUP, and error.byte the number of
 * the group, in key order. */
struct weir_first {
    uint32_t input; /* the input's index plus one; 0: there was none */
    struct weir_error error;
    uint64_t seq,
        at; /* in a run: the part that has it, and where in its text */
};
#define WEIR_FIRST_GROUP UINT32_MAX

struct weir_set_aside {
    struct weir_first rejected; /* a record */
    struct weir_first nulled;   /* a cell taken as null (--bad-cells=null) */
    /* Where the record ends after which a limit stopped the run. How much was
     * set aside by then is not known, as windows of records are read whole. */
    struct weir_first stop;
    /* [kind of the plan]: a cell that is a text. Borrowed. */
    struct weir_first *text;
    size_t n_texts;
};

/* Where what is set aside after all records were read is counted and noted.
 * Both are borrowed. */
struct weir_noted {
    struct weir_record_counts *counts;
    struct weir_set_aside *aside;
};

/* Whether something of this kind was set aside before the run stopped. */
bool weir_set_aside_before_stop(const struct weir_set_aside *aside,
                                const struct weir_first *first);

/* Keeps in `first` what comes first of the two: by input, byte and place. */
void weir_first_keep(struct weir_first *first, const struct weir_first *other);

/* The i-th of all that it has, in a fixed order; NULL after the last. */
struct weir_first *weir_set_aside_first(struct weir_set_aside *aside, size_t i);

#endif
