#include "base/write.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Waits until there is room to write again. Returns 0, or errno. */
static int wait_until_writable(int fd)
{
    struct pollfd wanted = {.fd = fd, .events = POLLOUT};
    while (poll(&wanted, 1, -1) < 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

int weir_write_all(int fd, const char *bytes, size_t len, uint64_t *written)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
            if (written)
                *written += (uint64_t)n;
            continue;
        }
        int number = n == 0 ? EIO : errno;
        if (number == EAGAIN || number == EWOULDBLOCK)
            number = wait_until_writable(fd);
        if (number && number != EINTR)
            return number;
    }
    return 0;
}
