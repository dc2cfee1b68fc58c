/*
 * What spilling costs: N groups (10 million), whose keys come in no order, in
 * tables of 400,000: keys encoded, sorted, written as runs, and merged.
 *
 *     build/bench/bench/spill [groups [groups of a run [memory of the merge]]]
 */
#include "base/clock.h"
#include "partials/key.h"
#include "partials/key_sort.h"
#include "partials/merge.h"

#include <stdio.h>
#include <stdlib.h>

#define STRIDE ((size_t)48)

struct table {
    uint64_t *id;
    struct weir_key_rank *rank;
    char *states;
};

static double since(uint64_t *from)
{
    uint64_t now = weir_clock_ns();
    double seconds = (double)(now - *from) / 1e9;
    *from = now;
    return seconds;
}

static size_t write_key(uint64_t id, char *into)
{
    char text[24];
    size_t n = 0, at = sizeof text;
    do
        text[--at] = (char)('0' + id % 10);
    while (id /= 10);
    n = sizeof text - at;
    return weir_key_write((struct weir_text){text + at, n}, into);
}

static void fail(const struct weir_error *error)
{
    fprintf(stderr, "spill: %s\n", error->message);
    exit(1);
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000000;
    size_t of_run = argc > 2 ? strtoul(argv[2], NULL, 10) : 400000;
    size_t memory = argc > 3 ? strtoul(argv[3], NULL, 10) : 32u << 20;
    const struct weir_aggregate *mean = weir_aggregate_find("mean", 4);
    size_t offset;
    struct weir_shape shape = {&mean, &offset, 1,
                               weir_shape_lay(&mean, 1, &offset)};
    struct weir_arena arena;
    struct weir_error error;
    struct weir_spill spill, *spills[] = {&spill};
    struct weir_merge merge;
    double encode = 0, sort = 0, write = 0;
    char key[64];
    weir_arena_init(&arena, WEIR_MEMORY_OTHER);
    struct weir_key_rank *rank = malloc(of_run * sizeof *rank);
    char *states = calloc(of_run, STRIDE);
    if (!rank || !states || weir_spill_init(&spill, "/tmp", &error))
        return 1;
    struct weir_state_rows rows = {&shape, states, &arena};
    /* A state of one value: mean of a number by id. */
    int64_t mantissa[1] = {37};
    struct weir_vector value = {
        .type = WEIR_TYPE_NUMBER, .mantissa = mantissa, .uniform = true};
    for (size_t i = 0; i < of_run; i++) {
        struct weir_states at = {states + i * shape.stride, shape.stride,
                                 &arena};
        struct weir_input input = {.value = &value, .rows = 1};
        mantissa[0] = (int64_t)(i % 90000);
        if (!mean->update(&at, &input))
            return 1;
    }
    /* Ids in no order: a multiplicative walk through all of them. */
    uint64_t id = 0, clock = weir_clock_ns();
    for (size_t from = 0; from < n; from += of_run) {
        size_t rest = n - from < of_run ? n - from : of_run;
        uint64_t first = id;
        for (size_t i = 0; i < rest; i++) {
            id = (id + 7368787) % n;
            size_t len = write_key(id, key);
            rank[i] = (struct weir_key_rank){weir_key_prefix(key, len), i};
        }
        encode += since(&clock);
        weir_key_sort(rank, rest, NULL, NULL);
        sort += since(&clock);
        for (size_t i = 0; i < rest; i++) {
            /* The states of rows to come are on their way. */
            if (i + 16 < rest)
                __builtin_prefetch(states + rank[i + 16].row * shape.stride);
            uint64_t own = (first + 7368787 * (rank[i].row + 1)) % n;
            size_t len = write_key(own, key);
            if (weir_spill_add(&spill, (struct weir_text){key, len}, &rows,
                               rank[i].row, &error))
                fail(&error);
        }
        if (weir_spill_end(&spill, &error))
            fail(&error);
        write += since(&clock);
    }
    uint64_t bytes = weir_spill_len(&spill);
    printf("%zu groups in %zu runs, %.0f MB\n", n, spill.n_runs,
           (double)bytes / 1e6);
    printf("encode %.3f s, sort %.3f s, encode and write %.3f s\n", encode,
           sort, write);
    size_t groups = 0;
    struct weir_text found;
    if (weir_merge_open(&merge, spills, 1, &shape, memory, &error))
        fail(&error);
    printf("passes before the last %.3f s\n", since(&clock));
    enum weir_status status;
    char *window = calloc(1, shape.stride);
    struct weir_state_rows into = {&shape, window, &arena};
    while (!(status = weir_merge_next(&merge, &into, 0, &found, &error))) {
        memset(window, 0, shape.stride);
        groups++;
    }
    if (status < 0)
        fail(&error);
    printf("merge %.3f s of %zu groups, peak %.1f MB\n", since(&clock), groups,
           (double)weir_memory_usage(WEIR_MEMORY_SPILL).peak / 1e6);
    weir_merge_release(&merge);
    weir_spill_release(&spill);
    free(window);
    free(rank);
    free(states);
    return groups == n ? 0 : 1;
}
