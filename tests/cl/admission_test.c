/* Which implementations are taken without being named: those that were verified, and no others. */
#include "cl/admission.h"

#include <stdio.h>

#include "suite.h"

static void only_verified_implementations_are_admitted(void)
{
    static const char pocl[] = "Portable Computing Language";
    static const struct {
        const char *platform, *driver;
        cl_device_type type;
        bool is_admitted;
    } rows[] = {
        {pocl, "3.1", CL_DEVICE_TYPE_CPU, true},
        {pocl, "3.1+debian", CL_DEVICE_TYPE_CPU, true},
        {pocl, "3.10", CL_DEVICE_TYPE_CPU, false},
        {pocl, "3.0", CL_DEVICE_TYPE_CPU, false},
        {pocl, "3.1", CL_DEVICE_TYPE_GPU, false},
        {pocl, "5.0+debian", CL_DEVICE_TYPE_CPU, false},
        {pocl, "6.0+debian", CL_DEVICE_TYPE_CPU, true},
        {pocl, "6.1", CL_DEVICE_TYPE_CPU, false},
        {pocl, "7.0", CL_DEVICE_TYPE_CPU, false},
        {pocl, "7.1+debian", CL_DEVICE_TYPE_CPU, true},
        {pocl, "7.1", CL_DEVICE_TYPE_GPU, false},
        {"Another Language", "3.1", CL_DEVICE_TYPE_CPU, false},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_device d = {.type = rows[k].type, .name = "a device of a test"};
        (void)snprintf(d.platform_name, sizeof d.platform_name, "%s", rows[k].platform);
        (void)snprintf(d.driver, sizeof d.driver, "%s", rows[k].driver);
        bool good = mr_device_is_admitted(&d) == rows[k].is_admitted;
        CU_ASSERT_TRUE(good);
        if (!good) printf("\n%s %s", rows[k].platform, rows[k].driver);
    }
}

static void commas_in_parentheses_are_of_a_name(void)
{
    CU_ASSERT_TRUE(mr_devices_are_several("0,1"));
    CU_ASSERT_TRUE(mr_devices_are_several("llvmpipe (LLVM 15, 256 bits),0"));
    CU_ASSERT_FALSE(mr_devices_are_several("rusticl llvmpipe (LLVM 22.1.8, 256 bits)"));
}

SUITE(admission, {"commas_in_parentheses_are_of_a_name", commas_in_parentheses_are_of_a_name},
      {"only_verified_implementations_are_admitted", only_verified_implementations_are_admitted});
