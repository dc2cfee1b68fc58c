/*
 * argp sorts the options of a group by name. It wraps lines at 79 columns, so
 * an example must be shorter.
 */
#include "cli/usage.h"

#include "base/memory.h"
#include "cli/formats/format.h"
#include "readers/sources/sources.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct argp_option weir_usage_options[] = {
    {NULL, 0, NULL, 0, "Input:", 1},
    {"delimiter", 'd', "TEXT", 0,
     "The separator of fields; several bytes are allowed, and \\t is a tab "
     "(default a comma, or a tab for *.tsv)",
     0},
    {"quote", OPTION_QUOTE, "BYTE", 0,
     "The byte that quotes fields; '' turns quoting off (default \")", 0},
    {"escape", OPTION_ESCAPE, "BYTE", 0,
     "The byte that makes the next byte literal (default off)", 0},
    {"comment", OPTION_COMMENT, "TEXT", 0,
     "Ignore lines that begin with TEXT (default off)", 0},
    {"skip", OPTION_SKIP, "N", 0, "Ignore N lines before the header", 0},
    {"no-header", OPTION_NO_HEADER, NULL, 0,
     "The first record is data; columns are $1, $2, ...", 0},
    {"header", OPTION_HEADER, "A,B,C", 0,
     "The columns' names; the first record is data", 0},
    {"trim", OPTION_TRIM, NULL, 0, "Drop blanks around unquoted fields", 0},
    {"null", OPTION_NULL, "LIST", 0,
     "Cells that are null, in addition to empty ones, such as NA,-", 0},
    {"shard", OPTION_SHARD, "I/N|auto", 0,
     "Read only the I-th of N shares of the input: of several files, some "
     "whole files; of one file, some records, and if it is compressed, some "
     "whole frames or members; auto takes I and N from Slurm, Open MPI or "
     "Grid Engine",
     0},
    {"reader", OPTION_READER, "NAME", 0,
     "The CSV reader: auto, scan or libcsv (default auto)", 0},

    {NULL, 0, NULL, 0, "Bad data:", 2},
    {"bad-cells", OPTION_BAD_CELLS, "error|null|reject", 0,
     "For a cell that is not a number (or date) where one is needed: stop, "
     "take it as null, or reject the record (default error)",
     0},
    {"bad-records", OPTION_BAD_RECORDS, "error|pad|reject", 0,
     "For a record with too few or too many fields: stop, add nulls or drop "
     "fields, or reject the record (default error)",
     0},
    {"rejects", OPTION_REJECTS, "FILE", 0,
     "Write rejected records to FILE, with place and reason", 0},

    {NULL, 0, NULL, 0, "Output:", 3},
    {"output", 'o', "FORMAT", 0,
     "{formats} (default table on a terminal, else csv)", 0},
    {"partial", OPTION_PARTIAL, "FILE", 0,
     "Write a partial for weir merge instead of results; - is standard output",
     0},
    {"every", OPTION_EVERY, "SECONDS", 0,
     "Also print the results so far at this interval; on a terminal, in place",
     0},
    {"stats", OPTION_STATS, NULL, 0,
     "Print record counts, bytes, time and memory on standard error", 0},
    {"profile", OPTION_PROFILE, NULL, 0,
     "Print what was allocated, by component and by line of the sources, on "
     "standard error",
     0},
    {"timeline", OPTION_TIMELINE, "FILE", 0,
     "Write heap, resident memory and records over the time of the run, as "
     "CSV",
     0},
    {"plot", OPTION_PLOT, "FILE", 0,
     "With compare: draw resident memory over time, as SVG", 0},
    {"checkpoint", OPTION_CHECKPOINT, "FILE", 0,
     "Save the state of the run in FILE at intervals; the same command "
     "continues from it",
     0},
    {"checkpoint-every", OPTION_CHECKPOINT_EVERY, "SECONDS", 0,
     "Interval of checkpoints (default 30, or longer if they would take more "
     "than 2 % of the time)",
     0},
    {"progress", OPTION_PROGRESS, "auto|always|never", 0,
     "Show a line on standard error during the run (default auto: on a "
     "terminal)",
     0},

    {NULL, 0, NULL, 0, "Resources:", 4},
    {"threads", 'j', "N", 0,
     "Number of threads (default: the cores this process may use)", 0},
    {"memory", OPTION_MEMORY, "SIZE", 0,
     "Memory limit of the run (default 64M; none with --eager)", 0},
    {"temp-dir", OPTION_TEMP_DIR, "DIR", 0,
     "Directory for temporary files when the memory limit is reached (default "
     "$TMPDIR, or /tmp)",
     0},
    {"max-record", OPTION_MAX_RECORD, "SIZE", 0,
     "The longest record to accept (default 16M)", 0},
    {"max-window", OPTION_MAX_WINDOW, "SIZE", 0,
     "How far back a .zst may refer (default 128M)", 0},
    {"batch", OPTION_BATCH, "SIZE", 0, "Bytes to read at a time (default 144K)",
     0},
    {"eager", OPTION_EAGER, "LAYOUT", OPTION_ARG_OPTIONAL,
     "Load all records first, then answer from memory (default layout "
     "columns; weir help layouts lists them); with compare, a layout to "
     "compare, and the option may be repeated",
     0},
    {"all-columns", OPTION_ALL_COLUMNS, NULL, 0,
     "With --eager: load all columns, not only those the query uses", 0},
    /* For the child processes of compare. */
    {"report", OPTION_REPORT, "FD", OPTION_HIDDEN, NULL, 0},
    {"again", OPTION_AGAIN, NULL, OPTION_HIDDEN, NULL, 0},
    {"lazy", OPTION_LAZY, NULL, OPTION_HIDDEN, NULL, 0},
    {0}};

const char weir_usage_forms[] = "QUERY [FILE...]\n"
                                "compare QUERY FILE...\n"
                                "explain QUERY [FILE...]\n"
                                "sizeof [FILE...]\n"
                                "records [FILE...]\n"
                                "merge PARTIAL...\n"
                                "help [functions|aggregates|formats|layouts]";

const char weir_usage_help[] =
    "Answers questions about CSV streams of any size, exactly, in a few "
    "megabytes.\n\n"
    "  weir 'mean(age)' users.csv\n"
    "  zstdcat big.csv.zst | weir 'count(), mean(age) by country where age >= "
    "18'\n"
    "  weir 'name, age where age > 90 order by age desc limit 5' users.csv\n"
    "  weir 'median(age), p95(income), count(distinct city) by country' u.csv\n"
    "  weir 'select country, avg(income) group by country' users.csv.gz\n"
    "  weir -o json 'sum(amount) by year(day), shop' sales-*.csv\n"
    "  weir compare 'mean(age)' users.csv    # lazily and eagerly: time, "
    "memory\n"
    "  weir explain 'mean(age)' users.csv    # the plan and its memory\n"
    "  weir sizeof users.csv                 # bytes a record, by layout\n"
    "  weir --shard 2/8 --partial 2.part 'mean(age)' users.csv\n"
    "  weir merge ?.part                     # as if one run had read it all\n"
    "\v"
    "No FILE, or -, is standard input; several files are one table. {codecs} "
    "and plain text are recognised by content.\n\n"
    "Query: [select] items [where condition] [by keys] [having condition] "
    "[order by items [desc]] [limit n]; items are columns, expressions and "
    "aggregates, with 'as name'. Columns are name, \"a name\", `a name` or $3; "
    "texts are 'quoted'.\n\n"
    "Exit codes: 0 done; 1 the data is wrong; 2 the query or an option is "
    "wrong; 3 an input, the output or another file failed; 4 a limit was "
    "reached.";

static void list_formats(FILE *out)
{
    for (size_t i = 0; weir_formats[i]; i++)
        fprintf(out, "%s%s",
                i == 0                ? ""
                : weir_formats[i + 1] ? ", "
                                      : " or ",
                weir_formats[i]->name);
}

static void list_codecs(FILE *out)
{
    const char *name;
    for (size_t i = 0; (name = weir_codec_name(i)) != NULL; i++)
        fprintf(out, "%s%s", i ? ", " : "", name);
}

/* A copy of the text where a list replaces the {word}; NULL without memory. */
static char *with_list(const char *text, const char *word,
                       void (*list)(FILE *out))
{
    const char *at = strstr(text, word);
    char *filled = NULL;
    size_t len;
    FILE *out = open_memstream(&filled, &len);
    if (!out)
        return NULL;
    (void)fwrite(text, 1, (size_t)(at - text), out);
    list(out);
    fputs(at + strlen(word), out);
    if (fclose(out) == 0)
        return filled;
    free(filled);
    return NULL;
}

char *weir_usage_filter(int key, const char *text, void *unused)
{
    static const struct {
        const char *word;
        void (*list)(FILE *out);
    } lists[] = {{"{formats}", list_formats}, {"{codecs}", list_codecs}};
    (void)key;
    (void)unused;
    for (size_t i = 0; text && i < sizeof lists / sizeof *lists; i++)
        if (strstr(text, lists[i].word))
            return with_list(text, lists[i].word, lists[i].list);
    return weir_unconst(text); /* argp wants it non-const; it is not changed */
}
