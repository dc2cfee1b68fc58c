/*
 * Any bytes as CSV. The first three choose a dialect, the size of a batch and
 * that of a read; the rest is the input. Every way to read it must agree.
 */
#include "base/error.h"
#include "tests/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct weir_reading dialects[] = {
    {.no_header = true},
    {.bad_records = WEIR_BAD_RECORDS_PAD},
    {.no_header = true, .bad_records = WEIR_BAD_RECORDS_REJECT},
    {.no_header = true, .trim = true, .bad_records = WEIR_BAD_RECORDS_REJECT},
    {.header = "a,b", .bad_records = WEIR_BAD_RECORDS_REJECT, .null = "a,,b"},
    {.delimiter = ";", .quote = "'", .max_record = 40, .no_header = true},
    {.header = "a", .bad_records = WEIR_BAD_RECORDS_REJECT, .skip = 1},
    {.escape = "\\", .no_header = true, .trim = true},
    {.delimiter = "::", .bad_records = WEIR_BAD_RECORDS_REJECT},
    {.comment = "#", .no_header = true, .max_record = 80},
    {.quote = "", .bad_records = WEIR_BAD_RECORDS_PAD},
    {.delimiter = "", .no_header = true},
    {.delimiter = "ab", .comment = "a", .escape = "c", .no_header = true},
};
#define N_DIALECTS (sizeof dialects / sizeof *dialects)
#define NO_COMMENT "\1\2\3\4\5\6\7"

static void same(const struct reading *reading, const char *expected)
{
    char *got = reading_text(reading);
    char *refusal = strstr(got, "text after a closing quote, which libcsv");
    size_t len = strlen(expected) + 1;
    if (refusal) {
        while (refusal > got && refusal[-1] != '\n')
            refusal--;
        len = (size_t)(refusal - got);
    }
    if (strncmp(got, expected, len) != 0) {
        fprintf(stderr, "got:\n%sexpected:\n%s", got, expected);
        abort();
    }
    free(got);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const size_t batches[] = {64, 65, 128, 0};
    static const size_t chunks[] = {0, 1, 3, 64, READING_RANDOM};
    if (len < 3)
        return 0;
    struct reading reading = {.csv = (const char *)bytes + 3,
                              .len = len - 3,
                              .options = dialects[bytes[0] % N_DIALECTS],
                              .places = true};
    char *expected = reading_text(&reading);

    struct reading cut = reading;
    cut.options.batch = batches[bytes[1] % 4];
    cut.chunk = chunks[bytes[2] % 5];
    same(&cut, expected);
    if (!reading.options.comment &&
        !memmem(bytes, len, NO_COMMENT, strlen(NO_COMMENT))) {
        cut.options.comment = NO_COMMENT; /* the byte machine alone */
        same(&cut, expected);
        cut.options.comment = NULL;
    }
    if (bytes[0] % N_DIALECTS < 7) {
        cut.options.reader = "libcsv";
        same(&cut, expected);
    }
    free(expected);
    return 0;
}
