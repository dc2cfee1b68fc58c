/*
 * spill - measures what spilling costs. N groups (10 million by default), whose
 * keys come in no order, are in tables of 400,000. Their keys are encoded and
 * sorted, the groups are written as runs, and the runs are merged. The merge is
 * also written as a partial.
 *
 *     spill [GROUPS [GROUPS OF A RUN [MEMORY OF THE MERGE]]]
 */
#include "base/clock.h"
#include "partials/key.h"
#include "partials/key_sort.h"
#include "partials/merge.h"
#include "partials/partial.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Steps of this size visit all ids in no order. */
#define STEP UINT64_C(7368787)
#define FOLDER "/tmp"
#define PARTIAL FOLDER "/weir-bench.part"

static const struct weir_aggregate *mean;
static struct weir_shape shape = {&mean, 1};
static size_t stride; /* bytes of a state */
static struct weir_arena arena;
static struct weir_error error;
static uint64_t mark;

static double lap(void)
{
    uint64_t now = weir_clock_ns();
    double seconds = (double)(now - mark) / 1e9;
    mark = now;
    return seconds;
}

static void must(bool done)
{
    if (!done) {
        fprintf(stderr, "spill: %s\n", error.message);
        exit(1);
    }
}

static struct weir_text write_key(uint64_t id, char *into)
{
    char text[24];
    size_t at = sizeof text;
    do
        text[--at] = (char)('0' + id % 10);
    while (id /= 10);
    struct weir_text cell = {text + at, sizeof text - at};
    return (struct weir_text){into, weir_key_write(cell, into)};
}

/* Fills rows with states of one value each. */
static void fill(struct weir_state_rows *rows, size_t n)
{
    int64_t mantissa = 0;
    struct weir_vector value = {
        .type = WEIR_TYPE_NUMBER, .mantissa = &mantissa, .uniform = true};
    struct weir_arguments input = {.value = {&value}, .rows = 1};
    for (size_t i = 0; i < n; i++) {
        struct weir_states at = {rows->states->base + i * stride, stride,
                                 &arena};
        mantissa = (int64_t)(i % 90000);
        must(mean->update(&at, &input));
    }
}

struct times {
    double encode, sort, write;
};

/* Writes the groups of one table as a run. */
static void spill_table(struct weir_spill *spill,
                        const struct weir_state_rows *rows,
                        struct weir_key_rank *rank, size_t n, uint64_t first,
                        uint64_t of, struct times *times)
{
    char bytes[64];
    (void)lap();
    for (size_t i = 0; i < n; i++) {
        struct weir_text key = write_key((first + STEP * i) % of, bytes);
        rank[i] =
            (struct weir_key_rank){weir_key_prefix(key.bytes, key.len), i};
    }
    times->encode += lap();
    weir_key_sort(rank, n, NULL, NULL);
    times->sort += lap();
    for (size_t i = 0; i < n; i++) {
        /* Prefetches the states of a later row. */
        if (i + 16 < n)
            __builtin_prefetch(rows->states->base + rank[i + 16].row * stride);
        struct weir_text key =
            write_key((first + STEP * rank[i].row) % of, bytes);
        must(!weir_spill_add(spill, key, rows, rank[i].row, &error));
    }
    must(!weir_spill_end(spill, &error));
    times->write += lap();
}

/* Merges the runs, into a partial if there is a writer. Returns the number of
 * groups. */
static size_t merge_all(struct weir_spill *spill, size_t memory,
                        struct weir_partial_writer *writer)
{
    struct weir_merge merge;
    struct weir_text key;
    char *window = calloc(1, stride);
    struct weir_states states = {window, stride, &arena};
    struct weir_state_rows into = {&shape, &states};
    enum weir_status status;
    size_t groups = 0;
    must(window && !weir_merge_open(&merge, &spill, 1, &shape, memory, &error));
    printf("passes before the last %.3f s\n", lap());
    while (!(status = weir_merge_next(&merge, &into, 0, &key, &error))) {
        if (writer)
            must(!weir_partial_add(writer, 0, key, &into, 0, &error));
        memset(window, 0, stride);
        groups++;
    }
    must(status == WEIR_END);
    weir_merge_release(&merge);
    free(window);
    return groups;
}

static void write_partial(struct weir_spill *spill, size_t memory)
{
    struct weir_record_counts counts = {0};
    struct weir_partial_table table = {1, 1, &mean};
    struct weir_shards shards = {1, 1, 0, 0};
    struct weir_partial_info info = {.table = &table,
                                     .n_tables = 1,
                                     .shards = &shards,
                                     .n_shards = 1,
                                     .of_shards = 1};
    struct stat status;
    struct weir_partial_writer *writer =
        weir_partial_create(PARTIAL, &info, &error);
    must(writer != NULL);
    (void)merge_all(spill, memory, writer);
    must(!weir_partial_finish(writer, &info, &counts, &error));
    weir_partial_abandon(writer);
    must(stat(PARTIAL, &status) == 0 && unlink(PARTIAL) == 0);
    printf("merge into a partial %.3f s, %.0f MB\n", lap(),
           (double)status.st_size / 1e6);
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000000;
    size_t of_run = argc > 2 ? strtoul(argv[2], NULL, 10) : 400000;
    size_t memory = argc > 3 ? strtoul(argv[3], NULL, 10) : 32u << 20;
    struct times times = {0, 0, 0};
    struct weir_spill spill;
    mean = weir_aggregate_find("mean", 4, NULL);
    stride = mean->size;
    weir_arena_init(&arena, WEIR_MEMORY_OTHER);
    struct weir_key_rank *rank = malloc(of_run * sizeof *rank);
    struct weir_states states = {calloc(of_run, stride), stride, &arena};
    struct weir_state_rows rows = {&shape, &states};
    must(rank && states.base && !weir_spill_init(&spill, FOLDER, &error));
    fill(&rows, of_run);
    for (size_t from = 0; from < n; from += of_run)
        spill_table(&spill, &rows, rank, n - from < of_run ? n - from : of_run,
                    STEP * from, n, &times);
    printf("%zu groups in %zu runs, %.0f MB\n", n, spill.n_runs,
           (double)weir_spill_len(&spill) / 1e6);
    printf("encode %.3f s, sort %.3f s, encode and write %.3f s\n",
           times.encode, times.sort, times.write);
    size_t groups = merge_all(&spill, memory, NULL);
    printf("merge %.3f s of %zu groups, peak %.1f MB\n", lap(), groups,
           (double)weir_memory_usage(WEIR_MEMORY_SPILL).peak / 1e6);
    if (memory >= 8u << 20)
        write_partial(&spill, memory);
    weir_spill_release(&spill);
    free(rank);
    free(states.base);
    return groups == n ? 0 : 1;
}
