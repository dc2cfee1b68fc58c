/*
 * What to compute, and under which names. `as` may be left out, so a mistyped
 * clause reads as a name at first; README.md says when it is reported.
 */
#include "query/instead.h"
#include "query/parser.h"

#include <string.h>

static bool not_a_name(struct weir_parser *parser, const char *meant)
{
    return weir_parser_fail(
        parser, parser->last.place,
        "found '%.*s'; did you mean '%s'? a new name goes after 'as'",
        (int)(parser->last.extent < 40 ? parser->last.extent : 40),
        parser->query->text + parser->last.place, meant);
}

/* Checks a name that was written without `as`. */
static bool check_bare_alias(struct weir_parser *parser)
{
    const char *meant = NULL;
    const struct weir_token last = parser->last;
    const struct weir_instead *foreign = weir_parser_foreign(parser, &last);
    if (last.type == WEIR_TOKEN_NAME)
        meant = weir_parser_nearly(parser, &last);
    bool ends = weir_parser_item_ends(parser);
    /* count() filter where x > 1, without its brackets */
    const bool filter = foreign && !strcmp(foreign->words, "filter") &&
                        parser->token.type == WEIR_TOKEN_WHERE;
    if (foreign &&
        (!ends || filter ||
         (foreign->takes_by && (parser->token.type == WEIR_TOKEN_BY ||
                                parser->token.type == WEIR_TOKEN_GROUP))))
        return weir_parser_advise(parser, &last, foreign);
    if (!meant)
        return true;
    if (!ends)
        return not_a_name(parser, meant);
    bool before_by = !strcmp(meant, "group") || !strcmp(meant, "order");
    if (before_by && parser->token.type == WEIR_TOKEN_BY)
        return not_a_name(parser, meant);
    return true;
}

static bool is_name(enum weir_token_type type)
{
    return type == WEIR_TOKEN_NAME || type == WEIR_TOKEN_QUOTED;
}

/* [[as] name] */
static bool alias(struct weir_parser *parser, struct weir_text *into)
{
    bool has_as = weir_parser_accept(parser, WEIR_TOKEN_AS);
    enum weir_token_type type = parser->token.type;
    if (!is_name(type) && !(has_as && weir_token_is_keyword(type)))
        return !has_as || weir_parser_expected(
                              parser, "a name after 'as', bare or \"quoted\"");
    *into = weir_parser_unquote(parser, &parser->token);
    if (!into->bytes)
        return false;
    if (!into->len)
        return weir_parser_fail(parser, parser->token.place,
                                "a name cannot be empty");
    weir_parser_next(parser);
    return has_as || check_bare_alias(parser);
}

bool weir_parse_keys(struct weir_parser *parser)
{
    do {
        struct weir_item *item = weir_parser_item(parser, &parser->query->keys);
        if (!item || !(item->node = weir_parse_expression(parser)) ||
            !alias(parser, &item->alias))
            return false;
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    return true;
}

/* * or expression [[as] name] */
static bool one_item(struct weir_parser *parser)
{
    struct weir_item *item = weir_parser_item(parser, &parser->query->items);
    if (!item)
        return false;
    if (parser->token.type != WEIR_TOKEN_STAR) {
        item->node = weir_parse_expression(parser);
        return item->node && alias(parser, &item->alias);
    }
    item->node = weir_parser_node(parser, WEIR_NODE_STAR, parser->token.place);
    if (!item->node)
        return false;
    weir_parser_next(parser);
    weir_parser_finish(parser, item->node);
    return true;
}

/* Finds "selct age", which would otherwise be a column and its name. */
static bool check_first_word(struct weir_parser *parser)
{
    static const char *const select = "select";
    struct weir_text first = {parser->query->text + parser->token.place,
                              parser->token.extent};
    if (parser->token.type != WEIR_TOKEN_NAME || first.len < 5 ||
        first.len > 7 || !is_name(weir_parser_peek(parser).type) ||
        !weir_nearest(first, &select, 1))
        return true;
    return weir_parser_fail(parser, parser->token.place,
                            "found '%.*s'; did you mean 'select'?",
                            (int)first.len, first.bytes);
}

bool weir_parse_items(struct weir_parser *parser)
{
    parser->query->select = weir_parser_accept(parser, WEIR_TOKEN_SELECT);
    if (weir_token_is_clause(parser->token.type) &&
        !weir_parser_at_name(parser))
        return weir_parser_expected(
            parser, "what to compute first, as in mean(age) by country, or * "
                    "for all columns");
    if (!check_first_word(parser))
        return false;
    do
        if (!one_item(parser))
            return false;
    while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    return true;
}
