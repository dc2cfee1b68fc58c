/*
 * A container may see all cores of the machine but have a quota of, say, two.
 * More threads than that would only wait for one another.
 */
#include "base/cores.h"

#include <inttypes.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>

/* The quota of our control group, in cores, rounded up; 0 means no quota. If
 * the group has no cpu.max, it is the one at the root of the mount. */
static unsigned quota_v2(void)
{
    char line[512] = "", group[400] = "", path[512];
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "0::%399s", group) == 1)
            break;
    if (file)
        fclose(file);
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group);
    file = fopen(path, "re");
    if (!file)
        file = fopen("/sys/fs/cgroup/cpu.max", "re");
    uint64_t quota = 0, period = 0;
    if (file && fscanf(file, "%" SCNu64 " %" SCNu64, &quota, &period) != 2)
        period = 0;
    if (file)
        fclose(file);
    return period ? (unsigned)((quota + period - 1) / period) : 0;
}

static int64_t number_in(const char *path)
{
    int64_t number = 0;
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%" SCNd64, &number) != 1)
        number = 0;
    if (file)
        fclose(file);
    return number;
}

static unsigned quota_v1(void)
{
    int64_t quota = number_in("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    int64_t period = number_in("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    return quota > 0 && period > 0 ? (unsigned)((quota + period - 1) / period)
                                   : 0;
}

unsigned weir_cores(void)
{
    cpu_set_t set;
    unsigned cores = 1;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        cores = (unsigned)CPU_COUNT(&set);
    unsigned quota = quota_v2();
    if (quota == 0)
        quota = quota_v1();
    if (quota && quota < cores)
        cores = quota;
    return cores ? cores : 1;
}
