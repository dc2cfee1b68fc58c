/*
 * The locale by which letters have a case and a width.
 */
#ifndef WEIR_BASE_LOCALE_H
#define WEIR_BASE_LOCALE_H

#include "base/error.h"
#include <locale.h>

/*
 * Gives the locale C.UTF-8, for LC_CTYPE. If the system lacks it, it gives the
 * user's locale if that uses UTF-8. The locale is opened once and lives as long
 * as the process. Any thread may call this. Returns WEIR_IO or WEIR_LIMIT if no
 * such locale can be opened.
 */
enum weir_status weir_utf8_locale(locale_t *locale,
                                  struct weir_error *error) WEIR_CHECKED;

#endif
