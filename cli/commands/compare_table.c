/*
 * The comparison as a table. Programs get all figures, under names that contain
 * the unit. People get a table that fits 80 columns, and with --output=table a
 * few sentences below it.
 */
#include "base/memory.h"
#include "cli/commands/compare.h"
#include "cli/complain.h"
#include "cli/terminal/text_table.h"
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define SHOWN 60

typedef void put_figure(const struct weir_mode *mode,
                        struct weir_text_table *text_table);

static double records_of(const struct weir_mode *mode)
{
    uint64_t n = weir_mode_stopped_at(mode);
    return n ? (double)n : 1;
}

static void put_name(const struct weir_mode *mode,
                     struct weir_text_table *text_table)
{
    weir_text_table_put(text_table, "%s", mode->name);
}

static void put_heap(const struct weir_mode *mode,
                     struct weir_text_table *text_table)
{
    weir_text_table_size(text_table, mode->report.stats.heap.peak);
}

static void put_resident(const struct weir_mode *mode,
                         struct weir_text_table *text_table)
{
    weir_text_table_size(text_table, mode->report.stats.peak_resident);
}

static void put_records(const struct weir_mode *mode,
                        struct weir_text_table *text_table)
{
    weir_text_table_put(text_table, "%" PRIu64, weir_mode_stopped_at(mode));
}

static void put_bytes(const struct weir_mode *mode,
                      struct weir_text_table *text_table)
{
    weir_text_table_put(text_table, "%.1f",
                        (double)mode->report.held / records_of(mode));
}

/* A lazy run loads no records: its figure counts all allocations of the run. */
static void put_allocations(const struct weir_mode *mode,
                            struct weir_text_table *text_table)
{
    uint64_t n = mode->layout ? mode->report.allocations
                              : mode->report.stats.heap.allocations;
    weir_text_table_put(text_table, "%.2f", (double)n / records_of(mode));
}

static void put_seconds(double seconds, struct weir_text_table *text_table)
{
    weir_text_table_put(text_table, text_table->readable ? "%.3f" : "%.6f",
                        seconds);
}

static void put_load(const struct weir_mode *mode,
                     struct weir_text_table *text_table)
{
    put_seconds(mode->report.load_seconds, text_table);
}

static void put_answer(const struct weir_mode *mode,
                       struct weir_text_table *text_table)
{
    put_seconds(mode->report.stats.seconds - mode->report.load_seconds,
                text_table);
}

static void put_again(const struct weir_mode *mode,
                      struct weir_text_table *text_table)
{
    put_seconds(mode->report.again_seconds, text_table);
}

static void put_same(const struct weir_mode *mode,
                     struct weir_text_table *text_table)
{
    weir_text_table_put(text_table, "%s",
                        weir_mode_stopped(mode) ? "stopped"
                        : mode->code            ? "failed"
                        : !mode->layout         ? "-"
                        : mode->agrees          ? "yes"
                                                : "no");
}

/* The answer's value if it has only one, else its number of rows; empty if the
 * mode failed. Returns `into`. */
static const char *say_answer(const struct weir_mode *mode, char *into,
                              size_t capacity)
{
    const char *value = memchr(mode->head, '\n', mode->head_len);
    if (mode->code)
        *into = '\0';
    else if (value && mode->answer_lines == 2 &&
             mode->answer_bytes < sizeof mode->head)
        (void)snprintf(into, capacity, "%.*s", (int)strcspn(value + 1, "\n"),
                       value + 1);
    else
        (void)snprintf(into, capacity, "%" PRIu64 " rows",
                       mode->answer_lines ? mode->answer_lines - 1 : 0);
    return into;
}

static void put_value(const struct weir_mode *mode,
                      struct weir_text_table *text_table)
{
    char answer[SHOWN];
    weir_text_table_put(text_table, "%s",
                        say_answer(mode, answer, sizeof answer));
}

static void put_stop(const struct weir_mode *mode,
                     struct weir_text_table *text_table)
{
    if (weir_mode_stopped(mode))
        put_records(mode, text_table);
    else
        weir_text_table_put(text_table, "%s", "");
}

/* When a figure is known: for every mode, for modes that sent a report, or for
 * modes that ended well. */
enum known {
    STARTED,
    REPORTED,
    ENDED
};

static const struct figure {
    const char *name, *title; /* for programs; for people (NULL: left out) */
    enum known known;
    put_figure *put;
} figures[] = {
    {"mode", "mode", STARTED, put_name},
    {"records", NULL, REPORTED, put_records},
    {"peak_heap", "heap", REPORTED, put_heap},
    {"peak_resident", "resident", REPORTED, put_resident},
    {"bytes_per_record", "B/record", ENDED, put_bytes},
    {"allocations_per_record", "allocs/rec", ENDED, put_allocations},
    {"load_seconds", "load s", ENDED, put_load},
    {"answer_seconds", "answer s", ENDED, put_answer},
    {"again_seconds", "again s", ENDED, put_again},
    {"same_answer", "same", STARTED, put_same},
    {"answer", NULL, STARTED, put_value},
    {"stopped_at", NULL, STARTED, put_stop},
};
#define N_FIGURES (sizeof figures / sizeof *figures)

static void put_row(const struct weir_mode *mode,
                    struct weir_text_table *text_table)
{
    enum known known = mode->code == 0  ? ENDED
                       : mode->reported ? REPORTED
                                        : STARTED;
    for (size_t i = 0; i < N_FIGURES; i++)
        if (text_table->readable && !figures[i].title)
            continue;
        else if (figures[i].known <= known)
            figures[i].put(mode, text_table);
        else
            weir_text_table_put(text_table, "%s", "");
}

/* Writes a line for each mode that a limit stopped. */
static void note_stops(const struct weir_comparison *comparison, int fd)
{
    char size[32], why[4 * sizeof comparison->mode->report.stopped];
    bool any = false;
    weir_size_text(size, comparison->allowed);
    for (size_t i = 0; i < comparison->n; i++) {
        const struct weir_mode *mode = &comparison->mode[i];
        if (!weir_mode_stopped(mode))
            continue;
        any = true;
        if (weir_mode_stopped_at(mode))
            dprintf(fd,
                    "%s stopped at record %" PRIu64 " of %" PRIu64
                    ": more does not fit the %s allowed\n",
                    mode->name, weir_mode_stopped_at(mode),
                    weir_mode_stopped_at(comparison->mode), size);
        else
            dprintf(fd, "%s stopped: %s\n", mode->name,
                    weir_show(why, sizeof why, mode->report.stopped,
                              strlen(mode->report.stopped), sizeof why));
    }
    if (any && !comparison->asked)
        dprintf(fd,
                "%s is nine tenths of what this machine has free; --memory "
                "allows more\n",
                size);
}

/* The sentences below a table for people. */
static void note(const struct weir_comparison *comparison, int fd)
{
    char answer[SHOWN], shown[4 * SHOWN];
    const struct weir_mode *lazy = comparison->mode;
    (void)say_answer(lazy, answer, sizeof answer);
    dprintf(fd, "\n%" PRIu64 " records; the answer: %s\n",
            weir_mode_stopped_at(lazy),
            weir_show(shown, sizeof shown, answer, strlen(answer), SHOWN));
    note_stops(comparison, fd);
}

int weir_comparison_print(const struct weir_comparison *comparison,
                          const struct weir_format *format)
{
    const char *title[N_FIGURES];
    bool table = format->audience == WEIR_FOR_TERMINALS;
    struct weir_text_table text_table = {
        .title = title, .readable = format->audience != WEIR_FOR_PROGRAMS};
    for (size_t i = 0; i < N_FIGURES; i++)
        if (!text_table.readable || figures[i].title)
            title[text_table.n_columns++] =
                text_table.readable ? figures[i].title : figures[i].name;
    for (size_t i = 0; i < comparison->n; i++)
        put_row(&comparison->mode[i], &text_table);
    /* Printing closes the descriptor, so it gets a duplicate. */
    int code = weir_text_table_print(&text_table, format, dup(STDOUT_FILENO));
    if (code == 0 && table)
        note(comparison, STDOUT_FILENO);
    else if (code == 0)
        note_stops(comparison, STDERR_FILENO);
    return code;
}
