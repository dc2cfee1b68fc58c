/*
 * weir compare: the same question lazily and eagerly, each in a process of
 * its own, so that neither's memory is the other's. A child is this program
 * again, with the user's own words and a few more; its answer comes through
 * one pipe and its figures through another.
 */
#include "base/error.h"
#include "cli/commands.h"
#include "cli/complain.h"
#include "cli/sheet.h"
#include "cli/stats.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define MODES_MOST 16
#define SHOWN 40
#define REPORT_FD 9

struct mode {
    char name[32], option[40];
    struct weir_stats stats;
    bool reported;
    int code; /* exit code; 128 + n: a signal */
    XXH128_hash_t answer;
    uint64_t answer_bytes, answer_lines;
    char head[160]; /* the answer's beginning */
    size_t head_len;
};

/*
 * The child's words: ours without "compare", and in its place what makes the
 * child report: the last of an option's words counts. argp has sorted them, so
 * that "compare" stands right before the query, and after all options; there
 * may be a "--" between.
 */
static char **child_words(char **argv, const char *query, struct mode *mode)
{
    static char self[] = "/proc/self/exe";
    static char output[] = "--output=csv", progress[] = "--progress=never";
    static char report[] = "--report=9", lazy[] = "--lazy";
    size_t n = 0, used = 0, command = 0;
    while (argv[n])
        n++;
    char **words = weir_alloc(WEIR_MEMORY_OTHER, (n + 6) * sizeof *words);
    if (!words)
        return NULL;
    while (argv[command + 1] != query)
        command++;
    const char *before = argv[command - 1];
    size_t place = command - (before && strcmp(before, "--") == 0);
    words[used++] = self;
    for (size_t i = 1; i < n; i++) {
        if (i == place) {
            words[used++] = output;
            words[used++] = progress;
            words[used++] = report;
            words[used++] = *mode->option ? mode->option : lazy;
        }
        if (i != command)
            words[used++] = argv[i];
    }
    words[used] = NULL;
    return words;
}

static void drain(struct mode *mode, int fd)
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
        size_t room = sizeof mode->head - 1 - mode->head_len;
        size_t take = (size_t)n < room ? (size_t)n : room;
        memcpy(mode->head + mode->head_len, bytes, take);
        mode->head_len += take;
    }
    mode->answer = XXH3_128bits_digest(&hash);
    close(fd);
}

static void become(char **words, int answer, int report)
{
    if (dup2(answer, STDOUT_FILENO) < 0 || dup2(report, REPORT_FD) < 0)
        _exit(3);
    execv(words[0], words);
    _exit(3);
}

/* Runs a mode to its end. false: it could not be started. */
static bool run_mode(struct mode *mode, char **argv, const char *query)
{
    int answer[2], report[2], status = 0;
    char **words = child_words(argv, query, mode);
    if (!words || pipe2(answer, 0) || pipe2(report, 0))
        return false;
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(answer[0]);
        close(report[0]);
        become(words, answer[1], report[1]);
    }
    close(answer[1]);
    close(report[1]);
    drain(mode, answer[0]);
    FILE *figures = fdopen(report[0], "r");
    mode->reported = figures && weir_stats_read(&mode->stats, figures);
    if (figures)
        fclose(figures);
    weir_free(WEIR_MEMORY_OTHER, words);
    if (child < 0)
        return false;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    mode->code =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

/* What is shown of an answer: its one value, or how many rows it has. */
static void show_answer(const struct mode *mode, char *into, size_t room)
{
    const char *value = memchr(mode->head, '\n', mode->head_len);
    if (mode->code)
        snprintf(into, room, "none: exit %d", mode->code);
    else if (value && mode->answer_lines == 2 &&
             mode->answer_bytes < sizeof mode->head)
        snprintf(into, room, "%.*s", (int)strcspn(value + 1, "\n"), value + 1);
    else
        snprintf(into, room, "%" PRIu64 " rows",
                 mode->answer_lines ? mode->answer_lines - 1 : 0);
}

static bool same_answer(const struct mode *a, const struct mode *b)
{
    return a->code == 0 && b->code == 0 && a->answer_bytes == b->answer_bytes &&
           XXH128_isEqual(a->answer, b->answer);
}

static const char *const titles[] = {
    "mode",      "answer",        "seconds",     "records/s",    "live heap",
    "peak heap", "peak resident", "allocations", "bytes/record", "same answer"};

static void put_figures(const struct mode *mode, struct weir_sheet *sheet)
{
    const struct weir_stats *s = &mode->stats;
    uint64_t read = s->account.read ? s->account.read : 1;
    double seconds = s->seconds > 0 ? s->seconds : 1e-9;
    weir_sheet_put(sheet, "%.3f", s->seconds);
    weir_sheet_put(sheet, "%.0f", (double)s->account.read / seconds);
    weir_sheet_size(sheet, s->heap.live);
    weir_sheet_size(sheet, s->heap.peak);
    weir_sheet_size(sheet, s->peak_resident);
    weir_sheet_put(sheet, "%" PRIu64, s->heap.allocations);
    weir_sheet_put(sheet, "%.1f", (double)s->heap.peak / (double)read);
}

static void put_row(const struct mode *mode, const struct mode *first,
                    struct weir_sheet *sheet)
{
    char answer[SHOWN];
    show_answer(mode, answer, sizeof answer);
    weir_sheet_put(sheet, "%s", mode->name);
    weir_sheet_put(sheet, "%s", answer);
    if (mode->reported)
        put_figures(mode, sheet);
    else
        for (size_t i = 0; i < 7; i++)
            weir_sheet_put(sheet, "%s", "");
    weir_sheet_put(sheet, "%s",
                   mode == first              ? "-"
                   : same_answer(mode, first) ? "yes"
                                              : "no");
}

/* Returns the exit code. */
static int print_table(const struct weir_options *options,
                       const struct mode *mode, size_t n)
{
    const struct weir_format *format =
        weir_options_format(options, STDOUT_FILENO);
    struct weir_sheet sheet = {.title = titles,
                               .n_columns = sizeof titles / sizeof *titles,
                               .readable = format == &weir_format_table};
    for (size_t i = 0; i < n; i++)
        put_row(&mode[i], mode, &sheet);
    int code = weir_sheet_print(&sheet, format, STDOUT_FILENO);
    weir_sheet_release(&sheet);
    return code;
}

static size_t list_modes(const struct weir_options *options, struct mode *mode)
{
    size_t n = 0;
    snprintf(mode[n++].name, sizeof mode->name, "lazy");
    for (size_t i = 0; weir_layouts[i] && n < MODES_MOST; i++) {
        const char *name = weir_layouts[i]->name;
        if (options->eager && options->eager != weir_layouts[i])
            continue;
        snprintf(mode[n].name, sizeof mode->name, "eager: %.20s", name);
        snprintf(mode[n].option, sizeof mode->option, "--eager=%.30s", name);
        n++;
    }
    return n;
}

/* A query that is wrong is left to the first child. */
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

int weir_compare(const struct weir_options *options, char **argv)
{
    static struct mode mode[MODES_MOST];
    struct weir_error error;
    if (check_inputs(options, &error))
        return weir_complain(&error, NULL);
    size_t n = list_modes(options, mode);
    for (size_t i = 0; i < n; i++) {
        if (!run_mode(&mode[i], argv, options->query)) {
            weir_fail_errno(&error, "starting a process to compare with");
            return weir_complain(&error, NULL);
        }
        /* It has said why; what is wrong lazily is wrong. */
        if (i == 0 && mode[i].code)
            return mode[i].code;
    }
    int code = print_table(options, mode, n);
    if (code)
        return code;
    for (size_t i = 1; i < n; i++)
        if (mode[i].code == 0 && !same_answer(&mode[i], mode)) {
            weir_fail(&error, WEIR_DATA, "%s and lazy differ in their answers",
                      mode[i].name);
            return weir_complain(&error, NULL);
        }
    return 0;
}
