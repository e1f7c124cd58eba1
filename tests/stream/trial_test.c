/* The trial of a device: it passes where everything is right and names the skeleton that is not. */
#include <stdio.h>
#include <string.h>

#include "cl/build.h"
#include "cl/child.h"
#include "rig.h"
#include "stream/trial.h"

static void try_the_device(const atomic_bool *is_unwanted)
{
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL};
    struct mr_engine *engine = NULL;
    char reason[MR_TRIAL_REASON_BYTES] = "";
    mr_error err = {0};
    mr_status st = mr_opencl_engine_create(&engine, &params, true, &err);
    mr_build_unless(is_unwanted);
    if (st == MR_OK) st = mr_trial_run(reason, engine, true, &err);
    printf("%s: %s", mr_status_name(st), st ? err.message : reason);
    if (st) printf("; '%s'", reason);
    if (engine) engine->class->destroy(&engine);
}

CHILD(tries_the_device)
{
    try_the_device(NULL);
}

/* As where the stream is closed meanwhile. */
CHILD(gives_up_the_trial)
{
    static const atomic_bool is_unwanted = true;
    try_the_device(&is_unwanted);
}

static const struct {
    const char *environment[4];
    const char *says;
} trials[] = {
    {{NULL}, "ok: "},
    {{"OPENCL_LAYERS=" MILLRACE_LAYER, "MILLRACE_LAYER_VERSION=OpenCL 1.2",
      "MILLRACE_LAYER_FLIP=1:100000:20"},
     "ok: trial of fused: other bits than the host engine's"},
    {{"OPENCL_LAYERS=" MILLRACE_LAYER, "MILLRACE_FAULT=clBuildProgram:3:-11:persist"},
     "ok: trial of "},
};

static void a_trial_that_is_given_up_says_nothing_of_the_device(void)
{
    struct child_result r = child_run("gives_up_the_trial", (const char *[]){NULL});
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, "interrupted: interrupted; ''");
}

static void a_trial_names_what_differs(void)
{
    for (size_t k = 0; k < sizeof trials / sizeof trials[0]; k++) {
        struct child_result r = child_run("tries_the_device", trials[k].environment);
        bool said = strncmp(r.text, trials[k].says, strlen(trials[k].says)) == 0;
        CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
        if (trials[k].says[4] == '\0') said = r.text[4] == '\0' && said;
        CU_ASSERT_TRUE(said);
        if (!said) printf("\ntrial %zu: %s", k, r.text);
    }
}

SUITE(trial, {"a_trial_names_what_differs", a_trial_names_what_differs},
      {"a_trial_that_is_given_up_says_nothing_of_the_device",
       a_trial_that_is_given_up_says_nothing_of_the_device});
