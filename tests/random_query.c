/*
 * Random queries by the grammar. In a grouped query values are keys and
 * aggregates; otherwise they are columns. The same rules write both.
 */
#include "tests/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    FILE *out;
    uint64_t seed;
    unsigned depth;
    bool grouped;    /* values are keys and aggregates */
    bool inside;     /* inside an aggregate, values are columns */
    bool ordering;   /* in order by, where an item may not be a constant */
    bool as_texts;   /* mostly text(m), not m, whose cells are of both kinds */
    const char *key; /* the key after `by`; NULL: no key */
};

#define PICK(writer, list)                                                     \
    list[draw(&(writer)->seed, sizeof list / sizeof *list)]

static void number(struct writer *writer);
static void text(struct writer *writer);
static void boolean(struct writer *writer);

static bool deep(struct writer *writer)
{
    return writer->depth > 2 || draw(&writer->seed, 3) == 0;
}

static void say(struct writer *writer, const char *words)
{
    fputs(words, writer->out);
}

/* A number of a record, where values are columns. */
static void argument(struct writer *writer)
{
    bool inside = writer->inside;
    writer->inside = true;
    number(writer);
    writer->inside = inside;
}

static void ordered_set(struct writer *writer)
{
    static const char *const names[] = {"median", "p95",      "quantile",
                                        "mode",   "distinct", "quantile_disc",
                                        "iqr",    "antimode"};
    const char *name = PICK(writer, names);
    fprintf(writer->out, "%s(", name);
    argument(writer);
    say(writer, strncmp(name, "quantile", 8) ? ")" : ", 0.25)");
}

static void of_a_condition(struct writer *writer)
{
    static const char *const names[] = {"count_if", "bool_and", "bool_or"};
    const char *name = PICK(writer, names);
    fprintf(writer->out, "%s(", name);
    argument(writer);
    say(writer, " > 1)");
}

static void of_two_values(struct writer *writer)
{
    static const char *const names[] = {
        "corr",    "covar_pop",      "covar_samp", "regr_slope",
        "regr_r2", "regr_intercept", "regr_count", "weighted_avg",
        "arg_min", "arg_max"};
    fprintf(writer->out, "%s(", PICK(writer, names));
    argument(writer);
    say(writer, ", ");
    argument(writer);
    say(writer, ")");
}

static void aggregate(struct writer *writer)
{
    static const char *const names[] = {
        "sum",     "mean",     "avg",           "var",   "stddev",
        "var_pop", "count",    "stddev_pop",    "range", "sem",
        "cv",      "rms",      "harmonic_mean", "sum",   "mean",
        "count",   "skewness", "kurtosis_pop"};
    if (draw(&writer->seed, 4) == 0) {
        say(writer, draw(&writer->seed, 2) ? "count()" : "count(*)");
        return;
    }
    if (draw(&writer->seed, 3) == 0) {
        ordered_set(writer);
        return;
    }
    if (draw(&writer->seed, 6) == 0) {
        of_two_values(writer);
        return;
    }
    if (draw(&writer->seed, 6) == 0) {
        of_a_condition(writer);
        return;
    }
    fprintf(writer->out, "%s(", PICK(writer, names));
    argument(writer);
    say(writer, ")");
    if (draw(&writer->seed, 8) == 0)
        say(writer, " filter (where n > 0)");
}

static void number_leaf(struct writer *writer)
{
    static const char *const literals[] = {"0",
                                           "1",
                                           "2.50",
                                           "-3",
                                           ".5",
                                           "1e3",
                                           "9223372036854775807",
                                           "100",
                                           "7",
                                           "0.1",
                                           "null",
                                           "123456789012345678901234567890"};
    static const char *const columns[] = {"n", "d",      "n",
                                          "d", "num(m)", "num(m, ',')"};
    if (!writer->ordering && draw(&writer->seed, 4) == 0)
        say(writer, PICK(writer, literals));
    else if (writer->grouped && !writer->inside)
        aggregate(writer);
    else
        say(writer, PICK(writer, columns));
}

static void number(struct writer *writer)
{
    static const char *const operators[] = {" + ", " - ", " * ", " / ", " % "};
    static const char *const functions[] = {"abs", "floor", "ceil", "round"};
    if (deep(writer)) {
        number_leaf(writer);
        return;
    }
    writer->depth++;
    switch (draw(&writer->seed, 7)) {
    case 0:
        fprintf(writer->out, "%s(", PICK(writer, functions));
        number(writer);
        say(writer, ")");
        break;
    case 1:
        say(writer, "round(");
        number(writer);
        fprintf(writer->out, ", %d)", (int)draw(&writer->seed, 5) - 2);
        break;
    case 2:
        say(writer, "length(");
        text(writer);
        say(writer, ")");
        break;
    case 3:
        say(writer, "case when ");
        boolean(writer);
        say(writer, " then ");
        number(writer);
        if (draw(&writer->seed, 2)) {
            say(writer, " else ");
            number(writer);
        }
        say(writer, " end");
        break;
    default:
        say(writer, "(");
        number(writer);
        say(writer, PICK(writer, operators));
        number(writer);
        say(writer, ")");
    }
    writer->depth--;
}

/* A column of texts. Where texts are ordered, a column of numbers and texts is
 * an error. */
static void text_column(struct writer *writer)
{
    static const char *const columns[] = {"t", "k", "m", "e"};
    bool as_text = writer->as_texts && draw(&writer->seed, 16);
    fprintf(writer->out, as_text ? "text(%s)" : "%s", PICK(writer, columns));
}

static void text_leaf(struct writer *writer)
{
    static const char *const literals[] = {"'apple'",
                                           "'k1'",
                                           "''",
                                           "'it''s'",
                                           "'\xc3\xa9"
                                           "3'",
                                           "'12'"};
    static const char *const kept[] = {"min",  "max", "first",   "last",
                                       "mode", "top", "distinct"};
    if (!writer->ordering && draw(&writer->seed, 4) == 0) {
        say(writer, PICK(writer, literals));
    } else if (!writer->grouped || writer->inside) {
        text_column(writer);
    } else if (writer->key && draw(&writer->seed, 2)) {
        say(writer, writer->key);
    } else {
        unsigned which = draw(&writer->seed, sizeof kept / sizeof *kept);
        bool as_texts = writer->as_texts;
        fprintf(writer->out, "%s(", kept[which]);
        writer->as_texts = which < 2;
        text_column(writer);
        writer->as_texts = as_texts;
        say(writer, strcmp(kept[which], "top") == 0 ? ", 3)" : ")");
    }
}

/* A text of the date e. */
static void dated(struct writer *writer)
{
    static const char *const parts[] = {"year", "month", "week", "hour"};
    static const char *const forms[] = {
        "text(month(e))",
        "text(isoyear(e))",
        "text(weekday(e) + yearday(e))",
        "text(date_diff('week', e, '2020-02-29'))",
        "text(epoch(e, 'ms'))",
        "date_add(e, num(yearday(e)), 'month')",
        "strftime(e, '%a %d %b %y, %I %p %j')",
        "date(strftime(e, '%d/%m/%Y'), '%F', '%d/%m/%Y')",
        "at_zone(e, 'Australia/Lord_Howe')",
        "from_epoch(epoch(e))",
    };
    if (draw(&writer->seed, 2))
        fprintf(writer->out, "date_trunc('%s', e)", PICK(writer, parts));
    else
        say(writer, PICK(writer, forms));
}

static void text(struct writer *writer)
{
    static const char *const functions[] = {"lower", "upper", "trim", "text"};
    if (deep(writer)) {
        text_leaf(writer);
        return;
    }
    writer->depth++;
    switch (draw(&writer->seed, 8)) {
    case 0:
        say(writer, "concat(");
        text(writer);
        say(writer, ", ");
        text(writer);
        say(writer, ")");
        break;
    case 1:
        say(writer, "(");
        text(writer);
        say(writer, " || ");
        text(writer);
        say(writer, ")");
        break;
    case 2:
        say(writer, "substr(");
        text(writer);
        fprintf(writer->out, ", %d, %u)", (int)draw(&writer->seed, 8) - 3,
                draw(&writer->seed, 6));
        break;
    case 3:
        say(writer, "coalesce(");
        text(writer);
        say(writer, ", ");
        text(writer);
        say(writer, ")");
        break;
    case 4:
        if (writer->grouped && !writer->inside)
            text_leaf(writer);
        else
            dated(writer);
        break;
    case 5:
        say(writer, "fixed(");
        number(writer);
        fprintf(writer->out, ", %u, ',', '.')", draw(&writer->seed, 4));
        break;
    default:
        fprintf(writer->out, "%s(", PICK(writer, functions));
        text(writer);
        say(writer, ")");
    }
    writer->depth--;
}

static void comparison(struct writer *writer, void (*side)(struct writer *))
{
    static const char *const operators[] = {" = ",  " <> ", " < ",
                                            " <= ", " > ",  " >= "};
    bool as_texts = writer->as_texts;
    writer->as_texts = true;
    side(writer);
    switch (draw(&writer->seed, 6)) {
    case 0:
        say(writer, draw(&writer->seed, 2) ? " between " : " not between ");
        side(writer);
        say(writer, " and ");
        side(writer);
        break;
    case 1:
        say(writer, draw(&writer->seed, 2) ? " in (" : " not in (");
        side(writer);
        say(writer, ", ");
        side(writer);
        say(writer, ")");
        break;
    case 2:
        say(writer, draw(&writer->seed, 2) ? " is null" : " is not null");
        break;
    default:
        say(writer, PICK(writer, operators));
        side(writer);
    }
    writer->as_texts = as_texts;
}

static void boolean_leaf(struct writer *writer)
{
    static const char *const patterns[] = {
        " like '%a%'",       " not like '_p%'",  " ~ '^[a-z]+$'",
        " like '\xc3\xa9_'", " regexp '(o|a)n'", " !~ '\\\\d'"};
    switch (draw(&writer->seed, 5)) {
    case 0:
    case 1:
        comparison(writer, number);
        break;
    case 2:
        text(writer);
        say(writer, PICK(writer, patterns));
        break;
    default:
        comparison(writer, text);
    }
}

static void boolean(struct writer *writer)
{
    if (deep(writer)) {
        boolean_leaf(writer);
        return;
    }
    writer->depth++;
    say(writer, draw(&writer->seed, 3) ? "(" : "not (");
    boolean(writer);
    if (draw(&writer->seed, 4)) {
        say(writer, draw(&writer->seed, 2) ? " and " : " or ");
        boolean(writer);
    }
    say(writer, ")");
    writer->depth--;
}

static void value(struct writer *writer)
{
    unsigned which = draw(&writer->seed, 7);
    writer->depth = which % 2;
    if (which < 3)
        number(writer);
    else if (which < 6)
        text(writer);
    else
        boolean(writer);
    writer->depth = 0;
}

static void list(struct writer *writer, unsigned max, bool order)
{
    static const char *const ways[] = {"", " asc", " desc"};
    writer->ordering = order;
    for (unsigned n = 1 + draw(&writer->seed, max), i = 0; i < n; i++) {
        if (i)
            say(writer, ", ");
        value(writer);
        if (order)
            say(writer, PICK(writer, ways));
    }
    writer->ordering = false;
}

/* The clauses after the items. */
static void clauses(struct writer *writer)
{
    static const char *const seconds[] = {"", "", ", m", ", k as kk",
                                          ", month(e)"};
    bool grouped = writer->grouped;
    writer->grouped = false;
    if (draw(&writer->seed, 2)) {
        say(writer, " where ");
        boolean(writer);
    }
    writer->grouped = grouped;
    if (writer->key)
        fprintf(writer->out, " by %s%s", writer->key, PICK(writer, seconds));
    if (grouped && draw(&writer->seed, 3) == 0) {
        say(writer, " having ");
        boolean(writer);
    }
    if (draw(&writer->seed, 2)) {
        say(writer, " order by ");
        list(writer, 2, true);
    }
    if (draw(&writer->seed, 4) == 0)
        fprintf(writer->out, " limit %u", draw(&writer->seed, 20));
}

char *random_query(uint64_t seed)
{
    static const char *const keys[] = {"k",     "m",     "lower(t)", "year(e)",
                                       "n % 3", "n > 5", "d"};
    char *query = NULL;
    size_t len;
    struct writer writer = {.out = open_memstream(&query, &len),
                            .seed = seed * 17 + 3};
    uint64_t *s = &writer.seed;
    writer.grouped = draw(s, 2);
    if (writer.grouped && draw(s, 4))
        writer.key = PICK(&writer, keys);
    if (!writer.grouped && draw(s, 6) == 0)
        say(&writer, "*");
    else
        list(&writer, 3, false);
    clauses(&writer);
    (void)fclose(writer.out);
    return query;
}
