#include "cl/build.h"
#include "cl/quirk.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "device_session.h"
#include "suite.h"

static const char text[] = "__kernel void mr_fill(__global int *out)\n"
                           "{\n"
                           "    out[get_global_id(0)] = VALUE;\n"
                           "}\n";

static cl_program build_value(struct mr_session *s, int value)
{
    char options[32];
    cl_program program = NULL;
    (void)snprintf(options, sizeof options, "-D VALUE=%d", value);
    CU_ASSERT_EQUAL(mr_program_text_build(s, text, options, &program, NULL), MR_OK);
    return program;
}

static void the_same_text_is_compiled_once(void)
{
    struct mr_session *s = device_session();
    mr_cl_purge();
    cl_program first = build_value(s, 1), again = build_value(s, 1), other = build_value(s, 2);
    CU_ASSERT_PTR_NOT_NULL(first);
    CU_ASSERT_PTR_EQUAL(first, again);
    CU_ASSERT_PTR_NOT_EQUAL(first, other);
    mr_program_release(&first);
    mr_program_release(&again);
    mr_program_release(&other);
    CU_ASSERT_PTR_NULL(other);
    mr_session_close(&s);
}

static void programs_outlive_the_session_that_built_them(void)
{
    struct mr_session *s = device_session();
    cl_program program = build_value(s, 3);
    const cl_program built = program;
    mr_program_release(&program);
    mr_session_close(&s);

    s = device_session();
    program = build_value(s, 3);
    CU_ASSERT_PTR_EQUAL(program, built);
    mr_program_release(&program);
    mr_session_close(&s);
}

static void the_cache_is_bounded_and_forgets_the_oldest(void)
{
    struct mr_session *s = device_session();
    mr_program_cache_drop(NULL);
    CU_ASSERT_EQUAL(mr_program_cache_count(), 0);
    /* Held, so that no later program can get its address. */
    cl_program oldest = build_value(s, 100), used = build_value(s, 101);
    for (int k = 2; k < MR_PROGRAM_CACHE_SIZE + 2; k++) {
        cl_program program = build_value(s, 100 + k);
        mr_program_release(&program);
        CU_ASSERT_TRUE(mr_program_cache_count() <= MR_PROGRAM_CACHE_SIZE);
        cl_program again = build_value(s, 101); /* used at every turn, never the oldest */
        CU_ASSERT_PTR_EQUAL(again, used);
        mr_program_release(&again);
    }
    CU_ASSERT_EQUAL(mr_program_cache_count(), MR_PROGRAM_CACHE_SIZE);
    cl_program rebuilt = build_value(s, 100);
    CU_ASSERT_PTR_NOT_EQUAL(rebuilt, oldest);
    mr_program_release(&rebuilt);
    mr_program_release(&oldest);
    mr_program_release(&used);
    mr_session_close(&s);
}

/* Of which a driver may keep something for ever. */
static void a_process_builds_so_many_texts_and_no_more(void)
{
    struct mr_session *s = device_session();
    bool is_limited = mr_device_has_quirk(&s->device, MR_QUIRK_KEEPS_KERNELS);
    cl_program program = build_value(s, 1000);
    mr_program_release(&program);
    mr_program_texts_limit = 0;
    program = build_value(s, 1000); /* which is there already */
    mr_program_release(&program);
    mr_program_cache_drop(NULL);
    program = build_value(s, 1000); /* and still is to the driver */
    mr_program_release(&program);
    mr_error e;
    mr_status st = mr_program_text_build(s, text, "-D VALUE=1001", &program, &e);
    CU_ASSERT_EQUAL(st, is_limited ? MR_E_LIMIT : MR_OK);
    if (is_limited) CU_ASSERT_PTR_NOT_NULL(strstr(e.hint, "MR_ENGINE_HOST"));
    mr_program_release(&program);
    mr_program_texts_limit = MR_PROGRAM_TEXTS_MOST;
    mr_session_close(&s);
}

static void a_text_that_does_not_compile_quotes_the_log(void)
{
    struct mr_session *s = device_session();
    size_t cached = mr_program_cache_count();
    cl_program program;
    mr_error e;
    mr_status st = mr_program_text_build(
        s, "__kernel void mr_f(void)\n{\n    no_such_name = 1;\n}\n", NULL, &program, &e);
    CU_ASSERT_EQUAL(st, MR_E_INTERNAL);
    CU_ASSERT_EQUAL(e.status, MR_E_INTERNAL);
    CU_ASSERT_PTR_NULL(program);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "clBuildProgram failed: CL_BUILD_PROGRAM_FAILURE"));
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "no_such_name"));
    CU_ASSERT_EQUAL(mr_program_cache_count(), cached);
    mr_session_close(&s);
}

static void a_missing_kernel_is_named(void)
{
    struct mr_session *s = device_session();
    cl_program program = build_value(s, 1);
    cl_kernel kernel;
    mr_error e;
    CU_ASSERT_EQUAL(mr_kernel_create(s, program, "mr_nowhere", &kernel, &e), MR_E_OPENCL);
    CU_ASSERT_PTR_NULL(kernel);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "CL_INVALID_KERNEL_NAME"));
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "mr_nowhere"));
    mr_program_release(&program);
    mr_session_close(&s);
}

static void *build_in_thread(void *failures)
{
    struct mr_session *s = NULL;
    bool good = mr_session_open(&s, NULL, false, NULL) == MR_OK;
    for (int k = 0; good && k < 6; k++) {
        char options[32];
        cl_program program;
        cl_kernel kernel;
        (void)snprintf(options, sizeof options, "-D VALUE=%d", 200 + k % 3);
        good = mr_program_text_build(s, text, options, &program, NULL) == MR_OK &&
               mr_kernel_create(s, program, "mr_fill", &kernel, NULL) == MR_OK;
        if (!good) break;
        mr_kernel_release(&kernel);
        mr_program_release(&program);
    }
    mr_session_close(&s);
    *(bool *)failures = !good;
    return NULL;
}

static void threads_build_side_by_side(void)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    bool failed[THREADS] = {false};
    for (int k = 0; k < THREADS; k++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[k], NULL, build_in_thread, &failed[k]), 0);
    for (int k = 0; k < THREADS; k++) {
        CU_ASSERT_EQUAL(pthread_join(threads[k], NULL), 0);
        CU_ASSERT_FALSE(failed[k]);
    }
}

static void purging_leaves_nothing(void)
{
    struct mr_session *s = device_session();
    cl_program program = build_value(s, 7);
    mr_program_release(&program);
    mr_session_close(&s);
    mr_cl_purge();
    CU_ASSERT_EQUAL(mr_cl_live_objects(), 0);
    CU_ASSERT_EQUAL(mr_program_cache_count(), 0);
}

SUITE(build, {"the_same_text_is_compiled_once", the_same_text_is_compiled_once},
      {"programs_outlive_the_session_that_built_them",
       programs_outlive_the_session_that_built_them},
      {"the_cache_is_bounded_and_forgets_the_oldest", the_cache_is_bounded_and_forgets_the_oldest},
      {"a_process_builds_so_many_texts_and_no_more", a_process_builds_so_many_texts_and_no_more},
      {"a_text_that_does_not_compile_quotes_the_log", a_text_that_does_not_compile_quotes_the_log},
      {"a_missing_kernel_is_named", a_missing_kernel_is_named},
      {"threads_build_side_by_side", threads_build_side_by_side},
      {"purging_leaves_nothing", purging_leaves_nothing});
