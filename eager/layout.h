/*
 * A layout: how loaded records lie in memory.
 *
 * All layouts hold the same records and give them back in order; they differ
 * in what a record costs. One file and one row in the registry each.
 */
#ifndef WEIR_EAGER_LAYOUT_H
#define WEIR_EAGER_LAYOUT_H

#include "base/memory.h"

struct weir_layout {
    const char *name, *brief;
    /* Records of n_columns texts each. NULL where memory was refused. */
    void *(*open)(size_t n_columns);
    /* Copies one record. false where memory was refused. */
    bool (*add)(void *records, const struct weir_text *field);
    size_t (*count)(const void *records);
    /* The fields of a record, borrowed until close. Any thread. */
    void (*get)(const void *records, size_t record, struct weir_text *field);
    void (*close)(void *records);
};

/* The registry; ends with NULL. The first is the default. */
extern const struct weir_layout *const weir_layouts[];

const struct weir_layout *weir_layout_find(const char *name);

extern const struct weir_layout weir_layout_tuple;

#endif
