/*
 * readers/view.c: what is seen is what a read gives, at any place; a file that
 * becomes shorter meanwhile is an error and no signal; and a signal that has
 * nothing to do with views is what it was.
 */
#include "readers/csv.h"
#include "readers/view.h"
#include "tests/mechanism_kit.h"
#include "tests/source_kit.h"
#include "tests/trial.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Several windows, and no whole page at the end. */
#define LONG ((size_t)2500000)
#define MOST ((size_t)200000)
/* A piece is 128 KiB of whole pages. */
#define PIECE ((size_t)128 << 10)

static char path[] = "/tmp/weir-view-XXXXXX";
static struct bytes text;
static struct weir_error error;
static int fd;

static void make_file(void)
{
    strcpy(path + sizeof path - 7, "XXXXXX");
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    text.len = 0;
    while (text.len < LONG) {
        char line[40];
        (void)snprintf(line, sizeof line, "%zu,%zu\n", text.len,
                       text.len * text.len % 1000003);
        bytes_add_text(&text, line);
    }
    ck_assert_int_eq(write(fd, text.at, text.len), (ssize_t)text.len);
    weir_error_init(&error);
}

static void begin(void)
{
    make_file();
    ck_assert(weir_view_allow());
}

static void end(void)
{
    ck_assert_int_eq(close(fd), 0);
    ck_assert_int_eq(unlink(path), 0);
    bytes_free(&text);
}

struct wanted {
    const uint8_t *bytes;
    size_t len;
    unsigned calls, same;
};

/* Looks at all of them. */
static void compare(void *context, const char *bytes)
{
    struct wanted *wanted = context;
    unsigned other = 0;
    wanted->calls++;
    for (size_t i = 0; i < wanted->len; i++)
        other |= (unsigned)((uint8_t)bytes[i] ^ wanted->bytes[i]);
    wanted->same += other == 0;
}

START_TEST(what_is_seen_is_what_is_there)
{
    begin();
    struct weir_view *view = weir_view_open(fd);
    struct wanted wanted = {0};
    uint64_t seed = 7;
    ck_assert_ptr_nonnull(view);
    for (unsigned i = 0; i < 500; i++) {
        size_t at = draw(&seed, (unsigned)(text.len - MOST));
        if (i % 50 == 0)
            at = text.len - MOST; /* up to the very end */
        wanted.bytes = text.at + at;
        wanted.len = MOST - draw(&seed, MOST / 2);
        if (i % 50 == 0)
            wanted.len = MOST;
        ck_assert(weir_view_see(view, at, wanted.len, compare, &wanted));
    }
    ck_assert_uint_eq(wanted.same, 500);
    weir_view_close(view);
    end();
}
END_TEST

START_TEST(what_cannot_be_mapped_is_not_seen)
{
    int pipes[2];
    struct wanted wanted = {0};
    ck_assert_int_eq(pipe(pipes), 0);
    struct weir_view *view = weir_view_open(pipes[0]);
    ck_assert_ptr_nonnull(view);
    for (int i = 0; i < 2; i++)
        ck_assert(!weir_view_see(view, 0, MOST, compare, &wanted));
    ck_assert_uint_eq(wanted.calls, 0);
    weir_view_close(view);
    close(pipes[0]);
    close(pipes[1]);
}
END_TEST

START_TEST(what_is_gone_is_not_seen)
{
    begin();
    struct weir_view *view = weir_view_open(fd);
    struct wanted wanted = {.bytes = text.at, .len = MOST};
    ck_assert_ptr_nonnull(view);
    ck_assert(weir_view_see(view, 0, MOST, compare, &wanted));
    ck_assert_int_eq(ftruncate(fd, 100000), 0);
    for (int i = 0; i < 3; i++) /* and no signal is left blocked */
        ck_assert(!weir_view_see(view, 0, MOST, compare, &wanted));
    ck_assert_uint_eq(wanted.calls, 4);
    wanted.len = 100000;
    ck_assert(weir_view_see(view, 0, wanted.len, compare, &wanted));
    wanted.len = 100001; /* of the same page: it is there, and empty */
    ck_assert(!weir_view_see(view, 0, wanted.len, compare, &wanted));
    ck_assert_uint_eq(wanted.same, 2);
    weir_view_close(view);
    end();
}
END_TEST

static struct weir_stream *open_csv(void)
{
    static const char *const paths[] = {path};
    const struct weir_csv_inputs inputs = {
        .path = paths, .n = 1, .source.views = true};
    struct weir_stream *stream = weir_csv_open(&inputs, NULL, &error);
    ck_assert_ptr_nonnull(stream);
    weir_stream_want(stream, NULL, 0);
    return stream;
}

/* Pulls until a whole piece is claimed. */
static void claim_piece(struct weir_stream *stream, struct weir_batch *batch)
{
    for (;;) {
        bool claimed = stream->ops->claim(stream, batch);
        if (claimed && batch->piece_len == PIECE)
            return;
        if (claimed) {
            ck_assert(!stream->ops->fetch(stream, batch, &error));
            ck_assert(!stream->ops->join(stream, batch, &error));
        } else {
            ck_assert_int_eq(weir_pull(stream, batch, &error), WEIR_OK);
        }
    }
}

/* As it is told of a file that is read. */
START_TEST(a_file_that_becomes_shorter_is_an_error)
{
    begin();
    struct weir_stream *stream = open_csv();
    struct weir_batch_size size = weir_batch_size(stream);
    struct weir_batch batch;
    ck_assert_int_eq(weir_batch_init(&batch, &size, &error), WEIR_OK);
    claim_piece(stream, &batch);
    ck_assert_int_eq(stream->ops->fetch(stream, &batch, &error), WEIR_OK);
    ck_assert_int_eq(batch.piece_split, WEIR_PIECE_SIMPLE);
    ck_assert_int_eq(stream->ops->join(stream, &batch, &error), WEIR_OK);
    claim_piece(stream, &batch);
    ck_assert_int_eq(ftruncate(fd, (off_t)(batch.piece_place + PIECE / 2)), 0);
    ck_assert_int_eq(stream->ops->fetch(stream, &batch, &error), WEIR_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "file changed while being "
                                                "read: it ends at byte "));
    ck_assert_str_eq(error.place, path);
    weir_batch_release(&batch);
    weir_stream_close(stream);
    end();
}
END_TEST

/* Some without quotes, some without CRs, some with all there may be. */
static char *draw_table(uint64_t seed, size_t *len)
{
    const struct random_table table = {.lines = 30000,
                                       .bad = seed % 2,
                                       .ragged = seed % 3 == 0,
                                       .tidy = seed % 4 != 3};
    char *csv = random_table(seed, &table, len);
    for (size_t i = 0; i < *len; i++) {
        if (csv[i] == '"' && seed % 4 == 0)
            csv[i] = 'q';
        if (csv[i] == '\r' && seed % 4 <= 1)
            csv[i] = '\n';
    }
    return csv;
}

START_TEST(questions_about_what_is_seen_say_the_same)
{
    static const char *const name = "x.csv";
    char folder[] = "/tmp/weir-views-XXXXXX", room[1000];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert(weir_view_allow());
    for (uint64_t seed = 0; seed < (sanitized() ? 4 : 24); seed++) {
        struct trial trial = {.deaf = true, .bad_cells = WEIR_BAD_CELLS_NULL};
        struct outcome expected, got;
        char *csv = draw_table(seed, &trial.len);
        char *query = random_query(seed * 31 + 5);
        trial.csv = csv;
        trial.query = query;
        if (seed % 4 != 2)
            trial.reading.bad_records = WEIR_BAD_RECORDS_REJECT;
        trial_run(&trial, &expected);
        FILE *file = fopen(name, "wb");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(csv, 1, trial.len, file), trial.len);
        ck_assert_int_eq(fclose(file), 0);
        struct trial other = trial;
        other.paths = &name;
        other.n_paths = 1;
        other.views = true;
        trial_run(&other, &got);
        const char *found =
            outcome_difference(&got, &expected, room, sizeof room);
        ck_assert_msg(!found, "seed %d: %s\n%s", (int)seed, query, found);
        outcome_release(&expected);
        outcome_release(&got);
        free(csv);
        free(query);
    }
    ck_assert_int_eq(unlink(name), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

static _Noreturn void touch_what_is_gone(void)
{
    volatile char *bytes = mmap(NULL, LONG, PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED || ftruncate(fd, 0) ||
        !freopen("/dev/null", "w", stderr))
        _exit(0);
    (void)bytes[LONG / 2];
    _exit(0);
}

/* From one that was ignored before, and so is not told of either. */
static _Noreturn void be_sent_a_signal(void)
{
    struct wanted wanted = {.bytes = text.at, .len = MOST};
    (void)signal(SIGBUS, SIG_IGN);
    if (!weir_view_allow() || raise(SIGBUS) || raise(SIGBUS))
        _exit(1);
    struct weir_view *view = weir_view_open(fd);
    bool seen = weir_view_see(view, 0, MOST, compare, &wanted);
    if (!seen || ftruncate(fd, 0))
        _exit(2);
    _exit(weir_view_see(view, 0, MOST, compare, &wanted) ? 3 : 0);
}

START_TEST(a_signal_that_is_sent_changes_nothing)
{
    int status;
    make_file();
    pid_t child = fork();
    if (child == 0)
        be_sent_a_signal();
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    /* Where tests share a process a handler was there before. */
    ck_assert(sanitized() || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    end();
}
END_TEST

START_TEST(another_signal_is_not_ours)
{
    begin();
    struct weir_view *view = weir_view_open(fd);
    struct wanted wanted = {.bytes = text.at, .len = MOST};
    ck_assert(weir_view_see(view, 0, MOST, compare, &wanted));
    int status;
    pid_t child = fork();
    if (child == 0)
        touch_what_is_gone();
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    /* A sanitizer's handler was there before, and leaves by itself. */
    ck_assert(sanitized() ? status != 0
                          : WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
    weir_view_close(view);
    end();
}
END_TEST

static const struct floor floors[] = {
    {WEIR_RAN_PIECE_JOINED, 50, 15},
    {WEIR_RAN_PIECE_SEEN, 20, 4},
    {WEIR_RAN_VIEW_LEFT, 5, 4},
};

int main(void)
{
    mechanism_begin();
    Suite *suite = suite_create("view");
    TCase *tests = tcase_create("view");
    tcase_set_timeout(tests, 200);
    tcase_add_test(tests, what_is_seen_is_what_is_there);
    tcase_add_test(tests, what_cannot_be_mapped_is_not_seen);
    tcase_add_test(tests, what_is_gone_is_not_seen);
    tcase_add_test(tests, a_file_that_becomes_shorter_is_an_error);
    tcase_add_test(tests, questions_about_what_is_seen_say_the_same);
    tcase_add_test(tests, a_signal_that_is_sent_changes_nothing);
    tcase_add_test(tests, another_signal_is_not_ours);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed || MECHANISM_FELL_SHORT(floors);
}
