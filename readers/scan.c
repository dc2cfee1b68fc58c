/*
 * Which block scan this machine gets.
 */
#include "readers/scan.h"

#include <stdlib.h>
#include <string.h>

static bool has_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul");
#else
    return false;
#endif
}

static bool has_avx512(void)
{
#if defined(__x86_64__)
    return has_avx2() && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vbmi2");
#else
    return false;
#endif
}

static bool has_plain(void)
{
    return true;
}

/* The best first. */
static const struct choice {
    const struct weir_scan *scan;
    bool (*has)(void);
} choice[] = {
#if defined(__x86_64__)
    {&weir_scan_avx512, has_avx512},
    {&weir_scan_avx2, has_avx2},
#endif
    {&weir_scan_plain, has_plain},
};

const struct weir_scan *weir_scan_best(void)
{
    const char *forced = getenv("WEIR_ISA");
    for (size_t i = 0; i < sizeof choice / sizeof *choice; i++)
        if (choice[i].has() &&
            (!forced || !strcmp(forced, choice[i].scan->name)))
            return choice[i].scan;
    return &weir_scan_plain;
}
