/*
 * The locale by which UTF-8 is read as letters.
 */
#ifndef WEIR_BASE_LOCALE_H
#define WEIR_BASE_LOCALE_H

#include "base/error.h"
#include <locale.h>

/*
 * Gives C.UTF-8, or the user's locale where the system lacks that one and the
 * user's is one of UTF-8. It is opened once, serves LC_CTYPE, and lives as long
 * as the process; any thread may ask. WEIR_IO or WEIR_LIMIT where there is none
 * to be had.
 */
enum weir_status weir_utf8_locale(locale_t *locale,
                                  struct weir_error *error) WEIR_CHECKED;

#endif
