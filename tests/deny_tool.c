/*
 *     deny_tool CALL ARGUMENT VALUE WORD...
 *
 * Executes the command WORD..., in which the system call CALL fails with EIO if
 * argument number ARGUMENT has that value. -1 0: it always fails. Exits with 77
 * if that is not possible.
 */
#include "tests/deny.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
    const char *name;
    int call;
} calls[] = {
#ifdef SYS_dup2
    {"dup2", SYS_dup2},
#else
    {"dup2", SYS_dup3},
#endif
    {"fcntl", SYS_fcntl},   {"pipe2", SYS_pipe2}, {"read", SYS_read},
    {"execve", SYS_execve}, {"wait4", SYS_wait4}, {"memfd", SYS_memfd_create},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 4 && i < sizeof calls / sizeof *calls; i++) {
        if (strcmp(argv[1], calls[i].name) != 0)
            continue;
        if (!deny(calls[i].call, atoi(argv[2]),
                  (uint32_t)strtoul(argv[3], NULL, 10), EIO))
            return 77;
        execv(argv[4], argv + 4);
        return 127;
    }
    return 64;
}
