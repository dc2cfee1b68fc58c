#include "readers/codecs/checksum.h"

bool weir_checksum_holds(const struct weir_checksum *checksum,
                         XXH64_state_t *text)
{
    bool holds =
        !checksum->has_sum || (uint32_t)XXH64_digest(text) == checksum->sum;
    (void)XXH64_reset(text, 0);
    return holds;
}

void weir_sums_begin(struct weir_sums *sums)
{
    (void)XXH64_reset(&sums->text, 0);
    sums->len = 0;
}

void weir_sums_add(struct weir_sums *sums, const void *text, size_t len,
                   bool has_sum)
{
    sums->len += len;
    sums->given += len;
    if (has_sum && !sums->checksums)
        (void)XXH64_update(&sums->text, text, len);
}

bool weir_sums_end(struct weir_sums *sums, struct weir_checksum *checksum)
{
    bool left = sums->checksums && sums->len > 0;
    checksum->at = sums->given;
    if (left)
        sums->checksums->put(sums->checksums, checksum);
    sums->len = 0;
    return left || weir_checksum_holds(checksum, &sums->text);
}

void weir_sums_leave(struct weir_sums *sums, struct weir_checksums *to)
{
    to->sum = sums->text;
    (void)XXH64_reset(&sums->text, 0); /* now for parts without text */
    sums->given = 0;
    sums->checksums = to;
}
