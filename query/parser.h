/*
 * What the parser's files share: the current token, and how to report errors.
 *
 * This is a recursive descent parser with one current token, which is not
 * consumed yet. A function that fails has filled the error and returns NULL or
 * false; its callers return at once. The nodes made so far belong to the query.
 */
#ifndef WEIR_QUERY_PARSER_H
#define WEIR_QUERY_PARSER_H

#include "query/lexer.h"
#include "query/query.h"

struct weir_instead; /* see instead.h */

struct weir_parser {
    struct weir_ast *query;
    struct weir_error *error;
    struct weir_token token; /* the current token */
    struct weir_token last;  /* the one consumed before; END at first */
    uint32_t depth;          /* of the recursion */
};

/* Consumes the current token. */
void weir_parser_next(struct weir_parser *parser);

/* Returns the token after the current one and consumes nothing. */
struct weir_token weir_parser_peek(const struct weir_parser *parser);

/* If the current token has that type, consumes it and returns true. */
bool weir_parser_accept(struct weir_parser *parser, enum weir_token_type type);

/* The same, but fails if the type differs. `why` ends the sentence "expected
 * 'x' ..." and may be empty. */
bool weir_parser_expect(struct weir_parser *parser, enum weir_token_type type,
                        const char *why) WEIR_CHECKED;

/* The byte offset at which the last consumed token ends. */
static inline uint32_t weir_parser_end(const struct weir_parser *parser)
{
    return parser->last.place + parser->last.extent;
}

/*
 * Whether the current token is a keyword that is used as a column's name, where
 * a value is expected. It is the name unless a value follows at once.
 */
bool weir_parser_at_name(const struct weir_parser *parser);

/* Returns a token's text without its quotes. Its bytes are NULL, with a
 * failure, if memory was refused. */
struct weir_text weir_parser_unquote(struct weir_parser *parser,
                                     const struct weir_token *token);

/* Nodes */

/* Makes an empty node that begins at byte offset `place`. NULL and a failure if
 * memory was refused. */
struct weir_node *weir_parser_node(struct weir_parser *parser,
                                   enum weir_node_type type, uint32_t place);

/* Adds a child. A NULL child means that parsing it failed, and the function
 * returns false. */
bool weir_parser_add(struct weir_parser *parser, struct weir_node *node,
                     struct weir_node *child) WEIR_CHECKED;

/* Ends the node with the last consumed token. Returns the node. */
struct weir_node *weir_parser_finish(struct weir_parser *parser,
                                     struct weir_node *node);

/* Enters one level of nesting. The caller decrements `depth` when it leaves it.
 * Fails if the query nests too deeply. */
bool weir_parser_deeper(struct weir_parser *parser) WEIR_CHECKED;

/* The grammar */

struct weir_node *weir_parse_expression(struct weir_parser *parser);

/* Numbers, texts, columns, calls, case, parentheses. */
struct weir_node *weir_parse_primary(struct weir_parser *parser);

/* Parses "value, value ... )" and adds the values as children. */
bool weir_parse_arguments(struct weir_parser *parser,
                          struct weir_node *node) WEIR_CHECKED;

/* Parses the items before any clause: [select] * or expression [[as] name] {,
 * ...} */
bool weir_parse_items(struct weir_parser *parser) WEIR_CHECKED;

/* Parses keys, which are items without *. */
bool weir_parse_keys(struct weir_parser *parser) WEIR_CHECKED;

/* Adds an item. NULL and a failure if memory was refused. */
struct weir_item *weir_parser_item(struct weir_parser *parser,
                                   struct weir_items *items);

/* Whether the current token can follow a whole item. */
static inline bool weir_parser_item_ends(const struct weir_parser *parser)
{
    enum weir_token_type type = parser->token.type;
    return type == WEIR_TOKEN_END || type == WEIR_TOKEN_COMMA ||
           type == WEIR_TOKEN_SEMICOLON || weir_token_is_clause(type);
}

/* Failures. The first four return NULL, for functions that return a node, and
 * for those that return whether they succeeded. */

void *weir_parser_fail(struct weir_parser *parser, uint32_t place,
                       const char *format, ...) WEIR_PRINTF(3, 4);

/* Fails with "expected `what`, found ..." at the current token. */
void *weir_parser_expected(struct weir_parser *parser, const char *what);

/* The same where a value is missing. If that may be because the shell took $1
 * away, the message says so. */
void *weir_parser_expected_value(struct weir_parser *parser, const char *what);

/* The same where an operator or a clause may follow. If the current token is
 * nearly a keyword, the message suggests the keyword. */
void *weir_parser_expected_keyword(struct weir_parser *parser,
                                   const char *what);

/* Returns the keyword that a name nearly is, if that keyword may follow a
 * value; else NULL. */
const char *weir_parser_nearly(const struct weir_parser *parser,
                               const struct weir_token *name);

/* Returns the advice about a token that is a word of another language, outside
 * of calls; NULL if it is none. */
const struct weir_instead *weir_parser_foreign(const struct weir_parser *parser,
                                               const struct weir_token *word);

/* Fails with that advice. */
void *weir_parser_advise(struct weir_parser *parser,
                         const struct weir_token *word,
                         const struct weir_instead *row);

#endif
