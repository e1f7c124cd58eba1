#include "cl/build.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "cl/build_lock.h"
#include "cl/cached_program.h"
#include "cl/child_process.h"
#include "cl/contact.h"
#include "cl/headroom.h"
#include "cl/quirk.h"
#include "cl/verdict.h"

struct entry {
    cl_context context; /* NULL: free */
    cl_device_id device;
    uint64_t hash;
    char *source; /* options, a line's end, text */
    cl_program program;
    uint64_t used; /* the clock at its last use */
};

/* One lock for the table and the compiler: see mr_build_begin(). */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry entries[MR_PROGRAM_CACHE_SIZE];
static uint64_t clock_ticks;

size_t mr_program_texts_limit = MR_PROGRAM_TEXTS_MOST;
static uint64_t texts[MR_PROGRAM_TEXTS_MOST]; /* hashes of what was compiled, in a process's life */
static size_t text_count;

static int lock_file = -1; /* of this process, while the lock is held for the compiler */

static _Thread_local const atomic_bool *unwanted;
static _Thread_local atomic_bool *repeated;

void mr_build_unless(const atomic_bool *is_unwanted)
{
    unwanted = is_unwanted;
}

void mr_build_tell_repeated(atomic_bool *is_repeated)
{
    repeated = is_repeated;
}

bool mr_build_is_unwanted(void)
{
    return unwanted && atomic_load(unwanted);
}

mr_status mr_build_begin(const char *text, mr_error *err)
{
    (void)pthread_mutex_lock(&lock);
    if (!mr_build_is_unwanted()) lock_file = mr_build_lock_take(text, unwanted);
    if (!mr_build_is_unwanted()) return MR_OK;
    mr_build_end();
    return mr_fail(err, MR_E_INTERRUPTED, "interrupted");
}

void mr_build_end(void)
{
    mr_build_lock_release(lock_file);
    lock_file = -1;
    (void)pthread_mutex_unlock(&lock);
}

/* ---- The cache ---- */

static void entry_clear(struct entry *e)
{
    mr_program_release(&e->program);
    mr_free(e->source);
    *e = (struct entry){0};
}

void mr_program_cache_drop(cl_context context)
{
    if (mr_contact_check(NULL) != MR_OK) return;
    (void)pthread_mutex_lock(&lock);
    for (size_t k = 0; k < MR_PROGRAM_CACHE_SIZE; k++)
        if (entries[k].context && (!context || entries[k].context == context))
            entry_clear(&entries[k]);
    (void)pthread_mutex_unlock(&lock);
}

size_t mr_program_cache_count(void)
{
    size_t count = 0;
    (void)pthread_mutex_lock(&lock);
    for (size_t k = 0; k < MR_PROGRAM_CACHE_SIZE; k++) count += entries[k].context != NULL;
    (void)pthread_mutex_unlock(&lock);
    return count;
}

static struct entry *find_entry(const struct mr_session *s, uint64_t hash, const char *source)
{
    for (size_t k = 0; k < MR_PROGRAM_CACHE_SIZE; k++) {
        struct entry *e = &entries[k];
        if (e->context == s->context && e->device == s->device.id && e->hash == hash &&
            !strcmp(e->source, source))
            return e;
    }
    return NULL;
}

/* A free place, or that of the program used longest ago. */
static struct entry *oldest_entry(void)
{
    struct entry *oldest = &entries[0];
    for (size_t k = 1; k < MR_PROGRAM_CACHE_SIZE; k++)
        if (entries[k].used < oldest->used) oldest = &entries[k];
    return oldest;
}

/* One more reference for the caller. */
static mr_status lend(struct mr_session *s, struct entry *e, cl_program *out, mr_error *err)
{
    cl_int code = mr_cl_loaded()->clRetainProgram(e->program);
    if (code != CL_SUCCESS) return mr_cl_fail(err, code, "clRetainProgram", s->device.name, NULL);
    mr_cl_count(1);
    e->used = ++clock_ticks;
    *out = e->program;
    return MR_OK;
}

/* ---- The compiler ---- */

/* -w: some drivers print the number of warnings to stderr, which is not ours. */
static const char language_option[] = "-cl-std=CL1.2 -w";

static void write_options(struct mr_strbuf *out, const struct mr_session *s, const char *options)
{
    mr_strbuf_add(out, language_option);
    if (s->device.divides_exactly) mr_strbuf_add(out, " -cl-fp32-correctly-rounded-divide-sqrt");
    if (mr_rungs[s->device.rung].is_unoptimised) mr_strbuf_add(out, " -cl-opt-disable");
    if (options && options[0]) mr_strbuf_addf(out, " %s", options);
}

/* The compiler's log; NULL when there is none. Freed with mr_free(). */
static char *read_log(struct mr_session *s, cl_program program)
{
    const struct mr_cl *cl = mr_cl_loaded();
    size_t bytes = 0;
    cl_int code =
        cl->clGetProgramBuildInfo(program, s->device.id, CL_PROGRAM_BUILD_LOG, 0, NULL, &bytes);
    char *log = code == CL_SUCCESS && bytes > 1 ? mr_alloc(bytes + 1, 1) : NULL;
    if (log)
        code = cl->clGetProgramBuildInfo(program, s->device.id, CL_PROGRAM_BUILD_LOG, bytes, log,
                                         NULL);
    if (code == CL_SUCCESS) return log;
    mr_free(log);
    return NULL;
}

/* Appends the first lines of the compiler's log. */
static void quote_log(mr_error *err, const char *log)
{
    size_t used = strlen(err->message);
    (void)snprintf(err->message + used, sizeof err->message - used, ": %s", log);
    mr_text_clean(err->message + used, true);
    for (used = strlen(err->message); used > 0 && err->message[used - 1] == '\n'; used--)
        err->message[used - 1] = '\0';
}

/* Kernels are printed by millrace, so a text that does not compile is its own fault. */
static mr_status fail_build(struct mr_session *s, cl_program program, cl_int code, mr_error *err)
{
    mr_status st = mr_cl_fail(err, code, "clBuildProgram", s->device.name, NULL);
    char *log = read_log(s, program);
    if (err) quote_log(err, log ? log : "twice, and the driver gave no log");
    bool is_told = log != NULL;
    mr_free(log);
    if (code != CL_BUILD_PROGRAM_FAILURE) return st;
    if (!is_told)
        return mr_error_hint(err, st,
                             "a disk that is full or another process in the driver's cache folder "
                             "may be the cause: try again; the host engine does without");
    if (err) err->status = MR_E_INTERNAL;
    return mr_error_hint(err, MR_E_INTERNAL,
                         "please report it with what mr_explain() with kernels says; "
                         "MR_ENGINE_HOST does without the compiler");
}

static mr_status compile_once(struct mr_session *s, const char *text, const char *options,
                              cl_program *out, mr_error *err)
{
    const struct mr_cl *cl = mr_cl_loaded();
    cl_int code = CL_SUCCESS;
    cl_program program = cl->clCreateProgramWithSource(s->context, 1, &text, NULL, &code);
    if (code != CL_SUCCESS || !program)
        return mr_cl_fail(err, code, "clCreateProgramWithSource", s->device.name, NULL);
    mr_cl_count(1);

    code = cl->clBuildProgram(program, 1, &s->device.id, options, NULL, NULL);
    /* Some drivers know only newer languages; what we use of it is the same there. */
    if (code == CL_INVALID_BUILD_OPTIONS)
        code = cl->clBuildProgram(program, 1, &s->device.id, options + sizeof language_option - 1,
                                  NULL, NULL);
    if (code == CL_SUCCESS) {
        *out = program;
        return MR_OK;
    }
    mr_status st = fail_build(s, program, code, err);
    mr_program_release(&program);
    return st;
}

/* PoCL's processes share a cache folder, and one may find a file of its own renamed by another:
 * what failed for that reason succeeds the next time. */
static mr_status compile(struct mr_session *s, const char *text, const char *options,
                         cl_program *out, mr_error *err)
{
    MR_TRY(mr_room_to_compile(mr_device_has_quirk(&s->device, MR_QUIRK_NEEDS_FILES), err));
    if (mr_device_has_quirk(&s->device, MR_QUIRK_NEEDS_CHILDREN))
        MR_TRY(mr_children_are_waited_for(s->device.name, err));
    if (mr_device_has_quirk(&s->device, MR_QUIRK_RACES_IN_CACHE) &&
        compile_once(s, text, options, out, NULL) == MR_OK)
        return MR_OK;
    return compile_once(s, text, options, out, err);
}

/* Remembers what a driver will not forget. */
static mr_status count_text(const struct mr_session *s, uint64_t hash, mr_error *err)
{
    if (!mr_device_has_quirk(&s->device, MR_QUIRK_KEEPS_KERNELS)) return MR_OK;
    for (size_t k = 0; k < text_count; k++)
        if (texts[k] == hash) return MR_OK;
    if (text_count < mr_program_texts_limit) {
        texts[text_count++] = hash;
        return MR_OK;
    }
    mr_status st = mr_fail(err, MR_E_LIMIT,
                           "%zu different kernels were built in this process, the most that can be "
                           "with %s, which never unloads one",
                           text_count, s->device.version);
    return mr_error_hint(err, st, "use PoCL 4.0 or later, MR_ENGINE_HOST, or another process");
}

mr_status mr_program_cache(struct mr_session *session, const char *text, const char *options,
                           mr_error *err)
{
    cl_program program = NULL;
    (void)mr_cached_program_note(session, text, options);
    MR_TRY(compile(session, text, options, &program, err));
    mr_cached_program_write(session, text, options, program);
    mr_program_release(&program);
    /* Who loads it next finds what this process survived. */
    if (mr_cached_program_load(session, text, options, &program)) mr_program_release(&program);
    return MR_OK;
}

/* What a driver that may end the process makes of a text for the first time, and is stored. */
static mr_status compile_in_child(struct mr_session *s, const char *text, const char *options,
                                  mr_error *err)
{
    const struct mr_child_task task = {
        .what = "program", .device = &s->device, .options = options, .text = text};
    struct mr_child_end end;
    mr_status st = mr_child_run(&end, &task, err);
    if (st == MR_E_IO || (st == MR_OK && end.is_done)) return MR_OK;
    if (st != MR_OK) return st;
    struct mr_verdict v;
    mr_verdict_refuse(&s->device, end.words, end.is_lasting);
    mr_verdict_find(&v, &s->device);
    return mr_verdict_check(&s->device, &v, err);
}

/* As another process left it, or from its source. */
static mr_status load_or_compile(struct mr_session *s, const char *text, const char *options,
                                 cl_program *out, mr_error *err)
{
    if (mr_cached_program_load(s, text, options, out)) return MR_OK;
    if (mr_device_builds_in_child(&s->device) && !s->is_foreign && mr_child_is_there() &&
        !mr_cached_program_is_noted(s, text, options)) {
        MR_TRY(compile_in_child(s, text, options, err));
        if (mr_cached_program_load(s, text, options, out)) return MR_OK;
    }
    bool is_repeated = mr_cached_program_note(s, text, options);
    if (is_repeated && repeated) atomic_store(repeated, true);
    MR_TRY(compile(s, text, options, out, err));
    /* For a program that is kept its kernels are compiled, and loaded, once more. */
    if (is_repeated && text_count <= mr_program_texts_limit / 2)
        mr_cached_program_write(s, text, options, *out);
    return MR_OK;
}

/* Takes `source` over. */
static mr_status build_entry(struct mr_session *s, char *source, size_t options_length,
                             uint64_t hash, struct entry **out, mr_error *err)
{
    cl_program program = NULL;
    source[options_length] = '\0';
    mr_status st = count_text(s, hash, err);
    if (st == MR_OK) st = load_or_compile(s, source + options_length + 1, source, &program, err);
    source[options_length] = '\n';
    if (st != MR_OK) {
        mr_free(source);
        return st;
    }
    struct entry *e = oldest_entry();
    entry_clear(e);
    *e = (struct entry){.context = s->context,
                        .device = s->device.id,
                        .hash = hash,
                        .source = source,
                        .program = program};
    *out = e;
    return MR_OK;
}

mr_status mr_program_text_build(struct mr_session *session, const char *text, const char *options,
                                cl_program *out, mr_error *err)
{
    struct mr_strbuf source = {0};
    *out = NULL;
    write_options(&source, session, options);
    size_t options_length = source.length;
    mr_strbuf_addf(&source, "\n%s", text);
    if (source.failed) {
        mr_strbuf_free(&source);
        return mr_fail_no_memory(err, "the text of a program");
    }
    uint64_t hash = mr_hash_bytes(MR_HASH_SEED, source.text, source.length);

    mr_status st = mr_build_begin(text, err);
    if (st != MR_OK) {
        mr_strbuf_free(&source);
        return st;
    }
    struct entry *e = find_entry(session, hash, source.text);
    if (e)
        mr_strbuf_free(&source);
    else
        st = build_entry(session, source.text, options_length, hash, &e, err);
    if (st == MR_OK) st = lend(session, e, out, err);
    mr_build_end();
    return st;
}

mr_status mr_kernel_create(struct mr_session *session, cl_program program, const char *name,
                           cl_kernel *out, mr_error *err)
{
    cl_int code = CL_SUCCESS;
    *out = mr_cl_loaded()->clCreateKernel(program, name, &code);
    if (code == CL_SUCCESS && *out) {
        mr_cl_count(1);
        return MR_OK;
    }
    *out = NULL;
    return mr_cl_fail(err, code, "clCreateKernel", session->device.name, "kernel %s", name);
}
