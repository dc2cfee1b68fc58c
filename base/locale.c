#include "base/locale.h"

#include <errno.h>
#include <langinfo.h>
#include <pthread.h>
#include <string.h>
#include <wchar.h>

/* glibc loads a locale's conversion only when the first character is read. If
 * it has no memory for that, it silently reads ASCII. So read a character. */
static bool reads_letters(locale_t locale)
{
    wchar_t letter;
    mbstate_t state = {0};
    locale_t before = uselocale(locale);
    size_t bytes = mbrtowc(&letter, "\xc3\x9f", 2, &state);
    uselocale(before);
    return bytes == 2 && letter == 0xdf;
}

/* Accepts only a locale that reads UTF-8. Any other one, or one that is only
 * half loaded, would give wrong letters. */
static enum weir_status open_locale(locale_t *locale, struct weir_error *error)
{
    locale_t found = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    int number = errno;
    if (!found && number == ENOENT)
        found = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    bool is_utf8 = found && strcmp(nl_langinfo_l(CODESET, found), "UTF-8") == 0;
    if (is_utf8 && reads_letters(found)) {
        *locale = found;
        return WEIR_OK;
    }
    if (found)
        freelocale(found);
    if (is_utf8)
        return weir_fail(error, WEIR_LIMIT,
                         "the system has no memory to read letters by the "
                         "locale C.UTF-8");
    errno = number;
    return weir_fail_errno(error, "the locale C.UTF-8, by which letters are "
                                  "read, cannot be loaded");
}

enum weir_status weir_utf8_locale(locale_t *locale, struct weir_error *error)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static locale_t kept;
    enum weir_status status = WEIR_OK;
    pthread_mutex_lock(&lock);
    if (!kept)
        status = open_locale(&kept, error);
    *locale = kept;
    pthread_mutex_unlock(&lock);
    return status;
}
