/*
 * Slots: a struct with a typed slot for each column. Numbers are decoded. Texts
 * follow the slots in the same allocation. The types of the slots are kept once
 * for all records of a page. See slotted.c.
 */
#include "eager/slotted.h"

static void *open_slots(const char *const *name, size_t n_columns)
{
    (void)name;
    return weir_slotted_open(n_columns, false);
}

const struct weir_layout weir_layout_slots = {
    .name = "slots",
    .brief = "each record a struct: numbers decoded, texts beside them",
    .open = open_slots,
    .pack = weir_slotted_pack,
    .unpack = weir_slotted_unpack,
    .drop = weir_slotted_drop,
    .shared = weir_slotted_shared,
    .close = weir_slotted_close,
};
