/*
 * argp sorts the options of a group by name. It wraps lines at 79 columns, so
 * an example must be shorter.
 */
#include "cli/usage.h"

#include "base/memory.h"
#include "cli/options.h"
#include "readers/csv/named_dialect.h"
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct weir_options, member)

const struct weir_option weir_option_table[] = {
    {.help = "Input:"},
    {"dialect", 0, "NAME", 0, weir_option_text, AT(reading.dialect),
     "How a program writes tables: {dialects}; other options change its values "
     "(weir help dialects lists them)"},
    {"delimiter", 'd', "TEXT", 0, weir_option_text, AT(reading.delimiter),
     "The separator of fields; several bytes are allowed, \\t is a tab, and "
     "\\x01 a byte; auto: what a first line sep=; says, or the header has most "
     "of a comma, semicolon, bar and tab; blanks: runs of blanks and tabs "
     "(default a comma, or a tab for *.tsv)"},
    {"quote", 0, "BYTE", 0, weir_option_text, AT(reading.quote),
     "The byte that quotes fields; '' turns quoting off (default \")"},
    {"escape", 0, "BYTE", 0, weir_option_text, AT(reading.escape),
     "The byte that makes the next byte literal (default off)"},
    {"comment", 0, "TEXT", 0, weir_option_text, AT(reading.comment),
     "Ignore lines that begin with TEXT (default off)"},
    {"skip", 0, "N", 0, weir_option_number, AT(reading.skip),
     "Ignore N lines before the header"},
    {"no-header", 0, NULL, 0, weir_option_flag, AT(reading.no_header),
     "The first record is data; columns are $1, $2, ..."},
    {"header", 0, "A,B,C", 0, weir_option_text, AT(reading.header),
     "The columns' names, split at commas or the delimiter; the first record "
     "is data; '': the first record is the header"},
    {"trim", 0, NULL, 0, weir_option_flag, AT(reading.trim),
     "Drop blanks around unquoted fields"},
    {"files-from", 0, "FILE", 0, weir_option_list, AT(inputs.files_from),
     "Read also the files that FILE names, one a line, or each ended by a NUL; "
     "- is standard input"},
    {"union", 0, NULL, 0, weir_option_flag, AT(inputs.by_union),
     "The columns are those of all headers; a file without one of them has "
     "null in it (default: all files have the same columns, in any order)"},
    {"null", 0, "LIST", 0, weir_option_text, AT(reading.null),
     "Cells that are null, in addition to empty ones, such as NA,-; with "
     "--escape, as they are written"},
    {"decimal", 0, "MARK", 0, weir_option_decimal, AT(cells.notation),
     "The decimal mark of the cells that are numbers: . or , (default .); "
     "the query itself keeps the point"},
    {"thousands", 0, "MARK", 0, weir_option_thousands, AT(cells.notation),
     "What separates groups of three digits in cells that are numbers: , . ' _ "
     "or a blank (default: no groups)"},
    {"shard", 0, "I/N|auto", 0, weir_option_shard, 0,
     "Read only the I-th of N shares of the input: of several files, some "
     "whole files; of one file, some records, and if it is compressed, some "
     "whole frames, members or blocks; auto takes I and N from Slurm, Open MPI "
     "or Grid Engine"},
    {"zstd-dict", 0, "FILE", 0, weir_option_file, AT(inputs.zstd_dict),
     "The dictionary of .zst files that were compressed with one (default "
     "none)"},
    {"reader", 0, "NAME", 0, weir_option_text, AT(reading.reader),
     "The CSV reader: auto, scan or libcsv (default auto)"},

    {.help = "Bad data:"},
    {"bad-cells", 0, "error|null|reject", 0, weir_option_bad_cells,
     AT(cells.bad),
     "For a cell that is not a number (or date) where one is needed: stop, "
     "take it as null, or reject the record (default error)"},
    {"bad-records", 0, "error|pad|reject", 0, weir_option_bad_records,
     AT(reading.bad_records),
     "For a record with too few or too many fields: stop, add nulls or drop "
     "fields, or reject the record (default error)"},
    {"rejects", 0, "FILE", 0, weir_option_file, AT(rejects),
     "Write rejected records to FILE, with place and reason"},

    {.help = "Output:"},
    {"output", 'o', "FORMAT", 0, weir_option_format, AT(format),
     "{formats} (default table on a terminal, else csv)"},
    {"output-delimiter", 0, "BYTE", 0, weir_option_byte, AT(style.delimiter),
     "Write CSV with this separator; \\t is a tab (default a comma)"},
    {"output-decimal", 0, "MARK", 0, weir_option_mark, AT(style.decimal),
     "The decimal mark of numbers that are printed: . or , (default .); cells "
     "are printed as they are written"},
    {"no-output-header", 0, NULL, 0, weir_option_flag, AT(style.no_header),
     "Print no line of column names"},
    {"types", 0, "COLUMN=TYPE,...", 0, weir_option_text, AT(style.types),
     "With -o arrow: the types of columns: utf8, binary, int64, "
     "decimal(SCALE), "
     "double, bool or date32 (default: what the first rows allow)"},
    {"partial", 0, "FILE", 0, weir_option_file, AT(partial),
     "Write a partial for weir merge instead of results; - is standard output"},
    {"every", 0, "SECONDS", 0, weir_option_seconds, AT(every_ns),
     "Also print the results so far at this interval; on a terminal, in place"},
    {"stats", 0, "text|json", OPTION_ARG_OPTIONAL, weir_option_stats,
     AT(diagnostics.stats),
     "Print record counts, bytes, time and memory on standard error"},
    {"quiet", 0, NULL, 0, weir_option_flag, AT(diagnostics.quiet),
     "Do not tell what was rejected or taken as null"},
    {"profile", 0, NULL, 0, weir_option_flag, AT(diagnostics.profile),
     "Print what was allocated, by component and by line of the sources, on "
     "standard error"},
    {"timeline", 0, "FILE", 0, weir_option_file, AT(diagnostics.timeline),
     "Write heap, resident memory and records over the time of the run, as "
     "CSV"},
    {"plot", 0, "FILE", 0, weir_option_file, AT(diagnostics.plot),
     "With compare: draw resident memory over time, as SVG"},
    {"checkpoint", 0, "FILE", 0, weir_option_text, AT(checkpoint.path),
     "Save the state of the run in FILE at intervals; the same command "
     "continues from it"},
    {"checkpoint-every", 0, "SECONDS", 0, weir_option_seconds,
     AT(checkpoint.every_ns),
     "Interval of checkpoints (default 30, or longer if they would take more "
     "than 2 % of the time)"},
    {"progress", 0, "auto|always|never", 0, weir_option_progress,
     AT(diagnostics.progress),
     "Show a line on standard error during the run (default auto: on a "
     "terminal)"},

    {.help = "Resources:"},
    {"threads", 'j', "N", 0, weir_option_threads, AT(resources.threads),
     "Number of threads (default: the cores this process may use)"},
    {"memory", 0, "SIZE", 0, weir_option_memory, 0,
     "Memory limit of the run (default 64M; none with --eager)"},
    {"temp-dir", 0, "DIR", 0, weir_option_file, AT(resources.temp_dir),
     "Directory for temporary files when the memory limit is reached (default "
     "$TMPDIR, or /tmp)"},
    {"max-record", 0, "SIZE", 0, weir_option_length, AT(reading.max_record),
     "The longest record to accept (default 16M)"},
    {"max-window", 0, "SIZE", 0, weir_option_size, AT(inputs.source.max_window),
     "How far back a .zst or .xz may refer (default 128M)"},
    {"batch", 0, "SIZE", 0, weir_option_length, AT(reading.batch),
     "Bytes to read at a time (default 144K)"},
    {"eager", 0, "LAYOUT", OPTION_ARG_OPTIONAL, weir_option_layout, 0,
     "Load all records first, then answer from memory (default layout "
     "columns; weir help layouts lists them); with compare, a layout to "
     "compare, and the option may be repeated"},
    {"all-columns", 0, NULL, 0, weir_option_flag, AT(loading.all_columns),
     "With --eager: load all columns, not only those the query uses"},
    /* For the child processes of compare. */
    {"report", 0, "FD", OPTION_HIDDEN, weir_option_descriptor, AT(child.report),
     NULL},
    {"again", 0, NULL, OPTION_HIDDEN, weir_option_flag, AT(child.again), NULL},
    {"lazy", 0, NULL, OPTION_HIDDEN, weir_option_lazy, 0, NULL},
    {0}};

_Static_assert(sizeof weir_option_table / sizeof *weir_option_table <=
                   WEIR_OPTIONS_MAX,
               "argp's table has a row for each of ours");

const char weir_usage_forms[] =
    "QUERY [FILE...]\n"
    "compare QUERY FILE...\n"
    "describe [CLAUSES] [FILE...]\n"
    "explain QUERY [FILE...]\n"
    "sizeof [FILE...]\n"
    "records [FILE...]\n"
    "merge PARTIAL...\n"
    "help [query|operators|functions|aggregates|NAME|...]";

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
    "  weir describe users.csv               # what every column is\n"
    "  weir compare 'mean(age)' users.csv    # lazily and eagerly: time, "
    "memory\n"
    "  weir explain 'mean(age)' users.csv    # the plan and its memory\n"
    "  weir sizeof users.csv                 # bytes a record, by layout\n"
    "  weir --shard 2/8 --partial 2.part 'mean(age)' users.csv\n"
    "  weir merge ?.part                     # as if one run had read it all\n"
    "\v"
    "No FILE, or -, is standard input; several files are one table. A FILE "
    "with *, ? or [ that does not exist is a pattern. {codecs} and plain text "
    "are recognised by content.\n\n"
    "Query: [select] items [where condition] [by keys] [having condition] "
    "[order by items [desc]] [limit n]; items are columns, expressions and "
    "aggregates, with 'as name'. Columns are name, \"a name\", `a name` or $3; "
    "texts are 'quoted'. weir help operators lists like, in, between, case "
    "and the others, and weir help NAME tells what one of them, or a function, "
    "does.\n\n"
    "Exit codes: 0 done; 1 the data is wrong; 2 the query or an option is "
    "wrong; 3 an input, the output or another file failed; 4 a limit was "
    "reached.";

const char weir_usage_short[] =
    "weir: expected a question, as in weir 'mean(age)' users.csv\n"
    "  weir '* limit 5' users.csv                   the first records\n"
    "  weir 'count(), mean(age) by country' users.csv\n"
    "  weir --help                                  the query and all options\n"
    "  weir help functions, weir help aggregates    what a query can compute\n";

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

static void list_dialects(FILE *out)
{
    const struct weir_named_dialect *dialect;
    for (size_t i = 0; (dialect = weir_named_dialect(i)) != NULL; i++)
        fprintf(out, "%s%s",
                i == 0                      ? ""
                : weir_named_dialect(i + 1) ? ", "
                                            : " or ",
                dialect->name);
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
    } lists[] = {{"{formats}", list_formats},
                 {"{codecs}", list_codecs},
                 {"{dialects}", list_dialects}};
    (void)key;
    (void)unused;
    for (size_t i = 0; text && i < sizeof lists / sizeof *lists; i++)
        if (strstr(text, lists[i].word))
            return with_list(text, lists[i].word, lists[i].list);
    return weir_unconst(text); /* argp wants it non-const; it is not changed */
}
