/*
 * Checkpoints of questions from C. The caller says when one is written, from a
 * thread of its own: while one waits in weir_query_next(), another one saves.
 */
#include "jobs/query.h"

#include "base/c_words.h"
#include "base/error.h"
#include "base/use.h"

bool weir_query_is_partial(const struct weir_query *query)
{
    return weir_file_is(query->options.checkpoint, query->options.partial);
}

enum weir_status weir_query_open_checkpoint(struct weir_query *query,
                                            struct weir_error *error)
{
    struct weir_query_checkpoint *checkpoint =
        weir_alloc_zero(WEIR_MEMORY_QUERY, sizeof *checkpoint);
    if (!checkpoint)
        return weir_fail_memory(error, "the checkpoint", sizeof *checkpoint);
    if (pthread_mutex_init(&checkpoint->lock, NULL)) {
        weir_free(WEIR_MEMORY_QUERY, checkpoint);
        return weir_fail(error, WEIR_LIMIT, "the system refused a lock");
    }
    query->checkpoint = checkpoint;
    enum weir_status status = weir_query_check_path(
        query, "checkpoint", query->options.checkpoint, error);
    if (!status && weir_query_is_partial(query))
        status = weir_fail(error, WEIR_USAGE,
                           "options.checkpoint %s is where the partial goes",
                           query->options.checkpoint);
    if (status)
        return status;
    const struct weir_asked asked = weir_query_asked(query);
    return weir_checkpoint_open(&checkpoint->file, query->options.checkpoint,
                                &asked, error);
}

void weir_query_close_checkpoint(struct weir_query *query)
{
    struct weir_query_checkpoint *checkpoint = query->checkpoint;
    if (!checkpoint)
        return;
    weir_checkpoint_release(&checkpoint->file);
    pthread_mutex_destroy(&checkpoint->lock);
    weir_free(WEIR_MEMORY_QUERY, checkpoint);
}

/* If the run had continued from a checkpoint and then began anew, it keeps that
 * checkpoint and writes none. */
static void begin(void *context, struct weir_job *job)
{
    struct weir_query_checkpoint *checkpoint =
        ((struct weir_query *)context)->checkpoint;
    pthread_mutex_lock(&checkpoint->lock);
    checkpoint->job = job;
    checkpoint->kept =
        weir_checkpoint_left(&checkpoint->file) && !weir_job_continues(job);
    pthread_mutex_unlock(&checkpoint->lock);
}

/* Waits for a checkpoint that is being written. */
static void end(void *context)
{
    struct weir_query_checkpoint *checkpoint =
        ((struct weir_query *)context)->checkpoint;
    pthread_mutex_lock(&checkpoint->lock);
    checkpoint->job = NULL;
    pthread_mutex_unlock(&checkpoint->lock);
}

struct weir_watch weir_query_watch(struct weir_query *query)
{
    return (struct weir_watch){.context = query, .begin = begin, .end = end};
}

enum weir_status weir_query_save(struct weir_query *query,
                                 struct weir_error *error)
{
    if (!weir_use_check(query, "query", "weir_query_save", error))
        return WEIR_USAGE;
    struct weir_query_checkpoint *checkpoint = query->checkpoint;
    weir_error_init(error);
    if (!checkpoint)
        return weir_use_wrong(error,
                              "options.checkpoint names no file to save to");
    enum weir_status status = WEIR_END;
    pthread_mutex_lock(&checkpoint->lock);
    if (checkpoint->job && !checkpoint->kept)
        status =
            weir_checkpoint_save(&checkpoint->file, checkpoint->job, error);
    /* The failure may have lost groups: see weir_job_save(). */
    if (status < 0) {
        weir_job_stop(checkpoint->job, error);
        weir_fail_in_c(error);
    }
    pthread_mutex_unlock(&checkpoint->lock);
    return status;
}
