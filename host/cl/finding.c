#include "cl/finding.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "cl/cache_folder.h"

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return mr_hash_bytes(hash, text, strlen(text) + 1);
}

static bool find(char path[MR_CACHE_PATH_BYTES], const struct mr_finding *finding,
                 const struct mr_device *d, bool makes)
{
    const char *layers = getenv("OPENCL_LAYERS");
    char file[48];
    if (layers && layers[0]) return false;
    uint64_t hash = finding->asked;
    if (d) {
        hash = hash_text(hash_text(hash, d->platform_name), d->name);
        hash = hash_text(hash_text(hash, d->version), d->driver);
    }
    (void)snprintf(file, sizeof file, "%s-%016" PRIx64, finding->word, hash);
    return mr_cache_path(path, file, makes);
}

bool mr_finding_read(const struct mr_finding *finding, const struct mr_device *device, char text[],
                     size_t size)
{
    char path[MR_CACHE_PATH_BYTES];
    text[0] = '\0';
    int file = find(path, finding, device, false) ? mr_cache_open(path) : -1;
    if (file < 0) return false;
    ssize_t got = read(file, text, size - 1);
    (void)close(file);
    text[got > 0 ? got : 0] = '\0';
    mr_text_clean(text, false);
    return true;
}

bool mr_finding_is_set(const struct mr_finding *finding, const struct mr_device *device)
{
    char ignored[2];
    return mr_finding_read(finding, device, ignored, sizeof ignored);
}

/* Whole or not at all. */
static void write_text(const char *path, const char *text)
{
    char partial[MR_CACHE_PATH_BYTES + 32];
    size_t length = strlen(text);
    (void)snprintf(partial, sizeof partial, "%s.%ld", path, (long)getpid());
    (void)unlink(partial); /* of a process that was stopped */
    int file = open(partial, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) return;
    bool good = length == 0 || write(file, text, length) == (ssize_t)length;
    good = close(file) == 0 && good;
    if (!good || rename(partial, path) != 0) (void)unlink(partial);
}

void mr_finding_put(const struct mr_finding *finding, const struct mr_device *device,
                    const char *text)
{
    char path[MR_CACHE_PATH_BYTES];
    if (!find(path, finding, device, text != NULL)) return;
    if (text)
        write_text(path, text);
    else
        (void)unlink(path);
}
