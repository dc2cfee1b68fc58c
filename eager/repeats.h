/*
 * Decides whether the texts of a column repeat often enough that it is worth
 * holding each distinct text once.
 *
 * Only some windows of a column are examined, and after the first ones only the
 * texts in a slice of the hash values. If a value is in the slice, all its
 * repetitions are too, so a small table shows how often texts repeat, however
 * many there are. If the texts of a column seldom repeat, sharing is turned off
 * for the column. It may be turned on again later.
 */
#ifndef WEIR_EAGER_REPEATS_H
#define WEIR_EAGER_REPEATS_H

#include "eager/layout.h"
#include <pthread.h>
#include <stdatomic.h>

#define WEIR_REPEATS_SEEN 4096

struct weir_repeats {
    pthread_mutex_t lock;
    atomic_bool pays;
    atomic_uint windows;
    uint32_t tried, found;           /* recent texts, and those seen before */
    uint64_t told_tried, told_found; /* the same, since the beginning */
    /* sliced: only texts in the slice are examined; stepped_aside: sharing was
     * turned off at least once. */
    bool sliced, stepped_aside;
    uint16_t seen[WEIR_REPEATS_SEEN];
};

/* Makes an array with an element for each of `n` columns; close needs the same
 * `n`. Returns NULL if memory was refused. */
struct weir_repeats *weir_repeats_open(size_t n) WEIR_CHECKED;
void weir_repeats_close(struct weir_repeats *repeats, size_t n);

/* Examines a window's column, if it is this window's turn, and returns whether
 * sharing is worth it. Any thread may call it. */
bool weir_repeats_pays(struct weir_repeats *repeats,
                       const struct weir_row_group *group,
                       size_t column) WEIR_CHECKED;

/* Writes a sentence such as "3 % of the texts looked at were repeats: the pool
 * was off". Returns false if sharing was always on. No other thread may use the
 * column meanwhile. */
bool weir_repeats_remark(const struct weir_repeats *repeats, const char *what,
                         char *into, size_t capacity);

#endif
