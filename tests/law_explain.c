/*
 * The law of explain. Whatever can be asked can be explained, with every option
 * that the plan or its estimate depends on. The steps that are shown are the
 * steps of the plan, each with its inputs. What cannot be asked is refused with
 * the same exit code.
 */
#include "base/error.h"
#include "cli/commands/commands.h"
#include "pipeline/ops/ops.h"
#include "tests/mechanism_kit.h"
#include "tests/runner.h"
#include "tests/trial.h"

#include <check.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define SEEDS turns(4000, 700)

static const char csv[] = "k,n,d,t,e,m\nk1,1,2.5,apple,2024-02-29,x\n";

/* Counts of what the law is about, to show that it is not empty. */
static struct {
    unsigned explained, refused, filters, havings, orders, limits;
    unsigned loads[2];        /* of the rows program, of the results program */
    unsigned numbers;         /* loads of results that also count numbers */
    unsigned choices, beyond; /* results' steps whose choice is no input */
} seen;

static char path[] = "/tmp/weir-explain-XXXXXX";
static char *query, *shown;

static void write_table(void)
{
    strcpy(path, "/tmp/weir-explain-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, csv, sizeof csv - 1), (int)sizeof csv - 1);
    ck_assert_int_eq(close(fd), 0);
    memset(&seen, 0, sizeof seen);
}

static void remove_table(void)
{
    (void)unlink(path);
}

/* Redirects a descriptor to a file, and returns a copy of what it was. */
static int divert(int fd, int to)
{
    int kept = dup(fd);
    ck_assert_int_ge(kept, 0);
    ck_assert_int_eq(dup2(to, fd), fd);
    return kept;
}

static void restore(int fd, int kept)
{
    ck_assert_int_eq(dup2(kept, fd), fd);
    ck_assert_int_eq(close(kept), 0);
}

/* Runs explain. Its output goes to `shown`, its errors are discarded. Returns
 * the exit code. */
static int explain(const struct weir_options *options)
{
    FILE *file = tmpfile();
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    ck_assert(file && nowhere >= 0);
    (void)fflush(stdout);
    int out = divert(STDOUT_FILENO, fileno(file));
    int err = divert(STDERR_FILENO, nowhere);
    int code = weir_explain(options);
    (void)fflush(stdout);
    restore(STDOUT_FILENO, out);
    restore(STDERR_FILENO, err);
    ck_assert_int_eq(close(nowhere), 0);
    long len = lseek(fileno(file), 0, SEEK_END);
    shown = calloc(1, (size_t)len + 1);
    ck_assert_int_eq(pread(fileno(file), shown, (size_t)len, 0), (int)len);
    (void)fclose(file);
    return code;
}

/* The same plan, built by the test. */
struct planned {
    struct weir_ast query;
    struct weir_plan plan;
    struct weir_stream *stream;
    bool built;
};

static void build(struct planned *planned, struct weir_cell_rules cells)
{
    struct weir_error error;
    *planned = (struct planned){0};
    weir_error_init(&error);
    if (weir_ast_parse(query, &planned->query, &error))
        return;
    planned->stream =
        weir_csv_over(weir_memory_source_open(csv, sizeof csv - 1, &error),
                      "x.csv", NULL, &error);
    ck_assert_ptr_nonnull(planned->stream);
    planned->built =
        weir_plan_build(&planned->plan, &planned->query,
                        &planned->stream->schema, cells, &error) == WEIR_OK;
}

static void release(struct planned *planned)
{
    if (planned->built)
        weir_plan_release(&planned->plan);
    weir_stream_close(planned->stream);
    weir_ast_release(&planned->query);
}

/* Finds the next line of `shown` after *at that begins with `begins`, and
 * copies the rest of that line to `rest`. */
static void next_line(const char **at, const char *begins, char rest[400])
{
    char want[100];
    (void)snprintf(want, sizeof want, "\n%s", begins);
    const char *line = strstr(*at, want);
    ck_assert_msg(line != NULL, "%s: '%s' is missing in\n%s", query, begins,
                  shown);
    *at = line + strlen(want);
    (void)snprintf(rest, 400, "%.*s", (int)strcspn(*at, "\n"), *at);
}

/* "a1", "key 0", "median of table 1, a0 numbers". */
static bool is_input(const struct weir_plan *plan, size_t i, const char *rest)
{
    char want[100];
    size_t n_keys = plan->table[0].n_keys;
    ck_assert_uint_lt(i, n_keys + plan->results.n_inputs);
    const struct weir_plan_result *result = &plan->results.input[i - n_keys];
    if (i < n_keys)
        (void)snprintf(want, sizeof want, " key %zu", i);
    else if (!result->ordered)
        (void)snprintf(want, sizeof want, " a%zu", result->aggregate);
    else
        (void)snprintf(want, sizeof want, " %s of table %zu",
                       result->ordered->name, result->table);
    size_t len = strlen(want);
    if (i >= n_keys && result->ordered &&
        result->ordered->need[0] == WEIR_NEED_NUMBER) {
        (void)snprintf(want + len, sizeof want - len, ", a%zu numbers",
                       result->aggregate);
        seen.numbers++;
    }
    return strcmp(rest, want) == 0;
}

/* Whether `rest` is a list of registers and constants. */
static bool is_operands(const char *rest)
{
    return *rest == '\0' || strncmp(rest, " r", 2) == 0 ||
           strncmp(rest, " '", 2) == 0 || (*rest == ' ' && rest[1] == '-') ||
           (*rest == ' ' && isdigit((unsigned char)rest[1]));
}

static void ck_assert_steps(const struct planned *planned, bool results,
                            const char **at)
{
    const struct weir_plan *plan = &planned->plan;
    const struct weir_program *program =
        results ? &plan->results.program : &plan->rows;
    for (size_t i = 0; i < program->n_steps; i++) {
        const struct weir_step *step = &program->step[i];
        char begins[60], rest[400];
        (void)snprintf(begins, sizeof begins, "  r%-3u %s", (unsigned)i,
                       step->op->name);
        next_line(at, begins, rest);
        bool load = weir_op_load(step->op);
        bool right = is_operands(rest);
        if (load && results)
            right = is_input(plan, (size_t)step->choice, rest);
        else if (load)
            right = strchr("kndtem", rest[1]) && strlen(rest) == 2;
        ck_assert_msg(right, "%s: '%s%s' in\n%s", query, begins, rest, shown);
        seen.loads[results] += load;
        seen.choices += results && !load && step->choice;
        seen.beyond += results && !load && step->choice &&
                       (size_t)step->choice >=
                           plan->table[0].n_keys + plan->results.n_inputs;
    }
}

static void ck_assert_shown(const struct planned *planned)
{
    const struct weir_plan *plan = &planned->plan;
    const char *at = shown;
    char rest[400];
    next_line(&at, "for each window of records", rest);
    ck_assert_steps(planned, false, &at);
    if (plan->aggregated) {
        next_line(&at, "for each window of groups, in key order", rest);
        ck_assert_steps(planned, true, &at);
    }
    next_line(&at, "output", rest);
    for (size_t i = 0; i < plan->output.n_order; i++)
        next_line(&at, "  order by r", rest);
    if (plan->output.has_limit)
        next_line(&at, "  limit ", rest);
    next_line(&at, "memory", rest);
    seen.explained++;
    seen.filters += strstr(shown, "\n  keep the records where r") != NULL;
    seen.havings += strstr(shown, "\n  having r") != NULL;
    seen.orders += plan->output.n_order > 0;
    seen.limits += plan->output.has_limit;
    ck_assert_int_eq(strstr(shown, "\n  having r") != NULL,
                     plan->results.program.filter != WEIR_NO_REGISTER);
}

/* Options that change the plan or its estimate. */
static struct weir_options options_of(uint64_t seed)
{
    static const char *const paths[] = {path};
    struct weir_options options = {.command = WEIR_COMMAND_EXPLAIN,
                                   .query = query,
                                   .inputs.path = paths,
                                   .inputs.n_paths = 1,
                                   .resources.temp_dir = "/tmp",
                                   .resources.memory = WEIR_MEMORY_DEFAULT,
                                   .resources.threads = 1 + (unsigned)seed % 3,
                                   .cells.bad = (enum weir_bad_cells)(seed % 3),
                                   .child.report = -1};
    if (seed % 5 == 0)
        options.loading.eager = weir_layouts[seed / 5 % WEIR_N_LAYOUTS];
    if (seed % 5 == 1)
        options.partial = options.checkpoint.path = "nowhere";
    if (seed % 7 == 0)
        options.reading.reader = "libcsv";
    if (seed % 11 == 0)
        options.every_ns = 1;
    if (seed % 13 == 0)
        options.cells.notation = (struct weir_notation){',', '.', false};
    return options;
}

static void try_query(uint64_t seed)
{
    struct planned planned;
    struct weir_options options = options_of(seed);
    build(&planned, options.cells);
    int code = explain(&options);
    ck_assert_msg(code == (planned.built ? 0 : 2), "%s: %d", query, code);
    if (planned.built) {
        ck_assert_shown(&planned);
        weir_ran(WEIR_RAN_TURN);
    } else {
        ck_assert_str_eq(shown, "");
    }
    seen.refused += !planned.built;
    free(shown);
    release(&planned);
}

START_TEST(what_can_be_asked_can_be_explained)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        query = random_query(seed);
        try_query(seed);
        free(query);
    }
    ck_assert_uint_gt(seen.explained, SEEDS / 2);
    ck_assert_uint_gt(seen.refused, SEEDS / 20);
    ck_assert_uint_gt(seen.filters, SEEDS / 5);
    ck_assert_uint_gt(seen.havings, SEEDS / 30);
    ck_assert_uint_gt(seen.orders, SEEDS / 5);
    ck_assert_uint_gt(seen.limits, SEEDS / 10);
    ck_assert_uint_gt(seen.loads[0], SEEDS);
    ck_assert_uint_gt(seen.loads[1], SEEDS / 2);
    ck_assert_uint_gt(seen.numbers, SEEDS / 20);
    ck_assert_uint_gt(seen.choices, SEEDS / 10);
    ck_assert_uint_gt(seen.beyond, SEEDS / 150);
}
END_TEST

static const struct floor floors[] = {{WEIR_RAN_TURN, 2000, 350}};

int main(void)
{
    Suite *suite = suite_create("law_explain");
    TCase *tests = tcase_create("law_explain");
    tcase_set_timeout(tests, 200);
    tcase_add_checked_fixture(tests, write_table, remove_table);
    tcase_add_test(tests, what_can_be_asked_can_be_explained);
    suite_add_tcase(suite, tests);
    mechanism_begin();
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
