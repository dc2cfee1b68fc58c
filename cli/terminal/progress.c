/*
 * Progress counts the bytes of the input files, before decoding: their total is
 * known, so the time of the end can be estimated. The rate is smoothed over
 * about a second, so that the estimate follows a source whose speed changes.
 *
 * There is one line in the process. It is drawn with one write(2), and an
 * atomic flag says whether it is on the screen, so that a signal handler can
 * erase it.
 */
#include "cli/terminal/progress.h"

#include "cli/terminal/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FIRST_AFTER 0.5 /* seconds */
#define NEXT_AFTER 0.1
#define BAR_MAX 30
#define BAR_MIN 8
#define LINE_CAPACITY 512
#define ERASE "\r\033[K"

struct weir_progress {
    const struct weir_io_counters *io;
    double next; /* the time of the next drawing, in seconds */
    /* Time, bytes and rate at the last drawing (or when opened). */
    double time;
    uint64_t bytes;
    double rate;
};

static atomic_bool drawn;

static double now(void)
{
    return (double)weir_clock_ns() / 1e9;
}

struct weir_progress *weir_progress_open(enum weir_progress_mode mode,
                                         const struct weir_io_counters *io)
{
    if (mode == WEIR_PROGRESS_NEVER ||
        (mode == WEIR_PROGRESS_AUTO && !weir_terminal(STDERR_FILENO)))
        return NULL;
    struct weir_progress *progress =
        weir_alloc_zero(WEIR_MEMORY_OTHER, sizeof *progress);
    if (!progress)
        return NULL;
    progress->io = io;
    progress->time = now();
    progress->next = progress->time + FIRST_AFTER;
    return progress;
}

/* The value in that unit, such as 0.9, 12 or 345. Returns `into`. */
static const char *scaled(char *into, size_t capacity, double value,
                          double unit)
{
    value /= unit;
    snprintf(into, capacity, "%.*f", value < 9.95 ? 1 : 0, value);
    return into;
}

/* A count in short form: 950, 4.2k, 81M, 3.1G. Returns `into`. */
static const char *count_text(char *into, size_t capacity, uint64_t count)
{
    static const char units[] = "kMG";
    double value = (double)count;
    size_t unit = 0;
    if (count < 1000) {
        snprintf(into, capacity, "%d", (int)count);
        return into;
    }
    for (value /= 1000; value >= 999.5 && units[unit + 1]; unit++)
        value /= 1000;
    snprintf(into, capacity, "%.*f%c", value < 9.95 ? 1 : 0, value,
             units[unit]);
    return into;
}

/* "301 of 716 MB", in the unit of the larger. */
static void put_bytes(const struct weir_progress_facts *facts, char *into,
                      size_t capacity)
{
    static const struct unit {
        double bytes;
        const char *name;
    } units[] = {{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}};
    double max =
        (double)(facts->total > facts->bytes ? facts->total : facts->bytes);
    const struct unit *unit = units;
    char done[32], total[32];
    while (unit < units + 3 && max < unit->bytes)
        unit++;
    scaled(done, sizeof done, (double)facts->bytes, unit->bytes);
    scaled(total, sizeof total, (double)facts->total, unit->bytes);
    if (facts->total)
        snprintf(into, capacity, "%s of %s %s", done, total, unit->name);
    else
        snprintf(into, capacity, "%s %s", done, unit->name);
}

/* "  ETA 01:23"; empty if the total or the rate is not known, or if it is 100
 * hours or more. */
static void put_end(const struct weir_progress_facts *facts, char *into,
                    size_t capacity)
{
    double left =
        facts->total > facts->bytes ? (double)(facts->total - facts->bytes) : 0;
    double seconds = facts->rate > 0 ? left / facts->rate + 0.5 : 1e9;
    into[0] = '\0';
    if (!facts->total || seconds >= 100 * 60 * 60)
        return;
    if (seconds < 60 * 60)
        snprintf(into, capacity, "  ETA %02d:%02d", (int)seconds / 60,
                 (int)seconds % 60);
    else
        snprintf(into, capacity, "  ETA %d:%02d:%02d", (int)seconds / 3600,
                 (int)seconds / 60 % 60, (int)seconds % 60);
}

/* " 42% [####    ] ", the bar as wide as `left` columns allow. */
static void put_bar(const struct weir_progress_facts *facts, size_t left,
                    char *into, size_t capacity)
{
    static const char full[] = "##############################";
    double part = facts->bytes < facts->total
                      ? (double)facts->bytes / (double)facts->total
                      : 1;
    int width = 0;
    if (left >= sizeof " 42% [] " - 1 + BAR_MIN)
        width = (int)(left - (sizeof " 42% [] " - 1));
    if (width > BAR_MAX)
        width = BAR_MAX;
    int filled = (int)(part * width);
    if (width)
        snprintf(into, capacity, "%3d%% [%.*s%*s] ", (int)(part * 100), filled,
                 full, width - filled, "");
    else
        snprintf(into, capacity, "%3d%% ", (int)(part * 100));
}

size_t weir_progress_line(const struct weir_progress_facts *facts, size_t width,
                          char *into, size_t capacity)
{
    char bytes[80], end[32], rate[32], records[32];
    char bar[64] = "", text[256];
    size_t max = width > 0 ? width - 1 : 0;
    put_bytes(facts, bytes, sizeof bytes);
    put_end(facts, end, sizeof end);
    snprintf(text, sizeof text, "%s  %s MB/s  %s records%s", bytes,
             scaled(rate, sizeof rate, facts->rate, 1e6),
             count_text(records, sizeof records, facts->records), end);
    size_t len = strlen(text);
    /* The last column stays free: some terminals wrap the line if it is used.
     */
    if (facts->total)
        put_bar(facts, max > len ? max - len : 0, bar, sizeof bar);
    snprintf(into, capacity, "%s%s", bar, text);
    if (max < capacity)
        into[max] = '\0';
    return strlen(into);
}

static void write_line(const char *bytes, size_t len)
{
    /* A failure to draw the line does not matter. */
    ssize_t done = write(STDERR_FILENO, bytes, len);
    (void)done;
}

static void draw(const struct weir_progress_facts *facts)
{
    char line[LINE_CAPACITY] = ERASE;
    size_t len = sizeof ERASE - 1;
    len += weir_progress_line(facts, weir_terminal_width(STDERR_FILENO),
                              line + len, sizeof line - len);
    atomic_store(&drawn, true);
    write_line(line, len);
}

void weir_progress_update(struct weir_progress *progress, uint64_t records)
{
    struct weir_progress_facts facts = {.records = records};
    if (!progress)
        return;
    double time = now();
    if (time < progress->next)
        return;
    facts.bytes = atomic_load(&progress->io->raw_bytes);
    facts.total = atomic_load(&progress->io->total);
    if (facts.total)
        facts.total += atomic_load(&progress->io->ahead);
    double recent =
        (double)(facts.bytes - progress->bytes) / (time - progress->time);
    /* If a second has passed, the old rate and the new one weigh half each. */
    double weight = (time - progress->time) / (time - progress->time + 1);
    if (progress->rate > 0)
        recent = progress->rate + (recent - progress->rate) * weight;
    progress->rate = facts.rate = recent;
    progress->time = time;
    progress->bytes = facts.bytes;
    progress->next = time + NEXT_AFTER;
    draw(&facts);
}

void weir_progress_erase(void)
{
    int before = errno;
    if (atomic_exchange(&drawn, false))
        write_line(ERASE, sizeof ERASE - 1);
    errno = before;
}

void weir_progress_close(struct weir_progress *progress)
{
    if (!progress)
        return;
    weir_progress_erase();
    weir_free(WEIR_MEMORY_OTHER, progress);
}
