#include "pipeline/window_rejects.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/sort.h"
#include "base/stream.h"
#include <assert.h>
#include <string.h>

/* Each row and each malformed record of a window, each with the longest reason.
 */
#define REJECTS (WEIR_REJECT_ROWS + WEIR_MALFORMED_CAPACITY)
#define TEXT (REJECTS * sizeof((struct weir_error *)0)->message)

enum weir_status weir_window_rejects_init(struct weir_window_rejects *rejects,
                                          struct weir_error *error)
{
    *rejects = (struct weir_window_rejects){
        .reject =
            weir_alloc(WEIR_MEMORY_OUTPUT, REJECTS * sizeof *rejects->reject),
        .text = weir_alloc(WEIR_MEMORY_OUTPUT, TEXT)};
    return rejects->reject && rejects->text
               ? WEIR_OK
               : weir_fail_memory(error, "the rejected records of a window",
                                  TEXT);
}

size_t weir_window_rejects_bytes(void)
{
    return weir_memory_block_bytes(REJECTS *
                                   sizeof(struct weir_window_reject)) +
           weir_memory_block_bytes(TEXT);
}

void weir_window_rejects_release(struct weir_window_rejects *rejects)
{
    weir_free(WEIR_MEMORY_OUTPUT, rejects->reject);
    weir_free(WEIR_MEMORY_OUTPUT, rejects->text);
    *rejects = (struct weir_window_rejects){0};
}

void weir_window_rejects_add(struct weir_window_rejects *rejects, size_t start,
                             size_t at, const char *reason)
{
    const size_t len = strlen(reason) + 1;
    assert(rejects->n < REJECTS && len <= TEXT - rejects->used);
    memcpy(rejects->text + rejects->used, reason, len);
    rejects->reject[rejects->n++] =
        (struct weir_window_reject){start, at, rejects->used};
    rejects->used += len;
}

static int by_start(const void *a, const void *b, void *context)
{
    (void)context;
    const struct weir_window_reject *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

void weir_window_rejects_sort(struct weir_window_rejects *rejects)
{
    weir_sort(rejects->reject, rejects->n, sizeof *rejects->reject, by_start,
              NULL);
}

void weir_window_rejects_clear(struct weir_window_rejects *rejects)
{
    rejects->n = 0;
    rejects->used = 0;
}
