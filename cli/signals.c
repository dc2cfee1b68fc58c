/*
 * The handler raises its own signal again with the default action, so that
 * whoever waits for us sees a death by signal (a shell: 130, 143) and a script
 * stops at Ctrl-C as it should. A process 1, as in a container, is spared by
 * the default action: it leaves with the same number by itself.
 */
#include "cli/signals.h"

#include "cli/progress.h"

#include <signal.h>
#include <unistd.h>

static void leave(int number)
{
    weir_progress_erase();
    /* SA_RESETHAND and SA_NODEFER: the default action, at once. */
    raise(number);
    _exit(128 + number);
}

static void handle(int number)
{
    struct sigaction action = {.sa_handler = leave,
                               .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
    struct sigaction before;

    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void weir_signals_init(void)
{
    handle(SIGINT);
    handle(SIGTERM);
    signal(SIGPIPE, SIG_IGN);
}
