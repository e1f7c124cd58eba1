/* Calls of the C library made to fail, for tests: loaded by LD_PRELOAD, it stands between the
 * command and the library, sees the calls that the command's own code makes (a driver's are its
 * own business), and counts them.
 *
 * MILLRACE_LIBC_FAULT="NAME:NTH:CODE[:persist]": the NTH call (from 1) of NAME, "*" any of them,
 *   fails with errno CODE instead of being made; with "persist" all later ones, too. CODE 0: it
 *   transfers one byte at most. CODE -S: signal S comes just before it.
 * MILLRACE_LIBC_LEDGER=FILE: names and counts of calls, where they are also after a kill; the first
 *   is of faults that struck. */
#define _GNU_SOURCE /* RTLD_NEXT, dl_iterate_phdr() */

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

#define KINDS(X)                                                                                   \
    X(struck), X(access), X(aligned_alloc), X(clock_gettime), X(close), X(dup2), X(fchmod),        \
        X(fclose), X(fcntl), X(fdopen), X(fflush), X(flock), X(fstat), X(fstatat), X(fsync),       \
        X(futimens), X(fwrite), X(linkat), X(lseek), X(lstat), X(mkdir), X(mmap), X(munmap),       \
        X(open), X(openat), X(opendir), X(poll), X(pread), X(pthread_create), X(pwrite), X(read),  \
        X(readlink), X(rename), X(stat), X(unlink), X(unlinkat), X(write)

#define KIND(name) KIND_##name
enum kind { KINDS(KIND), KIND_COUNT };

#define NAME(name)                                                                                 \
    {                                                                                              \
        .text = #name                                                                              \
    }
struct count {
    char text[24];
    atomic_long calls;
};
static struct count own_counts[KIND_COUNT] = {KINDS(NAME)};
static struct count *counts = own_counts;

static struct {
    enum kind kind; /* KIND_struck: any; KIND_COUNT: none is asked for */
    long nth;
    int code;
    bool persists;
} fault = {.kind = KIND_COUNT};

static atomic_long seen;
static uintptr_t first_address, last_address; /* of the command's code */

/* ---- before the command begins ---- */

/* The first object is the program itself. */
static int find_program(struct dl_phdr_info *info, size_t bytes, void *unused)
{
    (void)bytes, (void)unused;
    for (int k = 0; k < info->dlpi_phnum; k++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[k];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        first_address = info->dlpi_addr + part->p_vaddr;
        last_address = first_address + part->p_memsz;
    }
    return 1;
}

static void read_fault(const char *text)
{
    char name[24];
    int used = 0;
    if (!text || sscanf(text, "%23[^:]:%ld:%d%n", name, &fault.nth, &fault.code, &used) != 3)
        return;
    fault.persists = !strcmp(text + used, ":persist");
    if (!strcmp(name, "*")) fault.kind = KIND_struck;
    for (int k = 1; k < KIND_COUNT; k++)
        if (!strcmp(name, own_counts[k].text)) fault.kind = (enum kind)k;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("MILLRACE_LIBC_LEDGER");
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd >= 0 && ftruncate(fd, sizeof own_counts) == 0) {
        void *shared = mmap(NULL, sizeof own_counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (shared != MAP_FAILED) counts = memcpy(shared, own_counts, sizeof own_counts);
    }
    if (fd >= 0) (void)close(fd);
    read_fault(getenv("MILLRACE_LIBC_FAULT"));
    (void)unsetenv("LD_PRELOAD"); /* programs that a driver starts are its own business, too */
    (void)dl_iterate_phdr(find_program, NULL);
}

/* ---- at each call ---- */

static void *next(enum kind kind)
{
    static _Atomic(void *) found[KIND_COUNT];
    void *function = atomic_load(&found[kind]);
    if (function) return function;
    function = dlsym(RTLD_NEXT, own_counts[kind].text);
    atomic_store(&found[kind], function);
    return function;
}

/* Whether this call is the one that is meant. */
static bool is_meant(enum kind kind, const void *caller)
{
    uintptr_t from = (uintptr_t)caller;
    if (from < first_address || from >= last_address) return false;
    (void)atomic_fetch_add(&counts[kind].calls, 1);
    if (fault.kind != kind && fault.kind != KIND_struck) return false;
    long number = atomic_fetch_add(&seen, 1) + 1;
    if (number != fault.nth && !(fault.persists && number > fault.nth)) return false;
    (void)atomic_fetch_add(&counts[KIND_struck].calls, 1);
    if (fault.code >= 0) return true;
    (void)kill(getpid(), -fault.code);
    return false;
}

static bool fails(enum kind kind, const void *caller)
{
    if (!is_meant(kind, caller)) return false;
    errno = fault.code;
    return true;
}

/* How much of it is transferred; below 0: it fails. */
static ssize_t share(enum kind kind, const void *caller, size_t bytes)
{
    if (!is_meant(kind, caller)) return (ssize_t)bytes;
    errno = fault.code;
    if (fault.code) return -1;
    return bytes > 1 ? 1 : (ssize_t)bytes;
}

#define CALLER __builtin_return_address(0)
#define REAL(name) (*(__typeof__(&name))next(KIND_##name))

#define CALL(type, name, failure, parameters, arguments)                                           \
    EXPORTED type name parameters                                                                  \
    {                                                                                              \
        return fails(KIND_##name, CALLER) ? (failure) : REAL(name) arguments;                      \
    }

#define TRANSFER(name, parameters, ...)                                                            \
    EXPORTED ssize_t name parameters                                                               \
    {                                                                                              \
        ssize_t part = share(KIND_##name, CALLER, bytes);                                          \
        if (part < 0) return -1;                                                                   \
        bytes = (size_t)part;                                                                      \
        return REAL(name)(__VA_ARGS__);                                                            \
    }

TRANSFER(read, (int fd, void *to, size_t bytes), fd, to, bytes)
TRANSFER(write, (int fd, const void *from, size_t bytes), fd, from, bytes)
TRANSFER(pread, (int fd, void *to, size_t bytes, off_t at), fd, to, bytes, at)
TRANSFER(pwrite, (int fd, const void *from, size_t bytes, off_t at), fd, from, bytes, at)

CALL(int, access, -1, (const char *path, int mode), (path, mode))
CALL(void *, aligned_alloc, NULL, (size_t alignment, size_t bytes), (alignment, bytes))
CALL(int, clock_gettime, -1, (clockid_t clock, struct timespec *now), (clock, now))
CALL(int, dup2, -1, (int from, int to), (from, to))
CALL(int, fchmod, -1, (int fd, mode_t mode), (fd, mode))
CALL(FILE *, fdopen, NULL, (int fd, const char *mode), (fd, mode))
CALL(int, fflush, EOF, (FILE * file), (file))
CALL(int, flock, -1, (int fd, int what), (fd, what))
CALL(int, fstat, -1, (int fd, struct stat *about), (fd, about))
CALL(int, fstatat, -1, (int fd, const char *path, struct stat *about, int flags),
     (fd, path, about, flags))
CALL(int, fsync, -1, (int fd), (fd))
CALL(int, futimens, -1, (int fd, const struct timespec times[2]), (fd, times))
CALL(size_t, fwrite, 0, (const void *from, size_t bytes, size_t count, FILE *file),
     (from, bytes, count, file))
CALL(int, linkat, -1, (int fd, const char *path, int to_fd, const char *to, int flags),
     (fd, path, to_fd, to, flags))
CALL(off_t, lseek, -1, (int fd, off_t by, int from), (fd, by, from))
CALL(int, lstat, -1, (const char *path, struct stat *about), (path, about))
CALL(int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
CALL(void *, mmap, MAP_FAILED,
     (void *at, size_t bytes, int protection, int flags, int fd, off_t from),
     (at, bytes, protection, flags, fd, from))
CALL(int, munmap, -1, (void *at, size_t bytes), (at, bytes))
CALL(DIR *, opendir, NULL, (const char *path), (path))
CALL(int, poll, -1, (struct pollfd * which, nfds_t count, int wait_ms), (which, count, wait_ms))
CALL(int, pthread_create, fault.code,
     (pthread_t * thread, const pthread_attr_t *how, void *(*run)(void *), void *data),
     (thread, how, run, data))
CALL(ssize_t, readlink, -1, (const char *path, char *to, size_t bytes), (path, to, bytes))
CALL(int, rename, -1, (const char *from, const char *to), (from, to))
CALL(int, stat, -1, (const char *path, struct stat *about), (path, about))
CALL(int, unlink, -1, (const char *path), (path))
CALL(int, unlinkat, -1, (int fd, const char *path, int flags), (fd, path, flags))

/* One that fails is closed all the same, as on Linux. */
#define CLOSING(name, failure, parameters, arguments)                                              \
    EXPORTED int name parameters                                                                   \
    {                                                                                              \
        bool failed = fails(KIND_##name, CALLER);                                                  \
        int result = REAL(name) arguments;                                                         \
        if (failed) errno = fault.code;                                                            \
        return failed ? (failure) : result;                                                        \
    }

CLOSING(close, -1, (int fd), (fd))
CLOSING(fclose, EOF, (FILE * file), (file))

/* ---- those that may take one more argument ---- */

static mode_t mode_of(int flags, va_list *more)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(*more, mode_t) : 0;
}

EXPORTED int open(const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, &more);
    va_end(more);
    return fails(KIND_open, CALLER) ? -1 : REAL(open)(path, flags, mode);
}

EXPORTED int openat(int folder, const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = mode_of(flags, &more);
    va_end(more);
    return fails(KIND_openat, CALLER) ? -1 : REAL(openat)(folder, path, flags, mode);
}

EXPORTED int fcntl(int fd, int what, ...)
{
    va_list more;
    va_start(more, what);
    void *argument = va_arg(more, void *); /* what is not given is not looked at */
    va_end(more);
    return fails(KIND_fcntl, CALLER) ? -1 : REAL(fcntl)(fd, what, argument);
}
