/*
 * Flyweight: slots whose texts are shared through the pool (pool.h) by all
 * records that have them. Columns whose texts seldom repeat keep their texts
 * after the slots: see repeats.h.
 */
#include "eager/slotted.h"

static void *open_flyweight(const char *const *name, size_t n_columns)
{
    (void)name;
    return weir_slotted_open(n_columns, true);
}

const struct weir_layout weir_layout_flyweight = {
    .name = "flyweight",
    .brief = "slots whose texts are shared through one pool",
    .open = open_flyweight,
    .pack = weir_slotted_pack,
    .unpack = weir_slotted_unpack,
    .drop = weir_slotted_drop,
    .shared = weir_slotted_shared,
    .remark = weir_slotted_remark,
    .close = weir_slotted_close,
};
