#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "cli/cli.h"

enum { DEVICES_LIMIT = 64 };

static bool contains(const char *text, const char *part)
{
    size_t length = strlen(part);
    for (; *text; text++)
        if (strncasecmp(text, part, length) == 0) return true;
    return length == 0;
}

bool mr_device_is_meant(const mr_device_info *info, const char *wanted)
{
    char both[sizeof info->platform + sizeof info->name];
    (void)snprintf(both, sizeof both, "%.95s %.95s", info->platform, info->name);
    return !wanted || contains(both, wanted);
}

/* Opening a device runs its self-test and, if it is due, its trial. */
static void open_once(const mr_device_info *info)
{
    char name[sizeof info->platform + sizeof info->name];
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .device = name};
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    (void)snprintf(name, sizeof name, "%.95s %.95s", info->platform, info->name);
    if (mr_seq_parse(&seq, "range(1)", NULL) == MR_OK)
        (void)mr_stream_open(&stream, seq, &params, NULL);
    mr_stream_close(&stream);
    mr_seq_release(&seq);
}

mr_status mr_devices_tested(mr_device_info infos[], size_t size, size_t *found, mr_error *err)
{
    MR_TRY(mr_devices(infos, size, found, err));
    for (size_t k = 0; k < size && k < *found; k++)
        if (infos[k].is_usable) open_once(&infos[k]);
    return mr_devices(infos, size, found, err);
}

static void print_device(const mr_device_info *info, bool is_chosen, bool is_named)
{
    static const char *const unit = "MiB";
    printf("%c %s: %s\n", is_chosen ? '*' : ' ', info->platform, info->name);
    printf("    %s, driver %s, %u compute units\n", info->version, info->driver,
           info->compute_units);
    printf("    memory %" PRIu64 " %s, one buffer at most %" PRIu64 " %s\n",
           info->memory_bytes >> 20, unit, info->max_alloc_bytes >> 20, unit);
    printf("    %s, %s\n", info->has_fp64 ? "f64" : "no f64",
           info->shares_memory ? "shares memory with the host" : "has memory of its own");
    printf("    %s%s\n", info->shape, info->is_tuned ? " (tuned)" : "");
    const char *verdict = is_chosen ? "chosen" : info->is_usable ? "usable" : "not usable";
    if (info->is_usable && !info->is_admitted)
        printf("    millrace verify --all verifies it, for streams that are left to choose\n");
    printf("    %s%s: %s\n", verdict, is_chosen && is_named ? " by --device" : "", info->reason);
}

static mr_status fail_none_meant(const char *wanted, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_NO_DEVICE, "--device: '%s' is part of no usable device's name", wanted);
    return mr_error_hint(err, st, "millrace devices lists what there is");
}

int mr_command_devices(const struct mr_options *options, char *const arguments[], size_t count)
{
    (void)arguments, (void)count;
    mr_device_info infos[DEVICES_LIMIT];
    const char *wanted = options->stream.device;
    size_t found = 0;
    bool has_chosen = false;
    mr_error err;
    mr_status st = mr_devices_tested(infos, DEVICES_LIMIT, &found, &err);
    if (found > DEVICES_LIMIT) found = DEVICES_LIMIT;
    for (size_t k = 0; !st && k < found; k++) {
        bool is_chosen = !has_chosen && infos[k].is_usable &&
                         (wanted ? mr_device_is_meant(&infos[k], wanted) : infos[k].is_admitted);
        has_chosen |= is_chosen;
        print_device(&infos[k], is_chosen, wanted != NULL);
    }
    printf("%c the host engine\n    plain C on the calling thread; --engine host\n",
           !has_chosen && !wanted ? '*' : ' ');
    if (!st && !has_chosen && wanted) st = fail_none_meant(wanted, &err);
    return st ? mr_report(&err) : 0;
}
