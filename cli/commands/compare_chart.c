/*
 * The comparison as bar charts: the peak of resident memory, the time to the
 * first answer, and the time of the second one, for each mode.
 */
#include "cli/commands/compare.h"
#include "cli/complain.h"
#include "cli/terminal/chart.h"
#include "cli/terminal/terminal.h"
#include <inttypes.h>
#include <unistd.h>

#define LAZY "32"
#define LOADS "34"
#define STOPPED "31"

struct bars {
    struct weir_bar bar[WEIR_MODES_MAX];
    char text[WEIR_MODES_MAX][64];
    size_t n;
};

/* Appends a bar. The caller writes the bar's text to the returned array. */
static char *add(struct bars *bars, const struct weir_mode *mode, double value)
{
    size_t i = bars->n++;
    bars->bar[i] = (struct weir_bar){.label = mode->name,
                                     .value = value,
                                     .text = bars->text[i],
                                     .color = mode->code     ? STOPPED
                                              : mode->layout ? LOADS
                                                             : LAZY};
    return bars->text[i];
}

static void put_resident(struct weir_output *output,
                         const struct weir_comparison *comparison, bool utf8)
{
    struct bars bars = {.n = 0};
    char size[32];
    for (size_t i = 0; i < comparison->n; i++) {
        const struct weir_mode *mode = &comparison->mode[i];
        uint64_t bytes = mode->report.stats.peak_resident;
        char *text = add(&bars, mode, (double)bytes);
        weir_size_text(size, bytes);
        if (weir_mode_stopped(mode))
            (void)snprintf(text, sizeof *bars.text, "%s, at record %" PRIu64,
                           size, weir_mode_stopped_at(mode));
        else
            (void)snprintf(text, sizeof *bars.text, "%s", size);
    }
    weir_chart_put(output, "\nresident at its peak", bars.bar, bars.n, utf8);
}

/* Puts the times of the modes that have answered. */
static void put_seconds(struct weir_output *output,
                        const struct weir_comparison *comparison, bool again,
                        bool utf8)
{
    struct bars bars = {.n = 0};
    for (size_t i = 0; i < comparison->n; i++) {
        const struct weir_mode *mode = &comparison->mode[i];
        const struct weir_report *report = &mode->report;
        double seconds = again ? report->again_seconds : report->stats.seconds;
        if (mode->code)
            continue;
        char *text = add(&bars, mode, seconds);
        if (seconds < 1)
            (void)snprintf(text, sizeof *bars.text, "%.1f ms", 1000 * seconds);
        else
            (void)snprintf(text, sizeof *bars.text, "%.2f s", seconds);
    }
    weir_chart_put(output,
                   again ? "\nthe same question once more"
                         : "\nto the answer, with loading",
                   bars.bar, bars.n, utf8);
}

int weir_comparison_chart(const struct weir_comparison *comparison, int fd)
{
    struct weir_error error;
    struct weir_output output;
    bool utf8 = weir_terminal_utf8();
    /* Closing the output finds late failures. It gets a duplicate, so that `fd`
     * stays open. */
    if (weir_output_init(&output, dup(fd), "standard output", &error))
        return weir_complain(&error, NULL);
    put_resident(&output, comparison, utf8);
    put_seconds(&output, comparison, false, utf8);
    put_seconds(&output, comparison, true, utf8);
    return weir_output_finish(&output, WEIR_OK, &error, NULL);
}
