#include "query/instead.h"

#include "query/lexer.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define NO_WINDOWS                                                             \
    "weir has no window functions: an answer has one row for each group, or "  \
    "one for each record"
#define NO_SUBQUERIES                                                          \
    "weir has no subqueries; the answer of one query can be piped to another"
#define NO_CHANGES "weir has no statements that change data: it only reads"

/* clang-format off */
const struct weir_instead weir_instead_both[] = {
    WEIR_WRITE("mod modulo fmod remainder", "x % y"),
    WEIR_WRITE("div intdiv quotient", "floor(x / y)"),
    WEIR_WRITE("if iif ifs if_else ifelse decode switch choose",
        "case when x > 0 then 'yes' else 'no' end"),
    WEIR_WRITE("contains includes", "s like '%a%'"),
    WEIR_WRITE("startswith starts_with beginswith hasprefix", "s like 'a%'"),
    WEIR_WRITE("endswith ends_with hassuffix", "s like '%a'"),
    WEIR_WRITE("regexp_matches regexp_like regexp_match regexp_contains "
        "regex_match regexmatch rlike match matches regex similar glob",
        "s ~ '^a'"),
    WEIR_VALUE("now today getdate current_date current_timestamp sysdate curdate "
        "systime localtime",
        "weir has no clock, so a day is a text",
        "date_diff('day', d, '2024-01-31')"),
    WEIR_NOTE("describe summary summarize schema info",
        "weir describe FILE says what every column is"),
    {0}};

const struct weir_instead weir_instead_calls[] = {
    /* Numbers */
    WEIR_NOTE_WRITE("power pow square", "weir has no powers", "x * x"),
    WEIR_NOTE("sqrt cbrt ln log log2 log10 exp sin cos tan pi",
        "weir has no roots, logarithms and angles; + - * / % are exact"),
    WEIR_WRITE("sign sgn",
        "case when x < 0 then -1 when x > 0 then 1 else 0 end"),
    WEIR_WRITE("trunc truncate fix", "x - x % 1"),
    WEIR_NOTE_WRITE("int integer bigint to_int toint parseint",
        "num(x) keeps the fraction",
        "x - x % 1"),
    WEIR_WRITE("greatest", "case when x > y then x else y end"),
    WEIR_WRITE("least", "case when x < y then x else y end"),
    WEIR_WRITE("float double real decimal numeric number to_number tonumber "
        "to_float tonum val value parsefloat",
        "num(x)"),
    WEIR_NOTE("rand random uuid newid sample",
        "weir has no random values: the same data gives the same answer"),

    /* Types and nulls */
    WEIR_NOTE_WRITE("cast try_cast convert try_convert safe_cast astype",
        "a function of its own reads each type",
        "num(x), text(x), date(d)"),
    WEIR_WRITE("str string varchar char tostring to_string", "text(x)"),
    WEIR_WRITE("ifnull nvl fillna zeroifnull", "coalesce(x, 0)"),
    WEIR_NOTE_WRITE("isnull",
        "it asks for nulls, or with another value replaces them",
        "x is null, coalesce(x, 0)"),
    WEIR_WRITE("isna isblank isempty is_null is_empty", "x is null"),
    WEIR_WRITE("notnull notna is_not_null is_present", "x is not null"),
    WEIR_WRITE("nullif", "case when x != 0 then x end"),

    /* Texts */
    WEIR_WRITE("len strlen char_length character_length lenb", "length(s)"),
    WEIR_WRITE("left", "substr(s, 1, 2)"),
    WEIR_WRITE("right", "substr(s, -2)"),
    WEIR_WRITE("mid slice", "substr(s, 2, 3)"),
    WEIR_WRITE("ucase toupper to_upper uppercase", "upper(s)"),
    WEIR_WRITE("lcase tolower to_lower lowercase", "lower(s)"),
    WEIR_NOTE("initcap proper title capitalize",
        "weir has no function for initials; upper and lower change all "
        "letters"),
    WEIR_WRITE("strip btrim", "trim(s)"),
    WEIR_NOTE_WRITE("ltrim rtrim lstrip rstrip",
        "trim works at both ends",
        "trim(s)"),
    WEIR_WRITE("concat_ws textjoin", "s || ', ' || t"),
    WEIR_NOTE_WRITE("strpos instr charindex position locate find indexof index search",
        "weir has no positions in a text, but can ask for a part",
        "s like '%a%'"),
    WEIR_NOTE("replace regexp_replace regex_replace regexreplace sub gsub ssub "
        "substitute translate regexp_extract regexp_substr regexextract "
        "split split_part splitax str_split string_split",
        "weir has no function that replaces or splits; sed can, before "
        "weir"),
    WEIR_NOTE("lpad rpad repeat replicate reverse",
        "weir has no function that fills up, repeats or turns round a text"),
    WEIR_WRITE("format printf fmtnum", "fixed(x, 2)"),
    WEIR_NOTE("json_extract json_value get_json_object",
        "weir has no function that reads JSON in a cell"),
    WEIR_NOTE("md5 sha1 sha256 hash crc32", "weir has no hash functions"),

    /* Dates */
    WEIR_NOTE_WRITE("datediff",
        "what MySQL and Spark write as datediff(e, d) begins at d",
        "date_diff('day', d, e)"),
    WEIR_NOTE_WRITE("age days days_between",
        "the first date is where the days begin",
        "date_diff('day', d, e)"),
    WEIR_WRITE("timestampdiff", "date_diff('day', d, e)"),
    WEIR_WRITE("dateadd adddate add_months edate timestampadd",
        "date_add(d, 1, 'month')"),
    WEIR_WRITE("datesub date_sub subdate", "date_add(d, -1, 'month')"),
    WEIR_WRITE("time_bucket date_bin", "date_trunc('hour', e)"),
    WEIR_WRITE("extract datepart date_part", "year(d), month(d), day(d)"),
    WEIR_WRITE("to_date todate str_to_date parse_date datevalue",
        "date(d, '%Y-%m-%d')"),
    WEIR_WRITE("to_datetime datetime to_timestamp timestamp",
        "strptime(d, '%Y-%m-%d')"),
    WEIR_WRITE("to_char date_format format_date dateformat sec2gmtdate",
        "strftime(d, '%d/%m/%Y')"),
    WEIR_WRITE("year_month yearmonth period to_period",
        "strftime(d, '%Y-%m')"),
    WEIR_NOTE_WRITE("dayofweek day_of_week dow wday",
        "from 1 for Monday to 7 for Sunday",
        "weekday(d)"),
    WEIR_WRITE("isoweekday", "weekday(d)"),
    WEIR_WRITE("dayname day_name", "strftime(d, '%A')"),
    WEIR_WRITE("monthname month_name", "strftime(d, '%B')"),
    WEIR_WRITE("dayofmonth day_of_month mday", "day(d)"),
    WEIR_WRITE("day_of_year doy yday", "yearday(d)"),
    WEIR_WRITE("weekofyear week_of_year isoweek weeknum weeknumber",
        "week(d)"),
    WEIR_WRITE("unix_timestamp to_unixtime", "epoch(d)"),
    WEIR_WRITE("from_unixtime fromtimestamp sec2gmt", "from_epoch(x)"),
    WEIR_WRITE("convert_tz convert_timezone timezone from_utc_timestamp",
        "at_zone(d, 'Europe/Berlin')"),
    WEIR_WRITE("last_day eomonth month_end",
        "date_add(date_trunc('month', date_add(d, 1, 'month')), -1, "
        "'day')"),

    /* Aggregates */
    WEIR_WRITE("nunique n_distinct uniq uniqexact unique countunique "
        "approx_distinct approx_count_distinct distinct_count cardinality",
        "distinct(x)"),
    WEIR_WRITE("counta countn count_star", "count(x)"),
    WEIR_WRITE("countifs", "count_if(x > 0)"),
    WEIR_WRITE("sum_if sumif sumifs", "sum(x) filter (where x > 0)"),
    WEIR_WRITE("avg_if avgif averageif averageifs mean_if",
        "mean(x) filter (where x > 0)"),
    WEIR_WRITE("max_if maxif maxifs", "max(x) filter (where x > 0)"),
    WEIR_WRITE("min_if minif minifs", "min(x) filter (where x > 0)"),
    WEIR_WRITE("anyvalue arbitrary", "any_value(x)"),
    WEIR_NOTE_WRITE("any some",
        "any_value(x) is a value of any record, and bool_or(...) whether a "
        "condition is true in any",
        "bool_or(x > 0)"),
    WEIR_WRITE("all", "bool_and(x > 0)"),
    WEIR_WRITE("approx_quantile approx_percentile "
        "percentile_approx percentile_exc percentile_inc",
        "quantile(x, 0.95)"),
    WEIR_WRITE("p0", "min(x)"),
    WEIR_WRITE("p100", "max(x)"),
    WEIR_WRITE("q1", "p25(x)"),
    WEIR_WRITE("q3", "p75(x)"),
    WEIR_WRITE("quartile", "p25(x), median(x), p75(x)"),
    WEIR_WRITE("interquartile_range", "iqr(x)"),
    WEIR_WRITE("ptp spread", "range(x)"),
    WEIR_WRITE("wmean", "weighted_avg(x, y)"),
    WEIR_WRITE("slope", "regr_slope(y, x)"),
    WEIR_WRITE("stderr meaneb", "sem(x)"),
    WEIR_NOTE("mad product",
        "weir has no such aggregate; weir help aggregates lists them"),
    WEIR_WRITE("idxmax", "arg_max(s, x)"),
    WEIR_WRITE("idxmin", "arg_min(s, x)"),
    WEIR_NOTE_WRITE("group_concat string_agg listagg array_agg list collect "
        "collect_list collect_set collapse",
        "weir has no lists, but groups",
        "count() by s"),
    WEIR_WRITE("histogram", "count() by floor(x / 10) * 10"),
    WEIR_WRITE("bin cut bucket width_bucket", "floor(x / 10) * 10"),
    WEIR_WRITE("value_counts freq frequency frequencies tabulate",
        "count() by s order by count() desc"),

    /* Of SQL's own grammar */
    WEIR_NOTE("row_number rownum rank dense_rank percent_rank ntile lag lead "
        "cumsum running_total shift diff rolling pct_change nth_value",
        NO_WINDOWS),
    WEIR_NOTE("rollup cube",
        "weir has no subtotals; ask for each grouping in a query of its "
        "own"),
    WEIR_NOTE("exists unnest explode", NO_SUBQUERIES),
    {0}};

const struct weir_instead weir_instead_words[] = {
    WEIR_NOTE_WRITE("offset skip", "weir skips no rows of an answer",
        "* limit 5"),
    WEIR_WRITE("top head take fetch first rows", "* limit 5"),
    WEIR_WRITE("tail last", "* order by line() desc limit 5"),
    WEIR_NOTE_WRITE("nulls",
        "nulls come before all values",
        "x order by x is null, x"),
    WEIR_WRITE_BY("sort arrange sorted", "* order by x desc"),
    WEIR_NOTE_WRITE("filter",
        "records are chosen by 'where', and an aggregate's after it",
        "sum(x) filter (where x > 0)"),
    WEIR_WRITE_BY("within", "quantile(x, 0.95), quantile_disc(x, 0.95)"),
    WEIR_NOTE_BY("partition distribute cluster", NO_WINDOWS),
    WEIR_NOTE("over window qualify", NO_WINDOWS),
    WEIR_NOTE_WRITE("group", "what to compute comes first", "count() by s"),
    WEIR_NOTE("join left right inner outer full cross natural",
        "weir has no joins: all files are one table"),
    WEIR_NOTE("union intersect except minus",
        "weir has no set operations; several files, named after the "
        "query, are one table"),
    WEIR_NOTE("select with lateral", NO_SUBQUERIES),
    WEIR_NOTE("into",
        "weir has no tables to write to; the answer goes to standard "
        "output"),
    WEIR_NOTE("insert update delete create alter drop set truncate",
        NO_CHANGES),
    WEIR_WRITE("show columns tables", "* limit 5"),
    WEIR_NOTE_WRITE("pivot unpivot transpose",
        "weir has no pivot tables",
        "sum(x) by s, t"),
    WEIR_NOTE_WRITE("all",
        "each key is named, and without a limit there are all rows",
        "count() by s, t"),
    WEIR_WRITE("ilike", "lower(s) like 'a%'"),
    WEIR_WRITE("xor", "(x > 0) != (y > 0)"),
    WEIR_WRITE("isnull", "x is null"),
    WEIR_WRITE("notnull", "x is not null"),
    WEIR_WRITE("equals eq", "x = 1"),
    WEIR_WRITE("interval", "date_add(d, 1, 'month')"),
    WEIR_NOTE_WRITE("timestamp",
        "a date is a text",
        "* where d >= '2024-01-31'"),
    WEIR_WRITE("at", "at_zone(d, 'Europe/Berlin')"),
    WEIR_WRITE("collate", "* order by lower(s)"),
    WEIR_WRITE("of", "sum(x)"),
    WEIR_WRITE("rowid rownum row_number nr fnr _n", "line()"),
    WEIR_WRITE("filename", "file()"),
    WEIR_VALUE("nan na none nil", NULL, "x is null"),
    {0}};
/* clang-format on */

bool weir_word_is_in(const char *words, struct weir_text word)
{
    for (const char *at = words; *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (len == word.len &&
            (len == 1 ? *at == *word.bytes : !strncasecmp(at, word.bytes, len)))
            return true;
        at += len;
    }
    return false;
}

const struct weir_instead *weir_instead_find(const struct weir_instead *table,
                                             struct weir_text word)
{
    for (; table->words; table++)
        if (weir_word_is_in(table->words, word))
            return table;
    return NULL;
}

const struct weir_instead *weir_instead_call(struct weir_text word)
{
    const struct weir_instead *row =
        weir_instead_find(weir_instead_calls, word);
    return row ? row : weir_instead_find(weir_instead_both, word);
}

const struct weir_instead *weir_instead_word(struct weir_text word)
{
    const struct weir_instead *row =
        weir_instead_find(weir_instead_words, word);
    return row ? row : weir_instead_find(weir_instead_both, word);
}

const char *weir_instead_advice(const struct weir_instead *row,
                                char into[WEIR_ADVICE_CAPACITY])
{
    (void)snprintf(into, WEIR_ADVICE_CAPACITY, "%s%s%s",
                   row->note ? row->note : "",
                   !row->write ? ""
                   : row->note ? "; write "
                               : "write ",
                   row->write ? row->write : "");
    return into;
}
