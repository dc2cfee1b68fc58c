/*
 * What the layouts slots and flyweight share: records with a typed slot for
 * each column and without names. `pooled` says where the texts are: in the
 * pool, or after the slots of the record. The functions implement the layout's
 * slots of the same names: see layout.h.
 */
#ifndef WEIR_EAGER_SLOTTED_H
#define WEIR_EAGER_SLOTTED_H

#include "eager/layout.h"

void *weir_slotted_open(size_t n_columns, bool pooled) WEIR_CHECKED;
void *weir_slotted_pack(void *table, const struct weir_window *window,
                        struct weir_cost *cost, size_t *row) WEIR_CHECKED;
enum weir_status weir_slotted_unpack(const void *table, const void *page,
                                     struct weir_replay *replay,
                                     struct weir_error *error) WEIR_CHECKED;
void weir_slotted_drop(void *table, void *page);
void weir_slotted_shared(const void *table, struct weir_cost *cost);
bool weir_slotted_remark(const void *table, size_t column, char *into,
                         size_t capacity);
void weir_slotted_close(void *table);

#endif
