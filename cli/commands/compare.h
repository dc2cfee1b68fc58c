/*
 * The modes that compare runs, and the ways it shows them.
 */
#ifndef WEIR_CLI_COMMANDS_COMPARE_H
#define WEIR_CLI_COMMANDS_COMPARE_H

#include "cli/commands/report.h"
#include "cli/formats/format.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define WEIR_MODES_MAX 16

struct weir_mode {
    const char *name;                 /* lazy, or the layout's */
    const struct weir_layout *layout; /* NULL: lazy */
    struct weir_report report;
    bool reported;
    int code;     /* exit code; 128 + n: a signal */
    bool agrees;  /* has answered, with the same bytes as the first */
    int timeline; /* a descriptor of it, to be read; -1: none */
    XXH128_hash_t answer;
    uint64_t answer_bytes, answer_lines;
    char head[160]; /* the answer's beginning */
    size_t head_len;
};

struct weir_comparison {
    struct weir_mode mode[WEIR_MODES_MAX]; /* the first is lazy */
    size_t n;
    uint64_t allowed; /* bytes to a mode that loads; 0: not known, no limit */
    bool asked;       /* for that, by --memory */
};

static inline bool weir_mode_stopped(const struct weir_mode *mode)
{
    return mode->reported && *mode->report.stopped;
}

/* The record at which a limit stopped it; 0: before the first. */
static inline uint64_t weir_mode_stopped_at(const struct weir_mode *mode)
{
    const struct weir_record_counts *counts = &mode->report.stats.counts;
    return counts->read - counts->rejected;
}

/* The table in this format, and in words what did not end well. The exit
 * code, and what is wrong was said. */
int weir_comparison_print(const struct weir_comparison *comparison,
                          const struct weir_format *format) WEIR_CHECKED;

/* Bars of memory and time, for people at the terminal `fd`. */
int weir_comparison_chart(const struct weir_comparison *comparison,
                          int fd) WEIR_CHECKED;

/* Bytes that this machine, or the group of processes this one is in, could
 * give now without swapping; 0: not known. */
uint64_t weir_available_memory(void);

#endif
