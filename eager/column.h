/*
 * A column of a page, packed as an array of its type with the smallest width
 * that holds its values:
 *
 *     numbers   distances from the minimum, in 1, 2, 4 or 8 bytes each, or in
 *               none if all are equal
 *     codes     of the column's dictionary, in 1, 2 or 4 bytes each
 *     texts     lengths, then the texts one after another, if a dictionary
 *               is not worth it (repeats.h)
 *     nulls     a bit for each row, before the array, if some cells are empty
 *
 * A column holds numbers in those pages in which each of its cells is empty or
 * can be restored from its number (decimals.h). Unpacking therefore gives the
 * cells as they were read.
 */
#ifndef WEIR_EAGER_COLUMN_H
#define WEIR_EAGER_COLUMN_H

#include "eager/dictionary.h"
#include "eager/layout.h"
#include "eager/repeats.h"

/* How a column is packed. The page keeps it; only column.c uses its members. */
struct weir_column_head {
    int64_t min;
    uint64_t at; /* offset of the nulls or the array in the page's bytes */
    int16_t exponent;
    uint8_t kind, width;
    bool nulls;
};

/* The bytes of a page while its columns are packed one after another. The
 * caller sets the arrays, and frees `bytes`. */
struct weir_column_draft {
    struct weir_repeats *repeats;       /* [column]; borrowed */
    struct weir_dictionary *dictionary; /* [column]; borrowed */
    char *bytes;                        /* NULL before the first column */
    size_t used, capacity;
};

/* Packs column `c` of the window behind the draft's bytes and fills the head.
 * Returns false if memory was refused. Any number of threads may pack the same
 * column, each with a draft of its own. */
bool weir_column_pack(struct weir_column_draft *draft,
                      struct weir_column_head *head,
                      const struct weir_row_group *group,
                      size_t c) WEIR_CHECKED;

/* A packed column. Everything is borrowed. */
struct weir_column {
    const struct weir_column_head *head;
    const char *bytes; /* of the page: all that the draft had */
    size_t rows;
    const struct weir_dictionary *dictionary; /* of this column */
};

/* Unpacks the column as column `c` of the replay, which gets numbers if it
 * allows them and the column holds them, and else texts. */
enum weir_status weir_column_unpack(const struct weir_column *column,
                                    struct weir_replay *replay, size_t c,
                                    struct weir_error *error) WEIR_CHECKED;

#endif
