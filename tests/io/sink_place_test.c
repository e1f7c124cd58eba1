/* Where sinks write: files that appear whole, links, pipes, descriptors, and where they cannot. */
#define _XOPEN_SOURCE 700 /* symlink(), mkfifo() */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "io/scratch.h"
#include "io/sink.h"
#include "io/sink_pair.h"
#include "suite.h"

static void a_file_appears_whole_or_not_at_all(void)
{
    struct scratch s = scratch_with("out.txt", "old\n", 4);
    struct mr_sink_layout layout = pair_layout(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    char bytes[16];
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_flush(sink, &err), MR_OK);
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), 4);
    CU_ASSERT(scratch_entries(&s) <= 2); /* it may have no name yet */
    mr_sink_discard(&sink);
    CU_ASSERT_PTR_NULL(sink);
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), 4);
    CU_ASSERT_EQUAL(memcmp(bytes, "old\n", 4), 0);
    CU_ASSERT_EQUAL(scratch_entries(&s), 1);
    mr_sink_discard(&sink);
    scratch_remove(&s);
}

static void a_new_file_follows_the_umask_and_an_old_one_keeps_its_mode(void)
{
    struct mr_sink_layout layout = pair_layout(MR_SINK_TEXT, pair_dtypes, 1);
    mode_t old_mask = umask(027);
    for (int existing = 0; existing < 2; existing++) {
        struct scratch s = scratch_make("out.txt");
        struct mr_sink *sink;
        struct stat info;
        mr_error err;
        if (existing) scratch_write(&s, "", 0);
        if (existing) CU_ASSERT_EQUAL(chmod(s.path, 0604), 0);
        CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
        mr_sink_discard(&sink);
        CU_ASSERT_EQUAL(stat(s.path, &info), 0);
        CU_ASSERT_EQUAL(info.st_mode & 0777, existing ? 0604 : 0640);
        scratch_remove(&s);
    }
    (void)umask(old_mask);
}

static void a_link_stays_a_link(void)
{
    struct scratch s = scratch_with("target.txt", "old", 3);
    struct mr_sink_layout layout = pair_layout(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    struct stat info;
    mr_error err;
    char link_path[400], bytes[16];
    (void)snprintf(link_path, sizeof link_path, "%s/link.txt", s.folder);
    CU_ASSERT_EQUAL_FATAL(symlink("target.txt", link_path), 0);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, link_path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 1, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(lstat(link_path, &info), 0);
    CU_ASSERT(S_ISLNK(info.st_mode));
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), 2);
    CU_ASSERT_EQUAL(memcmp(bytes, "1\n", 2), 0);
    scratch_remove(&s);
}

static void what_cannot_be_written_says_why(void)
{
    struct scratch s = scratch_make("out.txt");
    struct mr_sink_layout layout = pair_layout(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    char path[400];
    (void)snprintf(path, sizeof path, "%s/none/out.txt", s.folder);
    CU_ASSERT_EQUAL(mr_sink_open(&sink, path, &layout, &err), MR_E_IO);
    CU_ASSERT(!sink && strstr(err.message, strerror(ENOENT)) && strstr(err.hint, "folder"));
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.folder, &layout, &err), MR_E_IO);
    CU_ASSERT(!sink && strstr(err.message, "no file to write to"));
    (void)snprintf(path, sizeof path, "%s/", s.path);
    CU_ASSERT_EQUAL(mr_sink_open(&sink, path, &layout, &err), MR_E_IO);
    CU_ASSERT_EQUAL(mr_sink_open(&sink, "", &layout, &err), MR_E_IO);
    CU_ASSERT_EQUAL(mr_sink_open_fd(&sink, -1, "closed", &layout, &err), MR_E_IO);
    layout.column_count = 9;
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.path, &layout, &err), MR_E_LIMIT);
    layout.column_count = 0;
    CU_ASSERT_EQUAL(mr_sink_open(&sink, s.path, &layout, &err), MR_E_LIMIT);
    CU_ASSERT_EQUAL(scratch_entries(&s), 0);
    scratch_remove(&s);
}

static void a_full_device_is_reported_and_stays_reported(void)
{
    static double values[20000];
    static const void *const columns[] = {values};
    for (int format = MR_SINK_TEXT; format < MR_SINK_COUNT; format++) {
        if (format == MR_SINK_NPY) continue; /* needs a length */
        struct mr_sink_layout layout = pair_layout((enum mr_sink_format)format, pair_dtypes + 1, 1);
        struct mr_sink *sink;
        mr_error err, again;
        CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, "/dev/full", &layout, &err), MR_OK);
        mr_status st = mr_sink_write(sink, columns, 20000, &err);
        if (!st) st = mr_sink_finish(sink, &err);
        CU_ASSERT_EQUAL(st, MR_E_IO);
        CU_ASSERT(strstr(err.message, "/dev/full: write") && strstr(err.message, strerror(ENOSPC)));
        CU_ASSERT(!strcmp(err.call, "write") && err.hint[0]);
        CU_ASSERT_EQUAL(mr_sink_write(sink, columns, 1, &again), MR_E_IO);
        CU_ASSERT_STRING_EQUAL(again.message, err.message);
        CU_ASSERT_EQUAL(mr_sink_finish(sink, &again), MR_E_IO);
        mr_sink_discard(&sink);
    }
}

static void a_small_write_fails_at_finish(void)
{
    struct mr_sink_layout layout = pair_layout(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, "/dev/full", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 1, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_E_IO);
    mr_sink_discard(&sink);
}

static void a_closed_pipe_has_a_status_of_its_own(void)
{
    int ends[2];
    struct mr_sink_layout layout = pair_layout(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    void (*old_handler)(int) = signal(SIGPIPE, SIG_IGN);
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    (void)close(ends[0]);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open_fd(&sink, ends[1], "standard output", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_flush(sink, &err), MR_E_PIPE);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_E_PIPE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "standard output: write"));
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(close(ends[1]), 0); /* a descriptor stays the caller's */
    (void)signal(SIGPIPE, old_handler);
}

static void a_fifo_is_written_in_place(void)
{
    struct scratch s = scratch_make("fifo");
    struct mr_sink_layout layout = pair_layout(MR_SINK_TEXT, pair_dtypes, 1);
    struct mr_sink *sink;
    struct stat info;
    mr_error err;
    char bytes[16];
    CU_ASSERT_EQUAL_FATAL(mkfifo(s.path, 0600), 0);
    int reader = open(s.path, O_RDONLY | O_NONBLOCK);
    CU_ASSERT_FATAL(reader >= 0);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open(&sink, s.path, &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    CU_ASSERT_EQUAL(read(reader, bytes, sizeof bytes), 7);
    CU_ASSERT_EQUAL(memcmp(bytes, "1\n-2\n3\n", 7), 0);
    (void)close(reader);
    CU_ASSERT_EQUAL(stat(s.path, &info), 0);
    CU_ASSERT(S_ISFIFO(info.st_mode) && scratch_entries(&s) == 1);
    scratch_remove(&s);
}

static void a_descriptor_is_written_and_patched_where_it_stands(void)
{
    struct scratch s = scratch_with("out", "head", 4);
    struct mr_sink_layout layout = pair_layout(MR_SINK_NPY, pair_dtypes, 1);
    struct mr_sink *sink;
    mr_error err;
    char bytes[256];
    int fd = open(s.path, O_RDWR);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(lseek(fd, 0, SEEK_END), 4);
    CU_ASSERT_EQUAL_FATAL(mr_sink_open_fd(&sink, fd, "out", &layout, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_write(sink, pair, 3, &err), MR_OK);
    CU_ASSERT_EQUAL(mr_sink_finish(sink, &err), MR_OK);
    mr_sink_discard(&sink);
    (void)close(fd);
    CU_ASSERT_EQUAL(scratch_read(&s, bytes, sizeof bytes), 4 + 128 + 24);
    CU_ASSERT_EQUAL(memcmp(bytes, "head\x93NUMPY", 10), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(bytes + 14, "'shape': (3,)"));

    fd = open(s.path, O_WRONLY | O_APPEND); /* where nothing can be patched */
    CU_ASSERT_EQUAL(mr_sink_open_fd(&sink, fd, "out", &layout, &err), MR_E_VALUE);
    (void)close(fd);
    scratch_remove(&s);
}

static void every_failed_allocation_leaves_no_file_behind(void)
{
    struct scratch s = scratch_make("out.txt");
    struct mr_sink_layout layout = pair_layout(MR_SINK_CSV, pair_dtypes, 2);
    size_t before = mr_memory_live_bytes();
    for (uint64_t nth = 1;; nth++) {
        struct mr_sink *sink;
        mr_error err;
        mr_memory_fail_at(nth, 0);
        mr_status st = mr_sink_open(&sink, s.path, &layout, &err);
        mr_memory_fail_at(0, 0);
        CU_ASSERT_EQUAL(sink == NULL, st != MR_OK);
        mr_sink_discard(&sink);
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
        CU_ASSERT_EQUAL(scratch_entries(&s), 0);
        if (st == MR_OK) {
            CU_ASSERT_EQUAL(nth, 5);
            break;
        }
        CU_ASSERT_EQUAL(st, MR_E_NO_MEMORY);
    }
    scratch_remove(&s);
}

SUITE(sink_place, {"a_file_appears_whole_or_not_at_all", a_file_appears_whole_or_not_at_all},
      {"a_new_file_follows_the_umask_and_an_old_one_keeps_its_mode",
       a_new_file_follows_the_umask_and_an_old_one_keeps_its_mode},
      {"a_link_stays_a_link", a_link_stays_a_link},
      {"what_cannot_be_written_says_why", what_cannot_be_written_says_why},
      {"a_full_device_is_reported_and_stays_reported",
       a_full_device_is_reported_and_stays_reported},
      {"a_small_write_fails_at_finish", a_small_write_fails_at_finish},
      {"a_closed_pipe_has_a_status_of_its_own", a_closed_pipe_has_a_status_of_its_own},
      {"a_fifo_is_written_in_place", a_fifo_is_written_in_place},
      {"a_descriptor_is_written_and_patched_where_it_stands",
       a_descriptor_is_written_and_patched_where_it_stands},
      {"every_failed_allocation_leaves_no_file_behind",
       every_failed_allocation_leaves_no_file_behind});
