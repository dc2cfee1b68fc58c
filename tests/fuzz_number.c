/*
 * Any cell is null, a number or none; a number that is written reads back as
 * the same number.
 */
#include "base/number.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct weir_number number =
        weir_number_read((struct weir_text){(const char *)bytes, len});
    if (number.kind == WEIR_NULL || number.kind == WEIR_BAD)
        return 0;

    size_t room = len + WEIR_NUMBER_TEXT;
    char *text = malloc(room);
    if (!text)
        return 0;
    size_t n = weir_number_write(&number, text, room);
    struct weir_number again = weir_number_read((struct weir_text){text, n});
    if (again.kind != number.kind || weir_number_compare(&number, &again) != 0)
        abort();
    free(text);
    return 0;
}
