/* millrace merge: of the partials of all parts, what one run would have printed. */
#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "cli/shards.h"
#include "cli/whole_file.h"
#include "stream/part_merge.h"

enum { MOST_BYTES = 1 << 27 };

static mr_status read_all(struct mr_strbuf files[], char *const paths[], size_t count,
                          mr_error *err)
{
    for (size_t k = 0; k < count; k++) {
        MR_TRY(mr_whole_file_read(&files[k], paths[k], MOST_BYTES + 1, err));
        if (files[k].length <= MOST_BYTES) continue;
        mr_status st =
            mr_fail(err, MR_E_LIMIT, "merge: %s has more than %d bytes, the most it reads",
                    paths[k], (int)MOST_BYTES);
        return mr_error_hint(err, st, "mr_partial_merge() of the library has no such limit");
    }
    return MR_OK;
}

static mr_status merge_all(void **bytes, size_t *size, const struct mr_strbuf files[],
                           char *const paths[], size_t count, mr_error *err)
{
    const void **parts = mr_alloc(count, sizeof *parts);
    size_t *sizes = mr_alloc(count, sizeof *sizes);
    mr_status st = parts && sizes ? MR_OK : mr_fail_no_memory(err, "partials");
    for (size_t k = 0; k < count && !st; k++) {
        parts[k] = mr_strbuf_text(&files[k]);
        sizes[k] = files[k].length;
    }
    if (!st) st = mr_part_merge(bytes, size, parts, sizes, (const char *const *)paths, count, err);
    mr_free(parts);
    mr_free(sizes);
    return st;
}

static mr_status merge_files(void **bytes, size_t *size, char *const paths[], size_t count,
                             mr_error *err)
{
    struct mr_strbuf *files = mr_alloc(count, sizeof *files);
    if (!files) return mr_fail_no_memory(err, "partials");
    mr_status st = read_all(files, paths, count, err);
    if (!st) st = merge_all(bytes, size, files, paths, count, err);
    for (size_t k = 0; k < count; k++) mr_strbuf_free(&files[k]);
    mr_free(files);
    return st;
}

static int print(const void *bytes, size_t size, const struct mr_options *options)
{
    struct mr_options own = *options;
    mr_error err;
    mr_seq *rows;
    own.stream.engine = MR_ENGINE_HOST; /* to hand on what is there */
    if (mr_partial_finish(&rows, bytes, size, &err)) return mr_report(&err);
    return mr_run_rows(&own, &rows);
}

int mr_command_merge(const struct mr_options *options, char *const arguments[], size_t count)
{
    mr_error err;
    void *bytes = NULL;
    size_t size = 0;
    if (count == 0) {
        mr_fail(&err, MR_E_ARITY, "merge: no files");
        mr_error_hint(&err, err.status, "millrace merge FILES, as --partial -o FILE wrote them");
        return mr_report(&err);
    }
    mr_status st = merge_files(&bytes, &size, arguments, count, &err);
    if (!st && options->partial) st = mr_partial_write(bytes, size, options, &err);
    int exit_code = st ? mr_report(&err) : options->partial ? 0 : print(bytes, size, options);
    mr_partial_free(&bytes);
    return exit_code;
}
