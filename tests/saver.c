#include "tests/saver.h"

#include "base/error.h"
#include "partials/partial.h"
#include "pipeline/groups/tables.h"
#include "tests/bystander.h"

#include <check.h>

struct saver saver;

void saver_planned(const struct weir_plan *plan)
{
    saver.plan = plan;
}

static struct weir_partial_writer *create(void *nothing,
                                          const struct weir_position *place,
                                          struct weir_error *error)
{
    struct weir_partial_table *table = weir_tables_describe(saver.plan, error);
    struct weir_shards all = {.first = 1, .last = 1};
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

static void save_run(struct weir_job *job)
{
    struct weir_saving saving = {.create = create};
    struct weir_error error;
    struct weir_shards all = {.first = 1, .last = 1};
    const struct weir_partial_info info = {.shards = &all, .n_shards = 1};
    if (!atomic_load(&saver.now)) /* another worker asked too, and it is done */
        return;
    enum weir_status status = weir_job_save(job, &saving, &error);
    if (status == WEIR_OK)
        status =
            weir_partial_finish(saving.partial, &info, &saving.counts, &error);
    weir_partial_abandon(saving.partial);
    ck_assert_msg(status >= 0, "%s", error.message);
    saver.saved = status == WEIR_OK;
    atomic_store(&saver.now, false);
    if (!saver.saved || !saver.stop)
        return;
    weir_fail(&error, WEIR_LIMIT, "stopped");
    weir_job_stop(job, &error);
}

static bool is_due(void)
{
    return atomic_load(&saver.now);
}

static void begun(void)
{
    saver.begun++;
}

void saver_begin(unsigned due, bool stop)
{
    static const struct bystander bystander = {is_due, save_run, begun};
    saver.due = due;
    saver.stop = stop;
    saver.saved = false;
    saver.begun = 0;
    atomic_store(&saver.now, false);
    bystander_wait(&bystander);
}

/* Called under the run's lock, so it must not save the run itself. */
void saver_step(void)
{
    if (saver.begun >= saver.since && saver.due && --saver.due == 0)
        atomic_store(&saver.now, true);
}

const struct weir_watch *const saver_watch = &bystander_watch;
