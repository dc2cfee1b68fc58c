/*
 * The modes that `weir compare` runs, and the functions that show the result.
 */
#ifndef WEIR_CLI_COMMANDS_COMPARE_H
#define WEIR_CLI_COMMANDS_COMPARE_H

#include "cli/commands/report.h"
#include "cli/formats/format.h"
#include "cli/options.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#define WEIR_MODES_MAX 16

struct weir_mode {
    const char *name;                 /* "lazy", or the layout's name */
    const struct weir_layout *layout; /* NULL: lazy */
    struct weir_report report;
    bool reported; /* `report` was received from the child */
    int code;      /* the child's exit code; 128 + n: killed by signal n */
    bool agrees;   /* it answered with the same bytes as the first mode */
    int timeline;  /* descriptor of the timeline file; -1: none */
    XXH128_hash_t answer; /* hash of the answer's bytes */
    uint64_t answer_bytes, answer_lines;
    char head[160]; /* the first bytes of the answer */
    size_t head_len;
};

struct weir_comparison {
    struct weir_mode mode[WEIR_MODES_MAX]; /* the first is lazy */
    size_t n;
    uint64_t allowed; /* memory limit of an eager mode in bytes; 0: none, the
                         machine's free memory is not known */
    bool asked;       /* `allowed` is from --memory */
};

/* Whether a limit stopped the mode. */
static inline bool weir_mode_stopped(const struct weir_mode *mode)
{
    return mode->reported && *mode->report.stopped;
}

/* The number of the record at which a limit stopped the mode; 0 means before
 * the first record. */
static inline uint64_t weir_mode_stopped_at(const struct weir_mode *mode)
{
    const struct weir_record_counts *counts = &mode->report.stats.counts;
    return counts->read - counts->rejected;
}

/*
 * Runs the mode to its end in a child process, and fills everything in `mode`
 * but its name, its layout and `agrees`. The child gets the options of `argv`,
 * which are `options` as they were parsed; its memory is limited to `allowed`
 * bytes if it is eager and `allowed` is not 0. A child that fails is no error;
 * it has printed its message. With --plot the caller closes mode->timeline.
 */
enum weir_status weir_mode_run(struct weir_mode *mode, uint64_t allowed,
                               const struct weir_options *options, char **argv,
                               struct weir_error *error) WEIR_CHECKED;

/* Prints the table in this format, and a sentence for each mode that a limit
 * stopped. Returns the exit code, and has printed its own error message. */
int weir_comparison_print(const struct weir_comparison *comparison,
                          const struct weir_format *format) WEIR_CHECKED;

/* Draws bars of memory and time on the terminal `fd`. Returns the exit code,
 * and has printed its own error message. */
int weir_comparison_chart(const struct weir_comparison *comparison,
                          int fd) WEIR_CHECKED;

#endif
