#include "cli/terminal/plot_scale.h"

#include <math.h>
#include <stdio.h>

#define DWARFED 16
#define STEPS_OF_BYTES 7
#define STEPS_OF_SECONDS 9

/* The binary logarithm, computed bit by bit to 40 bits. It is precise enough
 * for drawing and exact for powers of two. So we need no mathematics library,
 * which nothing else would use. */
static double log2_of(double x)
{
    int exponent;
    double m = 2 * frexp(x, &exponent), sum = exponent - 1;
    for (int i = 1; i <= 40; i++) {
        m *= m;
        if (m >= 2) {
            m /= 2;
            sum += ldexp(1, -i);
        }
    }
    return sum;
}

static int floor_of(double x)
{
    int whole = (int)x;
    return whole - (x < whole);
}

/* The largest power of ten that is not above x. */
static double ten_of(double x)
{
    double ten = 1;
    while (ten * 10 <= x)
        ten *= 10;
    while (ten > x)
        ten /= 10;
    return ten;
}

static void add_tick(struct weir_scale *scale, double value)
{
    if (scale->n_ticks < WEIR_TICKS_MAX)
        scale->tick[scale->n_ticks++] = value;
}

static void linear(struct weir_scale *scale, double step, double max)
{
    scale->low = 0;
    scale->high = max * 1.04;
    for (size_t i = 0; (double)i * step <= scale->high; i++)
        add_tick(scale, (double)i * step);
}

/* The ticks are powers of 2, or of 4, 8, ... if there would be too many. */
static void logarithmic(struct weir_scale *scale, double min, double max)
{
    scale->log = true;
    scale->low = min / 1.25;
    scale->high = max * 1.25;
    int first = -floor_of(-log2_of(scale->low));
    int last = floor_of(log2_of(scale->high));
    int step = 1 + (last - first) / STEPS_OF_BYTES;
    for (int at = first; at <= last; at++)
        if (at % step == 0)
            add_tick(scale, ldexp(1, at));
}

void weir_scale_bytes(struct weir_scale *scale, double min, double max)
{
    scale->log = false;
    scale->n_ticks = 0;
    if (max / min >= DWARFED)
        logarithmic(scale, min, max);
    else
        linear(scale, ldexp(1, -floor_of(-log2_of(max / STEPS_OF_BYTES))), max);
}

void weir_scale_seconds(struct weir_scale *scale, double max)
{
    scale->log = false;
    scale->n_ticks = 0;
    double rough = max / STEPS_OF_SECONDS;
    double ten = ten_of(rough);
    double step = rough <= ten       ? ten
                  : rough <= 2 * ten ? 2 * ten
                  : rough <= 5 * ten ? 5 * ten
                                     : 10 * ten;
    linear(scale, step, max);
}

double weir_scale_at(const struct weir_scale *scale, double value)
{
    double part;
    if (scale->log)
        part = log2_of(value / scale->low) / log2_of(scale->high / scale->low);
    else
        part = (value - scale->low) / (scale->high - scale->low);
    return scale->from + (scale->to - scale->from) * part;
}

const char *weir_tick_bytes(char *into, double bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    for (; bytes >= 1024 && unit < 4; unit++)
        bytes /= 1024;
    (void)snprintf(into, 32, "%.10g %s", bytes, units[unit]);
    return bytes > 0 ? into : "0";
}

const char *weir_tick_seconds(const struct weir_scale *scale, char *into,
                              double seconds)
{
    if (scale->high < 0.5)
        (void)snprintf(into, 32, "%.6g ms", 1000 * seconds);
    else
        (void)snprintf(into, 32, "%.6g s", seconds);
    return into;
}
