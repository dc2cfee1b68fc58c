/*
 * A whole query: items, then clauses. A clause is a row of a table.
 */
#include "query/parser.h"
#include "base/error.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Clauses: each function parses what follows the first word */

static bool from(struct weir_parser *parser)
{
    struct weir_ast *query = parser->query;
    const char *text = query->text;
    parser->token = weir_lex_path(text, weir_parser_end(parser));
    const struct weir_token *token = &parser->token;
    if (token->type != WEIR_TOKEN_PATH && token->type != WEIR_TOKEN_TEXT &&
        token->type != WEIR_TOKEN_QUOTED)
        return weir_parser_expected(parser, "a file's name after 'from'");
    query->from = weir_parser_unquote(parser, token);
    if (!query->from.bytes)
        return false;
    if (!query->from.len)
        return weir_parser_fail(parser, token->place,
                                "a file's name cannot be empty");
    struct weir_token as_word = weir_lex(text, token->place);
    if (weir_token_is_keyword(as_word.type) && as_word.extent == token->extent)
        return weir_parser_fail(
            parser, token->place,
            "expected a file's name after 'from', found '%s'; if it is the "
            "file, quote it",
            weir_token_spelling(as_word.type));
    weir_parser_next(parser);
    if (parser->token.type == WEIR_TOKEN_COMMA)
        return weir_parser_fail(parser, parser->token.place,
                                "found ','; several files are given after the "
                                "query");
    if (parser->token.place > weir_parser_end(parser) ||
        weir_parser_item_ends(parser))
        return true;
    return weir_parser_fail(parser, parser->last.place,
                            "a file's name with signs in it must be 'quoted'");
}

static bool condition(struct weir_parser *parser, struct weir_node **into)
{
    *into = weir_parse_expression(parser);
    return *into;
}

static bool where(struct weir_parser *parser)
{
    return condition(parser, &parser->query->where);
}

static bool having(struct weir_parser *parser)
{
    return condition(parser, &parser->query->having);
}

static bool group(struct weir_parser *parser)
{
    return weir_parser_expect(parser, WEIR_TOKEN_BY, "after 'group'") &&
           weir_parse_keys(parser);
}

static bool order(struct weir_parser *parser)
{
    if (!weir_parser_expect(parser, WEIR_TOKEN_BY, "after 'order'"))
        return false;
    do {
        struct weir_item *item =
            weir_parser_item(parser, &parser->query->order);
        if (!item || !(item->node = weir_parse_expression(parser)))
            return false;
        item->descending = weir_parser_accept(parser, WEIR_TOKEN_DESC);
        if (!item->descending)
            weir_parser_accept(parser, WEIR_TOKEN_ASC);
    } while (weir_parser_accept(parser, WEIR_TOKEN_COMMA));
    return true;
}

static bool limit(struct weir_parser *parser)
{
    struct weir_ast *query = parser->query;
    const char *digits = query->text + parser->token.place;
    if (parser->token.type != WEIR_TOKEN_NUMBER ||
        strspn(digits, "0123456789") != parser->token.extent)
        return weir_parser_expected(parser, "a whole number after 'limit'");
    for (uint32_t i = 0; i < parser->token.extent; i++) {
        uint64_t digit = (uint64_t)(digits[i] - '0');
        if (query->limit > (UINT64_MAX - digit) / 10)
            return weir_parser_fail(parser, parser->token.place,
                                    "the limit is larger than %llu",
                                    (unsigned long long)UINT64_MAX);
        query->limit = query->limit * 10 + digit;
    }
    query->has_limit = true;
    weir_parser_next(parser);
    return parser->token.type != WEIR_TOKEN_COMMA ||
           weir_parser_fail(parser, parser->token.place,
                            "found ','; one number follows 'limit': how many "
                            "rows. weir skips no rows of an answer");
}

/* The table */

enum {
    WHERE = 2,
    BY
};

struct clause {
    const char *name;
    enum weir_token_type token;
    int rank; /* position in the order; the items have 0 */
    bool (*parse)(struct weir_parser *parser);
    const char *more; /* what may continue the clause, for messages */
    const char *once; /* what to do instead of a second one */
};

static const struct clause clauses[] = {
    {"from", WEIR_TOKEN_FROM, 1, from, "",
     "several files are given after the query"},
    {"where", WEIR_TOKEN_WHERE, WHERE, where, "an operator, ",
     "join conditions with 'and'"},
    {"by", WEIR_TOKEN_BY, BY, weir_parse_keys, "an operator, ',', ",
     "separate keys with ','"},
    {"by", WEIR_TOKEN_GROUP, BY, group, "an operator, ',', ",
     "separate keys with ','"},
    {"having", WEIR_TOKEN_HAVING, 4, having, "an operator, ",
     "join conditions with 'and'"},
    {"order by", WEIR_TOKEN_ORDER, 5, order, "an operator, ',', ",
     "separate items with ','"},
    {"limit", WEIR_TOKEN_LIMIT, 6, limit, "", "one is enough"},
};

enum {
    N_CLAUSES = sizeof(clauses) / sizeof(*clauses)
};

static const struct clause *find_clause(const struct weir_parser *parser)
{
    for (size_t i = 0; i < N_CLAUSES; i++)
        if (clauses[i].token == parser->token.type)
            return &clauses[i];
    return NULL;
}

/* The clauses so far. */
struct progress {
    unsigned seen;               /* a bit for each rank */
    const struct clause *latest; /* the one of the highest rank, or NULL */
};

static bool may_follow(const struct progress *progress,
                       const struct clause *clause)
{
    int latest = progress->latest ? progress->latest->rank : 0;
    return clause->rank > latest || (clause->rank == WHERE && latest == BY &&
                                     !(progress->seen & 1u << WHERE));
}

static bool check_order(struct weir_parser *parser,
                        const struct progress *progress,
                        const struct clause *clause)
{
    if (!progress->latest || may_follow(progress, clause))
        return true;
    if (progress->seen & 1u << clause->rank)
        return weir_parser_fail(parser, parser->token.place,
                                "'%s' is there twice; %s", clause->name,
                                clause->once);
    return weir_parser_fail(parser, parser->token.place,
                            "'%s' goes before '%s'; the order is from, where, "
                            "by, having, order by, limit",
                            clause->name, progress->latest->name);
}

/* Reports a token that is neither a clause nor the end. The message names
 * everything that may stand here. */
static bool unexpected(struct weir_parser *parser,
                       const struct progress *progress)
{
    char what[128];
    if (parser->last.type == WEIR_TOKEN_SEMICOLON)
        return weir_parser_expected(parser, "the end of the query after ';'");
    if (parser->token.type == WEIR_TOKEN_ASC ||
        parser->token.type == WEIR_TOKEN_DESC)
        return weir_parser_fail(parser, parser->token.place,
                                "found '%s' outside 'order by'; it goes after "
                                "an item of 'order by'",
                                weir_token_spelling(parser->token.type));
    size_t len = (size_t)snprintf(what, sizeof(what), "%s",
                                  progress->latest ? progress->latest->more
                                                   : "an operator, ',', ");
    for (size_t i = 0; i < N_CLAUSES; i++)
        if (clauses[i].token != WEIR_TOKEN_GROUP &&
            may_follow(progress, &clauses[i]))
            len += (size_t)snprintf(what + len, sizeof(what) - len, "%s, ",
                                    clauses[i].name);
    if (len)
        memcpy(what + len - 2, " or ", sizeof(" or "));
    len += len ? 2 : 0;
    snprintf(what + len, sizeof(what) - len, "the end of the query");
    return weir_parser_expected_keyword(parser, what);
}

static bool whole(struct weir_parser *parser)
{
    struct progress progress = {0};
    const struct clause *clause;
    if (!weir_parse_items(parser))
        return false;
    while ((clause = find_clause(parser))) {
        if (!check_order(parser, &progress, clause))
            return false;
        weir_parser_next(parser);
        if (!clause->parse(parser))
            return false;
        progress.seen |= 1u << clause->rank;
        if (!progress.latest || clause->rank > progress.latest->rank)
            progress.latest = clause;
    }
    weir_parser_accept(parser, WEIR_TOKEN_SEMICOLON);
    return parser->token.type == WEIR_TOKEN_END ||
           unexpected(parser, &progress);
}

/* Checks the text before the first token is parsed. */
static bool check_text(struct weir_parser *parser)
{
    const char *text = parser->query->text;
    size_t len = strnlen(text, WEIR_QUERY_MAX + 1);
    if (len > WEIR_QUERY_MAX) {
        weir_fail(parser->error, WEIR_USAGE, "the query is over %zu bytes long",
                  WEIR_QUERY_MAX);
        return false;
    }
    size_t valid = weir_utf8_check(text, len);
    if (valid < len)
        return weir_parser_fail(parser, (uint32_t)valid,
                                "the query is not UTF-8: found the byte "
                                "\\x%02X; a column may also be named by its "
                                "number, as in $3",
                                (unsigned char)text[valid]);
    parser->token = weir_lex(text, 0);
    if (parser->token.type == WEIR_TOKEN_END ||
        parser->token.type == WEIR_TOKEN_SEMICOLON)
        return weir_parser_fail(
            parser, parser->token.place,
            "the query is empty; it says what to compute, as in mean(age) by "
            "country where age >= 18");
    return true;
}

enum weir_status weir_ast_parse(const char *text, struct weir_ast *query,
                                struct weir_error *error)
{
    struct weir_parser parser = {.query = query, .error = error};
    memset(query, 0, sizeof(*query));
    query->text = text;
    if (check_text(&parser) && whole(&parser))
        return WEIR_OK;
    weir_ast_release(query);
    return error->status;
}
