/*
 * partials/: what is written can be read back; a partial that is cut, changed
 * or foreign is refused; and a file gets its name only when it is complete.
 */
#include "partials/merge.h"
#include "partials/partial.h"
#include "readers/sources/sources.h"
#include "tests/deny.h"
#include "tests/runner.h"
#include "tests/runs_kit.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TABLES 2

static struct weir_error error;
static char folder[64];

static struct weir_text text_of(const char *text)
{
    return (struct weir_text){text, strlen(text)};
}

/* The header of a partial, in arrays that a test may change. */
struct said {
    struct weir_fact fact[3];
    struct weir_partial_table table[TABLES];
    struct weir_shards shards[4];
    struct weir_partial_input input[3];
    struct weir_partial_info info;
};

static void say(struct said *said, struct runs_table *rows)
{
    *said = (struct said){
        .fact = {{text_of("query"), text_of("mean(age) by country"), true},
                 {text_of("columns"), text_of("age,country"), true},
                 {text_of("place"), text_of("17"), false}},
        .shards = {{1, 1, 0, 0}},
        .input = {{text_of("data/a.csv"), 1234, 99}}};
    for (size_t i = 0; i < TABLES; i++)
        said->table[i] = (struct weir_partial_table){
            (uint32_t)i + 1, RUNS_AGGREGATES, rows->aggregate};
    said->info = (struct weir_partial_info){
        said->fact, said->table, said->shards, said->input, 3, TABLES, 1,
        1,          1,           NULL,         NULL};
}

static const struct weir_record_counts counts = {10, 7, 2, 1, 0, 3, 5, 4096};

static void path_of(const char *name, char *into)
{
    sprintf(into, "%s/%s", folder, name);
}

static struct weir_text key_of(size_t table, size_t i, char *into)
{
    char cell[32];
    size_t len = 0;
    for (size_t part = 0; part <= table; part++) {
        sprintf(cell, "%zu", i * 7);
        len += weir_key_write(text_of(cell), into + len);
    }
    return (struct weir_text){into, len};
}

/* Writes a partial with n groups in each table. Table 1 comes first and has one
 * group more. */
static enum weir_status write_to(const char *path,
                                 const struct weir_partial_info *info, size_t n)
{
    struct runs_table rows;
    char key[128], cell[100];
    uint64_t seed = 3;
    runs_table_init(&rows, 16);
    for (size_t i = 0; i < 16; i++) {
        runs_draw_cell(&seed, cell);
        runs_set(&rows, i, cell);
    }
    struct weir_partial_writer *writer =
        weir_partial_create(path, info, &error);
    enum weir_status status = writer ? WEIR_OK : error.status;
    for (size_t t = 0; !status && t < info->n_tables; t++)
        for (size_t i = 0; !status && i < n + t; i++)
            status = weir_partial_add(writer, (uint32_t)t, key_of(t, i, key),
                                      &rows.rows, i % 16, &error);
    if (!status)
        status = weir_partial_finish(writer, info, &counts, &error);
    weir_partial_abandon(writer);
    runs_table_release(&rows);
    return status;
}

static char *read_file(const char *path, size_t *len)
{
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    *len = (size_t)status.st_size;
    char *bytes = malloc(*len + 1);
    FILE *file = fopen(path, "rb");
    ck_assert(bytes && file);
    ck_assert_uint_eq(fread(bytes, 1, *len, file), *len);
    fclose(file);
    return bytes;
}

/* Reads all partials of a source into spills. Returns WEIR_END if all were
 * complete. */
static enum weir_status read_all(struct weir_source *source,
                                 struct weir_spill *const *spill,
                                 struct weir_record_counts *sum,
                                 size_t *partials)
{
    struct weir_partial_info info;
    struct weir_partial_reader *reader =
        weir_partial_open(source, "x.part", &error);
    enum weir_status status = reader ? WEIR_OK : error.status;
    *sum = (struct weir_record_counts){0};
    *partials = 0;
    while (!status) {
        status = weir_partial_next(reader, &info, &error);
        if (!status) {
            ck_assert_uint_eq(info.n_tables, TABLES);
            status = weir_partial_read(reader, spill, &info, sum, &error);
            *partials += !status;
        }
        weir_partial_info_release(&info);
    }
    weir_partial_close(reader);
    return status;
}

static enum weir_status read_bytes(const char *bytes, size_t len,
                                   struct weir_spill *const *spill,
                                   struct weir_record_counts *sum,
                                   size_t *partials)
{
    struct weir_source *source = weir_memory_source_open(bytes, len, &error);
    ck_assert_ptr_nonnull(source);
    return read_all(source, spill, sum, partials);
}

struct spills {
    struct weir_spill spill[TABLES], *pointer[TABLES];
};

static void spills_init(struct spills *spills)
{
    for (size_t t = 0; t < TABLES; t++) {
        ck_assert_int_eq(weir_spill_init(&spills->spill[t], "/tmp", &error),
                         WEIR_OK);
        spills->pointer[t] = &spills->spill[t];
    }
}

static void spills_release(struct spills *spills)
{
    for (size_t t = 0; t < TABLES; t++)
        weir_spill_release(&spills->spill[t]);
}

static void setup(void)
{
    strcpy(folder, "/tmp/weir-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* Removes all files, and returns how many there were. */
static size_t files_left(void)
{
    char pattern[80];
    glob_t found;
    sprintf(pattern, "%s/*", folder);
    size_t n = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(unlink(found.gl_pathv[i]), 0);
    globfree(&found);
    return n;
}

static void teardown(void)
{
    files_left();
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_SPILL).live, 0);
}

/* A merge of a table gives each group once, with the states of `times`
 * records. */
static void assert_merged(struct spills *spills, size_t t, size_t n,
                          uint64_t times)
{
    struct runs_table window;
    struct weir_merge merge;
    struct weir_text found;
    char key[128];
    size_t i = 0;
    runs_table_init(&window, 1);
    ck_assert_int_eq(weir_merge_open(&merge, &spills->pointer[t], 1,
                                     &window.shape, 1 << 20, &error),
                     WEIR_OK);
    while (!weir_merge_next(&merge, &window.rows, 0, &found, &error)) {
        struct weir_text expected = key_of(t, i++, key);
        ck_assert_uint_eq(found.len, expected.len);
        ck_assert_mem_eq(found.bytes, expected.bytes, found.len);
        ck_assert_uint_eq(*(uint64_t *)(void *)window.bytes, times);
        runs_table_clear(&window, 0);
        weir_arena_empty(&window.arena);
    }
    ck_assert_uint_eq(i, n);
    weir_merge_release(&merge);
    runs_table_release(&window);
}

START_TEST(what_is_written_comes_back)
{
    static const size_t n[] = {0, 1, 5, 30000};
    char path[100];
    struct runs_table rows;
    struct said said;
    runs_table_init(&rows, 1);
    say(&said, &rows);
    path_of("a.part", path);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        struct weir_record_counts sum;
        struct spills spills;
        size_t partials;
        spills_init(&spills);
        ck_assert_int_eq(write_to(path, &said.info, n[i]), WEIR_OK);
        struct weir_source *source = weir_file_open(path, NULL, &error);
        ck_assert_ptr_nonnull(source);
        ck_assert_int_eq(read_all(source, spills.pointer, &sum, &partials),
                         WEIR_END);
        ck_assert_uint_eq(partials, 1);
        ck_assert_mem_eq(&sum, &counts, sizeof sum);
        assert_merged(&spills, 0, n[i], 1);
        assert_merged(&spills, 1, n[i] + 1, 1);
        spills_release(&spills);
    }
    ck_assert_uint_eq(files_left(), 1);
    runs_table_release(&rows);
}
END_TEST

START_TEST(one_after_another_in_a_stream)
{
    char path[100];
    size_t len, partials;
    struct runs_table rows;
    struct said said;
    struct spills spills;
    struct weir_record_counts sum;
    runs_table_init(&rows, 1);
    say(&said, &rows);
    path_of("a.part", path);
    ck_assert_int_eq(write_to(path, &said.info, 100), WEIR_OK);
    char *bytes = read_file(path, &len), *three = malloc(3 * len);
    ck_assert_ptr_nonnull(three);
    for (size_t i = 0; i < 3; i++)
        memcpy(three + i * len, bytes, len);
    spills_init(&spills);
    ck_assert_int_eq(
        read_bytes(three, 3 * len, spills.pointer, &sum, &partials), WEIR_END);
    ck_assert_uint_eq(partials, 3);
    ck_assert_uint_eq(sum.read, 30);
    assert_merged(&spills, 0, 100, 3);
    assert_merged(&spills, 1, 101, 3);
    spills_release(&spills);
    free(bytes);
    free(three);
    runs_table_release(&rows);
}
END_TEST

static void assert_refused(const char *bytes, size_t len)
{
    struct spills spills;
    struct weir_record_counts sum;
    size_t partials;
    char *exact = malloc(len + !len);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, bytes, len);
    spills_init(&spills);
    weir_error_init(&error);
    ck_assert_int_eq(read_bytes(exact, len, spills.pointer, &sum, &partials),
                     WEIR_IO);
    ck_assert_uint_eq(partials, 0);
    ck_assert_uint_eq(sum.read, 0);
    ck_assert(strstr(error.place, "x.part (byte ") == error.place);
    ck_assert_uint_gt(strlen(error.message), 10);
    spills_release(&spills);
    free(exact);
}

START_TEST(every_cut_and_every_changed_byte_is_refused)
{
    char path[100];
    size_t len;
    struct runs_table rows;
    struct said said;
    runs_table_init(&rows, 1);
    say(&said, &rows);
    path_of("a.part", path);
    ck_assert_int_eq(write_to(path, &said.info, 12), WEIR_OK);
    char *bytes = read_file(path, &len);
    for (size_t at = 0; at < len; at++) {
        assert_refused(bytes, at);
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] = (char)(bytes[at] ^ 1 << bit);
            assert_refused(bytes, len);
            bytes[at] = (char)(bytes[at] ^ 1 << bit);
        }
    }
    free(bytes);
    runs_table_release(&rows);
}
END_TEST

static void assert_says(const char *bytes, size_t len, const char *place,
                        const char *message)
{
    assert_refused(bytes, len);
    ck_assert_str_eq(error.place, place);
    ck_assert_str_eq(error.message, message);
}

START_TEST(what_is_wrong_is_said_with_its_place)
{
    char path[100], two[4000];
    size_t len;
    struct runs_table rows;
    struct said said;
    struct spills spills;
    struct weir_record_counts sum;
    size_t partials;
    runs_table_init(&rows, 1);
    say(&said, &rows);
    path_of("a.part", path);
    ck_assert_int_eq(write_to(path, &said.info, 2), WEIR_OK);
    char *bytes = read_file(path, &len);
    assert_says("", 0, "x.part (byte 0)", "is no partial of weir: it is empty");
    assert_says("age,country\n1,2\n", 16, "x.part (byte 0)",
                "is no partial of weir");
    assert_says(bytes, 40, "x.part (byte 40)",
                "the partial that begins at byte 0 is truncated: it ends "
                "inside a frame's header");
    sprintf(two, "x.part (byte %zu)", len - 1);
    assert_says(bytes, len - 1, two,
                "the partial that begins at byte 0 is truncated: it ends "
                "inside a frame");
    bytes[60]++;
    assert_says(bytes, len, "x.part (byte 16)",
                "the partial is damaged: the checksum of a frame is not that "
                "of its bytes");
    bytes[60]--;
    bytes[8] = 1;
    assert_says(bytes, len, "x.part (byte 8)",
                "is a partial of version 1.0, and this weir reads version 3.0");
    bytes[8] = 3;
    /* The second of two. */
    ck_assert_uint_lt(2 * len, sizeof two);
    memcpy(two, bytes, len);
    memcpy(two + len, bytes, len);
    spills_init(&spills);
    ck_assert_int_eq(read_bytes(two, len + 20, spills.pointer, &sum, &partials),
                     WEIR_IO);
    ck_assert_uint_eq(partials, 1);
    sprintf(two,
            "the partial that begins at byte %zu is truncated: it ends "
            "inside a frame's header",
            len);
    ck_assert_str_eq(error.message, two);
    spills_release(&spills);
    free(bytes);
    runs_table_release(&rows);
}
END_TEST

/* The format, byte by byte. If this test must change, so must the version of
 * the format. */
static const char the_bytes[] = "89574549520d0a1a"         /* magic */
                                "0300000000000000"         /* version 3 */
                                "48"                       /* frame H */
                                "00"                       /* stored as it is */
                                "0000"                     /* table */
                                "00000000"                 /* records */
                                "46000000"                 /* bytes */
                                "46000000"                 /* stored */
                                "afb30b35987ae1cf"         /* check */
                                "19068ee7eb50f78c"         /* check of header */
                                "c20a0cdecbd12615"         /* fingerprint */
                                "01"                       /* facts */
                                "01"                       /* identity */
                                "057175657279"             /* query */
                                "0171"                     /* q */
                                "01"                       /* tables */
                                "01"                       /* parts */
                                "04"                       /* aggregates */
                                "0a636f756e745f726f777301" /* count_rows */
                                "036d617802"               /* max */
                                "046c61737401"             /* last */
                                "05636f756e7401"           /* count */
                                "01"                       /* of shards */
                                "01"                       /* ranges */
                                "0101"                     /* 1 to 1 */
                                "01"                       /* inputs */
                                "0a646174612f612e637376"   /* data/a.csv */
                                "d209"                     /* bytes */
                                "63"                       /* modified */
                                "42"                       /* frame B */
                                "00"                       /* stored as it is */
                                "0000"                     /* table */
                                "01000000"                 /* records */
                                "14000000"                 /* bytes */
                                "14000000"                 /* stored */
                                "db6df8fb27029c2f"         /* check */
                                "c34cd3a8691feead"         /* check of header */
                                "04"       /* shares 0, 4 follow */
                                "90444500" /* DE */
                                "0e"       /* states */
                                "01"       /* count_rows */
                                "0103c413" /* max: decimal, 1250 * 10^-2 */
                                "050531322e3530"   /* last: text */
                                "00"               /* its position */
                                "01"               /* count */
                                "45"               /* frame E */
                                "00"               /* stored as it is */
                                "0000"             /* table */
                                "00000000"         /* records */
                                "19000000"         /* bytes */
                                "19000000"         /* stored */
                                "99e7acb30c7bface" /* check */
                                "e817d742ca7ba20c" /* check of header */
                                "0a"               /* read */
                                "07"               /* used */
                                "02"               /* filtered */
                                "01"               /* rejected */
                                "00"               /* padded */
                                "03"               /* surplus */
                                "05"               /* nulled */
                                "8020"             /* bytes */
                                "01"               /* tables */
                                "01"               /* records */
                                "05"               /* begins */
                                "ac02"             /* ends */
                                "00"               /* firsts set aside */
                                "aa01"             /* before */
                                "2435daf4308f3134" /* XXH64 */;

START_TEST(the_bytes_are_these)
{
    char path[100], key[16], hex[9];
    size_t len, at = 0;
    struct runs_table rows;
    struct said said;
    runs_table_init(&rows, 1);
    runs_set(&rows, 0, "12.50");
    say(&said, &rows);
    said.shards[0].begins = 5;
    said.shards[0].ends = 300;
    said.info.n_facts = 1;
    said.info.n_tables = 1;
    said.fact[0].value = text_of("q");
    path_of("a.part", path);
    struct weir_partial_writer *writer =
        weir_partial_create(path, &said.info, &error);
    ck_assert_ptr_nonnull(writer);
    struct weir_text one = {key, weir_key_write(text_of("DE"), key)};
    ck_assert_int_eq(weir_partial_add(writer, 0, one, &rows.rows, 0, &error),
                     WEIR_OK);
    ck_assert_int_eq(weir_partial_finish(writer, &said.info, &counts, &error),
                     WEIR_OK);
    weir_partial_abandon(writer);
    char *bytes = read_file(path, &len);
    for (const char *p = the_bytes; *p; p++) {
        if (*p == ' ')
            continue;
        ck_assert_uint_lt(at, len);
        sprintf(hex, "%02x", (unsigned char)bytes[at++]);
        ck_assert_msg(*p == hex[0] && p[1] == hex[1], "byte %zu is %s", at - 1,
                      hex);
        p++;
    }
    ck_assert_uint_eq(at, len);
    free(bytes);
    runs_table_release(&rows);
}
END_TEST

/* A header read from a partial. */
static void info_of(const struct weir_partial_info *from,
                    struct weir_partial_info *into)
{
    size_t len;
    char *saved = weir_partial_info_save(from, &len);
    ck_assert_ptr_nonnull(saved);
    ck_assert_int_eq(
        weir_partial_info_load(into, (struct weir_text){saved, len}, &error),
        WEIR_OK);
    weir_free(WEIR_MEMORY_SPILL, saved);
}

START_TEST(headers_come_back)
{
    struct runs_table rows;
    struct said said;
    struct weir_partial_info info;
    runs_table_init(&rows, 1);
    say(&said, &rows);
    info_of(&said.info, &info);
    ck_assert_uint_eq(weir_partial_fingerprint(&info),
                      weir_partial_fingerprint(&said.info));
    ck_assert_int_eq(weir_partial_same(&said.info, &info, "a", &error),
                     WEIR_OK);
    struct weir_text place = weir_partial_fact(&info, "place");
    ck_assert(place.len == 2 && !memcmp(place.bytes, "17", 2));
    ck_assert_uint_eq(weir_partial_fact(&info, "nothing").len, 0);
    ck_assert_uint_eq(info.table[1].n_parts, 2);
    ck_assert_ptr_eq(info.table[1].aggregate[3], rows.aggregate[3]);
    ck_assert_uint_eq(info.input[0].bytes, 1234);
    ck_assert_uint_eq(info.input[0].modified, 99);
    /* The position of a checkpoint has no part in the question that it
     * answers. */
    said.fact[2].value = text_of("18");
    ck_assert_int_eq(weir_partial_same(&said.info, &info, "a", &error),
                     WEIR_OK);
    weir_partial_info_release(&info);
    runs_table_release(&rows);
}
END_TEST

static void join(struct weir_partial_info *all, const struct said *said,
                 const char *expected)
{
    weir_error_init(&error);
    enum weir_status status =
        weir_partial_join(all, &said->info, "b.part", &error);
    ck_assert_str_eq(error.message, expected ? expected : "");
    ck_assert_int_eq(status, expected ? WEIR_DATA : WEIR_OK);
    ck_assert_str_eq(error.place, expected ? "b.part" : "");
}

static void whole(const struct weir_partial_info *all, const char *expected)
{
    weir_error_init(&error);
    enum weir_status status = weir_partial_whole(all, &error);
    ck_assert_str_eq(error.message, expected ? expected : "");
    ck_assert_int_eq(status, expected ? WEIR_DATA : WEIR_OK);
}

START_TEST(shards_are_each_there_once)
{
    struct runs_table rows;
    struct said said;
    struct weir_partial_info all = {0};
    runs_table_init(&rows, 1);
    say(&said, &rows);
    said.info.of_shards = 8;
    said.shards[0] = (struct weir_shards){3, 3, 0, 0};
    join(&all, &said, NULL);
    whole(&all, "shards 1 to 2, 4 to 8 of 8 are missing");
    join(&all, &said, "holds shard 3 of 8, which was merged already");
    said.shards[0] = (struct weir_shards){8, 8, 0, 0};
    join(&all, &said, NULL);
    said.info.n_shards = 3;
    said.shards[0] = (struct weir_shards){1, 2, 0, 0};
    said.shards[1] = (struct weir_shards){4, 4, 0, 0};
    said.shards[2] = (struct weir_shards){6, 6, 0, 0};
    join(&all, &said, NULL);
    ck_assert_uint_eq(all.n_shards, 3);
    whole(&all, "shards 5, 7 of 8 are missing");
    said.info.n_shards = 1;
    said.shards[0] = (struct weir_shards){5, 7, 0, 0};
    join(&all, &said, "holds shard 6 of 8, which was merged already");
    said.shards[0] = (struct weir_shards){5, 5, 0, 0};
    /* A copy of the file on another machine. */
    said.input[0].name = text_of("/mnt/a.csv");
    said.input[0].modified = 0;
    join(&all, &said, NULL);
    said.shards[0] = (struct weir_shards){7, 7, 0, 0};
    said.input[0].bytes = 1235;
    join(&all, &said,
         "is of another input, or another version of it: '/mnt/a.csv'");
    said.input[0].bytes = 1234;
    said.info.of_shards = 9;
    join(&all, &said, "is of a split into 9 shards, the others of one into 8");
    said.info.of_shards = 8;
    join(&all, &said, NULL);
    whole(&all, NULL);
    ck_assert_uint_eq(all.n_shards, 1);
    ck_assert_uint_eq(all.n_inputs, 1);
    weir_partial_info_release(&all);
    runs_table_release(&rows);
}
END_TEST

/* The positions are those of one file that was divided into shards. A shard may
 * hold no record. */
START_TEST(shards_meet_or_are_told)
{
    struct runs_table rows;
    struct said said;
    struct weir_partial_info all = {0};
    static const struct weir_shards cut[] = {
        {6, 6, 60, 70}, {3, 3, 30, 40}, {4, 4, 40, 50},
        {5, 5, 0, 0},   {2, 2, 0, 0},   {1, 1, 7, 31},
    };
    runs_table_init(&rows, 1);
    say(&said, &rows);
    said.info.of_shards = 6;
    for (size_t i = 0; i < 6; i++) {
        said.shards[0] = cut[i];
        join(&all, &said, NULL);
        if (i == 2)
            ck_assert_int_eq(weir_partial_meet(&all, &error), WEIR_OK);
    }
    ck_assert_uint_eq(all.n_shards, 5);
    whole(&all, "shard 3 of 6 did not find where its first record begins; read "
                "it again with --shard 3/6@31");
    weir_partial_info_release(&all);
    for (size_t i = 0; i < 5; i++) {
        said.shards[0] = cut[i];
        join(&all, &said, NULL);
    }
    ck_assert_int_eq(weir_partial_meet(&all, &error), WEIR_DATA);
    ck_assert_str_eq(error.message,
                     "shard 3 or 6 of 6 did not find where its first record "
                     "begins; merge them with all shards before them to "
                     "learn which");
    weir_partial_info_release(&all);
    for (size_t i = 0; i < 6; i++) {
        said.shards[0] = cut[i];
        said.shards[0].begins = cut[i].first == 3   ? 31
                                : cut[i].first == 6 ? 50
                                                    : cut[i].begins;
        join(&all, &said, NULL);
    }
    whole(&all, NULL);
    weir_partial_info_release(&all);
    runs_table_release(&rows);
}
END_TEST

START_TEST(wholes_are_of_different_inputs)
{
    struct runs_table rows;
    struct said said;
    struct weir_partial_info all = {0};
    runs_table_init(&rows, 1);
    say(&said, &rows);
    join(&all, &said, NULL);
    join(&all, &said, "holds an input that was merged already: 'data/a.csv'");
    said.input[0].name = text_of("data/b.csv");
    join(&all, &said, NULL);
    said.input[0] = (struct weir_partial_input){text_of("-"), UINT64_MAX, 0};
    join(&all, &said, NULL);
    join(&all, &said, NULL); /* it may be another pipe */
    ck_assert_uint_eq(all.n_inputs, 4);
    whole(&all, NULL);
    said.fact[0].value = text_of("sum(age) by country");
    join(&all, &said,
         "cannot be merged with the others: its query is 'sum(age) by "
         "country', theirs 'mean(age) by country'");
    said.fact[0].value = text_of("mean(age) by country");
    said.table[1].n_parts = 3;
    join(&all, &said,
         "cannot be merged with the others: its tables are not theirs");
    weir_partial_info_release(&all);
    runs_table_release(&rows);
}
END_TEST

/* The old file stays until the new one is finished, which then replaces it at
 * once. */
START_TEST(there_is_never_half_a_partial)
{
    char path[100], key[128];
    size_t before_len, len;
    struct runs_table rows;
    struct said said;
    runs_table_init(&rows, 1);
    runs_set(&rows, 0, "1");
    say(&said, &rows);
    path_of("a.part", path);
    ck_assert_int_eq(write_to(path, &said.info, 2), WEIR_OK);
    char *before = read_file(path, &before_len);
    struct weir_partial_writer *writer =
        weir_partial_create(path, &said.info, &error);
    ck_assert_ptr_nonnull(writer);
    for (size_t i = 0; i < 50000; i++)
        ck_assert_int_eq(weir_partial_add(writer, 0, key_of(0, i, key),
                                          &rows.rows, 0, &error),
                         WEIR_OK);
    char *now = read_file(path, &len);
    ck_assert(len == before_len && !memcmp(before, now, len));
    free(now);
    weir_partial_abandon(writer);
    now = read_file(path, &len);
    ck_assert(len == before_len && !memcmp(before, now, len));
    free(now);
    free(before);
    ck_assert_int_eq(write_to(path, &said.info, 3), WEIR_OK);
    now = read_file(path, &len);
    ck_assert_uint_gt(len, before_len);
    free(now);
    ck_assert_uint_eq(files_left(), 1);
    runs_table_release(&rows);
}
END_TEST

START_TEST(what_cannot_be_written_is_said)
{
    char path[100];
    struct runs_table rows;
    struct said said;
    struct rlimit before, small;
    runs_table_init(&rows, 1);
    say(&said, &rows);
    ck_assert_int_eq(write_to("/dev/full", &said.info, 1), WEIR_IO);
    ck_assert_str_eq(error.place, "/dev/full");
    ck_assert_str_eq(error.message,
                     "cannot write the partial: No space left on device");
    ck_assert_int_eq(write_to("/nonexistent/a.part", &said.info, 1), WEIR_IO);
    ck_assert_str_eq(error.message,
                     "cannot create the partial: No such file or directory");
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 65536;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    path_of("a.part", path);
    enum weir_status status = write_to(path, &said.info, 200000);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(status, WEIR_IO);
    ck_assert_str_eq(error.message, "cannot write the partial: File too large");
    ck_assert_uint_eq(files_left(), 0);
    runs_table_release(&rows);
}
END_TEST

static void *write_without_closing(void *path)
{
    struct runs_table rows;
    struct said said;
    runs_table_init(&rows, 1);
    say(&said, &rows);
    bool failed = deny(SYS_close, DENY_ALWAYS, 0, EIO) &&
                  write_to(path, &said.info, 5) == WEIR_IO;
    runs_table_release(&rows);
    return failed ? path : NULL;
}

/* If the writer reports a failure, there is no new file, and an old one is as
 * before. */
START_TEST(a_file_that_does_not_close_has_no_name)
{
    char path[100];
    struct stat status;
    for (int there = 0; there < 2; there++) {
        pthread_t thread;
        void *failed;
        path_of("unclosed.part", path);
        if (there)
            fclose(fopen(path, "w"));
        ck_assert_int_eq(
            pthread_create(&thread, NULL, write_without_closing, path), 0);
        ck_assert_int_eq(pthread_join(thread, &failed), 0);
        ck_assert_ptr_eq(failed, path);
        ck_assert_str_eq(error.message,
                         "cannot write the partial: Input/output error");
        ck_assert_int_eq(stat(path, &status), there ? 0 : -1);
        ck_assert(!there || status.st_size == 0);
        ck_assert_uint_eq(files_left(), (size_t)there);
    }
}
END_TEST

START_TEST(refused_memory_is_said)
{
    char path[100];
    struct runs_table rows;
    struct said said;
    size_t said_so = 0;
    runs_table_init(&rows, 1);
    say(&said, &rows);
    path_of("a.part", path);
    for (uint64_t n = 1; n < 60; n++) {
        struct weir_spill spill[TABLES] = {{0}};
        struct weir_spill *pointer[TABLES] = {&spill[0], &spill[1]};
        struct weir_record_counts sum;
        size_t partials;
        weir_memory_fail_at(n);
        enum weir_status status = write_to(path, &said.info, 20);
        for (size_t t = 0; !status && t < TABLES; t++)
            status = weir_spill_init(&spill[t], "/tmp", &error);
        struct weir_source *source = NULL;
        if (!status && !(source = weir_file_open(path, NULL, &error)))
            status = error.status;
        if (!status)
            status = read_all(source, pointer, &sum, &partials);
        weir_memory_fail_at(0);
        ck_assert_msg(status == WEIR_END || status == WEIR_LIMIT ||
                          (status == WEIR_IO &&
                           strstr(error.message, "Cannot allocate memory")),
                      "%d: %s", status, error.message);
        said_so += status != WEIR_END;
        for (size_t t = 0; t < TABLES; t++)
            weir_spill_release(&spill[t]);
        ck_assert_uint_eq(weir_memory_usage(WEIR_MEMORY_SPILL).live, 0);
    }
    ck_assert_uint_gt(said_so, 20);
    runs_table_release(&rows);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("partial");
    TCase *cases = tcase_create("partial");
    tcase_set_timeout(cases, 120);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, what_is_written_comes_back);
    tcase_add_test(cases, one_after_another_in_a_stream);
    tcase_add_test(cases, every_cut_and_every_changed_byte_is_refused);
    tcase_add_test(cases, what_is_wrong_is_said_with_its_place);
    tcase_add_test(cases, the_bytes_are_these);
    tcase_add_test(cases, headers_come_back);
    tcase_add_test(cases, shards_are_each_there_once);
    tcase_add_test(cases, shards_meet_or_are_told);
    tcase_add_test(cases, wholes_are_of_different_inputs);
    tcase_add_test(cases, there_is_never_half_a_partial);
    tcase_add_test(cases, what_cannot_be_written_is_said);
    tcase_add_test(cases, a_file_that_does_not_close_has_no_name);
    tcase_add_test(cases, refused_memory_is_said);
    suite_add_tcase(suite, cases);
    return suite_fails(suite);
}
