/*
 * The option parser, over argp. The first argument is a sub-command if it is
 * the name of one. All sub-commands take the same options.
 */
#include "cli/options.h"

#include "base/memory.h"
#include "base/threads.h"
#include "cli/complain.h"
#include "cli/terminal/shown.h"
#include "cli/usage.h"
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *argp_program_version = "weir " WEIR_VERSION;

struct parsing {
    struct weir_options *options;
    bool command_known;
};

static const char *const commands[] = {
    [WEIR_COMMAND_COMPARE] = "compare",   [WEIR_COMMAND_EXPLAIN] = "explain",
    [WEIR_COMMAND_DESCRIBE] = "describe", [WEIR_COMMAND_MERGE] = "merge",
    [WEIR_COMMAND_RECORDS] = "records",   [WEIR_COMMAND_SIZEOF] = "sizeof",
    [WEIR_COMMAND_HELP] = "help"};

/* Ends the program if that failed. */
static void check_paths(enum weir_status status, const struct weir_error *error)
{
    if (status)
        exit(weir_complain(error, NULL));
}

/* Whether an argument of describe has the clauses of its question. A file of
 * that name is a file. */
static bool is_clauses(const char *text)
{
    static const char *const words[] = {"where", "by",     "group",
                                        "order", "having", "limit"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const size_t len = strlen(words[i]);
        if (strncasecmp(text, words[i], len) == 0 &&
            strchr(" (\n\t", text[len]))
            return access(text, F_OK) != 0;
    }
    return false;
}

static bool is_command(const char *text)
{
    for (size_t i = 1; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i], text) == 0)
            return true;
    return false;
}

static void parse_argument(struct parsing *parsing, char *text)
{
    struct weir_error error;
    struct weir_options *o = parsing->options;
    if (!parsing->command_known) {
        parsing->command_known = true;
        for (size_t i = 1; i < sizeof commands / sizeof *commands; i++)
            if (strcmp(commands[i], text) == 0) {
                o->command = (enum weir_command)i;
                return;
            }
    }
    const bool takes = o->command == WEIR_COMMAND_DESCRIBE
                           ? is_clauses(text)
                           : weir_options_takes_query(o->command);
    if (o->query && takes && o->command == WEIR_COMMAND_DESCRIBE)
        weir_options_refuse("describe: found '%s' after '%s'; expected all "
                            "clauses in one argument",
                            text, o->query);
    if (!o->query && takes)
        o->query = text;
    else if (*text)
        check_paths(weir_paths_expand(&o->inputs.paths, text, &error), &error);
    else
        weir_options_refuse("found '' among the files; - is standard input");
}

/* Adds the names in --files-from. */
static void read_list(struct weir_options *o)
{
    struct weir_error error;
    const bool input = strcmp(o->inputs.files_from, "-") == 0;
    if (input && o->command == WEIR_COMMAND_COMPARE)
        weir_options_refuse("--files-from: compare reads its list several "
                            "times: expected a file, found standard input");
    check_paths(weir_paths_read(&o->inputs.paths, o->inputs.files_from, &error),
                &error);
    for (size_t i = 0; input && i < o->inputs.paths.n; i++)
        if (strcmp(o->inputs.paths.path[i], "-") == 0)
            weir_options_refuse("--files-from: standard input is the list, and "
                                "cannot be a file too");
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
    if (asks && o->loading.eager && weir_layout_find(o->query))
        weir_options_refuse("--eager: write the layout after '=', as in "
                            "--eager=%s",
                            o->query);
    if (o->command == WEIR_COMMAND_COMPARE && is_command(o->query))
        weir_options_refuse("compare: expected a question, found the command "
                            "'%s'",
                            o->query);
    if (o->inputs.files_from)
        read_list(o);
    o->inputs.n_paths = o->inputs.paths.n;
    weir_options_check(o, asks);
    if (o->command == WEIR_COMMAND_DESCRIBE)
        o->cells.bad = WEIR_BAD_CELLS_NULL;
    o->inputs.path = o->inputs.n_paths ? o->inputs.paths.path : standard_input;
    if (o->inputs.n_paths == 0)
        o->inputs.n_paths = 1;
}

/* The key of row i is its letter or, if it has none, KEY_MIN + i. */
#define KEY_MIN 256

static int key_of(size_t i)
{
    const struct weir_option *option = &weir_option_table[i];
    return option->letter ? option->letter : KEY_MIN + (int)i;
}

/* Reads the value of the option that has the key. Returns false if none has. */
static bool parse_option(int key, const char *text, struct weir_options *o)
{
    const struct weir_option *option = weir_option_table;
    for (size_t i = 0; option->help || option->name; i++, option++)
        if (option->name && key_of(i) == key) {
            option->read(option->name, text, (char *)o + option->offset);
            return true;
        }
    return false;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct parsing *parsing = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        /* getopt prints the error on stderr; argp would add a second line. */
        state->err_stream = NULL;
        return 0;
    case ARGP_KEY_ARG:
        parse_argument(parsing, text);
        return 0;
    case ARGP_KEY_END:
        finish(parsing);
        return 0;
    case 'h':
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
        return 0;
    default:
        return parse_option(key, text, parsing->options) ? 0 : ARGP_ERR_UNKNOWN;
    }
}

/* Fills argp's table from ours, and adds -h: argp has --help and -? only. */
static void list_options(struct argp_option *into)
{
    const struct weir_option *option = weir_option_table;
    *into++ = (struct argp_option){.key = 'h', .flags = OPTION_HIDDEN};
    for (int i = 0, group = 0; option->help || option->name; i++, option++)
        into[i] =
            (struct argp_option){.name = option->name,
                                 .key = option->name ? key_of((size_t)i) : 0,
                                 .arg = option->argument,
                                 .flags = option->flags,
                                 .doc = option->help,
                                 .group = option->name ? 0 : ++group};
}

static void lack_memory(void)
{
    fputs("weir: out of memory for the command line's options\n", stderr);
    _exit(4);
}

/* getopt's messages quote the user's words, so they go through a stream that
 * makes untrusted text safe to show (shown.h). */
static error_t parse_words(int argc, char **argv, struct parsing *parsing)
{
    struct argp_option options[WEIR_OPTIONS_MAX + 1] = {0};
    const struct argp argp = {.options = options,
                              .parser = parse,
                              .args_doc = weir_usage_forms,
                              .doc = weir_usage_help,
                              .help_filter = weir_usage_filter};
    FILE *plain = stderr, *shown = weir_shown_errors();
    if (!shown)
        return ENOMEM;
    list_options(options);
    stderr = shown;
    error_t wrong = argp_parse(&argp, argc, argv, 0, NULL, parsing);
    stderr = plain;
    (void)fclose(shown);
    return wrong;
}

void weir_options_parse(struct weir_options *options, int argc, char **argv)
{
    *options = (struct weir_options){.resources.memory = WEIR_MEMORY_DEFAULT,
                                     .resources.threads = weir_cores(),
                                     .child.report = -1};
    const char *folder = getenv("TMPDIR");
    options->resources.temp_dir = folder && *folder ? folder : "/tmp";
    struct parsing parsing = {options, false};
    argv[0] = (char *)"weir";
    /* Turns off argp's note that the arguments of long options apply to short
     * options too. argp does not pass that note to our help_filter. */
    (void)setenv("ARGP_HELP_FMT", "no-dup-args-note", 0);
    if (argc < 2) {
        fputs(weir_usage_short, stderr);
        exit(2);
    }
    weir_options_check_names(argc, argv);
    error_t wrong = parse_words(argc, argv, &parsing);
    if (wrong == ENOMEM)
        lack_memory();
    if (wrong)
        exit(2);
}

void weir_options_release(struct weir_options *options)
{
    weir_paths_release(&options->inputs.paths);
}

uint64_t weir_options_memory(const struct weir_options *options)
{
    return options->loading.eager && !options->resources.memory_given
               ? 0
               : options->resources.memory;
}
