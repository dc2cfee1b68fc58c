/*
 *     failing_tool LIBRARIES KIND N once|all ERRNO REPORT WORD...
 *
 * Runs the command WORD..., a program that is linked with libc. The n-th call
 * of the kind, or with `all` that and all later ones, fails with the given
 * error number. N 0: no call fails. LD_PRELOAD brings LIBRARIES into the
 * program; they must include the one that tests/failing/refuse.c is built to.
 * The file REPORT gets the number of calls of each kind, the number of calls
 * that were refused, and how the program ended:
 *
 *     read 7
 *     ...
 *     refused 1
 *     stderr 0
 *     exit 3
 *
 * stderr is 1 if the first refused call is a write to the file that is standard
 * error, by any descriptor. If calls cannot be refused on this machine, the
 * tool exits with 77 and says why.
 *
 * Calls are counted from the beginning of main(), in the program and in all
 * programs that it starts. tests/failing/refuse.c refuses allocations. For each
 * system call the kernel asks this program (seccomp's user notification). That
 * includes the calls of libc itself, which no library sees.
 */
#include "tests/failing/calls.h"
#include "tests/failing/refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_ADDFD_FLAG_SETFD /* needs Linux 5.9 */

int main(void)
{
    (void)fputs("Linux's headers know no SECCOMP_ADDFD_FLAG_SETFD\n", stderr);
    return 77;
}

#else

#define N(array) (sizeof(array) / sizeof *(array))
#define SKIPPED 77

static struct run {
    enum kind kind;
    uint64_t nth;
    bool all;
    int number;
    uint64_t count[KINDS], refused;
    bool untold; /* the first refused was a write to standard error */
    struct refusing *refusing;
    int nothing; /* /dev/null */
    /* Processes whose main() has not begun: the first one, and each that
     * executes another program. */
    uint32_t loading[64];
    size_t n_loading;
} run;

/* In the child ------------------------------------------------------------ */

/* Installs the filter that asks about the calls. Returns the descriptor from
 * which the questions are read. */
static int listen_to_calls(void)
{
    struct sock_filter filter[N(calls) + 3];
    size_t n = 0;
    filter[n++] = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < N(calls); i++)
        filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                   (uint32_t)calls[i].call,
                                                   (uint8_t)(N(calls) - i), 0);
    filter[n++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[n++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    struct sock_fprog program = {(unsigned short)n, filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                        SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

/* Sends a descriptor through the socket, or receives one if fd is -1. */
static int pass(int socket, int fd)
{
    char byte = 0;
    union {
        char scratch[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control = {.scratch = {0}};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.scratch,
                             .msg_controllen = sizeof control.scratch};
    if (fd < 0 && recvmsg(socket, &message, MSG_CMSG_CLOEXEC) <= 0)
        return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header)
        return -1;
    if (fd < 0) {
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
        return fd;
    }
    *header = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
                               .cmsg_type = SCM_RIGHTS,
                               .cmsg_len = CMSG_LEN(sizeof fd)};
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return sendmsg(socket, &message, 0) == 1 ? fd : -1;
}

static void become(const char *libraries, char **words, int socket)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    int listener = listen_to_calls();
    if (listener < 0 || pass(socket, listener) < 0 ||
        setenv("LD_PRELOAD", libraries, 1) != 0)
        _exit(SKIPPED);
    (void)close(listener);
    execv(words[0], words);
    _exit(127);
}

/* Answering ---------------------------------------------------------------- */

static enum kind kind_of(int call)
{
    for (size_t i = 0; i < N(calls); i++)
        if (calls[i].call == call)
            return calls[i].kind;
    return NO_KIND;
}

static size_t find_loading(uint32_t process)
{
    size_t i = 0;
    while (i < run.n_loading && run.loading[i] != process)
        i++;
    return i;
}

static void note_program(uint32_t process)
{
    if (run.n_loading == N(run.loading))
        abort();
    if (find_loading(process) == run.n_loading)
        run.loading[run.n_loading++] = process;
}

static void note_main(uint32_t process)
{
    size_t i = find_loading(process);
    if (i < run.n_loading)
        run.loading[i] = run.loading[--run.n_loading];
}

/* Counts the call. Returns whether it must fail. */
static bool refuses(enum kind kind, uint32_t process)
{
    if (kind >= KINDS || find_loading(process) < run.n_loading)
        return false;
    uint64_t n = ++run.count[kind];
    return kind == run.kind && run.nth &&
           (n == run.nth || (run.all && n > run.nth));
}

/* Whether the descriptor is the file that is the process's standard error. */
static bool is_error_output(uint32_t process, uint64_t fd)
{
    char path[64];
    struct stat written, told;
    (void)snprintf(path, sizeof path, "/proc/%u/fd/%u", process, (unsigned)fd);
    if (stat(path, &written) != 0)
        return false;
    (void)snprintf(path, sizeof path, "/proc/%u/fd/2", process);
    return stat(path, &told) == 0 && written.st_dev == told.st_dev &&
           written.st_ino == told.st_ino;
}

static void note_refusal(enum kind kind, const struct seccomp_notif *asked)
{
    if (run.refused++ == 0 && kind == WRITE)
        run.untold = is_error_output(asked->pid, asked->data.args[0]);
}

/* Whether the kernel can replace descriptors of another process. It answers
 * ENOENT for an unknown notification if it has that operation. */
static bool can_close_for(int listener)
{
    struct seccomp_notif_addfd file = {.flags = SECCOMP_ADDFD_FLAG_SETFD,
                                       .srcfd = (uint32_t)run.nothing};
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &file) != 0 &&
           errno == ENOENT;
}

/* A close that fails must have closed the descriptor. So /dev/null, which
 * nothing uses, takes its place. */
static void close_for(int listener, const struct seccomp_notif *asked)
{
    struct seccomp_notif_addfd file = {.id = asked->id,
                                       .flags = SECCOMP_ADDFD_FLAG_SETFD,
                                       .srcfd = (uint32_t)run.nothing,
                                       .newfd = (uint32_t)asked->data.args[0],
                                       .newfd_flags = O_CLOEXEC};
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &file);
}

static void answer_call(int listener, struct seccomp_notif *asked,
                        struct seccomp_notif_resp *answer,
                        const struct seccomp_notif_sizes *sizes)
{
    memset(asked, 0, sizes->seccomp_notif);
    memset(answer, 0, sizes->seccomp_notif_resp);
    /* The process that asked may have died, here and below. */
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, asked) != 0)
        return;
    enum kind kind = kind_of(asked->data.nr);
    answer->id = asked->id;
    if (asked->data.nr == REFUSE_MAIN_BEGINS)
        note_main(asked->pid);
    else if (refuses(kind, asked->pid))
        answer->error = -run.number;
    else
        answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (answer->error)
        note_refusal(kind, asked);
    if (answer->error && kind == CLOSE)
        close_for(listener, asked);
    if (kind == EXEC)
        note_program(asked->pid);
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, answer);
}

/* Answers until the child ends. Processes that it leaves behind die at their
 * next call. */
static bool answer_calls(int listener, pid_t child)
{
    struct seccomp_notif_sizes sizes;
    int process = (int)syscall(SYS_pidfd_open, child, 0);
    if (process < 0 ||
        syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) != 0)
        return false;
    struct seccomp_notif *asked = calloc(1, sizes.seccomp_notif);
    struct seccomp_notif_resp *answer = calloc(1, sizes.seccomp_notif_resp);
    if (!asked || !answer)
        return false;
    struct pollfd wait[] = {{.fd = listener, .events = POLLIN},
                            {.fd = process, .events = POLLIN}};
    while (!wait[1].revents) {
        if (poll(wait, N(wait), -1) < 0)
            return false;
        if (wait[0].revents & POLLIN)
            answer_call(listener, asked, answer, &sizes);
        else if (wait[0].revents)
            wait[0].fd = -1; /* all processes that could ask have ended */
    }
    free(asked);
    free(answer);
    return true;
}

/* The run ------------------------------------------------------------------ */

static bool share_allocations(void)
{
    char path[64];
    int fd = memfd_create("refusing", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, sizeof *run.refusing) != 0)
        return false;
    void *mapped = mmap(NULL, sizeof *run.refusing, PROT_READ | PROT_WRITE,
                        MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        return false;
    run.refusing = mapped;
    run.refusing->nth = run.kind == ALLOC ? run.nth : 0;
    run.refusing->all = run.all;
    (void)snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd);
    return setenv(REFUSE_VARIABLE, path, 1) == 0;
}

static bool write_report(const char *path, int status)
{
    FILE *report = fopen(path, "we");
    if (!report)
        return false;
    run.count[ALLOC] = atomic_load(&run.refusing->allocations);
    for (size_t i = 0; i < KINDS; i++)
        fprintf(report, "%s %llu\n", kind_names[i],
                (unsigned long long)run.count[i]);
    fprintf(report, "refused %llu\nstderr %d\n%s %d\n",
            (unsigned long long)run.refused +
                (unsigned long long)atomic_load(&run.refusing->refused),
            run.untold, WIFSIGNALED(status) ? "signal" : "exit",
            WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return fclose(report) == 0;
}

static int skip(const char *why)
{
    (void)fprintf(stderr, "%s\n", why);
    return SKIPPED;
}

static int refuse_in(const char *libraries, char **words, const char *report)
{
    int sockets[2], status;
    run.nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (run.nothing < 0 || !share_allocations() ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return skip("nothing can be shared with a program that is started");
    pid_t child = fork();
    if (child == 0)
        become(libraries, words, sockets[1]);
    (void)close(sockets[1]);
    run.loading[run.n_loading++] = (uint32_t)child;
    int listener = child > 0 ? pass(sockets[0], -1) : -1;
    if (listener < 0)
        return skip("the kernel does not ask about calls (seccomp)");
    if (!can_close_for(listener))
        return skip("no close can fail (SECCOMP_IOCTL_NOTIF_ADDFD)");
    if (!answer_calls(listener, child))
        return skip("the kernel does not ask about calls (pidfd_open)");
    (void)close(listener);
    if (waitpid(child, &status, 0) != child)
        return 1;
    return write_report(report, status) ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc < 8)
        return 64;
    while (run.kind < KINDS && strcmp(kind_names[run.kind], argv[2]) != 0)
        run.kind++;
    run.nth = strtoull(argv[3], NULL, 10);
    run.all = strcmp(argv[4], "all") == 0;
    for (size_t i = 0; i < N(errors); i++)
        if (strcmp(errors[i].name, argv[5]) == 0)
            run.number = errors[i].number;
    if (run.kind == KINDS || !run.number)
        return 64;
    return refuse_in(argv[1], argv + 7, argv[6]);
}

#endif
