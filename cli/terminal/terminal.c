#include "cli/terminal/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool weir_terminal(int fd)
{
    const char *term = getenv("TERM");
    return isatty(fd) && !(term && strcmp(term, "dumb") == 0);
}

size_t weir_terminal_width(int fd)
{
    struct winsize size = {0};
    (void)ioctl(fd, TIOCGWINSZ, &size);
    return size.ws_col ? size.ws_col : 80;
}

size_t weir_terminal_height(int fd)
{
    struct winsize size = {0};
    (void)ioctl(fd, TIOCGWINSZ, &size);
    return size.ws_row ? size.ws_row : 24;
}

bool weir_terminal_color(int fd)
{
    const char *no_color = getenv("NO_COLOR");
    return weir_terminal(fd) && !(no_color && no_color[0]);
}

bool weir_terminal_utf8(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    if (locale == (locale_t)0)
        return false;
    bool utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
    freelocale(locale);
    return utf8;
}
