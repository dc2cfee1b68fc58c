#include "cli/terminal/shown.h"

#include "base/utf8.h"
#include "base/write.h"
#include <unistd.h>

static void put_hex(char byte, void (*put)(void *, const char *, size_t),
                    void *to)
{
    static const char digits[] = "0123456789abcdef";
    const char hex[4] = {'\\', 'x', digits[(unsigned char)byte >> 4],
                         digits[byte & 15]};
    put(to, hex, sizeof hex);
}

void weir_shown_each(struct weir_text text,
                     void (*put)(void *to, const char *bytes, size_t len),
                     void *to)
{
    size_t plain = 0, at = 0;
    while (at < text.len) {
        size_t n = weir_utf8_shown(text.bytes, text.len, at);
        if (n) {
            at += n;
            continue;
        }
        if (plain < at)
            put(to, text.bytes + plain, at - plain);
        size_t end = at + weir_utf8_step(text.bytes + at, text.len - at);
        while (at < end)
            put_hex(text.bytes[at++], put, to);
        plain = at;
    }
    if (plain < at)
        put(to, text.bytes + plain, at - plain);
}

static void put_stdio(void *to, const char *bytes, size_t len)
{
    (void)fwrite(bytes, 1, len, to);
}

void weir_shown_print(FILE *to, const char *text, size_t len)
{
    weir_shown_each((struct weir_text){text, len}, put_stdio, to);
}

/* The stream. ------------------------------------------------------------- */

static void put_error(void *unused, const char *bytes, size_t len)
{
    (void)unused;
    /* There is nowhere to report that standard error cannot be written. */
    (void)weir_write_all(STDERR_FILENO, bytes, len, NULL);
}

static ssize_t write_shown(void *cookie, const char *bytes, size_t len)
{
    bool ended = len && bytes[len - 1] == '\n';
    weir_shown_each((struct weir_text){bytes, len - ended}, put_error, cookie);
    if (ended)
        put_error(cookie, "\n", 1);
    return (ssize_t)len;
}

FILE *weir_shown_errors(void)
{
    cookie_io_functions_t functions = {.write = write_shown};
    return fopencookie(NULL, "w", functions);
}
