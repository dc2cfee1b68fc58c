/*
 * Functions that fill the caller's struct weir_error.
 *
 * The struct has a fixed size, so that reporting an error allocates nothing and
 * works when memory has run out. A sentence that is too long is cut.
 */
#include "base/error.h"

#include "base/memory.h"
#include "base/utf8.h"
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void weir_error_init(struct weir_error *error)
{
    error->status = WEIR_OK;
    error->byte = WEIR_NO_BYTE;
    error->line = 0;
    error->column = 0;
    error->place[0] = '\0';
    error->message[0] = '\0';
}

static void say(struct weir_error *error, enum weir_status status,
                const char *format, va_list arguments)
{
    weir_error_init(error);
    error->status = status;
    (void)vsnprintf(error->message, sizeof(error->message), format, arguments);
}

enum weir_status weir_fail(struct weir_error *error, enum weir_status status,
                           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(error, status, format, arguments);
    va_end(arguments);
    return status;
}

enum weir_status weir_fail_errno(struct weir_error *error, const char *format,
                                 ...)
{
    char scratch[128];
    int number = errno;
    /* A lack of memory, processes or threads is a limit: it may end. EAGAIN
     * comes only from fork and pthread_create: reads and writes wait. */
    enum weir_status status =
        number == ENOMEM || number == EAGAIN ? WEIR_LIMIT : WEIR_IO;
    va_list arguments;
    va_start(arguments, format);
    say(error, status, format, arguments);
    va_end(arguments);

    size_t len = strlen(error->message);
    (void)snprintf(error->message + len, sizeof(error->message) - len, ": %s",
                   strerror_r(number, scratch, sizeof(scratch)));
    return status;
}

enum weir_status weir_fail_capacity(struct weir_error *error, const char *limit,
                                    const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(error, WEIR_LIMIT, format, arguments);
    va_end(arguments);

    size_t len = strlen(error->message);
    (void)snprintf(error->message + len, sizeof(error->message) - len, "%s",
                   weir_memory_exhausted() ? ": the system has no memory left"
                                           : limit);
    return WEIR_LIMIT;
}

enum weir_status weir_fail_memory(struct weir_error *error, const char *what,
                                  size_t bytes)
{
    char asked[32];
    char max[32];
    uint64_t limit = weir_memory_limit_now();
    (void)weir_size_text(asked, bytes);
    if (!weir_memory_exhausted())
        return weir_fail(error, WEIR_LIMIT,
                         "no room for %s (%s) within %s; --memory raises this "
                         "limit",
                         what, asked, weir_size_text(max, limit));
    return weir_fail(error, WEIR_LIMIT,
                     "the system has no memory for %s (%s); --memory bounds "
                     "what a run may take",
                     what, asked);
}

void *weir_no_memory(struct weir_error *error, const char *what, size_t bytes)
{
    (void)weir_fail_memory(error, what, bytes);
    return NULL;
}

enum weir_status weir_fail_at(struct weir_error *error, uint64_t byte)
{
    error->byte = byte;
    return error->status;
}

const char *weir_show(char *into, size_t capacity, const char *bytes,
                      size_t len, size_t max)
{
    static const char digits[] = "0123456789abcdef";
    static const char cut[] = "...";
    size_t used = 0;
    size_t at = 0;

    if (capacity < sizeof(cut)) {
        if (capacity)
            into[0] = '\0';
        return into;
    }
    while (at < len) {
        size_t n = weir_utf8_shown(bytes, len, at);
        size_t step = n ? n : 1;
        size_t width = n ? n : 4;
        size_t tail = at + step < len ? sizeof(cut) : 1;
        if (at + step > max || used + width + tail > capacity)
            break;
        if (n)
            memcpy(into + used, bytes + at, n);
        else
            memcpy(into + used,
                   (char[4]){'\\', 'x', digits[(unsigned char)bytes[at] >> 4],
                             digits[bytes[at] & 15]},
                   4);
        used += width;
        at += step;
    }
    memcpy(into + used, at < len ? cut : "", at < len ? sizeof(cut) : 1);
    return into;
}

const char *weir_show_name(char *into, const char *name)
{
    const size_t max = WEIR_NAME_CAPACITY - 8;
    size_t len = strlen(name), from = len > max ? len - max : 0;
    while (from && ((unsigned char)name[from] & 0xc0) == 0x80)
        from++;
    memcpy(into, "...", 3);
    char *at = into + (from ? 3 : 0);
    weir_show(at, WEIR_NAME_CAPACITY - 3, name + from, len - from, len);
    return into;
}

/* Counts eight bytes at a time. In the sum, a byte has its high bit set if it
 * is not a line feed; so the complement has a 1 for each line feed. */
static uint64_t count_line_feeds(const char *text, size_t len)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f), one = ~low >> 7;
    uint64_t lines = 0, word;
    size_t at = 0;
    for (; at + sizeof word <= len; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        word ^= one * '\n';
        word = ~(((word & low) + low) | word | low) >> 7;
        lines += word * one >> 56;
    }
    for (; at < len; at++)
        lines += text[at] == '\n';
    return lines;
}

uint64_t weir_count_lines(const char *text, size_t len)
{
    uint64_t lines = 0;
    if (len == 0 || !memchr(text, '\r', len))
        return count_line_feeds(text, len);
    for (size_t at = 0; at < len; at++)
        lines += text[at] == '\n' ||
                 (text[at] == '\r' && (at + 1 == len || text[at + 1] != '\n'));
    return lines;
}

enum weir_status weir_fail_where(struct weir_error *error,
                                 const struct weir_where *where)
{
    char name[WEIR_NAME_CAPACITY];
    size_t offset = (size_t)error->byte, line_start = offset;
    while (line_start && where->text[line_start - 1] != '\n' &&
           where->text[line_start - 1] != '\r')
        line_start--;
    error->byte = where->first_byte + offset;
    error->line = where->first_line + weir_count_lines(where->text, line_start);
    error->column = (uint32_t)(offset - line_start + 1);
    snprintf(error->place, sizeof error->place,
             "%s:%" PRIu64 ":%" PRIu32 " (byte %" PRIu64 ")",
             weir_show_name(name, where->name), error->line, error->column,
             error->byte);
    return error->status;
}

enum weir_status weir_fail_cancelled(struct weir_error *error)
{
    return weir_fail(error, WEIR_CANCELLED, "the query was cancelled");
}
