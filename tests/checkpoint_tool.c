/*
 * Writes the checkpoint of a run that stopped at a position of its inputs, as
 * --checkpoint does, without the need to stop a run at that moment. READ is a
 * file of what the run has read until then. POSITION is as jobs/checkpoint.c
 * writes it.
 *
 *     checkpoint_tool FILE POSITION READ [OPTION...] QUERY INPUT...
 */
#include "base/error.h"
#include "cli/commands/commands.h"
#include "cli/complain.h"
#include "jobs/identity.h"
#include "partials/partial.h"
#include "pipeline/run.h"

#include <stdio.h>
#include <string.h>

struct checkpoint {
    const char *path, *place, *read;
    const struct weir_options *options;
};

static enum weir_status read_first(const struct checkpoint *checkpoint,
                                   struct weir_partial_writer *writer,
                                   const struct weir_partial_info *info,
                                   struct weir_error *error)
{
    struct weir_options first = *checkpoint->options;
    struct weir_question question;
    struct weir_record_counts counts;
    first.inputs.path = &checkpoint->read;
    first.inputs.n_paths = 1;
    enum weir_status status = weir_question_open(&question, &first, error);
    const struct weir_running running = {.partial = writer,
                                         .threads = first.resources.threads,
                                         .folder = first.resources.temp_dir};
    if (!status)
        status =
            weir_run(&question.plan, question.stream, &running, &counts, error);
    if (!status)
        status = weir_partial_finish(writer, info, &counts, error);
    weir_question_close(&question);
    return status;
}

static enum weir_status write_checkpoint(const struct checkpoint *checkpoint,
                                         struct weir_error *error)
{
    const char *place = checkpoint->place;
    struct weir_question all;
    struct weir_identity identity = {0};
    struct weir_partial_writer *writer = NULL;
    enum weir_status status =
        weir_question_open(&all, checkpoint->options, error);
    struct weir_asked asked;
    if (!status) {
        asked = weir_question_asked(&all);
        status = weir_identity_init(&identity, &asked, error);
    }
    if (!status) {
        identity.fact[identity.info.n_facts++] =
            (struct weir_fact){{WEIR_FACT_PLACE, strlen(WEIR_FACT_PLACE)},
                               {place, strlen(place)},
                               false};
        writer = weir_partial_create(checkpoint->path, &identity.info, error);
        status = writer ? WEIR_OK : error->status;
    }
    if (!status)
        status = read_first(checkpoint, writer, &identity.info, error);
    weir_partial_abandon(writer);
    weir_identity_release(&identity);
    weir_question_close(&all);
    return status;
}

int main(int argc, char **argv)
{
    struct weir_options options;
    struct weir_error error;
    if (argc < 6)
        return 2;
    const struct checkpoint checkpoint = {argv[1], argv[2], argv[3], &options};
    weir_memory_hook_gmp();
    weir_error_init(&error);
    weir_options_parse(&options, argc - 3, argv + 3);
    int code = 0;
    if (write_checkpoint(&checkpoint, &error) < 0)
        code = weir_complain(&error, options.query);
    weir_options_release(&options);
    return code;
}
