/*
 * The operands of expressions: literals, columns, calls, case and parentheses.
 */
#include "query/compile.h"
#include "query/instead.h"
#include "query/parser.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Makes a node without children from the current token and consumes it. */
static struct weir_node *leaf(struct weir_parser *parser,
                              enum weir_node_type type)
{
    struct weir_node *node =
        weir_parser_node(parser, type, parser->token.place);
    if (!node)
        return NULL;
    node->text = weir_parser_unquote(parser, &parser->token);
    if (!node->text.bytes)
        return NULL;
    weir_parser_next(parser);
    return weir_parser_finish(parser, node);
}

static struct weir_node *number(struct weir_parser *parser)
{
    struct weir_node *node = leaf(parser, WEIR_NODE_NUMBER);
    if (!node)
        return NULL;
    node->number = weir_number_read(node->text);
    if (node->number.kind == WEIR_DECIMAL || node->number.kind == WEIR_WIDE)
        return node;
    return weir_parser_fail(
        parser, node->place, "the number %.*s is too large or too small",
        (int)(node->text.len < 40 ? node->text.len : 40), node->text.bytes);
}

static struct weir_node *boolean(struct weir_parser *parser, bool value)
{
    struct weir_node *node = leaf(parser, WEIR_NODE_BOOLEAN);
    if (node)
        node->number =
            (struct weir_number){.kind = WEIR_DECIMAL, .mantissa = value};
    return node;
}

/* $3 is the third column. */
static struct weir_node *position(struct weir_parser *parser)
{
    struct weir_node *node = leaf(parser, WEIR_NODE_COLUMN);
    if (!node)
        return NULL;
    uint64_t column = 0;
    for (size_t i = 1; i < node->text.len && column <= UINT32_MAX; i++)
        column = column * 10 + (uint64_t)(node->text.bytes[i] - '0');
    if (column == 0 || column > UINT32_MAX)
        return weir_parser_fail(parser, node->place,
                                column ? "no file has that many columns"
                                       : "columns count from $1");
    node->text = (struct weir_text){0};
    node->number =
        (struct weir_number){.kind = WEIR_DECIMAL, .mantissa = (int64_t)column};
    return node;
}

static struct weir_node *brackets(struct weir_parser *parser)
{
    const enum weir_token_type before = parser->last.type;
    weir_parser_next(parser);
    struct weir_node *node = weir_parse_expression(parser);
    if (!node || weir_parser_accept(parser, WEIR_TOKEN_CLOSE))
        return node;
    if (before == WEIR_TOKEN_EQUAL && parser->token.type == WEIR_TOKEN_COMMA)
        return weir_parser_fail(parser, parser->token.place,
                                "found ','; a list follows 'in', not '=', as "
                                "in x in (1, 2)");
    return weir_parser_expected_keyword(parser, "an operator or ')'");
}

/* Parses the arguments of f( up to the closing parenthesis. */
static bool call_arguments(struct weir_parser *parser, struct weir_node *node)
{
    if (weir_parser_accept(parser, WEIR_TOKEN_CLOSE))
        return true;
    if (parser->token.type == WEIR_TOKEN_STAR &&
        weir_parser_peek(parser).type == WEIR_TOKEN_CLOSE) {
        bool added =
            weir_parser_add(parser, node, leaf(parser, WEIR_NODE_STAR));
        weir_parser_next(parser);
        return added;
    }
    if (parser->token.type == WEIR_TOKEN_DISTINCT &&
        !weir_parser_at_name(parser)) {
        weir_parser_next(parser);
        node->distinct = true;
    }
    return weir_parse_arguments(parser, node);
}

/* Whether a call begins here: f( or distinct(. In `select distinct (a)` the
 * word is not a call. */
static bool at_call(const struct weir_parser *parser)
{
    enum weir_token_type type = parser->token.type;
    return (type == WEIR_TOKEN_NAME ||
            (type == WEIR_TOKEN_DISTINCT &&
             parser->last.type != WEIR_TOKEN_SELECT)) &&
           weir_parser_peek(parser).type == WEIR_TOKEN_OPEN;
}

/* Fails if the word that a call begins with is another language's function.
 * Some of these have a grammar of their own, as in cast(x as int). */
static bool check_function(struct weir_parser *parser)
{
    const struct weir_token *name = &parser->token;
    const char *bytes = parser->query->text + name->place;
    char advice[WEIR_ADVICE_CAPACITY];
    struct weir_text text = {bytes, name->extent};
    if (weir_compile_is_function(text))
        return true;
    const struct weir_instead *row = weir_instead_call(text);
    return !row || weir_parser_fail(parser, name->place,
                                    "no function '%.*s'; %s", (int)name->extent,
                                    bytes, weir_instead_advice(row, advice));
}

static bool at_filter(const struct weir_parser *parser)
{
    return parser->token.type == WEIR_TOKEN_NAME &&
           parser->token.extent == strlen("filter") &&
           strncasecmp(parser->query->text + parser->token.place, "filter",
                       strlen("filter")) == 0 &&
           weir_parser_peek(parser).type == WEIR_TOKEN_OPEN;
}

/* Parses `filter (where c)` after a call. */
static bool filter(struct weir_parser *parser, struct weir_node *call)
{
    if (!weir_compile_is_aggregate(call))
        return weir_parser_fail(parser, parser->token.place,
                                "filter (where ...) follows an aggregate, as "
                                "in sum(x) filter (where x > 0)");
    weir_parser_next(parser);
    weir_parser_next(parser);
    call->filtered = true;
    if (!weir_parser_expect(parser, WEIR_TOKEN_WHERE, "after 'filter ('") ||
        !weir_parser_add(parser, call, weir_parse_expression(parser)))
        return false;
    return weir_parser_accept(parser, WEIR_TOKEN_CLOSE) ||
           weir_parser_expected_keyword(parser, "an operator or ')'");
}

static struct weir_node *word(struct weir_parser *parser)
{
    bool is_call = at_call(parser);
    if (is_call && !check_function(parser))
        return NULL;
    struct weir_node *node =
        leaf(parser, is_call ? WEIR_NODE_CALL : WEIR_NODE_COLUMN);
    if (!node || !is_call)
        return node;
    weir_parser_next(parser);
    if (!call_arguments(parser, node) ||
        (at_filter(parser) && !filter(parser, node)))
        return NULL;
    return weir_parser_finish(parser, node);
}

/* Parses "a then b" after when. */
static bool branch(struct weir_parser *parser, struct weir_node *node)
{
    return weir_parser_add(parser, node, weir_parse_expression(parser)) &&
           weir_parser_expect(parser, WEIR_TOKEN_THEN, "") &&
           weir_parser_add(parser, node, weir_parse_expression(parser));
}

static struct weir_node *choice(struct weir_parser *parser)
{
    struct weir_node *node =
        weir_parser_node(parser, WEIR_NODE_CASE, parser->token.place);
    if (!node)
        return NULL;
    weir_parser_next(parser);
    node->has_operand = parser->token.type != WEIR_TOKEN_WHEN;
    if ((node->has_operand &&
         !weir_parser_add(parser, node, weir_parse_expression(parser))) ||
        !weir_parser_expect(parser, WEIR_TOKEN_WHEN, "after 'case'"))
        return NULL;
    do
        if (!branch(parser, node))
            return NULL;
    while (weir_parser_accept(parser, WEIR_TOKEN_WHEN));
    node->has_else = weir_parser_accept(parser, WEIR_TOKEN_ELSE);
    if (node->has_else &&
        !weir_parser_add(parser, node, weir_parse_expression(parser)))
        return NULL;
    if (weir_parser_accept(parser, WEIR_TOKEN_END_WORD))
        return weir_parser_finish(parser, node);
    return weir_parser_expected_keyword(
        parser, node->has_else ? "an operator or 'end'"
                               : "an operator, 'when', 'else' or 'end' of the "
                                 "case");
}

static struct weir_node *no_value(struct weir_parser *parser)
{
    const char *after = weir_token_spelling(parser->last.type);
    char what[40] = "a value";
    if (parser->token.type == WEIR_TOKEN_DISTINCT)
        return weir_parser_fail(
            parser, parser->token.place,
            "'distinct' is allowed only in a call, as in count(distinct x); to "
            "list the distinct values, group by them, as in count() by x");
    if (parser->token.type == WEIR_TOKEN_NOT)
        return weir_parser_fail(parser, parser->token.place,
                                "expected a value, found 'not'; put brackets "
                                "around the condition, as in (not a)");
    if (after)
        snprintf(what, sizeof(what), "a value after '%s'", after);
    return weir_parser_expected_value(parser, what);
}

struct weir_node *weir_parse_primary(struct weir_parser *parser)
{
    switch (parser->token.type) {
    case WEIR_TOKEN_NUMBER:
        return number(parser);
    case WEIR_TOKEN_TEXT:
        return leaf(parser, WEIR_NODE_LITERAL);
    case WEIR_TOKEN_NULL:
        return leaf(parser, WEIR_NODE_NULL);
    case WEIR_TOKEN_TRUE:
        return boolean(parser, true);
    case WEIR_TOKEN_FALSE:
        return boolean(parser, false);
    case WEIR_TOKEN_POSITION:
        return position(parser);
    case WEIR_TOKEN_NAME:
    case WEIR_TOKEN_QUOTED:
        return word(parser);
    case WEIR_TOKEN_OPEN:
        return brackets(parser);
    case WEIR_TOKEN_CASE:
        return choice(parser);
    default:
        return weir_parser_at_name(parser) || at_call(parser)
                   ? word(parser)
                   : no_value(parser);
    }
}
