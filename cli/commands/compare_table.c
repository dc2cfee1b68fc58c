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

/* When a figure is known: for every mode, for modes that sent a report, or for
 * modes that ended well. */
enum known {
    STARTED,
    REPORTED,
    ENDED
};

enum figure {
    MODE,
    RECORDS,
    HEAP,
    RESIDENT,
    BYTES,
    ALLOCATIONS,
    LOAD_TIME,
    ANSWER_TIME,
    AGAIN_TIME,
    SAME,
    ANSWER,
    STOPPED_AT,
    N_FIGURES
};

static const struct {
    const char *name, *title; /* for programs; for people (NULL: left out) */
    enum known known;
} figures[N_FIGURES] = {
    [MODE] = {"mode", "mode", STARTED},
    [RECORDS] = {"records", NULL, REPORTED},
    [HEAP] = {"peak_heap", "heap", REPORTED},
    [RESIDENT] = {"peak_resident", "resident", REPORTED},
    [BYTES] = {"bytes_per_record", "B/record", ENDED},
    [ALLOCATIONS] = {"allocations_per_record", "allocs/rec", ENDED},
    [LOAD_TIME] = {"load_seconds", "load s", ENDED},
    [ANSWER_TIME] = {"answer_seconds", "answer s", ENDED},
    [AGAIN_TIME] = {"again_seconds", "again s", ENDED},
    [SAME] = {"same_answer", "same", STARTED},
    [ANSWER] = {"answer", NULL, STARTED},
    [STOPPED_AT] = {"stopped_at", NULL, STARTED},
};

static void put_seconds(double seconds, struct weir_text_table *text_table)
{
    weir_text_table_put(text_table, text_table->readable ? "%.3f" : "%.6f",
                        seconds);
}

static const char *say_same(const struct weir_mode *mode)
{
    return weir_mode_stopped(mode) ? "stopped"
           : mode->code            ? "failed"
           : !mode->layout         ? "-"
           : mode->agrees          ? "yes"
                                   : "no";
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

static void put(const struct weir_mode *mode, enum figure figure,
                struct weir_text_table *text_table)
{
    const struct weir_report *report = &mode->report;
    uint64_t records = weir_mode_stopped_at(mode);
    double n = records ? (double)records : 1;
    /* A lazy run loads no records: its figure counts all allocations. */
    uint64_t allocations =
        mode->layout ? report->allocations : report->stats.heap.allocations;
    char answer[SHOWN];
    switch (figure) {
    case HEAP:
        weir_text_table_size(text_table, report->stats.heap.peak);
        break;
    case RESIDENT:
        weir_text_table_size(text_table, report->stats.peak_resident);
        break;
    case RECORDS:
    case STOPPED_AT:
        weir_text_table_put(text_table, "%" PRIu64, records);
        break;
    case BYTES:
        weir_text_table_put(text_table, "%.1f", (double)report->held / n);
        break;
    case ALLOCATIONS:
        weir_text_table_put(text_table, "%.2f", (double)allocations / n);
        break;
    case LOAD_TIME:
        put_seconds(report->load_seconds, text_table);
        break;
    case ANSWER_TIME:
        put_seconds(report->stats.seconds - report->load_seconds, text_table);
        break;
    case AGAIN_TIME:
        put_seconds(report->again_seconds, text_table);
        break;
    case SAME:
        weir_text_table_put(text_table, "%s", say_same(mode));
        break;
    case ANSWER:
        weir_text_table_put(text_table, "%s",
                            say_answer(mode, answer, sizeof answer));
        break;
    default:
        weir_text_table_put(text_table, "%s", mode->name);
    }
}

static void put_row(const struct weir_mode *mode,
                    struct weir_text_table *text_table)
{
    enum known known = mode->code == 0  ? ENDED
                       : mode->reported ? REPORTED
                                        : STARTED;
    for (enum figure i = 0; i < N_FIGURES; i++)
        if (text_table->readable && !figures[i].title)
            continue;
        else if (figures[i].known > known ||
                 (i == STOPPED_AT && !weir_mode_stopped(mode)))
            weir_text_table_put(text_table, "%s", "");
        else
            put(mode, i, text_table);
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
