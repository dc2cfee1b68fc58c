/*
 * The tree of a query as text, for tests: as an S-expression that a test
 * compares, and as a query with every bracket written, to be parsed again.
 */
#ifndef WEIR_TESTS_QUERY_TREE_H
#define WEIR_TESTS_QUERY_TREE_H

#include "query/query.h"

/*
 * The S-expression, such as "(mean age):m | where (> age 3) | by country": the
 * items, then the clauses that the query has. An alias follows its item after
 * a colon; `select` precedes the items, and `-` precedes an item in descending
 * order. The caller frees it.
 */
char *query_tree(const struct weir_ast *query);

/* The same query in another spelling. The caller frees it. */
char *query_rewritten(const struct weir_ast *query);

/* Whether both queries have the same clauses and equal trees. */
bool query_same(const struct weir_ast *a, const struct weir_ast *b);

/* Whether the offset, length and height of every node are consistent: a node
 * lies within its parent and after the sibling before it, and is one higher
 * than its highest child. */
bool query_is_sound(const struct weir_ast *query);

/* Parses any text and aborts if something is wrong. The text must be a sound
 * query that is the same when it is rewritten and parsed again, or fail with a
 * place and a message. Nothing may leak. */
void query_survive(const char *text);

#endif
