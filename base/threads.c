#include "base/threads.h"

#include "base/error.h"
#include <assert.h>

struct share {
    void (*work)(void *item);
    void *item;
    pthread_t thread;
    bool started;
};

static void *on_thread(void *context)
{
    struct share *share = context;
    share->work(share->item);
    return NULL;
}

void weir_on_threads(void (*work)(void *item), void *items, size_t n,
                     size_t size)
{
    struct share share[WEIR_THREADS_MAX];
    assert(n >= 1);
    if (n > WEIR_THREADS_MAX)
        n = WEIR_THREADS_MAX;
    for (size_t i = 1; i < n; i++) {
        share[i].work = work;
        share[i].item = (char *)items + i * size;
        share[i].started =
            pthread_create(&share[i].thread, NULL, on_thread, &share[i]) == 0;
    }
    work(items);
    for (size_t i = 1; i < n; i++)
        if (share[i].started)
            pthread_join(share[i].thread, NULL);
}

enum weir_status weir_lock_init(pthread_mutex_t *lock, pthread_cond_t *changed,
                                struct weir_error *error)
{
    if (pthread_mutex_init(lock, NULL) == 0) {
        if (pthread_cond_init(changed, NULL) == 0)
            return WEIR_OK;
        pthread_mutex_destroy(lock);
    }
    return weir_fail(error, WEIR_LIMIT, "the system refused a lock");
}
