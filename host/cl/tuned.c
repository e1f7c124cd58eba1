#include "cl/tuned.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "cl/cache_folder.h"
#include "cl/verdict.h"
#include "io/output.h"

/* A line a device: shape, driver, name, separated by tabs. */
static const char header[] = "millrace shapes 1\n";
enum { FILE_BYTES = 16384 };

/* ---- reading ---- */

struct line {
    struct mr_profile profile;
    char driver[64], name[96];
};

/* A field that ends with `end`, copied; what follows it, or NULL. */
static const char *take_field(char *out, size_t size, const char *from, char end)
{
    size_t length = strcspn(from, "\t\n");
    if (from[length] != end || length >= size) return NULL;
    memcpy(out, from, length);
    out[length] = '\0';
    return from + length + 1;
}

static const char *take_line(struct line *out, const char *from)
{
    char shape[MR_PROFILE_TEXT_BYTES];
    from = take_field(shape, sizeof shape, from, '\t');
    if (from) from = take_field(out->driver, sizeof out->driver, from, '\t');
    if (from) from = take_field(out->name, sizeof out->name, from, '\n');
    return from && mr_profile_parse(&out->profile, shape, NULL) == MR_OK ? from : NULL;
}

/* The whole file; "" when there is none or it is damaged, which *is_damaged tells. */
static void read_file(char out[FILE_BYTES], bool *is_damaged)
{
    char path[MR_CACHE_PATH_BYTES];
    size_t length = 0;
    ssize_t got = 1;
    out[0] = '\0';
    *is_damaged = false;
    int fd = mr_cache_path(path, MR_TUNED_FILE, false) ? mr_cache_open(path) : -1;
    if (fd < 0) return;
    while (got > 0 && length < FILE_BYTES - 1) {
        got = read(fd, out + length, FILE_BYTES - 1 - length);
        if (got > 0) length += (size_t)got;
        if (got < 0 && errno == EINTR) got = 1;
    }
    (void)close(fd);
    out[length] = '\0';
    bool is_ours = got == 0 && strlen(out) == length && !strncmp(out, header, sizeof header - 1);
    const char *at = is_ours ? out + sizeof header - 1 : NULL;
    struct line line = {.driver = ""};
    while (at && *at) at = take_line(&line, at);
    *is_damaged = at == NULL;
    if (*is_damaged) out[0] = '\0';
}

mr_status mr_tuned_check(mr_error *err)
{
    char text[FILE_BYTES], path[MR_CACHE_PATH_BYTES];
    bool is_damaged;
    read_file(text, &is_damaged);
    if (!is_damaged || !mr_cache_path(path, MR_TUNED_FILE, false)) return MR_OK;
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "the shapes of code tuned before cannot be read: %.400s", path);
    return mr_error_hint(err, st, "take that file away: nothing is tuned then");
}

static bool is_of(const struct line *line, const struct mr_device *device)
{
    return !strcmp(line->driver, device->driver) && !strcmp(line->name, device->name);
}

const struct mr_profile *mr_device_table_profile(const struct mr_device *device)
{
    return mr_profile_of(
        &(struct mr_profile_device){.is_cpu = (device->type & CL_DEVICE_TYPE_CPU) != 0,
                                    .shares_memory = device->shares_memory});
}

void mr_device_profile(struct mr_profile *out, const struct mr_device *device, bool *tuned)
{
    char text[FILE_BYTES];
    bool is_damaged, is_tuned = false;
    *out = *mr_device_table_profile(device);
    struct line line = {.profile = *out};
    read_file(text, &is_damaged);
    const char *at = text[0] ? text + sizeof header - 1 : text;
    while (*at && (at = take_line(&line, at)) && !is_tuned) {
        is_tuned = is_of(&line, device);
        if (is_tuned) *out = line.profile;
    }
    if (mr_rungs[device->rung].is_plain) mr_profile_make_plain(out);
    out->has_fp64 = device->has_fp64;
    if (tuned) *tuned = is_tuned;
}

/* ---- writing ---- */

static mr_status write_file(const char *text, size_t length, mr_error *err)
{
    char path[MR_CACHE_PATH_BYTES];
    struct mr_output file;
    if (!mr_cache_path(path, MR_TUNED_FILE, true)) {
        mr_status st = mr_fail(err, MR_E_IO, "there is no cache folder to keep the shape in");
        return mr_error_hint(err, st,
                             "set XDG_CACHE_HOME or HOME to a folder that only you may write to");
    }
    MR_TRY(mr_output_open(&file, path, err));
    mr_status st = mr_output_write(&file, text, length, err);
    if (st == MR_OK) st = mr_output_commit(&file, err);
    mr_output_discard(&file);
    return st;
}

mr_status mr_tuned_save(const struct mr_device *device, const struct mr_profile *profile,
                        mr_error *err)
{
    char old[FILE_BYTES], shape[MR_PROFILE_TEXT_BYTES];
    struct mr_strbuf text = {0};
    struct line line;
    bool is_damaged;
    read_file(old, &is_damaged);
    mr_profile_write(shape, profile);
    mr_strbuf_addf(&text, "%s%s\t%s\t%s\n", header, shape, device->driver, device->name);
    const char *at = old[0] ? old + sizeof header - 1 : old;
    for (const char *next; *at && (next = take_line(&line, at)); at = next)
        if (!is_of(&line, device) && text.length + (size_t)(next - at) < FILE_BYTES - 1)
            mr_strbuf_add_bytes(&text, at, (size_t)(next - at));
    mr_status st = text.failed ? mr_fail_no_memory(err, "the tuned shapes")
                               : write_file(mr_strbuf_text(&text), text.length, err);
    mr_strbuf_free(&text);
    return st;
}
