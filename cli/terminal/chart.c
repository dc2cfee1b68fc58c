#include "cli/terminal/chart.h"

#include <string.h>

#define BAR_MIN 8

static void repeat(struct weir_output *output, const char *text, size_t n)
{
    while (n-- > 0)
        weir_output_string(output, text);
}

/* Puts a bar that is this many eighths of a column long. U+258F is a block of
 * one eighth; U+2588 is a full block. */
static void put_blocks(struct weir_output *output, size_t eighths)
{
    char part[] = "\xe2\x96\x88";
    repeat(output, part, eighths / 8);
    if (eighths % 8) {
        part[2] = (char)(0x90 - eighths % 8);
        weir_output_string(output, part);
    }
}

static void put_bar(struct weir_output *output, const struct weir_bar *bar,
                    double share, size_t capacity, bool utf8)
{
    size_t unit = utf8 ? 8 : 1;
    size_t filled = (size_t)(share * (double)(capacity * unit) + 0.5);
    bool colored = output->color && bar->color;
    if (colored) {
        weir_output_string(output, "\033[");
        weir_output_string(output, bar->color);
        weir_output_char(output, 'm');
    }
    if (utf8)
        put_blocks(output, filled || bar->value <= 0 ? filled : 1);
    else if (filled || bar->value <= 0)
        repeat(output, "#", filled);
    else
        weir_output_char(output, '|');
    if (colored)
        weir_output_string(output, "\033[0m");
}

void weir_chart_put(struct weir_output *output, const char *title,
                    const struct weir_bar *bar, size_t n, bool utf8)
{
    size_t label = 0, text = 0, capacity = BAR_MIN;
    double max = 0;
    for (size_t i = 0; i < n; i++) {
        label = strlen(bar[i].label) > label ? strlen(bar[i].label) : label;
        text = strlen(bar[i].text) > text ? strlen(bar[i].text) : text;
        max = bar[i].value > max ? bar[i].value : max;
    }
    /* Three columns stay free: a blank after the label, a blank after the bar,
     * and the last column. */
    if (output->width > label + text + 3 + capacity)
        capacity = output->width - label - text - 3;
    weir_output_string(output, title);
    weir_output_char(output, '\n');
    for (size_t i = 0; i < n; i++) {
        weir_output_string(output, bar[i].label);
        repeat(output, " ", label - strlen(bar[i].label) + 1);
        put_bar(output, &bar[i], max > 0 ? bar[i].value / max : 0, capacity,
                utf8);
        weir_output_char(output, ' ');
        weir_output_string(output, bar[i].text);
        weir_output_char(output, '\n');
    }
}
