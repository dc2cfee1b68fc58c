/*
 * weir explain: prints the plan, and the memory estimate of the run.
 */
#include "base/error.h"
#include "cli/commands/commands.h"
#include "cli/complain.h"
#include "cli/terminal/shown.h"
#include "pipeline/ops/ops.h"
#include "pipeline/run.h"
#include "readers/scan/scan.h"
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Prints an untrusted name, from the query or the input, between two texts. */
static void print_name(const char *before, const char *name, const char *after)
{
    fputs(before, stdout);
    weir_shown_print(stdout, name, strlen(name));
    fputs(after, stdout);
}

static void print_input(const struct weir_question *question)
{
    const struct weir_options *options = question->options;
    const struct weir_stream *stream = question->stream;
    const char *reader = options->reading.reader;
    bool libcsv = reader && strcmp(reader, "libcsv") == 0;
    printf("input\n");
    for (size_t i = 0; i < stream->n_inputs; i++)
        print_name("  ", stream->input[i], "\n");
    printf("  %zu columns, of which %zu %s read; %s\n",
           stream->schema.n_columns, question->plan.n_projected,
           question->plan.n_projected == 1 ? "is" : "are",
           libcsv ? "split by libcsv" : "split by the scan");
    if (!libcsv)
        printf("  instructions: %s\n", weir_scan_best()->name);
    if (options->loading.eager)
        printf("  loaded first, as %s\n", options->loading.eager->name);
}

/* Prints the literal of a step. A step without a literal has a null, and
 * nothing is printed. */
static void print_constant(const struct weir_number *constant)
{
    char text[WEIR_NUMBER_TEXT + 64];
    const char *quote = constant->kind == WEIR_TEXT ? "'" : "";
    size_t len;
    switch (constant->kind) {
    case WEIR_DECIMAL:
    case WEIR_BINARY:
        len = weir_number_write(constant, text, sizeof text);
        printf(" %.*s", (int)len, text);
        break;
    case WEIR_WIDE:
    case WEIR_TEXT:
        weir_show(text, sizeof text, constant->text.bytes, constant->text.len,
                  40);
        printf(" %s%s%s", quote, text, quote);
        break;
    default:
        break;
    }
}

/* Prints a step. `input` is the name of what a load reads; other steps ignore
 * it. */
static void print_step(const struct weir_step *step, const char *input)
{
    printf("  r%-3u %s", (unsigned)step->out, step->op->name);
    if (weir_op_load(step->op))
        printf(" %s", input);
    for (size_t i = 0; i < WEIR_STEP_INPUTS; i++)
        if (step->in[i] != WEIR_NO_REGISTER)
            printf(" r%u", (unsigned)step->in[i]);
    print_constant(&step->constant);
    putchar('\n');
}

static void print_keys(const struct weir_plan_table *table)
{
    for (size_t i = 0; i < table->n_keys; i++)
        printf(" r%u", (unsigned)table->key[i]);
}

/* Prints the keys and aggregates of table 0. */
static void print_table(const struct weir_plan *plan)
{
    const struct weir_plan_table *table = &plan->table[0];
    if (table->n_keys) {
        printf("  group by");
        print_keys(table);
        putchar('\n');
    }
    for (size_t i = 0; i < table->n_aggregates; i++) {
        const struct weir_plan_aggregate *a = &table->aggregate[i];
        size_t values = weir_aggregate_values(a->aggregate);
        if (!values) {
            printf("  a%zu   count()\n", i);
            continue;
        }
        printf("  a%zu   %s(", i, a->aggregate->name);
        for (size_t v = 0; v < values; v++)
            printf("%sr%u", v ? ", " : "", (unsigned)a->value[v]);
        if (a->aggregate->parameter)
            printf(", %" PRIu64 "e-%u", a->parameter.n,
                   (unsigned)a->parameter.digits);
        printf("), %zu bytes a group\n", a->aggregate->size);
    }
}

/* The name of what a load of the rows program reads. */
static const char *loaded(const struct weir_question *question,
                          const struct weir_step *step)
{
    const struct weir_plan *plan = &question->plan;
    size_t input = (size_t)step->choice;
    if (!weir_op_load(step->op))
        return "";
    if (input < plan->n_projected)
        return question->stream->schema.name[plan->projected[input]];
    return input == plan->n_projected ? "file()" : "line()";
}

static void print_rows(const struct weir_question *question)
{
    const struct weir_plan *plan = &question->plan;
    const struct weir_program *program = &plan->rows;
    printf("for each window of records\n");
    for (size_t i = 0; i <= program->n_steps; i++) {
        if (program->n_before == i && program->filter != WEIR_NO_REGISTER)
            printf("  keep the records where r%u is true\n",
                   (unsigned)program->filter);
        if (i == program->n_steps)
            break;
        const struct weir_step *step = &program->step[i];
        print_step(step, loaded(question, step));
    }
    print_table(plan);
    for (size_t t = 1; t < weir_plan_value_tables(plan); t++) {
        printf("  table %zu: by", t);
        print_keys(&plan->table[t]);
        printf(", counted\n");
    }
}

/* Writes the name of input i of the results program. */
static void describe_input(const struct weir_plan *plan, size_t i, char *into,
                           size_t capacity)
{
    size_t n_keys = plan->table[0].n_keys;
    if (i < n_keys) {
        (void)snprintf(into, capacity, "key %zu", i);
        return;
    }
    assert(i - n_keys < plan->results.n_inputs);
    const struct weir_plan_result *result = &plan->results.input[i - n_keys];
    if (!result->ordered)
        (void)snprintf(into, capacity, "a%zu", result->aggregate);
    else if (result->ordered->need[0] == WEIR_NEED_NUMBER)
        (void)snprintf(into, capacity, "%s of table %zu, a%zu numbers",
                       result->ordered->name, result->table, result->aggregate);
    else
        (void)snprintf(into, capacity, "%s of table %zu", result->ordered->name,
                       result->table);
}

static void print_results(const struct weir_question *question)
{
    const struct weir_plan *plan = &question->plan;
    const struct weir_program *program = &plan->results.program;
    if (plan->aggregated) {
        printf("for each window of groups, in key order\n");
        for (size_t i = 0; i < program->n_steps; i++) {
            const struct weir_step *step = &program->step[i];
            char input[80] = "";
            if (weir_op_load(step->op))
                describe_input(plan, (size_t)step->choice, input, sizeof input);
            print_step(step, input);
        }
        if (program->filter != WEIR_NO_REGISTER)
            printf("  having r%u\n", (unsigned)program->filter);
    }
    printf("output\n");
    for (size_t i = 0; i < plan->output.n_items; i++) {
        print_name("  ", plan->output.item_name[i], "");
        printf(" = r%u\n", (unsigned)plan->output.item[i].reg);
    }
    for (size_t i = 0; i < plan->output.n_order; i++)
        printf("  order by r%u%s%s\n", (unsigned)plan->output.order[i].reg,
               plan->output.order[i].descending ? " desc" : "",
               plan->output.has_limit ? "" : ", all rows held");
    if (plan->output.has_limit)
        printf("  limit %" PRIu64 "\n", plan->output.limit);
    if (plan->notes.question)
        print_name("note\n  ", plan->notes.question, "\n");
}

/* Whether the run has that phase: it holds something that not all phases hold.
 */
static bool has_phase(const struct weir_estimate *estimate,
                      enum weir_phase phase)
{
    for (size_t i = 0; i < estimate->n; i++)
        if (estimate->line[i].phases != WEIR_PHASES &&
            estimate->line[i].phases & phase)
            return true;
    return false;
}

/* Prints the lines of the phase that needs most, and what the others need. */
static void print_lines(const struct weir_estimate *estimate)
{
    static const struct {
        enum weir_phase phase;
        const char *what;
    } phases[] = {{WEIR_PHASE_LOAD, "records are loaded"},
                  {WEIR_PHASE_READ, "records are read"},
                  {WEIR_PHASE_MERGE, "groups are merged"},
                  {WEIR_PHASE_SORT, "rows are given in order"}};
    const size_t n = sizeof phases / sizeof *phases;
    size_t total = weir_estimate_total(estimate), most = 0;
    char size[32];
    while (weir_estimate_phase(estimate, phases[most].phase) < total)
        most++;
    printf("memory\n");
    for (size_t i = 0; i < estimate->n; i++)
        if (estimate->line[i].phases & phases[most].phase)
            printf("  %10s  %s\n",
                   weir_size_text(size, estimate->line[i].bytes),
                   estimate->line[i].what);
    printf("  %10s  in all, at least\n", weir_size_enough(size, total));
    for (size_t i = 0, told = 0; i < n; i++) {
        if (i == most || !has_phase(estimate, phases[i].phase))
            continue;
        if (!told++)
            printf("  That is while %s.\n", phases[most].what);
        printf("  While %s it is %s.\n", phases[i].what,
               weir_size_text(size,
                              weir_estimate_phase(estimate, phases[i].phase)));
    }
}

static void print_estimate(const struct weir_question *question)
{
    const struct weir_options *options = question->options;
    char size[32];
    struct weir_estimate estimate = {0};
    weir_question_estimate(question, &estimate);
    if (question->stream->how)
        printf("reading\n  %s\n", question->stream->how);
    print_lines(&estimate);
    uint64_t allowed = weir_options_memory(options);
    if (allowed)
        printf("  %10s  allowed by --memory\n", weir_size_text(size, allowed));
    const struct weir_plan *plan = &question->plan;
    const char *more = weir_plan_value_tables(plan) > 1 ? "different values"
                       : plan->table[0].n_keys          ? "groups"
                       : plan->output.n_order && !plan->output.has_limit
                           ? "rows to be sorted"
                           : NULL;
    if (more)
        printf("  More %s than fit what is left are written to ", more);
    print_name("", options->resources.temp_dir, ".\n");
    if (options->loading.eager)
        printf("  It grows with the number of records: they are all loaded.\n");
}

int weir_explain(const struct weir_options *options)
{
    struct weir_question question;
    struct weir_error error;
    int code = 0;
    if (weir_question_open(&question, options, &error) < 0) {
        code = weir_complain(&error, options->query);
    } else {
        print_input(&question);
        print_rows(&question);
        print_results(&question);
        print_estimate(&question);
    }
    weir_question_close(&question);
    return code;
}
