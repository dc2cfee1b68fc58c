/*
 * An external sort of rows. A row is a key, whose bytes order it, and its
 * items, bytes that go along. Rows that exceed the memory allowed go to a
 * temporary file, as sorted runs, and the runs are merged at the end. With a
 * limit only the first `limit` rows of the order are kept, in memory for about
 * twice as many.
 *
 *     sort = weir_external_sort_open(limit, memory, folder, &error);
 *     for each row: weir_external_sort_reserve(sort, bytes, &row, &error)
 *                   ... write the key to `row`, and the items after it
 *                   weir_external_sort_commit(sort, key_len, items_len)
 *     weir_external_sort_end(sort, &error)
 *     while ((status = weir_external_sort_next(sort, max, &items, &n,
 *                                              &error)) == WEIR_OK)
 *         ... the items of n rows, one after another
 *     weir_external_sort_close(sort);
 *
 * One thread uses a sort.
 */
#ifndef WEIR_PIPELINE_EXTERNAL_SORT_H
#define WEIR_PIPELINE_EXTERNAL_SORT_H

#include "base/number.h"

struct weir_external_sort;

/* Memory estimate, as long as no row is very long: the least `memory` for rows;
 * with it, the bytes that a sort holds while rows are added, and at most also
 * when they are given; and the bytes of the items that are given at a time. */
size_t weir_external_sort_least(void);
size_t weir_external_sort_bytes(void);
size_t weir_external_sort_given(void);

/* `limit` is in rows; UINT64_MAX means no limit. `memory` is the bytes that
 * rows may take before they are spilled, and that merging may take afterwards.
 * `folder` is --temp-dir, borrowed until close. Returns NULL on failure. */
struct weir_external_sort *
weir_external_sort_open(uint64_t limit, size_t memory, const char *folder,
                        struct weir_error *error) WEIR_CHECKED;
void weir_external_sort_close(struct weir_external_sort *sort);

/* Sets *row to where the next row is to be written, with capacity for `bytes`
 * bytes of key and items. It is valid until the row is committed. Fails with
 * WEIR_LIMIT if memory is refused, with WEIR_IO if a run cannot be written. */
enum weir_status
weir_external_sort_reserve(struct weir_external_sort *sort, size_t bytes,
                           char **row, struct weir_error *error) WEIR_CHECKED;

/* Adds the row that was written: its key, which no other row has, and its
 * items, which follow the key immediately. */
void weir_external_sort_commit(struct weir_external_sort *sort, size_t key_len,
                               size_t items_len);

/* Says that there are no more rows. Call once, before the first next. */
enum weir_status weir_external_sort_end(struct weir_external_sort *sort,
                                        struct weir_error *error) WEIR_CHECKED;

/*
 * Returns WEIR_OK with the items of the next *n rows of the order, at least one
 * and at most `max`, one after another and borrowed until the next call. There
 * are fewer than `max` also if they have 64 KiB. WEIR_END after the last row or
 * after `limit` rows.
 */
enum weir_status weir_external_sort_next(struct weir_external_sort *sort,
                                         size_t max, struct weir_text *items,
                                         size_t *n,
                                         struct weir_error *error) WEIR_CHECKED;

#endif
