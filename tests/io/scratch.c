#define _XOPEN_SOURCE 700 /* mkdtemp() */

#include "io/scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A test without its file proves nothing: give up aloud. */
static void need(int ok, const char *what)
{
    if (ok) return;
    perror(what);
    abort();
}

struct scratch scratch_make(const char *file_name)
{
    struct scratch s;
    const char *base = getenv("TMPDIR");
    (void)snprintf(s.folder, sizeof s.folder, "%s/millrace-io-XXXXXX", base ? base : "/tmp");
    need(mkdtemp(s.folder) != NULL, s.folder);
    (void)snprintf(s.path, sizeof s.path, "%s/%.60s", s.folder, file_name);
    return s;
}

struct scratch scratch_with(const char *file_name, const void *bytes, size_t count)
{
    struct scratch s = scratch_make(file_name);
    scratch_write(&s, bytes, count);
    return s;
}

void scratch_write(const struct scratch *s, const void *bytes, size_t count)
{
    FILE *file = fopen(s->path, "wb");
    need(file != NULL, s->path);
    need(fwrite(bytes, 1, count, file) == count, s->path);
    need(fclose(file) == 0, s->path);
}

mr_status scratch_table(const struct scratch *s, enum mr_sink_format format,
                        const mr_dtype dtypes[], const char *const names[], size_t column_count,
                        const void *const columns[], size_t rows)
{
    const struct mr_sink_layout layout = {.format = format,
                                          .column_count = column_count,
                                          .names = names,
                                          .dtypes = dtypes,
                                          .expected_rows = -1};
    struct mr_sink *sink = NULL;
    mr_status st = mr_sink_open(&sink, s->path, &layout, NULL);
    if (!st) st = mr_sink_write(sink, columns, rows, NULL);
    if (!st) st = mr_sink_finish(sink, NULL);
    mr_sink_discard(&sink);
    return st;
}

size_t scratch_hex(unsigned char *out, const char *const lines[], size_t count)
{
    enum { LINE_BYTES = 32 };
    memset(out, 0, count * LINE_BYTES);
    for (size_t k = 0; k < count; k++)
        for (size_t n = 0; lines[k][n]; n += 2) {
            char two[3] = {lines[k][n], lines[k][n + 1], '\0'};
            out[k * LINE_BYTES + n / 2] = (unsigned char)strtoul(two, NULL, 16);
        }
    return count * LINE_BYTES;
}

long scratch_read(const struct scratch *s, void *buffer, size_t room)
{
    FILE *file = fopen(s->path, "rb");
    if (!file) return -1;
    long count = (long)fread(buffer, 1, room, file);
    (void)fclose(file);
    return count;
}

/* Counts the folder's entries, and removes them if `remove_them`. */
static size_t walk(const struct scratch *s, int remove_them)
{
    size_t count = 0;
    DIR *folder = opendir(s->folder);
    need(folder != NULL, s->folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[600];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        count++;
        (void)snprintf(path, sizeof path, "%s/%.300s", s->folder, entry->d_name);
        if (remove_them) need(remove(path) == 0, path);
    }
    (void)closedir(folder);
    return count;
}

size_t scratch_entries(const struct scratch *s)
{
    return walk(s, 0);
}

void scratch_remove(const struct scratch *s)
{
    (void)walk(s, 1);
    need(rmdir(s->folder) == 0, s->folder);
}

int scratch_pipe(const void *bytes, size_t count)
{
    int ends[2];
    need(count <= 65536, "scratch_pipe");
    need(pipe(ends) == 0, "pipe");
    need(write(ends[1], bytes, count) == (ssize_t)count, "write");
    (void)close(ends[1]);
    return ends[0];
}
