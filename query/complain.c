/*
 * Error messages about a query, and their places. If the lexer could not read a
 * token, the token has its own message, and that one is reported whatever the
 * grammar expected.
 */
#include "base/error.h"
#include "query/parser.h"

#include <stdarg.h>
#include <stdio.h>

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

enum weir_status weir_query_fail_at(const char *text, uint32_t place,
                                    struct weir_error *error)
{
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
    weir_query_fail_at(parser->query->text, place, parser->error);
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

static void *complain(struct weir_parser *parser, const char *what,
                      const char *hint)
{
    const struct weir_token *token = &parser->token;
    char found[SHOW_CAPACITY + 32];
    if (token->type == WEIR_TOKEN_UNCLOSED)
        return weir_parser_fail(parser, token->place, "%s", token->fault);
    if (token->type == WEIR_TOKEN_BAD)
        return weir_parser_fail(parser, token->place, "found '%s'; %s",
                                show(parser, token, found), token->fault);
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
    return weir_parser_fail(parser, token->place, "expected %s, found %s", what,
                            found);
}

void *weir_parser_expected(struct weir_parser *parser, const char *what)
{
    return complain(parser, what, NULL);
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
    return complain(parser, what, hint);
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
    return complain(parser, what, hint);
}
