/*
 * weir: exact answers about CSV streams, in constant memory.
 */
#include "base/memory.h"
#include "cli/commands/commands.h"
#include "cli/terminal/signals.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A standard descriptor that came closed must not become a file of ours: it
 * is taken by one that fails as a closed one does. */
static void hold_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            _exit(3);
}

/* Help, the version and explain are printed by stdio. */
static void check_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return;
    fprintf(stderr, "weir: cannot write standard output: %s\n",
            strerror(errno));
    (void)fflush(stderr); /* that of the options is buffered */
    _exit(3);
}

static bool prints_only(enum weir_command command)
{
    return command == WEIR_COMMAND_EXPLAIN || command == WEIR_COMMAND_HELP;
}

static int run(const struct weir_options *options, char **argv)
{
    switch (options->command) {
    case WEIR_COMMAND_COMPARE:
        return weir_compare(options, argv);
    case WEIR_COMMAND_EXPLAIN:
        return weir_explain(options);
    case WEIR_COMMAND_RECORDS:
        return weir_records(options);
    case WEIR_COMMAND_SIZEOF:
        return weir_sizeof(options);
    case WEIR_COMMAND_MERGE:
        return weir_merge_partials(options);
    case WEIR_COMMAND_HELP:
        return weir_help(options);
    default:
        return weir_ask(options);
    }
}

int main(int argc, char **argv)
{
    static char line[BUFSIZ];
    struct weir_options options;
    hold_descriptors();
    /* A line of a message is written at once, whoever else writes there. */
    (void)setvbuf(stderr, line, _IOLBF, sizeof line);
    if (atexit(check_output))
        return 4;
    weir_memory_hook_gmp();
    weir_options_parse(&options, argc, argv);
    /* What only prints may die of a broken pipe. */
    if (!prints_only(options.command))
        weir_signals_init();
    int code = run(&options, argv);
    weir_options_release(&options);
    return code;
}
