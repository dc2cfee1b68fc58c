/*
 * The handler raises its signal again with the default action, so that the
 * parent process sees a death by signal (a shell shows 130 or 143) and a script
 * stops at Ctrl-C as it should. The default action does not end process 1, as
 * in a container: it exits with the same number instead.
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
    raise(number); /* pending until unblocked: a handler blocks its signal */
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
    /* Past the limit of a file's size write(2) fails with EFBIG instead. */
    signal(SIGXFSZ, SIG_IGN);
}
