#include "cl/kept.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "cl/cache_folder.h"

#define PREFIX "program-"

/* A file: this, the key (which says what the program is), the program. */
struct header {
    char magic[8];
    uint64_t key_bytes, program_bytes;
    uint64_t hash; /* of all that follows: a machine may have stopped while it was written */
};
static const char magic[8] = "mrprog1";

/* Only for drivers that gain by it, in contexts of one device, and when nobody looks on who counts
 * calls. */
static bool is_of_use(const struct mr_session *s)
{
    const char *layers = getenv("OPENCL_LAYERS");
    return s->device.is_pocl && !s->is_foreign && !(layers && layers[0]);
}

/* What a program is made of, and the file that it is in. The key is compared whole: a hash of it
 * names the file, and could be another program's. */
struct place {
    struct mr_strbuf key;
    char path[MR_CACHE_PATH_BYTES];
};

static void place_close(struct place *p)
{
    mr_strbuf_free(&p->key);
}

static bool place_open(struct place *p, const struct mr_session *s, const char *text,
                       const char *options, bool makes)
{
    const struct mr_device *d = &s->device;
    char file[40];
    p->key = (struct mr_strbuf){0};
    if (!is_of_use(s)) return false;
    mr_strbuf_addf(&p->key, "%s\n%s\n%s\n%s\n%s\n%s", d->platform_name, d->name, d->version,
                   d->driver, options, text);
    if (p->key.failed) return false;
    uint64_t hash = mr_hash_bytes(MR_HASH_SEED, p->key.text, p->key.length);
    (void)snprintf(file, sizeof file, PREFIX "%016" PRIx64, hash);
    return mr_cache_path(p->path, file, makes);
}

/* ---- reading ---- */

static bool read_bytes(int file, void *to, size_t bytes)
{
    for (char *at = to; bytes > 0;) {
        ssize_t got = read(file, at, bytes);
        if (got <= 0) return false;
        at += got;
        bytes -= (size_t)got;
    }
    return true;
}

/* The program in memory of its own; NULL. It will be run: nobody else may have written it. */
static unsigned char *read_program(int file, const struct mr_strbuf *key, size_t *bytes)
{
    struct stat about;
    struct header h;
    if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || about.st_uid != geteuid() ||
        (about.st_mode & (S_IWGRP | S_IWOTH)) || !read_bytes(file, &h, sizeof h) ||
        memcmp(h.magic, magic, sizeof magic) != 0 || h.key_bytes != key->length)
        return NULL;
    uint64_t rest = (uint64_t)about.st_size - sizeof h;
    if (h.program_bytes == 0 || h.program_bytes > rest || rest - h.program_bytes != h.key_bytes)
        return NULL;
    unsigned char *content = mr_alloc((size_t)rest, 1);
    if (!content) return NULL;
    if (read_bytes(file, content, (size_t)rest) &&
        mr_hash_bytes(MR_HASH_SEED, content, (size_t)rest) == h.hash &&
        memcmp(content, key->text, key->length) == 0) {
        *bytes = (size_t)h.program_bytes;
        memmove(content, content + key->length, *bytes);
        return content;
    }
    mr_free(content);
    return NULL;
}

static bool create_program(struct mr_session *s, const unsigned char *content, size_t bytes,
                           const char *options, cl_program *out)
{
    const struct mr_cl *cl = mr_cl_loaded();
    cl_int code = CL_SUCCESS, status = CL_SUCCESS;
    cl_program program = cl->clCreateProgramWithBinary(s->context, 1, &s->device.id, &bytes,
                                                       &content, &status, &code);
    if (code != CL_SUCCESS || !program) return false;
    mr_cl_count(1);
    if (status == CL_SUCCESS)
        status = cl->clBuildProgram(program, 1, &s->device.id, options, NULL, NULL);
    if (status == CL_SUCCESS)
        *out = program;
    else
        mr_program_release(&program);
    return status == CL_SUCCESS;
}

static bool load(struct mr_session *s, const struct place *p, const char *options, cl_program *out)
{
    size_t bytes = 0;
    int file = open(p->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (file < 0) return false;
    unsigned char *content = read_program(file, &p->key, &bytes);
    bool good = content && create_program(s, content, bytes, options, out);
    if (good) (void)futimens(file, NULL); /* it was used */
    mr_free(content);
    (void)close(file);
    return good;
}

bool mr_kept_load(struct mr_session *session, const char *text, const char *options,
                  cl_program *out)
{
    struct place place;
    *out = NULL;
    bool good =
        place_open(&place, session, text, options, false) && load(session, &place, options, out);
    place_close(&place);
    return good;
}

/* ---- writing ---- */

/* As many as may be, with the one that is to come. */
static void make_room(const char *path)
{
    char folder[MR_CACHE_PATH_BYTES], oldest[sizeof((struct dirent *)0)->d_name] = "";
    (void)snprintf(folder, sizeof folder, "%s", path);
    *strrchr(folder, '/') = '\0';
    DIR *d = opendir(folder);
    if (!d) return;
    size_t count = 0;
    struct timespec least = {0};
    for (const struct dirent *entry; (entry = readdir(d));) {
        struct stat about;
        if (strncmp(entry->d_name, PREFIX, sizeof PREFIX - 1) != 0 ||
            fstatat(dirfd(d), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        const struct timespec *t = &about.st_mtim;
        bool is_older =
            t->tv_sec < least.tv_sec || (t->tv_sec == least.tv_sec && t->tv_nsec < least.tv_nsec);
        if (count++ > 0 && !is_older) continue;
        least = *t;
        (void)snprintf(oldest, sizeof oldest, "%s", entry->d_name);
    }
    if (count >= MR_KEPT_MOST) (void)unlinkat(dirfd(d), oldest, 0);
    (void)closedir(d);
}

static void note(const char *path)
{
    make_room(path);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0) (void)close(file);
}

static unsigned char *ask_program(cl_program program, size_t *bytes)
{
    const struct mr_cl *cl = mr_cl_loaded();
    unsigned char *content = NULL;
    cl_int code =
        cl->clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof *bytes, bytes, NULL);
    if (code == CL_SUCCESS && *bytes > 0) content = mr_alloc(*bytes, 1);
    if (!content) return NULL;
    code = cl->clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof content, &content, NULL);
    if (code == CL_SUCCESS) return content;
    mr_free(content);
    return NULL;
}

static bool write_program(FILE *f, const struct mr_strbuf *key, const unsigned char *content,
                          size_t bytes)
{
    uint64_t hash = mr_hash_bytes(MR_HASH_SEED, key->text, key->length);
    struct header h = {.key_bytes = key->length,
                       .program_bytes = bytes,
                       .hash = mr_hash_bytes(hash, content, bytes)};
    memcpy(h.magic, magic, sizeof magic);
    return fwrite(&h, sizeof h, 1, f) == 1 && fwrite(key->text, 1, key->length, f) == key->length &&
           fwrite(content, 1, bytes, f) == bytes;
}

/* Whole or not at all. What a process leaves that was stopped goes as the oldest one day. */
static void keep(const char *path, const struct mr_strbuf *key, cl_program program)
{
    char partial[MR_CACHE_PATH_BYTES + 32];
    size_t bytes = 0;
    unsigned char *content = ask_program(program, &bytes);
    (void)snprintf(partial, sizeof partial, "%s.%ld", path, (long)getpid());
    int file =
        content ? open(partial, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;
    FILE *f = file >= 0 ? fdopen(file, "wb") : NULL;
    bool good = f && write_program(f, key, content, bytes);
    if (f)
        good = fclose(f) == 0 && good;
    else if (file >= 0)
        (void)close(file);
    if (file >= 0 && (!good || rename(partial, path) != 0)) (void)unlink(partial);
    mr_free(content);
}

void mr_kept_save(struct mr_session *session, const char *text, const char *options,
                  cl_program program)
{
    struct place place;
    if (place_open(&place, session, text, options, true)) {
        if (access(place.path, F_OK) == 0)
            keep(place.path, &place.key, program);
        else
            note(place.path);
    }
    place_close(&place);
}
