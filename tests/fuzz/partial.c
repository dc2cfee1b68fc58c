/*
 * Target: partials, behind their checksums: their headers, blocks, keys and
 * states, and the merge of all of them. The first byte chooses what to do. The
 * rest is partials in the form of frames.h, or the content of a frame.
 */
#include "base/memory.h"
#include "cli/commands/commands.h"
#include "partials/block.h"
#include "partials/info.h"
#include "tests/fuzz/frames.h"
#include "tests/fuzz/fuzz.h"
#include "tests/runs_kit.h"

#include <stdlib.h>
#include <string.h>

#define MEMORY_MAX ((uint64_t)64 << 20)

static void read_keys(struct weir_text key)
{
    char *scratch = malloc(weir_key_text_capacity(key.len));
    struct weir_text cell, rest = key;
    if (!scratch)
        abort();
    while (weir_key_read(&rest, scratch, &cell))
        continue;
    free(scratch);
}

static void read_state(const struct weir_aggregate *aggregate,
                       struct runs_table *table, struct weir_text saved)
{
    char scratch[WEIR_RESULT_CAPACITY], state[256] = {0};
    struct weir_states states = {state, sizeof state, &table->arena};
    if (aggregate->load(&states, 0, &saved) == WEIR_OK)
        (void)aggregate->result(&states, 0, scratch);
    weir_arena_empty(&table->arena);
}

static void read_block(struct weir_text block)
{
    struct weir_records records = {0};
    struct runs_table table;
    runs_table_init(&table, 1);
    weir_records_begin(&records, block, UINT32_MAX);
    while (weir_records_next(&records) == WEIR_OK) {
        read_keys((struct weir_text){records.key, records.key_len});
        for (size_t i = 0; weir_aggregates[i]; i++)
            if (!weir_aggregates[i]->ordered_set)
                read_state(weir_aggregates[i], &table, records.saved);
    }
    weir_records_release(&records);
    runs_table_release(&table);
}

static void read_parts(struct weir_text text)
{
    struct weir_partial_info info;
    struct weir_error error;
    if (weir_partial_info_load(&info, text, &error) == WEIR_OK) {
        fuzz_require(!weir_partial_whole(&info, &error) || *error.message,
                     "what is not whole has no message");
        weir_partial_info_release(&info);
    }
    read_keys(text);
    read_block(text);
}

/* Merges FUZZ_PATH to an answer, or to a partial. */
static int merge(const char *partial, struct fuzz_printed *printed)
{
    const char *const path = FUZZ_PATH;
    const struct weir_options options = {.command = WEIR_COMMAND_MERGE,
                                         .diagnostics.quiet = true,
                                         .format =
                                             partial ? NULL : &weir_format_csv,
                                         .partial = partial,
                                         .resources.memory = MEMORY_MAX,
                                         .resources.temp_dir = "/tmp",
                                         .resources.threads = 1,
                                         .child.report = -1,
                                         .inputs.path = &path,
                                         .inputs.n_paths = 1};
    fuzz_print_begin();
    int code = weir_merge_partials(&options);
    *printed = fuzz_print_end();
    weir_memory_limit(0);
    fuzz_require(code >= 0 && code <= 4, "merge ends with another code");
    fuzz_require(!code == !printed->err_len &&
                     (!code || !strncmp(printed->err, "weir: ", 6)),
                 "merge fails without a message, or has one");
    return code;
}

/* An answer is the same by way of a merged partial. But computing an answer
 * does not read values of groups that do not exist, so the partial may report
 * damage that the answer did not. */
static void merge_both(void)
{
    struct fuzz_printed printed;
    if (merge(NULL, &printed))
        return;
    char *expected = strdup(printed.out);
    int code = merge("-", &printed);
    fuzz_require(code == 0 || code == 3, "no partial of what has an answer");
    if (code) {
        free(expected);
        return;
    }
    fuzz_file(printed.out, printed.out_len);
    fuzz_require(!merge(NULL, &printed), "no answer of a merged partial");
    fuzz_same("another answer of a merged partial", printed.out, expected);
    free(expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct fuzz_input input = {bytes, len};
    struct bytes file = {0};
    uint64_t live = weir_memory_total().live;
    uint8_t choice = fuzz_byte(&input);
    struct weir_text text = {(const char *)input.at, input.len};
    if (len < 2)
        return 0;
    if (choice % 8 == 7) {
        read_parts(text);
        return 0;
    }
    frames_begin(&file);
    frames_mend(&file, 0, (struct weir_text){"", 0}, text);
    fuzz_file(file.at, file.len);
    bytes_free(&file);
    merge_both();
    fuzz_require(weir_memory_total().live == live, "merge leaks");
    return 0;
}
