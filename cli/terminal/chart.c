#include "cli/terminal/chart.h"

#include "base/locale.h"
#include "base/utf8.h"
#include <math.h>
#include <string.h>
#include <wchar.h>

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

/* The columns that a label takes. */
static size_t width_of(const char *label, bool utf8)
{
    const size_t len = strlen(label);
    locale_t locale, before;
    struct weir_error error;
    size_t width = 0;
    if (!utf8 || weir_utf8_locale(&locale, &error))
        return len;
    before = uselocale(locale);
    for (size_t at = 0; at < len;) {
        const size_t n = weir_utf8_character(label + at, len - at);
        const int columns =
            n ? wcwidth((wchar_t)weir_utf8_read(label + at, n)) : 4;
        width += columns > 0 ? (size_t)columns : 0;
        at += n ? n : 1;
    }
    (void)uselocale(before);
    return width;
}

/* Where the bars are: `left` columns for values below zero, then the others. */
struct scale {
    size_t left, capacity;
    double span; /* from the least value, or zero, to the greatest */
    bool utf8;
};

static void put_filled(struct weir_output *output, const struct weir_bar *bar,
                       size_t filled, bool utf8)
{
    const bool thin = filled == 0 && fabs(bar->value) > 0;
    if (!utf8)
        repeat(output, thin ? "|" : "#", thin ? 1 : filled);
    else
        put_blocks(output, thin ? 1 : filled);
}

static void put_bar(struct weir_output *output, const struct weir_bar *bar,
                    const struct scale *scale)
{
    const bool negative = bar->value < 0;
    /* A bar to the left ends in a whole column. */
    const size_t unit = scale->utf8 && !negative ? 8 : 1;
    const double share = isnan(bar->value) || scale->span <= 0
                             ? 0
                             : fabs(bar->value) / scale->span;
    size_t filled = (size_t)(share * (double)(scale->capacity * unit) + 0.5);
    if (negative && filled > scale->left)
        filled = scale->left;
    repeat(output, " ",
           negative ? scale->left - (filled ? filled : scale->left > 0)
                    : scale->left);
    const bool colored = output->color && bar->color;
    if (colored) {
        weir_output_string(output, "\033[");
        weir_output_string(output, bar->color);
        weir_output_char(output, 'm');
    }
    put_filled(output, bar, negative && scale->utf8 ? 8 * filled : filled,
               scale->utf8);
    if (colored)
        weir_output_string(output, "\033[0m");
}

void weir_chart_put(struct weir_output *output, const char *title,
                    const struct weir_bar *bar, size_t n, bool utf8)
{
    struct scale scale = {.capacity = BAR_MIN, .utf8 = utf8};
    size_t label = 0, text = 0;
    double min = 0, max = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t width = width_of(bar[i].label, utf8);
        label = width > label ? width : label;
        text = strlen(bar[i].text) > text ? strlen(bar[i].text) : text;
        max = bar[i].value > max ? bar[i].value : max;
        min = bar[i].value < min ? bar[i].value : min;
    }
    /* Three columns stay free: a blank after the label, a blank after the bar,
     * and the last column. */
    if (output->width > label + text + 3 + scale.capacity)
        scale.capacity = output->width - label - text - 3;
    scale.span = max - min;
    if (min < 0)
        scale.left = (size_t)(-min / scale.span * (double)scale.capacity + 0.5);
    if (title) {
        weir_output_string(output, title);
        weir_output_char(output, '\n');
    }
    for (size_t i = 0; i < n; i++) {
        weir_output_text(output, bar[i].label, strlen(bar[i].label));
        repeat(output, " ", label - width_of(bar[i].label, utf8) + 1);
        put_bar(output, &bar[i], &scale);
        weir_output_char(output, ' ');
        weir_output_text(output, bar[i].text, strlen(bar[i].text));
        weir_output_char(output, '\n');
    }
}
