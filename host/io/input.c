#include "io/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"

_Static_assert(sizeof(off_t) == 8, "large files need _FILE_OFFSET_BITS=64");

/* Linux transfers at most 0x7ffff000 bytes a call; others fail above INT_MAX. */
enum { CALL_BYTES = 1 << 30 };

/* Nobody at a keyboard sees it, and a writer of 10 MB/s fills some 20 KB meanwhile. */
enum { LINGER_NS = 2000000 };

static mr_status open_failed(const char *path, mr_error *err)
{
    int code = errno;
    if (!path[0]) {
        mr_status empty = mr_fail(err, MR_E_IO, "the file's name is empty");
        return mr_error_hint(err, empty, "- is standard input");
    }
    mr_status st = mr_fail_errno(err, "open", path);
    if (code == ENOENT)
        return mr_error_hint(err, st, "a relative path starts at the working folder");
    if (code == EACCES)
        return mr_error_hint(err, st, "check the permissions of the file and its folders");
    return st;
}

/* Files of /proc say that they are empty, and are made as they are read: streams, in effect. What
 * cannot be looked at is read as one, which tells what is wrong. */
static bool is_made_when_read(const struct mr_input *in)
{
    char byte;
    return pread(in->fd, &byte, 1, (off_t)in->start) != 0;
}

/* Fills all but fd and owned. */
static mr_status inspect(struct mr_input *in, const char *name, mr_error *err)
{
    struct stat info;
    in->name = mr_text_copy(name, strlen(name));
    if (!in->name) return mr_fail_no_memory(err, "a file's name");
    if (fstat(in->fd, &info) != 0) return mr_fail_errno(err, "fstat", name);
    if (S_ISDIR(info.st_mode)) {
        mr_status st = mr_fail(err, MR_E_IO, "%s: is a directory", name);
        return mr_error_hint(err, st, "name a file in it");
    }
    in->seekable = S_ISREG(info.st_mode);
    in->size_bytes = -1;
    if (!in->seekable) return MR_OK;
    off_t at = in->owned ? 0 : lseek(in->fd, 0, SEEK_CUR);
    if (at < 0) return mr_fail_errno(err, "lseek", name);
    in->start = at;
    in->size_bytes = info.st_size > at ? info.st_size - at : 0;
    if (info.st_size == 0 && is_made_when_read(in)) {
        in->seekable = false;
        in->size_bytes = -1;
    }
    return MR_OK;
}

mr_status mr_input_open(struct mr_input *in, const char *path, mr_error *err)
{
    if (strcmp(path, "-") == 0) return mr_input_adopt(in, STDIN_FILENO, "standard input", err);
    *in = (struct mr_input){.owned = true};
    do in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (in->fd < 0 && errno == EINTR);
    if (in->fd < 0) return open_failed(path, err);
    mr_status st = inspect(in, path, err);
    if (st) mr_input_close(in);
    return st;
}

mr_status mr_input_adopt(struct mr_input *in, int fd, const char *name, mr_error *err)
{
    *in = (struct mr_input){.fd = fd};
    mr_status st = inspect(in, name, err);
    if (st) mr_input_close(in);
    return st;
}

void mr_input_close(struct mr_input *in)
{
    if (in->owned && in->fd >= 0) (void)close(in->fd);
    mr_free(in->name);
    *in = (struct mr_input){.fd = -1};
}

void mr_input_hurry(struct mr_input *in, bool is_hasty)
{
    in->is_hasty = is_hasty && !in->seekable;
    in->is_in_lull = false;
    in->linger_ns = LINGER_NS;
}

/* What cannot be polled is read, which tells what is wrong. */
static bool has_nothing(struct mr_input *in, int timeout_ms)
{
    struct pollfd ready = {.fd = in->fd, .events = POLLIN};
    return poll(&ready, 1, timeout_ms) == 0;
}

bool mr_input_has_lull(struct mr_input *in)
{
    enum { MS = 1000000 };
    if (!in->is_hasty || !has_nothing(in, 0)) return false;
    if (in->linger_ns > 0) {
        int64_t start = mr_now_ns();
        bool still = has_nothing(in, (int)((in->linger_ns + MS - 1) / MS));
        in->linger_ns -= mr_now_ns() - start;
        if (!still) return false;
    }
    in->is_in_lull = true;
    return true;
}

mr_status mr_input_read_some(struct mr_input *in, int64_t offset, void *buffer, size_t bytes,
                             size_t *got, mr_error *err)
{
    size_t want = bytes < CALL_BYTES ? bytes : CALL_BYTES;
    *got = 0;
    for (;;) {
        ssize_t count = in->seekable ? pread(in->fd, buffer, want, (off_t)(in->start + offset))
                                     : read(in->fd, buffer, want);
        if (count >= 0) {
            *got = (size_t)count;
            in->read_bytes += count;
            return MR_OK;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd ready = {.fd = in->fd, .events = POLLIN};
            if (poll(&ready, 1, -1) < 0 && errno != EINTR)
                return mr_fail_errno(err, "poll", in->name);
        } else if (errno != EINTR) {
            bool is_closed = errno == EBADF;
            mr_status st = mr_fail_errno(err, in->seekable ? "pread" : "read", in->name);
            return is_closed ? mr_error_hint(err, st, "it is closed: connect it to a file or pipe")
                             : st;
        }
    }
}

mr_status mr_input_read(struct mr_input *in, int64_t offset, void *buffer, size_t bytes,
                        size_t *got, mr_error *err)
{
    char *to = buffer;
    *got = 0;
    while (*got < bytes) {
        size_t count;
        if (mr_input_has_lull(in)) break;
        MR_TRY(
            mr_input_read_some(in, offset + (int64_t)*got, to + *got, bytes - *got, &count, err));
        if (count == 0) break;
        *got += count;
    }
    return MR_OK;
}

mr_status mr_input_check_end(const struct mr_input *in, int64_t offset, mr_error *err)
{
    struct stat info;
    if (!in->seekable || offset >= in->size_bytes) return MR_OK;
    /* Files of /sys hold less than they say. */
    if (fstat(in->fd, &info) != 0 || info.st_size - in->start >= in->size_bytes) return MR_OK;
    mr_status st = mr_fail(err, MR_E_FORMAT, "%s: became shorter while it was read", in->name);
    return mr_error_hint(err, st,
                         "write a new file and rename it, so that readers keep the old one");
}

bool mr_input_map(struct mr_input *in, int64_t offset, size_t bytes, struct mr_mapping *out)
{
    const size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    const int64_t at = in->start + offset;
    struct stat info;
    *out = (struct mr_mapping){.skip_bytes = (size_t)at % page_bytes, .fd = in->fd};
    if (!in->seekable || fstat(in->fd, &info) != 0 || info.st_size - at < (int64_t)bytes)
        return false;
    out->offset = at - (int64_t)out->skip_bytes;
    void *address =
        mmap(NULL, out->skip_bytes + bytes, PROT_READ, MAP_SHARED, in->fd, (off_t)out->offset);
    if (address == MAP_FAILED) return false;
    out->address = address;
    out->bytes = out->skip_bytes + bytes;
    in->read_bytes += (int64_t)bytes;
    return true;
}

size_t mr_mapping_left(const struct mr_mapping *mapping)
{
    struct stat info;
    if (fstat(mapping->fd, &info) != 0 || info.st_size <= mapping->offset) return 0;
    int64_t left = info.st_size - mapping->offset;
    return left < (int64_t)mapping->bytes ? (size_t)left : mapping->bytes;
}

void mr_mapping_release(struct mr_mapping *mapping)
{
    if (mapping->bytes) (void)munmap(mapping->address, mapping->bytes);
    *mapping = (struct mr_mapping){0};
}
