#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "cl/headroom.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/signals.h"
#include "cl/cache_folder.h"

/* A kernel takes some 100 KiB of files. PoCL 3.1 with LLVM 15 is loaded and compiles where a limit
 * of 600 MB holds for the process, and aborts where it is 500. */
enum { FILE_BYTES = 16 << 20, LOAD_BYTES = 640 << 20, COMPILE_BYTES = 128 << 20 };

/* ---- files ---- */

static bool allows_files(void)
{
    struct rlimit most;
    return getrlimit(RLIMIT_FSIZE, &most) != 0 || most.rlim_cur == RLIM_INFINITY ||
           most.rlim_cur >= FILE_BYTES;
}

/* Reserved and given back at once: only trying tells of quotas. Where it cannot be tried the
 * kernels' writer will find out by itself that it must not write. */
static bool can_reserve(const char *folder)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/.millrace-room-%ld", folder, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof path) return true;
    int file = open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return errno != ENOSPC && errno != EDQUOT;
    (void)unlink(path);
    int code = posix_fallocate(file, 0, FILE_BYTES);
    (void)close(file);
    return code != ENOSPC && code != EDQUOT && code != EFBIG;
}

/* False: there is no folder above. */
static bool go_up(char path[PATH_MAX])
{
    char *slash = strrchr(path, '/');
    if (!path[0] || !strcmp(path, "/") || !strcmp(path, ".")) return false;
    if (slash && slash > path)
        *slash = '\0';
    else
        memcpy(path, slash ? "/" : ".", 2);
    return true;
}

/* The folder, or the nearest one above it that exists, whose file system has room. */
static bool find_room(char path[PATH_MAX], const char *folder)
{
    struct statvfs about;
    if (strlen(folder) >= PATH_MAX || !allows_files()) return false;
    memcpy(path, folder, strlen(folder) + 1);
    while (statvfs(path, &about) != 0)
        if (errno != ENOENT || !go_up(path)) return false;
    return (uint64_t)about.f_bavail * about.f_frsize >= FILE_BYTES;
}

bool mr_room_in_folder(const char *folder)
{
    char path[PATH_MAX];
    return find_room(path, folder);
}

/* ---- address space ---- */

/* Without memory behind it. */
static bool has_space(size_t bytes)
{
    void *space = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return space != MAP_FAILED && munmap(space, bytes) == 0;
}

/* ---- threads ---- */

static void *wait_at(void *gate)
{
    (void)pthread_mutex_lock(gate);
    (void)pthread_mutex_unlock(gate);
    return NULL;
}

/* As many at once as there are cores, which is what drivers for CPUs start, and some. */
static bool can_start_threads(void)
{
    enum { MOST = 64, MORE = 2 };
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_t threads[MOST];
    sigset_t before;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = cores < 1 || cores > MOST - MORE ? MOST : (size_t)cores + MORE, count = 0;
    mr_signals_block(&before);
    (void)pthread_mutex_lock(&gate);
    while (count < wanted && pthread_create(&threads[count], NULL, wait_at, &gate) == 0) count++;
    (void)pthread_mutex_unlock(&gate);
    mr_signals_restore(&before);
    for (size_t k = 0; k < count; k++) (void)pthread_join(threads[k], NULL);
    return count == wanted;
}

/* ---- children ---- */

mr_status mr_children_are_waited_for(const char *device_name, mr_error *err)
{
    struct sigaction now;
    if (sigaction(SIGCHLD, NULL, &now) != 0) return MR_OK;
    if (now.sa_handler != SIG_IGN && !(now.sa_flags & SA_NOCLDWAIT)) return MR_OK;
    mr_status st = mr_fail(err, MR_E_STATE,
                           "this process ignores SIGCHLD, so that no child can be waited for; the "
                           "driver of '%.100s' links kernels by one, and would end the process",
                           device_name);
    return mr_error_hint(err, st,
                         "give SIGCHLD its default (SIG_DFL) or a handler before the first stream; "
                         "the host engine does without a driver");
}

/* ---- the looks ---- */

static mr_status fail(mr_error *err, const char *way_out)
{
    return mr_error_hint(err, MR_E_LIMIT, "%s; the host engine does without a driver", way_out);
}

static mr_status need_space(size_t bytes, mr_error *err)
{
    if (has_space(bytes)) return MR_OK;
    mr_fail(err, MR_E_LIMIT, "less than %zu MiB of address space are left, which a driver may need",
            bytes >> 20);
    return fail(err, "raise the limit (ulimit -v)");
}

mr_status mr_room_to_load(mr_error *err)
{
    MR_TRY(need_space(LOAD_BYTES, err));
    if (can_start_threads()) return MR_OK;
    mr_fail(err, MR_E_LIMIT, "no threads can be started, which a driver needs");
    return fail(err, "raise the limit of processes (ulimit -u)");
}

mr_status mr_room_to_compile(bool uses_files, mr_error *err)
{
    char folder[PATH_MAX], found[PATH_MAX];
    MR_TRY(need_space(COMPILE_BYTES, err));
    if (!uses_files || !mr_cache_folder_of_kernels(folder, sizeof folder) ||
        (find_room(found, folder) && can_reserve(found)))
        return MR_OK;
    mr_fail(err, MR_E_LIMIT,
            "less than %d MiB can be written to '%.200s', where PoCL keeps kernels",
            FILE_BYTES >> 20, folder);
    return fail(err, allows_files() ? "free some, or set POCL_CACHE_DIR to a folder with room"
                                    : "raise the limit of files (ulimit -f)");
}
