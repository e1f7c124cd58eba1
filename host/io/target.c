#define _XOPEN_SOURCE 700 /* S_ISVTX */

#include "io/target.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

enum { LINKS_LIMIT = 40 };

mr_status mr_fail_output(const char *call, const char *name, mr_error *err)
{
    int code = errno;
    mr_status st = mr_fail_errno(err, call, name);
    if (code == ENOSPC || code == EDQUOT)
        return mr_error_hint(err, st, "free space there, or write elsewhere");
    if (code == EACCES || code == EROFS)
        return mr_error_hint(err, st, "check the permissions of the file and its folder");
    if (code == ENOENT) return mr_error_hint(err, st, "create the folder first");
    return st;
}

/* What the paths of open descriptors link to is no path (pipe:[123]), or one that leads to another
 * file by now: the descriptor itself is meant, at its offset. */
static int descriptor_of(const char *path)
{
    static const char *const streams[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
    static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/", "/proc/thread-self/fd/"};
    for (int fd = 0; fd < 3; fd++)
        if (strcmp(path, streams[fd]) == 0) return fd;
    for (size_t k = 0; k < sizeof folders / sizeof folders[0]; k++) {
        size_t length = strlen(folders[k]);
        const char *number = path + length;
        if (strncmp(path, folders[k], length) != 0) continue;
        if (*number && strlen(number) < 9 && strspn(number, "0123456789") == strlen(number))
            return (int)strtol(number, NULL, 10);
    }
    return -1;
}

size_t mr_folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static int stat_folder(const char *path, struct stat *out)
{
    char *name = mr_text_copy(path, mr_folder_length(path));
    if (!name) {
        errno = ENOMEM;
        return -1;
    }
    int failed = stat(name[0] ? name : ".", out);
    mr_free(name);
    return failed;
}

/* The rule of Linux's fs.protected_symlinks, also where that is off. */
static mr_status check_link(const char *path, const struct stat *link, mr_error *err)
{
    struct stat folder;
    if (stat_folder(path, &folder)) return mr_fail_output("stat", path, err);
    bool is_shared = (folder.st_mode & S_ISVTX) && (folder.st_mode & S_IWOTH);
    if (!is_shared || link->st_uid == geteuid() || link->st_uid == folder.st_uid) return MR_OK;
    mr_status st = mr_fail(err, MR_E_IO,
                           "%s: is somebody else's link in a folder that all may write to", path);
    return mr_error_hint(err, st, "name the file that it leads to");
}

/* One link further; a relative one starts at the link's folder. */
static mr_status follow(struct mr_target *t, mr_error *err)
{
    char to[PATH_MAX];
    ssize_t length = readlink(t->path, to, sizeof to);
    if (length < 0) return mr_fail_output("readlink", t->path, err);
    size_t folder = length > 0 && to[0] == '/' ? 0 : mr_folder_length(t->path);
    char *next = mr_alloc(folder + (size_t)length + 1, 1);
    if (!next) return mr_fail_no_memory(err, "a file's name");
    memcpy(next, t->path, folder);
    memcpy(next + folder, to, (size_t)length);
    mr_free(t->path);
    t->path = next;
    return MR_OK;
}

static mr_status resolve(struct mr_target *t, mr_error *err)
{
    struct stat info;
    for (int links = 0;; links++) {
        t->descriptor = descriptor_of(t->path);
        if (t->descriptor >= 0) return MR_OK;
        t->exists = lstat(t->path, &info) == 0;
        if (!t->exists && errno != ENOENT) return mr_fail_output("lstat", t->path, err);
        if (!t->exists || !S_ISLNK(info.st_mode)) break;
        if (links == LINKS_LIMIT) {
            errno = ELOOP;
            return mr_fail_output("readlink", t->path, err);
        }
        MR_TRY(check_link(t->path, &info, err));
        MR_TRY(follow(t, err));
    }
    t->is_regular = t->exists && S_ISREG(info.st_mode);
    t->mode = t->exists ? info.st_mode : 0;
    return MR_OK;
}

mr_status mr_target_resolve(struct mr_target *out, const char *path, mr_error *err)
{
    *out = (struct mr_target){.path = mr_text_copy(path, strlen(path)), .descriptor = -1};
    if (!out->path) return mr_fail_no_memory(err, "a file's name");
    mr_status st = resolve(out, err);
    if (st) mr_target_free(out);
    return st;
}

bool mr_target_is_at(const struct mr_target *target, const char *path)
{
    struct stat own, others;
    const char *name = target->path + mr_folder_length(target->path);
    if (strcmp(name, path + mr_folder_length(path)) != 0) return false;
    return stat_folder(target->path, &own) == 0 && stat_folder(path, &others) == 0 &&
           own.st_dev == others.st_dev && own.st_ino == others.st_ino;
}

void mr_target_free(struct mr_target *target)
{
    mr_free(target->path);
    *target = (struct mr_target){.descriptor = -1};
}
