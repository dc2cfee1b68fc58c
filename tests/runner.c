#include "tests/runner.h"

#include <malloc.h>

/* The tests open and close thousands of inputs. What they free stays with them:
 * to fetch its pages again from the system would take longer than the tests. */
static void keep_what_is_freed(void)
{
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 30);
    (void)mallopt(M_TOP_PAD, 1 << 22);
}

bool suite_fails(Suite *suite)
{
    keep_what_is_freed();
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
