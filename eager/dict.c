/*
 * Dicts: each record is an object with a hash table from name to value, all in
 * separate allocations, as a Python instance with its __dict__.
 *
 *     record -> | references | dict | -> | n | mask | place | entry |
 *                                                       |       |
 *           hash's low bits to entries:  | 2 | . | 0 | 1 |      |
 *                                                               |
 *           in order of insertion:  | hash | name | value | ... |
 *                                            |      +-> | text |
 *                    the table's, shared <---+
 *
 * The table holds each name once, as Python interns names, so a lookup compares
 * only addresses. Probing is linear.
 */
#include "eager/boxed.h"

#include "base/hash.h"
#include <string.h>

struct name {
    uint64_t hash;
    char *text;
};

struct dicts {
    struct weir_boxed_table base;
    uint32_t mask; /* slots of every record less one: all have the same names */
    struct name name[];
};

struct entry {
    uint64_t hash;
    const char *name;
    struct weir_boxed_text *value;
};

struct dict {
    uint32_t n, mask;
    uint32_t *place; /* entry plus one; 0 if free */
    struct entry *entry;
};

struct object {
    size_t references;
    struct dict *dict;
};

static void close_names(void *table)
{
    struct dicts *dicts = table;
    for (size_t i = 0; i < dicts->base.n_columns; i++)
        weir_free(WEIR_MEMORY_STORE, dicts->name[i].text);
    weir_free(WEIR_MEMORY_STORE, dicts);
}

static void *open_names(const struct weir_layout *layout,
                        const char *const *name, size_t n_columns)
{
    struct dicts *dicts = weir_alloc_zero(
        WEIR_MEMORY_STORE, sizeof *dicts + n_columns * sizeof *dicts->name);
    if (!dicts)
        return NULL;
    dicts->base = (struct weir_boxed_table){layout->boxed, n_columns};
    const struct weir_seed seed = weir_seed_draw();
    dicts->mask = 7;
    while (dicts->mask < n_columns + n_columns / 2)
        dicts->mask = 2 * dicts->mask + 1;
    for (size_t i = 0; i < n_columns; i++) {
        size_t len = strlen(name[i]);
        dicts->name[i].hash = weir_hash(&seed, name[i], len);
        dicts->name[i].text = weir_copy_text(WEIR_MEMORY_STORE, name[i], len);
        if (!dicts->name[i].text) {
            close_names(dicts);
            return NULL;
        }
    }
    return dicts;
}

/* Finds the slot of a name, or the free slot where it belongs. */
static uint32_t *find(const struct dict *dict, const struct name *name)
{
    uint32_t at = (uint32_t)name->hash & dict->mask;
    while (dict->place[at] &&
           dict->entry[dict->place[at] - 1].name != name->text)
        at = (at + 1) & dict->mask;
    return &dict->place[at];
}

static void release(void *table, void *record)
{
    struct object *object = record;
    struct dict *dict = object->dict;
    (void)table;
    if (dict) {
        for (size_t i = 0; dict->entry && i < dict->n; i++)
            weir_free(WEIR_MEMORY_STORE, dict->entry[i].value);
        weir_free(WEIR_MEMORY_STORE, dict->place);
        weir_free(WEIR_MEMORY_STORE, dict->entry);
    }
    weir_free(WEIR_MEMORY_STORE, dict);
    weir_free(WEIR_MEMORY_STORE, object);
}

/* Makes an object with an empty dict that has capacity for all names. */
static struct object *create(const struct dicts *dicts)
{
    size_t n = dicts->base.n_columns, places = (size_t)dicts->mask + 1;
    struct object *object = weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *object);
    if (!object)
        return NULL;
    struct dict *dict = weir_alloc_zero(WEIR_MEMORY_STORE, sizeof *dict);
    object->references = 1;
    object->dict = dict;
    if (dict) {
        dict->mask = dicts->mask;
        dict->place =
            weir_alloc_zero(WEIR_MEMORY_STORE, places * sizeof *dict->place);
        dict->entry = weir_alloc(WEIR_MEMORY_STORE, n * sizeof *dict->entry);
        if (dict->place && dict->entry)
            return object;
    }
    release(NULL, object);
    return NULL;
}

static void count(const struct object *object, struct weir_cost *cost)
{
    struct dict *dict = object->dict;
    size_t places = ((size_t)dict->mask + 1) * sizeof *dict->place;
    size_t names = dict->n * (sizeof *dict->entry - sizeof(void *));
    weir_cost_block(cost, object, 0, sizeof *object);
    weir_cost_block(cost, dict, 0, sizeof *dict);
    weir_cost_block(cost, dict->place, 0, places);
    weir_cost_block(cost, dict->entry, 0, dict->n * sizeof *dict->entry);
    cost->pointers -= places + names;
    cost->names += places + names;
}

static void *make(void *table, const struct weir_row_group *group, size_t row,
                  struct weir_cost *cost)
{
    const struct dicts *dicts = table;
    struct object *object = create(dicts);
    for (size_t c = 0; object && c < dicts->base.n_columns; c++) {
        struct dict *dict = object->dict;
        const struct name *name = &dicts->name[c];
        struct weir_boxed_text *value;
        if (!weir_box(group, c, row, cost, &value)) {
            release(table, object);
            return NULL;
        }
        dict->entry[dict->n++] = (struct entry){name->hash, name->text, value};
        *find(dict, name) = dict->n;
    }
    if (object)
        count(object, cost);
    return object;
}

static struct weir_text cell(const void *table, const void *record,
                             size_t column)
{
    const struct dicts *dicts = table;
    const struct dict *dict = ((const struct object *)record)->dict;
    return weir_unbox(dict->entry[*find(dict, &dicts->name[column]) - 1].value);
}

static void shared(const void *table, struct weir_cost *cost)
{
    const struct dicts *dicts = table;
    size_t bytes = sizeof *dicts + dicts->base.n_columns * sizeof *dicts->name;
    weir_cost_block(cost, table, 0, bytes);
    for (size_t i = 0; i < dicts->base.n_columns; i++) {
        cost->names += weir_held(dicts->name[i].text);
        cost->allocations++;
    }
}

static const struct weir_boxed boxed = {make, cell, release};

const struct weir_layout weir_layout_dict = {
    .name = "dict",
    .brief = "each record a hash table from names to texts, all apart",
    .boxed = &boxed,
    .open = open_names,
    .pack = weir_boxed_pack,
    .unpack = weir_boxed_unpack,
    .drop = weir_boxed_drop,
    .shared = shared,
    .close = close_names,
};
