/*
 * Target: any text as a query. The first byte chooses the table and the second
 * way to ask. The rest is the query. It is parsed, planned, explained and run
 * over the table in two ways, which must agree.
 */
#include "base/memory.h"
#include "cli/commands/commands.h"
#include "tests/fuzz/fuzz.h"
#include "tests/query_tree.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <stdlib.h>
#include <string.h>

#define QUERY_MAX ((size_t)4096)
/* The most memory of the process in bytes: a query may ask for more. */
#define MEMORY_MAX ((uint64_t)256 << 20)
#define BATCH ((size_t)4096)
#define N_TABLES 5u

static struct table {
    char *csv;
    size_t len;
    bool no_header;
} tables[N_TABLES];

static void make_tables(void)
{
    const struct random_table shape = {.tidy = true, .lines = 20};
    tables[0].csv = random_table(5, &shape, &tables[0].len);
    const struct random_table bad = {.bad = true, .ragged = true, .lines = 12};
    tables[1].csv = random_table(3, &bad, &tables[1].len);
    tables[2].csv = strdup("k\na\nb\n\"\"\n");
    tables[2].len = strlen(tables[2].csv);
    tables[3].csv = strdup("");
    tables[3].no_header = true;
    tables[4].csv = strdup("1,x\n2,y\n1.0,\n-3e5,\"a\"\"b\"\n");
    tables[4].len = strlen(tables[4].csv);
    tables[4].no_header = true;
}

/* Whether the query names an input of its own, which would be opened. */
static bool has_input(const char *text)
{
    struct weir_ast query;
    struct weir_error error;
    bool has =
        weir_ast_parse(text, &query, &error) == WEIR_OK && query.from.len > 0;
    weir_ast_release(&query);
    return has;
}

static void check_explained(const char *text, const struct table *table)
{
    const char *const path = FUZZ_PATH;
    const struct weir_options options = {.command = WEIR_COMMAND_EXPLAIN,
                                         .reading.no_header = table->no_header,
                                         .reading.batch = BATCH,
                                         .resources.memory = MEMORY_MAX,
                                         .resources.temp_dir = "/tmp",
                                         .resources.threads = 1,
                                         .child.report = -1,
                                         .query = text,
                                         .inputs.path = &path,
                                         .inputs.n_paths = 1};
    fuzz_file(table->csv, table->len);
    fuzz_print_begin();
    int code = weir_explain(&options);
    struct fuzz_printed printed = fuzz_print_end();
    fuzz_require(code >= 0 && code <= 4, "explain ends with another code");
    fuzz_require(code ? !strncmp(printed.err, "weir: ", 6)
                      : !strncmp(printed.out, "input\n", 6),
                 "explain says nothing");
    weir_memory_limit(MEMORY_MAX);
}

static void choose_way(struct trial *trial, unsigned way)
{
    switch (way % 6) {
    case 0:
        trial->threads = 2;
        trial->reading.batch = 64;
        break;
    case 1:
        trial->memory = 1; /* everything is spilled */
        trial->chunk = 1;
        break;
    case 2:
        trial->chunk = 3;
        trial->reading.batch = 300;
        break;
    default:
        trial->layout = weir_layouts[way % WEIR_N_LAYOUTS];
        trial->all_columns = way & 8;
    }
}

static bool is_limited(const struct outcome *outcome)
{
    return !strncmp(outcome->trouble, "LIMIT", 5);
}

/* If a load and the lazy run both fail, their messages are not compared. The
 * memory limit is reached earlier if more is in memory. */
static void same_outcome(const struct trial *trial, struct outcome *got,
                         const struct outcome *expected)
{
    char difference[1000];
    if (is_limited(got) || is_limited(expected))
        return;
    if (trial->layout && *got->trouble) {
        fuzz_require(*expected->trouble || expected->hurried, got->trouble);
        return;
    }
    if (trial->layout)
        got->counts.bytes = expected->counts.bytes; /* limit 0 reads no bytes */
    const char *found =
        outcome_difference(got, expected, difference, sizeof difference);
    if (found)
        fuzz_same(found, got->trouble, expected->trouble);
    fuzz_require(!found, found);
}

static void ask_both(const char *text, const struct table *table, unsigned way)
{
    struct outcome expected, got;
    struct trial trial = {.csv = table->csv,
                          .len = table->len,
                          .query = text,
                          .reading.no_header = table->no_header,
                          .cells.bad = (enum weir_bad_cells)(way % 3)};
    trial.reading.batch = BATCH;
    trial.reading.bad_records =
        way & 1 ? WEIR_BAD_RECORDS_PAD : WEIR_BAD_RECORDS_REJECT;
    trial_run(&trial, &expected);
    choose_way(&trial, way / 3);
    trial_run(&trial, &got);
    same_outcome(&trial, &got, &expected);
    outcome_release(&expected);
    outcome_release(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct fuzz_input input = {bytes, len};
    if (len < 2 || len > QUERY_MAX)
        return 0;
    if (!tables[0].csv) {
        make_tables();
        weir_memory_limit(MEMORY_MAX);
    }
    unsigned choice = fuzz_byte(&input);
    char *text = strndup((const char *)input.at, input.len);
    if (!text)
        abort();
    query_survive(text);
    if (!has_input(text)) {
        const struct table *table = &tables[choice % N_TABLES];
        check_explained(text, table);
        ask_both(text, table, choice / N_TABLES);
    }
    free(text);
    return 0;
}
