#include "cl/finding.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    uint64_t hash = hash_text(hash_text(finding->asked, d->platform_name), d->name);
    hash = hash_text(hash_text(hash, d->version), d->driver);
    (void)snprintf(file, sizeof file, "%s-%016" PRIx64, finding->word, hash);
    return mr_cache_path(path, file, makes);
}

bool mr_finding_is_set(const struct mr_finding *finding, const struct mr_device *device)
{
    char path[MR_CACHE_PATH_BYTES];
    int file = find(path, finding, device, false) ? mr_cache_open(path) : -1;
    if (file >= 0) (void)close(file);
    return file >= 0;
}

void mr_finding_put(const struct mr_finding *finding, const struct mr_device *device, bool is_set)
{
    char path[MR_CACHE_PATH_BYTES];
    if (!find(path, finding, device, is_set)) return;
    if (!is_set) {
        (void)unlink(path);
        return;
    }
    int file = open(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0) (void)close(file);
}
