/*
 * The memory that this process can still take. For the machine Linux reports it
 * as MemAvailable. For a control group it is the limit less what the group
 * uses, where the inactive page cache does not count: the kernel can reclaim
 * it.
 */
#include "cli/commands/compare.h"

#include <inttypes.h>
#include <string.h>

#define GROUP "/sys/fs/cgroup/"

/* The number that follows `name` at the beginning of a line of the file.
 * Returns `otherwise` if there is no file, no such line, or no number ("max").
 */
static uint64_t number_in(const char *path, const char *name,
                          uint64_t otherwise)
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
    uint64_t machine = number_in("/proc/meminfo", "MemAvailable:", 0) * 1024;
    uint64_t max = number_in(GROUP "memory.max", "", UINT64_MAX);
    uint64_t used = number_in(GROUP "memory.current", "", 0);
    uint64_t cache = number_in(GROUP "memory.stat", "inactive_file ", 0);
    used -= cache < used ? cache : used;
    uint64_t group = max - (used < max ? used : max);
    return machine && machine < group ? machine
           : group == UINT64_MAX      ? 0
                                      : group;
}
