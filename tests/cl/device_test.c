#include "cl/device_choice.h"

#include <stdio.h>
#include <string.h>

#include <CL/cl_icd.h>
#include <millrace/device.h>

#include "child.h"
#include "suite.h"

/* ---- The choice, on devices that need not exist ---- */

static const struct mr_device shelf[] = {
    {.platform_name = "Portable Computing Language",
     .name = "pthread-haswell",
     .number = 2,
     .preference = 3,
     .is_usable = true,
     .has_fp64 = true},
    {.platform_name = "NVIDIA CUDA",
     .name = "Quadro P400",
     .number = 0,
     .preference = 4,
     .is_usable = true},
    {.platform_name = "NVIDIA CUDA",
     .name = "GeForce 210",
     .number = 1,
     .preference = -1,
     .reason = "it is older than OpenCL 1.2"},
};
enum { SHELF = sizeof shelf / sizeof shelf[0] };

static const struct {
    const char *wanted;
    bool needs_fp64;
    mr_status status;
    int index;
} choices[] = {
    {NULL, false, MR_OK, 1},
    {NULL, true, MR_OK, 0}, /* the GPU has no f64 */
    {"pthread", false, MR_OK, 0},
    {"PORTABLE computing", false, MR_OK, 0},
    {"language pthread", true, MR_OK, 0}, /* across platform and name */
    {"nvidia", false, MR_OK, 1},
    {"nvidia", true, MR_E_NO_FP64, -1},
    {"p400", true, MR_E_NO_FP64, -1},
    {"210", false, MR_E_NO_DEVICE, -1},
    {"radeon", false, MR_E_NO_DEVICE, -1},
    {"", false, MR_OK, 1},
    {"2", false, MR_OK, 0}, /* digits are a number where there is one, ... */
    {"1", false, MR_E_NO_DEVICE, -1},
    {"400", false, MR_OK, 1}, /* ... else part of a name */
};

/* Lists; `picked` by their numbers. */
static const struct {
    const char *wanted;
    bool needs_fp64;
    mr_status status;
    const char *picked;
} lists[] = {
    {"all", false, MR_OK, "2 0"}, /* all that can be used, ... */
    {"all", true, MR_OK, "2"},    /* ... and run the sequence */
    {"0,2", false, MR_OK, "0 2"}, /* in the order of the list */
    {"2,0", false, MR_OK, "2 0"},
    {"nvidia,portable", false, MR_OK, "0 2"},
    {",", false, MR_E_VALUE, NULL},
    {"0,", false, MR_E_VALUE, NULL},
    {"0,0", false, MR_E_VALUE, NULL},
    {"p400,0", false, MR_E_VALUE, NULL},
    {"nvidia,nvidia", false, MR_E_NO_DEVICE, NULL}, /* the second cannot be used */
    {"2,0", true, MR_E_NO_FP64, NULL},
    {"2,radeon", false, MR_E_NO_DEVICE, NULL},
};

static void a_list_names_each_device_once(void)
{
    for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
        struct mr_device devices[SHELF];
        char numbers[64] = "";
        size_t picked = 0;
        mr_error e = {0};
        memcpy(devices, shelf, sizeof shelf);
        CU_ASSERT_TRUE(mr_devices_are_several(lists[k].wanted));
        CU_ASSERT_EQUAL(
            mr_device_pick(devices, SHELF, &picked, lists[k].wanted, lists[k].needs_fp64, &e),
            lists[k].status);
        if (lists[k].status != MR_OK) CU_ASSERT_NOT_EQUAL(e.hint[0], '\0');
        if (lists[k].status != MR_OK) continue;
        for (size_t n = 0; n < picked; n++)
            (void)snprintf(numbers + strlen(numbers), sizeof numbers - strlen(numbers), "%s%u",
                           n ? " " : "", devices[n].number);
        CU_ASSERT_STRING_EQUAL(numbers, lists[k].picked);
    }
    CU_ASSERT_FALSE(mr_devices_are_several(NULL));
    CU_ASSERT_FALSE(mr_devices_are_several("pthread"));
}

static void a_list_of_more_than_can_share_a_stream_names_the_limit(void)
{
    struct mr_device devices[MR_MAX_DEVICES + 1];
    char list[128] = "0";
    size_t picked;
    mr_error e = {0};
    for (unsigned k = 0; k <= MR_MAX_DEVICES; k++) {
        devices[k] = shelf[1];
        devices[k].number = k;
        devices[k].is_usable = true;
        if (k == MR_MAX_DEVICES)
            CU_ASSERT_EQUAL(mr_device_pick(devices, k + 1, &picked, list, false, &e), MR_OK);
        if (k) (void)snprintf(list + strlen(list), sizeof list - strlen(list), ",%u", k);
    }
    CU_ASSERT_EQUAL(picked, MR_MAX_DEVICES);
    CU_ASSERT_EQUAL(mr_device_pick(devices, MR_MAX_DEVICES + 1, &picked, list, false, &e),
                    MR_E_LIMIT);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "'16' is the 17th of a list, and 16 is the limit"));
    CU_ASSERT_NOT_EQUAL(e.hint[0], '\0');
    CU_ASSERT_EQUAL(mr_device_pick(devices, MR_MAX_DEVICES + 1, &picked, "all", false, &e), MR_OK);
    CU_ASSERT_EQUAL(picked, MR_MAX_DEVICES + 1);
}

static void the_best_device_that_fits_is_chosen(void)
{
    for (size_t k = 0; k < sizeof choices / sizeof choices[0]; k++) {
        const struct mr_device *got;
        mr_error e = {0};
        CU_ASSERT_EQUAL(
            mr_device_choose(&got, shelf, SHELF, choices[k].wanted, choices[k].needs_fp64, &e),
            choices[k].status);
        CU_ASSERT_PTR_EQUAL(got, choices[k].index < 0 ? NULL : &shelf[choices[k].index]);
        if (choices[k].status != MR_OK) CU_ASSERT_NOT_EQUAL(e.hint[0], '\0');
    }
}

static void a_miss_lists_what_there_is(void)
{
    const struct mr_device *got;
    mr_error e;
    mr_device_choose(&got, shelf, SHELF, "radeon", false, &e);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "'radeon'"));
    for (size_t k = 0; k < SHELF; k++) CU_ASSERT_PTR_NOT_NULL(strstr(e.message, shelf[k].name));

    struct mr_device devices[SHELF];
    size_t picked;
    memcpy(devices, shelf, sizeof shelf);
    mr_device_pick(devices, SHELF, &picked, "0,7", false, &e);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "no further device matches '7'"));
    for (size_t k = 0; k < SHELF; k++) CU_ASSERT_PTR_NOT_NULL(strstr(e.message, shelf[k].name));
}

static void an_unusable_device_is_refused_with_the_reason(void)
{
    const struct mr_device *got;
    mr_error e;
    mr_device_choose(&got, shelf, SHELF, "210", false, &e);
    CU_ASSERT_PTR_NOT_NULL(strstr(e.message, "older than OpenCL 1.2"));
    CU_ASSERT_STRING_EQUAL(e.device, "GeForce 210");
}

/* ---- The devices of this machine: PoCL must be there ---- */

static void this_machine_has_a_usable_device(void)
{
    mr_device_info info[8];
    size_t count = 0;
    mr_error e = {0};
    CU_ASSERT_EQUAL_FATAL(mr_devices(info, 8, &count, &e), MR_OK);
    CU_ASSERT_FATAL(count >= 1);
    CU_ASSERT_TRUE(info[0].is_usable);
    CU_ASSERT_NOT_EQUAL(info[0].name[0], '\0');
    CU_ASSERT_TRUE(info[0].compute_units >= 1);
    CU_ASSERT_TRUE(info[0].max_alloc_bytes > 0);
    CU_ASSERT_TRUE(info[0].max_alloc_bytes <= info[0].memory_bytes);
    CU_ASSERT_NOT_EQUAL(info[0].reason[0], '\0');
}

static void a_short_list_still_counts_all(void)
{
    size_t all = 0, count = 0;
    CU_ASSERT_EQUAL(mr_devices(NULL, 0, &all, NULL), MR_OK);
    mr_device_info info[1];
    CU_ASSERT_EQUAL(mr_devices(info, 1, &count, NULL), MR_OK);
    CU_ASSERT_EQUAL(count, all);
}

/* ---- Other machines, through the layer and the environment ---- */

CHILD(prints_devices)
{
    mr_device_info info[1];
    size_t count = 0;
    mr_error e = {0};
    mr_status st = mr_devices(info, 1, &count, &e);
    if (st != MR_OK)
        printf("%s: %s; %s", mr_status_name(st), e.message, e.hint);
    else
        printf("%zu fp64=%d shared=%d usable=%d max=%llu: %s", count, info[0].has_fp64,
               info[0].shares_memory, info[0].is_usable,
               (unsigned long long)info[0].max_alloc_bytes, info[0].reason);
}

#define LAYER "OPENCL_LAYERS=" MILLRACE_LAYER

static const struct {
    const char *environment[3];
    const char *says[3]; /* parts of what is printed */
} machines[] = {
    {{LAYER}, {"1 fp64=1 shared=1 usable=1"}},
    {{LAYER, "MILLRACE_LAYER_NO_FP64=1"}, {"fp64=0", "usable=1"}},
    {{LAYER, "MILLRACE_LAYER_NOT_UNIFIED=1"}, {"shared=0"}},
    {{LAYER, "MILLRACE_LAYER_MAX_ALLOC=12345678"}, {"max=12345678"}},
    {{LAYER, "MILLRACE_LAYER_VERSION=OpenCL 1.1 old"}, {"usable=0", "older than OpenCL 1.2"}},
    {{LAYER, "MILLRACE_LAYER_NO_COMPILER=1"}, {"usable=0", "no compiler"}},
    {{LAYER, "MILLRACE_LAYER_BIG_ENDIAN=1"}, {"usable=0", "big-endian"}},
    {{LAYER, "MILLRACE_LAYER_NO_DEVICES=1"}, {"no-device", "has none", "POCL_CACHE_DIR"}},
    {{LAYER, "MILLRACE_LAYER_NO_PLATFORMS=1"}, {"no-device", "no OpenCL platform", "apt install"}},
    {{LAYER, "MILLRACE_FAULT=clGetPlatformIDs:1:-6"}, {"out-of-memory", "clGetPlatformIDs"}},
    {{LAYER, "MILLRACE_FAULT=clGetDeviceIDs:1:-33"}, {"opencl", "CL_INVALID_DEVICE"}},
    {{LAYER, "MILLRACE_FAULT=clGetDeviceIDs:2:-33"}, {"opencl", "CL_INVALID_DEVICE"}},
    {{LAYER, "MILLRACE_FAULT=clGetDeviceInfo:1:-5"}, {"usable=0", "clGetDeviceInfo failed"}},
    {{"MILLRACE_OPENCL_LIBRARY=/nowhere.so"}, {"no-device", "/nowhere.so", "apt install"}},
    {{"MILLRACE_OPENCL_LIBRARY=libpocl.so.2"}, {"1 fp64=1 shared=1 usable=1"}},
    {{"MILLRACE_OPENCL_LIBRARY=libm.so.6"}, {"no-device", "clGetPlatformIDs"}},
    {{"POCL_CACHE_DIR=/proc/nowhere"}, {"no-device", "has none", "POCL_CACHE_DIR"}},
};

static void every_machine_without_a_good_device_gets_its_own_message(void)
{
    for (size_t k = 0; k < sizeof machines / sizeof machines[0]; k++) {
        struct child_result r = child_run("prints_devices", machines[k].environment);
        CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
        for (size_t j = 0; j < 3 && machines[k].says[j]; j++) {
            bool said = strstr(r.text, machines[k].says[j]) != NULL;
            CU_ASSERT_TRUE(said);
            if (!said) printf("\nmachine %zu: no '%s' in: %s", k, machines[k].says[j], r.text);
        }
    }
}

/* The extension fixes them for all time; the headers know them. */
static void functions_have_the_places_that_drivers_give_them(void)
{
#define CHECK_PLACE(name, place)                                                                   \
    CU_ASSERT_EQUAL(offsetof(cl_icd_dispatch, name), (place) * sizeof(void *));
    MR_CL_FUNCTIONS(CHECK_PLACE)
    MR_CL_LATER_FUNCTIONS(CHECK_PLACE)
#undef CHECK_PLACE
}

SUITE(device, {"the_best_device_that_fits_is_chosen", the_best_device_that_fits_is_chosen},
      {"a_list_names_each_device_once", a_list_names_each_device_once},
      {"a_list_of_more_than_can_share_a_stream_names_the_limit",
       a_list_of_more_than_can_share_a_stream_names_the_limit},
      {"a_miss_lists_what_there_is", a_miss_lists_what_there_is},
      {"an_unusable_device_is_refused_with_the_reason",
       an_unusable_device_is_refused_with_the_reason},
      {"this_machine_has_a_usable_device", this_machine_has_a_usable_device},
      {"a_short_list_still_counts_all", a_short_list_still_counts_all},
      {"every_machine_without_a_good_device_gets_its_own_message",
       every_machine_without_a_good_device_gets_its_own_message},
      {"functions_have_the_places_that_drivers_give_them",
       functions_have_the_places_that_drivers_give_them});
