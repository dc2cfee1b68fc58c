#include "cli/commands/outputs.h"

#include "base/error.h"
#include "cli/commands/describe.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Refuses an output file that is also an input, or where the answer goes:
 * opening the file would empty it. */
static enum weir_status check_path(const struct weir_question *question,
                                   const char *option, const char *path,
                                   struct weir_error *error)
{
    for (size_t i = 0; i < question->n_paths; i++) {
        const char *input = question->path[i];
        if (weir_file_overwrites(path, strcmp(input, "-") ? input : NULL,
                                 STDIN_FILENO))
            return weir_fail(error, WEIR_USAGE,
                             "%s %s is an input; it would be lost", option,
                             path);
    }
    if (weir_file_overwrites(path, NULL, STDOUT_FILENO))
        return weir_fail(error, WEIR_USAGE, "%s %s is where the answer goes",
                         option, path);
    return WEIR_OK;
}

static enum weir_status open_rejects(struct weir_outputs *outputs,
                                     const struct weir_question *question,
                                     struct weir_error *error)
{
    const struct weir_options *o = question->options;
    if (!o->rejects)
        return WEIR_OK;
    if (check_path(question, "--rejects", o->rejects, error))
        return error->status;
    return weir_rejects_open(&outputs->rejects, o->rejects, error);
}

/* Opens the timeline. The rejects file is open by then, so that the two can be
 * compared: they must not be the same file. */
static enum weir_status open_timeline(struct weir_outputs *outputs,
                                      const struct weir_question *question,
                                      uint64_t begin, struct weir_error *error)
{
    const struct weir_options *o = question->options;
    if (!o->diagnostics.timeline)
        return WEIR_OK;
    if (check_path(question, "--timeline", o->diagnostics.timeline, error))
        return error->status;
    if (o->rejects &&
        weir_file_overwrites(o->diagnostics.timeline, o->rejects, -1))
        return weir_fail(error, WEIR_USAGE,
                         "--timeline %s is where the rejects go",
                         o->diagnostics.timeline);
    outputs->timeline =
        weir_timeline_open(o->diagnostics.timeline, begin, error);
    return outputs->timeline ? WEIR_OK : error->status;
}

static enum weir_status open_checkpoint(struct weir_outputs *outputs,
                                        const struct weir_question *question,
                                        struct weir_error *error)
{
    const struct weir_options *o = question->options;
    const char *path = o->checkpoint.path;
    if (!path)
        return WEIR_OK;
    if (check_path(question, "--checkpoint", path, error))
        return error->status;
    if (weir_file_is(path, o->partial) ||
        weir_file_is(path, o->diagnostics.timeline))
        return weir_fail(
            error, WEIR_USAGE, "--checkpoint %s is where the %s goes", path,
            weir_file_is(path, o->partial) ? "partial" : "timeline");
    struct weir_asked asked = weir_question_asked(question);
    enum weir_status status =
        weir_checkpoint_open(&outputs->checkpoint, path, &asked, error);
    char text[1024];
    if (!status && weir_checkpoint_left(&outputs->checkpoint))
        fprintf(
            stderr, "weir: %s\n",
            weir_checkpoint_describe(&outputs->checkpoint, text, sizeof text));
    return status;
}

static enum weir_status open_partial(struct weir_outputs *outputs,
                                     const struct weir_question *question,
                                     struct weir_error *error)
{
    const struct weir_options *o = question->options;
    struct weir_identity identity;
    const char *path = o->partial;
    if (!question->plan.aggregated)
        return weir_fail(error, WEIR_USAGE,
                         "--partial: the query has no aggregates: its answer "
                         "is records, and there is nothing to merge");
    if (strcmp(path, "-") != 0 &&
        check_path(question, "--partial", path, error))
        return error->status;
    struct weir_asked asked = weir_question_asked(question);
    enum weir_status status = weir_identity_init(&identity, &asked, error);
    if (!status)
        outputs->partial = weir_partial_create(path, &identity.info, error);
    weir_identity_release(&identity);
    return outputs->partial ? WEIR_OK : error->status;
}

static enum weir_status open_answer(struct weir_outputs *outputs,
                                    const struct weir_question *question,
                                    struct weir_error *error)
{
    const struct weir_options *o = question->options;
    const struct weir_plan_output *columns = &question->plan.output;
    enum weir_status status = weir_output_init(&outputs->answer, STDOUT_FILENO,
                                               "standard output", error);
    if (status)
        return status;
    outputs->answer.style = o->style;
    const struct weir_format *format = weir_options_format(o, STDOUT_FILENO);
    if (o->command == WEIR_COMMAND_DESCRIBE) {
        outputs->sink = weir_describe_open(&question->stream->schema, format,
                                           &outputs->answer, error);
        return outputs->sink ? WEIR_OK : error->status;
    }
    outputs->sink = weir_format_open(format, &outputs->answer, error);
    return outputs->sink ? weir_format_check(outputs->sink, columns->item_name,
                                             columns->n_items, error)
                         : error->status;
}

enum weir_status weir_outputs_open(struct weir_outputs *outputs,
                                   const struct weir_question *question,
                                   uint64_t begin, struct weir_error *error)
{
    const struct weir_options *o = question->options;
    enum weir_status status = open_checkpoint(outputs, question, error);
    if (!status)
        status = open_rejects(outputs, question, error);
    if (!status)
        status = open_timeline(outputs, question, begin, error);
    if (status)
        return status;
    return o->partial ? open_partial(outputs, question, error)
                      : open_answer(outputs, question, error);
}

enum weir_status weir_outputs_close(struct weir_outputs *outputs,
                                    const struct weir_options *o,
                                    enum weir_status status,
                                    struct weir_error *error)
{
    struct weir_error late;
    if (outputs->sink)
        outputs->sink->ops->close(outputs->sink);
    weir_partial_abandon(outputs->partial);
    status = weir_output_close(&outputs->rejects, status, error);
    status = weir_output_close(&outputs->answer, status, error);
    if (weir_timeline_close(outputs->timeline, &late) && status >= 0) {
        *error = late;
        status = late.status;
    }
    /* The checkpoint is not removed if the partial is the same file under
     * another name (./FILE). */
    if (status >= 0 && o->checkpoint.path &&
        !weir_file_is(o->checkpoint.path, o->partial))
        weir_checkpoint_remove(&outputs->checkpoint);
    return status;
}

void weir_outputs_release(struct weir_outputs *outputs)
{
    weir_checkpoint_release(&outputs->checkpoint);
}
