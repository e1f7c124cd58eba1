#define _XOPEN_SOURCE 700 /* realpath() */

#include "io/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

_Static_assert(sizeof(off_t) == 8, "large files need _FILE_OFFSET_BITS=64");

enum { CALL_BYTES = 1 << 30, NAME_TRIES = 100, TEMPORARY_BYTES = 64 };

static mr_status write_failed(const char *call, const char *name, mr_error *err)
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

/* The path that a new file is to take: the one given, or what it links to, so that a link stays
 * one. *exists tells whether something is there. */
static mr_status resolve(const char *path, char **resolved, struct stat *info, bool *exists,
                         mr_error *err)
{
    struct stat entry;
    *resolved = NULL;
    *exists = lstat(path, &entry) == 0;
    if (!*exists && errno != ENOENT) return write_failed("lstat", path, err);
    if (*exists && S_ISLNK(entry.st_mode)) {
        char *target = realpath(path, NULL); /* libc's memory */
        if (!target) return write_failed("realpath", path, err);
        *resolved = mr_text_copy(target, strlen(target));
        free(target);
    } else {
        *resolved = mr_text_copy(path, strlen(path));
    }
    if (!*resolved) return mr_fail_no_memory(err, "a file's name");
    if (*exists && stat(*resolved, info) != 0) return write_failed("stat", path, err);
    return MR_OK;
}

/* open() with O_EXCL instead of mkstemp(): the mode then follows the umask without a look at it,
 * which would have to change it for all threads. */
static mr_status create_temporary(struct mr_output *out, mr_error *err)
{
    static atomic_uint serial;
    const char *slash = strrchr(out->name, '/');
    size_t folder = slash ? (size_t)(slash - out->name) + 1 : 0;
    out->temporary = mr_alloc(folder + TEMPORARY_BYTES, 1);
    if (!out->temporary) return mr_fail_no_memory(err, "a file's name");
    memcpy(out->temporary, out->name, folder);
    for (int tries = 0; tries < NAME_TRIES; tries++) {
        (void)snprintf(out->temporary + folder, TEMPORARY_BYTES, ".millrace-%ld-%u.tmp",
                       (long)getpid(), atomic_fetch_add(&serial, 1u));
        out->fd = open(out->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0666);
        if (out->fd >= 0) return MR_OK;
        if (errno != EEXIST && errno != EINTR) break;
    }
    mr_status st = write_failed("open", out->name, err);
    mr_free(out->temporary); /* it is not ours to remove */
    out->temporary = NULL;
    return st;
}

static mr_status open_in_place(struct mr_output *out, mr_error *err)
{
    do out->fd = open(out->name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    while (out->fd < 0 && errno == EINTR);
    return out->fd < 0 ? write_failed("open", out->name, err) : MR_OK;
}

static mr_status open_path(struct mr_output *out, const char *path, mr_error *err)
{
    struct stat info;
    bool exists;
    size_t length = strlen(path);
    MR_TRY(resolve(path, &out->name, &info, &exists, err));
    if (length == 0 || path[length - 1] == '/' || (exists && S_ISDIR(info.st_mode))) {
        mr_status st = mr_fail(err, MR_E_IO, "%s: is no file to write to", length ? path : "''");
        return mr_error_hint(err, st, "name a file in it");
    }
    if (exists && !S_ISREG(info.st_mode)) return open_in_place(out, err);
    /* A rename would replace a write-protected file. */
    if (exists && access(out->name, W_OK) != 0) return write_failed("access", path, err);
    MR_TRY(create_temporary(out, err));
    out->patchable = true;
    if (exists && fchmod(out->fd, info.st_mode & 0777) != 0)
        return write_failed("fchmod", path, err);
    return MR_OK;
}

mr_status mr_output_open(struct mr_output *out, const char *path, mr_error *err)
{
    if (strcmp(path, "-") == 0) return mr_output_adopt(out, STDOUT_FILENO, "standard output", err);
    *out = (struct mr_output){.fd = -1, .owned = true};
    mr_status st = open_path(out, path, err);
    if (st) mr_output_discard(out);
    return st;
}

mr_status mr_output_adopt(struct mr_output *out, int fd, const char *name, mr_error *err)
{
    struct stat info;
    *out = (struct mr_output){.fd = fd, .name = mr_text_copy(name, strlen(name))};
    if (!out->name) return mr_fail_no_memory(err, "a file's name");
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fstat(fd, &info) != 0) {
        mr_status st = mr_fail_errno(err, flags < 0 ? "fcntl" : "fstat", name);
        mr_output_discard(out);
        return st;
    }
    off_t at = S_ISREG(info.st_mode) ? lseek(fd, 0, SEEK_CUR) : -1;
    out->patchable = at >= 0 && !(flags & O_APPEND); /* pwrite() would append, too */
    out->start = at >= 0 ? at : 0;
    return MR_OK;
}

static mr_status write_all(struct mr_output *out, const void *bytes, size_t count, int64_t offset,
                           mr_error *err)
{
    const char *from = bytes, *call = offset < 0 ? "write" : "pwrite";
    while (count > 0) {
        size_t want = count < CALL_BYTES ? count : CALL_BYTES;
        ssize_t done =
            offset < 0 ? write(out->fd, from, want) : pwrite(out->fd, from, want, (off_t)offset);
        if (done >= 0) {
            from += done;
            count -= (size_t)done;
            offset += offset < 0 ? 0 : done;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd ready = {.fd = out->fd, .events = POLLOUT};
            if (poll(&ready, 1, -1) < 0 && errno != EINTR)
                return write_failed("poll", out->name, err);
        } else if (errno != EINTR) {
            return write_failed(call, out->name, err);
        }
    }
    return MR_OK;
}

mr_status mr_output_write(struct mr_output *out, const void *bytes, size_t count, mr_error *err)
{
    return write_all(out, bytes, count, -1, err);
}

mr_status mr_output_patch(struct mr_output *out, const void *bytes, size_t count, mr_error *err)
{
    return write_all(out, bytes, count, out->start, err);
}

mr_status mr_output_commit(struct mr_output *out, mr_error *err)
{
    int fd = out->fd;
    out->fd = -1;
    /* Network file systems report late write errors here. EINTR leaves it closed on Linux. */
    if (out->owned && close(fd) != 0 && errno != EINTR)
        return write_failed("close", out->name, err);
    if (!out->temporary) return MR_OK;
    if (rename(out->temporary, out->name) != 0) return write_failed("rename", out->name, err);
    mr_free(out->temporary);
    out->temporary = NULL;
    return MR_OK;
}

void mr_output_discard(struct mr_output *out)
{
    if (out->owned && out->fd >= 0) (void)close(out->fd);
    if (out->temporary) (void)unlink(out->temporary);
    mr_free(out->temporary);
    mr_free(out->name);
    *out = (struct mr_output){.fd = -1};
}
