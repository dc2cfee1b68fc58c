/*
 * A container may see all cores of the machine but have a quota of, say, two.
 * More threads than that would only wait for one another.
 */
#include "base/threads.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>

/* Reads up to two numbers; one that is missing is not set. false: no file. */
static bool read_numbers(const char *path, int64_t *first, int64_t *second)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    (void)!fscanf(file, "%" SCNd64 " %" SCNd64, first, second);
    fclose(file);
    return true;
}

/* The quota of our control group, in cores, rounded up; 0 means no quota. If a
 * group of version 2 has no cpu.max, it is the one at the root of the mount. */
static unsigned quota_of_group(void)
{
    char line[512] = "", group[400] = "", path[512];
    int64_t quota = 0, period = 0, none = 0;
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "0::%399s", group) == 1)
            break;
    if (file)
        fclose(file);
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group);
    if (!read_numbers(path, &quota, &period))
        (void)read_numbers("/sys/fs/cgroup/cpu.max", &quota, &period);
    if (quota <= 0 || period <= 0) {
        (void)read_numbers("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", &quota,
                           &none);
        (void)read_numbers("/sys/fs/cgroup/cpu/cpu.cfs_period_us", &period,
                           &none);
    }
    return quota > 0 && period > 0 ? (unsigned)((quota + period - 1) / period)
                                   : 0;
}

unsigned weir_cores(void)
{
    cpu_set_t set;
    unsigned cores = 1;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        cores = (unsigned)CPU_COUNT(&set);
    unsigned quota = quota_of_group();
    if (quota && quota < cores)
        cores = quota;
    return cores ? cores : 1;
}
