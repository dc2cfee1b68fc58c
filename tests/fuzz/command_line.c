/*
 * Target: any words as a command line. The real parser parses them, and nothing
 * is run. Words end in LF or NUL.
 *
 * The parser ends the process if it refuses the words, so exit() and
 * argp_parse() are wrapped (by the linker's --wrap). A refusal must leave argp
 * by a regular return, so that argp frees what it holds. Therefore argp calls a
 * parser of this file, and exit() jumps back to that.
 */
#include "base/error.h"
#include "base/memory.h"
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "readers/csv/dialect.h"
#include "tests/fuzz/fuzz.h"
#include "tests/query_tree.h"

#include <argp.h>
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64
#define BYTES_MAX ((size_t)8192)

static jmp_buf *refusing;
static int refused; /* code of the first exit; -1: no exit */
static argp_parser_t real_parser;

/* The linker's names.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void __real_exit(int code) __attribute__((noreturn));
void __wrap_exit(int code) __attribute__((noreturn));
error_t __real_argp_parse(const struct argp *argp, int argc, char **argv,
                          unsigned flags, int *arg_index, void *input);
error_t __wrap_argp_parse(const struct argp *argp, int argc, char **argv,
                          unsigned flags, int *arg_index, void *input);

void __wrap_exit(int code)
{
    if (!refusing)
        __real_exit(code);
    if (refused < 0)
        refused = code;
    longjmp(*refusing, 1);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    jmp_buf here, *outer = refusing;
    error_t result = EINVAL;
    refusing = &here;
    if (setjmp(here) == 0)
        result = real_parser(key, text, state);
    refusing = outer;
    return result;
}

error_t __wrap_argp_parse(const struct argp *argp, int argc, char **argv,
                          unsigned flags, int *arg_index, void *input)
{
    struct argp ours = *argp;
    real_parser = argp->parser;
    ours.parser = parse;
    return __real_argp_parse(&ours, argc, argv, flags | ARGP_NO_EXIT, arg_index,
                             input);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* Parses the words. Returns 0, or the code with which the parser ends the
 * process. */
static int parse_words(struct weir_options *options, int argc, char **argv)
{
    jmp_buf here;
    *options = (struct weir_options){0};
    refused = -1;
    refusing = &here;
    if (setjmp(here) == 0)
        weir_options_parse(options, argc, argv);
    refusing = NULL;
    return refused < 0 ? 0 : refused;
}

static bool is_word(const char *text, int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (text >= argv[i] && text <= argv[i] + strlen(argv[i]))
            return true;
    return false;
}

/* Whether a word may be a pattern, which files of this folder may match. */
static bool may_match(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strpbrk(argv[i], "*?["))
            return true;
    return false;
}

static void check_options(const struct weir_options *o, int argc, char **argv)
{
    const bool matches = may_match(argc, argv);
    fuzz_require(o->inputs.n_paths >= 1 &&
                     (matches || o->inputs.n_paths <= (size_t)argc),
                 "no paths");
    for (size_t i = 0; i < o->inputs.n_paths; i++)
        fuzz_require(
            matches || is_word(o->inputs.path[i], argc, argv) ||
                (o->inputs.n_paths == 1 && !strcmp(o->inputs.path[0], "-")),
            "a path is no word");
    fuzz_require(!o->query || is_word(o->query, argc, argv),
                 "the question is no word");
    fuzz_require(o->query || o->command == WEIR_COMMAND_HELP ||
                     !weir_options_takes_query(o->command),
                 "there is no question");
    fuzz_require(o->resources.threads >= 1 && o->resources.threads <= 1024,
                 "no threads");
    fuzz_require(o->share.shard <= o->share.of_shards, "a shard of fewer");
    fuzz_require(o->resources.memory && o->resources.temp_dir,
                 "a default is missing");
}

/* Checks what the command does next, as far as that needs no input. */
static void check_next(const struct weir_options *o)
{
    struct weir_dialect dialect;
    struct weir_error error;
    weir_error_init(&error);
    for (size_t i = 0; i < o->inputs.n_paths; i++)
        if (weir_dialect_init(&dialect, o->inputs.path[i], &o->reading, &error))
            fuzz_require(error.status == WEIR_USAGE && *error.message,
                         "a dialect is refused without a message");
    if (o->query && o->command != WEIR_COMMAND_HELP)
        query_survive(o->query);
    if (o->query && o->command == WEIR_COMMAND_HELP)
        (void)weir_help(o);
}

/* Whether a word is argp's own --HANG or a beginning of it, which makes argp
 * sleep for an hour. */
static bool sleeps(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!strncmp(argv[i], "--H", 3))
            return true;
    return false;
}

static int split(char *text, size_t len, char **argv)
{
    static char name[] = "weir";
    int argc = 0;
    argv[argc++] = name;
    for (size_t at = 0; at < len && argc < WORDS_MAX; at++) {
        argv[argc++] = text + at;
        at += strcspn(text + at, "\n");
        text[at] = '\0';
    }
    argv[argc] = NULL;
    return argc;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct weir_options options;
    char *argv[WORDS_MAX + 1];
    if (len > BYTES_MAX)
        return 0;
    char *text = malloc(len + 1);
    if (!text)
        abort();
    memcpy(text, bytes, len);
    text[len] = '\0';
    int argc = split(text, len, argv);
    if (sleeps(argc, argv)) {
        free(text);
        return 0;
    }
    fuzz_print_begin();
    int code = parse_words(&options, argc, argv);
    if (!code) {
        check_options(&options, argc, argv);
        check_next(&options);
    }
    weir_options_release(&options);
    struct fuzz_printed printed = fuzz_print_end();
    if (code) {
        /* 3: --files-from, or a pattern, leads to no file. */
        fuzz_require(code == 2 || code == 3, "another code than 2 or 3");
        fuzz_require(!strncmp(printed.err, "weir: ", 6) &&
                         printed.err[printed.err_len - 1] == '\n',
                     "refused without a line that says why");
    }
    fuzz_require(weir_memory_total().live == 0, "options leak");
    free(text);
    return 0;
}
