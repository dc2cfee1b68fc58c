/*
 * Refuses options that make no sense with the command or with another option.
 */
#include "cli/options.h"

#include "cli/terminal/shown.h"
#include "cli/terminal/terminal.h"
#include "readers/csv/named_dialect.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void weir_options_refuse(const char *format, ...)
{
    va_list arguments;
    FILE *shown = weir_shown_errors();
    va_start(arguments, format);
    if (shown) {
        fputs("weir: ", shown);
        vfprintf(shown, format, arguments);
        fputc('\n', shown);
        fclose(shown);
    }
    va_end(arguments);
    exit(2);
}

bool weir_options_takes_query(enum weir_command command)
{
    return command != WEIR_COMMAND_RECORDS && command != WEIR_COMMAND_SIZEOF &&
           command != WEIR_COMMAND_MERGE && command != WEIR_COMMAND_DESCRIBE;
}

/* Refuses options that the command does not use, or that need another option.
 */
static void check_meaning(const struct weir_options *o, bool asks)
{
    if (o->command != WEIR_COMMAND_ASK &&
        (o->diagnostics.profile || o->diagnostics.timeline))
        weir_options_refuse("--%s: expected a query, not a command, as in weir "
                            "--%s 'mean(age)' users.csv",
                            o->diagnostics.profile ? "profile" : "timeline",
                            o->diagnostics.profile ? "profile"
                                                   : "timeline=FILE");
    const struct weir_notation *n = &o->cells.notation;
    if (n->thousands == (n->decimal ? n->decimal : '.'))
        weir_options_refuse("--thousands: found '%c', which is the decimal "
                            "mark; expected another one, or --decimal %c",
                            n->thousands, n->decimal == ',' ? '.' : ',');
    const struct weir_named_dialect *dialect =
        weir_named_dialect_find(o->reading.dialect);
    const char *header = o->reading.header;
    const char *without = header && *header                       ? "header"
                          : header                                ? NULL
                          : o->reading.no_header                  ? "no-header"
                          : dialect && dialect->reading.no_header ? "dialect"
                                                                  : NULL;
    if (o->inputs.by_union && without)
        weir_options_refuse("--union: expected files with headers, and --%s "
                            "reads none",
                            without);
    if (asks && o->loading.all_columns && !o->loading.eager &&
        o->child.report < 0 && o->command != WEIR_COMMAND_COMPARE)
        weir_options_refuse(
            "--all-columns: expected --eager, which loads columns");
    /* A child of compare gets compare's own words, --plot among them. */
    if (o->command != WEIR_COMMAND_COMPARE && o->diagnostics.plot &&
        !o->child.again)
        weir_options_refuse(
            "--plot: expected compare, as in weir compare --plot=FILE "
            "'mean(age)' users.csv");
}

/* records and sizeof refuse options that they cannot use, and do not ignore
 * them. */
static void check_reading(const struct weir_options *o)
{
    bool records = o->command == WEIR_COMMAND_RECORDS;
    const char *option = o->diagnostics.stats                ? "--stats"
                         : records && o->loading.eager       ? "--eager"
                         : records && o->format              ? "--output"
                         : o->rejects                        ? "--rejects"
                         : records && o->reading.header      ? "--header"
                         : records && o->inputs.by_union     ? "--union"
                         : records && o->reading.bad_records ? "--bad-records"
                         : o->cells.bad                      ? "--bad-cells"
                         : o->cells.notation.decimal         ? "--decimal"
                         : o->cells.notation.thousands       ? "--thousands"
                                                             : NULL;
    if (option && (records || o->command == WEIR_COMMAND_SIZEOF))
        weir_options_refuse("%s: %s has no meaning for it",
                            records ? "records shows every record as it is read"
                                    : "sizeof loads every record as it is",
                            option);
}

/* describe is answered as a question is, whose words it writes itself. */
static void check_describe(const struct weir_options *o)
{
    const char *option = o->partial                       ? "--partial"
                         : o->checkpoint.path             ? "--checkpoint"
                         : o->every_ns                    ? "--every"
                         : o->share.of_shards             ? "--shard"
                         : o->cells.bad                   ? "--bad-cells"
                         : o->format && o->format->binary ? "--output arrow"
                                                          : NULL;
    if (o->command == WEIR_COMMAND_DESCRIBE && option)
        weir_options_refuse("describe: %s has no meaning for it", option);
}

static void check_checkpoint(const struct weir_options *o)
{
    if (o->checkpoint.every_ns && !o->checkpoint.path)
        weir_options_refuse(
            "--checkpoint-every: expected --checkpoint=FILE too");
    if (!o->checkpoint.path)
        return;
    if (o->command != WEIR_COMMAND_ASK && o->command != WEIR_COMMAND_EXPLAIN)
        weir_options_refuse(
            "--checkpoint: expected a query or explain, not another command");
    if (!*o->checkpoint.path || strcmp(o->checkpoint.path, "-") == 0)
        weir_options_refuse("--checkpoint: found '%s', expected the name of a "
                            "file",
                            o->checkpoint.path);
    if (o->loading.eager)
        weir_options_refuse(
            "--checkpoint: the records that --eager loads are not saved; leave "
            "one of the two options out");
    if (o->rejects)
        weir_options_refuse(
            "--checkpoint: the records in a --rejects file would be there "
            "twice, or not at all; leave one of them out");
}

static void check_partial(const struct weir_options *o)
{
    if (o->command == WEIR_COMMAND_MERGE && o->inputs.n_paths == 0)
        weir_options_refuse(
            "merge: expected partials, as weir --partial writes them; - is "
            "standard input");
    if (o->command == WEIR_COMMAND_MERGE && o->rejects)
        weir_options_refuse("merge: --rejects: give it to the runs that write "
                            "the partials; merge reads no records");
    if (o->share.of_shards && !weir_options_takes_query(o->command))
        weir_options_refuse("--shard: only a query's input has shards");
    bool runs =
        o->command == WEIR_COMMAND_ASK || o->command == WEIR_COMMAND_EXPLAIN;
    if (o->every_ns && (!runs || o->partial))
        weir_options_refuse(
            "--every: expected a query, not a command, and no --partial");
    if (!o->partial)
        return;
    if (!runs && o->command != WEIR_COMMAND_MERGE)
        weir_options_refuse("--partial: only a query and merge write partials");
    if (o->command != WEIR_COMMAND_EXPLAIN && strcmp(o->partial, "-") == 0 &&
        weir_terminal(STDOUT_FILENO))
        weir_options_refuse("--partial -: standard output is a terminal, and a "
                            "partial is binary");
    if (o->loading.eager)
        weir_options_refuse(
            "--partial: --eager writes no partials; leave one of the two "
            "options out");
    if (o->format)
        weir_options_refuse(
            "--partial: a partial has no --output format; weir merge takes "
            "one");
}

/* The option that sets a style, of those that the format does not obey; any,
 * if there is no format. NULL if there is none. */
static const char *style_option(const struct weir_options *o,
                                const struct weir_format *format)
{
    const struct weir_output_style *style = &o->style;
    if (style->delimiter && !(format && format->takes_delimiter))
        return "--output-delimiter";
    if (style->decimal && !(format && format->takes_decimal))
        return "--output-decimal";
    if (style->no_header && !(format && format->takes_no_header))
        return "--no-output-header";
    if (style->types && !(format && format->takes_types))
        return "--types";
    return NULL;
}

static void check_style(const struct weir_options *o)
{
    const char *any = style_option(o, NULL);
    const char *wrong = o->format ? style_option(o, o->format) : NULL;
    bool answers = o->command == WEIR_COMMAND_ASK ||
                   o->command == WEIR_COMMAND_EXPLAIN ||
                   o->command == WEIR_COMMAND_MERGE;
    if (any && (!answers || o->partial))
        weir_options_refuse("%s: expected a query or merge, and no --partial",
                            any);
    if (o->every_ns && o->format && o->format->binary)
        wrong = "--every";
    if (o->style.types && !o->format)
        weir_options_refuse("--types: only --output arrow has types");
    if (wrong)
        weir_options_refuse("%s: has no meaning for --output %s", wrong,
                            o->format->name);
}

void weir_options_check(const struct weir_options *o, bool asks)
{
    check_style(o);
    check_describe(o);
    check_meaning(o, asks);
    check_partial(o);
    check_checkpoint(o);
    check_reading(o);
}
