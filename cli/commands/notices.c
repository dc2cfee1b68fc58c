#include "cli/commands/notices.h"

#include "cli/terminal/progress.h"
#include "cli/terminal/shown.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_first(const struct weir_first *first)
{
    if (!first->input)
        return;
    fputs("; the first: ", stderr);
    weir_shown_print(stderr, first->error.place, strlen(first->error.place));
    if (*first->error.place)
        fputs(": ", stderr);
    weir_shown_print(stderr, first->error.message,
                     strlen(first->error.message));
}

/* "weir: 3 records"; "weir: records" where a limit stopped the run, as nobody
 * knows how many there were up to its last record. */
static void print_many(uint64_t n, bool known, const char *what)
{
    fputs("weir: ", stderr);
    if (known)
        fprintf(stderr, "%" PRIu64 " ", n);
    fprintf(stderr, "%s%s", what, known && n == 1 ? "" : "s");
}

static void print_rejected(const struct weir_options *options, uint64_t n,
                           bool known, const struct weir_first *first)
{
    print_many(n, known, "record");
    fputs(" rejected", stderr);
    if (options->rejects) {
        fputs(" and written to ", stderr);
        weir_shown_print(stderr, options->rejects, strlen(options->rejects));
    }
    print_first(first);
    fputs(options->rejects ? "\n" : "; --rejects=FILE keeps them\n", stderr);
}

void weir_notices_print_note(const struct weir_options *options,
                             const struct weir_plan *plan)
{
    const char *const note[] = {plan->notes.question, plan->notes.dates};
    if (options->diagnostics.quiet)
        return;
    for (size_t i = 0; i < sizeof note / sizeof *note; i++) {
        if (!note[i] || !*note[i])
            continue;
        weir_progress_erase();
        fputs("weir: ", stderr);
        weir_shown_print(stderr, note[i], strlen(note[i]));
        fputc('\n', stderr);
    }
}

void weir_notices_print(const struct weir_options *options,
                        const struct weir_record_counts *counts,
                        const struct weir_set_aside *aside)
{
    const bool known = !aside->stop.input;
    if (options->diagnostics.quiet)
        return;
    weir_progress_erase();
    if (counts->rejected &&
        (known || weir_set_aside_before_stop(aside, &aside->rejected)))
        print_rejected(options, counts->rejected, known, &aside->rejected);
    if (counts->nulled && options->command == WEIR_COMMAND_DESCRIBE &&
        options->query)
        fputs("weir: describe takes cells that are no numbers or dates as "
              "null, in its clauses too\n",
              stderr);
    if (counts->nulled && options->command != WEIR_COMMAND_DESCRIBE &&
        (known || weir_set_aside_before_stop(aside, &aside->nulled))) {
        print_many(counts->nulled, known, "cell");
        fputs(" taken as null", stderr);
        print_first(&aside->nulled);
        fputc('\n', stderr);
    }
    if (!known)
        return;
    if (counts->padded)
        fprintf(stderr,
                "weir: %" PRIu64 " missing field%s taken as null "
                "(--bad-records=pad)\n",
                counts->padded, counts->padded == 1 ? "" : "s");
    if (counts->surplus)
        fprintf(stderr,
                "weir: %" PRIu64 " surplus field%s dropped "
                "(--bad-records=pad)\n",
                counts->surplus, counts->surplus == 1 ? "" : "s");
}
