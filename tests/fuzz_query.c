/*
 * Any text is a query or an error with its place, and nothing leaks.
 */
#include "base/memory.h"
#include "query/query.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct weir_error error;
    struct weir_query query = {0};
    char *text = malloc(len + 1);
    if (!text)
        return 0;
    memcpy(text, bytes, len);
    text[len] = '\0';

    enum weir_status status = weir_query_parse(text, &query, &error);
    if (status != WEIR_OK &&
        (error.message[0] == '\0' || strncmp(error.place, "query:", 6) != 0))
        abort();
    weir_query_release(&query);
    if (weir_memory_usage(WEIR_MEMORY_QUERY).live != 0)
        abort();
    free(text);
    return 0;
}
