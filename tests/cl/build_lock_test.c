/* Of the processes that compile the same program each has its lock_file. */
#define _DEFAULT_SOURCE /* setitimer() */

#include "cl/build_lock.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "cl/build.h"
#include "cl/cache_folder.h"
#include "suite.h"

static atomic_bool is_unwanted;

static void stop_wanting(int number)
{
    (void)number;
    atomic_store(&is_unwanted, true);
}

/* A process that has the lock_file of every text until it is killed. */
static pid_t start_owner(void)
{
    char path[MR_CACHE_PATH_BYTES], ready;
    int ends[2];
    struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (!mr_cache_path(path, "building", true) || pipe(ends) != 0) return -1;
    pid_t owner = fork();
    if (owner == 0) {
        (void)alarm(60);
        int file = open(path, O_CREAT | O_RDWR, 0600);
        if (fcntl(file, F_SETLK, &all) == 0 && write(ends[1], "!", 1) == 1) (void)pause();
        _exit(EXIT_FAILURE);
    }
    (void)close(ends[1]);
    bool is_ready = read(ends[0], &ready, 1) == 1;
    (void)close(ends[0]);
    return is_ready ? owner : -1;
}

CHILD(waits_for_the_lock)
{
    static const struct itimerval soon = {.it_value = {.tv_usec = 50000}};
    mr_error e = {0};
    pid_t owner = start_owner();
    if (owner <= 0) exit(EXIT_FAILURE);
    mr_build_unless(&is_unwanted);
    (void)signal(SIGALRM, stop_wanting);
    (void)setitimer(ITIMER_REAL, &soon, NULL);
    printf("%s, ", mr_status_name(mr_build_begin("a text", &e)));
    (void)kill(owner, SIGKILL);
    (void)waitpid(owner, NULL, 0);
    int lock_file = mr_build_lock_take("a text", NULL);
    printf("%s", lock_file >= 0 ? "then its lock_file" : "no lock_file");
    mr_build_lock_release(lock_file);
}

static void who_is_not_wanted_any_more_waits_no_longer(void)
{
    char folder[] = "/tmp/millrace-test-XXXXXX", variable[64], path[64];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    (void)snprintf(variable, sizeof variable, "XDG_CACHE_HOME=%s", folder);
    struct child_result r = child_run("waits_for_the_lock", (const char *[]){variable, NULL});
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, "interrupted, then its lock_file");
    (void)snprintf(path, sizeof path, "%s/millrace/building", folder);
    CU_ASSERT_EQUAL(unlink(path), 0);
    (void)snprintf(path, sizeof path, "%s/millrace", folder);
    CU_ASSERT_EQUAL(rmdir(path), 0);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

SUITE(build_lock,
      {"who_is_not_wanted_any_more_waits_no_longer", who_is_not_wanted_any_more_waits_no_longer});
