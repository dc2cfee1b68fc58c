/*
 * A source over bytes in memory.
 */
#include "readers/sources/sources.h"

#include <string.h>

struct memory {
    struct weir_source source;
    const char *bytes;
    size_t next, len;
};

static ptrdiff_t memory_read(struct weir_source *source, void *into,
                             size_t capacity, struct weir_error *error)
{
    (void)error;
    struct memory *memory = (struct memory *)source;
    size_t left = memory->len - memory->next;
    size_t n = left < capacity ? left : capacity;
    if (n > 0) /* bytes may be NULL where there are none */
        memcpy(into, memory->bytes + memory->next, n);
    memory->next += n;
    return (ptrdiff_t)n;
}

static enum weir_status memory_read_at(const struct weir_source *source,
                                       void *into, size_t len, uint64_t place,
                                       struct weir_error *error)
{
    (void)error;
    memcpy(into, ((const struct memory *)source)->bytes + place, len);
    return WEIR_OK;
}

static bool memory_extent(const struct weir_source *source, uint64_t *from,
                          uint64_t *to)
{
    *from = 0;
    *to = ((const struct memory *)source)->len;
    return true;
}

static void memory_close(struct weir_source *source)
{
    weir_free(WEIR_MEMORY_READER, source);
}

static void memory_estimate(const struct weir_source *source,
                            struct weir_estimate *estimate)
{
    (void)source;
    weir_estimate_add(estimate, sizeof(struct memory), "input in memory");
}

static const struct weir_source_ops memory_ops = {
    .read = memory_read,
    .read_at = memory_read_at,
    .extent = memory_extent,
    .close = memory_close,
    .estimate = memory_estimate,
};

struct weir_source *weir_memory_source_open(const void *bytes, size_t len,
                                            struct weir_error *error)
{
    struct memory *memory = weir_alloc(WEIR_MEMORY_READER, sizeof(*memory));
    if (!memory)
        return weir_no_memory(error, "an input in memory", sizeof(*memory));
    *memory =
        (struct memory){.source.ops = &memory_ops, .bytes = bytes, .len = len};
    return &memory->source;
}
