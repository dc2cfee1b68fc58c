#include "base/use.h"

#include "base/error.h"
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef NDEBUG
bool weir_use_aborts = false;
#else
bool weir_use_aborts = true;
#endif

#define SLOTS ((size_t)2048)
#define SLOTS_USED ((size_t)1024) /* at most, so that a search is short */

/*
 * Open addressing with linear probing. A slot that was in use keeps a mark, so
 * that a search goes on behind it. Two threads never enter the same handle, so
 * a slot is won by one exchange.
 */
struct weir_use {
    _Atomic(const void *) handle;
    atomic_bool busy;
};

static struct weir_use slots[SLOTS];
static const char was_used;
static atomic_size_t used, untracked;

static size_t first_slot(const void *handle)
{
    return (uintptr_t)handle / 16 * UINT64_C(0x9e3779b97f4a7c15) >> 53;
}

static struct weir_use *find(const void *handle)
{
    size_t at = first_slot(handle);
    for (size_t i = 0; i < SLOTS; i++, at = (at + 1) % SLOTS) {
        const void *there = atomic_load(&slots[at].handle);
        if (there == handle)
            return &slots[at];
        if (!there)
            return NULL;
    }
    return NULL;
}

void weir_use_open(const void *handle)
{
    if (atomic_fetch_add(&used, 1) >= SLOTS_USED) {
        atomic_fetch_sub(&used, 1);
        atomic_fetch_add(&untracked, 1);
        return;
    }
    for (size_t at = first_slot(handle);; at = (at + 1) % SLOTS) {
        const void *there = atomic_load(&slots[at].handle);
        if ((!there || there == &was_used) &&
            atomic_compare_exchange_strong(&slots[at].handle, &there, handle))
            return;
    }
}

void weir_use_close(const void *handle)
{
    struct weir_use *use = find(handle);
    if (!use) {
        atomic_fetch_sub(&untracked, 1);
        return;
    }
    atomic_store(&use->busy, false);
    atomic_store(&use->handle, &was_used);
    atomic_fetch_sub(&used, 1);
}

enum weir_status weir_use_wrong(struct weir_error *error, const char *format,
                                ...)
{
    char sentence[200];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (weir_use_aborts) {
        (void)fprintf(stderr, "weir: %s\n", sentence);
        abort();
    }
    if (error)
        (void)weir_fail(error, WEIR_USAGE, "%s", sentence);
    return WEIR_USAGE;
}

/* The slot of an open handle, or of none that is known of. */
static struct weir_use *look_up(const void *handle, const char *what,
                                const char *function, struct weir_error *error)
{
    static struct weir_use any;
    struct weir_use *use = handle ? find(handle) : NULL;
    if (use)
        return use;
    if (handle && atomic_load(&untracked))
        return &any;
    (void)weir_use_wrong(error, "%s: the %s %s %s", function, what,
                         what[strlen(what) - 1] == 's' ? "are" : "is",
                         handle ? "closed" : "NULL");
    return NULL;
}

bool weir_use_check(const void *handle, const char *what, const char *function,
                    struct weir_error *error)
{
    return look_up(handle, what, function, error);
}

struct weir_use *weir_use_begin(const void *handle, const char *what,
                                const char *function, struct weir_error *error)
{
    struct weir_use *use = look_up(handle, what, function, error);
    if (!use || !atomic_load(&use->handle) ||
        !atomic_exchange(&use->busy, true))
        return use;
    (void)weir_use_wrong(error, "%s: another call uses the %s", function, what);
    return NULL;
}

void weir_use_end(struct weir_use *use)
{
    atomic_store(&use->busy, false);
}
