/*
 * What all functions of the grammar use: consuming tokens and making nodes.
 */
#include "base/error.h"
#include "query/parser.h"

#include <string.h>

enum {
    DEPTH_MAX = 200
};

void weir_parser_next(struct weir_parser *parser)
{
    parser->last = parser->token;
    parser->token = weir_parser_peek(parser);
}

struct weir_token weir_parser_peek(const struct weir_parser *parser)
{
    return weir_lex(parser->query->text,
                    parser->token.place + parser->token.extent);
}

bool weir_parser_accept(struct weir_parser *parser, enum weir_token_type type)
{
    if (parser->token.type != type)
        return false;
    weir_parser_next(parser);
    return true;
}

/* Whether a token begins a value and cannot follow one. After a keyword such a
 * token shows that the word before it was meant as the keyword. */
static bool begins_value(enum weir_token_type type)
{
    switch (type) {
    case WEIR_TOKEN_NUMBER:
    case WEIR_TOKEN_TEXT:
    case WEIR_TOKEN_NAME:
    case WEIR_TOKEN_QUOTED:
    case WEIR_TOKEN_POSITION:
    case WEIR_TOKEN_OPEN:
    case WEIR_TOKEN_NOT:
    case WEIR_TOKEN_NULL:
    case WEIR_TOKEN_TRUE:
    case WEIR_TOKEN_FALSE:
    case WEIR_TOKEN_CASE:
        return true;
    default:
        return false;
    }
}

bool weir_parser_at_name(const struct weir_parser *parser)
{
    enum weir_token_type type = parser->token.type;
    bool is_reserved = type >= WEIR_TOKEN_AND;
    if (!weir_token_is_keyword(type) || is_reserved)
        return false;
    enum weir_token_type next = weir_parser_peek(parser).type;
    /* A file name is often not a valid token: users.csv. */
    bool is_file = type == WEIR_TOKEN_FROM && next == WEIR_TOKEN_BAD;
    return !is_file && !begins_value(next);
}

/* Takes memory from the query. NULL and a failure if memory was refused. */
static void *take(struct weir_parser *parser, size_t bytes)
{
    void *block = weir_ast_take(parser->query, bytes);
    if (!block)
        weir_fail_memory(parser->error, "the query", bytes);
    return block;
}

/* Makes room for one more element after `n` in an array. The array grows when
 * it holds 0, 2, 4, 8, ... elements. */
static bool reserve(struct weir_parser *parser, void **array, size_t n,
                    size_t element)
{
    bool is_full = n == 0 || (n >= 2 && (n & (n - 1)) == 0);
    if (!is_full)
        return true;
    void *larger = take(parser, (n ? 2 * n : 2) * element);
    if (!larger)
        return false;
    if (n)
        memcpy(larger, *array, n * element);
    *array = larger;
    return true;
}

struct weir_item *weir_parser_item(struct weir_parser *parser,
                                   struct weir_items *items)
{
    void *array = items->item;
    if (!reserve(parser, &array, items->n, sizeof(*items->item)))
        return NULL;
    items->item = array;
    return &items->item[items->n++];
}

struct weir_text weir_parser_unquote(struct weir_parser *parser,
                                     const struct weir_token *token)
{
    const char *start = parser->query->text + token->place;
    struct weir_text text = {start, token->extent};
    if (token->type != WEIR_TOKEN_TEXT && token->type != WEIR_TOKEN_QUOTED)
        return text;
    char quote = *start;
    text = (struct weir_text){start + 1, token->extent - 2};
    if (!text.len || !memchr(text.bytes, quote, text.len))
        return text;
    char *plain = take(parser, text.len);
    size_t len = 0;
    for (size_t i = 0; plain && i < text.len; i++) {
        plain[len++] = text.bytes[i];
        i += text.bytes[i] == quote;
    }
    return (struct weir_text){plain, len};
}

struct weir_node *weir_parser_node(struct weir_parser *parser,
                                   enum weir_node_type type, uint32_t place)
{
    struct weir_node *node = take(parser, sizeof(*node));
    if (node) {
        node->type = type;
        node->place = place;
        node->height = 1;
    }
    return node;
}

bool weir_parser_add(struct weir_parser *parser, struct weir_node *node,
                     struct weir_node *child)
{
    void *children = node->child;
    if (!child || !reserve(parser, &children, node->n, sizeof(void *)))
        return false;
    node->child = children;
    node->child[node->n++] = child;
    if (node->height <= child->height)
        node->height = child->height + 1;
    if (node->height <= WEIR_NODE_HEIGHT_MAX)
        return true;
    return weir_parser_fail(parser, node->place,
                            "the expression is nested deeper than %d levels; "
                            "many 'or' can be written as in (...)",
                            WEIR_NODE_HEIGHT_MAX);
}

struct weir_node *weir_parser_finish(struct weir_parser *parser,
                                     struct weir_node *node)
{
    node->extent = weir_parser_end(parser) - node->place;
    return node;
}

bool weir_parser_deeper(struct weir_parser *parser)
{
    if (++parser->depth <= DEPTH_MAX)
        return true;
    return weir_parser_fail(parser, parser->token.place,
                            "the query nests deeper than %d levels", DEPTH_MAX);
}
