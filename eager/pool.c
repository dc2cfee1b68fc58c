/*
 * The pool is divided into shards by hash. Each shard has a mutex and a chained
 * hash table, which uses another hash:
 *
 *     bucket[hash] -> text -> text -> .      | next | hash, references, len |
 *        ^              ^                    | evicted, asked | bytes ...   |
 *        +-- hand       |
 *     place[index] -----+       reference: index | shard, 6 bits
 *
 * The hash of the table is keyed, so nobody can choose texts that all lie in
 * one bucket. The hash that selects the shard is the same in every run, because
 * the memory of the pool depends on it. Texts chosen to lie in one shard share
 * its mutex and its part of the cap, but are found as fast.
 *
 * The places of texts lie in parts that never move, each twice as large as the
 * one before. A reference therefore leads to its text without the lock.
 *
 * Eviction is a clock: the hand goes round the buckets. It spares a text that
 * was asked for since its last visit, and evicts one that was not.
 *
 * The tables are allocated with the first text and freed with the last one, so
 * that a process without records holds nothing.
 */
#include "eager/pool.h"

#include "base/hash.h"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define SHARDS (1u << SHARD_BITS)
#define SHARD_BITS 6
#define BUCKETS_MIN 8
#define PARTS 26

struct text {
    struct text *next;
    uint32_t hash, references, len, index;
    bool evicted, asked;
    char bytes[];
};

union place {
    struct text *text;
    uint32_t next_free;
};

struct shard {
    pthread_mutex_t lock;
    union place *_Atomic part[PARTS]; /* part k has places 2^k to 2^(k+1) - 1 */
    uint32_t n_places, free; /* places used so far; first free one, or 0 */
    struct text **bucket;
    size_t mask, n_found; /* buckets less one; texts that can be found */
    size_t hand;
    uint64_t bytes; /* of the texts that can be found */
    struct weir_pool_account counts;
    struct weir_cost outlived; /* of texts freed while keeping */
};

static struct shard shards[SHARDS];
static struct weir_seed seed;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic uint64_t cap = (uint64_t)64 << 20;
static _Atomic bool keeping;

static void init(void)
{
    seed = weir_seed_draw();
    for (size_t i = 0; i < SHARDS; i++)
        pthread_mutex_init(&shards[i].lock, NULL);
}

/* The shard of the text that a reference refers to. */
static struct shard *shard_of(weir_interned interned)
{
    return &shards[interned % SHARDS];
}

static struct text **bucket_of(const struct shard *shard, uint32_t hash)
{
    return &shard->bucket[hash & shard->mask];
}

/* Adds the memory of a text to the shard's counts, or subtracts it. */
static void count(struct shard *shard, struct text *text, bool add)
{
    struct weir_cost cost = {0}, *total = &shard->counts.cost;
    weir_cost_block(&cost, text, text->len, sizeof *text);
    if (add) {
        weir_cost_add(total, &cost);
        shard->counts.texts++;
        return;
    }
    total->payload -= cost.payload;
    total->pointers -= cost.pointers;
    total->slack -= cost.slack;
    total->allocations--;
    shard->counts.texts--;
}

static void unlink_text(struct shard *shard, struct text *text)
{
    struct text **at = bucket_of(shard, text->hash);
    while (*at != text)
        at = &(*at)->next;
    *at = text->next;
    shard->n_found--;
    shard->bytes -= weir_held(text);
}

/* Places */

static unsigned part_of(uint32_t index)
{
    return 31u - (unsigned)__builtin_clz(index);
}

static union place *place_of(struct shard *shard, uint32_t index)
{
    unsigned part = part_of(index);
    union place *places =
        atomic_load_explicit(&shard->part[part], memory_order_acquire);
    return &places[index - ((uint32_t)1 << part)];
}

/* Takes a free place and returns its index, or 0 if memory was refused. */
static uint32_t take_place(struct shard *shard, struct text *text)
{
    uint32_t index = shard->free;
    if (index) {
        shard->free = place_of(shard, index)->next_free;
    } else {
        index = shard->n_places + 1;
        unsigned part = part_of(index);
        if (part == PARTS)
            return 0;
        if (!shard->part[part]) {
            union place *places =
                weir_alloc(WEIR_MEMORY_STORE, sizeof *places << part);
            if (!places)
                return 0;
            atomic_store_explicit(&shard->part[part], places,
                                  memory_order_release);
        }
        shard->n_places++;
    }
    place_of(shard, index)->text = text;
    return index;
}

static void give_place(struct shard *shard, uint32_t index)
{
    place_of(shard, index)->next_free = shard->free;
    shard->free = index;
}

static void bury(struct shard *shard, struct text *text)
{
    /* The dropped records would still hold this text, so it counts on. */
    if (keeping)
        weir_cost_block(&shard->outlived, text, text->len, sizeof *text);
    count(shard, text, false);
    give_place(shard, text->index);
    weir_free(WEIR_MEMORY_STORE, text);
}

/* Frees the tables if there are no texts left. */
static void tidy(struct shard *shard)
{
    if (shard->n_found == 0) {
        weir_free(WEIR_MEMORY_STORE, shard->bucket);
        shard->bucket = NULL;
    }
    if (shard->counts.texts)
        return;
    for (size_t i = 0; i < PARTS; i++) {
        weir_free(WEIR_MEMORY_STORE, shard->part[i]);
        shard->part[i] = NULL;
    }
    shard->n_places = shard->free = 0;
}

static void evict(struct shard *shard, struct text *text)
{
    unlink_text(shard, text);
    text->evicted = true;
    shard->counts.evictions++;
    if (text->references)
        return;
    bury(shard, text);
}

/* Evicts texts until `bytes` more fit into the shard's part of the cap. */
static void make_way(struct shard *shard, uint64_t bytes)
{
    uint64_t max = cap / SHARDS;
    while (shard->n_found && shard->bytes + bytes > max) {
        struct text *text, *next;
        for (text = shard->bucket[shard->hand]; text; text = next) {
            next = text->next;
            if (!text->asked)
                evict(shard, text);
            else
                text->asked = false;
        }
        shard->hand = (shard->hand + 1) & shard->mask;
    }
}

/* Doubles the buckets if there are as many texts. */
static bool grow(struct shard *shard)
{
    size_t n = shard->bucket ? shard->mask + 1 : 0;
    if (shard->n_found < n)
        return true;
    size_t capacity = n ? 2 * n : BUCKETS_MIN;
    struct text **bucket =
        weir_alloc_zero(WEIR_MEMORY_STORE, capacity * sizeof *bucket);
    struct text **old = shard->bucket, *text, *next;
    if (!bucket)
        return false;
    shard->bucket = bucket;
    shard->mask = capacity - 1;
    shard->hand = 0;
    for (size_t i = 0; i < n; i++)
        for (text = old[i]; text; text = next) {
            struct text **at = bucket_of(shard, text->hash);
            next = text->next;
            text->next = *at;
            *at = text;
        }
    weir_free(WEIR_MEMORY_STORE, old);
    return true;
}

static struct text *find(struct shard *shard, struct weir_text text,
                         uint32_t hash)
{
    if (!shard->bucket)
        return NULL;
    struct text *at = *bucket_of(shard, hash);
    while (at && (at->hash != hash || at->len != text.len ||
                  memcmp(at->bytes, text.bytes, text.len) != 0))
        at = at->next;
    return at;
}

static struct text *create(struct shard *shard, struct weir_text text,
                           uint32_t hash)
{
    size_t bytes = sizeof(struct text) + text.len;
    make_way(shard, bytes);
    struct text *created =
        grow(shard) ? weir_alloc(WEIR_MEMORY_STORE, bytes) : NULL;
    uint32_t index = created ? take_place(shard, created) : 0;
    if (!index) {
        weir_free(WEIR_MEMORY_STORE, created);
        tidy(shard);
        return NULL;
    }
    struct text **at = bucket_of(shard, hash);
    *created = (struct text){
        .next = *at, .hash = hash, .len = (uint32_t)text.len, .index = index};
    memcpy(created->bytes, text.bytes, text.len);
    *at = created;
    shard->n_found++;
    shard->bytes += weir_held(created);
    count(shard, created, true);
    return created;
}

weir_interned weir_intern(struct weir_text text)
{
    pthread_once(&once, init);
    uint32_t hash =
        (uint32_t)(weir_hash_padded(&seed, text.bytes, text.len) >> 32);
    uint32_t number =
        (uint32_t)(weir_hash_known(text.bytes, text.len) >> 32) % SHARDS;
    struct shard *shard = &shards[number];
    pthread_mutex_lock(&shard->lock);
    struct text *found = find(shard, text, hash);
    if (found) {
        found->asked = true;
        shard->counts.hits++;
        shard->counts.saved += found->references ? text.len : 0;
    } else {
        found = create(shard, text, hash);
        shard->counts.misses++;
    }
    weir_interned interned = 0;
    if (found) {
        found->references++;
        interned = found->index << SHARD_BITS | number;
    }
    pthread_mutex_unlock(&shard->lock);
    return interned;
}

struct weir_text weir_interned_text(weir_interned interned)
{
    if (!interned)
        return (struct weir_text){"", 0};
    const struct text *text =
        place_of(&shards[interned % SHARDS], interned >> SHARD_BITS)->text;
    return (struct weir_text){text->bytes, text->len};
}

void weir_intern_release(weir_interned interned)
{
    if (!interned)
        return;
    struct shard *shard = shard_of(interned);
    pthread_mutex_lock(&shard->lock);
    struct text *text = place_of(shard, interned >> SHARD_BITS)->text;
    if (--text->references) {
        shard->counts.saved -= text->len;
    } else if (text->evicted || !keeping) {
        if (!text->evicted)
            unlink_text(shard, text);
        bury(shard, text);
        tidy(shard);
    }
    pthread_mutex_unlock(&shard->lock);
}

static void drop_unreferred(struct shard *shard)
{
    struct text *text, *next;
    for (size_t i = 0; shard->bucket && i <= shard->mask; i++)
        for (text = shard->bucket[i]; text; text = next) {
            next = text->next;
            if (text->references == 0) {
                unlink_text(shard, text);
                bury(shard, text);
            }
        }
    shard->outlived = (struct weir_cost){0};
    tidy(shard);
}

void weir_pool_keep(bool keep)
{
    pthread_once(&once, init);
    keeping = keep;
    for (size_t i = 0; !keep && i < SHARDS; i++) {
        pthread_mutex_lock(&shards[i].lock);
        drop_unreferred(&shards[i]);
        pthread_mutex_unlock(&shards[i].lock);
    }
}

void weir_pool_cap(uint64_t bytes)
{
    cap = bytes;
}

/* Counts the memory of places. Texts that were freed while keeping would still
 * have theirs. */
static void count_places(const struct shard *shard, struct weir_cost *cost)
{
    uint64_t texts = shard->counts.texts + shard->outlived.allocations;
    for (size_t k = 0; k < PARTS; k++)
        if (shard->part[k]) {
            weir_cost_block(cost, shard->part[k], 0, sizeof(union place) << k);
        } else if (texts >> k) {
            cost->pointers += sizeof(union place) << k;
            cost->allocations++;
        }
}

void weir_pool_account(struct weir_pool_account *counts)
{
    *counts = (struct weir_pool_account){0};
    pthread_once(&once, init);
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &shards[i];
        const struct weir_pool_account *a = &shard->counts;
        pthread_mutex_lock(&shard->lock);
        counts->hits += a->hits;
        counts->misses += a->misses;
        counts->evictions += a->evictions;
        counts->texts += a->texts;
        counts->saved += a->saved;
        weir_cost_add(&counts->cost, &a->cost);
        weir_cost_add(&counts->cost, &shard->outlived);
        if (shard->bucket)
            weir_cost_block(&counts->cost, shard->bucket, 0,
                            (shard->mask + 1) * sizeof(void *));
        count_places(shard, &counts->cost);
        pthread_mutex_unlock(&shard->lock);
    }
}
