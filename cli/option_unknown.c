/*
 * Refuses an option that does not exist, before argp sees it, and says what to
 * write instead: by the meaning that other programs gave the word, or else by
 * its spelling.
 */
#include "cli/usage.h"

#include "cli/options.h"
#include "query/instead.h"
#include "query/query.h"
#include <argp.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
/* Options of Miller, xsv, qsv, csvkit, DuckDB, sort, cut, awk and others.
 * `write` begins with options of weir, or is empty. */
static const struct weir_instead options[] = {
    WEIR_WRITE("sep separator fs ifs delim csvsep field-separator fieldsep "
        "input-delimiter F t",
        "-d ';'"),
    WEIR_WRITE("ofs osep output-sep output-separator output-field-separator",
        "--output-delimiter ';'"),
    WEIR_WRITE("tsv icsvlite itsv tabs tab T", "-d tab"),
    WEIR_NOTE_WRITE("csv icsv c2p",
        "CSV is what weir reads, and -o chooses what it writes",
        "-o csv"),
    WEIR_WRITE("format output-format ofmt json ojson to O", "-o json"),
    WEIR_WRITE("jsonl jsonlines ndjson ojsonl", "-o ndjson"),
    WEIR_WRITE("otsv", "-o tsv"),
    WEIR_WRITE("pretty pprint oxtab opprint xtab barred table box",
        "-o table"),
    WEIR_WRITE("markdown md omd", "-o md"),
    WEIR_WRITE("no-headers noheader nohead headerless headerless-csv-input "
        "implicit-csv-header no-header-row hi H",
        "--no-header"),
    WEIR_NOTE("header-row has-header headers with-header first-row-header",
        "the first record is the header, if there is no --no-header"),
    WEIR_WRITE("names colnames column-names field-names", "--header a,b,c"),
    WEIR_NOTE("columns fields select cut f c",
        "the query names the columns, as in 'name, age'"),
    WEIR_NOTE("n",
        "--no-header reads a file without a header, and the query has the "
        "limit, as in '* limit 5'"),
    WEIR_NOTE("limit head top rows nrows max-rows lines",
        "the query has the limit, as in '* limit 5'"),
    WEIR_NOTE("tail last",
        "the query can turn the order, as in '* order by line() desc limit "
        "5'"),
    WEIR_NOTE("pager paging less",
        "the answer goes to standard output; the shell's | less shows it page "
        "by page"),
    WEIR_NOTE("skip-empty-lines skip-blank-lines ignore-empty-lines",
        "an empty line is no record, except in a file of one column"),
    WEIR_NOTE("timezone tz time-zone",
        "the query has the zone, as in at_zone(x, 'Europe/Berlin')"),
    WEIR_NOTE("date-format dateformat datefmt timestamp-format timestampformat "
        "parse-dates",
        "the query has the format, as in date(x, '%d/%m/%Y')"),
    WEIR_NOTE("where filter search grep",
        "the query has the condition, as in '* where age >= 18'"),
    WEIR_NOTE("group-by groupby by group g",
        "the query has the keys, as in 'count() by country'"),
    WEIR_NOTE("sort order-by orderby order sort-by",
        "the query has the order, as in '* order by age desc'"),
    WEIR_NOTE("count sum mean avg min max stats1 distinct unique uniq frequency",
        "the query has the aggregates, as in 'count(), mean(age) by "
        "country'"),
    WEIR_WRITE("jobs nthreads num-threads parallel cores cpus workers nr-threads "
        "p",
        "--threads 2"),
    WEIR_WRITE("max-memory memory-limit mem-limit max-mem buffer-size ram m S",
        "--memory 1G"),
    WEIR_NOTE("output-file outfile out-file to-file write save w",
        "the answer goes to standard output; the shell's >FILE writes it "
        "to a file"),
    WEIR_NOTE("encoding charset",
        "weir reads UTF-8; iconv converts other encodings, before weir"),
    WEIR_WRITE("na na-values null-values null-value nullstr null-string nan "
        "empty",
        "--null NA"),
    WEIR_WRITE("skip-rows skiprows skip-lines skip-header skip-first",
        "--skip 1"),
    WEIR_WRITE("on-bad-lines bad-lines bad-rows error-bad-lines",
        "--bad-records reject"),
    WEIR_WRITE("skip-errors ignore-errors lenient permissive flexible ragged "
        "allow-ragged-csv-input fill-ragged store-rejects",
        "--bad-records reject --bad-cells null"),
    WEIR_WRITE("quotechar quote-char quoting", "--quote '\"'"),
    WEIR_WRITE("comments comment-char pass-comments skip-comments comment-prefix",
        "--comment '#'"),
    WEIR_WRITE("tmp tmpdir tempdir temporary-directory tmp-dir",
        "--temp-dir /tmp"),
    WEIR_NOTE("query sql execute command q e",
        "the query is the first word, as in weir 'count()' FILE"),
    WEIR_NOTE("file input infile input-file from i",
        "files follow the query, as in weir 'count()' FILE"),
    WEIR_WRITE("verbose debug v", "--stats"),
    WEIR_WRITE("silent s", "--quiet"),
    WEIR_WRITE("strip trim-space skipinitialspace ignore-leading-white-space "
        "clean-whitespace",
        "--trim"),
    WEIR_NOTE("gzip gunzip compression decompress compressed gz gzin zin zstd "
        "zstdin bz2in prepipe z",
        "compressed files are recognised by content"),
    WEIR_NOTE("glob recursive r R",
        "a pattern in quotes names files, as in weir 'count()' '*.csv'"),
    WEIR_NOTE("explain plan dry-run",
        "explain is a command, as in weir explain 'count()' FILE"),
    WEIR_NOTE("schema dtypes type infer infer-schema describe",
        "weir describe FILE says what the columns are; each function reads a "
        "cell as it needs it"),
    WEIR_NOTE("crlf line-terminator lineterminator eol rs irs ors newline",
        "lines may end in LF or CRLF"),
    {0}};
/* clang-format on */

/* What argp adds; see list_options() in options.c for -h. These print and exit,
 * so nothing after them is checked. */
static const struct weir_option others[] = {{.name = "help", .letter = 'h'},
                                            {.name = "usage", .letter = '?'},
                                            {.name = "version", .letter = 'V'},
                                            {0}};

/* Returns the row whose letter it is, if `len` is 0, or else the row whose name
 * begins with that many bytes of `word`; NULL if there is none. */
static const struct weir_option *find_in(const struct weir_option *row,
                                         const char *word, size_t len)
{
    for (; row->help || row->name; row++)
        if (row->name &&
            (len ? strncmp(row->name, word, len) == 0 : row->letter == *word))
            return row;
    return NULL;
}

static const struct weir_option *find(const char *word, size_t len)
{
    const struct weir_option *row = find_in(weir_option_table, word, len);
    return row ? row : find_in(others, word, len);
}

static const char *nearest(struct weir_text word)
{
    const char *names[WEIR_OPTIONS_MAX];
    size_t n = 0;
    const struct weir_option *row = weir_option_table;
    for (; row->help || row->name; row++)
        if (row->name && !(row->flags & OPTION_HIDDEN))
            names[n++] = row->name;
    return weir_nearest(word, names, n);
}

/* `word` is a name, or a letter of a word of letters. */
__attribute__((noreturn)) static void
refuse(const char *shown, struct weir_text word, const struct weir_instead *row)
{
    char advice[WEIR_ADVICE_CAPACITY];
    const char *near = word.len > 1 ? nearest(word) : NULL;
    if (row)
        weir_options_refuse("%s; %s", shown, weir_instead_advice(row, advice));
    if (near)
        weir_options_refuse("%s; did you mean '--%s'?", shown, near);
    weir_options_refuse("%s; weir --help lists the options%s", shown,
                        word.len > 1 ? ""
                                     : ", and -- comes before a query that "
                                       "begins with '-'");
}

/* Both checks return whether the next word is the option's argument. */

static bool check_long(const char *word)
{
    char shown[160];
    const size_t len = strcspn(word, "=");
    const struct weir_text text = {word, len};
    const struct weir_option *option = find(word, len);
    const struct weir_instead *row = weir_instead_find(options, text);
    const bool whole = option && strlen(option->name) == len;
    if (!option || (row && !whole)) {
        (void)snprintf(shown, sizeof shown, "unrecognized option '--%.*s'",
                       (int)(len < 99 ? len : 99), word);
        refuse(shown, text, row);
    }
    return option->argument && !word[len] &&
           !(option->flags & OPTION_ARG_OPTIONAL);
}

static bool check_letters(const char *word)
{
    char shown[40];
    for (; *word; word++) {
        const struct weir_option *option = find(word, 0);
        if (!option) {
            const struct weir_text text = {word, 1};
            (void)snprintf(shown, sizeof shown, "invalid option -- '%c'",
                           *word);
            refuse(shown, text, weir_instead_find(options, text));
        }
        if (option->argument || !option->read)
            return option->argument && !word[1];
    }
    return false;
}

void weir_options_check_names(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strncmp(argv[i], "--", 2) == 0)
            i += check_long(argv[i] + 2);
        else if (*argv[i] == '-')
            i += check_letters(argv[i] + 1);
}
