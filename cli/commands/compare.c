/*
 * weir compare: answers the same question lazily and eagerly, each mode in a
 * process of its own (compare_child.c). The input is read once before, so that
 * all modes find it in the page cache and not only those after the first. An
 * eager mode that does not fit in memory is stopped and reported.
 */
#include "cli/commands/compare.h"

#include "base/error.h"
#include "cli/commands/commands.h"
#include "cli/complain.h"
#include "cli/terminal/plot.h"
#include "cli/terminal/terminal.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool agrees(const struct weir_mode *mode, const struct weir_mode *with)
{
    return mode->code == 0 && with->code == 0 &&
           mode->answer_bytes == with->answer_bytes &&
           XXH128_isEqual(mode->answer, with->answer);
}

static void list_modes(const struct weir_options *options,
                       struct weir_comparison *comparison)
{
    comparison->mode[comparison->n++] =
        (struct weir_mode){.name = "lazy", .timeline = -1};
    for (size_t i = 0; weir_layouts[i] && comparison->n < WEIR_MODES_MAX; i++)
        if (!options->loading.compared || options->loading.compared >> i & 1)
            comparison->mode[comparison->n++] =
                (struct weir_mode){.name = weir_layouts[i]->name,
                                   .layout = weir_layouts[i],
                                   .timeline = -1};
    comparison->asked = options->resources.memory_given;
    if (comparison->asked)
        comparison->allowed = options->resources.memory;
    else /* a tenth is left for other processes */
        comparison->allowed = weir_available_memory() / 10 * 9;
}

/* Writes the path of the input that the query names; "-" if it names none or
 * is wrong, which the first child reports. `into` has PATH_MAX bytes and is
 * returned. */
static const char *from_of(const char *text, char *into)
{
    struct weir_ast query;
    struct weir_error error;
    bool has = !weir_ast_parse(text, &query, &error) && query.from.len;
    (void)snprintf(into, PATH_MAX, "%.*s", has ? (int)query.from.len : 1,
                   has ? query.from.bytes : "-");
    weir_ast_release(&query);
    return into;
}

static enum weir_status check_inputs(const struct weir_options *options,
                                     struct weir_error *error)
{
    char from[PATH_MAX];
    for (size_t i = 0; i < options->inputs.n_paths; i++)
        if (strcmp(options->inputs.path[i], "-") == 0 &&
            strcmp(from_of(options->query, from), "-") == 0)
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
    char from[PATH_MAX];
    for (size_t i = 0; i < options->inputs.n_paths; i++)
        warm(options->inputs.path[i], max);
    warm(from_of(options->query, from), max);
}

/* Opens the file of --plot: an error is found before minutes of work. The file
 * is not emptied until there is a plot to write. */
static enum weir_status open_plot(const struct weir_options *options, int *fd,
                                  struct weir_error *error)
{
    *fd = -1;
    if (!options->diagnostics.plot)
        return WEIR_OK;
    for (size_t i = 0; i < options->inputs.n_paths; i++)
        if (weir_file_overwrites(options->diagnostics.plot,
                                 options->inputs.path[i], -1))
            return weir_fail(error, WEIR_USAGE,
                             "--plot %s is an input; it would be lost",
                             options->diagnostics.plot);
    if (weir_file_overwrites(options->diagnostics.plot, NULL, STDOUT_FILENO))
        return weir_fail(error, WEIR_USAGE, "--plot %s is where the table goes",
                         options->diagnostics.plot);
    *fd = open(options->diagnostics.plot, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (*fd < 0)
        return weir_fail_errno(error, "cannot create %s",
                               options->diagnostics.plot);
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
        return weir_fail_errno(error, "cannot write %s",
                               options->diagnostics.plot);
    const struct weir_plot plot = {
        .question = options->query,
        .path = options->inputs.path,
        .n_paths =
            strcmp(options->inputs.path[0], "-") ? options->inputs.n_paths : 0,
        .curve = curve,
        .n = comparison->n};
    return weir_plot_write(&plot, fd, options->diagnostics.plot, error);
}

/* Runs all modes. Returns 0, or the exit code if there is nothing to compare.
 */
static int run_modes(struct weir_comparison *comparison,
                     const struct weir_options *options, char **argv)
{
    struct weir_error error;
    for (size_t i = 0; i < comparison->n; i++) {
        struct weir_mode *mode = &comparison->mode[i];
        if (weir_mode_run(mode, comparison->allowed, options, argv, &error))
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
