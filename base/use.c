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

#define SLOTS ((size_t)65536)
#define SLOTS_BITS 16
#define SLOTS_USED (SLOTS / 2) /* at most, so that a search is short */

/*
 * Open addressing with linear probing. A slot has the address of a handle,
 * whose lowest bit is set while a call is under way: one exchange begins a
 * call, and it succeeds only if the slot still has that handle. A slot that was
 * in use keeps a mark, so that a search goes on behind it.
 */
struct weir_use {
    _Atomic(uintptr_t) word;
};
#define BUSY ((uintptr_t)1)
#define WAS_USED ((uintptr_t)2) /* no handle has that address */

static struct weir_use slots[SLOTS];
static struct weir_use any; /* of handles for which there was no slot */
static atomic_size_t used, untracked;

static size_t first_slot(const void *handle)
{
    return (uintptr_t)handle / 16 * UINT64_C(0x9e3779b97f4a7c15) >>
           (64 - SLOTS_BITS);
}

static struct weir_use *find(const void *handle)
{
    size_t at = first_slot(handle);
    for (size_t i = 0; i < SLOTS; i++, at = (at + 1) % SLOTS) {
        const uintptr_t word = atomic_load(&slots[at].word);
        if ((word & ~BUSY) == (uintptr_t)handle)
            return &slots[at];
        if (!word)
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
        uintptr_t word = atomic_load(&slots[at].word);
        if ((word == 0 || word == WAS_USED) &&
            atomic_compare_exchange_strong(&slots[at].word, &word,
                                           (uintptr_t)handle))
            return;
    }
}

void weir_use_close(const void *handle)
{
    struct weir_use *use = find(handle);
    atomic_fetch_sub(use ? &used : &untracked, 1);
    if (use)
        atomic_store(&use->word, WAS_USED);
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

static void *not_open(const void *handle, const char *what,
                      const char *function, struct weir_error *error)
{
    (void)weir_use_wrong(error, "%s: the %s %s %s", function, what,
                         what[strlen(what) - 1] == 's' ? "are" : "is",
                         handle ? "closed" : "NULL");
    return NULL;
}

/* The slot of an open handle; &any if it may be one of those without a slot. */
static struct weir_use *look_up(const void *handle, const char *what,
                                const char *function, struct weir_error *error)
{
    struct weir_use *use = handle ? find(handle) : NULL;
    if (use)
        return use;
    return handle && atomic_load(&untracked)
               ? &any
               : not_open(handle, what, function, error);
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
    uintptr_t word = (uintptr_t)handle;
    if (!use || use == &any ||
        atomic_compare_exchange_strong(&use->word, &word, word | BUSY))
        return use;
    if (word != ((uintptr_t)handle | BUSY))
        return not_open(handle, what, function, error);
    (void)weir_use_wrong(error, "%s: another call or a stream uses the %s",
                         function, what);
    return NULL;
}

void weir_use_end(struct weir_use *use)
{
    atomic_fetch_and(&use->word, ~BUSY);
}
