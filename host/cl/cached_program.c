#include "cl/cached_program.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "cl/cache_folder.h"
#include "cl/quirk.h"

#define PREFIX "program-"

/* A file: this, the key (which says what the program is), the program. */
struct header {
    char magic[8];
    uint64_t key_bytes, program_bytes;
    uint64_t hash; /* of all that follows: a machine may have stopped while it was written */
};
static const char magic[8] = "mrprog1";

/* Only for drivers that gain by it and those whose programs a child builds, in contexts of one
 * device, and when nobody looks on who counts calls. */
static bool is_of_use(const struct mr_session *s)
{
    const char *layers = getenv("OPENCL_LAYERS");
    return (mr_device_has_quirk(&s->device, MR_QUIRK_READS_SOURCES_SLOWLY) ||
            !s->device.is_admitted) &&
           !s->is_foreign && !(layers && layers[0]);
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
    const char *more = getenv("POCL_EXTRA_BUILD_FLAGS");
    mr_strbuf_addf(&p->key, "%s\n%s\n%s\n%s\n%s\n%s\n%s", d->platform_name, d->name, d->version,
                   d->driver, more ? more : "", options, text);
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

/* The program in memory of its own; NULL. */
static unsigned char *read_program(int file, const struct mr_strbuf *key, size_t *bytes)
{
    struct stat about;
    struct header h;
    if (fstat(file, &about) != 0 || !read_bytes(file, &h, sizeof h) ||
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
    int file = mr_cache_open(p->path); /* it will be run */
    if (file < 0) return false;
    unsigned char *content = read_program(file, &p->key, &bytes);
    bool good = content && create_program(s, content, bytes, options, out);
    if (good) (void)futimens(file, NULL); /* it was used */
    mr_free(content);
    (void)close(file);
    return good;
}

bool mr_cached_program_load(struct mr_session *session, const char *text, const char *options,
                            cl_program *out)
{
    struct place place;
    *out = NULL;
    bool good =
        place_open(&place, session, text, options, false) && load(session, &place, options, out);
    place_close(&place);
    return good;
}

bool mr_cached_program_is_noted(const struct mr_session *session, const char *text,
                                const char *options)
{
    struct place place;
    bool is_noted =
        place_open(&place, session, text, options, false) && access(place.path, F_OK) == 0;
    place_close(&place);
    return is_noted;
}

/* ---- writing ---- */

/* Takes the oldest file away; false: there are fewer than may be, with the one that is to come. */
static bool make_room(const char *folder)
{
    char oldest[sizeof((struct dirent *)0)->d_name] = "";
    DIR *d = opendir(folder);
    if (!d) return false;
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
    bool goes_on =
        count >= MR_CACHED_MOST && (unlinkat(dirfd(d), oldest, 0) == 0 || errno == ENOENT);
    (void)closedir(d);
    return goes_on;
}

static void note(const char *path)
{
    char folder[MR_CACHE_PATH_BYTES];
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    while (make_room(folder)) continue;
    int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file >= 0) (void)close(file);
}

/* Nothing is read or written here: any file will do. */
static bool has_room_to_ask(const struct mr_device *device, int file)
{
    if (!mr_device_has_quirk(device, MR_QUIRK_ASKS_FOR_MUCH)) return true;
    enum { ROOM = 512 << 20 };
    void *room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    return room != MAP_FAILED && munmap(room, ROOM) == 0;
}

/* NULL: the driver does not tell. */
static unsigned char *ask_program(cl_program program, size_t *bytes)
{
    const struct mr_cl *cl = mr_cl_loaded();
    cl_int code =
        cl->clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof *bytes, bytes, NULL);
    unsigned char *content = code == CL_SUCCESS && *bytes > 0 ? mr_alloc(*bytes, 1) : NULL;
    if (!content) return NULL;
    unsigned char *written = content; /* NULL for a device that has none */
    code = cl->clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof written, &written, NULL);
    if (code == CL_SUCCESS && written) return content;
    mr_free(content);
    return NULL;
}

static bool write_program(FILE *f, const struct mr_strbuf *key, cl_program program)
{
    size_t bytes = 0;
    unsigned char *content = ask_program(program, &bytes);
    if (!content) return false;
    uint64_t hash = mr_hash_bytes(MR_HASH_SEED, key->text, key->length);
    struct header h = {.key_bytes = key->length,
                       .program_bytes = bytes,
                       .hash = mr_hash_bytes(hash, content, bytes)};
    memcpy(h.magic, magic, sizeof magic);
    bool good = fwrite(&h, sizeof h, 1, f) == 1 &&
                fwrite(key->text, 1, key->length, f) == key->length &&
                fwrite(content, 1, bytes, f) == bytes;
    mr_free(content);
    return good;
}

/* Whole or not at all. */
static void write_file(const struct mr_session *s, const char *path, const struct mr_strbuf *key,
                       cl_program program)
{
    char partial[MR_CACHE_PATH_BYTES + 32];
    (void)snprintf(partial, sizeof partial, "%s.%ld", path, (long)getpid());
    (void)unlink(partial); /* of a process that was stopped */
    int file = open(partial, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return;
    FILE *f = fdopen(file, "wb");
    bool good = f && has_room_to_ask(&s->device, file) && write_program(f, key, program);
    if (f)
        good = fclose(f) == 0 && good;
    else
        (void)close(file);
    if (!good || rename(partial, path) != 0) (void)unlink(partial);
}

bool mr_cached_program_note(const struct mr_session *session, const char *text, const char *options)
{
    struct place place;
    bool is_noted = false;
    if (place_open(&place, session, text, options, true)) {
        is_noted = access(place.path, F_OK) == 0;
        if (!is_noted) note(place.path);
    }
    place_close(&place);
    return is_noted;
}

void mr_cached_program_write(struct mr_session *session, const char *text, const char *options,
                             cl_program program)
{
    struct place place;
    if (place_open(&place, session, text, options, true))
        write_file(session, place.path, &place.key, program);
    place_close(&place);
}
