/*
 *     table   -> | tag, code + 1 | . | tag, code + 1 | ...    at most half full
 *     part[0] -> | text 0 |
 *     part[1] -> | text 1 | text 2 |
 *     part[2] -> | text 3 | ... | text 6 |                    never moved
 *                     |
 *     segment -> | bytes of texts, one after another |        never moved
 *
 * A lookup takes no lock. A slot is written once, after everything it refers to
 * (with release, and read with acquire). A thread that does not find its text
 * takes the lock, looks again, and adds the text. When the table is replaced by
 * a larger one, the old tables are kept for threads that still read them.
 * Together they are as large as the last one.
 */
#include "eager/dictionary.h"

#include <string.h>

#define SLOTS_MIN 256
#define TEXTS_MAX ((uint32_t)1 << 20)
#define SEGMENT_MIN ((size_t)1024)
#define SEGMENT_MAX ((size_t)64 << 10)
#define PAD ((size_t)16) /* texts may be copied sixteen bytes at a time */

struct weir_dictionary_table {
    struct weir_dictionary_table *older;
    uint32_t mask;
    _Atomic uint64_t slot[]; /* tag << 32 | code + 1; 0 if free */
};

struct weir_dictionary_segment {
    struct weir_dictionary_segment *older;
    size_t capacity;
    char bytes[];
};

static void *take(struct weir_dictionary *d, size_t bytes)
{
    void *block = weir_alloc_zero(WEIR_MEMORY_STORE, bytes);
    if (block)
        weir_cost_block(&d->cost, block, 0, bytes);
    return block;
}

static struct weir_dictionary_table *
create_table(struct weir_dictionary *d, size_t slots,
             struct weir_dictionary_table *older)
{
    struct weir_dictionary_table *table =
        take(d, sizeof *table + slots * sizeof *table->slot);
    if (table) {
        table->mask = (uint32_t)slots - 1;
        table->older = older;
    }
    return table;
}

bool weir_dictionary_init(struct weir_dictionary *dictionary)
{
    memset(dictionary, 0, sizeof *dictionary);
    dictionary->seed = weir_seed_draw();
    struct weir_dictionary_table *table =
        create_table(dictionary, SLOTS_MIN, NULL);
    atomic_init(&dictionary->table, table);
    pthread_mutex_init(&dictionary->lock, NULL);
    return table;
}

void weir_dictionary_release(struct weir_dictionary *dictionary)
{
    struct weir_dictionary_table *table = atomic_load(&dictionary->table);
    struct weir_dictionary_segment *segment = dictionary->segment;
    while (table) {
        struct weir_dictionary_table *older = table->older;
        weir_free(WEIR_MEMORY_STORE, table);
        table = older;
    }
    while (segment) {
        struct weir_dictionary_segment *older = segment->older;
        weir_free(WEIR_MEMORY_STORE, segment);
        segment = older;
    }
    for (size_t i = 0; i < 32; i++)
        weir_free(WEIR_MEMORY_STORE, atomic_load(&dictionary->part[i]));
    pthread_mutex_destroy(&dictionary->lock);
}

static unsigned part_of(uint32_t code)
{
    return 31u - (unsigned)__builtin_clz(code + 1);
}

struct weir_text weir_dictionary_text(const struct weir_dictionary *dictionary,
                                      uint32_t code)
{
    unsigned part = part_of(code);
    const struct weir_text *texts =
        atomic_load_explicit(&dictionary->part[part], memory_order_relaxed);
    return texts[code + 1 - ((uint32_t)1 << part)];
}

/* Finds the slot of a text, or the free slot where it belongs. */
static _Atomic uint64_t *find(const struct weir_dictionary *d,
                              struct weir_dictionary_table *table,
                              struct weir_text text, uint32_t tag,
                              uint32_t *code)
{
    for (uint32_t at = tag & table->mask;; at = (at + 1) & table->mask) {
        uint64_t slot =
            atomic_load_explicit(&table->slot[at], memory_order_acquire);
        *code = (uint32_t)slot - 1;
        if (slot == 0)
            return &table->slot[at];
        if (slot >> 32 != tag)
            continue;
        struct weir_text there = weir_dictionary_text(d, *code);
        if (there.len == text.len &&
            memcmp(there.bytes, text.bytes, text.len) == 0)
            return &table->slot[at];
    }
}

/* Doubles the slots if the table is more than half full. */
static bool grow(struct weir_dictionary *d)
{
    struct weir_dictionary_table *old =
        atomic_load_explicit(&d->table, memory_order_relaxed);
    if (2 * d->n <= old->mask)
        return true;
    struct weir_dictionary_table *table =
        create_table(d, 2 * ((size_t)old->mask + 1), old);
    if (!table)
        return false;
    for (size_t i = 0; i <= old->mask; i++) {
        uint64_t slot =
            atomic_load_explicit(&old->slot[i], memory_order_relaxed);
        uint32_t at = (uint32_t)(slot >> 32) & table->mask;
        if (slot == 0)
            continue;
        while (atomic_load_explicit(&table->slot[at], memory_order_relaxed))
            at = (at + 1) & table->mask;
        atomic_store_explicit(&table->slot[at], slot, memory_order_relaxed);
    }
    atomic_store_explicit(&d->table, table, memory_order_release);
    return true;
}

/* Makes room for the bytes of a text. A long text has a segment of its own. */
static bool make_room(struct weir_dictionary *d, size_t len)
{
    if (len <= d->left)
        return true;
    size_t capacity = d->segment ? 2 * d->segment->capacity : SEGMENT_MIN;
    capacity = capacity > SEGMENT_MAX ? SEGMENT_MAX : capacity;
    capacity = capacity < len ? len : capacity;
    struct weir_dictionary_segment *segment =
        take(d, sizeof *segment + capacity + PAD);
    if (!segment)
        return false;
    segment->older = d->segment;
    segment->capacity = capacity;
    d->segment = segment;
    d->bytes = segment->bytes;
    d->left = capacity;
    return true;
}

static bool add(struct weir_dictionary *d, struct weir_text text)
{
    unsigned part = part_of(d->n);
    struct weir_text *texts =
        atomic_load_explicit(&d->part[part], memory_order_relaxed);
    if (!grow(d) || !make_room(d, text.len))
        return false;
    if (!texts) {
        texts = take(d, ((size_t)1 << part) * sizeof *texts);
        if (!texts)
            return false;
        atomic_store_explicit(&d->part[part], texts, memory_order_relaxed);
    }
    memcpy(d->bytes, text.bytes, text.len);
    texts[d->n + 1 - ((uint32_t)1 << part)] =
        (struct weir_text){d->bytes, text.len};
    d->bytes += text.len;
    d->left -= text.len;
    d->cost.payload += text.len;
    d->cost.pointers -= text.len;
    return true;
}

uint32_t weir_dictionary_code(struct weir_dictionary *dictionary,
                              struct weir_text text)
{
    uint32_t tag =
        (uint32_t)(weir_hash_padded(&dictionary->seed, text.bytes, text.len) >>
                   32);
    uint32_t code;
    (void)find(dictionary,
               atomic_load_explicit(&dictionary->table, memory_order_acquire),
               text, tag, &code);
    if (code != WEIR_NO_CODE)
        return code;
    pthread_mutex_lock(&dictionary->lock);
    (void)find(dictionary, dictionary->table, text, tag, &code);
    if (code == WEIR_NO_CODE && dictionary->n < TEXTS_MAX &&
        add(dictionary, text)) {
        _Atomic uint64_t *slot =
            find(dictionary, dictionary->table, text, tag, &code);
        code = dictionary->n++;
        atomic_store_explicit(slot, (uint64_t)tag << 32 | (code + 1),
                              memory_order_release);
    }
    pthread_mutex_unlock(&dictionary->lock);
    return code;
}
