/* Every aggregate over 1 to 8 columns of every dtype, on both engines.
 *
 * PoCL 6.0 with LLVM 18 aborted the process on min, max and prod over exactly two columns of 64
 * bits: how many accumulators a kernel has, and how wide they are, decides what compilers do. */
#include <stdio.h>
#include <string.h>

#include "delivery.h"
#include "suite.h"

enum { MOST_COLUMNS = 8, TEXT_BYTES = 512 };

static const char *const aggregates[] = {
    "min()",         "max()",          "prod()",         "sum()",          "mean()",
    "var()",         "argmin()",       "any()",          "sum(exact)",     "chunk(5, min)",
    "chunk(5, max)", "chunk(5, prod)", "scan(prod)",     "window(2, max)", "filter(i > 0) | min()",
    "chunk(5, sum)", "chunk(5, mean)", "mean(exact)",    "all()",          "argmax()",
    "std()",         "scan(sum)",      "window(3, sum)", "sum(narrow)",
};

static const mr_dtype dtypes[] = {MR_I64, MR_F64, MR_U32, MR_F32, MR_I32, MR_U64, MR_BOOL};

/* `map(i64(x + 1), i64(x + 2)) | min()` and so on. Five elements: one leaf, and not a whole one. */
static void write_pipeline(char text[TEXT_BYTES], const char *aggregate, mr_dtype dtype,
                           size_t columns)
{
    int length = snprintf(text, TEXT_BYTES, "range(5) | map(");
    for (size_t c = 0; c < columns; c++)
        length += snprintf(text + length, TEXT_BYTES - (size_t)length, "%s%s(x + %zu)",
                           c ? ", " : "", mr_dtype_name(dtype), c + 1);
    (void)snprintf(text + length, TEXT_BYTES - (size_t)length, ") | %s", aggregate);
}

static void check(const char *aggregate, mr_dtype dtype, size_t columns)
{
    char text[TEXT_BYTES], difference[256] = "";
    struct model_result host, device;
    write_pipeline(text, aggregate, dtype, columns);
    bool same = deliver_text(&host, text, (struct run){MR_ENGINE_HOST, .batch = 64, .ring = 2}, 64);
    same =
        deliver_text(&device, text, (struct run){MR_ENGINE_OPENCL, .batch = 64, .ring = 2}, 64) &&
        same && same_elements(difference, sizeof difference, &host, 0, &device);
    if (!same) printf("\n    %s: %s\n", text, difference[0] ? difference : device.message);
    CU_ASSERT_TRUE(same);
    model_free(&host);
    model_free(&device);
}

/* Two columns of 64 bits are those that a compiler was seen to fail on. */
static void aggregates_over_any_columns_are_the_same_on_both_engines(void)
{
    size_t most = sizeof aggregates / sizeof aggregates[0];
    for (size_t k = 0; k < (tests_long ? most : 3); k++)
        for (size_t d = 0; d < (tests_long ? sizeof dtypes / sizeof dtypes[0] : 2); d++)
            for (size_t columns = 1; columns <= MOST_COLUMNS; columns++)
                if (tests_long || columns == 2) check(aggregates[k], dtypes[d], columns);
}

SUITE(aggregates, {"aggregates_over_any_columns_are_the_same_on_both_engines",
                   aggregates_over_any_columns_are_the_same_on_both_engines});
