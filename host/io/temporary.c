#define _GNU_SOURCE /* O_TMPFILE */

#include "io/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "io/target.h"

#define PREFIX ".millrace-"
#define SUFFIX ".tmp"

enum { NAME_TRIES = 100, NAME_BYTES = 64 };

/* ---- names ---- */

static uint64_t draw(void)
{
    uint64_t word = 0;
    struct timespec now = {0};
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && read(fd, &word, sizeof word) == (ssize_t)sizeof word;
    if (fd >= 0) (void)close(fd);
    if (good) return word;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    word = mr_hash_bytes(MR_HASH_SEED, &now, sizeof now);
    return word ^ (uint64_t)getpid();
}

/* Another name in the folder of `path` at each call. */
static void choose_name(char *name, const char *path)
{
    size_t folder = mr_folder_length(path);
    memcpy(name, path, folder);
    (void)snprintf(name + folder, NAME_BYTES, PREFIX "%016" PRIx64 SUFFIX, draw());
}

static bool is_a_temporary(const char *name)
{
    size_t length = strlen(name), ends = sizeof SUFFIX - 1;
    return strncmp(name, PREFIX, sizeof PREFIX - 1) == 0 && length > ends &&
           strcmp(name + length - ends, SUFFIX) == 0;
}

/* ---- leftovers ---- */

/* Whoever writes a temporary file holds its lock: one that can be had is of a process that is gone.
 * It is removed under the lock. */
static void remove_if_abandoned(int folder, const char *name)
{
    struct stat about;
    int fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return;
    bool is_ours = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == geteuid();
    if (is_ours && flock(fd, LOCK_EX | LOCK_NB) == 0) (void)unlinkat(folder, name, 0);
    (void)close(fd);
}

static void remove_abandoned(const char *folder)
{
    DIR *d = opendir(folder);
    if (!d) return;
    for (const struct dirent *entry; (entry = readdir(d));)
        if (is_a_temporary(entry->d_name)) remove_if_abandoned(dirfd(d), entry->d_name);
    (void)closedir(d);
}

/* ---- making one ---- */

/* The way to a file without a name, for linkat(). */
static void descriptor_path(char path[NAME_BYTES], int fd)
{
    (void)snprintf(path, NAME_BYTES, "/proc/self/fd/%d", fd);
}

static int create_unnamed(const char *folder, mode_t mode)
{
#ifdef O_TMPFILE
    char path[NAME_BYTES];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
    if (fd < 0) return -1;
    descriptor_path(path, fd);
    if (access(path, F_OK) == 0) return fd;
    (void)close(fd);
#else
    (void)folder, (void)mode;
#endif
    return -1;
}

/* Locked, and not taken away by somebody between its birth and its lock. */
static bool is_held(int fd)
{
    struct stat about;
    (void)flock(fd, LOCK_EX);
    return fstat(fd, &about) == 0 && about.st_nlink > 0;
}

static mr_status create_named(struct mr_temporary *t, const char *path, mode_t mode, mr_error *err)
{
    char *name = mr_alloc(mr_folder_length(path) + NAME_BYTES, 1);
    if (!name) return mr_fail_no_memory(err, "a file's name");
    for (int tries = 0; tries < NAME_TRIES; tries++) {
        choose_name(name, path);
        t->fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, mode);
        if (t->fd >= 0 && is_held(t->fd)) {
            t->name = name;
            return MR_OK;
        }
        if (t->fd >= 0) (void)close(t->fd);
        if (t->fd < 0 && errno != EEXIST && errno != EINTR) break;
    }
    mr_status st = mr_fail_output("open", path, err);
    t->fd = -1;
    mr_free(name); /* it is not ours to remove */
    return st;
}

mr_status mr_temporary_create(struct mr_temporary *out, const char *path, mode_t mode,
                              mr_error *err)
{
    mode_t born = mode ? mode & 0777 : 0666; /* and not what the umask takes */
    char *folder = mr_text_copy(path, mr_folder_length(path));
    *out = (struct mr_temporary){.fd = -1};
    if (!folder) return mr_fail_no_memory(err, "a file's name");
    const char *place = folder[0] ? folder : ".";
    out->fd = create_unnamed(place, born);
    if (out->fd >= 0) (void)flock(out->fd, LOCK_EX);
    /* A new file gets its only name at the end: nothing can be left behind. */
    if (out->fd < 0 || mode) remove_abandoned(place);
    mr_free(folder);
    if (out->fd < 0) MR_TRY(create_named(out, path, born, err));
    if (mode == 0 || fchmod(out->fd, born) == 0) return MR_OK;
    mr_status st = mr_fail_output("fchmod", path, err);
    mr_temporary_discard(out);
    return st;
}

/* ---- its end ---- */

/* Some file systems have nothing to bring to a disk. */
mr_status mr_file_sync(int fd, const char *path, mr_error *err)
{
    int failed;
    do failed = fsync(fd);
    while (failed && errno == EINTR);
    if (!failed || errno == EINVAL || errno == ENOSYS) return MR_OK;
    return mr_fail_output("fsync", path, err);
}

/* A name for a file that has none: at once the one it is to have if that is free, which leaves
 * t->name NULL, else one to be renamed from. */
static mr_status give_name(struct mr_temporary *t, const char *path, mr_error *err)
{
    char from[NAME_BYTES];
    descriptor_path(from, t->fd);
    if (linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0) return MR_OK;
    char *name = mr_alloc(mr_folder_length(path) + NAME_BYTES, 1);
    if (!name) return mr_fail_no_memory(err, "a file's name");
    for (int tries = 0; tries < NAME_TRIES && errno == EEXIST; tries++) {
        choose_name(name, path);
        if (linkat(AT_FDCWD, from, AT_FDCWD, name, AT_SYMLINK_FOLLOW) != 0) continue;
        t->name = name;
        return MR_OK;
    }
    mr_status st = mr_fail_output("linkat", path, err);
    mr_free(name);
    return st;
}

/* Something else may have taken the path since it was looked at. */
static mr_status check_place(const char *path, mr_error *err)
{
    struct stat info;
    if (lstat(path, &info) != 0 || S_ISREG(info.st_mode)) return MR_OK;
    mr_status st = mr_fail(err, MR_E_IO, "%s: is no regular file any more", path);
    return mr_error_hint(err, st, "it stays as it is: write elsewhere");
}

static mr_status publish(struct mr_temporary *t, const char *path, mr_error *err)
{
    MR_TRY(mr_file_sync(t->fd, path, err));
    if (!t->name) {
        MR_TRY(give_name(t, path, err));
        if (!t->name) return MR_OK;
    }
    MR_TRY(check_place(path, err));
    if (rename(t->name, path) != 0) return mr_fail_output("rename", path, err);
    mr_free(t->name);
    t->name = NULL;
    return MR_OK;
}

mr_status mr_temporary_publish(struct mr_temporary *t, const char *path, mr_error *err)
{
    mr_status st = publish(t, path, err);
    if (st != MR_OK) {
        mr_temporary_discard(t);
        return st;
    }
    int fd = t->fd; /* its lock has kept others from removing it so far */
    t->fd = -1;
    /* EINTR leaves it closed on Linux. */
    return close(fd) != 0 && errno != EINTR ? mr_fail_output("close", path, err) : MR_OK;
}

void mr_temporary_discard(struct mr_temporary *t)
{
    if (t->name) (void)unlink(t->name);
    if (t->fd >= 0) (void)close(t->fd);
    mr_free(t->name);
    *t = (struct mr_temporary){.fd = -1};
}
