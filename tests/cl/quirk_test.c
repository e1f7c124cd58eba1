/* Quirks: of which drivers a row is, and that it has all that a reader and its probe need. */
#include "cl/quirk.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

static void a_row_is_of_its_platform_and_versions(void)
{
    static const char pocl[] = "Portable Computing Language";
    static const struct {
        const char *platform, *driver;
        enum mr_quirk quirk;
        bool has;
    } rows[] = {
        {pocl, "3.1+debian", MR_QUIRK_KEEPS_KERNELS, true},
        {pocl, "3.10", MR_QUIRK_KEEPS_KERNELS, true},
        {pocl, "4.0", MR_QUIRK_KEEPS_KERNELS, false},
        {pocl, "10.2", MR_QUIRK_KEEPS_KERNELS, false},
        {pocl, "10.2", MR_QUIRK_NEEDS_FILES, true},
        {pocl, "5.0", MR_QUIRK_ENDS_IN_PASSES, false},
        {pocl, "6.0+debian", MR_QUIRK_ENDS_IN_PASSES, true},
        {pocl, "7.0", MR_QUIRK_ENDS_IN_PASSES, false},
        {"Portable", "3.1", MR_QUIRK_KEEPS_KERNELS, false},
        {"Oclgrind", "Oclgrind 21.10", MR_QUIRK_INTERPRETS, true},
        {pocl, "3.1", MR_QUIRK_INTERPRETS, false},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_device d = {.name = "a device of a test"};
        (void)snprintf(d.platform_name, sizeof d.platform_name, "%s", rows[k].platform);
        (void)snprintf(d.driver, sizeof d.driver, "%s", rows[k].driver);
        CU_ASSERT_EQUAL(mr_device_has_quirk(&d, rows[k].quirk), rows[k].has);
    }
}

/* Those that nobody verified, and those that are known to end the process. */
static void texts_are_compiled_in_children_first(void)
{
    struct mr_device d = {.platform_name = "Portable Computing Language", .driver = "3.1"};
    CU_ASSERT_TRUE(mr_device_builds_in_child(&d));
    d.is_admitted = true;
    CU_ASSERT_FALSE(mr_device_builds_in_child(&d));
    (void)snprintf(d.driver, sizeof d.driver, "6.0");
    CU_ASSERT_TRUE(mr_device_builds_in_child(&d));
}

static void each_row_has_a_probe_of_its_name(void)
{
    static char probes[1 << 15];
    FILE *source = fopen(MILLRACE_SOURCE_DIR "/tests/driver/quirk_probes.c", "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(source);
    probes[fread(probes, 1, sizeof probes - 1, source)] = '\0';
    CU_ASSERT_EQUAL(fclose(source), 0);
    for (size_t k = 0; k < MR_QUIRKS; k++) {
        char row[64];
        (void)snprintf(row, sizeof row, "{\"%s\", ", mr_quirks[k].name);
        CU_ASSERT_PTR_NOT_NULL(strstr(probes, row));
        CU_ASSERT_TRUE(mr_quirks[k].fault[0] && mr_quirks[k].answer[0]);
    }
}

SUITE(quirk, {"a_row_is_of_its_platform_and_versions", a_row_is_of_its_platform_and_versions},
      {"texts_are_compiled_in_children_first", texts_are_compiled_in_children_first},
      {"each_row_has_a_probe_of_its_name", each_row_has_a_probe_of_its_name});
