#include "cl/cache_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cl/headroom.h"

/* The folder itself or, where it does not exist yet, the nearest one above it that does: ours,
 * writable, closed to others. */
static bool is_private(const char *folder)
{
    char path[PATH_MAX];
    if (folder[0] != '/' || strlen(folder) >= sizeof path) return false;
    memcpy(path, folder, strlen(folder) + 1);

    struct stat about;
    while (stat(path, &about) != 0) {
        char *slash = strrchr(path, '/');
        if (errno != ENOENT || slash == path) return false;
        *slash = '\0';
    }
    return S_ISDIR(about.st_mode) && about.st_uid == geteuid() && !(about.st_mode & S_IWOTH) &&
           access(path, W_OK | X_OK) == 0;
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

/* The places PoCL looks at, in its order: it takes the first that is set. */
bool mr_cache_folder_of_kernels(char *out, size_t bytes)
{
    const char *chosen = variable("POCL_CACHE_DIR"), *cache = variable("XDG_CACHE_HOME");
    const char *from = chosen ? chosen : cache ? cache : variable("HOME");
    if (!from) return false;
    const char *rest = chosen ? "" : cache ? "/pocl/kcache" : "/.cache/pocl/kcache";
    int length = snprintf(out, bytes, "%s%s", from, rest);
    return length > 0 && (size_t)length < bytes;
}

static bool has_private_cache(void)
{
    const char *cache = variable("XDG_CACHE_HOME"), *home = variable("HOME");
    char path[PATH_MAX];
    if (cache) return is_private(cache);
    int length = home ? snprintf(path, sizeof path, "%s/.cache", home) : 0;
    return length > 0 && (size_t)length < sizeof path && is_private(path);
}

static bool has_room(void)
{
    char path[PATH_MAX];
    return mr_cache_folder_of_kernels(path, sizeof path) && mr_room_in_folder(path);
}

static bool is_only_ours(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISDIR(about.st_mode) && about.st_uid == geteuid() &&
           !(about.st_mode & (S_IRWXG | S_IRWXO));
}

bool mr_cache_folder_prepare(char *reason, size_t reason_bytes)
{
    bool is_private_one = false;
    if (variable("POCL_CACHE_DIR")) return true;
    if ((is_private_one = has_private_cache()) && has_room()) return true;

    const char *tmp = getenv("TMPDIR");
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/millrace-%lu", tmp && tmp[0] == '/' ? tmp : "/tmp",
                          (unsigned long)geteuid());
    bool fits = length > 0 && (size_t)length < sizeof path;
    if (fits && is_private_one && !mr_room_in_folder(path)) return true; /* no better there */
    if (fits && (mkdir(path, 0700) == 0 || errno == EEXIST) && is_only_ours(path) &&
        setenv("POCL_CACHE_DIR", path, 1) == 0)
        return true;
    if (is_private_one) return true;
    (void)snprintf(reason, reason_bytes, "no private folder for compiled kernels: %.200s", path);
    return false;
}

static bool is_ours(const struct stat *about)
{
    return about->st_uid == geteuid() && !(about->st_mode & (S_IWGRP | S_IWOTH));
}

/* Or is not there yet. */
static bool is_own_folder(const char *path)
{
    struct stat about;
    if (lstat(path, &about) != 0) return errno == ENOENT;
    return S_ISDIR(about.st_mode) && is_ours(&about);
}

bool mr_cache_path(char out[MR_CACHE_PATH_BYTES], const char *file, bool makes)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    bool is_set = cache && cache[0] == '/';
    if (!is_set && (!home || home[0] != '/')) return false;
    size_t length = 0;
    const char *const parts[] = {is_set ? cache : home, is_set ? "" : "/.cache", "/millrace"};
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
        size_t more = strlen(parts[k]);
        if (length + more + strlen(file) + 2 > MR_CACHE_PATH_BYTES) return false;
        memcpy(out + length, parts[k], more + 1);
        length += more;
        if (makes && k > 0) (void)mkdir(out, 0700);
    }
    bool is_own = is_own_folder(out);
    (void)snprintf(out + length, MR_CACHE_PATH_BYTES - length, "/%s", file);
    return is_own;
}

int mr_cache_open(const char *path)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && is_ours(&about)) return fd;
    (void)close(fd);
    return -1;
}
