/*
 * The memory that this process can still take. For the machine Linux reports it
 * as MemAvailable. For a control group it is the limit less what the group
 * uses, where the inactive page cache does not count: the kernel can reclaim
 * it.
 */
#include "cli/commands/stats.h"

#include <inttypes.h>
#include <string.h>

#define GROUP "/sys/fs/cgroup/"

uint64_t weir_number_in(const char *path, const char *name, uint64_t otherwise)
{
    char line[128];
    uint64_t found = otherwise;
    size_t len = strlen(name);
    FILE *file = fopen(path, "r");
    while (file && found == otherwise && fgets(line, sizeof line, file))
        if (strncmp(line, name, len) != 0 ||
            sscanf(line + len, "%" SCNu64, &found) != 1)
            found = otherwise;
    if (file)
        fclose(file);
    return found;
}

uint64_t weir_available_memory(void)
{
    uint64_t machine =
        weir_number_in("/proc/meminfo", "MemAvailable:", 0) * 1024;
    uint64_t max = weir_number_in(GROUP "memory.max", "", UINT64_MAX);
    uint64_t used = weir_number_in(GROUP "memory.current", "", 0);
    uint64_t cache = weir_number_in(GROUP "memory.stat", "inactive_file ", 0);
    used -= cache < used ? cache : used;
    uint64_t group = max - (used < max ? used : max);
    return machine && machine < group ? machine
           : group == UINT64_MAX      ? 0
                                      : group;
}
