#include "cli/commands/report.h"

#include <inttypes.h>
#include <string.h>

void weir_report_write(const struct weir_report *report, int fd)
{
    const struct weir_stats *stats = &report->stats;
    const struct weir_record_counts *a = &stats->counts;
    dprintf(fd,
            "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
            " %.6f %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
            " %.6f %.6f %" PRIu64 " %" PRIu64 " %s\n",
            a->read, a->used, a->filtered, a->rejected, a->bytes,
            stats->seconds, stats->heap.live, stats->heap.peak,
            stats->heap.allocations, stats->peak_resident, report->load_seconds,
            report->again_seconds, report->held, report->allocations,
            report->stopped);
}

bool weir_report_read(struct weir_report *report, FILE *from)
{
    struct weir_stats *stats = &report->stats;
    struct weir_record_counts *a = &stats->counts;
    int n = fscanf(from,
                   "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
                   " %lf %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
                   " %lf %lf %" SCNu64 " %" SCNu64 "%*[ ]",
                   &a->read, &a->used, &a->filtered, &a->rejected, &a->bytes,
                   &stats->seconds, &stats->heap.live, &stats->heap.peak,
                   &stats->heap.allocations, &stats->peak_resident,
                   &report->load_seconds, &report->again_seconds, &report->held,
                   &report->allocations);
    if (n != 14 || !fgets(report->stopped, sizeof report->stopped, from))
        return false;
    report->stopped[strcspn(report->stopped, "\n")] = '\0';
    return true;
}
