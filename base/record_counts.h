/*
 * What became of the records: nothing is lost.
 */
#ifndef WEIR_BASE_RECORD_COUNTS_H
#define WEIR_BASE_RECORD_COUNTS_H

#include <stdint.h>

/* read = used + filtered + rejected, always. Fields that were added or
 * dropped by --bad-records=pad are counted apart. */
struct weir_record_counts {
    uint64_t read, used, filtered, rejected;
    uint64_t padded, surplus;
    uint64_t bytes; /* decoded, of records */
};

#endif
