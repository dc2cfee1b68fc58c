/*
 * Random questions, by the grammar. After grouping the values are keys and
 * aggregates, before it they are columns; so the same rules write both.
 */
#include "tests/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pen {
    FILE *out;
    uint64_t seed;
    unsigned depth;
    bool grouped;    /* values are keys and aggregates */
    bool inside;     /* an aggregate: values are columns again */
    const char *key; /* of by; NULL: none */
};

#define PICK(pen, list) list[draw(&(pen)->seed, sizeof list / sizeof *list)]

static void number(struct pen *pen);
static void text(struct pen *pen);
static void boolean(struct pen *pen);

static bool deep(struct pen *pen)
{
    return pen->depth > 2 || draw(&pen->seed, 3) == 0;
}

static void say(struct pen *pen, const char *words)
{
    fputs(words, pen->out);
}

static void ordered_set(struct pen *pen)
{
    static const char *const names[] = {"median", "p95", "quantile", "mode",
                                        "distinct"};
    bool inside = pen->inside;
    unsigned which = draw(&pen->seed, 5);
    fprintf(pen->out, "%s(", names[which]);
    pen->inside = true;
    number(pen);
    pen->inside = inside;
    say(pen, which == 2 ? ", 0.25)" : ")");
}

static void of_two_values(struct pen *pen)
{
    static const char *const names[] = {"corr", "covar_pop", "covar_samp"};
    bool inside = pen->inside;
    fprintf(pen->out, "%s(", PICK(pen, names));
    pen->inside = true;
    number(pen);
    say(pen, ", ");
    number(pen);
    pen->inside = inside;
    say(pen, ")");
}

static void aggregate(struct pen *pen)
{
    static const char *const names[] = {"sum",        "mean",   "avg",
                                        "var",        "stddev", "var_pop",
                                        "stddev_pop", "count"};
    bool inside = pen->inside;
    if (draw(&pen->seed, 4) == 0) {
        say(pen, draw(&pen->seed, 2) ? "count()" : "count(*)");
        return;
    }
    if (draw(&pen->seed, 3) == 0) {
        ordered_set(pen);
        return;
    }
    if (draw(&pen->seed, 6) == 0) {
        of_two_values(pen);
        return;
    }
    fprintf(pen->out, "%s(", PICK(pen, names));
    pen->inside = true;
    number(pen);
    pen->inside = inside;
    say(pen, ")");
}

static void number_leaf(struct pen *pen)
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
    static const char *const columns[] = {"n", "d", "n", "d", "num(m)"};
    if (draw(&pen->seed, 4) == 0)
        say(pen, PICK(pen, literals));
    else if (pen->grouped && !pen->inside)
        aggregate(pen);
    else
        say(pen, PICK(pen, columns));
}

static void number(struct pen *pen)
{
    static const char *const operators[] = {" + ", " - ", " * ", " / ", " % "};
    static const char *const functions[] = {"abs", "floor", "ceil", "round"};
    if (deep(pen)) {
        number_leaf(pen);
        return;
    }
    pen->depth++;
    switch (draw(&pen->seed, 7)) {
    case 0:
        fprintf(pen->out, "%s(", PICK(pen, functions));
        number(pen);
        say(pen, ")");
        break;
    case 1:
        say(pen, "round(");
        number(pen);
        fprintf(pen->out, ", %d)", (int)draw(&pen->seed, 5) - 2);
        break;
    case 2:
        say(pen, "length(");
        text(pen);
        say(pen, ")");
        break;
    case 3:
        say(pen, "case when ");
        boolean(pen);
        say(pen, " then ");
        number(pen);
        if (draw(&pen->seed, 2)) {
            say(pen, " else ");
            number(pen);
        }
        say(pen, " end");
        break;
    default:
        say(pen, "(");
        number(pen);
        say(pen, PICK(pen, operators));
        number(pen);
        say(pen, ")");
    }
    pen->depth--;
}

static void text_leaf(struct pen *pen)
{
    static const char *const literals[] = {"'apple'",
                                           "'k1'",
                                           "''",
                                           "'it''s'",
                                           "'\xc3\xa9"
                                           "3'",
                                           "'12'"};
    static const char *const columns[] = {"t", "k", "m", "e"};
    static const char *const kept[] = {"min",  "max", "first",   "last",
                                       "mode", "top", "distinct"};
    if (draw(&pen->seed, 4) == 0) {
        say(pen, PICK(pen, literals));
    } else if (!pen->grouped || pen->inside) {
        say(pen, PICK(pen, columns));
    } else if (pen->key && draw(&pen->seed, 2)) {
        say(pen, pen->key);
    } else {
        const char *name = PICK(pen, kept);
        fprintf(pen->out, "%s(%s%s)", name, PICK(pen, columns),
                strcmp(name, "top") == 0 ? ", 3" : "");
    }
}

static void text(struct pen *pen)
{
    static const char *const functions[] = {"lower", "upper", "trim", "text"};
    static const char *const parts[] = {"year", "month", "week", "hour"};
    if (deep(pen)) {
        text_leaf(pen);
        return;
    }
    pen->depth++;
    switch (draw(&pen->seed, 7)) {
    case 0:
        say(pen, "concat(");
        text(pen);
        say(pen, ", ");
        text(pen);
        say(pen, ")");
        break;
    case 1:
        say(pen, "(");
        text(pen);
        say(pen, " || ");
        text(pen);
        say(pen, ")");
        break;
    case 2:
        say(pen, "substr(");
        text(pen);
        fprintf(pen->out, ", %d, %u)", (int)draw(&pen->seed, 8) - 3,
                draw(&pen->seed, 6));
        break;
    case 3:
        say(pen, "coalesce(");
        text(pen);
        say(pen, ", ");
        text(pen);
        say(pen, ")");
        break;
    case 4:
        if (pen->grouped && !pen->inside)
            text_leaf(pen);
        else
            fprintf(pen->out,
                    draw(&pen->seed, 2) ? "date_trunc('%s', e)" : "text(%s(e))",
                    PICK(pen, parts));
        break;
    default:
        fprintf(pen->out, "%s(", PICK(pen, functions));
        text(pen);
        say(pen, ")");
    }
    pen->depth--;
}

static void comparison(struct pen *pen, void (*side)(struct pen *))
{
    static const char *const operators[] = {" = ",  " <> ", " < ",
                                            " <= ", " > ",  " >= "};
    side(pen);
    switch (draw(&pen->seed, 6)) {
    case 0:
        say(pen, draw(&pen->seed, 2) ? " between " : " not between ");
        side(pen);
        say(pen, " and ");
        side(pen);
        break;
    case 1:
        say(pen, draw(&pen->seed, 2) ? " in (" : " not in (");
        side(pen);
        say(pen, ", ");
        side(pen);
        say(pen, ")");
        break;
    case 2:
        say(pen, draw(&pen->seed, 2) ? " is null" : " is not null");
        break;
    default:
        say(pen, PICK(pen, operators));
        side(pen);
    }
}

static void boolean_leaf(struct pen *pen)
{
    static const char *const patterns[] = {
        " like '%a%'",       " not like '_p%'",  " ~ '^[a-z]+$'",
        " like '\xc3\xa9_'", " regexp '(o|a)n'", " !~ '\\\\d'"};
    switch (draw(&pen->seed, 5)) {
    case 0:
    case 1:
        comparison(pen, number);
        break;
    case 2:
        text(pen);
        say(pen, PICK(pen, patterns));
        break;
    default:
        comparison(pen, text);
    }
}

static void boolean(struct pen *pen)
{
    if (deep(pen)) {
        boolean_leaf(pen);
        return;
    }
    pen->depth++;
    say(pen, draw(&pen->seed, 3) ? "(" : "not (");
    boolean(pen);
    if (draw(&pen->seed, 4)) {
        say(pen, draw(&pen->seed, 2) ? " and " : " or ");
        boolean(pen);
    }
    say(pen, ")");
    pen->depth--;
}

static void value(struct pen *pen)
{
    unsigned which = draw(&pen->seed, 7);
    pen->depth = which % 2;
    if (which < 3)
        number(pen);
    else if (which < 6)
        text(pen);
    else
        boolean(pen);
    pen->depth = 0;
}

static void list(struct pen *pen, unsigned max, bool order)
{
    static const char *const ways[] = {"", " asc", " desc"};
    for (unsigned n = 1 + draw(&pen->seed, max), i = 0; i < n; i++) {
        if (i)
            say(pen, ", ");
        value(pen);
        if (order)
            say(pen, PICK(pen, ways));
    }
}

/* What comes after the items. */
static void clauses(struct pen *pen)
{
    static const char *const seconds[] = {"", "", ", m", ", k as kk",
                                          ", month(e)"};
    bool grouped = pen->grouped;
    pen->grouped = false;
    if (draw(&pen->seed, 2)) {
        say(pen, " where ");
        boolean(pen);
    }
    pen->grouped = grouped;
    if (pen->key)
        fprintf(pen->out, " by %s%s", pen->key, PICK(pen, seconds));
    if (grouped && draw(&pen->seed, 3) == 0) {
        say(pen, " having ");
        boolean(pen);
    }
    if (draw(&pen->seed, 2)) {
        say(pen, " order by ");
        list(pen, 2, true);
    }
    if (draw(&pen->seed, 4) == 0)
        fprintf(pen->out, " limit %u", draw(&pen->seed, 20));
}

char *random_query(uint64_t seed)
{
    static const char *const keys[] = {"k",     "m",     "lower(t)", "year(e)",
                                       "n % 3", "n > 5", "d"};
    char *query = NULL;
    size_t len;
    struct pen pen = {.out = open_memstream(&query, &len),
                      .seed = seed * 17 + 3};
    uint64_t *s = &pen.seed;
    pen.grouped = draw(s, 2);
    if (pen.grouped && draw(s, 4))
        pen.key = PICK(&pen, keys);
    if (!pen.grouped && draw(s, 6) == 0)
        say(&pen, "*");
    else
        list(&pen, 3, false);
    clauses(&pen);
    (void)fclose(pen.out);
    return query;
}
