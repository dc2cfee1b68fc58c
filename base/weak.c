/*
 * One table for the process, of all objects that live:
 *
 *     handle: | place | generation |        each life has a new generation
 *                 |        = ?
 *     part[k] -> | generation, thing | generation, next free | ...
 *
 * Parts do not move while any object lives. Each part is twice as large as the
 * one before. All are freed when no object lives any more; a handle into a
 * missing part gives NULL. weir_weak_get() takes the lock: another thread may
 * free the parts. weir.h asks the table of lives first, which takes none.
 */
#include "base/weak.h"

#include "base/memory.h"
#include <pthread.h>
#include <stdatomic.h>

#define PARTS 26

struct life {
    _Atomic uint32_t generation; /* 0: no object lives here */
    uint32_t next_free;          /* place; 0: the last one */
    void *_Atomic thing;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct life *_Atomic part[PARTS]; /* part k: places 2^k to 2^(k+1)-1 */
static uint32_t n_places, n_living, free_place;
static _Atomic uint32_t last_generation;

/* The generations of objects that live, by their place modulo the table's size,
 * for weir.h. An object may be missing; the first entry is never used, so that
 * a zeroed reference is not found. */
uint32_t weir_lives_[WEIR_LIVES_] = {UINT32_MAX};

static void publish(const struct weir_weak *self)
{
    uint32_t *life = &weir_lives_[self->place % WEIR_LIVES_];
    if (life != weir_lives_)
        __atomic_store_n(life, self->generation, __ATOMIC_RELAXED);
}

static void withdraw(const struct weir_weak *self)
{
    uint32_t *life = &weir_lives_[self->place % WEIR_LIVES_];
    uint32_t generation = self->generation;
    if (life != weir_lives_)
        (void)__atomic_compare_exchange_n(life, &generation, 0, false,
                                          __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* The entry at a place; NULL if its part is missing. No entry has place 0. */
static struct life *life_at(uint32_t place)
{
    unsigned k = place ? 31u - (unsigned)__builtin_clz(place) : PARTS;
    struct life *lives =
        k < PARTS ? atomic_load_explicit(&part[k], memory_order_acquire) : NULL;
    return lives ? &lives[place - ((uint32_t)1 << k)] : NULL;
}

static uint32_t new_generation(void)
{
    uint32_t generation;
    do
        generation = atomic_fetch_add_explicit(&last_generation, 1,
                                               memory_order_relaxed) +
                     1;
    while (generation == 0);
    return generation;
}

/* Takes a place for one more object; 0 if memory was refused. */
static uint32_t take_place(void)
{
    uint32_t place = free_place;
    if (place) {
        free_place = life_at(place)->next_free;
        return place;
    }
    place = n_places + 1;
    unsigned k = 31u - (unsigned)__builtin_clz(place);
    if (k == PARTS)
        return 0;
    if (!part[k]) {
        struct life *lives =
            weir_alloc_zero(WEIR_MEMORY_OTHER, sizeof *lives << k);
        if (!lives)
            return 0;
        atomic_store_explicit(&part[k], lives, memory_order_release);
    }
    n_places++;
    return place;
}

static void give_up_parts(void)
{
    for (size_t k = 0; k < PARTS; k++) {
        struct life *lives = atomic_exchange(&part[k], NULL);
        weir_free(WEIR_MEMORY_OTHER, lives);
    }
    n_places = free_place = 0;
}

bool weir_weak_begin(struct weir_weak *self, void *thing)
{
    pthread_mutex_lock(&lock);
    uint32_t place = take_place();
    if (place) {
        struct life *life = life_at(place);
        *self = (struct weir_weak){place, new_generation()};
        atomic_store(&life->thing, thing);
        atomic_store(&life->generation, self->generation);
        publish(self);
        n_living++;
    }
    pthread_mutex_unlock(&lock);
    return place != 0;
}

void weir_weak_end(struct weir_weak *self)
{
    if (!self->place)
        return;
    withdraw(self);
    pthread_mutex_lock(&lock);
    struct life *life = life_at(self->place);
    atomic_store(&life->generation, 0);
    life->next_free = free_place;
    free_place = self->place;
    if (--n_living == 0)
        give_up_parts();
    pthread_mutex_unlock(&lock);
    *self = (struct weir_weak){0};
}

void weir_weak_renew(struct weir_weak *self)
{
    self->generation = new_generation();
    atomic_store(&life_at(self->place)->generation, self->generation);
    publish(self);
}

void *weir_weak_get(struct weir_weak weak)
{
    void *thing = NULL;
    pthread_mutex_lock(&lock);
    const struct life *life = life_at(weak.place);
    if (life && weak.generation &&
        atomic_load(&life->generation) == weak.generation)
        thing = atomic_load(&life->thing);
    pthread_mutex_unlock(&lock);
    return thing;
}
