#include "base/set_aside.h"

#include <string.h>

static bool comes_before(const struct weir_first *a, const struct weir_first *b)
{
    if (a->input != b->input)
        return a->input < b->input;
    if (a->error.byte != b->error.byte)
        return a->error.byte < b->error.byte;
    return strcmp(a->error.place, b->error.place) < 0;
}

void weir_first_keep(struct weir_first *first, const struct weir_first *other)
{
    if (other->input && (!first->input || comes_before(other, first)))
        *first = *other;
}

bool weir_set_aside_before_stop(const struct weir_set_aside *aside,
                                const struct weir_first *first)
{
    const struct weir_first *stop = &aside->stop;
    if (!first->input || !stop->input || first->input != stop->input)
        return first->input && (!stop->input || first->input < stop->input);
    return first->error.byte <= stop->error.byte;
}

struct weir_first *weir_set_aside_first(struct weir_set_aside *aside, size_t i)
{
    if (i == 0)
        return &aside->rejected;
    if (i == 1)
        return &aside->nulled;
    return i - 2 < aside->n_texts ? &aside->text[i - 2] : NULL;
}
