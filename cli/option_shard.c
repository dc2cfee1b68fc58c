/*
 * Parses --shard I/N, and for --shard auto the environment variables that batch
 * engines set for their tasks. Engines number tasks from 0, from 1, or as the
 * user wants (--array=5-19:2). Some engines tell the first number and the step
 * in variables of their own.
 */
#include "base/error.h"
#include "cli/option_values.h"
#include "cli/options.h"
#include "partials/info.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct engine {
    /* Names of variables; NULL: the engine has none. `task` is this task's
     * number, `count` the number of tasks. */
    const char *task, *count;
    const char *first, *last, *step;
    uint64_t base; /* the first task's number if `first` is not set */
};

/* Array variables come first: a task of an array, or the script in it that
 * starts the ranks, may have a rank too. */
static const struct engine engines[] = {
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
     "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP", 1},
    {"SGE_TASK_ID", NULL, "SGE_TASK_FIRST", "SGE_TASK_LAST",
     "SGE_TASK_STEPSIZE", 1},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", NULL, NULL, NULL, 0},
    {"SLURM_PROCID", "SLURM_NTASKS", NULL, NULL, NULL, 0},
};

/* Reads the number at *at and moves *at past it; false if there is none. */
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

static void set(struct weir_options *o, uint64_t i, uint64_t n,
                const char *text)
{
    if (i < 1 || i > n || n > WEIR_SHARDS_MAX)
        weir_options_refuse("--shard %s: there is no shard %" PRIu64
                            " of %" PRIu64 "; expected I/N with I from 1 to N, "
                            "and N at most %" PRIu32,
                            text, i, n, WEIR_SHARDS_MAX);
    o->share.shard = (uint32_t)i;
    o->share.of_shards = (uint32_t)n;
}

/* Finds the shard, counted from 1, and the number of shards. Returns false if
 * the engine's numbers do not determine them: for a list such as 3,5 the count
 * is 2, but 3 to 5 are three numbers; and a task 3 alone (a count of 1) is
 * probably one of a larger array that is being repeated. */
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

static void ask_engines(struct weir_options *o)
{
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        uint64_t task, which, n;
        if (!from_environment(engines[i].task, &task))
            continue;
        if (!ask_engine(&engines[i], task, &which, &n))
            weir_options_refuse("--shard auto: %s is %" PRIu64
                                ", but the number of tasks is not known, or "
                                "the tasks are a list such as 3,5; expected "
                                "--shard I/N",
                                engines[i].task, task);
        set(o, which, n, "auto");
        return;
    }
    weir_options_refuse("--shard auto: none of SLURM_ARRAY_TASK_ID, "
                        "SGE_TASK_ID, OMPI_COMM_WORLD_RANK and SLURM_PROCID is "
                        "set; expected --shard I/N");
}

void weir_option_shard(const char *option, const char *text, void *into)
{
    struct weir_options *o = into;
    uint64_t i, n;
    const char *at = text;
    char shown[64];
    o->share.begins = 0;
    if (strcmp(text, "auto") == 0) {
        ask_engines(o);
        return;
    }
    weir_show(shown, sizeof shown, text, strlen(text), 40);
    bool told = read_number(&at, &i) && *at++ == '/' && read_number(&at, &n);
    if (told && *at == '@') {
        at++;
        told = read_number(&at, &o->share.begins) && o->share.begins;
    }
    if (!told || *at)
        weir_options_refuse("--%s: found '%s', expected I/N, such as 2/8, or "
                            "auto",
                            option, shown);
    set(o, i, n, shown);
}
