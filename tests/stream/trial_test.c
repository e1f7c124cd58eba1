/* The trial of a device: it passes where everything is right and names the skeleton that is not. */
#include <stdio.h>
#include <string.h>

#include "cl/build.h"
#include "cl/child.h"
#include "emit/emit.h"
#include "emit/kernel_text.h"
#include "emit/skeleton.h"
#include "rig.h"
#include "stream/trial.h"

static void try_the_device(const atomic_bool *is_unwanted)
{
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL};
    struct mr_engine *engine = NULL;
    struct mr_trial_fault fault = {.reason = ""};
    mr_error err = {0};
    mr_status st = mr_opencl_engine_create(&engine, &params, true, &err);
    mr_build_unless(is_unwanted);
    if (st == MR_OK) st = mr_trial_run(&fault, engine, true, &err);
    printf("%s: %s", mr_status_name(st), st ? err.message : fault.reason);
    if (st) printf("; '%s'", fault.reason);
    if (!st && fault.is_fleeting) printf("; fleeting");
    if (engine) engine->class->destroy(&engine);
}

CHILD(tries_the_device)
{
    try_the_device(NULL);
}

#define FAULT "OPENCL_LAYERS=" MILLRACE_LAYER, "MILLRACE_FAULT="

/* As where the stream is closed meanwhile. */
CHILD(gives_up_the_trial)
{
    static const atomic_bool is_unwanted = true;
    try_the_device(&is_unwanted);
}

static const struct {
    const char *environment[4];
    const char *says, *ends; /* ends: NULL: it does not matter how */
} trials[] = {
    {{NULL}, "ok: ", "ok: "},
    {{"OPENCL_LAYERS=" MILLRACE_LAYER, "MILLRACE_LAYER_VERSION=OpenCL 1.2",
      "MILLRACE_LAYER_FLIP=1:100000:20"},
     "ok: trial of fused: other bits than the host engine's",
     "engine's"},
    /* A failed call is an answer, whatever its code; one that may mean a lack is no lasting one. */
    {{FAULT "clBuildProgram:3:-11:persist"}, "ok: trial of ", NULL},
    {{FAULT "clBuildProgram:4:-5:persist"},
     "ok: trial of compact: clBuildProgram failed: CL_OUT_OF_RESOURCES",
     "; fleeting"},
    {{FAULT "clCreateKernel:2:-48"},
     "ok: trial of fused: clCreateKernel failed: CL_INVALID_KERNEL (",
     NULL},
    {{FAULT "clEnqueueNDRangeKernel:2:-5"},
     "ok: trial of fused: clEnqueueNDRangeKernel failed: CL_OUT_OF_RESOURCES (",
     "; fleeting"},
    {{FAULT "clEnqueueNDRangeKernel:2:-36"},
     "ok: trial of fused: clEnqueueNDRangeKernel failed: CL_INVALID_COMMAND_QUEUE (",
     NULL},
    {{FAULT "clEnqueueNDRangeKernel:2:-6"},
     "ok: trial of fused: clEnqueueNDRangeKernel failed: CL_OUT_OF_HOST_MEMORY (",
     "; fleeting"},
    {{FAULT "clWaitForEvents:8:-5"}, "ok: trial of ", "; fleeting"},
    /* Others may have taken the memory. */
    {{FAULT "clCreateBuffer:12:-4:persist", "MILLRACE_LAYER_VERSION=OpenCL 1.2"},
     "out-of-memory: clCreateBuffer failed: CL_MEM_OBJECT_ALLOCATION_FAILURE",
     "; ''"},
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
        const size_t length = strlen(r.text), end = trials[k].ends ? strlen(trials[k].ends) : 0;
        said = said && length >= end &&
               !strncmp(r.text + length - end, trials[k].ends ? trials[k].ends : "", end);
        CU_ASSERT_TRUE(said);
        if (!said) printf("\ntrial %zu: %s", k, r.text);
    }
}

/* ---- what is tried ---- */

static void add_programs(struct mr_strbuf *out, const char *text, const struct mr_profile *profile)
{
    enum { BATCH = 8192 };
    const struct mr_plan_limits limits = {.batch = BATCH, .on_device = true, .profile = profile};
    struct mr_plan *plan;
    mr_seq *seq = rig_parse(text);
    CU_ASSERT_EQUAL_FATAL(mr_plan_create(&plan, seq, true, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
    for (size_t k = 0; k < plan->segment_count; k++) {
        struct mr_source_text source = {0};
        if (!mr_skeleton_of(plan->segments[k])) continue;
        CU_ASSERT_EQUAL(mr_emit_segment(&source, plan->segments[k], profile, NULL), MR_OK);
        mr_strbuf_add(out, mr_strbuf_text(&source.text));
        mr_source_text_free(&source);
    }
    mr_plan_destroy(&plan);
    mr_seq_release(&seq);
}

static bool is_of_one_text(const char *piece)
{
    size_t found = 0;
    for (size_t k = 0; k < mr_kernel_texts_count; k++)
        found += strstr(mr_kernel_texts[k].text, piece) != NULL;
    return found == 1;
}

/* By what lies between its marks and is in no other text. */
static bool is_written(const char *text, const char *programs)
{
    enum { LEAST = 8 };
    char piece[256];
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
        for (const char *at = line; strncmp(line, "//@", 3) != 0 && *at && *at != '\n';) {
            size_t length = strcspn(at, "@\n");
            if (length >= LEAST && length < sizeof piece) {
                (void)snprintf(piece, sizeof piece, "%.*s", (int)length, at);
                if (is_of_one_text(piece) && strstr(programs, piece)) return true;
            }
            at += length + (at[length] == '@');
        }
    return false;
}

static void each_text_of_kernels_is_tried(void)
{
    static const enum mr_profile_row shapes[] = {MR_PROFILE_CPU, MR_PROFILE_DISCRETE};
    static const char folder[] = "skeleton/";
    struct mr_strbuf programs = {0};
    char text[MR_TRIAL_TEXT_BYTES];
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        struct mr_profile profile = mr_profiles[shapes[s]];
        profile.has_fp64 = true;
        for (size_t k = 0; mr_trial_text(text, k, true); k++)
            add_programs(&programs, text, &profile);
    }
    for (size_t k = 0; k < mr_kernel_texts_count; k++) {
        const struct mr_kernel_text *row = &mr_kernel_texts[k];
        if (strncmp(row->name, folder, strlen(folder)) != 0) continue;
        bool is_tried = is_written(row->text, mr_strbuf_text(&programs));
        CU_ASSERT_TRUE(is_tried);
        if (!is_tried) printf("\n  %s is in no trial", row->name);
    }
    mr_strbuf_free(&programs);
}

SUITE(trial, {"a_trial_names_what_differs", a_trial_names_what_differs},
      {"each_text_of_kernels_is_tried", each_text_of_kernels_is_tried},
      {"a_trial_that_is_given_up_says_nothing_of_the_device",
       a_trial_that_is_given_up_says_nothing_of_the_device});
