/*
 * A query's tree as text, for tests: as an S-expression to compare with, and
 * as a query with every bracket written, to parse again.
 */
#ifndef WEIR_TESTS_QUERY_TREE_H
#define WEIR_TESTS_QUERY_TREE_H

#include "query/query.h"

/*
 * "(mean age):m | where (> age 3) | by country": items, then the clauses that
 * are there. Aliases stand after a colon; `select` and `-` (descending) before
 * what they belong to. To be freed.
 */
char *query_tree(const struct weir_query *query);

/* The same question in another spelling. To be freed. */
char *query_rewritten(const struct weir_query *query);

/* Do both ask the same? */
bool query_same(const struct weir_query *a, const struct weir_query *b);

/* Are all places, extents and heights of its trees as they must be? */
bool query_is_sound(const struct weir_query *query);

/* Parses any text: aborts unless it is a sound query, which means the same
 * rewritten, or a failure with a place and a message; and nothing leaks. */
void query_survive(const char *text);

#endif
