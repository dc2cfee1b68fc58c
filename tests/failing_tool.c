/*
 * failing_tool LIBRARIES KIND N once|all ERRNO REPORT WORD...
 *
 * Runs the words, a program linked with libc, and lets the n-th call of a kind
 * fail with that error number, or it and all after it; N 0: none. LIBRARIES are
 * brought in by LD_PRELOAD: what tests/failing/refuse.c is built to, at least.
 * REPORT is a file that gets how many calls of each kind there were, how many
 * were refused, and how the program ended:
 *
 *     read 7
 *     ...
 *     refused 1
 *     exit 3
 *
 * Calls count from where main() begins, in the program and in all that it
 * starts. Allocations are refused by tests/failing/refuse.c. About system calls
 * the kernel asks this program (seccomp's user notification), whoever makes
 * them: libc's own, which no library sees, too.
 */
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define SKIPPED 77

enum kind {
    ALLOC,
    MAP,
    OPEN,
    HANDLE,
    READ,
    WRITE,
    CLOSE,
    NAME,
    UNLINK,
    STAT,
    SYNC,
    SEEK,
    THREAD,
    KINDS,
    EXEC, /* not refused, but to be known of */
    NO_KIND
};

static const char *const kind_names[KINDS] = {
    "alloc", "map",    "open", "handle", "read", "write", "close",
    "name",  "unlink", "stat", "sync",   "seek", "thread"};

static const struct {
    int call;
    enum kind kind;
} calls[] = {
    {SYS_mmap, MAP},
    {SYS_mremap, MAP},
    {SYS_openat, OPEN},
    {SYS_dup, HANDLE},
    {SYS_dup3, HANDLE},
    {SYS_fcntl, HANDLE},
    {SYS_pipe2, HANDLE},
    {SYS_memfd_create, HANDLE},
    {SYS_read, READ},
    {SYS_pread64, READ},
    {SYS_readv, READ},
    {SYS_preadv, READ},
    {SYS_write, WRITE},
    {SYS_pwrite64, WRITE},
    {SYS_writev, WRITE},
    {SYS_pwritev, WRITE},
    {SYS_ftruncate, WRITE},
    {SYS_fallocate, WRITE},
    {SYS_close, CLOSE},
    {SYS_renameat2, NAME},
    {SYS_linkat, NAME},
    {SYS_unlinkat, UNLINK},
    {SYS_fstat, STAT},
    {SYS_newfstatat, STAT},
    {SYS_statx, STAT},
    {SYS_faccessat, STAT},
    {SYS_fsync, SYNC},
    {SYS_fdatasync, SYNC},
    {SYS_lseek, SEEK},
    {SYS_fadvise64, SEEK},
    {SYS_clone, THREAD},
    {SYS_clone3, THREAD},
    {SYS_execve, EXEC},
    {SYS_execveat, EXEC},
    {REFUSE_MAIN_BEGINS, NO_KIND},
#ifdef SYS_open /* older machines have these besides */
    {SYS_open, OPEN},
    {SYS_creat, OPEN},
    {SYS_dup2, HANDLE},
    {SYS_pipe, HANDLE},
    {SYS_rename, NAME},
    {SYS_link, NAME},
    {SYS_unlink, UNLINK},
    {SYS_stat, STAT},
    {SYS_lstat, STAT},
    {SYS_access, STAT},
    {SYS_fork, THREAD},
    {SYS_vfork, THREAD},
#endif
#ifdef SYS_renameat
    {SYS_renameat, NAME},
#endif
#ifdef SYS_faccessat2
    {SYS_faccessat2, STAT},
#endif
};

static struct run {
    enum kind kind;
    uint64_t nth;
    bool all;
    int number;
    uint64_t count[KINDS], refused;
    struct refusing *refusing;
    int nothing; /* /dev/null */
    /* Processes whose main() has not begun: the first, and each that turns
     * into another program. */
    uint32_t loading[64];
    size_t n_loading;
} run;

/* In the child ------------------------------------------------------------ */

/* Asks about the calls; returns the descriptor by which one is asked. */
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

/* Moves a descriptor through the socket: out, or in where it is -1. */
static int pass(int socket, int fd)
{
    char byte = 0;
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control = {.room = {0}};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
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

/* Whether this call is to fail. */
static bool refuses(enum kind kind, uint32_t process)
{
    if (kind >= KINDS || find_loading(process) < run.n_loading)
        return false;
    uint64_t n = ++run.count[kind];
    bool refused = kind == run.kind && run.nth &&
                   (n == run.nth || (run.all && n > run.nth));
    run.refused += refused;
    return refused;
}

/* A close that fails has closed: another file, that nobody waits for, takes the
 * place of that one. */
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
    /* Who asked may be dead, here and below. */
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
    if (answer->error && kind == CLOSE)
        close_for(listener, asked);
    if (kind == EXEC)
        note_program(asked->pid);
    (void)ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, answer);
}

/* Until the child ends; what it leaves behind dies by the next call. */
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
            wait[0].fd = -1; /* all ended that could ask */
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
    fprintf(
        report, "refused %llu\n%s %d\n",
        (unsigned long long)(run.refused + atomic_load(&run.refusing->refused)),
        WIFSIGNALED(status) ? "signal" : "exit",
        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return fclose(report) == 0;
}

static int refuse_in(const char *libraries, char **words, const char *report)
{
    int sockets[2], status;
    run.nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (run.nothing < 0 || !share_allocations() ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0)
        return SKIPPED;
    pid_t child = fork();
    if (child == 0)
        become(libraries, words, sockets[1]);
    (void)close(sockets[1]);
    run.loading[run.n_loading++] = (uint32_t)child;
    int listener = child > 0 ? pass(sockets[0], -1) : -1;
    if (listener < 0 || !answer_calls(listener, child))
        return SKIPPED;
    (void)close(listener);
    if (waitpid(child, &status, 0) != child)
        return SKIPPED;
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
    while (run.number < 200 &&
           (!strerrorname_np(run.number) ||
            strcmp(strerrorname_np(run.number), argv[5]) != 0))
        run.number++;
    if (run.kind == KINDS || run.number == 200)
        return 64;
    return refuse_in(argv[1], argv + 7, argv[6]);
}
