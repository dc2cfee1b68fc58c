/*
 * weir: exact answers about CSV streams, in constant memory.
 */
#include "base/memory.h"
#include "cli/commands/commands.h"
#include "cli/terminal/signals.h"
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* If a standard descriptor is closed, the next file we open would get its
 * number. So we open /dev/null on it, in the wrong direction: then reading or
 * writing it fails, as with a closed descriptor. */
static void hold_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            _exit(3);
}

/* Blocks from 128 KiB on are returned to the system when they are freed. Left
 * to itself, glibc raises this size as blocks are freed, and keeps up to 1.5
 * MiB of what a run is done with resident. */
static void return_large_blocks(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
}

/* Help, the version and explain are printed by stdio, whose failures are found
 * at exit. */
static void check_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return;
    fprintf(stderr, "weir: cannot write standard output: %s\n",
            strerror(errno));
    (void)fflush(stderr); /* weir_options_parse() may have replaced stderr by a
                             buffered stream */
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
    return_large_blocks();
    /* With a line buffer each message is one write(2), so that other processes
     * that write there cannot break it up. */
    (void)setvbuf(stderr, line, _IOLBF, sizeof line);
    if (atexit(check_output))
        return 4;
    weir_memory_hook_gmp();
    weir_options_parse(&options, argc, argv);
    /* A command that only prints may be killed by SIGPIPE. */
    if (!prints_only(options.command))
        weir_signals_init();
    int code = run(&options, argv);
    weir_options_release(&options);
    return code;
}
