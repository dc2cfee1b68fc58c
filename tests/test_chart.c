/*
 * cli/terminal/chart.c: bars are drawn in eighths of a block, or in #, and are
 * never wider than the space that they have. cli/terminal/plot_scale.c: ticks
 * are round, lie within the scale, and are neither few nor many.
 */
#include "cli/terminal/chart.h"
#include "cli/terminal/plot_scale.h"
#include "tests/runner.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static char shown[20000];

struct look {
    size_t width;
    bool utf8, color;
};

/* The text that the chart writes. */
static const char *show(const struct weir_bar *bar, size_t n, struct look look)
{
    struct weir_error error;
    struct weir_output output;
    int file = memfd_create("chart", MFD_CLOEXEC);
    ck_assert_int_eq(weir_output_init(&output, dup(file), "chart", &error), 0);
    output.width = look.width;
    output.color = look.color;
    weir_chart_put(&output, "title", bar, n, look.utf8);
    ck_assert_int_eq(weir_output_close(&output, WEIR_OK, &error), 0);
    ssize_t len = pread(file, shown, sizeof shown - 1, 0);
    ck_assert_int_ge(len, 0);
    shown[len] = '\0';
    close(file);
    return shown;
}

static const struct weir_bar some[] = {{"lazy", 0, "none", "32"},
                                       {"b", 0.01, "hair", NULL},
                                       {"c", 5.5, "half", "34"},
                                       {"d", 11, "all", "31"}};

START_TEST(bars_are_in_proportion)
{
    ck_assert_str_eq(show(some, 4, (struct look){.width = 22}),
                     "title\n"
                     "lazy  none\n"
                     "b    | hair\n"
                     "c    ###### half\n"
                     "d    ########### all\n");
    ck_assert_str_eq(
        show(some, 4, (struct look){.width = 22, .utf8 = true}),
        "title\n"
        "lazy  none\n"
        "b    \xe2\x96\x8f hair\n"
        "c    \xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"
        "\xe2\x96\x8c half\n"
        "d    \xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"
        "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"
        "\xe2\x96\x88 all\n");
}
END_TEST

START_TEST(colors_are_closed)
{
    ck_assert_str_eq(
        show(some + 2, 2, (struct look){.width = 16, .color = true}),
        "title\n"
        "c \033[34m####\033[0m half\n"
        "d \033[31m########\033[0m all\n");
}
END_TEST

START_TEST(nothing_is_no_bar)
{
    ck_assert_str_eq(show(some, 1, (struct look){.width = 40}),
                     "title\nlazy  none\n");
    ck_assert_str_eq(show(some, 0, (struct look){.width = 40}), "title\n");
}
END_TEST

/* The generator is that of Numerical Recipes. */
static double between(double min, double max)
{
    static uint32_t seed = 7;
    seed = seed * 1664525 + 1013904223;
    return min * pow(max / min, (double)seed / UINT32_MAX);
}

/* Ticks ascend within the scale, and the scale contains the range that it is
 * for. */
static void check_ticks(const struct weir_scale *scale, double min, double max,
                        size_t fewest)
{
    ck_assert_uint_ge(scale->n_ticks, fewest);
    ck_assert_uint_le(scale->n_ticks, 10);
    ck_assert(scale->low <= min && max <= scale->high);
    for (size_t i = 0; i < scale->n_ticks; i++) {
        ck_assert(scale->tick[i] >= scale->low);
        ck_assert(scale->tick[i] <= scale->high);
        ck_assert(i == 0 || scale->tick[i] > scale->tick[i - 1]);
    }
    ck_assert_double_eq_tol(weir_scale_at(scale, scale->low), scale->from,
                            1e-9);
    ck_assert_double_eq_tol(weir_scale_at(scale, scale->high), scale->to, 1e-9);
}

START_TEST(ticks_of_bytes_are_round)
{
    for (int i = 0; i < 2000; i++) {
        double min = between(1e4, 1e9), max = min * between(1, 1e6);
        char text[32];
        struct weir_scale scale = {.from = 400, .to = 70};
        weir_scale_bytes(&scale, min, max);
        ck_assert(scale.log == (max / min >= 16));
        check_ticks(&scale, min, max, 3);
        for (size_t k = 0; k < scale.n_ticks; k++) {
            /* Ticks are multiples of a quarter: 1.25 GiB is as odd as they
             * get. */
            weir_tick_bytes(text, scale.tick[k]);
            double value = atof(text) * 4;
            ck_assert_msg(value == floor(value) && strlen(text) <= 9,
                          "%s of %g to %g", text, min, max);
        }
    }
}
END_TEST

START_TEST(ticks_of_seconds_are_round)
{
    for (int i = 0; i < 2000; i++) {
        double max = between(1e-3, 1e6);
        char text[32];
        struct weir_scale scale = {.from = 80, .to = 700};
        weir_scale_seconds(&scale, max);
        check_ticks(&scale, 0, max, 4);
        ck_assert(scale.tick[0] == 0);
        for (size_t k = 1; k < scale.n_ticks; k++) {
            double unit = scale.high < 0.5 ? 1e-3 : 1;
            weir_tick_seconds(&scale, text, scale.tick[k]);
            ck_assert_double_eq_tol(atof(text) * unit, scale.tick[k],
                                    1e-9 * scale.tick[k]);
            ck_assert_uint_lt(strcspn(text, " "), 8);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chart");
    TCase *chart = tcase_create("chart"), *scale = tcase_create("scale");
    tcase_add_test(chart, bars_are_in_proportion);
    tcase_add_test(chart, colors_are_closed);
    tcase_add_test(chart, nothing_is_no_bar);
    suite_add_tcase(suite, chart);
    tcase_add_test(scale, ticks_of_bytes_are_round);
    tcase_add_test(scale, ticks_of_seconds_are_round);
    suite_add_tcase(suite, scale);
    return suite_fails(suite);
}
