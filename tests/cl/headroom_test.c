/* Drivers end the process where they get no room: it is looked for before. */
#include "cl/headroom.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "child.h"
#include "cl/session.h"
#include "suite.h"

static void limit(int what, const char *variable)
{
    const char *bytes = getenv(variable);
    struct rlimit most;
    if (!bytes || getrlimit(what, &most) != 0) return;
    most.rlim_cur = (rlim_t)strtoull(bytes, NULL, 10);
    if (setrlimit(what, &most) != 0) printf("no limit. ");
}

/* A cache that knows nothing of this device, so that the self-test is compiled. */
CHILD(opens_a_device_within_limits)
{
    struct mr_session *s = NULL;
    mr_error e = {0};
    limit(RLIMIT_FSIZE, "MOST_FILE_BYTES");
    limit(RLIMIT_AS, "MOST_ADDRESS_BYTES");
    if (getenv("IGNORES_CHILDREN")) (void)signal(SIGCHLD, SIG_IGN);
    mr_status st = mr_session_open(&s, NULL, false, &e);
    printf("%s: %s; %s", mr_status_name(st), e.message, e.hint);
    mr_session_close(&s);
}

#if defined(__SANITIZE_ADDRESS__)
#define SPACE_LIMIT NULL /* the sanitizer takes more than any limit */
#else
#define SPACE_LIMIT "MOST_ADDRESS_BYTES=400000000"
#endif

static void a_driver_without_room_is_refused_before_it_ends_the_process(void)
{
    static const struct {
        const char *environment, *status, *says, *hint;
    } rows[] = {
        {"MOST_FILE_BYTES=100000", "limit: ", "can be written to", "ulimit -f"},
        {SPACE_LIMIT, "limit: ", "of address space are left", "ulimit -v"},
        {"IGNORES_CHILDREN=1", "state: ", "this process ignores SIGCHLD", "SIG_DFL"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        const char *environment[] = {"XDG_CACHE_HOME=/proc/none", rows[k].environment, NULL};
        if (!rows[k].environment) continue;
        struct child_result r = child_run("opens_a_device_within_limits", environment);
        bool good = strstr(r.text, rows[k].status) == r.text && strstr(r.text, rows[k].says) &&
                    strstr(r.text, rows[k].hint) && strstr(r.text, "host engine");
        CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
        CU_ASSERT_TRUE(good);
        if (!good) printf("\n%s: %s", rows[k].environment, r.text);
    }
}

CHILD(looks_for_room_to_compile)
{
    mr_error e = {0};
    mr_status st = mr_room_to_compile(true, &e);
    printf("%s: %s; %s", mr_status_name(st), e.message, e.hint);
}

/* /proc is a file system on which no block is free. */
static void kernels_need_room_in_the_folder_of_pocl(void)
{
    struct child_result r =
        child_run("looks_for_room_to_compile", (const char *[]){"POCL_CACHE_DIR=/proc/none", NULL});
    CU_ASSERT_PTR_NOT_NULL(strstr(r.text, "limit: less than 16 MiB"));
    CU_ASSERT_PTR_NOT_NULL(strstr(r.text, "'/proc/none'"));
    CU_ASSERT_PTR_NOT_NULL(strstr(r.text, "set POCL_CACHE_DIR"));
    r = child_run("looks_for_room_to_compile", (const char *[]){"POCL_CACHE_DIR=/tmp", NULL});
    CU_ASSERT_PTR_NOT_NULL(strstr(r.text, "ok: "));
}

static void a_folder_counts_as_the_nearest_one_that_exists(void)
{
    CU_ASSERT_TRUE(mr_room_in_folder("/tmp/millrace-none/none"));
    CU_ASSERT_FALSE(mr_room_in_folder("/proc/none/none"));
    CU_ASSERT_TRUE(mr_room_in_folder("none/none")); /* where the process is */
    CU_ASSERT_EQUAL(mr_room_in_folder("/none"), mr_room_in_folder("/"));
    CU_ASSERT_FALSE(mr_room_in_folder(""));
}

SUITE(headroom,
      {"a_driver_without_room_is_refused_before_it_ends_the_process",
       a_driver_without_room_is_refused_before_it_ends_the_process},
      {"kernels_need_room_in_the_folder_of_pocl", kernels_need_room_in_the_folder_of_pocl},
      {"a_folder_counts_as_the_nearest_one_that_exists",
       a_folder_counts_as_the_nearest_one_that_exists});
