/*
 * What a message about a cell that is no number proposes: the notations in
 * which it is one, first those of the options and then those of num().
 */
#include "base/notation.h"

#include <stdio.h>
#include <string.h>

/* Whether a cell is a number in that notation. `plain` is then terminated. */
static bool reads(struct weir_text cell, struct weir_notation notation,
                  char plain[WEIR_NOTATION_HINT])
{
    size_t len = SIZE_MAX;
    if (cell.len < WEIR_NOTATION_HINT / 4)
        len = weir_notation_plain(cell, notation, plain);
    if (len == SIZE_MAX ||
        weir_number_read((struct weir_text){plain, len}).kind == WEIR_BAD)
        return false;
    plain[len] = '\0';
    return true;
}

/* Writes " --decimal , --thousands .", or what of it is not given yet. */
static void name_options(struct weir_notation it, struct weir_notation given,
                         char *into)
{
    const char *quote = it.thousands == '\'' ? "\"" : "";
    if (it.thousands == ' ')
        quote = "'";
    *into = '\0';
    if (it.decimal != given.decimal)
        into += sprintf(into, " --decimal %c", it.decimal);
    if (it.thousands && it.thousands != given.thousands)
        sprintf(into, " --thousands %s%c%s", quote, it.thousands, quote);
}

/* Writes " num(x, ',', '.')". */
static void name_call(struct weir_notation it, char *into)
{
    const char *doubled = it.thousands == '\'' ? "'" : "";
    into += sprintf(into, " num(x, '%c'", it.decimal);
    if (it.thousands)
        into += sprintf(into, ", '%s%c'", doubled, it.thousands);
    strcpy(into, ")");
}

/* Finds the thousands with which the cell is a number. */
static bool find_thousands(struct weir_text cell, struct weir_notation *it,
                           char plain[WEIR_NOTATION_HINT])
{
    static const char thousands[] = {'\0', ',', '.', ' ', '\'', '_'};
    for (size_t i = 0; i < sizeof thousands; i++) {
        it->thousands = thousands[i];
        if (it->thousands != it->decimal && reads(cell, *it, plain))
            return true;
    }
    return false;
}

/* Tries one decimal mark and then the other: 1,234 may be two numbers. */
static void try_marks(struct weir_text cell, struct weir_notation given,
                      bool marks, char into[WEIR_NOTATION_HINT])
{
    char plain[2][WEIR_NOTATION_HINT] = {"", ""}, name[40];
    size_t used = 0;
    for (int other = 0; other < 2; other++) {
        struct weir_notation it = {.decimal = given.decimal, .marks = marks};
        if (other)
            it.decimal = given.decimal == '.' ? ',' : '.';
        if (!find_thousands(cell, &it, plain[other]) ||
            strcmp(plain[0], plain[1]) == 0 ||
            (!marks && !it.thousands && it.decimal == given.thousands))
            continue; /* a --thousands that is given remains */
        if (marks)
            name_call(it, name);
        else
            name_options(it, given, name);
        used += (size_t)snprintf(into + used, WEIR_NOTATION_HINT - used,
                                 used ? ",%s as %s" : ";%s reads it as %s",
                                 name, plain[other]);
    }
}

void weir_notation_hint(struct weir_text cell, struct weir_notation given,
                        char into[WEIR_NOTATION_HINT])
{
    given.decimal = given.decimal ? given.decimal : '.';
    *into = '\0';
    if (!given.marks)
        try_marks(cell, given, false, into);
    if (!*into)
        try_marks(cell, given, true, into);
}
