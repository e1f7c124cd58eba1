#include "cl/cache_folder.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "suite.h"

/* Regression: without a home PoCL loads code from a folder under the world-writable /tmp, where
 * anybody may have put some. */

CHILD(prints_cache_folder)
{
    char reason[256] = "";
    bool ready = mr_cache_folder_prepare(reason, sizeof reason);
    const char *folder = getenv("POCL_CACHE_DIR");
    printf("%s %s %s", ready ? "ready" : "refused", folder ? folder : "-", reason);
}

/* A machine's /tmp of our own, with the paths the laws need. */
struct place {
    char root[64], cache[128];
    char tmp_variable[96], home_variable[96];
};

static bool place_make(struct place *p)
{
    (void)snprintf(p->root, sizeof p->root, "/tmp/millrace-test-XXXXXX");
    if (!mkdtemp(p->root)) return false;
    (void)snprintf(p->cache, sizeof p->cache, "%s/millrace-%lu", p->root, (unsigned long)geteuid());
    (void)snprintf(p->tmp_variable, sizeof p->tmp_variable, "TMPDIR=%s", p->root);
    (void)snprintf(p->home_variable, sizeof p->home_variable, "HOME=%s", p->root);
    return true;
}

static void place_remove(const struct place *p)
{
    (void)unlink(p->cache);
    (void)rmdir(p->cache);
    (void)rmdir(p->root);
}

static struct child_result prepare(const struct place *p, const char *home, const char *more)
{
    return child_run("prints_cache_folder", (const char *[]){"POCL_CACHE_DIR", "XDG_CACHE_HOME",
                                                             home, p->tmp_variable, more, NULL});
}

static void without_a_home_a_private_folder_is_made_and_found_again(void)
{
    struct place p;
    struct stat about;
    CU_ASSERT_FATAL(place_make(&p));
    for (int again = 0; again < 2; again++) {
        struct child_result r = prepare(&p, "HOME", NULL);
        CU_ASSERT_PTR_NOT_NULL(strstr(r.text, "ready"));
        CU_ASSERT_PTR_NOT_NULL(strstr(r.text, p.cache));
    }
    CU_ASSERT_EQUAL(lstat(p.cache, &about), 0);
    CU_ASSERT_EQUAL(about.st_mode & 07777, 0700);
    place_remove(&p);
}

static void a_folder_open_to_others_is_refused(void)
{
    struct place p;
    CU_ASSERT_FATAL(place_make(&p));
    CU_ASSERT_EQUAL(mkdir(p.cache, 0700), 0);
    CU_ASSERT_EQUAL(chmod(p.cache, 0777), 0);
    struct child_result r = prepare(&p, "HOME", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.text, "refused - "));
    place_remove(&p);
}

static void a_link_is_refused(void)
{
    struct place p;
    CU_ASSERT_FATAL(place_make(&p));
    CU_ASSERT_EQUAL(symlink(p.root, p.cache), 0);
    struct child_result r = prepare(&p, "HOME", NULL);
    CU_ASSERT_PTR_NOT_NULL(strstr(r.text, "refused - "));
    place_remove(&p);
}

static void a_home_of_ones_own_is_left_to_pocl(void)
{
    struct place p;
    CU_ASSERT_FATAL(place_make(&p));
    CU_ASSERT_STRING_EQUAL(prepare(&p, p.home_variable, NULL).text, "ready - ");
    place_remove(&p);
}

static void a_world_writable_home_is_no_home(void)
{
    struct place p;
    CU_ASSERT_FATAL(place_make(&p));
    CU_ASSERT_EQUAL(chmod(p.root, 0777), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(prepare(&p, p.home_variable, NULL).text, p.cache));
    place_remove(&p);
}

static void a_folder_the_user_names_is_kept(void)
{
    struct place p;
    CU_ASSERT_FATAL(place_make(&p));
    struct child_result r = child_run(
        "prints_cache_folder", (const char *[]){"HOME", "POCL_CACHE_DIR=/named/by/user", NULL});
    CU_ASSERT_STRING_EQUAL(r.text, "ready /named/by/user ");
    place_remove(&p);
}

SUITE(cache_folder,
      {"without_a_home_a_private_folder_is_made_and_found_again",
       without_a_home_a_private_folder_is_made_and_found_again},
      {"a_folder_open_to_others_is_refused", a_folder_open_to_others_is_refused},
      {"a_link_is_refused", a_link_is_refused},
      {"a_home_of_ones_own_is_left_to_pocl", a_home_of_ones_own_is_left_to_pocl},
      {"a_world_writable_home_is_no_home", a_world_writable_home_is_no_home},
      {"a_folder_the_user_names_is_kept", a_folder_the_user_names_is_kept});
