/*
 * A mode of `weir compare` in a process of its own, so that each process has
 * the memory of one mode only. A child is this program again, with the user's
 * arguments and a few more. Its answer comes through one pipe and its report
 * through another. For a plot, its timeline is written to a memfd.
 */
#include "base/error.h"
#include "base/memory.h"
#include "cli/commands/compare.h"
#include "cli/complain.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The arguments that a child gets in addition to the user's. They come after
 * the user's options, because the last value of an option counts. An empty
 * string is left out. */
struct words {
    char mode[48], report[32], timeline[64], memory[48];
    char **all;
};

static void say_words(struct words *words, const struct weir_mode *mode,
                      uint64_t allowed, int report)
{
    (void)snprintf(words->mode, sizeof words->mode, "--lazy");
    if (mode->layout)
        (void)snprintf(words->mode, sizeof words->mode, "--eager=%.30s",
                       mode->name);
    (void)snprintf(words->report, sizeof words->report, "--report=%d", report);
    *words->timeline = *words->memory = '\0';
    if (mode->timeline >= 0)
        (void)snprintf(words->timeline, sizeof words->timeline,
                       "--timeline=/proc/self/fd/%d", mode->timeline);
    if (mode->layout && allowed)
        (void)snprintf(words->memory, sizeof words->memory, "--memory=%" PRIu64,
                       allowed);
}

/*
 * Fills words->all: our argv without "compare", and the child's additional
 * arguments. argp has permuted our argv: first all options, then perhaps "--",
 * then "compare" and the query. The additional arguments go before the "--".
 * Returns false without memory.
 */
static bool put_words(struct words *words, char **argv, const char *query)
{
    static char self[] = "/proc/self/exe", output[] = "--output=csv";
    static char progress[] = "--progress=never", again[] = "--again";
    char *const put[] = {output,        progress,    again,
                         words->report, words->mode, words->timeline,
                         words->memory};
    size_t n_put = sizeof put / sizeof *put;
    size_t n = 0, used = 0, command = 0;
    while (argv[n])
        n++;
    words->all =
        weir_alloc(WEIR_MEMORY_OTHER, (n + n_put + 1) * sizeof *words->all);
    if (!words->all)
        return false;
    while (argv[command + 1] != query)
        command++;
    const char *before = argv[command - 1];
    size_t place = command - (before && strcmp(before, "--") == 0);
    words->all[used++] = self;
    for (size_t i = 1; i < n; i++) {
        for (size_t k = 0; i == place && k < n_put; k++)
            if (*put[k])
                words->all[used++] = put[k];
        if (i != command)
            words->all[used++] = argv[i];
    }
    words->all[used] = NULL;
    return true;
}

/* Reports the errno of a failed call: "WHAT a process to compare with". */
static enum weir_status failed(const char *what, struct weir_error *error)
{
    return weir_fail_errno(error, "%s a process to compare with", what);
}

/* Reads the child's answer to its end, into its hash, length, line count and
 * first bytes. */
static enum weir_status drain(struct weir_mode *mode, int fd,
                              struct weir_error *error)
{
    char bytes[8192];
    XXH3_state_t hash;
    XXH3_128bits_reset(&hash);
    ssize_t n;
    while ((n = read(fd, bytes, sizeof bytes)) > 0 ||
           (n < 0 && errno == EINTR)) {
        if (n < 0)
            continue;
        XXH3_128bits_update(&hash, bytes, (size_t)n);
        mode->answer_bytes += (uint64_t)n;
        for (ssize_t i = 0; i < n; i++)
            mode->answer_lines += bytes[i] == '\n';
        size_t capacity = sizeof mode->head - 1 - mode->head_len;
        size_t take = (size_t)n < capacity ? (size_t)n : capacity;
        memcpy(mode->head + mode->head_len, bytes, take);
        mode->head_len += take;
    }
    mode->answer = XXH3_128bits_digest(&hash);
    return n < 0 ? failed("reading the answer of", error) : WEIR_OK;
}

/* Turns the forked process into the child. It keeps the descriptors of the
 * answer, the report and the timeline; the others are closed on exec. As it may
 * hold much memory, the kernel kills it when we die. */
static void become(char **words, int answer, int report, int timeline)
{
    struct weir_error error;
    if (!prctl(PR_SET_PDEATHSIG, SIGKILL) && dup2(answer, STDOUT_FILENO) >= 0 &&
        !fcntl(report, F_SETFD, 0) &&
        (timeline < 0 || !fcntl(timeline, F_SETFD, 0)))
        execv(words[0], words);
    (void)failed("starting", &error);
    _exit(weir_complain(&error, NULL));
}

/* Waits for the child. A failure to read its output (`so_far`) is reported
 * rather than its exit code: the child may have failed because of that. */
static enum weir_status bury(struct weir_mode *mode, pid_t child,
                             enum weir_status so_far, struct weir_error *error)
{
    int status = 0;
    pid_t ended;
    do
        ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
    if (so_far)
        return so_far;
    if (ended < 0)
        return failed("waiting for", error);
    mode->code =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return WEIR_OK;
}

/* The ends of the pipes. An end is -1 if it is closed or `figures` owns it. */
struct pipes {
    int answer[2], report[2];
    FILE *figures; /* over report[0] */
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static enum weir_status open_pipes(struct pipes *pipes,
                                   struct weir_error *error)
{
    if (pipe2(pipes->answer, O_CLOEXEC) || pipe2(pipes->report, O_CLOEXEC))
        return failed("starting", error);
    pipes->figures = fdopen(pipes->report[0], "r");
    if (!pipes->figures)
        return failed("starting", error);
    pipes->report[0] = -1;
    return WEIR_OK;
}

static void close_pipes(struct pipes *pipes)
{
    for (size_t i = 0; i < 2; i++) {
        close_end(&pipes->answer[i]);
        close_end(&pipes->report[i]);
    }
    if (pipes->figures)
        (void)fclose(pipes->figures);
    pipes->figures = NULL;
}

/* Starts the child, reads its answer and its report, and waits for its end. */
static enum weir_status follow(struct weir_mode *mode, char **words,
                               struct pipes *pipes, struct weir_error *error)
{
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        become(words, pipes->answer[1], pipes->report[1], mode->timeline);
    if (child < 0)
        return failed("starting", error);
    close_end(&pipes->answer[1]);
    close_end(&pipes->report[1]);
    enum weir_status status = drain(mode, pipes->answer[0], error);
    /* A child that has failed may have sent no report. */
    mode->reported = !status && weir_report_read(&mode->report, pipes->figures);
    if (!status && ferror(pipes->figures))
        status = failed("reading the figures of", error);
    close_pipes(pipes);
    return bury(mode, child, status, error);
}

enum weir_status weir_mode_run(struct weir_mode *mode, uint64_t allowed,
                               const struct weir_options *options, char **argv,
                               struct weir_error *error)
{
    struct pipes pipes = {{-1, -1}, {-1, -1}, NULL};
    struct words words = {.all = NULL};
    mode->timeline =
        options->diagnostics.plot ? memfd_create("timeline", MFD_CLOEXEC) : -1;
    if (options->diagnostics.plot && mode->timeline < 0)
        return failed("starting", error);
    enum weir_status status = open_pipes(&pipes, error);
    if (!status) {
        say_words(&words, mode, allowed, pipes.report[1]);
        if (!put_words(&words, argv, options->query))
            status =
                weir_fail_memory(error, "the words of a process", sizeof words);
    }
    if (!status)
        status = follow(mode, words.all, &pipes, error);
    close_pipes(&pipes);
    weir_free(WEIR_MEMORY_OTHER, words.all);
    return status;
}
