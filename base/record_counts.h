/*
 * Record counts: what became of each record that was read.
 */
#ifndef WEIR_BASE_RECORD_COUNTS_H
#define WEIR_BASE_RECORD_COUNTS_H

#include <stdint.h>

/* read = used + filtered + rejected, always. `padded` and `surplus` are numbers
 * of fields, added and dropped by --bad-records=pad. */
struct weir_record_counts {
    uint64_t read, used, filtered, rejected;
    uint64_t padded, surplus;
    uint64_t nulled; /* cells taken as null by --bad-cells=null */
    uint64_t bytes;  /* decoded bytes of records */
};

#endif
