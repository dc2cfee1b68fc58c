/*
 * A partial's first and last bytes, for those who write and read them.
 */
#ifndef WEIR_PARTIALS_FORMAT_H
#define WEIR_PARTIALS_FORMAT_H

#define WEIR_PARTIAL_MAGIC "\x89WEIR\r\n\x1a"
#define WEIR_PARTIAL_VERSION 2
/* Magic, version, and four bytes that are 0. */
#define WEIR_PARTIAL_PREAMBLE 16

#endif
