/*
 * The kinds of calls that tests/failing_tool.c makes fail, and their errors.
 */
#ifndef WEIR_TESTS_FAILING_CALLS_H
#define WEIR_TESTS_FAILING_CALLS_H

#include "tests/failing/refuse.h"

#include <errno.h>
#include <sys/syscall.h>

enum kind {
    ALLOC,
    MAP,
    OPEN,
    HANDLE,
    READ,
    WRITE,
    CLOSE,
    NAME,
    UNLINK,
    STAT,
    SYNC,
    SEEK,
    THREAD,
    KINDS,
    EXEC, /* never refused, but must be noticed */
    NO_KIND
};

static const char *const kind_names[KINDS] = {
    "alloc", "map",    "open", "handle", "read", "write", "close",
    "name",  "unlink", "stat", "sync",   "seek", "thread"};

static const struct {
    int call;
    enum kind kind;
} calls[] = {
    {SYS_mmap, MAP},
    {SYS_mremap, MAP},
    {SYS_openat, OPEN},
    {SYS_dup, HANDLE},
    {SYS_dup3, HANDLE},
    {SYS_fcntl, HANDLE},
    {SYS_pipe2, HANDLE},
    {SYS_memfd_create, HANDLE},
    {SYS_read, READ},
    {SYS_pread64, READ},
    {SYS_readv, READ},
    {SYS_preadv, READ},
    {SYS_write, WRITE},
    {SYS_pwrite64, WRITE},
    {SYS_writev, WRITE},
    {SYS_pwritev, WRITE},
    {SYS_ftruncate, WRITE},
    {SYS_fallocate, WRITE},
    {SYS_close, CLOSE},
    {SYS_renameat2, NAME},
    {SYS_linkat, NAME},
    {SYS_unlinkat, UNLINK},
    {SYS_fstat, STAT},
    {SYS_newfstatat, STAT},
    {SYS_statx, STAT},
    {SYS_faccessat, STAT},
    {SYS_fsync, SYNC},
    {SYS_fdatasync, SYNC},
    {SYS_lseek, SEEK},
    {SYS_fadvise64, SEEK},
    {SYS_clone, THREAD},
    {SYS_clone3, THREAD},
    {SYS_execve, EXEC},
    {SYS_execveat, EXEC},
    {REFUSE_MAIN_BEGINS, NO_KIND},
#ifdef SYS_open /* only older architectures have these */
    {SYS_open, OPEN},
    {SYS_creat, OPEN},
    {SYS_dup2, HANDLE},
    {SYS_pipe, HANDLE},
    {SYS_rename, NAME},
    {SYS_link, NAME},
    {SYS_unlink, UNLINK},
    {SYS_stat, STAT},
    {SYS_lstat, STAT},
    {SYS_access, STAT},
    {SYS_fork, THREAD},
    {SYS_vfork, THREAD},
#endif
#ifdef SYS_renameat
    {SYS_renameat, NAME},
#endif
#ifdef SYS_faccessat2
    {SYS_faccessat2, STAT},
#endif
};

/* The errors that tests/test_failing.py asks for. */
static const struct {
    const char *name;
    int number;
} errors[] = {{"EACCES", EACCES}, {"EAGAIN", EAGAIN}, {"EINTR", EINTR},
              {"EIO", EIO},       {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM},
              {"ENOSPC", ENOSPC}};

#endif
