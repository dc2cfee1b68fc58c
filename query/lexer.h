/*
 * Tokens: the words and signs of a query.
 *
 * The lexer keeps no state. weir_lex(text, at) returns the token that begins at
 * byte `at`, or after the blanks and comments there, so the parser can look
 * ahead as far as it likes. Text that cannot be a token becomes a token of type
 * BAD or UNCLOSED with a sentence that explains it. No rule of the grammar
 * accepts these two, so the parser stops there and reports the sentence.
 */
#ifndef WEIR_QUERY_LEXER_H
#define WEIR_QUERY_LEXER_H

#include "weir.h"

/* Signs and keywords, with the spelling that messages use. */
#define WEIR_SIGNS(X)                                                          \
    X(OPEN, "(")                                                               \
    X(CLOSE, ")")                                                              \
    X(COMMA, ",")                                                              \
    X(SEMICOLON, ";")                                                          \
    X(STAR, "*")                                                               \
    X(PLUS, "+")                                                               \
    X(MINUS, "-")                                                              \
    X(SLASH, "/")                                                              \
    X(PERCENT, "%")                                                            \
    X(CONCAT, "||")                                                            \
    X(EQUAL, "=")                                                              \
    X(UNEQUAL, "!=")                                                           \
    X(LESS, "<")                                                               \
    X(LESS_EQUAL, "<=")                                                        \
    X(GREATER, ">")                                                            \
    X(GREATER_EQUAL, ">=")                                                     \
    X(MATCH, "~")                                                              \
    X(NO_MATCH, "!~")

#define WEIR_KEYWORDS(X)                                                       \
    X(SELECT, "select")                                                        \
    X(FROM, "from")                                                            \
    X(WHERE, "where")                                                          \
    X(BY, "by")                                                                \
    X(GROUP, "group")                                                          \
    X(HAVING, "having")                                                        \
    X(ORDER, "order")                                                          \
    X(LIMIT, "limit")                                                          \
    X(AS, "as")                                                                \
    X(ASC, "asc")                                                              \
    X(DESC, "desc")                                                            \
    X(DISTINCT, "distinct")                                                    \
    X(IN, "in")                                                                \
    X(BETWEEN, "between")                                                      \
    X(LIKE, "like")                                                            \
    X(REGEXP, "regexp")                                                        \
    X(IS, "is")                                                                \
    X(END_WORD, "end")                                                         \
    X(AND, "and")                                                              \
    X(OR, "or")                                                                \
    X(NOT, "not")                                                              \
    X(NULL, "null")                                                            \
    X(TRUE, "true")                                                            \
    X(FALSE, "false")                                                          \
    X(CASE, "case")                                                            \
    X(WHEN, "when")                                                            \
    X(THEN, "then")                                                            \
    X(ELSE, "else")

enum weir_token_type {
    WEIR_TOKEN_END,      /* of the query */
    WEIR_TOKEN_BAD,      /* `fault` says what is wrong */
    WEIR_TOKEN_UNCLOSED, /* a quote without its end; `fault` is the message */
    WEIR_TOKEN_NUMBER,
    WEIR_TOKEN_TEXT,     /* 'text' */
    WEIR_TOKEN_NAME,     /* without quotes */
    WEIR_TOKEN_QUOTED,   /* "name" or `name` */
    WEIR_TOKEN_POSITION, /* $3 */
    WEIR_TOKEN_PATH,     /* a file name without quotes, from weir_lex_path() */
#define X(name, text) WEIR_TOKEN_##name,
    WEIR_SIGNS(X)
    WEIR_KEYWORDS(X)
#undef X
        WEIR_N_TOKENS
};

struct weir_token {
    enum weir_token_type type;
    uint32_t place, extent; /* byte offset and length in the text, with
                               quotes */
    const char *fault;
};

/* The token at byte offset `at`. Its extent is 0 only at the end. */
struct weir_token weir_lex(const char *text, uint32_t at);

/* The same where a file name is expected. A file name without quotes is one
 * PATH. */
struct weir_token weir_lex_path(const char *text, uint32_t at);

/* How a sign or keyword is written. NULL for other tokens. */
const char *weir_token_spelling(enum weir_token_type type);

/* Whether a token is a keyword. The keywords from `and` on are reserved:
 * without quotes they are never a column's name. */
static inline bool weir_token_is_keyword(enum weir_token_type type)
{
    return type >= WEIR_TOKEN_SELECT;
}

/* Whether a token is the first word of a clause. */
static inline bool weir_token_is_clause(enum weir_token_type type)
{
    return type >= WEIR_TOKEN_FROM && type <= WEIR_TOKEN_LIMIT;
}

static inline unsigned char weir_ascii_lower(char byte)
{
    unsigned char c = (unsigned char)byte;
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c - 'A' + 'a') : c;
}

#endif
