#include "cl/first_contact.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "cl/cache_folder.h"
#include "cl/child_process.h"
#include "cl/finding.h"
#include "cl/loader.h"
#include "cl/verdict.h"

/* ---- The drivers ---- */

enum { MOST_DRIVERS = 32, ICD_BYTES = 4096 };

/* Files that name a driver's library each. */
struct list {
    char folder[PATH_MAX];
    char names[MOST_DRIVERS][NAME_MAX + 1];
    size_t count;
};

static bool is_icd(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && length <= NAME_MAX && !strcmp(name + length - 4, ".icd");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Of a folder, or the one file that is named. */
static void list_drivers(struct list *l)
{
    const char *vendors = getenv("OCL_ICD_VENDORS");
    *l = (struct list){.count = 0};
    (void)snprintf(l->folder, sizeof l->folder, "%s",
                   vendors && vendors[0] ? vendors : "/etc/OpenCL/vendors");
    DIR *entries = opendir(l->folder);
    for (struct dirent *e; entries && l->count < MOST_DRIVERS && (e = readdir(entries));)
        if (is_icd(e->d_name))
            (void)snprintf(l->names[l->count++], NAME_MAX + 1, "%.*s", NAME_MAX, e->d_name);
    if (entries) (void)closedir(entries);
    qsort(l->names, l->count, sizeof l->names[0], compare_names);
    char *slash = strrchr(l->folder, '/');
    if (entries || !slash || !is_icd(slash + 1)) return;
    (void)snprintf(l->names[l->count++], NAME_MAX + 1, "%.*s", NAME_MAX, slash + 1);
    *slash = '\0';
}

static void path_of(char out[2 * PATH_MAX], const struct list *l, size_t k)
{
    (void)snprintf(out, 2 * PATH_MAX, "%s/%s", l->folder, l->names[k]);
}

static size_t read_icd(const char *path, char text[ICD_BYTES])
{
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ssize_t got = file < 0 ? 0 : read(file, text, ICD_BYTES - 1);
    if (file >= 0) (void)close(file);
    text[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return text ? mr_hash_bytes(hash, text, strlen(text) + 1) : hash;
}

static uint64_t hash_file(uint64_t hash, const char *path)
{
    struct stat about;
    if (stat(path, &about) != 0) return hash;
    const int64_t facts[] = {about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec,
                             (int64_t)about.st_ino};
    return mr_hash_bytes(hash, facts, sizeof facts);
}

/* Of all that says which code is loaded. A library that is named without a folder is found through
 * the linker's cache, which is written anew whenever a package brings one. */
static uint64_t hash_drivers(const struct list *l)
{
    static const char *const variables[] = {"OCL_ICD_FILENAMES", "LD_LIBRARY_PATH", "LD_PRELOAD",
                                            "MILLRACE_OPENCL_LIBRARY"};
    uint64_t hash = hash_file(hash_text(MR_HASH_SEED, l->folder), "/etc/ld.so.cache");
    for (size_t k = 0; k < sizeof variables / sizeof variables[0]; k++)
        hash = hash_text(mr_hash_bytes(hash, &k, sizeof k), getenv(variables[k]));
    for (size_t k = 0; k < l->count; k++) {
        char path[2 * PATH_MAX], text[ICD_BYTES];
        path_of(path, l, k);
        (void)read_icd(path, text);
        hash = hash_text(hash_text(hash, l->names[k]), text);
        text[strcspn(text, "\n")] = '\0';
        if (text[0] == '/') hash = hash_file(hash, text);
    }
    return hash;
}

/* ---- Who is left out ---- */

static char left_out[512]; /* under the lock of contacts */

const char *mr_drivers_left_out(void)
{
    return left_out;
}

/* A folder of the drivers but those that `left_out` names becomes this process's list. False: none
 * is left, or there is no folder to be had. */
static bool leave_out(const struct list *l, uint64_t hash)
{
    char folder[MR_CACHE_PATH_BYTES], name[64], text[ICD_BYTES], from[2 * PATH_MAX];
    size_t count = 0;
    (void)snprintf(name, sizeof name, "drivers-%016" PRIx64, hash);
    if (!mr_cache_path(folder, name, true)) return false;
    (void)mkdir(folder, 0700);
    for (size_t k = 0; k < l->count; k++) {
        char to[MR_CACHE_PATH_BYTES + NAME_MAX + 2];
        if (strstr(left_out, l->names[k])) continue;
        path_of(from, l, k);
        (void)snprintf(to, sizeof to, "%s/%s", folder, l->names[k]);
        (void)unlink(to);
        size_t length = read_icd(from, text);
        int file = open(to, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (file < 0) return false;
        bool good = write(file, text, length) == (ssize_t)length;
        if (close(file) != 0 || !good) return false;
        count++;
    }
    return count > 0 && setenv("OCL_ICD_VENDORS", folder, 1) == 0;
}

/* Each driver alone. */
static mr_status find_culprits(const struct list *l, mr_error *err)
{
    for (size_t k = 0; k < l->count; k++) {
        char path[2 * PATH_MAX];
        path_of(path, l, k);
        const struct mr_child_task task = {.what = "contact", .vendors = path};
        struct mr_child_end end;
        mr_status st = mr_child_run(&end, &task, err);
        if (st != MR_OK && st != MR_E_IO) return st;
        size_t used = strlen(left_out);
        if (st == MR_OK && !end.is_done)
            (void)snprintf(left_out + used, sizeof left_out - used, "%s%.80s: %.159s",
                           used ? "; " : "", l->names[k], end.words);
    }
    return MR_OK;
}

/* ---- The contact ---- */

static mr_status try_in_child(const struct list *l, const struct mr_finding *finding, mr_error *err)
{
    const struct mr_child_task task = {.what = "contact"};
    struct mr_child_end end;
    mr_status st = mr_child_run(&end, &task, err);
    if (st == MR_E_IO) return MR_OK; /* it says nothing of the drivers: as without that program */
    MR_TRY(st);
    if (!end.is_done) {
        MR_TRY(find_culprits(l, err));
        if (!left_out[0]) (void)snprintf(left_out, sizeof left_out, "all of them: %s", end.words);
    }
    if (end.is_done || end.is_kept) mr_finding_put(finding, NULL, left_out);
    return MR_OK;
}

static mr_status fail(const struct list *l, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_NO_DEVICE, "no OpenCL driver can be loaded: %s", left_out);
    return mr_error_hint(
        err, st,
        "take it out of %.200s, or set OCL_ICD_VENDORS to the .icd of another one; "
        "a changed driver is tried again; or use MR_ENGINE_HOST",
        l->folder);
}

mr_status mr_first_contact(mr_error *err)
{
    static bool is_met, is_good;
    static struct list drivers;
    if (is_met) return is_good ? MR_OK : fail(&drivers, err);
    if (mr_cl_is_driver() || !mr_child_is_there()) {
        is_met = is_good = true;
        return MR_OK;
    }
    list_drivers(&drivers);
    const uint64_t hash = hash_drivers(&drivers);
    const struct mr_finding finding = {"met", hash};
    if (mr_verdict_asks_anew() || !mr_finding_read(&finding, NULL, left_out, sizeof left_out)) {
        left_out[0] = '\0';
        MR_TRY(try_in_child(&drivers, &finding, err));
    }
    is_met = true;
    is_good = !left_out[0] || leave_out(&drivers, hash);
    return is_good ? MR_OK : fail(&drivers, err);
}
