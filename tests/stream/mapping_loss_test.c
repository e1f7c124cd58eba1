/* Pages of a file that a device read in place are unmapped when it fails, too, unless its driver
 * refuses even to wait: then the device may still read them. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"
#include "two_devices.h"

/* ---- children: what they print is what is wrong ---- */

/* How many mappings of the child's file the process has. */
static int count_mappings(void)
{
    char line[512];
    int count = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps && fgets(line, sizeof line, maps)) count += strstr(line, CHILD_FILE_NAME) != NULL;
    if (maps) (void)fclose(maps);
    return count;
}

struct mapping_loss {
    const char *devices;
    int part;
    const char *fault;
};

/* How many mappings are left of a stream that loses the device after its first batch; told: two
 * went on with one of them. */
static int mappings_left(const struct mapping_loss *loss, int *told)
{
    mr_stream *s = open_text(CHILD_FILE " | map(x*3) | filter(x % 7 != 3)", loss->devices, 500);
    ask_for_fault *ask = find_layer();
    mr_batch batch = {.len = 0};
    mr_error err = {0};
    mr_device_use uses[2];
    size_t count = 0;
    mr_status st = mr_stream_next(s, &batch, &err);
    if (st != MR_OK || count_mappings() == 0) printf("nothing is mapped: %s\n", err.message);
    (void)ask(loss->fault, loss->part);
    while (st == MR_OK && batch.len) st = mr_stream_next(s, &batch, &err);
    bool is_one = mr_stream_devices(s, uses, 2, &count, NULL) != MR_OK || count != 2;
    if (is_one != (st != MR_OK))
        printf("%s: %s%s\n", loss->devices, mr_status_name(st), err.message);
    *told += !is_one && uses[loss->part].is_lost;
    mr_stream_close(&s);
    (void)ask(NULL, -1);
    return count_mappings();
}

CHILD(unmaps_what_lost_devices_read)
{
    static const struct mapping_loss losses[] = {
        {"0", 0, "clFlush:1:-36:persist"},
        {"0", 0, "clEnqueueNDRangeKernel:1:-5:persist"},
        {"0", 0, "clWaitForEvents:2:-5:persist"},
        {"0,1", 0, "clFlush:1:-36:persist"},
        {"0,1", 1, "clFlush:1:-36:persist"},
        {"0,1", 0, "clEnqueueNDRangeKernel:2:-5:persist"},
        {"0,1", 1, "clWaitForEvents:2:-5:persist"},
        {"0,1", 0, "clCreateBuffer:1:-4:persist"},
        {"0,1", 1, "clCreateBuffer:1:-4:persist"},
    };
    int told = 0;
    (void)alarm(100);
    child_has_file();
    for (size_t k = 0; k < sizeof losses / sizeof losses[0]; k++) {
        int left = mappings_left(&losses[k], &told);
        if (left)
            printf("%s, %s of part %d: %d mappings are left\n", losses[k].devices, losses[k].fault,
                   losses[k].part, left);
    }
    if (told < 2) printf("%d losses were told\n", told); /* each mapping is a buffer on both */
}

CHILD(keeps_what_a_device_may_read)
{
    static const struct mapping_loss losses[] = {{"0", 0, "*:1:-5:persist"},
                                                 {"0,1", 1, "*:1:-5:persist"}};
    (void)alarm(100);
    child_has_file();
    int before = 0, told = 0;
    for (size_t k = 0; k < sizeof losses / sizeof losses[0]; k++) {
        int left = mappings_left(&losses[k], &told);
        printf("%s\n", left > before ? "kept" : "unmapped");
        before = left;
    }
}

/* ---- and their parent ---- */

static void a_lost_device_leaves_no_mapping(void)
{
    check_child("unmaps_what_lost_devices_read", "", TWO_PARTS, NULL);
}

static void what_a_device_may_still_read_stays_mapped(void)
{
    check_child("keeps_what_a_device_may_read", "kept\nkept\n", TWO_PARTS, NULL);
}

SUITE(mapping_loss, {"a_lost_device_leaves_no_mapping", a_lost_device_leaves_no_mapping},
      {"what_a_device_may_still_read_stays_mapped", what_a_device_may_still_read_stays_mapped});
