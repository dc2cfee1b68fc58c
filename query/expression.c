/*
 * The grammar of expressions, one function for each level.
 *
 *     or > and > not > comparison > + - || > * / % > unary + - > primary
 *
 * Each level of left-associative operators is a row of a table, and so is each
 * comparison. A node begins where its first token begins, including an opening
 * parenthesis, so that its source reads as written.
 *
 * Two limits make recursion safe, here and in all code that walks the tree: how
 * deeply parentheses, `not` and signs nest, and how high the tree is. A long
 * chain of operators makes a high tree too.
 */
#include "query/parser.h"

/* Left-associative operators */

struct infix {
    enum weir_token_type token;
    enum weir_node_type node;
};

struct level {
    struct weir_node *(*operand)(struct weir_parser *parser);
    struct infix infix[4]; /* ends with END */
};

static const struct infix *find(const struct level *level,
                                enum weir_token_type token)
{
    const struct infix *at = level->infix;
    while (at->token != WEIR_TOKEN_END && at->token != token)
        at++;
    return at->token == WEIR_TOKEN_END ? NULL : at;
}

static struct weir_node *chain(struct weir_parser *parser,
                               const struct level *level)
{
    uint32_t place = parser->token.place;
    struct weir_node *left = level->operand(parser);
    const struct infix *infix;
    while (left && (infix = find(level, parser->token.type))) {
        struct weir_node *node = weir_parser_node(parser, infix->node, place);
        weir_parser_next(parser);
        if (!node || !weir_parser_add(parser, node, left) ||
            !weir_parser_add(parser, node, level->operand(parser)))
            return NULL;
        left = weir_parser_finish(parser, node);
    }
    return left;
}

static struct weir_node *negation(struct weir_parser *parser);
static struct weir_node *factor(struct weir_parser *parser);
static struct weir_node *unary(struct weir_parser *parser);

static struct weir_node *conjunction(struct weir_parser *parser)
{
    static const struct level level = {negation,
                                       {{WEIR_TOKEN_AND, WEIR_NODE_AND}}};
    return chain(parser, &level);
}

struct weir_node *weir_parse_expression(struct weir_parser *parser)
{
    static const struct level level = {conjunction,
                                       {{WEIR_TOKEN_OR, WEIR_NODE_OR}}};
    if (!weir_parser_deeper(parser))
        return NULL;
    struct weir_node *node = chain(parser, &level);
    parser->depth--;
    return node;
}

static struct weir_node *sum(struct weir_parser *parser)
{
    static const struct level level = {factor,
                                       {{WEIR_TOKEN_PLUS, WEIR_NODE_ADD},
                                        {WEIR_TOKEN_MINUS, WEIR_NODE_SUBTRACT},
                                        {WEIR_TOKEN_CONCAT, WEIR_NODE_CONCAT}}};
    return chain(parser, &level);
}

static struct weir_node *factor(struct weir_parser *parser)
{
    static const struct level level = {
        unary,
        {{WEIR_TOKEN_STAR, WEIR_NODE_MULTIPLY},
         {WEIR_TOKEN_SLASH, WEIR_NODE_DIVIDE},
         {WEIR_TOKEN_PERCENT, WEIR_NODE_MODULO}}};
    return chain(parser, &level);
}

/* Comparisons: these functions parse what follows the operator and add it to
 * the node */

static bool one_more(struct weir_parser *parser, struct weir_node *node)
{
    return weir_parser_add(parser, node, sum(parser));
}

static bool bounds(struct weir_parser *parser, struct weir_node *node)
{
    return one_more(parser, node) &&
           weir_parser_expect(parser, WEIR_TOKEN_AND,
                              "between the two bounds of 'between'") &&
           one_more(parser, node);
}

bool weir_parse_arguments(struct weir_parser *parser, struct weir_node *node)
{
    do
        if (!weir_parser_add(parser, node, weir_parse_expression(parser)))
            return false;
    while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    if (weir_parser_accept(parser, WEIR_TOKEN_CLOSE))
        return true;
    return weir_parser_expected_keyword(parser, "an operator, ',' or ')'");
}

static bool list(struct weir_parser *parser, struct weir_node *node)
{
    return weir_parser_expect(parser, WEIR_TOKEN_OPEN, "after 'in'") &&
           weir_parse_arguments(parser, node);
}

static bool null(struct weir_parser *parser, struct weir_node *node)
{
    node->negated = weir_parser_accept(parser, WEIR_TOKEN_NOT);
    if (parser->token.type == WEIR_TOKEN_TRUE ||
        parser->token.type == WEIR_TOKEN_FALSE) {
        const char *word = weir_token_spelling(parser->token.type);
        return weir_parser_fail(parser, parser->token.place,
                                "found '%s'; where a cell has the text %s, "
                                "write %s '%s'; a condition stands alone, or "
                                "after 'not'",
                                word, word, node->negated ? "!=" : "=", word);
    }
    return weir_parser_expect(parser, WEIR_TOKEN_NULL,
                              node->negated ? "after 'is not'" : "after 'is'");
}

struct comparison {
    enum weir_token_type token;
    enum weir_node_type node;
    bool (*rest)(struct weir_parser *parser, struct weir_node *node);
    bool is_word; /* 'not' may come before it */
};

static const struct comparison comparisons[] = {
    {WEIR_TOKEN_EQUAL, WEIR_NODE_EQUAL, one_more, false},
    {WEIR_TOKEN_UNEQUAL, WEIR_NODE_UNEQUAL, one_more, false},
    {WEIR_TOKEN_LESS, WEIR_NODE_LESS, one_more, false},
    {WEIR_TOKEN_LESS_EQUAL, WEIR_NODE_LESS_EQUAL, one_more, false},
    {WEIR_TOKEN_GREATER, WEIR_NODE_GREATER, one_more, false},
    {WEIR_TOKEN_GREATER_EQUAL, WEIR_NODE_GREATER_EQUAL, one_more, false},
    {WEIR_TOKEN_MATCH, WEIR_NODE_MATCH, one_more, false},
    {WEIR_TOKEN_NO_MATCH, WEIR_NODE_MATCH, one_more, false},
    {WEIR_TOKEN_IS, WEIR_NODE_IS_NULL, null, false},
    {WEIR_TOKEN_IN, WEIR_NODE_IN, list, true},
    {WEIR_TOKEN_BETWEEN, WEIR_NODE_BETWEEN, bounds, true},
    {WEIR_TOKEN_LIKE, WEIR_NODE_LIKE, one_more, true},
    {WEIR_TOKEN_REGEXP, WEIR_NODE_MATCH, one_more, true},
};

static const struct comparison *find_comparison(enum weir_token_type token)
{
    for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons); i++)
        if (comparisons[i].token == token)
            return &comparisons[i];
    return NULL;
}

/* Parses the operator after `left` and what follows it. */
static struct weir_node *compare(struct weir_parser *parser,
                                 struct weir_node *left, uint32_t place)
{
    bool negated = weir_parser_accept(parser, WEIR_TOKEN_NOT);
    const struct comparison *row = find_comparison(parser->token.type);
    if (negated && (!row || !row->is_word))
        return weir_parser_expected_keyword(
            parser, "in, between, like or regexp after 'not'");
    struct weir_node *node = weir_parser_node(parser, row->node, place);
    if (!node || !weir_parser_add(parser, node, left))
        return NULL;
    node->negated = negated || row->token == WEIR_TOKEN_NO_MATCH;
    weir_parser_next(parser);
    return row->rest(parser, node) ? weir_parser_finish(parser, node) : NULL;
}

static bool at_comparison(const struct weir_parser *parser)
{
    return parser->token.type == WEIR_TOKEN_NOT ||
           find_comparison(parser->token.type);
}

static struct weir_node *comparison(struct weir_parser *parser)
{
    uint32_t place = parser->token.place;
    struct weir_node *node = sum(parser);
    if (!node || !at_comparison(parser))
        return node;
    node = compare(parser, node, place);
    if (!node || !at_comparison(parser))
        return node;
    if (node->n == 2 && node->child[1]->type == WEIR_NODE_CONCAT)
        return weir_parser_fail(parser, node->child[1]->place,
                                "'||' joins texts; use 'or' between "
                                "conditions");
    return weir_parser_fail(parser, parser->token.place,
                            "comparisons do not chain; join two with 'and', as "
                            "in a < b and b < c, or put one in brackets");
}

/* Prefixes */

/* The current token is a prefix, and `operand` parses what follows it. */
static struct weir_node *
prefixed(struct weir_parser *parser, enum weir_node_type type,
         struct weir_node *(*operand)(struct weir_parser *parser))
{
    struct weir_node *node =
        weir_parser_node(parser, type, parser->token.place);
    if (!node || !weir_parser_deeper(parser))
        return NULL;
    weir_parser_next(parser);
    if (!weir_parser_add(parser, node, operand(parser)))
        return NULL;
    parser->depth--;
    return weir_parser_finish(parser, node);
}

static struct weir_node *negation(struct weir_parser *parser)
{
    return parser->token.type == WEIR_TOKEN_NOT
               ? prefixed(parser, WEIR_NODE_NOT, negation)
               : comparison(parser);
}

static struct weir_node *unary(struct weir_parser *parser)
{
    while (weir_parser_accept(parser, WEIR_TOKEN_PLUS))
        ;
    return parser->token.type == WEIR_TOKEN_MINUS
               ? prefixed(parser, WEIR_NODE_NEGATE, unary)
               : weir_parse_primary(parser);
}
