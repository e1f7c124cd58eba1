#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cl/cache_folder.h"
#include "cl/first_contact.h"
#include "cl/loader.h"
#include "cl/tuned.h"
#include "cl/verdict.h"
#include "cli/cli.h"
#include "cli/words.h"
#include "io/number.h"
#include "ir/op.h"

enum {
    DEVICES_LIMIT = 64,
    FAULTS_SHOWN = 5,
    KNOWN_LIMIT = sizeof(((struct mr_op *)NULL)->known) / sizeof(struct mr_known)
};

/* What was found so far. The first fault decides the exit code. */
struct visit {
    const char *device;
    int exit_code;
};

static void say(const char *verdict, const char *format, va_list list)
{
    printf("%-6s ", verdict);
    (void)vprintf(format, list);
    printf("\n");
    (void)fflush(stdout);
}

static void say_ok(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say_ok(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    say("ok", format, list);
    va_end(list);
}

/* In the command's words, where the library said it. */
static void say_fix(const char *fix)
{
    printf("       fix: %s\n", mr_in_words(fix));
}

static void say_note(const char *fix, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void say_note(const char *fix, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    say("note", format, list);
    va_end(list);
    say_fix(fix);
}

static void say_fault(struct visit *v, int exit_code, const char *fix, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void say_fault(struct visit *v, int exit_code, const char *fix, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    say("FAULT", format, list);
    va_end(list);
    say_fix(fix);
    if (!v->exit_code) v->exit_code = exit_code;
}

static void say_wait(const char *what)
{
    printf("       %s\n", what);
    (void)fflush(stdout);
}

static void fault_of_error(struct visit *v, const char *what, const mr_error *err)
{
    say_fault(v, mr_status_exit_code(err->status), err->hint[0] ? err->hint : "none is known",
              "%s: %s", what, err->message);
}

/* What PoCL takes, in its order; "" when it would find none. */
static void name_cache_folder(char *out, size_t size)
{
    const char *chosen = getenv("POCL_CACHE_DIR"), *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    if (chosen && chosen[0])
        (void)snprintf(out, size, "%s", chosen);
    else if (cache && cache[0])
        (void)snprintf(out, size, "%s", cache);
    else
        (void)snprintf(out, size, "%s%s", home ? home : "", home ? "/.cache" : "");
}

/* Only trying tells: root may write where nothing can be created. */
static bool can_keep_files(const char *folder)
{
    char path[PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/.millrace-doctor-%ld", folder, (long)getpid());
    (void)mkdir(folder, 0700);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    (void)close(fd);
    (void)unlink(path);
    return true;
}

static void check_cache_folder(struct visit *v)
{
    char reason[256], folder[PATH_MAX];
    bool is_private = mr_cache_folder_prepare(reason, sizeof reason);
    name_cache_folder(folder, sizeof folder);
    if (!is_private)
        say_fault(v, 1, "set POCL_CACHE_DIR to a folder that is yours alone (mode 0700)", "%s",
                  reason);
    else if (can_keep_files(folder))
        say_ok("compiled kernels are kept under %s", folder);
    else
        say_fault(v, 1, "set POCL_CACHE_DIR to a folder that you may write to",
                  "no kernels can be kept under %s", folder);
}

static void check_shapes(void)
{
    mr_error err;
    if (mr_tuned_check(&err) != MR_OK) say_note(err.hint, "%s", err.message);
}

static size_t count_icds(const char *folder)
{
    size_t count = 0;
    DIR *entries = opendir(folder);
    for (struct dirent *e; entries && (e = readdir(entries));) {
        const char *dot = strrchr(e->d_name, '.');
        count += dot && strcmp(dot, ".icd") == 0;
    }
    if (entries) (void)closedir(entries);
    return count;
}

/* The loader looks for drivers in a folder of .icd files; OCL_ICD_VENDORS may name another one, or
 * a single file. */
static void check_icds(struct visit *v)
{
    const char *vendors = getenv("OCL_ICD_VENDORS");
    const char *folder = vendors && vendors[0] ? vendors : "/etc/OpenCL/vendors";
    const char *dot = strrchr(folder, '.');
    size_t count = dot && strcmp(dot, ".icd") == 0 ? access(folder, R_OK) == 0 : count_icds(folder);
    if (count)
        say_ok("%zu OpenCL driver%s (.icd) in %s", count, count == 1 ? "" : "s", folder);
    else
        say_fault(v, mr_status_exit_code(MR_E_NO_DEVICE),
                  vendors ? "unset OCL_ICD_VENDORS" : "apt install pocl-opencl-icd",
                  "no OpenCL driver (.icd) in %s", folder);
}

static bool check_loader(struct visit *v)
{
    mr_error err;
    const struct mr_cl *cl = mr_cl(&err);
    if (cl)
        say_ok(mr_cl_is_driver() ? "no OpenCL loader is needed: one driver is opened by itself"
                                 : "the OpenCL loader is there");
    else
        fault_of_error(v, "OpenCL", &err);
    return cl != NULL;
}

/* Elements separated by spaces, the columns of one by commas: as known answers are written. */
static void add_batch(struct mr_strbuf *buf, const mr_seq *seq, const mr_batch *batch)
{
    for (size_t n = 0; n < batch->len; n++)
        for (size_t k = 0; k < batch->column_count; k++) {
            char number[MR_NUMBER_TEXT_BYTES];
            mr_dtype dtype = mr_seq_column_dtype(seq, k);
            const char *value = (const char *)batch->columns[k] + n * mr_dtype_size(dtype);
            size_t length = mr_format_number(number, dtype, value);
            if (buf->length) mr_strbuf_add(buf, k ? "," : " ");
            mr_strbuf_add_bytes(buf, number, length);
        }
}

static mr_status answer(struct mr_strbuf *buf, const char *pipeline, const mr_stream_params *params,
                        mr_error *err)
{
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    mr_batch batch = {.len = 1};
    mr_status st = mr_seq_parse(&seq, pipeline, err);
    if (!st) st = mr_stream_open(&stream, seq, params, err);
    while (!st && batch.len > 0) {
        st = mr_stream_next(stream, &batch, err);
        if (!st) add_batch(buf, seq, &batch);
    }
    mr_stream_close(&stream);
    mr_seq_release(&seq);
    return st;
}

static bool check_devices(struct visit *v)
{
    mr_device_info infos[DEVICES_LIMIT];
    size_t found = 0, usable = 0, doubles = 0;
    mr_error err;
    if (mr_devices_tested(infos, DEVICES_LIMIT, &found, &err)) {
        fault_of_error(v, "devices", &err);
        return false;
    }
    if (mr_drivers_left_out()[0])
        say_note("take its .icd away, or install another version", "left out: %s",
                 mr_drivers_left_out());
    for (size_t k = 0; k < found && k < DEVICES_LIMIT; k++) {
        bool is_meant = infos[k].is_usable && mr_device_is_meant(&infos[k], found, v->device);
        usable += is_meant;
        doubles += is_meant && infos[k].has_fp64;
        if (!infos[k].is_usable)
            say_note("choose another one with --device", "%s cannot be used: %s", infos[k].name,
                     mr_in_words(infos[k].reason));
        else if (!infos[k].has_fp64)
            say_note("keep to f32 and integers there, or use another device or --engine host",
                     "%s has no f64", infos[k].name);
        else
            say_ok("device %s: %s, f64", infos[k].name, mr_in_words(infos[k].reason));
    }
    if (!usable && v->device)
        say_fault(v, mr_status_exit_code(MR_E_NO_DEVICE), "millrace devices lists what there is",
                  "no device that can be used has '%s' in its name", v->device);
    else if (!usable)
        say_fault(v, mr_status_exit_code(MR_E_NO_DEVICE), "apt install pocl-opencl-icd",
                  "none of %zu devices can be used", found);
    else if (!doubles)
        say_note("apt install pocl-opencl-icd", "no device has f64: f64 runs on the host engine");
    return usable > 0;
}

/* What was asked of an engine. */
struct answers {
    size_t right, wrong, beyond; /* beyond: of what the device does not have, f64 */
};

static void check_known(struct visit *v, const struct mr_known *known,
                        const mr_stream_params *params, const char *engine, struct answers *answers)
{
    struct mr_strbuf buf = {0};
    mr_error err;
    mr_status st = answer(&buf, known->pipeline, params, &err);
    bool is_right = !st && strcmp(mr_strbuf_text(&buf), known->answer) == 0;
    if (is_right) {
        answers->right++;
    } else if (st == MR_E_NO_FP64) {
        answers->beyond++;
    } else if (st) {
        answers->wrong++;
        say_fault(v, mr_status_exit_code(st), err.hint[0] ? err.hint : "report it to millrace",
                  "%s: %s: %s", engine, known->pipeline, err.message);
    } else {
        answers->wrong++;
        say_fault(v, 1, "use another engine or device, and report it to millrace",
                  "%s: %s gave '%s' where '%s' is right", engine, known->pipeline,
                  mr_strbuf_text(&buf), known->answer);
    }
    mr_strbuf_free(&buf);
}

static void check_engine(struct visit *v, mr_engine_choice choice, const char *engine)
{
    mr_stream_params params = {.engine = choice, .batch_elems = 64};
    if (choice == MR_ENGINE_OPENCL) params.device = v->device;
    struct answers a = {0};
    size_t operators = 0;
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_known *known = mr_ops[k]->known;
        operators += known[0].pipeline != NULL;
        for (size_t n = 0; n < KNOWN_LIMIT && known[n].pipeline && a.wrong < FAULTS_SHOWN; n++)
            check_known(v, &known[n], &params, engine, &a);
    }
    if (!a.wrong) say_ok("%s: %zu known answers of %zu operators", engine, a.right, operators);
    if (a.beyond)
        say_note("they run on the host engine or on a device with f64",
                 "%s: %zu known answers need f64, which the device does not have", engine,
                 a.beyond);
    if (a.wrong == FAULTS_SHOWN) printf("       and maybe more\n");
}

int mr_command_doctor(const struct mr_options *options, char *const arguments[], size_t count)
{
    (void)arguments, (void)count;
    struct visit v = {.device = options->stream.device};
    mr_verdict_ask_anew();
    check_engine(&v, MR_ENGINE_HOST, "host engine");
    check_cache_folder(&v);
    check_shapes();
    bool has_device = check_loader(&v);
    if (has_device) {
        if (!mr_cl_is_driver()) check_icds(&v);
        has_device = check_devices(&v);
    }
    if (has_device) {
        say_wait("asking every operator, which may take a minute until its kernels are kept");
        check_engine(&v, MR_ENGINE_OPENCL, "opencl engine");
    }
    return v.exit_code;
}
