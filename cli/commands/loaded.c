/*
 * Prints the bytes a record by purpose, the figures of the pool, and the
 * layout's remarks on columns.
 */
#include "cli/commands/stats.h"

#include "base/error.h"
#include "eager/pool.h"
#include "eager/store.h"
#include <inttypes.h>
#include <string.h>

static void print_cost(const struct weir_store_account *a, FILE *to)
{
    double n = a->records ? (double)a->records : 1;
    const struct weir_cost *cost = &a->cost;
    char size[32];
    fprintf(to,
            "loaded    %" PRIu64 " records of %zu columns as %s: %s, %.1f "
            "bytes a record: %.1f cells, %.1f pointers and lengths, %.1f "
            "names, %.1f unused; %.1f besides for their places\n",
            a->records, a->n_columns, a->layout->name,
            weir_size_text(size, weir_cost_bytes(cost)),
            (double)weir_cost_bytes(cost) / n, (double)cost->payload / n,
            (double)cost->pointers / n, (double)cost->names / n,
            (double)cost->slack / n, (double)a->places / n);
}

static void print_pool(FILE *to)
{
    struct weir_pool_account pool;
    char saved[32], held[32];
    weir_pool_account(&pool);
    if (pool.hits + pool.misses == 0)
        return;
    fprintf(to,
            "pool      %" PRIu64 " hits, %" PRIu64 " misses, %" PRIu64
            " evictions; %" PRIu64 " texts in %s, which save %s\n",
            pool.hits, pool.misses, pool.evictions, pool.texts,
            weir_size_text(held, weir_cost_bytes(&pool.cost)),
            weir_size_text(saved, pool.saved));
}

static void print_remarks(const struct weir_store_account *a,
                          const struct weir_stream *store, FILE *to)
{
    char remark[160], shown[96];
    for (size_t i = 0; a->layout->remark && i < a->n_columns; i++) {
        const char *name = store->schema.name[a->column[i]];
        if (a->layout->remark(a->table, i, remark, sizeof remark))
            fprintf(to, "column    %s: %s\n",
                    weir_show(shown, sizeof shown, name, strlen(name), 40),
                    remark);
    }
}

void weir_loaded_print(const struct weir_loaded *loaded, FILE *to)
{
    struct weir_store_account counts;
    weir_store_account(loaded->store, &counts);
    print_cost(&counts, to);
    fprintf(to, "          loaded in %.3f s, answered in %.3f s\n",
            (double)loaded->load_ns / 1e9, (double)loaded->answer_ns / 1e9);
    print_pool(to);
    print_remarks(&counts, loaded->store, to);
}
