/*
 * What the parser's files share: the token in hand, and how to complain.
 *
 * Recursive descent with one token in hand, not yet taken. A function that
 * fails has filled the error and returns NULL or false, and its callers do
 * the same without a word; the nodes made so far belong to the query.
 */
#ifndef WEIR_QUERY_PARSER_H
#define WEIR_QUERY_PARSER_H

#include "query/lexer.h"
#include "query/query.h"

struct weir_parser {
    struct weir_query *query;
    struct weir_error *error;
    struct weir_token token; /* in hand */
    struct weir_token last;  /* taken before it; at first END */
    uint32_t depth;          /* of the recursion */
};

/* Takes the token in hand. */
void weir_parser_next(struct weir_parser *parser);

/* The token after the one in hand. */
struct weir_token weir_parser_peek(const struct weir_parser *parser);

/* Takes it if it is of that type. */
bool weir_parser_accept(struct weir_parser *parser, enum weir_token_type type);

/* The same, and a failure if it is not; `why` ends the sentence "expected
 * 'x' ..." and may be empty. */
bool weir_parser_expect(struct weir_parser *parser, enum weir_token_type type,
                        const char *why) WEIR_CHECKED;

/* Where the last token taken ends. */
static inline uint32_t weir_parser_end(const struct weir_parser *parser)
{
    return parser->last.place + parser->last.extent;
}

/*
 * A keyword that may also be a column's name, where a value stands: it is the
 * name unless a value comes right after it, for then it was the keyword.
 */
bool weir_parser_at_name(const struct weir_parser *parser);

/* Zeroed memory of the query, or NULL and a failure. */
void *weir_parser_take(struct weir_parser *parser, size_t bytes) WEIR_CHECKED;

/*
 * An array that grows as it fills: full at 0, 2, 4, 8 ... elements. Makes room
 * for one more after `n`.
 */
bool weir_parser_room(struct weir_parser *parser, void **array, size_t n,
                      size_t element) WEIR_CHECKED;

/* A token without its quotes; NULL bytes and a failure when refused. */
struct weir_text weir_parser_unquote(struct weir_parser *parser,
                                     const struct weir_token *token);

/* Nodes */

/* An empty node that begins at `place`; NULL and a failure when refused. */
struct weir_node *weir_parser_node(struct weir_parser *parser,
                                   enum weir_node_type type, uint32_t place);

/* Adds a child. NULL is one that has failed already, and fails. */
bool weir_parser_add(struct weir_parser *parser, struct weir_node *node,
                     struct weir_node *child) WEIR_CHECKED;

/* The node ends with the last token taken. Returns it. */
struct weir_node *weir_parser_finish(struct weir_parser *parser,
                                     struct weir_node *node);

/* One level deeper, until `depth` is counted down; fails where too deep. */
bool weir_parser_deeper(struct weir_parser *parser) WEIR_CHECKED;

/* The grammar */

struct weir_node *weir_parse_expression(struct weir_parser *parser);

/* Numbers, texts, columns, calls, case, brackets. */
struct weir_node *weir_parse_primary(struct weir_parser *parser);

/* "value, value ... )" as children. */
bool weir_parse_arguments(struct weir_parser *parser,
                          struct weir_node *node) WEIR_CHECKED;

/* The items before any clause: [select] * or expression [[as] name] {, ...} */
bool weir_parse_items(struct weir_parser *parser) WEIR_CHECKED;

/* The same for keys: without * */
bool weir_parse_keys(struct weir_parser *parser) WEIR_CHECKED;

/* A new item at the end; NULL and a failure when refused. */
struct weir_item *weir_parser_item(struct weir_parser *parser,
                                   struct weir_items *items);

/* Can the token in hand follow a whole item? */
static inline bool weir_parser_item_ends(const struct weir_parser *parser)
{
    enum weir_token_type type = parser->token.type;
    return type == WEIR_TOKEN_END || type == WEIR_TOKEN_COMMA ||
           type == WEIR_TOKEN_SEMICOLON || weir_token_is_clause(type);
}

/* Failures. All return false. */

bool weir_parser_fail(struct weir_parser *parser, uint32_t place,
                      const char *format, ...) WEIR_PRINTF(3, 4);

/* "expected `what`, found ..." at the token in hand. */
bool weir_parser_expected(struct weir_parser *parser, const char *what);

/* The same where an operator or a clause might stand: with the keyword that a
 * mistyped name is near to. */
bool weir_parser_expected_keyword(struct weir_parser *parser, const char *what);

/* The keyword that a name is nearly, if it is one that may follow a value. */
const char *weir_parser_nearly(const struct weir_parser *parser,
                               const struct weir_token *name);

#endif
