/*
 * To redraw, the cursor goes up to the first line of the last drawing and
 * everything below is erased. Line wrapping is turned off while drawing, so
 * that each line of text takes one line of the terminal. One line below the
 * text stays free for the progress line.
 */
#include "cli/terminal/watch.h"

#include "cli/terminal/terminal.h"
#include <stdio.h>

#define WRAP_OFF "\033[?7l"
#define WRAP_ON "\033[?7h"

void weir_screen_clear(size_t *drawn, struct weir_output *output)
{
    char up[32];
    if (!*drawn)
        return;
    (void)snprintf(up, sizeof up, "\r\033[%zuA\033[J", *drawn);
    weir_output_string(output, up);
    *drawn = 0;
}

static size_t count_lines(struct weir_text text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.bytes[i] == '\n';
    return n;
}

/* The length in bytes of the text's first `n` lines. */
static size_t lines_len(struct weir_text text, size_t n)
{
    size_t len = 0;
    while (n && len < text.len)
        n -= text.bytes[len++] == '\n';
    return len;
}

void weir_screen_draw(size_t *drawn, struct weir_output *output,
                      const struct weir_output *held)
{
    char more[64] = "";
    struct weir_text text = {held->buffer, held->len};
    size_t whole = count_lines(text), lines = whole + held->dropped;
    size_t height = weir_terminal_height(output->fd);
    size_t capacity = height > 3 ? height - 2 : 1;
    weir_screen_clear(drawn, output);
    if (lines > capacity || held->dropped) {
        size_t shown = whole < capacity ? whole : capacity - 1;
        (void)snprintf(more, sizeof more, "... and %zu lines more\n",
                       lines - shown);
        lines = shown;
    }
    weir_output_string(output, WRAP_OFF);
    weir_output_put(output, text.bytes, lines_len(text, lines));
    weir_output_string(output, more);
    weir_output_string(output, WRAP_ON);
    *drawn = lines + (*more != '\0');
}
