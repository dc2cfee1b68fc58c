/*
 * The law of shards. However an input is divided into frames or members, and
 * into however many shards, the records of all shards, one shard after another,
 * are the records of the input. The splits of neighbouring shards meet. If they
 * do not, a guess was wrong, and the shard is read again from the split that
 * the shard before it found. This holds whether a shard guesses its beginning
 * or reads from the beginning of the input. Positions ascend through all
 * shards.
 */
#include "readers/csv/reader.h"
#include "tests/mechanism_kit.h"
#include "tests/runner.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <check.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N(array) (sizeof(array) / sizeof *(array))

static char path[] = "/tmp/weir-shards-XXXXXX";
static struct bytes text, packed, got;
static uint64_t seed;
static size_t guessed, wrong;

static void make_path(void)
{
    strcpy(path, "/tmp/weir-shards-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(close(fd), 0);
    guessed = wrong = 0;
}

static void remove_path(void)
{
    (void)unlink(path);
    bytes_free(&text);
    bytes_free(&packed);
    bytes_free(&got);
}

static void save(void)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(packed.at, 1, packed.len, file), packed.len);
    ck_assert_int_eq(fclose(file), 0);
}

enum packing {
    ZSTD,
    GZIP,
    BGZF,
    XZ,
    BZIP2,
    LZ4,
    PLAIN,
    N_PACKINGS
};

static void add_part(enum packing packing, const void *from, size_t len)
{
    if (packing == ZSTD && draw(&seed, 5) == 0)
        add_zstd_skippable(&packed, draw(&seed, 100));
    if (packing == ZSTD)
        add_zstd_sized(&packed, from, len, (int)draw(&seed, 2));
    else if (packing == GZIP)
        add_gzip(&packed, from, len);
    else if (packing == BGZF)
        add_bgzf(&packed, from, len);
    else if (packing == XZ)
        add_xz_blocks(&packed, from, len, 1000, LZMA_CHECK_CRC64);
    else if (packing == BZIP2)
        add_bzip2(&packed, from, len);
    else if (packing == LZ4)
        add_lz4(&packed, from, len);
    else
        bytes_add(&packed, from, len);
}

/* Packs the text in parts of up to `max` bytes; some parts are empty. */
static void pack(enum packing packing, unsigned max)
{
    packed.len = 0;
    for (size_t at = 0, len = 0; at < text.len; at += len) {
        len = draw(&seed, max + 1);
        if (len > text.len - at)
            len = text.len - at;
        add_part(packing, text.at + at, len);
    }
    save();
}

enum kind {
    TIDY,
    QUOTED, /* with line ends of all kinds inside quotes */
    FOOLING /* quotes look valid even if inside and outside are swapped */
};

static void add_record(enum kind kind, unsigned i)
{
    static const char *const fields[] = {"x",
                                         "a longer one",
                                         "\"\"",
                                         "\"b, c\"",
                                         "\"two\nlines\"",
                                         "\"\r\n\"",
                                         "\"he said \"\"no\"\"\r\"",
                                         "\"\n,\n\"",
                                         ""};
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n"};
    char number[24];
    (void)snprintf(number, sizeof number, "%u,", i);
    bytes_add_text(&text, number);
    if (kind == FOOLING) {
        bytes_add_text(&text, "\"\n");
        for (unsigned n = draw(&seed, 30); n > 0; n--)
            bytes_add_text(&text, "7,\"\"\"\"\n");
        bytes_add_text(&text, "\"\n");
        return;
    }
    bytes_add_text(&text, fields[draw(&seed, kind == TIDY ? 2 : N(fields))]);
    bytes_add_text(&text, ends[kind == TIDY ? 0 : draw(&seed, N(ends))]);
}

static void begin(enum kind kind, unsigned n)
{
    text.len = 0;
    bytes_add_text(&text, "n,t\n");
    for (unsigned i = 0; i < n; i++)
        add_record(kind, i);
    /* The text never ends in CR, because a CR at the very end and the line end
     * that the reader adds would count as one. */
    if (text.at[text.len - 1] == '\r' || draw(&seed, 2))
        bytes_add_text(&text, "last,");
}

static uint64_t last_position;

static void take(const struct weir_batch *batch)
{
    ck_assert_uint_gt(batch->part.position, last_position);
    last_position = batch->part.position;
    bytes_add(&got, batch->text, batch->len);
}

/* Opens a shard, which guesses its beginning or reads from the input's
 * beginning. */
static struct weir_stream *open_shard(const struct weir_csv_inputs *inputs,
                                      size_t batch, bool guesses,
                                      struct weir_error *error)
{
    const struct weir_reading_facts facts = {
        .threads = 1, .ordered = !guesses, .spare = SIZE_MAX};
    const struct weir_reading reading = {.batch = batch};
    struct weir_estimate estimate = {0};
    struct weir_stream *stream = weir_csv_open(inputs, &reading, error);
    if (!stream)
        return NULL;
    weir_stream_all_fields(stream);
    stream->ops->prepare(stream, &facts, &estimate);
    return stream;
}

/* Appends the text of a shard to `got`. If a guess within the shard proves
 * wrong, the shard is read again without guesses. */
static void read_shard(const struct weir_csv_inputs *inputs, bool guesses)
{
    struct weir_error error;
    struct weir_batch batch;
    struct weir_stream *stream =
        open_shard(inputs, 64 + draw(&seed, 2) * 300, guesses, &error);
    ck_assert_msg(stream != NULL, "%s", error.message);
    struct weir_batch_size size = weir_batch_size(stream);
    ck_assert_int_eq(weir_batch_init(&batch, &size, &error), WEIR_OK);
    size_t before = got.len;
    uint64_t position = last_position;
    weir_ran(WEIR_RAN_TURN);
    guessed += guesses;
    enum weir_status status;
    while ((status = weir_next(stream, &batch, &error)) != WEIR_END) {
        if (status == WEIR_OK && batch.len > 0)
            take(&batch);
        if (status == WEIR_OK)
            continue;
        ck_assert_msg(guesses && !batch.part.located, "%s", error.message);
        guesses = false;
        got.len = before;
        last_position = position;
        ck_assert_int_eq(stream->ops->seek(stream, NULL, &error), WEIR_OK);
    }
    weir_batch_release(&batch);
    weir_stream_close(stream);
}

/* Reads all N shards, some of them from the input's beginning. */
static void read_shards(uint32_t n)
{
    const char *const name = path;
    uint64_t ends = 0;
    got.len = 0;
    last_position = 0;
    bytes_add_text(&got, "n,t\n");
    for (uint32_t i = 1; i <= n; i++) {
        struct weir_split split;
        struct weir_csv_inputs inputs = {
            .path = &name, .n = 1, .shard = i, .of_shards = n, .split = &split};
        size_t before = got.len;
        uint64_t position = last_position;
        bool guesses = draw(&seed, 4) != 0;
        memset(&split, 0, sizeof split);
        read_shard(&inputs, guesses);
        ck_assert_int_eq(split.begins == 0, split.ends == 0);
        if (split.begins && ends && split.begins != ends) {
            ck_assert(guesses);
            wrong++;
            got.len = before;
            last_position = position;
            inputs.begins = ends;
            read_shard(&inputs, true);
            ck_assert_uint_eq(split.begins, ends);
        }
        ck_assert(split.begins || got.len == before);
        ends = split.ends ? split.ends : ends;
    }
    if (text.at[text.len - 1] == ',') /* the text had no line end */
        got.len--;
}

static const unsigned sizes[] = {5, 60, 900};
static const uint32_t numbers[] = {2, 3, 5, 9, 40, 1500};

static void ck_assert_input(int i, size_t s, size_t n)
{
    begin((enum kind)(i / N_PACKINGS), 20 + draw(&seed, 200));
    pack((enum packing)(i % N_PACKINGS), sizes[s]);
    /* More shards than bytes take too long, and many with a sanitizer. */
    if (numbers[n] > turns(1500, 40) || (numbers[n] > 100 && s != 1))
        return;
    read_shards(numbers[n]);
    ck_assert_msg(bytes_same(&got, &text), "parts of %u, %u shards", sizes[s],
                  numbers[n]);
}

START_TEST(shards_are_the_input)
{
    for (unsigned turn = 0; turn < turns(1, 1); turn++)
        for (size_t s = 0; s < N(sizes); s++)
            for (size_t n = 0; n < N(numbers); n++) {
                seed =
                    (uint64_t)_i * 1000 + s * 10 + n + (uint64_t)turn * 1000000;
                ck_assert_input(_i, s, n);
            }
    /* Texts that fool must have led to wrong guesses; otherwise they test
     * nothing. */
    if (_i % N_PACKINGS == PLAIN || _i / N_PACKINGS == TIDY)
        ck_assert_uint_eq(wrong, 0);
    else if (_i / N_PACKINGS == FOOLING)
        ck_assert_uint_gt(wrong, 0);
    else
        ck_assert_msg(wrong < guessed / 10, "%zu of %zu", wrong, guessed);
}
END_TEST

/* A single part belongs to the first shard. The other shards know only the
 * input's end. */
START_TEST(shards_without_a_part_are_empty)
{
    const char *const name = path;
    struct weir_split split = {0};
    const struct weir_csv_inputs last = {
        .path = &name, .n = 1, .shard = 3, .of_shards = 3, .split = &split};
    seed = 1;
    begin(QUOTED, 50);
    packed.len = 0;
    add_part((enum packing)_i, text.at, text.len);
    save();
    read_shards(3);
    ck_assert(bytes_same(&got, &text));
    read_shard(&last, true);
    ck_assert(bytes_same(&got, &text));
    ck_assert_uint_eq(split.begins, split.ends);
    ck_assert_uint_eq(split.ends, ((uint64_t)packed.len << WEIR_EXPANSION) + 1);
}
END_TEST

/* Opens the second of three shards and reads it until its end or an error. */
static enum weir_status try_shard(void)
{
    const char *const name = path;
    struct weir_split split = {0};
    const struct weir_csv_inputs inputs = {
        .path = &name, .n = 1, .shard = 2, .of_shards = 3, .split = &split};
    struct weir_error error;
    struct weir_batch batch = {0};
    struct weir_stream *stream = open_shard(&inputs, 0, true, &error);
    if (!stream)
        return error.status;
    struct weir_batch_size size = weir_batch_size(stream);
    enum weir_status status = weir_batch_init(&batch, &size, &error);
    while (!status)
        status = weir_next(stream, &batch, &error);
    weir_batch_release(&batch);
    weir_stream_close(stream);
    return status;
}

START_TEST(refused_allocations_are_told)
{
    seed = 1;
    begin(QUOTED, 300);
    pack((enum packing)_i, 300);
    uint64_t live = weir_memory_total().live;
    enum weir_status status = WEIR_LIMIT;
    uint64_t n = 0;
    while (status == WEIR_LIMIT) {
        weir_memory_fail_at(++n);
        status = try_shard();
        weir_memory_fail_at(0);
        ck_assert_uint_eq(weir_memory_total().live, live);
    }
    ck_assert_int_eq(status, WEIR_END);
    ck_assert_uint_gt(n, 10);
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_SEGMENT_ENTERED, 2000, 2000},
    {WEIR_RAN_SEGMENT_INSIDE, 350, 350},
    {WEIR_RAN_SHARE_BYTES, 2500, 400},
    {WEIR_RAN_SHARE_PARTS, 8000, 3000},
    {WEIR_RAN_FRAME_CROSSED, 100000, 100000},
    {WEIR_RAN_MEMBER_CROSSED, 200000, 200000},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("law_shards");
    TCase *tests = tcase_create("law_shards");
    tcase_set_timeout(tests, 200);
    tcase_add_checked_fixture(tests, make_path, remove_path);
    tcase_add_loop_test(tests, shards_are_the_input, 0, 3 * N_PACKINGS);
    tcase_add_loop_test(tests, shards_without_a_part_are_empty, 0, PLAIN);
    tcase_add_loop_test(tests, refused_allocations_are_told, 0, PLAIN);
    suite_add_tcase(suite, tests);
    return suite_fails(suite) || MECHANISM_FELL_SHORT(floors);
}
