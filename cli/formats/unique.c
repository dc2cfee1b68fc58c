/*
 * A hash table with open addressing holds all given names. It is filled first,
 * so that a numbered name never equals a given name. Two numbered names made of
 * different names are never equal: the number is what follows the last
 * underscore.
 */
#include "cli/formats/json.h"

#include "base/hash.h"
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct slot {
    uint32_t column; /* the first column of this name, plus 1; 0: free slot */
    uint32_t number; /* the last number given to this name */
};

struct names {
    const char *const *name;
    struct slot *slot;
    size_t mask;
    struct weir_seed seed;
};

/* The hash of name followed by tail. */
static uint64_t hash(const struct names *names, const char *name,
                     const char *tail)
{
    XXH3_state_t state = {.seed = 0}; /* reset reads the member before it sets
                                         it */
    (void)XXH3_64bits_reset_withSeed(&state, names->seed.word[0]);
    (void)XXH3_64bits_update(&state, name, strlen(name));
    (void)XXH3_64bits_update(&state, tail, strlen(tail));
    return XXH3_64bits_digest(&state);
}

/* The slot of name followed by tail, or the free slot for it. */
static struct slot *find(const struct names *names, const char *name,
                         const char *tail)
{
    size_t len = strlen(name);
    size_t at = (size_t)hash(names, name, tail) & names->mask;
    for (;; at = (at + 1) & names->mask) {
        struct slot *slot = &names->slot[at];
        if (!slot->column)
            return slot;
        const char *other = names->name[slot->column - 1];
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
    struct names names = {.name = name, .seed = weir_seed_draw()};
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
