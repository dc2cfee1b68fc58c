/*
 * What weir help says about the grammar: operators and clauses.
 */
#ifndef WEIR_CLI_COMMANDS_SYNTAX_H
#define WEIR_CLI_COMMANDS_SYNTAX_H

/* `names` are separated by blanks: weir help NAME prints the row. `form` shows
 * how it is written: items of a query for operators, a query for clauses, over
 * columns x, y, s and t. */
struct weir_syntax {
    const char *names, *form, *brief;
};

/* Each ends with a row of NULLs. */
extern const struct weir_syntax weir_operators[], weir_clauses[];

#endif
