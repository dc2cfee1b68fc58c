/*
 * Colours are CSS classes, so that the style sheet can have a dark variant: c0,
 * c1, ... are strokes and f0, f1, ... are fills.
 */
#include "cli/terminal/plot_svg.h"

#include "base/utf8.h"
#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *light, *dark;
} colors[WEIR_PLOT_COLORS] = {{"#15803d", "#4ade80"}, {"#b91c1c", "#f87171"},
                              {"#b45309", "#fbbf24"}, {"#7c3aed", "#a78bfa"},
                              {"#1d4ed8", "#60a5fa"}, {"#a21caf", "#e879f9"},
                              {"#0e7490", "#22d3ee"}, {"#57534e", "#a8a29e"}};

void weir_svg_put(struct weir_output *output, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    weir_output_string(output, text);
}

void weir_svg_text(struct weir_output *output, const char *text, size_t max)
{
    size_t len = strlen(text);
    for (size_t i = 0, shown = 0; i < len; shown++) {
        size_t step = weir_utf8_character(text + i, len - i);
        unsigned char c = (unsigned char)text[i];
        if (shown == max) {
            weir_output_string(output, "\xe2\x80\xa6");
            return;
        }
        if (c == '<' || c == '>' || c == '&')
            weir_svg_put(output, "&#%d;", c);
        else if (c == '\n' || c == '\t' || c == '\r')
            weir_output_char(output, ' ');
        else if (step == 0 || c < ' ' ||
                 strncmp(text + i, "\xef\xbf\xbe", 3) == 0 ||
                 strncmp(text + i, "\xef\xbf\xbf", 3) == 0)
            weir_output_string(output, "\xef\xbf\xbd");
        else
            weir_output_put(output, text + i, step);
        i += step ? step : 1;
    }
}

static void put_colors(struct weir_output *output, bool dark)
{
    for (size_t i = 0; i < WEIR_PLOT_COLORS; i++) {
        const char *color = dark ? colors[i].dark : colors[i].light;
        weir_svg_put(output, ".c%zu { stroke: %s } .f%zu { fill: %s }\n", i,
                     color, i, color);
    }
}

void weir_svg_styles(struct weir_output *output)
{
    weir_output_string(
        output,
        "<style>\n"
        "text { font: 13px system-ui, sans-serif; fill: #59636e }\n"
        "text.title { font-size: 16px; font-weight: 600 }\n"
        ".name { font-weight: 600 }\n"
        ".title { fill: #1f2328 }\n"
        ".paper { fill: #ffffff }\n"
        ".grid { stroke: #d8dee4 }\n"
        ".sign { stroke: #59636e; fill: none; stroke-width: 1.75 }\n"
        ".full { fill: #59636e }\n"
        ".line { fill: none; stroke-width: 2; stroke-linejoin: round }\n"
        ".lead { fill: none; stroke-dasharray: 1 4; opacity: .6 }\n");
    put_colors(output, false);
    weir_output_string(output, "@media (prefers-color-scheme: dark) {\n"
                               "text { fill: #9198a1 }\n"
                               ".title { fill: #f0f6fc }\n"
                               ".paper { fill: #0d1117 }\n"
                               ".grid { stroke: #30363d }\n"
                               ".sign { stroke: #9198a1 }\n"
                               ".full { fill: #9198a1 }\n");
    put_colors(output, true);
    weir_output_string(output, "}\n</style>\n");
}
