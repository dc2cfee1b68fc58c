/*
 * Target: any bytes as CSV, read in two ways, which must agree in records,
 * record counts and message. The first bytes of the input choose the dialect,
 * the batch size, the second way, and a part of the text that is repeated until
 * the text is long enough for chunks, gaps and segments:
 *
 *     dialect | batch | way | goal | from | length | text ...
 *
 * The first way is the slowest and simplest: the scan in plain C, on one
 * thread, with all bytes from memory or from a pipe.
 */
#include "base/error.h"
#include "base/isa.h"
#include "readers/csv/csv.h"
#include "tests/fuzz/fuzz.h"
#include "tests/reading.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <stdlib.h>
#include <string.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define MOST ((size_t)400000)
#define NO_COMMENT "\1\2\3\4\5\6\7"

static const struct weir_reading dialects[] = {
    {0},
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
    {.bad_records = WEIR_BAD_RECORDS_REJECT, .max_record = 20000},
    {.dialect = "tsv", .bad_records = WEIR_BAD_RECORDS_PAD},
    {.dialect = "mysql", .bad_records = WEIR_BAD_RECORDS_REJECT},
    {.dialect = "mysql", .quote = "\"", .header = ""},
    {.dialect = "postgres", .bad_records = WEIR_BAD_RECORDS_PAD},
    {.dialect = "blanks", .bad_records = WEIR_BAD_RECORDS_PAD},
    {.dialect = "excel", .bad_records = WEIR_BAD_RECORDS_PAD},
};
#define LIBCSV_FROM 1
#define LIBCSV_TO 8

enum way {
    CHUNKS, /* pulled in reads of few bytes */
    BYTE_MACHINE,
    LIBCSV,
    FILE_PULLED,
    PIPE_PULLED,
    FILE_RUN, /* by weir_run, as the command line does */
    FILE_RUN_2,
    FILE_RUN_3,
    FILE_GUESSED,
    FILE_LOADED,
    ZSTD_RUN,
    GZIP_RUN,
    FRAMES_RUN, /* two threads, so that there may be segments */
    PIPE_RUN_2,
    N_WAYS
};

/* Batch size of the first way: the default, or little memory for a short
 * text. */
static size_t plain_batch(size_t len)
{
    return len < 2000 ? 3000 : 0;
}

/* Pulled ----------------------------------------------------------------- */

static char *pulled(const struct reading *reading, bool from_path)
{
    struct weir_error error;
    const char *const path = FUZZ_PATH;
    const struct weir_csv_inputs inputs = {.path = &path, .n = 1};
    struct weir_stream *stream = NULL;
    weir_error_init(&error);
    if (from_path) {
        stream = weir_csv_open(&inputs, &reading->options, &error);
    } else {
        struct weir_source *source = reading_source(reading, &error);
        stream = weir_csv_over(source, path, &reading->options, &error);
    }
    return reading_stream(stream, reading, &error);
}

/* Both refuse the text by the name of another format. The command that converts
 * it depends on how the text arrived. */
static bool refused(const char *got, const char *expected)
{
    static const char words[] = ", where CSV is expected; ";
    return strstr(got, words) && strstr(expected, words);
}

/* libcsv refuses some text that the scan reads. Up to there they must agree. */
static void same(char *got, const char *expected)
{
    char *refusal = strstr(got, "text after a closing quote, which libcsv");
    while (refusal && refusal > got && refusal[-1] != '\n')
        refusal--;
    if (!refused(got, expected) &&
        (!refusal || strncmp(got, expected, (size_t)(refusal - got)) != 0))
        fuzz_same("readings differ", got, expected);
    free(got);
}

static void pull_both(const struct reading *plain, enum way way, uint8_t chunk)
{
    static const size_t chunks[] = {1, 3, 64, 4096, READING_RANDOM};
    struct reading other = *plain;
    struct reading first = *plain;
    first.options.batch = plain_batch(plain->len);
    char *expected = pulled(&first, false);
    (void)unsetenv("WEIR_ISA");
    if (way == CHUNKS)
        other.chunk = chunks[chunk % N(chunks)];
    if (way == BYTE_MACHINE)
        other.options.comment = NO_COMMENT;
    if (way == LIBCSV)
        other.options.reader = "libcsv";
    if (way == FILE_PULLED)
        fuzz_file(plain->csv, plain->len);
    if (way == PIPE_PULLED)
        fuzz_pipe(plain->csv, plain->len);
    same(pulled(&other, way == FILE_PULLED || way == PIPE_PULLED), expected);
    free(expected);
}

/* Run -------------------------------------------------------------------- */

static void packed_file(const struct trial *trial, enum way way)
{
    struct bytes packed = {0};
    const size_t part = way == FRAMES_RUN ? 1 + trial->len / 3 : trial->len;
    size_t at = 0;
    do {
        size_t n = part < trial->len - at ? part : trial->len - at;
        if (way == GZIP_RUN)
            add_gzip(&packed, trial->csv + at, n);
        else
            add_zstd_sized(&packed, trial->csv + at, n, 1);
        at += n;
    } while (at < trial->len);
    fuzz_file(packed.at, packed.len);
    bytes_free(&packed);
}

static void choose(struct trial *trial, enum way way, uint8_t layout)
{
    static const size_t threads[N_WAYS] = {
        [FILE_RUN_2] = 2, [FILE_RUN_3] = 3, [FRAMES_RUN] = 2, [PIPE_RUN_2] = 2};
    trial->threads = threads[way];
    if (way == FILE_GUESSED)
        setenv("WEIR_WAY", "chunks", 1);
    else
        unsetenv("WEIR_WAY");
    if (way == FILE_LOADED)
        trial->layout = weir_layouts[layout % WEIR_N_LAYOUTS];
    if (way == ZSTD_RUN || way == GZIP_RUN || way == FRAMES_RUN)
        packed_file(trial, way);
    else if (way == PIPE_RUN_2)
        fuzz_pipe(trial->csv, trial->len);
    else
        fuzz_file(trial->csv, trial->len);
}

/* A load gives no rows if the input has an error. */
static void same_outcome(const struct trial *trial, const struct outcome *got,
                         const struct outcome *expected)
{
    char difference[1000];
    if (refused(got->trouble, expected->trouble))
        return;
    if (trial->layout && *expected->trouble) {
        fuzz_same("errors differ", got->trouble, expected->trouble);
        return;
    }
    const char *found =
        outcome_difference(got, expected, difference, sizeof difference);
    fuzz_require(!found, found);
}

static void run_both(const struct reading *reading, enum way way,
                     uint8_t layout)
{
    const char *const path = FUZZ_PATH;
    struct trial trial = {.csv = reading->csv,
                          .len = reading->len,
                          .query = "*",
                          .reading = reading->options,
                          .all_columns = true,
                          .paths = &path,
                          .n_paths = 1};
    struct outcome expected, got;
    trial.reading.batch = plain_batch(reading->len);
    fuzz_pipe(reading->csv, reading->len);
    trial_run(&trial, &expected);
    (void)unsetenv("WEIR_ISA");
    trial.reading.batch = reading->options.batch;
    choose(&trial, way, layout);
    trial_run(&trial, &got);
    same_outcome(&trial, &got, &expected);
    outcome_release(&expected);
    outcome_release(&got);
}

/* Copies the text, and repeats a part of it. */
static void repeat_part(struct fuzz_input *input, struct bytes *text)
{
    static const size_t goals[] = {4090,  16400,  20490,  40000,
                                   66000, 131060, 131200, 300000};
    uint8_t choice = fuzz_byte(input);
    size_t goal = choice < 256 - 4 * N(goals) ? 0 : goals[choice % N(goals)];
    size_t from = fuzz_byte(input), len = fuzz_byte(input);
    from = from < input->len ? from : input->len;
    len = len < input->len - from ? len : input->len - from;
    bytes_add(text, input->at, from);
    do
        bytes_add(text, input->at + from, len);
    while (len && text->len < goal);
    bytes_add(text, input->at + from + len, input->len - from - len);
}

static bool can_be(enum way way, const struct reading *reading, size_t dialect)
{
    if (way >= FILE_PULLED && fuzz_is_packed(reading->csv, reading->len))
        return false;
    if (way == BYTE_MACHINE)
        return !reading->options.comment &&
               !memmem(reading->csv, reading->len, NO_COMMENT,
                       strlen(NO_COMMENT));
    if (way == LIBCSV)
        return dialect >= LIBCSV_FROM && dialect < LIBCSV_TO;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const size_t batches[] = {0,    64,    65,    128,  300,
                                     1000, 20000, 33000, 70000};
    struct fuzz_input input = {bytes, len};
    struct bytes text = {0};
    if (len < 7 || len > MOST)
        return 0;
    size_t dialect = fuzz_byte(&input) % N(dialects);
    size_t batch = batches[fuzz_byte(&input) % N(batches)];
    uint8_t choice = fuzz_byte(&input);
    enum way way = (enum way)(choice % N_WAYS);
    repeat_part(&input, &text);
    struct reading reading = {.csv = (char *)text.at,
                              .len = text.len,
                              .options = dialects[dialect],
                              .places = true};
    reading.options.batch = batch;
    (void)setenv("WEIR_ISA", "plain", 1);
    if (can_be(way, &reading, dialect)) {
        if (way < FILE_RUN)
            pull_both(&reading, way, choice / N_WAYS);
        else
            run_both(&reading, way, choice / N_WAYS);
    }
    (void)unsetenv("WEIR_ISA");
    bytes_free(&text);
    return 0;
}
