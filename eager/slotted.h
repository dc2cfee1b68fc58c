/*
 * Records with a typed slot for each column, and no names in them: what slots
 * and flyweight share. They differ in where texts are: beside the slots, or
 * in the pool.
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
