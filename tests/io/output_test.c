/* Where an output goes, and that it comes there whole. */
#define _DEFAULT_SOURCE /* symlink(), lchown(), flock() */

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/output.h"
#include "io/target.h"
#include "scratch.h"
#include "suite.h"

static mr_status write_text(const char *path, const char *text, mr_error *err)
{
    struct mr_output out;
    mr_status st = mr_output_open(&out, path, err);
    if (st != MR_OK) return st;
    st = mr_output_write(&out, text, strlen(text), err);
    if (st == MR_OK) st = mr_output_commit(&out, err);
    mr_output_discard(&out);
    return st;
}

static void expect_file(const struct scratch *s, const char *text)
{
    char bytes[64] = "";
    CU_ASSERT_EQUAL(scratch_read(s, bytes, sizeof bytes - 1), (long)strlen(text));
    CU_ASSERT_STRING_EQUAL(bytes, text);
}

/* A path in the scratch folder. */
static const char *in_folder(const struct scratch *s, const char *name)
{
    static char path[400];
    (void)snprintf(path, sizeof path, "%s/%s", s->folder, name);
    return path;
}

static void names_of_open_descriptors_are_the_descriptors(void)
{
    static const char *const names[] = {"/dev/fd/%d", "/proc/self/fd/%d"};
    for (size_t k = 0; k < 2; k++) {
        struct scratch s = scratch_with("f", "old ", 4);
        char path[64];
        int fd = open(s.path, O_WRONLY | O_APPEND);
        CU_ASSERT_FATAL(fd >= 0);
        (void)snprintf(path, sizeof path, names[k], fd);
        CU_ASSERT_EQUAL(write_text(path, "new", NULL), MR_OK);
        expect_file(&s, "old new");
        CU_ASSERT_EQUAL(symlink(path, in_folder(&s, "link")), 0);
        CU_ASSERT_EQUAL(write_text(in_folder(&s, "link"), "er", NULL), MR_OK);
        expect_file(&s, "old newer");
        CU_ASSERT_EQUAL(close(fd), 0);
        CU_ASSERT_EQUAL(write_text(path, "x", NULL), MR_E_IO);
        scratch_remove(&s);
    }
}

static void a_dangling_link_makes_the_file_it_leads_to(void)
{
    struct scratch s = scratch_make("f");
    struct stat info;
    CU_ASSERT_EQUAL(symlink("f", in_folder(&s, "near")), 0);
    CU_ASSERT_EQUAL(symlink("near", in_folder(&s, "far")), 0);
    CU_ASSERT_EQUAL(write_text(in_folder(&s, "far"), "1\n", NULL), MR_OK);
    expect_file(&s, "1\n");
    CU_ASSERT(lstat(in_folder(&s, "far"), &info) == 0 && S_ISLNK(info.st_mode));
    CU_ASSERT_EQUAL(scratch_entries(&s), 3);
    CU_ASSERT_EQUAL(symlink("round", in_folder(&s, "round")), 0);
    CU_ASSERT_EQUAL(write_text(in_folder(&s, "round"), "1\n", NULL), MR_E_IO);
    scratch_remove(&s);
}

static void what_is_no_regular_file_is_never_replaced(void)
{
    struct scratch s = scratch_make("f");
    struct mr_output out;
    struct stat info;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_output_open(&out, s.path, &err), MR_OK);
    CU_ASSERT_EQUAL(mkfifo(s.path, 0600), 0);
    CU_ASSERT_EQUAL(mr_output_commit(&out, &err), MR_E_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "no regular file"));
    mr_output_discard(&out);
    CU_ASSERT(lstat(s.path, &info) == 0 && S_ISFIFO(info.st_mode));
    CU_ASSERT_EQUAL(scratch_entries(&s), 1);
    scratch_remove(&s);
}

/* Only root can make a link somebody else's; everybody may follow his own. */
static void somebody_elses_link_in_a_shared_folder_is_not_followed(void)
{
    enum { NOBODY = 65534 };
    struct scratch s = scratch_with("f", "old", 3);
    mr_error err = {.status = MR_OK};
    bool is_foreign = geteuid() == 0;
    const char *link = in_folder(&s, "link");
    CU_ASSERT_EQUAL(chmod(s.folder, 01777), 0);
    CU_ASSERT_EQUAL(symlink("f", link), 0);
    if (is_foreign) CU_ASSERT_EQUAL(lchown(link, NOBODY, NOBODY), 0);
    CU_ASSERT_EQUAL(write_text(link, "new", &err), is_foreign ? MR_E_IO : MR_OK);
    CU_ASSERT(!is_foreign || strstr(err.message, "somebody else's link"));
    expect_file(&s, is_foreign ? "old" : "new");
    CU_ASSERT_EQUAL(chmod(s.folder, 0700), 0);
    CU_ASSERT_EQUAL(write_text(link, "newer", &err), MR_OK);
    expect_file(&s, "newer");
    scratch_remove(&s);
}

static void a_temporary_is_as_private_as_what_it_replaces(void)
{
    static const struct {
        mode_t of_old, umask, born;
    } rows[] = {
        {S_IFREG | 0600, 022, 0600}, {S_IFREG | 0666, 077, 0666}, {0, 027, 0640}, {S_IFREG, 0, 0}};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct scratch s = scratch_make("f");
        struct mr_temporary t;
        struct stat info;
        mode_t old_mask = umask(rows[k].umask);
        CU_ASSERT_EQUAL_FATAL(mr_temporary_create(&t, s.path, rows[k].of_old, NULL), MR_OK);
        (void)umask(old_mask);
        CU_ASSERT_EQUAL(fstat(t.fd, &info), 0);
        CU_ASSERT_EQUAL(info.st_mode & 0777, rows[k].born);
        mr_temporary_discard(&t);
        CU_ASSERT_EQUAL(scratch_entries(&s), 0);
        scratch_remove(&s);
    }
}

static void what_a_killed_process_left_is_removed(void)
{
    struct scratch s = scratch_with("f", "old", 3);
    int abandoned = open(in_folder(&s, ".millrace-1.tmp"), O_CREAT | O_RDWR, 0600);
    int held = open(in_folder(&s, ".millrace-2.tmp"), O_CREAT | O_RDWR, 0600);
    int other = open(in_folder(&s, ".millrace-3"), O_CREAT | O_RDWR, 0600);
    CU_ASSERT_EQUAL(symlink("f", in_folder(&s, ".millrace-4.tmp")), 0);
    CU_ASSERT_EQUAL(flock(held, LOCK_EX), 0);
    CU_ASSERT_EQUAL(close(abandoned), 0);
    CU_ASSERT_EQUAL(write_text(s.path, "new", NULL), MR_OK);
    expect_file(&s, "new");
    CU_ASSERT_NOT_EQUAL(access(in_folder(&s, ".millrace-1.tmp"), F_OK), 0);
    CU_ASSERT_EQUAL(access(in_folder(&s, ".millrace-2.tmp"), F_OK), 0);
    CU_ASSERT_EQUAL(scratch_entries(&s), 4);
    (void)close(held);
    (void)close(other);
    scratch_remove(&s);
}

SUITE(output,
      {"names_of_open_descriptors_are_the_descriptors",
       names_of_open_descriptors_are_the_descriptors},
      {"a_dangling_link_makes_the_file_it_leads_to", a_dangling_link_makes_the_file_it_leads_to},
      {"what_is_no_regular_file_is_never_replaced", what_is_no_regular_file_is_never_replaced},
      {"somebody_elses_link_in_a_shared_folder_is_not_followed",
       somebody_elses_link_in_a_shared_folder_is_not_followed},
      {"a_temporary_is_as_private_as_what_it_replaces",
       a_temporary_is_as_private_as_what_it_replaces},
      {"what_a_killed_process_left_is_removed", what_a_killed_process_left_is_removed});
