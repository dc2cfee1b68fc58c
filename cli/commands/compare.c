/*
 * weir compare: answers the same question lazily and eagerly. Each mode runs in
 * a process of its own, so that each process has the memory of one mode only. A
 * child is this program again, with the user's arguments and a few more. Its
 * answer comes through one pipe and its report through another. For a plot, its
 * timeline is written to a memfd.
 *
 * The input is read once before, so that all modes find it in the page cache
 * and not only those after the first.
 *
 * The memory of an eager child is limited to --memory or, without that option,
 * to nine tenths of what the machine has free. So a mode that does not fit is
 * stopped and reported, and does not bring the machine down.
 */
#include "cli/commands/compare.h"

#include "base/error.h"
#include "cli/commands/commands.h"
#include "cli/complain.h"
#include "cli/terminal/plot.h"
#include "cli/terminal/terminal.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
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
                      const struct weir_comparison *comparison, int report)
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
    if (mode->layout && comparison->allowed)
        (void)snprintf(words->memory, sizeof words->memory, "--memory=%" PRIu64,
                       comparison->allowed);
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

/* Reads the child's report. A child that has failed may have sent none. */
static enum weir_status read_figures(struct weir_mode *mode, FILE *figures,
                                     struct weir_error *error)
{
    mode->reported = weir_report_read(&mode->report, figures);
    return ferror(figures) ? failed("reading the figures of", error) : WEIR_OK;
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
    if (!status)
        status = read_figures(mode, pipes->figures, error);
    close_pipes(pipes);
    return bury(mode, child, status, error);
}

/* Runs one mode to its end. */
static enum weir_status run_mode(struct weir_mode *mode,
                                 const struct weir_comparison *comparison,
                                 const struct weir_options *options,
                                 char **argv, struct weir_error *error)
{
    struct pipes pipes = {{-1, -1}, {-1, -1}, NULL};
    struct words words = {.all = NULL};
    mode->timeline = options->plot ? memfd_create("timeline", MFD_CLOEXEC) : -1;
    if (options->plot && mode->timeline < 0)
        return failed("starting", error);
    enum weir_status status = open_pipes(&pipes, error);
    if (!status) {
        say_words(&words, mode, comparison, pipes.report[1]);
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

static bool agrees(const struct weir_mode *mode, const struct weir_mode *with)
{
    return mode->code == 0 && with->code == 0 &&
           mode->answer_bytes == with->answer_bytes &&
           XXH128_isEqual(mode->answer, with->answer);
}

static void list_modes(const struct weir_options *options,
                       struct weir_comparison *comparison)
{
    comparison->mode[comparison->n++] = (struct weir_mode){.name = "lazy"};
    for (size_t i = 0; weir_layouts[i] && comparison->n < WEIR_MODES_MAX; i++)
        if (!options->compared || options->compared >> i & 1)
            comparison->mode[comparison->n++] = (struct weir_mode){
                .name = weir_layouts[i]->name, .layout = weir_layouts[i]};
    comparison->asked = options->memory_given;
    if (comparison->asked)
        comparison->allowed = options->memory;
    else /* a tenth is left for other processes */
        comparison->allowed = weir_available_memory() / 10 * 9;
}

/* Whether the query names an input other than standard input. If the query is
 * wrong, the result is false, and the first child reports the error. */
static bool has_input(const char *text)
{
    struct weir_query query;
    struct weir_error error;
    bool has = !weir_query_parse(text, &query, &error) && query.from.len &&
               weir_text_compare(query.from, (struct weir_text){"-", 1}) != 0;
    weir_query_release(&query);
    return has;
}

static enum weir_status check_inputs(const struct weir_options *options,
                                     struct weir_error *error)
{
    for (size_t i = 0; i < options->n_paths; i++)
        if (strcmp(options->path[i], "-") == 0 && !has_input(options->query))
            return weir_fail(error, WEIR_USAGE,
                             "compare reads its input several times: expected "
                             "a file, found standard input");
    return WEIR_OK;
}

/* Reads a regular file of less than `max` bytes into the page cache. If it
 * cannot be read, the first child reports the error. */
static void warm(const char *path, uint64_t max)
{
    static char bytes[128 * 1024];
    struct stat file;
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) &&
        (uint64_t)file.st_size < max)
        while ((n = read(fd, bytes, sizeof bytes)) > 0 ||
               (n < 0 && errno == EINTR))
            continue;
    close(fd);
}

static void warm_inputs(const struct weir_options *options)
{
    uint64_t max = weir_available_memory() / 2;
    struct weir_query query;
    struct weir_error error;
    char from[PATH_MAX];
    for (size_t i = 0; i < options->n_paths; i++)
        warm(options->path[i], max);
    if (!weir_query_parse(options->query, &query, &error) && query.from.len) {
        (void)snprintf(from, sizeof from, "%.*s", (int)query.from.len,
                       query.from.bytes);
        warm(from, max);
    }
    weir_query_release(&query);
}

/* Opens the file of --plot: an error is found before minutes of work. The file
 * is not emptied until there is a plot to write. */
static enum weir_status open_plot(const struct weir_options *options, int *fd,
                                  struct weir_error *error)
{
    *fd = -1;
    if (!options->plot)
        return WEIR_OK;
    for (size_t i = 0; i < options->n_paths; i++)
        if (weir_overwrites(options->plot, options->path[i], -1))
            return weir_fail(error, WEIR_USAGE,
                             "--plot %s is an input; it would be lost",
                             options->plot);
    if (weir_overwrites(options->plot, NULL, STDOUT_FILENO))
        return weir_fail(error, WEIR_USAGE, "--plot %s is where the table goes",
                         options->plot);
    *fd = open(options->plot, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (*fd < 0)
        return weir_fail_errno(error, "cannot create %s", options->plot);
    return WEIR_OK;
}

static enum weir_status draw(const struct weir_comparison *comparison,
                             const struct weir_options *options, int fd,
                             struct weir_error *error)
{
    struct weir_curve curve[WEIR_MODES_MAX];
    for (size_t i = 0; i < comparison->n; i++) {
        const struct weir_mode *mode = &comparison->mode[i];
        curve[i] = (struct weir_curve){.name = mode->name,
                                       .timeline = mode->timeline,
                                       .loaded = mode->report.load_seconds,
                                       .peak = mode->report.stats.peak_resident,
                                       .stopped = mode->code != 0};
    }
    if (ftruncate(fd, 0) && errno != EINVAL)
        return weir_fail_errno(error, "cannot write %s", options->plot);
    const struct weir_plot plot = {
        .question = options->query,
        .path = options->path,
        .n_paths = strcmp(options->path[0], "-") ? options->n_paths : 0,
        .curve = curve,
        .n = comparison->n};
    return weir_plot_write(&plot, fd, options->plot, error);
}

/* Runs all modes. Returns 0, or the exit code if there is nothing to compare.
 */
static int run_modes(struct weir_comparison *comparison,
                     const struct weir_options *options, char **argv)
{
    struct weir_error error;
    for (size_t i = 0; i < comparison->n; i++) {
        struct weir_mode *mode = &comparison->mode[i];
        if (run_mode(mode, comparison, options, argv, &error))
            return weir_complain(&error, NULL);
        /* If the lazy run fails, the question or the data is wrong, and the
         * child has printed its message. */
        if (!mode->layout && mode->code)
            return mode->code;
        mode->agrees = agrees(mode, comparison->mode);
    }
    return 0;
}

/* Reports modes that failed or gave another answer. The table has been printed
 * by then. Returns the exit code. */
static int judge(const struct weir_comparison *comparison)
{
    struct weir_error error;
    for (size_t i = 1; i < comparison->n; i++) {
        const struct weir_mode *mode = &comparison->mode[i];
        if (mode->code && !weir_mode_stopped(mode)) {
            weir_fail(&error, WEIR_IO, "%s has failed, with exit code %d",
                      mode->name, mode->code);
            return weir_complain(&error, NULL);
        }
        if (mode->code == 0 && !mode->agrees) {
            weir_fail(&error, WEIR_DATA, "%s and lazy differ in their answers",
                      mode->name);
            return weir_complain(&error, NULL);
        }
    }
    return 0;
}

static int compare(struct weir_comparison *comparison,
                   const struct weir_options *options, char **argv, int plot)
{
    const struct weir_format *format =
        weir_options_format(options, STDOUT_FILENO);
    bool chart =
        format->audience == WEIR_FOR_TERMINALS && weir_terminal(STDOUT_FILENO);
    int code = run_modes(comparison, options, argv);
    if (!code)
        code = weir_comparison_print(comparison, format);
    if (!code && chart)
        code = weir_comparison_chart(comparison, STDOUT_FILENO);
    struct weir_error error;
    if (!code && plot >= 0 && draw(comparison, options, plot, &error))
        code = weir_complain(&error, NULL);
    return code ? code : judge(comparison);
}

int weir_compare(const struct weir_options *options, char **argv)
{
    static struct weir_comparison comparison;
    struct weir_error error;
    int plot;
    if (check_inputs(options, &error) || open_plot(options, &plot, &error))
        return weir_complain(&error, NULL);
    list_modes(options, &comparison);
    warm_inputs(options);
    int code = compare(&comparison, options, argv, plot);
    for (size_t i = 0; i < comparison.n; i++)
        if (comparison.mode[i].timeline >= 0)
            close(comparison.mode[i].timeline);
    if (plot >= 0)
        close(plot);
    return code;
}
