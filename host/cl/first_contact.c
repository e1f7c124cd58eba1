#include "cl/first_contact.h"

#include <dirent.h>
#include <errno.h>
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
    bool is_out[MOST_DRIVERS]; /* it is not to be loaded */
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

/* The drivers of a folder, or the one whose file is named. */
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
    char facts[4 * 24];
    (void)snprintf(facts, sizeof facts, "%lld %lld %ld %llu", (long long)about.st_size,
                   (long long)about.st_mtim.tv_sec, about.st_mtim.tv_nsec,
                   (unsigned long long)about.st_ino);
    return hash_text(hash, facts);
}

/* The hash is of all that says which code is loaded. A library that is named without a folder is
 * found through the linker's cache, which is written anew whenever a package brings one. */
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

static char left_out[1024]; /* in words; under the lock of contacts */

const char *mr_drivers_left_out(void)
{
    return left_out;
}

static void say(const char *who, const char *why)
{
    size_t used = strlen(left_out);
    (void)snprintf(left_out + used, sizeof left_out - used, "%s%.80s: %.159s", used ? "; " : "",
                   who, why);
}

static size_t count_left(const struct list *l)
{
    size_t left = 0;
    for (size_t k = 0; k < l->count; k++) left += !l->is_out[k];
    return left;
}

/* Whole or not at all: another process may read the folder. */
static bool copy_icd(const char *folder, const struct list *l, size_t k)
{
    char from[2 * PATH_MAX], to[MR_CACHE_PATH_BYTES + NAME_MAX + 2], text[ICD_BYTES];
    char partial[MR_CACHE_PATH_BYTES + 32];
    path_of(from, l, k);
    (void)snprintf(to, sizeof to, "%s/%s", folder, l->names[k]);
    if (l->is_out[k]) return unlink(to) == 0 || errno == ENOENT;
    (void)snprintf(partial, sizeof partial, "%s/%ld", folder, (long)getpid());
    (void)unlink(partial); /* of a process that was stopped */
    size_t length = read_icd(from, text);
    int file = open(partial, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return false;
    bool good = write(file, text, length) == (ssize_t)length;
    good = close(file) == 0 && good && rename(partial, to) == 0;
    if (!good) (void)unlink(partial);
    return good;
}

/* A folder of the drivers that are left. False: there is none to be had. */
static bool make_folder(char folder[MR_CACHE_PATH_BYTES], const struct list *l, uint64_t hash)
{
    char name[64];
    (void)snprintf(name, sizeof name, "drivers-%016" PRIx64, hash);
    if (!mr_cache_path(folder, name, true)) return false;
    (void)mkdir(folder, 0700);
    for (size_t k = 0; k < l->count; k++)
        if (!copy_icd(folder, l, k)) return false;
    return true;
}

/* The drivers that are left become this process's list. False: none is, or there is no folder. */
static bool leave_out(const struct list *l, uint64_t hash)
{
    char folder[MR_CACHE_PATH_BYTES];
    return count_left(l) > 0 && make_folder(folder, l, hash) &&
           setenv("OCL_ICD_VENDORS", folder, 1) == 0;
}

/* Each driver alone. */
static mr_status find_culprits(struct list *l, bool *is_lasting, mr_error *err)
{
    for (size_t k = 0; k < l->count; k++) {
        char path[2 * PATH_MAX];
        path_of(path, l, k);
        const struct mr_child_task task = {.what = "contact", .vendors = path};
        struct mr_child_end end;
        mr_status st = mr_child_run(&end, &task, err);
        if (st != MR_OK && st != MR_E_IO) return st;
        if (st != MR_OK || end.is_done) continue;
        l->is_out[k] = true;
        *is_lasting = *is_lasting && end.is_lasting;
        say(l->names[k], end.words);
    }
    return MR_OK;
}

/* Drivers that pass alone may end a process that has several of them: then all are left out. `end`
 * is how the last contact with several ended. */
static mr_status try_rest(struct list *l, uint64_t hash, struct mr_child_end *end, mr_error *err)
{
    char folder[MR_CACHE_PATH_BYTES];
    const struct mr_child_task task = {.what = "contact", .vendors = folder};
    const size_t left = count_left(l);
    if (left < l->count) {
        if (left <= 1 || !make_folder(folder, l, hash)) return MR_OK;
        mr_status st = mr_child_run(end, &task, err);
        if (st == MR_E_IO || (st == MR_OK && end->is_done)) return MR_OK;
        MR_TRY(st);
    }
    say(left < l->count ? "the others together" : "all of them together", end->words);
    for (size_t k = 0; k < l->count; k++) l->is_out[k] = true;
    return MR_OK;
}

/* ---- What was found, for other processes ---- */

/* A mark for each driver of the list, which is the same wherever the hash is, and the words. */
enum { FOUND_BYTES = MOST_DRIVERS + 1 + sizeof left_out };
static const char found_marks[] = "-x";

static void put_found(const struct list *l, const struct mr_finding *finding)
{
    char text[FOUND_BYTES];
    for (size_t k = 0; k < l->count; k++) text[k] = found_marks[l->is_out[k]];
    (void)snprintf(text + l->count, sizeof text - l->count, " %s", left_out);
    mr_finding_put(finding, NULL, text);
}

static bool recall(struct list *l, const struct mr_finding *finding)
{
    char text[FOUND_BYTES];
    if (!mr_finding_read(finding, NULL, text, sizeof text)) return false;
    if (strspn(text, found_marks) != l->count || text[l->count] != ' ') return false;
    for (size_t k = 0; k < l->count; k++) l->is_out[k] = text[k] == found_marks[true];
    (void)snprintf(left_out, sizeof left_out, "%s", text + l->count + 1);
    return true;
}

/* ---- The contact ---- */

static mr_status try_in_child(struct list *l, const struct mr_finding *finding, mr_error *err)
{
    const struct mr_child_task task = {.what = "contact"};
    struct mr_child_end end;
    bool is_lasting = true;
    mr_status st = mr_child_run(&end, &task, err);
    if (st == MR_E_IO) return MR_OK; /* it says nothing of the drivers: as without that program */
    MR_TRY(st);
    if (!end.is_done) {
        is_lasting = end.is_lasting;
        MR_TRY(find_culprits(l, &is_lasting, err));
        MR_TRY(try_rest(l, finding->asked, &end, err));
    }
    if (is_lasting && (end.is_done || end.is_lasting)) put_found(l, finding);
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
    const struct mr_finding finding = {"contact", hash};
    left_out[0] = '\0';
    if (mr_verdict_asks_anew() || !recall(&drivers, &finding))
        MR_TRY(try_in_child(&drivers, &finding, err));
    is_met = true;
    is_good = !left_out[0] || leave_out(&drivers, hash);
    return is_good ? MR_OK : fail(&drivers, err);
}
