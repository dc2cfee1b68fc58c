/*
 * What must hold for any text that is given as a query. The fuzzer and the
 * random changes of test_query_torture.c share it.
 */
#include "base/memory.h"
#include "tests/query_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libcheck's assertions need its runner, and write to a pipe each time. */
static void require(bool holds, const char *what, const char *text)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, text);
    abort();
}

/* Rewriting puts brackets around every node, and the parser allows 200
 * levels. */
static bool is_low(const struct weir_items *items)
{
    for (size_t i = 0; i < items->n; i++)
        if (items->item[i].node->height > 90)
            return false;
    return true;
}

static bool can_be_rewritten(const struct weir_ast *query)
{
    return is_low(&query->items) && is_low(&query->keys) &&
           is_low(&query->order) &&
           (!query->where || query->where->height <= 90) &&
           (!query->having || query->having->height <= 90);
}

static void check_rewritten(const struct weir_ast *query)
{
    struct weir_ast again;
    struct weir_error error;
    char *text = query_rewritten(query);
    require(weir_ast_parse(text, &again, &error) == WEIR_OK,
            "does not parse rewritten", query->text);
    require(query_same(query, &again), "is another rewritten", query->text);
    weir_ast_release(&again);
    free(text);
}

void query_survive(const char *text)
{
    struct weir_ast query;
    struct weir_error error;
    uint64_t before = weir_memory_usage(WEIR_MEMORY_QUERY).live;
    if (weir_ast_parse(text, &query, &error) == WEIR_OK) {
        require(query_is_sound(&query), "has an unsound tree", text);
        if (can_be_rewritten(&query))
            check_rewritten(&query);
    } else {
        require(error.status == WEIR_USAGE && *error.message,
                "fails without a message", text);
        require(error.byte <= strlen(text) && error.line && error.column &&
                    !strncmp(error.place, "query:", 6),
                "fails without a place", text);
    }
    weir_ast_release(&query);
    require(weir_memory_usage(WEIR_MEMORY_QUERY).live == before, "leaks", text);
}
