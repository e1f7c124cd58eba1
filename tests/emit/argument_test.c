/* The list of arguments that an engine binds is what the OpenCL compiler reads in the text. */
#include "emit/argument.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "cl/build.h"
#include "cl/handle.h"
#include "cl/session.h"
#include "emit/emit.h"
#include "suite.h"

/* Every skeleton, and views of segments and of memory. */
static const char *const pipelines[] = {
    "range(9) | map(a: x % 2 == 0, b: f32(x), c: x*0.5)",
    "range(9) | filter(x % 3 == 1) | map(x: x, y: x*x) | take_while(y < 30)",
    "uniform(7) | take(9) | filter(x < 0.5)",
    "uniform(1) | take(9) | map(x: x, y: u32(i)) | scan(sum) | map(x) | drop_while(x < 2) | diff()",
    "range(9) | scan(max) | window(5, mean) | chunk(4, mean)",
    "fibonacci(mod=11) | take(9) | window(4, min) | argmax()",
    "uniform(2) | take(9) | map(f32(x)) | hist(10, 0, 1)",
    "uniform(2) | take(9) | map(x: x, y: i64(x)) | sum(exact)",
};

typedef cl_int info_fn(cl_kernel, cl_kernel_info, size_t, void *, size_t *);
typedef cl_int arg_info_fn(cl_kernel, cl_uint, cl_kernel_arg_info, size_t, void *, size_t *);

struct asker {
    struct mr_session *session;
    void *library;
    info_fn *info;
    arg_info_fn *arg_info;
};

static void open_asker(struct asker *a)
{
    *a = (struct asker){.session = NULL};
    CU_ASSERT_EQUAL_FATAL(mr_session_open(&a->session, NULL, false, NULL), MR_OK);
    a->library = dlopen("libOpenCL.so.1", RTLD_NOW);
    CU_ASSERT_PTR_NOT_NULL_FATAL(a->library);
    *(void **)&a->info = dlsym(a->library, "clGetKernelInfo");
    *(void **)&a->arg_info = dlsym(a->library, "clGetKernelArgInfo");
    CU_ASSERT_TRUE_FATAL(a->info && a->arg_info);
}

static void close_asker(struct asker *a)
{
    (void)dlclose(a->library);
    mr_session_close(&a->session);
}

/* What the compiler calls it, without its qualifiers. "vbits" is one of several types. */
static bool has_type(const struct mr_kernel_arg *arg, const char *told)
{
    char expected[40];
    (void)snprintf(expected, sizeof expected, "%s%s", arg->type, mr_arg_is_buffer(arg) ? "*" : "");
    return strncmp(arg->type, "vbits", 5) == 0 || strcmp(expected, told) == 0;
}

static void check_kernel(struct asker *a, cl_kernel kernel, const struct mr_kernel_source *source)
{
    cl_uint count = 0;
    CU_ASSERT_EQUAL(a->info(kernel, CL_KERNEL_NUM_ARGS, sizeof count, &count, NULL), CL_SUCCESS);
    CU_ASSERT_EQUAL(count, source->arg_count);
    for (cl_uint k = 0; k < source->arg_count; k++) {
        const struct mr_kernel_arg *arg = &source->args[k];
        cl_kernel_arg_address_qualifier place = 0;
        char type[40] = "";
        cl_int st =
            a->arg_info(kernel, k, CL_KERNEL_ARG_ADDRESS_QUALIFIER, sizeof place, &place, NULL);
        if (st == CL_KERNEL_ARG_INFO_NOT_AVAILABLE) continue;
        CU_ASSERT_EQUAL(place == CL_KERNEL_ARG_ADDRESS_GLOBAL, mr_arg_is_buffer(arg));
        CU_ASSERT_EQUAL(
            a->arg_info(kernel, k, CL_KERNEL_ARG_TYPE_NAME, sizeof type - 1, type, NULL),
            CL_SUCCESS);
        CU_ASSERT_TRUE(has_type(arg, type));
        if (!has_type(arg, type)) printf("\n%s, %u: %s, not %s", source->name, k, type, arg->type);
    }
}

static void check_segment(struct asker *a, const struct mr_segment *segment)
{
    struct mr_source_text source;
    struct mr_profile profile = mr_profiles[MR_PROFILE_CPU];
    cl_program program = NULL;
    if (!segment->value_count) return;
    profile.has_fp64 = true;
    CU_ASSERT_EQUAL_FATAL(mr_emit_segment(&source, segment, &profile, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_program_text_build(a->session, mr_strbuf_text(&source.text),
                                                "-w -cl-kernel-arg-info", &program, NULL),
                          MR_OK);
    for (size_t k = 0; k < source.kernel_count; k++) {
        cl_kernel kernel;
        CU_ASSERT_EQUAL_FATAL(
            mr_kernel_create(a->session, program, source.kernels[k].name, &kernel, NULL), MR_OK);
        check_kernel(a, kernel, &source.kernels[k]);
        mr_kernel_release(&kernel);
    }
    mr_program_release(&program);
    mr_source_text_free(&source);
}

static void the_list_bound_is_the_list_declared(void)
{
    const struct mr_plan_limits limits = {.batch = 4096, .on_device = true};
    struct asker a;
    open_asker(&a);
    for (size_t k = 0; k < sizeof pipelines / sizeof pipelines[0]; k++) {
        mr_seq *seq;
        struct mr_plan *plan;
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, pipelines[k], NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_plan_create(&plan, seq, true, NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_plan_fit(plan, &limits, NULL), MR_OK);
        for (size_t s = 0; s < plan->segment_count; s++) check_segment(&a, plan->segments[s]);
        mr_plan_destroy(&plan);
        mr_seq_release(&seq);
    }
    close_asker(&a);
}

SUITE(argument, {"the_list_bound_is_the_list_declared", the_list_bound_is_the_list_declared});
