/* Kernels without any CPU's own files (kernels/generic): the same bits. PoCL passes the flag on. */
#include <stdio.h>
#include <stdlib.h>

#include "cl/child.h"
#include "delivery.h"
#include "suite.h"

/* What kernels/x86 and wide vectors stand in for: casts of f64, bits of masks, packing of each
 * width, blocks of random words, reads ahead, and fma. */
static const char *const pipelines[] = {
    "range(-2500, 2500) | map(i64(x * 1.7e15), u64(x * 3.9e15 + 0.5), i64(x * 0.7))",
    "range(5000) | map(i32(x), x * x, f32(x), x % 3 == 0) | filter(x1 % 7 < 3)",
    "normal(seed=1) | take(20000) | filter(x > -1) | hist(50, -3, 3)",
    "uniform(seed=2, dtype=f32) | take(9000) | filter(x < 0.7) | sum()",
};

CHILD(compares_engines)
{
    enum { MOST = 30000 };
    const struct run on_host = {MR_ENGINE_HOST, .batch = 1000, .ring = 2};
    const struct run on_device = {MR_ENGINE_OPENCL, .batch = 1000, .ring = 2};
    bool same = true;
    for (size_t k = 0; same && k < sizeof pipelines / sizeof pipelines[0]; k++) {
        struct model_result host = {0}, device = {0};
        char difference[300] = "";
        same = deliver_text(&host, pipelines[k], on_host, MOST) && !host.failed &&
               deliver_text(&device, pipelines[k], on_device, MOST) && !device.failed &&
               same_elements(difference, sizeof difference, &host, 0, &device);
        if (!same) printf("%s: %s %s %s\n", pipelines[k], difference, host.message, device.message);
        model_free(&host);
        model_free(&device);
    }
}

/* PoCL leaks a little where it is given flags. */
static struct child_result compare_with(const char *flags)
{
    const char *environment[] = {flags, "ASAN_OPTIONS=detect_leaks=0:use_sigaltstack=0", NULL};
    return child_run("compares_engines", environment);
}

static void generic_kernels_give_the_same_bits(void)
{
    struct child_result r = compare_with("POCL_EXTRA_BUILD_FLAGS=-DMR_GENERIC");
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, "");
    if (r.text[0]) printf("\n    %s", r.text);
}

/* Else the law above would hold of anything. */
static void the_flag_reaches_the_compiler(void)
{
    struct child_result r = compare_with("POCL_EXTRA_BUILD_FLAGS=-D__kernel=none");
    CU_ASSERT_STRING_NOT_EQUAL(r.text, "");
}

SUITE(generic, {"generic_kernels_give_the_same_bits", generic_kernels_give_the_same_bits},
      {"the_flag_reaches_the_compiler", the_flag_reaches_the_compiler});
