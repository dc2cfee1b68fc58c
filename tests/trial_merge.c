#include "tests/trial.h"

#include "base/error.h"
#include "jobs/identity.h"
#include "jobs/merge_job.h"
#include "partials/partial.h"
#include "tests/reading.h"
#include "tests/source_kit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY ((uint64_t)64 << 20)
#define PIPE_BYTES (1 << 20)

enum weir_status trial_write_partial(const struct trial *trial,
                                     const struct weir_plan *plan,
                                     const struct weir_schema *schema,
                                     struct weir_partial_writer **writer,
                                     struct weir_error *error)
{
    struct weir_identity identity;
    const struct weir_asked asked = {.query = trial->query,
                                     .plan = plan,
                                     .schema = schema,
                                     .reading = &trial->reading,
                                     .cells = trial->cells,
                                     .path = trial->paths,
                                     .n_paths = trial->n_paths,
                                     .shard = trial->share.shard,
                                     .of_shards = trial->share.of_shards};
    enum weir_status status = weir_identity_init(&identity, &asked, error);
    if (!status) {
        *writer = weir_partial_create(trial->partial, &identity.info, error);
        status = *writer ? WEIR_OK : error->status;
    }
    weir_identity_release(&identity);
    return status;
}

/* Runs one shard. Its partial is written to a pipe, which can hold all of
 * it. */
static char *run_shard(struct trial *trial, struct outcome *outcome,
                       size_t *len)
{
    char path[32], *bytes = malloc(PIPE_BYTES);
    int end[2];
    ssize_t n;
    MUST(bytes);
    MUST(pipe2(end, O_CLOEXEC) == 0);
    MUST(fcntl(end[1], F_SETPIPE_SZ, PIPE_BYTES) >= PIPE_BYTES);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", end[1]);
    trial->partial = path;
    trial_run(trial, outcome);
    (void)close(end[1]);
    *len = 0;
    while ((n = read(end[0], bytes + *len, PIPE_BYTES - *len)) > 0)
        *len += (size_t)n;
    MUST(n == 0);
    (void)close(end[0]);
    return bytes;
}

static enum weir_status add_shard(struct weir_merge_job *job,
                                  struct trial *trial, struct outcome *outcome,
                                  struct weir_error *error)
{
    size_t len;
    char *bytes = run_shard(trial, outcome, &len);
    enum weir_status status = WEIR_DATA;
    if (!*outcome->trouble) {
        struct weir_source *source = weir_memory_source_open(bytes, len, error);
        status = source ? weir_merge_job_add(job, source, "a shard", error)
                        : error->status;
    } else {
        weir_fail(error, WEIR_DATA, "%.200s", outcome->trouble);
    }
    free(bytes);
    return status;
}

void trial_merge(const struct trial *trial, uint32_t shards,
                 struct outcome *outcome)
{
    struct weir_error error;
    struct trial of_shard = *trial;
    struct page page = {.sink = {.ops = &page_ops}};
    size_t len;
    weir_error_init(&error);
    *outcome = (struct outcome){0};
    page.out = open_memstream(&outcome->rows, &len);
    struct weir_merge_job *job = weir_merge_job_open("/tmp", &error);
    MUST(job);
    enum weir_status status = WEIR_OK;
    of_shard.share.of_shards = shards;
    for (uint32_t i = 0; !status && i < shards; i++) {
        struct outcome one;
        /* Not in the order of the shards. */
        of_shard.share.shard = 1 + (i + (uint32_t)trial->len) % shards;
        status = add_shard(job, &of_shard, &one, &error);
        outcome_release(&one);
    }
    if (!status)
        status = weir_merge_job_answer(job, &page.sink, MEMORY, &error);
    outcome->counts = *weir_merge_job_account(job);
    weir_merge_job_close(job);
    (void)fclose(page.out);
    outcome->trouble = strdup(status ? error.message : "");
    outcome->rejects = strdup("");
    outcome->ended = page.ended;
}
