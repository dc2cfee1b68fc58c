/*
 * The handler raises its own signal again with the default action, so that
 * whoever waits for us sees a death by signal (a shell: 130, 143) and a script
 * stops at Ctrl-C as it should. A process 1, as in a container, is spared by
 * the default action: it leaves with the same number by itself.
 */
#include "cli/terminal/signals.h"

#include "cli/terminal/progress.h"

#include <signal.h>
#include <unistd.h>

void weir_signals_leave(int number)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t this_one;

    weir_progress_erase();
    sigaction(number, &action, NULL);
    raise(number); /* waits, as it is blocked in its own handler */
    sigemptyset(&this_one);
    sigaddset(&this_one, number);
    pthread_sigmask(SIG_UNBLOCK, &this_one, NULL);
    _exit(128 + number);
}

static void handle(int number)
{
    struct sigaction action = {.sa_handler = weir_signals_leave};
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
    /* A file past its limit is an error of its write. */
    signal(SIGXFSZ, SIG_IGN);
}
