/*
 * An open hash table of the names as they stand, filled first, so that a
 * number is never given that makes another column's name. Two different names
 * with numbers never meet: the number is what follows the last underscore.
 */
#include "cli/unique.h"

#include <stdio.h>
#include <string.h>

struct slot {
    uint32_t column; /* the first of its name, plus 1; 0: free */
    uint32_t number; /* the last that was given */
};

struct names {
    const char *const *name;
    struct slot *slot;
    size_t mask;
};

/* FNV-1a, over as many parts as there are. */
static uint64_t hash(uint64_t seed, const char *text)
{
    for (; *text; text++)
        seed = (seed ^ (unsigned char)*text) * 0x100000001b3;
    return seed;
}

/* The slot of name and tail put together, or the free one for it. */
static struct slot *find(const struct names *names, const char *name,
                         const char *tail)
{
    size_t len = strlen(name);
    uint64_t mixed = hash(hash(0xcbf29ce484222325, name), tail);
    size_t at = (size_t)(mixed ^ mixed >> 32) & names->mask;

    for (;; at = (at + 1) & names->mask) {
        struct slot *slot = &names->slot[at];
        const char *other;

        if (!slot->column)
            return slot;
        other = names->name[slot->column - 1];
        if (strncmp(other, name, len) == 0 && strcmp(other + len, tail) == 0)
            return slot;
    }
}

static uint32_t next_number(const struct names *names, const char *name,
                            struct slot *slot)
{
    char tail[16];

    do
        snprintf(tail, sizeof tail, "_%u", ++slot->number);
    while (find(names, name, tail)->column);
    return slot->number;
}

enum weir_status weir_unique_names(const char *const *name, size_t n,
                                   uint32_t *suffix, struct weir_error *error)
{
    struct names names = {.name = name};
    size_t slots = 4;

    while (slots < 2 * n)
        slots *= 2;
    names.mask = slots - 1;
    names.slot =
        weir_alloc_zero(WEIR_MEMORY_OUTPUT, slots * sizeof *names.slot);
    if (!names.slot)
        return weir_fail_memory(error, "the output's column names",
                                slots * sizeof *names.slot);
    for (size_t i = 0; i < n; i++) {
        struct slot *slot = find(&names, name[i], "");

        suffix[i] = slot->column > 0;
        if (!slot->column)
            *slot = (struct slot){(uint32_t)i + 1, 1};
    }
    for (size_t i = 0; i < n; i++)
        if (suffix[i])
            suffix[i] = next_number(&names, name[i], find(&names, name[i], ""));
    weir_free(WEIR_MEMORY_OUTPUT, names.slot);
    return WEIR_OK;
}
