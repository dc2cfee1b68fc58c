/*
 * How many threads are worth starting.
 */
#ifndef WEIR_BASE_CORES_H
#define WEIR_BASE_CORES_H

/* The cores that this process may use: its affinity, and its control group's
 * quota (cpu.max of version 2, cpu.cfs_quota_us of version 1), rounded up. At
 * least 1. */
unsigned weir_cores(void);

#endif
