/*
 * Slots: a struct with a typed slot for each column. Numbers are decoded, and
 * texts lie beside them, in the same block; what is a text and what a number
 * is known once for a page's records. See slotted.c.
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
