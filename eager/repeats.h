/*
 * Whether a column's texts repeat, so that holding each once is worth it.
 *
 * Of the windows a column has, some are looked at, and of their texts, after
 * the first window, only a slice, chosen by hash: if a value is in it, all its
 * repetitions are, so a small table tells how often texts come again however
 * many there are. A column whose texts seldom do is said not to pay, and may
 * pay again later.
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
    uint32_t tried, found;           /* of late */
    uint64_t told_tried, told_found; /* in all */
    bool sliced, stepped_aside;
    uint16_t seen[WEIR_REPEATS_SEEN];
};

/* An array of them, for a table's columns; NULL where memory was refused. */
struct weir_repeats *weir_repeats_open(size_t n) WEIR_CHECKED;
void weir_repeats_close(struct weir_repeats *repeats, size_t n);

/* Looks at a window's column, perhaps, and says whether it pays. Any thread. */
bool weir_repeats_pays(struct weir_repeats *repeats,
                       const struct weir_window *window,
                       size_t column) WEIR_CHECKED;

/* "3 % of its texts were there before: ..."; false where it always paid. */
bool weir_repeats_remark(const struct weir_repeats *repeats, const char *what,
                         char *into, size_t capacity);

#endif
