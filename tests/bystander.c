#include "tests/bystander.h"

#include "base/mechanism.h"

#include <check.h>
#include <pthread.h>

static const struct bystander *bystander;
static struct weir_job *job;
static pthread_t thread;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
/* Protected by the lock: how often act() was asked for and done, and whether a
 * run is under way. */
static uint64_t asked, acted;
static bool running;

static void *on_thread(void *nothing)
{
    (void)nothing;
    pthread_mutex_lock(&lock);
    for (;;) {
        while (running && acted == asked)
            pthread_cond_wait(&changed, &lock);
        if (acted == asked)
            break;
        uint64_t now = asked;
        pthread_mutex_unlock(&lock);
        bystander->act(job);
        pthread_mutex_lock(&lock);
        acted = now;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void stand_still(enum weir_mechanism mechanism)
{
    if (mechanism != WEIR_RAN_BATCH_ASKED)
        return;
    pthread_mutex_lock(&lock);
    if (running && bystander->due()) {
        uint64_t mine = ++asked;
        pthread_cond_broadcast(&changed);
        while (acted < mine)
            pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

void bystander_wait(const struct bystander *now)
{
    bystander = now;
    weir_mechanism_drive(stand_still);
}

static void begin(void *nothing, struct weir_job *begun)
{
    (void)nothing;
    job = begun;
    running = true;
    if (bystander->begun)
        bystander->begun();
    ck_assert_int_eq(pthread_create(&thread, NULL, on_thread, NULL), 0);
}

static void end(void *nothing)
{
    (void)nothing;
    pthread_mutex_lock(&lock);
    running = false;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

const struct weir_watch bystander_watch = {NULL, begin, end};
