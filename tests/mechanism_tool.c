/*
 *     mechanism_tool FILE
 *
 * Prints the counts in the file that WEIR_MECHANISMS named for some processes:
 * a line for each mechanism, such as "12 CHUNK_GIVEN". Exits with 77 in a
 * release build, which counts nothing.
 *
 *     mechanism_tool FILE told
 *
 * Adds one to TOLD, for which WEIR_HOLD may wait.
 */
#include "base/mechanism.h"

#include <inttypes.h>
#include <stdio.h>

int main(int argc, char **argv)
{
#ifdef NDEBUG
    return 77;
#endif
    if (argc < 2 || !weir_mechanism_share(argv[1]))
        return 1;
    if (argc > 2)
        weir_ran(WEIR_RAN_TOLD);
    for (enum weir_mechanism m = 0; argc == 2 && m < WEIR_MECHANISM_COUNT; m++)
        printf("%" PRIu64 " %s\n", weir_mechanism_count(m),
               weir_mechanism_key(m));
    return 0;
}
