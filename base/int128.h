/*
 * Integers of 128 bits, which gcc and clang have on machines of 64.
 */
#ifndef WEIR_BASE_INT128_H
#define WEIR_BASE_INT128_H

__extension__ typedef __int128 weir_int128;
__extension__ typedef unsigned __int128 weir_uint128;

#endif
