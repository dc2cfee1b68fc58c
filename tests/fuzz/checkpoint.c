/*
 * Target: checkpoints, behind their checksums. A checkpoint is loaded, compared
 * with the run, and resumed.
 *
 *     question | position LF frames (frames.h)
 *
 * The header is that of this run, with the given position. If the high bit of
 * the choice is set, the frames have their own header.
 */
#include "jobs/checkpoint.h"

#include "base/error.h"
#include "base/memory.h"
#include "cli/commands/commands.h"
#include "tests/fuzz/frames.h"
#include "tests/fuzz/fuzz.h"
#include "tests/trial.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N(array) (sizeof(array) / sizeof *(array))
#define FIRST_FD 901
#define BATCH ((size_t)1000)
#define MEMORY_MAX ((uint64_t)64 << 20)

static const char *const questions[] = {
    "count()",
    "count(), sum(n) by k",
    "mean(d), median(n), first(t), last(m) by k, t",
    "top(k, 3), distinct(m), mode(t), min(e), max(d), stddev(n)",
    "count() by k having count() > 1 order by 2 desc limit 3",
};
static const char *const paths[] = {"/proc/self/fd/901", "/proc/self/fd/902",
                                    "/proc/self/fd/903", "/proc/self/fd/904"};

static char folder[64], file[80];

static void leave_folder(void)
{
    (void)unlink(file);
    (void)rmdir(folder);
}

static void pack(struct bytes *to, size_t kind, const char *csv, size_t len)
{
    if (kind == 1) {
        add_zstd_sized(to, csv, len / 2, 1);
        add_zstd(to, csv + len / 2, len - len / 2);
    } else if (kind == 2) {
        add_gzip(to, csv, len / 2);
        add_gzip(to, csv + len / 2, len - len / 2);
    } else {
        bytes_add(to, csv, len);
    }
}

static void begin(void)
{
    const struct random_table shape = {.tidy = true, .lines = 30};
    const char *temp = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%.40s/weir-fuzz-XXXXXX",
                   temp ? temp : "/tmp");
    if (!mkdtemp(folder) || atexit(leave_folder))
        abort();
    (void)snprintf(file, sizeof file, "%s/checkpoint", folder);
    for (size_t i = 0; i < N(paths); i++) {
        struct bytes packed = {0};
        size_t len;
        char *csv = random_table(i + 1, &shape, &len);
        pack(&packed, i, csv, len);
        fuzz_file_at(FIRST_FD + (int)i, packed.at, packed.len);
        bytes_free(&packed);
        free(csv);
    }
}

/* The header of this run's checkpoint at a position. */
static struct bytes header_of(struct weir_question *question,
                              struct weir_text place)
{
    struct weir_identity identity;
    struct weir_error error;
    struct bytes header = {0};
    size_t len;
    struct weir_asked asked = weir_question_asked(question);
    if (weir_identity_init(&identity, &asked, &error))
        abort();
    struct weir_partial_info info = identity.info;
    identity.fact[info.n_facts++] = (struct weir_fact){
        {WEIR_FACT_PLACE, strlen(WEIR_FACT_PLACE)}, place, false};
    char *info_bytes = weir_partial_info_save(&info, &len);
    bytes_add(&header, info_bytes, len);
    weir_free(WEIR_MEMORY_SPILL, info_bytes);
    weir_identity_release(&identity);
    return header;
}

static void write_file(const struct bytes *bytes)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, bytes->at, bytes->len) != (ssize_t)bytes->len ||
        close(fd))
        abort();
}

static void write_checkpoint(struct weir_question *question, bool own,
                             struct fuzz_input input)
{
    struct bytes saved = {0}, header;
    struct weir_text inner = {0};
    const uint8_t *end = memchr(input.at, '\n', input.len);
    size_t len = end ? (size_t)(end - input.at) : 0;
    struct weir_text place = {(const char *)input.at, len};
    struct weir_text rest = {place.bytes + len + (end != NULL),
                             input.len - len - (end != NULL)};
    frames_begin(&saved);
    if (!own) {
        header = header_of(question, place);
        inner = (struct weir_text){(char *)header.at, header.len};
        frames_add_header(&saved, inner);
        inner.bytes += 8;
        inner.len -= 8;
        frames_mend(&saved, 0, inner, rest);
        bytes_free(&header);
    } else {
        frames_mend(&saved, 0, inner, rest);
    }
    write_file(&saved);
    bytes_free(&saved);
}

/* Resumes the run. Returns WEIR_OK or the failure's status. */
static enum weir_status go_on(struct weir_question *question,
                              const struct weir_options *options,
                              struct weir_error *error)
{
    struct weir_checkpoint checkpoint = {0};
    struct weir_record_counts counts = {0};
    char *rows = NULL;
    size_t len;
    struct page page = {.sink = {.ops = &page_ops},
                        .out = open_memstream(&rows, &len)};
    struct weir_asked asked = weir_question_asked(question);
    enum weir_status status =
        weir_checkpoint_open(&checkpoint, file, &asked, error);
    if (!status) {
        const struct weir_running running = {
            .sink = &page.sink,
            .left = weir_checkpoint_left(&checkpoint),
            .threads = options->resources.threads,
            .folder = options->resources.temp_dir};
        fuzz_require(running.left, "what is there is not gone on from");
        status = weir_run(&question->plan, question->stream, &running, &counts,
                          error);
        fuzz_require(!status == page.ended, "the sink does not see the end");
    }
    weir_checkpoint_release(&checkpoint);
    (void)fclose(page.out);
    free(rows);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct fuzz_input input = {bytes, len};
    struct weir_question question;
    struct weir_error error;
    if (len < 2)
        return 0;
    if (!*folder)
        begin();
    uint8_t choice = fuzz_byte(&input);
    uint64_t live = weir_memory_total().live;
    size_t input_of = choice / N(questions) % (N(paths) + 1);
    const struct weir_options options = {
        .reading.batch = BATCH,
        .query = questions[choice % N(questions)],
        .inputs.path = paths + input_of % N(paths),
        .inputs.n_paths = input_of == N(paths) ? N(paths) : 1,
        .checkpoint.path = file,
        .resources.memory = MEMORY_MAX,
        .resources.temp_dir = folder,
        .resources.threads = choice & 64 ? 2 : 1,
        .child.report = -1};
    weir_memory_limit(MEMORY_MAX);
    if (weir_question_open(&question, &options, &error))
        abort();
    write_checkpoint(&question, choice & 128, input);
    fuzz_print_begin();
    enum weir_status status = go_on(&question, &options, &error);
    (void)fuzz_print_end();
    fuzz_require(status <= 0 && (!status || *error.message),
                 "it fails without a message");
    weir_question_close(&question);
    weir_memory_limit(0);
    fuzz_require(weir_memory_total().live == live, "a checkpoint leaks");
    return 0;
}
