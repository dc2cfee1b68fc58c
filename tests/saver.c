#include "tests/saver.h"

#include "base/error.h"
#include "partials/partial.h"
#include "pipeline/tables.h"

#include <check.h>
#include <time.h>

struct saver saver;

void saver_planned(const struct weir_plan *plan)
{
    saver.plan = plan;
}

static struct weir_partial_writer *
create(void *nothing, const struct weir_place *place, struct weir_error *error)
{
    struct weir_partial_table *table = weir_tables_describe(saver.plan, error);
    const struct weir_shards all = {.first = 1, .last = 1};
    ck_assert_ptr_nonnull(table);
    const struct weir_partial_info info = {.table = table,
                                           .n_tables =
                                               (uint32_t)saver.plan->n_tables,
                                           .shards = &all,
                                           .n_shards = 1,
                                           .of_shards = 1};
    (void)nothing;
    saver.place = *place;
    struct weir_partial_writer *writer =
        weir_partial_create(SAVER_FILE, &info, error);
    weir_free(WEIR_MEMORY_SPILL, table);
    return writer;
}

static void save_run(void)
{
    struct weir_saving saving = {.create = create};
    struct weir_error error;
    const struct weir_shards all = {.first = 1, .last = 1};
    const struct weir_partial_info info = {.shards = &all, .n_shards = 1};
    enum weir_status status = weir_job_save(saver.job, &saving, &error);
    if (status == WEIR_OK)
        status =
            weir_partial_finish(saving.partial, &info, &saving.account, &error);
    weir_partial_abandon(saving.partial);
    ck_assert_msg(status >= 0, "%s", error.message);
    saver.saved = status == WEIR_OK;
    if (!saver.saved || !saver.leave)
        return;
    weir_fail(&error, WEIR_LIMIT, "left");
    weir_job_stop(saver.job, &error);
}

static void rest(void)
{
    const struct timespec moment = {.tv_nsec = 10000};
    (void)nanosleep(&moment, NULL);
}

static void *on_thread(void *nothing)
{
    (void)nothing;
    while (!atomic_load(&saver.now) && !atomic_load(&saver.over))
        rest();
    if (atomic_load(&saver.now))
        save_run();
    atomic_store(&saver.done, true);
    return NULL;
}

/* A run that begins again is saved at its time, unless it was before. */
static void begin(void *nothing, struct weir_job *job)
{
    (void)nothing;
    saver.job = job;
    saver.begun++;
    atomic_store(&saver.over, false);
    ck_assert_int_eq(pthread_create(&saver.thread, NULL, on_thread, NULL), 0);
}

static void end(void *nothing)
{
    (void)nothing;
    atomic_store(&saver.over, true);
    ck_assert_int_eq(pthread_join(saver.thread, NULL), 0);
    atomic_store(&saver.now, false);
}

/* Where it is due the run waits a little at each batch, as the saver takes the
 * lock that is held here. */
void saver_step(void)
{
    if (saver.due && --saver.due == 0)
        atomic_store(&saver.now, true);
    if (atomic_load(&saver.now) && !atomic_load(&saver.done))
        rest();
}

const struct weir_watch saver_watch = {NULL, begin, end};
