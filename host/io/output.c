#include "io/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "io/target.h"

_Static_assert(sizeof(off_t) == 8, "large files need _FILE_OFFSET_BITS=64");

enum { CALL_BYTES = 1 << 30 };

static mr_status open_in_place(struct mr_output *out, mr_error *err)
{
    do out->fd = open(out->name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    while (out->fd < 0 && errno == EINTR);
    return out->fd < 0 ? mr_fail_output("open", out->name, err) : MR_OK;
}

/* A file that is new or replaced appears whole. */
static mr_status open_whole(struct mr_output *out, const struct mr_target *target, mr_error *err)
{
    /* A rename would replace a write-protected file. */
    if (target->exists && access(target->path, W_OK) != 0)
        return mr_fail_output("access", target->path, err);
    MR_TRY(mr_temporary_create(&out->temporary, target->path, target->mode, err));
    out->fd = out->temporary.fd;
    out->appears_whole = true;
    out->patchable = true;
    return MR_OK;
}

static mr_status open_target(struct mr_output *out, const struct mr_target *target, mr_error *err)
{
    const char *path = target->path;
    size_t length = strlen(path);
    if (length == 0 || path[length - 1] == '/' || S_ISDIR(target->mode)) {
        mr_status st = mr_fail(err, MR_E_IO, "%s: is no file to write to", length ? path : "''");
        return mr_error_hint(err, st, "name a file in it");
    }
    bool is_whole = !target->exists || target->is_regular;
    return is_whole ? open_whole(out, target, err) : open_in_place(out, err);
}

static mr_status open_path(struct mr_output *out, const char *path, mr_error *err)
{
    struct mr_target target;
    MR_TRY(mr_target_resolve(&target, path, err));
    mr_status st = MR_OK;
    if (target.descriptor >= 0) {
        st = mr_output_adopt(out, target.descriptor, path, err);
    } else {
        *out = (struct mr_output){.fd = -1, .temporary.fd = -1, .owned = true};
        out->name = target.path;
        st = open_target(out, &target, err);
        target.path = NULL; /* it is out->name */
    }
    mr_target_free(&target);
    return st;
}

mr_status mr_output_open(struct mr_output *out, const char *path, mr_error *err)
{
    if (strcmp(path, "-") == 0) return mr_output_adopt(out, STDOUT_FILENO, "standard output", err);
    *out = (struct mr_output){.fd = -1, .temporary.fd = -1};
    mr_status st = open_path(out, path, err);
    if (st) mr_output_discard(out);
    return st;
}

mr_status mr_output_adopt(struct mr_output *out, int fd, const char *name, mr_error *err)
{
    struct stat info;
    *out =
        (struct mr_output){.fd = fd, .temporary.fd = -1, .name = mr_text_copy(name, strlen(name))};
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
                return mr_fail_output("poll", out->name, err);
        } else if (errno != EINTR) {
            return mr_fail_output(call, out->name, err);
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
    if (out->appears_whole) return mr_temporary_publish(&out->temporary, out->name, err);
    /* Network file systems report late write errors here. EINTR leaves it closed on Linux. */
    if (out->owned && close(fd) != 0 && errno != EINTR)
        return mr_fail_output("close", out->name, err);
    return MR_OK;
}

void mr_output_discard(struct mr_output *out)
{
    if (out->is_partial && out->temporary.fd >= 0) {
        (void)close(out->temporary.fd);
        mr_free(out->temporary.name);
    } else if (out->appears_whole)
        mr_temporary_discard(&out->temporary);
    else if (out->owned && out->fd >= 0)
        (void)close(out->fd);
    mr_free(out->name);
    *out = (struct mr_output){.fd = -1, .temporary.fd = -1};
}
