/*
 * Error messages about a query, and their places. If the lexer could not read a
 * token, the token has its own message, and that one is reported whatever the
 * grammar expected.
 */
#include "base/error.h"
#include "query/compile.h"
#include "query/instead.h"
#include "query/parser.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    SHOWN = 32,
    SHOW_CAPACITY = 4 * SHOWN + 8
};

/* Words that may follow a value, for names that are nearly one of them. The
 * clauses come first, because the first of equally near words is suggested. */
static const char *const followers[] = {
    "from", "where", "by",   "group",   "having", "order", "limit", "and",
    "or",   "not",   "like", "between", "regexp", "in",    "is",    "as",
    "desc", "asc",   "when", "then",    "else",   "end",
};

enum weir_status weir_ast_fail_at(const char *text, uint32_t place,
                                  struct weir_error *error)
{
    if (error->status != WEIR_USAGE)
        return error->status;
    uint64_t line = 1;
    uint32_t column = 1;
    for (uint32_t i = 0; i < place && text[i]; i++) {
        bool ends = text[i] == '\n';
        line += ends;
        column = ends ? 1 : column + 1;
    }
    weir_fail_at(error, place);
    error->line = line;
    error->column = column;
    snprintf(error->place, sizeof(error->place), "query:%llu:%u",
             (unsigned long long)line, column);
    return error->status;
}

void *weir_parser_fail(struct weir_parser *parser, uint32_t place,
                       const char *format, ...)
{
    char sentence[sizeof(parser->error->message)];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    weir_fail(parser->error, WEIR_USAGE, "%s", sentence);
    weir_ast_fail_at(parser->query->text, place, parser->error);
    return NULL;
}

static const char *show(const struct weir_parser *parser,
                        const struct weir_token *token, char *into)
{
    return weir_show(into, SHOW_CAPACITY, parser->query->text + token->place,
                     token->extent, SHOWN);
}

/* Describes the current token as part of a sentence: "'x'", "5", "the text
 * 'x'". */
static void describe(const struct weir_parser *parser, char *into,
                     size_t capacity)
{
    static const char *const before[WEIR_N_TOKENS] = {
        [WEIR_TOKEN_END] = "the end of the query",
        [WEIR_TOKEN_TEXT] = "the text ",
        [WEIR_TOKEN_QUOTED] = "the name ",
        [WEIR_TOKEN_NUMBER] = ""};
    char shown[SHOW_CAPACITY];
    const char *kind = before[parser->token.type];
    show(parser, &parser->token, shown);
    if (kind)
        snprintf(into, capacity, "%s%s", kind, shown);
    else
        snprintf(into, capacity, "'%s'", shown);
}

/* Whether a word touches the end of a text, as in 'it's'. */
static bool splits_text(const struct weir_parser *parser)
{
    return parser->last.type == WEIR_TOKEN_TEXT &&
           parser->token.type == WEIR_TOKEN_NAME &&
           parser->token.place == weir_parser_end(parser);
}

void *weir_parser_advise(struct weir_parser *parser,
                         const struct weir_token *word,
                         const struct weir_instead *row)
{
    char shown[SHOW_CAPACITY], advice[WEIR_ADVICE_CAPACITY];
    return weir_parser_fail(parser, word->place, "found '%s'; %s",
                            show(parser, word, shown),
                            weir_instead_advice(row, advice));
}

static const struct weir_instead *find_word(const struct weir_parser *parser,
                                            const struct weir_token *word)
{
    const struct weir_text text = {parser->query->text + word->place,
                                   word->extent};
    return weir_instead_word(text);
}

const struct weir_instead *weir_parser_foreign(const struct weir_parser *parser,
                                               const struct weir_token *word)
{
    return word->type == WEIR_TOKEN_NAME ? find_word(parser, word) : NULL;
}

/* The query's first word, if it is a name and no operator follows it; else the
 * token before the current one. */
static struct weir_token statement(const struct weir_parser *parser)
{
    const char *text = parser->query->text;
    struct weir_token first = weir_lex(text, 0);
    if (first.type == WEIR_TOKEN_SELECT)
        first = weir_lex(text, first.place + first.extent);
    const enum weir_token_type next =
        weir_lex(text, first.place + first.extent).type;
    return weir_parser_foreign(parser, &first) &&
                   (next == WEIR_TOKEN_NAME || next == WEIR_TOKEN_NUMBER)
               ? first
               : parser->last;
}

/* Finds a word of another language by which the current token, which may be the
 * word itself, became wrong. NULL if there is none. */
static const struct weir_instead *find_foreign(const struct weir_parser *parser,
                                               bool near_keyword,
                                               struct weir_token *word)
{
    *word = parser->token;
    const struct weir_instead *row = weir_parser_foreign(parser, word);
    if (row || near_keyword)
        return row;
    *word = statement(parser);
    row = weir_parser_foreign(parser, word);
    if (row || parser->token.type != WEIR_TOKEN_SELECT)
        return row;
    *word = parser->token;
    return find_word(parser, word);
}

/* Whether a token is a keyword with which a column's name may begin, as in
 * Order Date, In Stock. */
static bool begins_name(enum weir_token_type type)
{
    return type == WEIR_TOKEN_ORDER || type == WEIR_TOKEN_GROUP ||
           type == WEIR_TOKEN_LIMIT || type == WEIR_TOKEN_IN ||
           type == WEIR_TOKEN_END_WORD;
}

/* Whether only blanks are between two tokens, of which the second is a bare
 * name. */
static bool is_spaced(const struct weir_parser *parser,
                      const struct weir_token *first,
                      const struct weir_token *second)
{
    const uint32_t end = first->place + first->extent;
    return second->type == WEIR_TOKEN_NAME && second->place > end &&
           strspn(parser->query->text + end, " ") == second->place - end;
}

/* The words that are a column's name, if it has blanks; empty if there are none
 * where the current token is wrong. */
static struct weir_text spaced_name(const struct weir_parser *parser)
{
    const char *text = parser->query->text;
    struct weir_token first = parser->token, last = parser->token;
    if (parser->last.type == WEIR_TOKEN_NAME &&
        is_spaced(parser, &parser->last, &parser->token))
        first = parser->last;
    else if (!begins_name(first.type))
        return (struct weir_text){text, 0};
    struct weir_token next = weir_lex(text, last.place + last.extent);
    for (; is_spaced(parser, &last, &next);
         next = weir_lex(text, last.place + last.extent))
        last = next;
    return (struct weir_text){
        text + first.place,
        first.place == last.place ? 0 : last.place + last.extent - first.place};
}

/* Whether a function's name stands before a literal, as in date '2024-01-31'.
 */
static bool is_called(const struct weir_parser *parser)
{
    const struct weir_text name = {parser->query->text + parser->last.place,
                                   parser->last.extent};
    return parser->last.type == WEIR_TOKEN_NAME &&
           (parser->token.type == WEIR_TOKEN_TEXT ||
            parser->token.type == WEIR_TOKEN_NUMBER) &&
           weir_compile_is_function(name);
}

/* `hint` is a keyword that may have been meant, or NULL. `tail` ends the
 * message if there is nothing better; NULL where no name may stand. */
static void *complain(struct weir_parser *parser, const char *what,
                      const char *hint, const char *tail)
{
    struct weir_token word;
    const struct weir_token *token = &parser->token;
    char found[SHOW_CAPACITY + 32], shown[SHOW_CAPACITY];
    if (token->type == WEIR_TOKEN_UNCLOSED)
        return weir_parser_fail(parser, token->place, "%s", token->fault);
    if (token->type == WEIR_TOKEN_BAD)
        return weir_parser_fail(parser, token->place, "found '%s'; %s",
                                show(parser, token, found), token->fault);
    const struct weir_instead *row = find_foreign(parser, hint, &word);
    const struct weir_text name =
        tail ? spaced_name(parser) : (struct weir_text){found, 0};
    /* The first word of a name, such as Full Name, is no word of SQL. */
    if (row && !(name.len && name.bytes == parser->query->text + word.place))
        return weir_parser_advise(parser, &word, row);
    describe(parser, found, sizeof(found));
    if (splits_text(parser))
        return weir_parser_fail(parser, token->place,
                                "expected %s, found %s; write '' for a quote "
                                "inside a text",
                                what, found);
    if (hint)
        return weir_parser_fail(parser, token->place,
                                "expected %s, found %s; did you mean '%s'?",
                                what, found, hint);
    if (is_called(parser))
        return weir_parser_fail(
            parser, token->place,
            "expected %s, found %s; a function is written with parentheses: "
            "%.*s(%s)",
            what, found, (int)parser->last.extent,
            parser->query->text + parser->last.place,
            show(parser, token, shown));
    if (name.len)
        return weir_parser_fail(parser, token->place,
                                "expected %s, found %s; a name with a blank "
                                "stands in double quotes: \"%.*s\"",
                                what, found, (int)name.len, name.bytes);
    return weir_parser_fail(parser, token->place, "expected %s, found %s%s",
                            what, found, tail ? tail : "");
}

void *weir_parser_expected(struct weir_parser *parser, const char *what)
{
    return complain(parser, what, NULL, "");
}

/* Whether something is missing between blanks, as $1 is once the shell replaced
 * it by nothing. */
static bool lost_to_shell(const struct weir_parser *parser)
{
    const char *text = parser->query->text + weir_parser_end(parser);
    size_t blanks = strspn(text, " ");
    return blanks > 1 || (blanks == 1 && !text[1]);
}

void *weir_parser_expected_value(struct weir_parser *parser, const char *what)
{
    return complain(parser, what, NULL,
                    lost_to_shell(parser) ? WEIR_SHELL_HINT : "");
}

const char *weir_parser_nearly(const struct weir_parser *parser,
                               const struct weir_token *name)
{
    struct weir_text text = {parser->query->text + name->place, name->extent};
    return weir_nearest(text, followers,
                        sizeof(followers) / sizeof(*followers));
}

void *weir_parser_expected_keyword(struct weir_parser *parser, const char *what)
{
    const char *hint = NULL;
    if (parser->token.type == WEIR_TOKEN_NAME)
        hint = weir_parser_nearly(parser, &parser->token);
    return complain(parser, what, hint, "");
}

bool weir_parser_expect(struct weir_parser *parser, enum weir_token_type type,
                        const char *why)
{
    if (weir_parser_accept(parser, type))
        return true;
    char what[96];
    const char *spelling = weir_token_spelling(type);
    snprintf(what, sizeof(what), "'%s'%s%s", spelling, *why ? " " : "", why);
    const struct weir_token *token = &parser->token;
    struct weir_text found = {parser->query->text + token->place,
                              token->extent};
    const char *hint = NULL;
    if (token->type == WEIR_TOKEN_NAME && weir_token_is_keyword(type))
        hint = weir_nearest(found, &spelling, 1);
    return complain(parser, what, hint, NULL);
}
