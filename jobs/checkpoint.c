/*
 * A checkpoint belongs to this run if the facts, the tables and the shard are
 * equal, and if every input has the same name, size and modification time as
 * before.
 */
#include "jobs/checkpoint.h"

#include "base/error.h"
#include "base/mechanism.h"
#include "partials/pack.h"
#include "partials/partial.h"
#include "readers/sources/sources.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum weir_status at_path(const struct weir_checkpoint *checkpoint,
                                struct weir_error *error)
{
    weir_source_place(checkpoint->path, error);
    return error->status;
}

/* The position, as a text. ------------------------------------------------- */

static void write_place(struct weir_checkpoint *checkpoint,
                        const struct weir_position *place)
{
    (void)snprintf(checkpoint->place, sizeof checkpoint->place,
                   "%" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
                   " %d",
                   place->input, place->raw, place->skip, place->split[0],
                   place->split[1], place->no_guesses);
}

static bool read_place(struct weir_text text, struct weir_position *place)
{
    char terminated[WEIR_PLACE_CAPACITY], *end;
    if (text.len >= sizeof terminated)
        return false;
    memcpy(terminated, text.bytes, text.len);
    terminated[text.len] = '\0';
    unsigned long long input = strtoull(terminated, &end, 10);
    place->raw = strtoull(end, &end, 10);
    place->skip = strtoull(end, &end, 10);
    place->split[0] = strtoull(end, &end, 10);
    place->split[1] = strtoull(end, &end, 10);
    place->no_guesses = strtoull(end, &end, 10) != 0;
    place->input = (uint32_t)input;
    return text.len && *end == '\0' && input <= UINT32_MAX;
}

/* Opening. ----------------------------------------------------------------- */

/* Finds out whether the file exists. *there is false only if it certainly does
 * not; if that is unknown, the function fails. */
static enum weir_status look(const struct weir_checkpoint *checkpoint,
                             bool *there, struct weir_error *error)
{
    struct stat file;
    *there = stat(checkpoint->path, &file) == 0;
    if (*there && !S_ISREG(file.st_mode))
        return weir_fail(error, WEIR_USAGE,
                         "--checkpoint: it is no regular file");
    return *there || errno == ENOENT
               ? WEIR_OK
               : weir_fail_errno(error,
                                 "--checkpoint: cannot find out what it is");
}

static enum weir_status check_inputs(const struct weir_partial_info *info,
                                     struct weir_error *error)
{
    char name[WEIR_NAME_CAPACITY];
    for (uint32_t i = 0; i < info->n_inputs; i++)
        if (info->input[i].bytes == UINT64_MAX)
            return weir_fail(
                error, WEIR_USAGE,
                "--checkpoint: %s cannot be read again from where it was left; "
                "name regular files",
                weir_show_name(name,
                               weir_source_name(info->input[i].name.bytes)));
    return WEIR_OK;
}

static enum weir_status differs(const char *what, struct weir_text was,
                                struct weir_text is, struct weir_error *error)
{
    char shown[2][160];
    return weir_fail(
        error, WEIR_DATA, "it was left with %s '%s', and now it is '%s'", what,
        weir_show(shown[0], sizeof *shown, was.bytes, was.len, 150),
        weir_show(shown[1], sizeof *shown, is.bytes, is.len, 150));
}

static enum weir_status compare_input(const struct weir_partial_input *was,
                                      const struct weir_partial_input *is,
                                      struct weir_error *error)
{
    char name[WEIR_NAME_CAPACITY];
    if (weir_text_compare(was->name, is->name) != 0)
        return differs("the input", was->name, is->name, error);
    if (was->bytes == is->bytes && was->modified == is->modified)
        return WEIR_OK;
    return weir_fail(error, WEIR_DATA,
                     "%s has changed since it was left: it had %" PRIu64
                     " bytes, and has %" PRIu64 "%s",
                     weir_show_name(name, is->name.bytes), was->bytes,
                     is->bytes,
                     was->bytes == is->bytes ? ", written later" : "");
}

/* The shard as a text. `into` has 40 bytes. */
static struct weir_text shard_of(const struct weir_partial_info *info,
                                 char *into)
{
    int len =
        snprintf(into, 40, "%" PRIu32 "/%" PRIu32,
                 info->n_shards ? info->shards->first : 0, info->of_shards);
    return info->of_shards == 1 ? (struct weir_text){"none", 4}
                                : (struct weir_text){into, (size_t)len};
}

static enum weir_status compare(const struct weir_partial_info *was,
                                const struct weir_partial_info *is,
                                struct weir_error *error)
{
    struct weir_fact a, b;
    char shard[2][40];
    struct weir_text left = shard_of(was, shard[0]);
    struct weir_text now = shard_of(is, shard[1]);
    enum weir_status status = WEIR_OK;
    if (weir_partial_differs(was, is, &a, &b)) {
        char what[64];
        weir_show(what, sizeof what, a.name.bytes, a.name.len, 40);
        return differs(what, a.value, b.value, error);
    }
    if (!weir_partial_alike(was, is))
        return weir_fail(error, WEIR_DATA,
                         "it was left by another version of weir");
    if (weir_text_compare(left, now) != 0)
        return differs("--shard", left, now, error);
    if (was->n_inputs != is->n_inputs)
        return weir_fail(error, WEIR_DATA,
                         "it was left with %" PRIu32
                         " inputs, and now there are %" PRIu32,
                         was->n_inputs, is->n_inputs);
    for (uint32_t i = 0; !status && i < was->n_inputs; i++)
        status = compare_input(&was->input[i], &is->input[i], error);
    return status;
}

static enum weir_status find(struct weir_checkpoint *checkpoint,
                             struct weir_error *error)
{
    struct weir_partial_info *found = &checkpoint->found;
    struct weir_left *left = &checkpoint->left;
    struct weir_source *source = weir_file_open(checkpoint->path, NULL, error);
    if (!source)
        return error->status;
    left->reader = weir_partial_open(source, checkpoint->path, error);
    if (!left->reader)
        return error->status;
    enum weir_status status = weir_partial_next(left->reader, found, error);
    if (status)
        return status;
    status = compare(found, &checkpoint->identity.info, error);
    if (!status &&
        !read_place(weir_partial_fact(found, WEIR_FACT_PLACE), &left->place))
        status = weir_fail(error, WEIR_DATA,
                           "it is a partial, and no checkpoint: it has no "
                           "place");
    left->info = found;
    return status;
}

/* Adds to the message what to do with a file that is not a checkpoint of this
 * run. */
static void advise(struct weir_error *error)
{
    size_t len = strlen(error->message);
    (void)snprintf(error->message + len, sizeof error->message - len,
                   "; name another file, or remove it, and the run begins "
                   "anew");
}

/* Checks at the beginning that a checkpoint can be written. */
static enum weir_status try_writing(const struct weir_checkpoint *checkpoint,
                                    struct weir_error *error)
{
    struct weir_partial_writer *writer = weir_partial_create(
        checkpoint->path, &checkpoint->identity.info, error);
    weir_partial_abandon(writer);
    return writer ? WEIR_OK : error->status;
}

const char *weir_checkpoint_describe(const struct weir_checkpoint *checkpoint,
                                     char *into, size_t capacity)
{
    const struct weir_position *place = &checkpoint->left.place;
    const struct weir_partial_info *info = &checkpoint->identity.info;
    char name[WEIR_NAME_CAPACITY], input[WEIR_NAME_CAPACITY], text[64] = "";
    weir_show_name(name, checkpoint->path);
    if (place->input >= info->n_inputs) {
        (void)snprintf(into, capacity, "%s: continuing at the end of the input",
                       name);
        return into;
    }
    if (place->skip)
        (void)snprintf(text, sizeof text,
                       ", %" PRIu64 " bytes of text behind it", place->skip);
    (void)snprintf(
        into, capacity, "%s: continuing from byte %" PRIu64 " of %s%s", name,
        place->raw, weir_show_name(input, info->input[place->input].name.bytes),
        text);
    return into;
}

enum weir_status weir_checkpoint_open(struct weir_checkpoint *checkpoint,
                                      const char *path,
                                      const struct weir_asked *asked,
                                      struct weir_error *error)
{
    bool there = false;
    checkpoint->path = path;
    if (!asked->plan->aggregated)
        return weir_fail(error, WEIR_USAGE,
                         "--checkpoint: the query has no aggregates: its "
                         "records are out, and there is nothing to go on from");
    if (asked->plan->reads.line)
        return weir_fail(error, WEIR_USAGE,
                         "--checkpoint: line() counts the lines from the "
                         "beginning of a file; leave one of the two out");
    enum weir_status status =
        weir_identity_init(&checkpoint->identity, asked, error);
    if (!status)
        status = check_inputs(&checkpoint->identity.info, error);
    if (!status && look(checkpoint, &there, error))
        return at_path(checkpoint, error);
    if (!status)
        status = try_writing(checkpoint, error);
    if (status || !there)
        return status;
    if (find(checkpoint, error)) {
        advise(error);
        return at_path(checkpoint, error);
    }
    return WEIR_OK;
}

void weir_checkpoint_release(struct weir_checkpoint *checkpoint)
{
    weir_partial_close(checkpoint->left.reader);
    checkpoint->left.reader = NULL;
    weir_partial_info_release(&checkpoint->found);
    if (checkpoint->path)
        weir_identity_release(&checkpoint->identity);
}

const struct weir_left *
weir_checkpoint_left(const struct weir_checkpoint *checkpoint)
{
    return checkpoint->left.reader ? &checkpoint->left : NULL;
}

/* Saving. ------------------------------------------------------------------ */

static struct weir_partial_writer *create(void *context,
                                          const struct weir_position *place,
                                          struct weir_error *error)
{
    struct weir_checkpoint *checkpoint = context;
    struct weir_partial_info info = checkpoint->identity.info;
    write_place(checkpoint, place);
    checkpoint->identity.fact[info.n_facts++] = (struct weir_fact){
        weir_text_of(WEIR_FACT_PLACE), weir_text_of(checkpoint->place), false};
    return weir_partial_create(checkpoint->path, &info, error);
}

enum weir_status weir_checkpoint_save(struct weir_checkpoint *checkpoint,
                                      struct weir_job *job,
                                      struct weir_error *error)
{
    struct weir_saving saving = {.context = checkpoint, .create = create};
    uint64_t begin = weir_clock_ns();
    enum weir_status status = weir_job_save(job, &saving, error);
    checkpoint->took_ns = weir_clock_ns() - begin;
    /* The run continues while the file is flushed to the disk. */
    if (!status)
        status = weir_partial_finish(saving.partial, &checkpoint->identity.info,
                                     &saving.counts, error);
    weir_partial_abandon(saving.partial);
    if (!status)
        weir_ran(WEIR_RAN_CHECKPOINT_KEPT);
    return status < 0 ? at_path(checkpoint, error) : status;
}

void weir_checkpoint_remove(const struct weir_checkpoint *checkpoint)
{
    /* If the file does not exist, there is nothing to do. */
    if (checkpoint->path)
        (void)unlink(checkpoint->path);
}

size_t weir_checkpoint_bytes(const struct weir_plan *plan)
{
    return weir_partial_writer_bytes() + weir_partial_reader_bytes() +
           plan->n_tables * weir_unpack_bytes();
}
