#include "cl/build_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "cl/cache_folder.h"

/* A build takes 50 to 500 ms; many first runs at once have to wait for all of theirs. */
enum { WAIT_MS = 20000, TRY_EVERY_MS = 4 };

static int open_file(void)
{
    char path[MR_CACHE_PATH_BYTES];
    if (!mr_cache_path(path, "building", true)) return -1;
    return open(path, O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
}

/* The file stays empty: what is locked is the byte of the program's number. */
static struct flock byte_of(const char *text)
{
    uint64_t hash = mr_hash_bytes(MR_HASH_SEED, text, strlen(text));
    return (struct flock){
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)(hash & INT32_MAX), .l_len = 1};
}

int mr_build_lock_take(const char *text, const atomic_bool *is_unwanted)
{
    static const struct timespec pause = {.tv_nsec = TRY_EVERY_MS * 1000000};
    int file = open_file();
    struct flock byte = byte_of(text);
    for (int waited = 0; file >= 0; waited += TRY_EVERY_MS) {
        if (fcntl(file, F_SETLK, &byte) == 0) return file;
        bool goes_on = errno == EACCES || errno == EAGAIN || errno == EINTR;
        if (!goes_on || waited >= WAIT_MS || (is_unwanted && atomic_load(is_unwanted))) break;
        (void)nanosleep(&pause, NULL);
    }
    if (file >= 0) (void)close(file);
    return -1;
}

void mr_build_lock_release(int lock_file)
{
    if (lock_file >= 0) (void)close(lock_file);
}
