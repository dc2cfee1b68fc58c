/*
 * The number of threads that are worth starting.
 */
#ifndef WEIR_BASE_CORES_H
#define WEIR_BASE_CORES_H

/* The number of cores that this process may use: the smaller of its affinity
 * and its control group's quota (cpu.max of version 2, cpu.cfs_quota_us of
 * version 1), rounded up; at least 1. */
unsigned weir_cores(void);

#endif
