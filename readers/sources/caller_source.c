/*
 * A source over a read function of the caller's. The end and failures are
 * sticky: the function is not called again.
 */
#include "readers/sources/sources.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct caller {
    struct weir_source source;
    ptrdiff_t (*read)(void *context, void *into, size_t capacity);
    void *context;
    bool ended;
    struct weir_error error; /* status 0: it has not failed */
};

static ptrdiff_t fail(struct caller *caller, ptrdiff_t n, int reason)
{
    if (n > 0)
        return weir_fail(&caller->error, WEIR_IO,
                         "the read function gave %td bytes, more than it was "
                         "asked for",
                         n);
    return weir_fail(&caller->error, WEIR_IO, "cannot read: %s",
                     reason ? strerror(reason) : "the read function failed");
}

static ptrdiff_t caller_read(struct weir_source *source, void *into,
                             size_t capacity, struct weir_error *error)
{
    struct caller *caller = (struct caller *)source;
    ptrdiff_t n = 0;
    if (!caller->ended && !caller->error.status) {
        errno = 0;
        n = caller->read(caller->context, into, capacity);
        if (n < 0 || (size_t)n > capacity)
            n = fail(caller, n, errno);
        caller->ended = n == 0;
    }
    if (caller->error.status)
        *error = caller->error;
    return caller->error.status ? caller->error.status : n;
}

static void caller_close(struct weir_source *source)
{
    weir_free(WEIR_MEMORY_READER, source);
}

static void caller_estimate(const struct weir_source *source,
                            struct weir_estimate *estimate)
{
    (void)source;
    weir_estimate_add(estimate, sizeof(struct caller), "input of the caller's");
}

static const struct weir_source_ops caller_ops = {
    .read = caller_read, .close = caller_close, .estimate = caller_estimate};

struct weir_source *weir_caller_source_open(
    ptrdiff_t (*read)(void *context, void *into, size_t capacity),
    void *context, struct weir_error *error)
{
    struct caller *caller = weir_alloc_zero(WEIR_MEMORY_READER, sizeof *caller);
    if (!caller)
        return weir_no_memory(error, "the input", sizeof *caller);
    caller->source.ops = &caller_ops;
    caller->read = read;
    caller->context = context;
    return &caller->source;
}

ptrdiff_t weir_read_stdio(void *file, void *into, size_t capacity)
{
    size_t n;
    do {
        clearerr(file);
        n = fread(into, 1, capacity, file);
    } while (n == 0 && ferror((FILE *)file) && errno == EINTR);
    return n == 0 && ferror((FILE *)file) ? -1 : (ptrdiff_t)n;
}

ptrdiff_t weir_read_descriptor(void *descriptor, void *into, size_t capacity)
{
    ssize_t n;
    do
        n = read(*(const int *)descriptor, into, capacity);
    while (n < 0 && errno == EINTR);
    return n;
}
