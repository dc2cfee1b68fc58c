/*
 * The figures of --stats. Heap is what the ledger counts. Resident is the peak
 * of the process's resident memory, as the kernel reports it, with code and
 * libraries.
 */
#include "cli/commands/stats.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* The value of a line such as "VmHWM:   1396 kB" of /proc/self/status, in
 * bytes; 0 if there is none. */
static uint64_t status_field(const char *status, const char *name)
{
    const char *at = strstr(status, name);
    uint64_t kilobytes = 0;
    if (at && sscanf(at + strlen(name), ":%" SCNu64, &kilobytes) != 1)
        kilobytes = 0;
    return kilobytes * 1024;
}

void weir_stats_measure(struct weir_stats *stats)
{
    char status[4096];
    FILE *file = fopen("/proc/self/status", "r");
    size_t n = file ? fread(status, 1, sizeof status - 1, file) : 0;
    status[n] = '\0';
    if (file)
        fclose(file);
    stats->peak_resident = status_field(status, "VmHWM");
    stats->peak_anonymous = status_field(status, "RssAnon");
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
                weir_size_text(anonymous, stats->peak_anonymous));
    else
        fputs("what is resident is not known\n", to);
}

void weir_stats_print(const struct weir_stats *stats, FILE *to)
{
    const struct weir_record_counts *a = &stats->counts;
    char live[32], peak[32];
    double seconds = stats->seconds > 0 ? stats->seconds : 1e-9;
    fprintf(to,
            "records   %" PRIu64 " read = %" PRIu64 " used + %" PRIu64
            " filtered + %" PRIu64 " rejected\n",
            a->read, a->used, a->filtered, a->rejected);
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
