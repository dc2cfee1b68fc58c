/*
 * The figures of --stats. Heap is what the ledger counts. Resident is the peak
 * of the process's resident memory, as the kernel reports it, with code and
 * libraries.
 *
 * The counters of /proc/self/status are quick and inexact: each core keeps some
 * dozens of pages to itself before it adds them to the sum. smaps_rollup walks
 * the page tables, so it is exact, but knows only what is resident now. The
 * peak is therefore what is resident now plus what the counters have fallen
 * since their maximum: it is exact if they have not fallen. See proc(5).
 */
#include "cli/commands/stats.h"

#include "cli/formats/output.h"
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

void weir_stats_measure(struct weir_stats *stats)
{
    static const char status[] = "/proc/self/status";
    static const char exact[] = "/proc/self/smaps_rollup";
    uint64_t peak = weir_number_in(status, "VmHWM:", 0);
    uint64_t now = weir_number_in(status, "VmRSS:", 0);
    uint64_t fallen = peak > now ? peak - now : 0;
    stats->peak_resident = (weir_number_in(exact, "Rss:", now) + fallen) * 1024;
    stats->anonymous =
        weir_number_in(exact,
                       "Anonymous:", weir_number_in(status, "RssAnon:", 0)) *
        1024;
    stats->heap = weir_memory_total();
}

static double seconds_of(uint64_t ns)
{
    return (double)ns / 1e9;
}

/* Prints where the time went. The times for reading and decoding are contained
 * in the time in next, except if another thread prefetches the input. */
static void print_work(const struct weir_stats *stats, FILE *to)
{
    uint64_t decoding = stats->source_ns > stats->reading_ns
                            ? stats->source_ns - stats->reading_ns
                            : 0;
    fprintf(to,
            "work      %.3f s reading, %.3f s decoding, %.3f s in next, %.3f s "
            "in shape, %.3f s in update, of all threads\n",
            seconds_of(stats->reading_ns), seconds_of(decoding),
            seconds_of(stats->times.pull), seconds_of(stats->times.shape),
            seconds_of(stats->times.use));
}

static void print_resident(const struct weir_stats *stats, FILE *to)
{
    char resident[32], anonymous[32];
    if (stats->peak_resident)
        fprintf(to, "%s resident at its peak, %s anonymous now\n",
                weir_size_text(resident, stats->peak_resident),
                weir_size_text(anonymous, stats->anonymous));
    else
        fputs("what is resident is not known\n", to);
}

static void print_all(const struct weir_stats *stats, FILE *to)
{
    const struct weir_record_counts *a = &stats->counts;
    char live[32], peak[32];
    double seconds = stats->seconds > 0 ? stats->seconds : 1e-9;
    fprintf(to,
            "records   %" PRIu64 " read = %" PRIu64 " used + %" PRIu64
            " filtered + %" PRIu64 " rejected\n",
            a->read, a->used, a->filtered, a->rejected);
    if (a->nulled)
        fprintf(to, "cells     %" PRIu64 " taken as null\n", a->nulled);
    if (a->padded || a->surplus)
        fprintf(to,
                "fields    %" PRIu64 " missing taken for null, %" PRIu64
                " surplus dropped\n",
                a->padded, a->surplus);
    fprintf(to, "bytes     %" PRIu64 " of records, %" PRIu64 " of input\n",
            a->bytes, stats->raw_bytes);
    if (stats->how)
        fprintf(to, "reading   %s\n", stats->how);
    fprintf(to, "time      %.3f s, %.3g MB/s, %.0f records/s\n", stats->seconds,
            (double)a->bytes / seconds / 1e6, (double)a->read / seconds);
    print_work(stats, to);
    fprintf(to,
            "memory    %s heap at its peak, %s live, %" PRIu64 " allocations; ",
            weir_size_text(peak, stats->heap.peak),
            weir_size_text(live, stats->heap.live), stats->heap.allocations);
    print_resident(stats, to);
}

/* One line, a JSON object. */
static void print_json(const struct weir_stats *stats, FILE *to)
{
    const struct weir_record_counts *a = &stats->counts;
    const struct {
        const char *name;
        uint64_t value;
    } number[] = {{"read", a->read},
                  {"used", a->used},
                  {"filtered", a->filtered},
                  {"rejected", a->rejected},
                  {"cells_taken_as_null", a->nulled},
                  {"fields_missing", a->padded},
                  {"fields_surplus", a->surplus},
                  {"record_bytes", a->bytes},
                  {"input_bytes", stats->raw_bytes},
                  {"heap_peak_bytes", stats->heap.peak},
                  {"allocations", stats->heap.allocations},
                  {"resident_peak_bytes", stats->peak_resident},
                  {"resident_anonymous_bytes", stats->anonymous}};
    fputc('{', to);
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        fprintf(to, "\"%s\":%" PRIu64 ",", number[i].name, number[i].value);
    fprintf(to, "\"seconds\":%.6f}\n", stats->seconds);
}

static enum weir_status print(const struct weir_stats *stats,
                              const struct weir_loaded *loaded, bool json,
                              char **text, size_t *len,
                              struct weir_error *error)
{
    FILE *to = open_memstream(text, len);
    if (!to)
        return weir_fail(error, WEIR_LIMIT, "no memory for the figures");
    if (json)
        print_json(stats, to);
    else
        print_all(stats, to);
    if (loaded && !json)
        weir_loaded_print(loaded, to);
    bool whole = fflush(to) == 0 && !ferror(to);
    /* fclose() reallocates the text to its length. If that fails, it reports
     * success, but the text is NULL. */
    if (fclose(to) != 0 || !whole || !*text)
        return weir_fail(error, WEIR_LIMIT, "no memory for the figures");
    return WEIR_OK;
}

int weir_stats_print(const struct weir_stats *stats,
                     const struct weir_loaded *loaded, bool json)
{
    struct weir_output output = {0};
    struct weir_error error;
    char *text = NULL;
    size_t len = 0;
    weir_error_init(&error);
    weir_memory_limit(0); /* the limit was for the run, which is over */
    enum weir_status status = print(stats, loaded, json, &text, &len, &error);
    /* Closing the output finds late failures. It gets a duplicate, so that
     * standard error stays open for messages. */
    if (!status)
        status = weir_output_init(&output, dup(STDERR_FILENO), "standard error",
                                  &error);
    if (!status)
        weir_output_put(&output, text, len);
    free(text);
    return weir_output_finish(&output, status, &error, NULL);
}
