#include "cli/commands/commands.h"

#include "base/clock.h"
#include "eager/store.h"
#include "pipeline/run.h"
#include <fcntl.h>
#include <unistd.h>

static enum weir_status ask(struct weir_question *question,
                            struct weir_stream *store, struct weir_sink *sink,
                            struct weir_error *error)
{
    const struct weir_options *options = question->options;
    struct weir_estimate held = {0};
    const struct weir_running running = {
        .sink = sink, .held = &held, .threads = options->resources.threads};
    struct weir_record_counts counts;
    enum weir_status status = WEIR_OK;
    if (store) {
        weir_store_rewind(store);
    } else {
        weir_question_close(question);
        status = weir_question_open(question, options, error);
    }
    if (status)
        return status;
    weir_question_estimate_outputs(question, &held);
    return weir_run(&question->plan, store ? store : question->stream, &running,
                    &counts, error);
}

enum weir_status weir_ask_again(struct weir_question *question,
                                struct weir_stream *store, double *seconds,
                                struct weir_error *error)
{
    struct weir_output nowhere;
    if (weir_output_init(&nowhere, open("/dev/null", O_WRONLY | O_CLOEXEC),
                         "/dev/null", error))
        return error->status;
    struct weir_sink *sink = weir_format_open(
        weir_options_format(question->options, STDOUT_FILENO), &nowhere, error);
    enum weir_status status = error->status;
    if (sink) {
        uint64_t begin = weir_clock_ns();
        status = ask(question, store, sink, error);
        *seconds = (double)(weir_clock_ns() - begin) / 1e9;
        sink->ops->close(sink);
    }
    return weir_output_close(&nowhere, status, error);
}
