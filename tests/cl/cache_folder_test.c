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

/* /proc/self is the user's and on a file system without a free block. */
static void a_cache_without_room_is_no_cache(void)
{
    struct place p;
    CU_ASSERT_FATAL(place_make(&p));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(prepare(&p, "HOME=/proc/self", "XDG_CACHE_HOME=/proc/self").text, p.cache));
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

/* ---- millrace's own folder ---- */

CHILD(prints_cache_path)
{
    char path[MR_CACHE_PATH_BYTES];
    bool good = mr_cache_path(path, "file", true);
    int file = good ? mr_cache_open(path) : -1;
    printf("%s %s", good ? "good" : "refused", file >= 0 ? "open" : "none");
}

static void every_kept_file_is_in_a_folder_that_only_we_write_to(void)
{
    enum { IS_FOLDER, IS_LINK, IS_FILE };
    static const struct {
        int what;
        mode_t mode;
        const char *says;
    } rows[] = {{IS_FOLDER, 0700, "good none"},    {IS_FOLDER, 0755, "good none"},
                {IS_FOLDER, 0777, "refused none"}, {IS_FOLDER, 01777, "refused none"},
                {IS_FOLDER, 0720, "refused none"}, {IS_LINK, 0, "refused none"},
                {IS_FILE, 0600, "refused none"}};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct place p;
        char folder[160], variable[160];
        CU_ASSERT_FATAL(place_make(&p));
        (void)snprintf(folder, sizeof folder, "%s/millrace", p.root);
        (void)snprintf(variable, sizeof variable, "XDG_CACHE_HOME=%s", p.root);
        if (rows[k].what == IS_FOLDER) CU_ASSERT_EQUAL(mkdir(folder, 0700), 0);
        if (rows[k].what == IS_LINK) CU_ASSERT_EQUAL(symlink("/tmp", folder), 0);
        if (rows[k].what == IS_FILE) (void)fclose(fopen(folder, "w"));
        if (rows[k].what != IS_LINK) CU_ASSERT_EQUAL(chmod(folder, rows[k].mode), 0);
        CU_ASSERT_STRING_EQUAL(
            child_run("prints_cache_path", (const char *[]){variable, NULL}).text, rows[k].says);
        (void)unlink(folder);
        (void)rmdir(folder);
        place_remove(&p);
    }
}

static void a_kept_file_is_a_regular_one_that_only_we_write_to(void)
{
    static const struct {
        mode_t mode;
        bool is_link, is_fifo, is_kept;
    } rows[] = {{.mode = 0600, .is_kept = true},
                {.mode = 0644, .is_kept = true},
                {.mode = 0666, .is_kept = false},
                {.mode = 0620, .is_kept = false},
                {.is_link = true},
                {.mode = 0600, .is_fifo = true}};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct place p;
        char path[160];
        CU_ASSERT_FATAL(place_make(&p));
        (void)snprintf(path, sizeof path, "%s/file", p.root);
        if (rows[k].is_link) CU_ASSERT_EQUAL(symlink("/etc/passwd", path), 0);
        if (rows[k].is_fifo) CU_ASSERT_EQUAL(mkfifo(path, 0600), 0);
        if (!rows[k].is_link && !rows[k].is_fifo) (void)fclose(fopen(path, "w"));
        if (!rows[k].is_link) CU_ASSERT_EQUAL(chmod(path, rows[k].mode), 0);
        int file = mr_cache_open(path);
        CU_ASSERT_EQUAL(file >= 0, rows[k].is_kept);
        if (file >= 0) (void)close(file);
        (void)unlink(path);
        place_remove(&p);
    }
}

SUITE(cache_folder,
      {"without_a_home_a_private_folder_is_made_and_found_again",
       without_a_home_a_private_folder_is_made_and_found_again},
      {"a_folder_open_to_others_is_refused", a_folder_open_to_others_is_refused},
      {"a_link_is_refused", a_link_is_refused},
      {"a_home_of_ones_own_is_left_to_pocl", a_home_of_ones_own_is_left_to_pocl},
      {"a_world_writable_home_is_no_home", a_world_writable_home_is_no_home},
      {"a_cache_without_room_is_no_cache", a_cache_without_room_is_no_cache},
      {"a_folder_the_user_names_is_kept", a_folder_the_user_names_is_kept},
      {"every_kept_file_is_in_a_folder_that_only_we_write_to",
       every_kept_file_is_in_a_folder_that_only_we_write_to},
      {"a_kept_file_is_a_regular_one_that_only_we_write_to",
       a_kept_file_is_a_regular_one_that_only_we_write_to});
