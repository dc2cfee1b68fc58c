/*
 * --shard I/N, and what engines tell their tasks. They count from 0, from 1,
 * or as the user has it (--array=5-19:2): FIRST and STEP say so, where the
 * engine does.
 */
#include "cli/commands/shard.h"

#include "base/error.h"
#include "partials/info.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct engine {
    const char *task, *count; /* this one; how many, or */
    const char *first, *last, *step;
    uint64_t base; /* the first one's number, where `first` is not set */
};

/* Arrays come first: each of their tasks may have a rank besides, and so may
 * the script that starts ranks. */
static const struct engine engines[] = {
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP", 1},
    {"SGE_TASK_ID", NULL, "SGE_TASK_FIRST", "SGE_TASK_LAST",
     "SGE_TASK_STEPSIZE", 1},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", NULL, NULL, NULL, 0},
    {"SLURM_PROCID", "SLURM_NTASKS", NULL, NULL, NULL, 0},
};

/* A number at *at, which is moved past it; false where there is none. */
static bool read_number(const char **at, uint64_t *number)
{
    char *end;
    if (**at < '0' || **at > '9')
        return false;
    errno = 0;
    *number = strtoull(*at, &end, 10);
    *at = end;
    return errno == 0;
}

static bool from_environment(const char *name, uint64_t *number)
{
    const char *text = name ? getenv(name) : NULL;
    return text && read_number(&text, number) && !*text;
}

static enum weir_status set(uint64_t i, uint64_t n, const char *text,
                            uint32_t *shard, uint32_t *of_shards,
                            struct weir_error *error)
{
    if (i < 1 || i > n || n > WEIR_SHARDS_MAX)
        return weir_fail(error, WEIR_USAGE,
                         "--shard %s: there is no shard %" PRIu64 " of %" PRIu64
                         "; they are 1 to N, of at most %" PRIu32,
                         text, i, n, WEIR_SHARDS_MAX);
    *shard = (uint32_t)i;
    *of_shards = (uint32_t)n;
    return WEIR_OK;
}

/* Which of how many tasks of the engine this is. False where its numbers do
 * not tell: a list such as 3,5 is of two, but from 3 to 5 there are three; and
 * a task 3 alone is one of a larger array that is run again. */
static bool ask_engine(const struct engine *engine, uint64_t task,
                       uint64_t *shard, uint64_t *of_shards)
{
    uint64_t first = engine->base, last, step = 1, between = 0;
    (void)from_environment(engine->first, &first);
    if (!from_environment(engine->step, &step) || step == 0)
        step = 1;
    if (from_environment(engine->last, &last) && last >= first)
        between = (last - first) / step + 1;
    if (!from_environment(engine->count, of_shards))
        *of_shards = between;
    if (*of_shards == 0 || (between && between != *of_shards) ||
        (*of_shards == 1 && task > 1) || task < first || (task - first) % step)
        return false;
    *shard = (task - first) / step + 1;
    return true;
}

static enum weir_status ask_engines(uint32_t *shard, uint32_t *of_shards,
                                    struct weir_error *error)
{
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        uint64_t task, which, n;
        if (!from_environment(engines[i].task, &task))
            continue;
        if (!ask_engine(&engines[i], task, &which, &n))
            return weir_fail(error, WEIR_USAGE,
                             "--shard auto: %s is %" PRIu64 ", but of which "
                             "tasks is not told, or they are a mere list; "
                             "expected --shard I/N",
                             engines[i].task, task);
        return set(which, n, "auto", shard, of_shards, error);
    }
    return weir_fail(error, WEIR_USAGE,
                     "--shard auto: none of SLURM_ARRAY_TASK_ID, SGE_TASK_ID, "
                     "OMPI_COMM_WORLD_RANK and SLURM_PROCID is set; expected "
                     "--shard I/N");
}

enum weir_status weir_shard_parse(const char *text, uint32_t *shard,
                                  uint32_t *of_shards, uint64_t *begins,
                                  struct weir_error *error)
{
    uint64_t i, n;
    const char *at = text;
    char shown[64];
    weir_error_init(error);
    *begins = 0;
    if (strcmp(text, "auto") == 0)
        return ask_engines(shard, of_shards, error);
    bool told = read_number(&at, &i) && *at++ == '/' && read_number(&at, &n);
    if (told && *at == '@') {
        at++;
        told = read_number(&at, begins) && *begins;
    }
    if (told && !*at)
        return set(i, n, weir_show(shown, sizeof shown, text, strlen(text), 40),
                   shard, of_shards, error);
    return weir_fail(error, WEIR_USAGE,
                     "--shard: found '%s', expected I/N, such as 2/8, or auto",
                     weir_show(shown, sizeof shown, text, strlen(text), 40));
}
