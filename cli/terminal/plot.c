/*
 *     question                                            left   right
 *     file, what is drawn                                   |      |
 *     +-------------------------------------------+ top     |      |
 *     |           .----o----*· · · · · · · · · · ·|· dict  9 GiB, 8 s
 *     |      .---'          .---o--*· · · · · · · |· list  5 GiB, 6 s
 *     |  .--'    .-------'                        |
 *     |*· · · · · · · · · · · · · · · · · · · · · |· lazy  3 MiB, 0.1 s
 *     +-------------------------------------------+ bottom
 *      o all loaded   * answered   x stopped
 *
 * A curve ends where its run ended. Its label is at the right, where there is
 * space for all labels, and a dotted line leads from the curve's end to it.
 */
#include "cli/terminal/plot.h"

#include "cli/terminal/plot_scale.h"
#include "cli/terminal/plot_svg.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WIDTH 960
#define HEIGHT 480
#define LEFT 84.0
#define RIGHT 724.0
#define TOP 76.0
#define BOTTOM 418.0
#define LABELS 746.0
#define LINE 19.0
#define TITLE_MAX 88

struct point {
    double seconds, bytes;
};

struct drawn {
    const struct weir_curve *curve;
    struct point *point;
    size_t n, capacity;
    double label; /* the label's y coordinate */
};

struct drawing {
    const struct weir_plot *plot;
    struct weir_output output;
    struct weir_scale x, y;
    struct drawn drawn[WEIR_CURVES_MAX];
};

/* Reading */

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static enum weir_status add_point(struct drawn *drawn, struct point point,
                                  struct weir_error *error)
{
    if (!weir_grow(WEIR_MEMORY_OUTPUT, &drawn->point, &drawn->capacity,
                   drawn->n + 1))
        return weir_fail_memory(error, "the plot",
                                drawn->capacity * sizeof *drawn->point);
    drawn->point[drawn->n++] = point;
    return WEIR_OK;
}

/* Reads the timeline. A run that was killed may have left half a row, which is
 * ignored. */
static enum weir_status read_curve(struct drawn *drawn,
                                   struct weir_error *error)
{
    char row[256];
    struct point point;
    enum weir_status status = WEIR_OK;
    FILE *file = fdopen(dup(drawn->curve->timeline), "r");
    if (!file)
        return weir_fail_errno(error, "cannot read the timeline of %s",
                               drawn->curve->name);
    rewind(file);
    while (!status && fgets(row, sizeof row, file))
        if (sscanf(row, "%lf,%*[^,],%*u,%*u,%*u,%lf,", &point.seconds,
                   &point.bytes) == 2 &&
            point.bytes > 0)
            status = add_point(drawn, point, error);
    fclose(file);
    return status;
}

static struct point end_of(const struct drawn *drawn)
{
    return drawn->n ? drawn->point[drawn->n - 1] : (struct point){0, 1};
}

static void set_scales(struct drawing *drawing)
{
    double seconds = 1e-3, min = INFINITY, max = 1;
    for (size_t i = 0; i < drawing->plot->n; i++) {
        const struct drawn *drawn = &drawing->drawn[i];
        seconds = larger(seconds, end_of(drawn).seconds);
        for (size_t k = 0; k < drawn->n; k++) {
            min = smaller(min, drawn->point[k].bytes);
            max = larger(max, drawn->point[k].bytes);
        }
    }
    drawing->x = (struct weir_scale){.from = LEFT, .to = RIGHT};
    drawing->y = (struct weir_scale){.from = BOTTOM, .to = TOP};
    weir_scale_seconds(&drawing->x, seconds);
    weir_scale_bytes(&drawing->y, smaller(min, max), max);
}

static double x_of(const struct drawing *drawing, struct point point)
{
    return weir_scale_at(&drawing->x, point.seconds);
}

static double y_of(const struct drawing *drawing, struct point point)
{
    return weir_scale_at(&drawing->y, point.bytes);
}

/* Sets the labels' y coordinates: as near as possible to the ends of the
 * curves, but at least LINE apart, and above BOTTOM. */
static void place_labels(struct drawing *drawing)
{
    struct drawn *by_place[WEIR_CURVES_MAX];
    size_t n = drawing->plot->n;
    for (size_t i = 0; i < n; i++) {
        struct drawn *drawn = &drawing->drawn[i];
        size_t at = i;
        drawn->label = y_of(drawing, end_of(drawn));
        for (; at > 0 && by_place[at - 1]->label > drawn->label; at--)
            by_place[at] = by_place[at - 1];
        by_place[at] = drawn;
    }
    for (size_t i = 1; i < n; i++)
        by_place[i]->label =
            larger(by_place[i]->label, by_place[i - 1]->label + LINE);
    for (size_t i = n; i-- > 0;)
        by_place[i]->label =
            smaller(by_place[i]->label, BOTTOM - LINE * (double)(n - 1 - i));
}

/* Drawing */

static void put_subject(struct drawing *drawing)
{
    struct weir_output *output = &drawing->output;
    const struct weir_plot *plot = drawing->plot;
    if (plot->n_paths) {
        const char *slash = strrchr(plot->path[0], '/');
        weir_svg_text(output, slash ? slash + 1 : plot->path[0], 40);
        if (plot->n_paths > 1)
            weir_svg_put(output, " and %zu more", plot->n_paths - 1);
        weir_output_string(output, ": ");
    }
    weir_svg_put(output, "resident memory over time%s",
                 drawing->y.log ? ", on a logarithmic scale" : "");
}

static void put_head(struct drawing *drawing)
{
    struct weir_output *output = &drawing->output;
    weir_svg_put(
        output,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "width=\"%d\" height=\"%d\" role=\"img\">\n<title>",
        WIDTH, HEIGHT, WIDTH, HEIGHT);
    weir_svg_text(output, drawing->plot->question, SIZE_MAX);
    weir_output_string(output, "</title>\n<desc>");
    put_subject(drawing);
    weir_output_string(output, "</desc>\n");
    weir_svg_styles(output);
    weir_output_string(
        output, "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
    weir_svg_put(output, "<text class=\"title\" x=\"20\" y=\"30\">");
    weir_svg_text(output, drawing->plot->question, TITLE_MAX);
    weir_svg_put(output, "</text>\n<text x=\"20\" y=\"52\">");
    put_subject(drawing);
    weir_output_string(output, "</text>\n");
}

static void put_axes(struct drawing *drawing)
{
    char text[32];
    struct weir_output *output = &drawing->output;
    for (size_t i = 0; i < drawing->y.n_ticks; i++) {
        double at = weir_scale_at(&drawing->y, drawing->y.tick[i]);
        weir_svg_put(
            output,
            "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>\n"
            "<text text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
            LEFT, at, RIGHT, LEFT - 10, at + 4.5,
            weir_tick_bytes(text, drawing->y.tick[i]));
    }
    weir_svg_put(output, "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/>\n", LEFT,
                 BOTTOM, RIGHT);
    for (size_t i = 0; i < drawing->x.n_ticks; i++) {
        double at = weir_scale_at(&drawing->x, drawing->x.tick[i]);
        weir_svg_put(
            output,
            "<path class=\"grid\" d=\"M%.1f %.1fv5\"/>\n"
            "<text text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
            at, BOTTOM, at, BOTTOM + 21,
            weir_tick_seconds(&drawing->x, text, drawing->x.tick[i]));
    }
}

/* Puts the curve. A point less than 0.7 units from the one before is left out.
 */
static void put_curve(struct drawing *drawing, size_t i)
{
    struct weir_output *output = &drawing->output;
    const struct drawn *drawn = &drawing->drawn[i];
    double x = -1, y = -1;
    weir_svg_put(output, "<path class=\"line c%zu\" d=\"",
                 i % WEIR_PLOT_COLORS);
    for (size_t k = 0; k < drawn->n; k++) {
        double next_x = x_of(drawing, drawn->point[k]);
        double next_y = y_of(drawing, drawn->point[k]);
        if (k > 0 && k + 1 < drawn->n && fabs(next_x - x) < 0.7 &&
            fabs(next_y - y) < 0.7)
            continue;
        x = next_x;
        y = next_y;
        weir_svg_put(output, "%c%.1f %.1f", k ? 'L' : 'M', x, y);
    }
    weir_svg_put(output, "\"><title>%s</title></path>\n", drawn->curve->name);
}

static void put_cross(struct weir_output *output, const char *class, double x,
                      double y)
{
    weir_svg_put(output,
                 "<path class=\"%s\" stroke-width=\"2\" "
                 "d=\"M%.1f %.1fl8 8m0 -8l-8 8\"/>\n",
                 class, x - 4, y - 4);
}

/* The point of the curve where loading ended, interpolated. */
static struct point loaded_point(const struct drawn *drawn)
{
    double at = drawn->curve->loaded;
    size_t k = 1;
    while (k + 1 < drawn->n && drawn->point[k].seconds < at)
        k++;
    const struct point *a = &drawn->point[k - 1], *b = &drawn->point[k];
    double span = b->seconds - a->seconds;
    double part = span > 0 ? smaller((at - a->seconds) / span, 1) : 1;
    return (struct point){at, a->bytes + part * (b->bytes - a->bytes)};
}

static void put_marks(struct drawing *drawing, size_t i)
{
    struct weir_output *output = &drawing->output;
    const struct drawn *drawn = &drawing->drawn[i];
    struct point end = end_of(drawn);
    char class[16];
    if (drawn->curve->loaded > 0 && drawn->n > 1) {
        struct point point = loaded_point(drawn);
        weir_svg_put(
            output,
            "<circle class=\"paper c%zu\" stroke-width=\"1.75\" cx=\"%.1f\" "
            "cy=\"%.1f\" r=\"3.5\"/>\n",
            i % WEIR_PLOT_COLORS, x_of(drawing, point), y_of(drawing, point));
    }
    (void)snprintf(class, sizeof class, "c%zu", i % WEIR_PLOT_COLORS);
    if (drawn->curve->stopped)
        put_cross(output, class, x_of(drawing, end), y_of(drawing, end));
    else
        weir_svg_put(
            output,
            "<circle class=\"f%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n",
            i % WEIR_PLOT_COLORS, x_of(drawing, end), y_of(drawing, end));
}

static void put_label(struct drawing *drawing, size_t i)
{
    char size[32];
    struct weir_output *output = &drawing->output;
    const struct drawn *drawn = &drawing->drawn[i];
    struct point end = end_of(drawn);
    weir_svg_put(
        output, "<path class=\"lead c%zu\" d=\"M%.1f %.1fH%.1fL%.1f %.1f\"/>\n",
        i % WEIR_PLOT_COLORS, x_of(drawing, end) + 7, y_of(drawing, end),
        larger(RIGHT + 2, x_of(drawing, end) + 7), LABELS - 5, drawn->label);
    weir_svg_put(
        output,
        "<text x=\"%.1f\" y=\"%.1f\"><tspan class=\"name f%zu\">%s</tspan> "
        "%s, %.3g s</text>\n",
        LABELS, drawn->label + 4.5, i % WEIR_PLOT_COLORS, drawn->curve->name,
        weir_size_text(size, drawn->curve->peak), end.seconds);
}

static void put_legend(struct drawing *drawing)
{
    struct weir_output *output = &drawing->output;
    double y = HEIGHT - 18;
    bool loaded = false, stopped = false;
    for (size_t i = 0; i < drawing->plot->n; i++) {
        loaded = loaded || drawing->plot->curve[i].loaded > 0;
        stopped = stopped || drawing->plot->curve[i].stopped;
    }
    if (loaded)
        weir_svg_put(
            output,
            "<circle class=\"sign\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n"
            "<text x=\"%.1f\" y=\"%.1f\">all loaded</text>\n",
            LEFT + 6, y, LEFT + 18, y + 4.5);
    weir_svg_put(output,
                 "<circle class=\"sign full\" "
                 "cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>\n"
                 "<text x=\"%.1f\" y=\"%.1f\">answered</text>\n",
                 LEFT + 126, y, LEFT + 138, y + 4.5);
    if (!stopped)
        return;
    put_cross(output, "sign", LEFT + 246, y);
    weir_svg_put(output,
                 "<text x=\"%.1f\" y=\"%.1f\">stopped by the limit</text>\n",
                 LEFT + 258, y + 4.5);
}

static void draw(struct drawing *drawing)
{
    size_t n = drawing->plot->n;
    put_head(drawing);
    put_axes(drawing);
    for (size_t i = 0; i < n; i++)
        put_label(drawing, i);
    for (size_t i = n; i-- > 0;) {
        put_curve(drawing, i);
        put_marks(drawing, i);
    }
    put_legend(drawing);
    weir_output_string(&drawing->output, "</svg>\n");
}

enum weir_status weir_plot_write(const struct weir_plot *plot, int fd,
                                 const char *name, struct weir_error *error)
{
    static struct drawing drawing;
    drawing = (struct drawing){.plot = plot};
    enum weir_status status = WEIR_OK;
    for (size_t i = 0; i < plot->n && !status; i++) {
        drawing.drawn[i].curve = &plot->curve[i];
        status = read_curve(&drawing.drawn[i], error);
    }
    if (!status)
        status = weir_output_init(&drawing.output, dup(fd), name, error);
    if (!status) {
        set_scales(&drawing);
        place_labels(&drawing);
        draw(&drawing);
        status = weir_output_close(&drawing.output, status, error);
    }
    for (size_t i = 0; i < plot->n; i++)
        weir_free(WEIR_MEMORY_OUTPUT, drawing.drawn[i].point);
    return status;
}
