#include "io/file_identity.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"

enum { PAGE_BYTES = 4096 };

static mr_status hash_page(uint64_t *hash, int fd, off_t from, const char *path, mr_error *err)
{
    unsigned char page[PAGE_BYTES] = {0};
    size_t got = 0;
    for (ssize_t count = 1; count != 0 && got < sizeof page; got += (size_t)count) {
        count = pread(fd, page + got, sizeof page - got, from + (off_t)got);
        if (count < 0) return mr_fail_errno(err, "read", path);
    }
    *hash = mr_hash_bytes(*hash, page, got);
    return MR_OK;
}

static mr_status identify(struct mr_file_identity *out, int fd, const char *path, mr_error *err)
{
    struct stat info;
    if (fstat(fd, &info) != 0) return mr_fail_errno(err, "fstat", path);
    if (!S_ISREG(info.st_mode))
        return mr_fail(err, MR_E_STATE, "%s: what was read from a pipe cannot be read again", path);
    off_t last = info.st_size > PAGE_BYTES ? info.st_size - PAGE_BYTES : 0;
    out->bytes = (int64_t)info.st_size;
    out->changed_ns = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
    out->device = (uint64_t)info.st_dev;
    out->number = (uint64_t)info.st_ino;
    out->ends = MR_HASH_SEED;
    MR_TRY(hash_page(&out->ends, fd, 0, path, err));
    return hash_page(&out->ends, fd, last, path, err);
}

mr_status mr_file_identify(struct mr_file_identity *out, const char *path, mr_error *err)
{
    memset(out, 0, sizeof *out);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return mr_fail_errno(err, "open", path);
    mr_status st = identify(out, fd, path, err);
    (void)close(fd);
    return st;
}
