/*
 * What is read out of partials, behind their checksums: headers, blocks of
 * records with states, keys.
 */
#include "partials/block.h"
#include "partials/info.h"
#include "tests/runs_kit.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_keys(struct weir_text key)
{
    char *room = malloc(weir_key_text_room(key.len));
    struct weir_text cell, rest = key;
    struct weir_number number;
    if (!room)
        abort();
    while (weir_key_read(&rest, room, &cell))
        continue;
    rest = key;
    while (weir_key_read_number(&rest, room, &number))
        (void)weir_number_double(&number);
    rest = key;
    while (weir_key_skip(&rest))
        continue;
    free(room);
}

static void read_block(struct weir_text block)
{
    struct weir_records records = {0};
    struct runs_table table;
    char room[WEIR_RESULT_ROOM];
    runs_table_init(&table, 1);
    weir_records_begin(&records, block, UINT32_MAX);
    while (weir_records_next(&records) == WEIR_OK) {
        read_keys((struct weir_text){records.key, records.key_len});
        for (size_t i = 0; weir_aggregates[i]; i++) {
            char state[256] = {0};
            const struct weir_aggregate *aggregate = weir_aggregates[i];
            struct weir_text rest = records.saved;
            struct weir_states states = {state, sizeof state, &table.arena};
            if (aggregate->load(&states, 0, &rest) == WEIR_OK)
                (void)aggregate->result(&states, 0, room);
            weir_arena_empty(&table.arena);
        }
    }
    weir_records_release(&records);
    runs_table_release(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct weir_text text = {(const char *)data, size};
    struct weir_partial_info info;
    struct weir_error error;
    if (weir_partial_info_load(&info, text, &error) == WEIR_OK) {
        (void)weir_partial_whole(&info, &error);
        weir_partial_info_release(&info);
    }
    read_keys(text);
    read_block(text);
    return 0;
}
