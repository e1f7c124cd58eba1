#include "child/tasks.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cl/build.h"
#include "cl/session.h"
#include "cl/verdict.h"
#include "stream/trial.h"

/* Which drivers there are, and which devices. */
static mr_status contact(const char *const fields[], void (*say)(const char *), mr_error *err)
{
    struct mr_device *devices = NULL;
    size_t count;
    (void)fields;
    say("listing its devices");
    mr_status st = mr_device_list(&devices, &count, err);
    mr_free(devices);
    return st == MR_E_NO_DEVICE ? MR_OK : st;
}

static bool is_meant(const struct mr_device *d, const char *const fields[])
{
    return !strcmp(d->platform_name, fields[MR_CHILD_PLATFORM]) &&
           !strcmp(d->name, fields[MR_CHILD_NAME]) && !strcmp(d->driver, fields[MR_CHILD_DRIVER]) &&
           !strcmp(d->version, fields[MR_CHILD_DEVICE_VERSION]);
}

/* Its number, as mr_stream_params.device takes it: of devices that are the same, the first. */
static mr_status find_device(char number[16], const char *const fields[], mr_error *err)
{
    struct mr_device *devices = NULL;
    size_t count = 0;
    mr_status st = mr_device_list(&devices, &count, err);
    number[0] = '\0';
    for (size_t k = 0; k < count && !number[0]; k++)
        if (is_meant(&devices[k], fields)) (void)snprintf(number, 16, "%u", devices[k].number);
    mr_free(devices);
    if (st == MR_OK && !number[0])
        st = mr_fail(err, MR_E_STATE, "this process does not see the device");
    return st;
}

/* The self-test and whole kernels, rung by rung. What comes of it is kept where the caller looks.
 */
static mr_status trial(const char *const fields[], void (*say)(const char *), mr_error *err)
{
    char number[16];
    struct mr_engine *engine = NULL;
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .device = number};
    say("listing its devices");
    MR_TRY(find_device(number, fields, err));
    say("its self-test");
    mr_trial_tell(say);
    mr_status st = mr_trial_create_engine(&engine, &params, false, err);
    if (engine) engine->class->destroy(&engine);
    return st == MR_E_NO_DEVICE ? MR_OK : st;
}

/* One program, which is kept. */
static mr_status program(const char *const fields[], void (*say)(const char *), mr_error *err)
{
    char number[16];
    struct mr_session *session = NULL;
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .device = number};
    say("listing its devices");
    MR_TRY(find_device(number, fields, err));
    say("opening it");
    mr_status st = mr_session_open(&session, &params, false, err);
    say("the first build of a kernel");
    if (st == MR_OK)
        st = mr_program_cache(session, fields[MR_CHILD_TEXT], fields[MR_CHILD_OPTIONS], err);
    mr_session_close(&session);
    /* Who asked builds it, too, and tells what the compiler says. */
    return st == MR_E_INTERNAL ? MR_OK : st;
}

static const struct {
    const char *name;
    mr_status (*run)(const char *const fields[], void (*say)(const char *), mr_error *err);
} tasks[] = {{"contact", contact}, {"trial", trial}, {"program", program}};

mr_status mr_task_run(const char *const fields[MR_CHILD_FIELDS], void (*say)(const char *phase),
                      mr_error *err)
{
    if (fields[MR_CHILD_ANEW][0]) mr_verdict_ask_anew();
    for (size_t k = 0; k < sizeof tasks / sizeof tasks[0]; k++)
        if (!strcmp(fields[MR_CHILD_WHAT], tasks[k].name)) return tasks[k].run(fields, say, err);
    return mr_fail(err, MR_E_VALUE, "no task '%.40s'", fields[MR_CHILD_WHAT]);
}
