#include "pipeline/window_rejects.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/sort.h"

/* Without growing: so many rejects, with so many bytes of reasons. */
#define REJECTS ((size_t)32)
#define TEXT ((size_t)4096)

static enum weir_status reserve(struct weir_window_rejects *rejects, size_t n,
                                size_t bytes, struct weir_error *error)
{
    if (!weir_grow(WEIR_MEMORY_OUTPUT, &rejects->reject, &rejects->capacity,
                   n) ||
        !weir_grow(WEIR_MEMORY_OUTPUT, &rejects->text, &rejects->text_capacity,
                   bytes))
        return weir_fail_memory(error, "the rejected records of a window",
                                n * sizeof *rejects->reject + bytes);
    return WEIR_OK;
}

enum weir_status weir_window_rejects_init(struct weir_window_rejects *rejects,
                                          struct weir_error *error)
{
    *rejects = (struct weir_window_rejects){0};
    return reserve(rejects, REJECTS, TEXT, error);
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

enum weir_status weir_window_rejects_add(struct weir_window_rejects *rejects,
                                         size_t start, size_t at,
                                         const char *reason,
                                         struct weir_error *error)
{
    const size_t len = strlen(reason) + 1;
    enum weir_status status =
        reserve(rejects, rejects->n + 1, rejects->used + len, error);
    if (status)
        return status;
    memcpy(rejects->text + rejects->used, reason, len);
    rejects->reject[rejects->n++] =
        (struct weir_window_reject){start, at, rejects->used};
    rejects->used += len;
    return WEIR_OK;
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
