/*
 * The option parser, over argp. The first argument is a sub-command if it is
 * the name of one. All sub-commands take the same options.
 */
#include "cli/options_check.h"

#include "base/cores.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/commands/shard.h"
#include "cli/option_values.h"
#include "cli/terminal/shown.h"
#include "cli/usage.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *argp_program_version = "weir " WEIR_VERSION;

struct parsing {
    struct weir_options *options;
    const char **path;
    bool command_known;
};

static const struct weir_choice bad_cells[] = {
    {"error", WEIR_BAD_CELLS_ERROR},
    {"null", WEIR_BAD_CELLS_NULL},
    {"reject", WEIR_BAD_CELLS_REJECT},
    {NULL, 0}};
static const struct weir_choice bad_records[] = {
    {"error", WEIR_BAD_RECORDS_ERROR},
    {"pad", WEIR_BAD_RECORDS_PAD},
    {"reject", WEIR_BAD_RECORDS_REJECT},
    {NULL, 0}};
static const struct weir_choice progress[] = {{"auto", WEIR_PROGRESS_AUTO},
                                              {"always", WEIR_PROGRESS_ALWAYS},
                                              {"never", WEIR_PROGRESS_NEVER},
                                              {NULL, 0}};
static const struct weir_choice commands[] = {{"compare", WEIR_COMMAND_COMPARE},
                                              {"explain", WEIR_COMMAND_EXPLAIN},
                                              {"records", WEIR_COMMAND_RECORDS},
                                              {"sizeof", WEIR_COMMAND_SIZEOF},
                                              {"merge", WEIR_COMMAND_MERGE},
                                              {"help", WEIR_COMMAND_HELP},
                                              {NULL, 0}};

static void parse_layout(struct weir_options *o, const char *name)
{
    o->eager = name ? weir_layout_find(name) : weir_layout_default;
    if (!o->eager)
        weir_options_refuse(
            "--eager: no layout '%s'; weir help layouts lists them", name);
    for (size_t i = 0; weir_layouts[i]; i++)
        if (weir_layouts[i] == o->eager)
            o->compared |= UINT32_C(1) << i;
}

/* Parses an option of eager loading; returns false if `key` is none. */
static bool parse_loading(int key, const char *text, struct weir_options *o)
{
    switch (key) {
    case OPTION_EAGER:
        parse_layout(o, text);
        break;
    case OPTION_ALL_COLUMNS:
        o->all_columns = true;
        break;
    case OPTION_LAZY:
        o->eager = NULL;
        break;
    default:
        return false;
    }
    return true;
}

static void parse_format(struct weir_options *o, const char *name)
{
    struct weir_error error;
    o->format = weir_format_find(name, &error);
    if (!o->format)
        weir_options_refuse("%s", error.message);
}

/* Parses an option of the input; returns false if `key` is none. */
static bool parse_reading(int key, char *text, struct weir_reading *reading)
{
    switch (key) {
    case 'd':
        reading->delimiter = text;
        break;
    case OPTION_QUOTE:
        reading->quote = text;
        break;
    case OPTION_ESCAPE:
        reading->escape = text;
        break;
    case OPTION_COMMENT:
        reading->comment = text;
        break;
    case OPTION_SKIP:
        reading->skip = weir_option_number("skip", text, UINT64_MAX);
        break;
    case OPTION_NO_HEADER:
        reading->no_header = true;
        break;
    case OPTION_HEADER:
        reading->header = text;
        break;
    case OPTION_TRIM:
        reading->trim = true;
        break;
    case OPTION_NULL:
        reading->null = text;
        break;
    case OPTION_READER:
        reading->reader = text;
        break;
    case OPTION_BAD_RECORDS:
        reading->bad_records = (enum weir_bad_records)weir_option_choose(
            "bad-records", bad_records, text);
        break;
    case OPTION_MAX_RECORD:
        reading->max_record = weir_option_size("max-record", text);
        break;
    case OPTION_BATCH:
        reading->batch = weir_option_size("batch", text);
        break;
    default:
        return false;
    }
    return true;
}

static void parse_argument(struct parsing *parsing, char *text)
{
    struct weir_options *o = parsing->options;
    if (!parsing->command_known) {
        parsing->command_known = true;
        for (size_t i = 0; commands[i].name; i++)
            if (strcmp(commands[i].name, text) == 0) {
                o->command = (enum weir_command)commands[i].value;
                return;
            }
    }
    if (!o->query && weir_options_takes_query(o->command))
        o->query = text;
    else if (*text)
        parsing->path[o->n_paths++] = text;
    else
        weir_options_refuse("found '' among the files; - is standard input");
}

static void parse_shard(struct weir_options *o, const char *text)
{
    struct weir_error error;
    if (weir_shard_parse(text, &o->shard, &o->of_shards, &o->shard_begins,
                         &error))
        weir_options_refuse("%s", error.message);
}

static void finish(struct parsing *parsing)
{
    static const char *const standard_input[] = {"-"};
    struct weir_options *o = parsing->options;
    bool asks =
        o->command != WEIR_COMMAND_HELP && weir_options_takes_query(o->command);
    if (asks && !o->query)
        weir_options_refuse("expected a question, as in weir 'mean(age)' "
                            "users.csv");
    if (asks && o->eager && weir_layout_find(o->query))
        weir_options_refuse("--eager: write the layout after '=', as in "
                            "--eager=%s",
                            o->query);
    weir_options_check(o, asks);
    o->path = o->n_paths ? parsing->path : standard_input;
    if (o->n_paths == 0)
        o->n_paths = 1;
}

/* Parses an option of the output; returns false if `key` is none. */
static bool parse_showing(int key, char *text, struct weir_options *o)
{
    switch (key) {
    case OPTION_STATS:
        o->stats = true;
        break;
    case OPTION_PROFILE:
        o->profile = true;
        break;
    case OPTION_TIMELINE:
        o->timeline = weir_option_file("timeline", text);
        break;
    case OPTION_PLOT:
        o->plot = weir_option_file("plot", text);
        break;
    case OPTION_PROGRESS:
        o->progress = (enum weir_progress_mode)weir_option_choose(
            "progress", progress, text);
        break;
    case OPTION_REPORT:
        o->report = (int)weir_option_number("report", text, INT_MAX);
        break;
    case OPTION_AGAIN:
        o->again = true;
        break;
    case 'o':
        parse_format(o, text);
        break;
    default:
        return false;
    }
    return true;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct parsing *parsing = state->input;
    struct weir_options *o = parsing->options;
    if (parse_reading(key, text, &o->reading) || parse_loading(key, text, o) ||
        parse_showing(key, text, o))
        return 0;
    switch (key) {
    case OPTION_BAD_CELLS:
        o->bad_cells = (enum weir_bad_cells)weir_option_choose("bad-cells",
                                                               bad_cells, text);
        break;
    case OPTION_REJECTS:
        o->rejects = weir_option_file("rejects", text);
        break;
    case OPTION_SHARD:
        parse_shard(o, text);
        break;
    case OPTION_PARTIAL:
        o->partial = weir_option_file("partial", text);
        break;
    case OPTION_EVERY:
        o->every_ns = weir_option_seconds("every", text);
        break;
    case OPTION_CHECKPOINT:
        o->checkpoint = text;
        break;
    case OPTION_CHECKPOINT_EVERY:
        o->checkpoint_ns = weir_option_seconds("checkpoint-every", text);
        break;
    case OPTION_MAX_WINDOW:
        o->source.max_window = weir_option_size("max-window", text);
        break;
    case OPTION_MEMORY:
        o->memory = weir_option_size("memory", text);
        o->memory_given = true;
        break;
    case OPTION_TEMP_DIR:
        o->temp_dir = weir_option_file("temp-dir", text);
        break;
    case 'j':
        o->threads =
            (unsigned)weir_option_number("threads", text, WEIR_THREADS_MAX);
        if (o->threads == 0)
            weir_options_refuse("--threads: found '0', expected at least 1");
        break;
    case ARGP_KEY_INIT:
        /* getopt prints the error on stderr; argp would add a second line. */
        state->err_stream = NULL;
        break;
    case ARGP_KEY_ARG:
        parse_argument(parsing, text);
        break;
    case ARGP_KEY_END:
        finish(parsing);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

/* There is not enough memory to parse the options. Returns the exit code. */
static int lack_memory(void)
{
    static const char message[] =
        "weir: out of memory for the command line's options\n";
    ssize_t ignored = write(STDERR_FILENO, message, sizeof message - 1);
    (void)ignored;
    return 4;
}

/* getopt's messages quote the user's words, so they go through a stream that
 * makes untrusted text safe to show (shown.h). */
static error_t parse_words(int argc, char **argv, struct parsing *parsing)
{
    static const struct argp argp = {.options = weir_usage_options,
                                     .parser = parse,
                                     .args_doc = weir_usage_forms,
                                     .doc = weir_usage_help,
                                     .help_filter = weir_usage_filter};
    FILE *plain = stderr, *shown = weir_shown_errors();
    if (!shown)
        return ENOMEM;
    stderr = shown;
    error_t wrong = argp_parse(&argp, argc, argv, 0, NULL, parsing);
    stderr = plain;
    (void)fclose(shown);
    return wrong;
}

void weir_options_parse(struct weir_options *options, int argc, char **argv)
{
    *options = (struct weir_options){
        .memory = WEIR_MEMORY_DEFAULT, .threads = weir_cores(), .report = -1};
    const char *folder = getenv("TMPDIR");
    options->temp_dir = folder && *folder ? folder : "/tmp";
    /* There are at most as many paths as words. */
    options->words = weir_alloc(WEIR_MEMORY_OTHER,
                                ((size_t)argc + 1) * sizeof *options->words);
    struct parsing parsing = {options, options->words, false};
    argv[0] = (char *)"weir";
    if (!options->words)
        _exit(lack_memory());
    /* Turns off argp's note that the arguments of long options apply to short
     * options too. argp does not pass that note to our help_filter. */
    (void)setenv("ARGP_HELP_FMT", "no-dup-args-note", 0);
    error_t wrong = parse_words(argc, argv, &parsing);
    if (wrong == ENOMEM)
        _exit(lack_memory());
    if (wrong)
        exit(2);
}

void weir_options_release(struct weir_options *options)
{
    weir_free(WEIR_MEMORY_OTHER, options->words);
}

uint64_t weir_options_memory(const struct weir_options *options)
{
    return options->eager && !options->memory_given ? 0 : options->memory;
}
