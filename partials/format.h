/*
 * The first bytes of a partial, shared by the writer and the reader.
 */
#ifndef WEIR_PARTIALS_FORMAT_H
#define WEIR_PARTIALS_FORMAT_H

#define WEIR_PARTIAL_MAGIC "\x89WEIR\r\n\x1a"
#define WEIR_PARTIAL_VERSION 2
/* Bytes of the magic, the version (4 bytes) and 4 bytes that are 0. */
#define WEIR_PARTIAL_PREAMBLE 16

#endif
