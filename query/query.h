/*
 * A question as the user wrote it: from text to a tree. README.md has the
 * grammar. The tree is independent of any file; the plan binds its names to a
 * header. Every node keeps its byte range in the query, for messages.
 */
#ifndef WEIR_QUERY_QUERY_H
#define WEIR_QUERY_QUERY_H

#include "base/number.h"

enum weir_node_type {
    WEIR_NODE_NUMBER,  /* number */
    WEIR_NODE_LITERAL, /* text: 'single quoted' */
    WEIR_NODE_NULL,
    WEIR_NODE_BOOLEAN, /* number.mantissa is 0 or 1 */
    WEIR_NODE_COLUMN,  /* text: its name; or number.mantissa: n of $n, from 1 */
    WEIR_NODE_STAR,    /* *: as an item, or in count(*) */
    WEIR_NODE_CALL,    /* text: the function's name; `distinct` */
    WEIR_NODE_NEGATE,  /* -a */
    WEIR_NODE_ADD,
    WEIR_NODE_SUBTRACT,
    WEIR_NODE_MULTIPLY,
    WEIR_NODE_DIVIDE,
    WEIR_NODE_MODULO,
    WEIR_NODE_CONCAT /* a || b */,
    WEIR_NODE_EQUAL,
    WEIR_NODE_UNEQUAL,
    WEIR_NODE_LESS,
    WEIR_NODE_LESS_EQUAL,
    WEIR_NODE_GREATER,
    WEIR_NODE_GREATER_EQUAL,
    WEIR_NODE_IN,      /* child 0 in (the others) */
    WEIR_NODE_BETWEEN, /* child 0 between 1 and 2 */
    WEIR_NODE_LIKE,    /* child 0 like child 1 */
    WEIR_NODE_MATCH,   /* child 0 ~ child 1, or regexp: PCRE2 */
    WEIR_NODE_IS_NULL,
    WEIR_NODE_NOT,
    WEIR_NODE_AND,
    WEIR_NODE_OR,
    WEIR_NODE_CASE /* [operand,] when, then, when, then, ... [else] */
};

/* The maximum height of a tree. It makes recursion over a tree safe. */
#define WEIR_NODE_HEIGHT_MAX 1000

/* What ends a message where $1 may have been replaced by nothing. */
#define WEIR_SHELL_HINT                                                        \
    "; the shell takes $1 out of \"double quotes\", not out of 'single "       \
    "quotes'"

/* The maximum length of a query in bytes. */
#define WEIR_QUERY_MAX ((size_t)1 << 20)

struct weir_node {
    enum weir_node_type type;
    bool negated;           /* not in, not between, not like, !~, is not null */
    bool distinct;          /* f(distinct x) */
    bool filtered;          /* f(x) filter (where c): the last child is c */
    bool has_operand;       /* case x when ...: child 0 is x */
    bool has_else;          /* the last child is the value after else */
    uint32_t place, extent; /* byte offset and length in the query's text */
    uint32_t height;        /* levels of the tree, including this one */
    struct weir_text text;
    struct weir_number number;
    size_t n;
    struct weir_node **child;
};

struct weir_item {
    struct weir_node *node;
    struct weir_text alias; /* empty if there is none */
    bool descending;        /* for order by */
};

struct weir_items {
    size_t n;
    struct weir_item *item;
};

/* A question as a tree (an abstract syntax tree). */
struct weir_ast {
    const char *text; /* borrowed, for as long as the query lives */
    bool select;      /* SQL's form: keys are printed only if they are items */
    struct weir_items items, keys, order;
    struct weir_text from; /* empty if there is none */
    struct weir_node *where, *having;
    bool has_limit;
    uint64_t limit;
    struct weir_ast_block *blocks; /* memory of the nodes */
};

/*
 * Parses `text`, which is UTF-8 and terminated. On failure WEIR_USAGE: the
 * error's place is "query:LINE:COLUMN", its byte is the offset, and the message
 * says what was found and what was expected. WEIR_LIMIT if memory was refused.
 * Release is allowed on a zeroed query and after a failure.
 */
enum weir_status weir_ast_parse(const char *text, struct weir_ast *query,
                                struct weir_error *error) WEIR_CHECKED;
void weir_ast_release(struct weir_ast *query);

/* Takes zeroed memory that lives as long as the query. NULL if memory was
 * refused. */
void *weir_ast_take(struct weir_ast *query, size_t bytes) WEIR_CHECKED;

/* Adds the byte offset `place` in the query to a failure, with line and column:
 * "query:1:6". No word of the query is at fault where memory or a file was
 * refused: what is not WEIR_USAGE stays as it is. Returns the error's status.
 */
enum weir_status weir_ast_fail_at(const char *text, uint32_t place,
                                  struct weir_error *error);

/* The text of a node as it is written in the query. */
struct weir_text weir_node_source(const struct weir_ast *query,
                                  const struct weir_node *node);

/* Whether two trees are the same apart from blanks. Names are compared by their
 * bytes and numbers by value. */
bool weir_node_equal(const struct weir_node *a, const struct weir_node *b);

/*
 * Returns the candidate that was probably meant by `name`, or NULL if none is
 * near enough. Nearness is the edit distance (optimal string alignment, with
 * ASCII case ignored), then a shared beginning or word: see nearest.c. The
 * first of equally near candidates is returned.
 */
const char *weir_nearest(struct weir_text name, const char *const *candidates,
                         size_t n);

#endif
