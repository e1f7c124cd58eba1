/* Outputs that a process which is killed leaves to the next one. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "io/output.h"
#include "io/target.h"

#define SUFFIX ".partial"

enum { HASHED_BYTES = 4096 };

/* What was opened is released by mr_output_discard() when what comes later fails. */
static mr_status open_file(struct mr_output *out, bool goes_on, mr_error *err)
{
    struct stat info;
    const char *name = out->temporary.name;
    int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK | (goes_on ? 0 : O_CREAT);
    out->temporary.fd = out->fd = open(name, flags, 0666);
    if (out->fd < 0 && goes_on && errno == ENOENT) {
        mr_status st = mr_fail(err, MR_E_IO, "%s: is not there, and was to be gone on with", name);
        return mr_error_hint(err, st, "name the output that the saved run had, or begin anew");
    }
    if (out->fd < 0) return mr_fail_output("open", name, err);
    if (fstat(out->fd, &info) != 0) return mr_fail_output("fstat", name, err);
    if (!S_ISREG(info.st_mode))
        return mr_fail(err, MR_E_IO, "%s: is no regular file to write to", name);
    if (flock(out->fd, LOCK_EX | LOCK_NB) == 0) return MR_OK;
    mr_status st = mr_fail(err, MR_E_IO, "%s: another run is writing it", name);
    return mr_error_hint(err, st, "wait for that one, or write elsewhere");
}

/* What another run left there, or somebody else, is not cut. */
static mr_status check_new(const char *name, int64_t size, mr_error *err)
{
    if (size == 0) return MR_OK;
    mr_status st = mr_fail(err, MR_E_STATE,
                           "%s: is not empty, as a run leaves it that was not finished", name);
    return mr_error_hint(err, st,
                         "go on with what that run saved, or remove the file to begin anew");
}

static mr_status check_size(const struct mr_output *out, int64_t at, mr_error *err)
{
    struct stat info;
    const char *name = out->temporary.name;
    if (fstat(out->fd, &info) != 0) return mr_fail_output("fstat", name, err);
    if (at < 0) return check_new(name, info.st_size, err);
    if (info.st_size >= at) return MR_OK;
    mr_status st = mr_fail(err, MR_E_STATE, "%s: has %" PRId64 " bytes, but %" PRId64 " were saved",
                           name, (int64_t)info.st_size, at);
    return mr_error_hint(err, st, "remove it and begin anew: it is not as the saved run left it");
}

static char *partial_name(const char *path)
{
    size_t length = strlen(path);
    char *name = mr_alloc(length + sizeof SUFFIX, 1);
    if (!name) return NULL;
    memcpy(name, path, length);
    memcpy(name + length, SUFFIX, sizeof SUFFIX);
    return name;
}

static mr_status open_partial(struct mr_output *out, struct mr_target *target, int64_t at,
                              mr_error *err)
{
    *out = (struct mr_output){.fd = -1, .temporary.fd = -1, .owned = true, .is_partial = true};
    out->appears_whole = out->patchable = true;
    out->name = target->path;
    target->path = NULL; /* it is out->name */
    out->temporary.name = partial_name(out->name);
    if (!out->temporary.name) return mr_fail_no_memory(err, "a file's name");
    MR_TRY(open_file(out, at >= 0, err));
    MR_TRY(check_size(out, at, err));
    if (at < 0 && target->exists && fchmod(out->fd, target->mode & 0777) != 0)
        return mr_fail_output("fchmod", out->temporary.name, err);
    return MR_OK;
}

/* Only what appears at commit stands elsewhere until then. */
static bool is_partial(const struct mr_target *target)
{
    return target->descriptor < 0 && (!target->exists || target->is_regular);
}

mr_status mr_output_partial_name(char **out, const char *path, mr_error *err)
{
    struct mr_target target;
    *out = NULL;
    if (strcmp(path, "-") == 0) return MR_OK;
    MR_TRY(mr_target_resolve(&target, path, err));
    bool is_elsewhere = is_partial(&target);
    if (is_elsewhere) *out = partial_name(target.path);
    mr_target_free(&target);
    return is_elsewhere && !*out ? mr_fail_no_memory(err, "a file's name") : MR_OK;
}

mr_status mr_output_open_partial(struct mr_output *out, const char *path, int64_t at, mr_error *err)
{
    struct mr_target target;
    if (strcmp(path, "-") == 0) return mr_output_open(out, path, err);
    MR_TRY(mr_target_resolve(&target, path, err));
    mr_status st =
        is_partial(&target) ? open_partial(out, &target, at, err) : mr_output_open(out, path, err);
    mr_target_free(&target);
    if (st) mr_output_discard(out);
    return st;
}

mr_status mr_output_partial_takes(bool *takes, const char *path, const char *other, mr_error *err)
{
    struct mr_target own, others = {.descriptor = -1};
    MR_TRY(mr_target_resolve(&own, path, err));
    mr_status st = mr_target_resolve(&others, other, err);
    char *name = st ? NULL : partial_name(own.path);
    if (!st && !name) st = mr_fail_no_memory(err, "a file's name");
    bool are_files = own.descriptor < 0 && others.descriptor < 0;
    *takes =
        !st && are_files && (mr_target_is_at(&others, own.path) || mr_target_is_at(&others, name));
    mr_free(name);
    mr_target_free(&others);
    mr_target_free(&own);
    return st;
}

mr_status mr_output_hash(const struct mr_output *out, int64_t least, int64_t at, uint64_t *hash,
                         mr_error *err)
{
    char bytes[HASHED_BYTES];
    int64_t from = at - HASHED_BYTES > least ? at - HASHED_BYTES : least;
    *hash = MR_HASH_SEED;
    while (from < at) {
        ssize_t got = pread(out->fd, bytes, (size_t)(at - from), (off_t)from);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return mr_fail_output("pread", out->temporary.name, err);
        if (got == 0) break;
        *hash = mr_hash_bytes(*hash, bytes, (size_t)got);
        from += got;
    }
    return MR_OK;
}

static mr_status compare_file(bool *is_file, const struct mr_output *file, int64_t least,
                              int64_t bytes, uint64_t hash, mr_error *err)
{
    struct stat info;
    uint64_t own;
    if (fstat(file->fd, &info) != 0) return mr_fail_output("fstat", file->temporary.name, err);
    if (!S_ISREG(info.st_mode) || info.st_size != bytes) return MR_OK;
    MR_TRY(mr_output_hash(file, least, bytes, &own, err));
    *is_file = own == hash;
    return MR_OK;
}

mr_status mr_output_is_file(bool *is_file, const char *path, int64_t least, int64_t bytes,
                            uint64_t hash, mr_error *err)
{
    struct mr_target target;
    *is_file = false;
    MR_TRY(mr_target_resolve(&target, path, err));
    if (!target.is_regular || target.descriptor >= 0) {
        mr_target_free(&target);
        return MR_OK;
    }
    struct mr_output file = {.temporary.name = target.path};
    file.fd = open(target.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    mr_status st = file.fd < 0 ? mr_fail_output("open", target.path, err)
                               : compare_file(is_file, &file, least, bytes, hash, err);
    if (file.fd >= 0) (void)close(file.fd);
    mr_target_free(&target);
    return st;
}

mr_status mr_output_holds(const struct mr_output *out, int64_t at, const void *bytes, size_t count,
                          bool *holds, mr_error *err)
{
    char there[HASHED_BYTES];
    const char *expected = bytes;
    size_t done = 0;
    for (*holds = true; *holds && done < count;) {
        size_t want = count - done < sizeof there ? count - done : sizeof there;
        ssize_t got = pread(out->fd, there, want, (off_t)(at + (int64_t)done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return mr_fail_output("pread", out->temporary.name, err);
        *holds = got > 0 && memcmp(there, expected + done, (size_t)got) == 0;
        done += (size_t)got;
    }
    return MR_OK;
}

mr_status mr_output_cut(struct mr_output *out, int64_t at, mr_error *err)
{
    if (ftruncate(out->fd, (off_t)at) != 0)
        return mr_fail_output("ftruncate", out->temporary.name, err);
    if (lseek(out->fd, (off_t)at, SEEK_SET) < 0)
        return mr_fail_output("lseek", out->temporary.name, err);
    return MR_OK;
}

int64_t mr_output_tell(const struct mr_output *out)
{
    return lseek(out->fd, 0, SEEK_CUR);
}
