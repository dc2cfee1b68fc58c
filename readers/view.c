/*
 * The window is a mapping that the next one takes the place of: so the pages
 * that were seen are let go, which costs less the more there are of them.
 *
 *     file:  |       |  ...  |piece|piece|  ...  |piece|        |
 *                    |<-------- the window ----------->|
 */
#include "readers/view.h"

#include "base/mechanism.h"
#include "base/memory.h"

#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of a window: twice as many gain nothing, half as many a tenth less. */
#define WINDOW ((size_t)512 * 1024)
/* Fewer bytes than this are read as fast. */
#define LEAST ((size_t)64 * 1024)

struct weir_view {
    int fd;
    bool refused; /* it cannot be mapped */
    char *window; /* NULL: none yet */
    uint64_t from;
    size_t page; /* bytes of one: a window begins with one */
};

/* Where this thread looks, while it does. */
struct sight {
    const char *from, *to;
    sigjmp_buf leave;
};
static _Thread_local struct sight *volatile sight;
static bool allowed;
static struct sigaction before;

/* It is blocked in its own handler, which is not always returned from. */
static bool unblock_bus(void)
{
    sigset_t bus;
    sigemptyset(&bus);
    sigaddset(&bus, SIGBUS);
    return pthread_sigmask(SIG_UNBLOCK, &bus, NULL) == 0;
}

static _Noreturn void die_of(int number)
{
    (void)signal(number, SIG_DFL);
    (void)unblock_bus();
    (void)raise(number);
    _exit(128 + number); /* a process 1 is spared the signal */
}

static void on_bus(int number, siginfo_t *info, void *context)
{
    const char *at = info->si_addr;
    bool sent = info->si_code <= 0; /* by a program: there is no address */
    if (!sent && sight && at >= sight->from && at < sight->to) {
        (void)unblock_bus();
        siglongjmp(sight->leave, 1);
    }
    /* To whom it concerns. */
    if (before.sa_flags & SA_SIGINFO)
        before.sa_sigaction(number, info, context);
    else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
        before.sa_handler(number);
    else if (!sent || before.sa_handler == SIG_DFL)
        die_of(number);
}

bool weir_view_allow(void)
{
    struct sigaction action = {.sa_sigaction = on_bus, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    if (!allowed)
        allowed = unblock_bus() && sigaction(SIGBUS, &action, &before) == 0;
    return allowed;
}

size_t weir_view_bytes(void)
{
    return sizeof(struct weir_view);
}

struct weir_view *weir_view_open(int fd)
{
    struct weir_view *view = weir_alloc(WEIR_MEMORY_READER, sizeof *view);
    long page = sysconf(_SC_PAGESIZE);
    if (view)
        *view = (struct weir_view){
            .fd = fd, .refused = page <= 0, .page = (size_t)page};
    return view;
}

void weir_view_close(struct weir_view *view)
{
    if (view && view->window)
        munmap(view->window, WINDOW);
    weir_free(WEIR_MEMORY_READER, view);
}

/* Moves the window to where `place` is. */
static bool move(struct weir_view *view, uint64_t place)
{
    int fixed = view->window ? MAP_FIXED : 0;
    uint64_t from = place & ~((uint64_t)view->page - 1);
    void *window = mmap(view->window, WINDOW, PROT_READ, MAP_SHARED | fixed,
                        view->fd, (off_t)from);
    if (window == MAP_FAILED) {
        view->refused = true;
        view->window = NULL; /* there or not, it may not be ours any more */
        return false;
    }
    view->window = window;
    view->from = from;
    /* Advice: it is read ahead as for reads, where it is not there yet. */
    (void)madvise(window, WINDOW, MADV_SEQUENTIAL);
    return true;
}

static bool holds(const struct weir_view *view, uint64_t place, size_t len)
{
    return view->window && place >= view->from &&
           place + len <= view->from + WINDOW;
}

/* Past its new end a file that was cut shows zeros, up to the page's end: no
 * signal tells of them. */
static bool reaches(const struct weir_view *view, uint64_t end)
{
    struct stat file;
    return fstat(view->fd, &file) == 0 && (uint64_t)file.st_size >= end;
}

bool weir_view_see(struct weir_view *view, uint64_t place, size_t len,
                   void (*see)(void *context, const char *bytes), void *context)
{
    if (len < LEAST || view->refused || len + view->page > WINDOW)
        return false;
    if (!holds(view, place, len) && !move(view, place))
        return false;
    const char *bytes = view->window + (place - view->from);
    struct sight here = {.from = view->window, .to = view->window + WINDOW};
    bool seen = false;
    if (sigsetjmp(here.leave, 0) == 0) {
        sight = &here;
        atomic_signal_fence(memory_order_seq_cst);
        see(context, bytes);
        atomic_signal_fence(memory_order_seq_cst);
        seen = true;
    } else {
        weir_ran(WEIR_RAN_VIEW_LEFT);
    }
    sight = NULL;
    return seen && reaches(view, place + len);
}
