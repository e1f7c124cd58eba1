#include <inttypes.h>
#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "cl/session.h"
#include "cli/cli.h"
#include "cli/words.h"

enum { DEVICES_LIMIT = 64 };

bool mr_device_is_meant(const mr_device_info *info, size_t found, const char *wanted)
{
    return mr_device_is_among(info->platform, info->name, info->number, found, wanted);
}

/* Opening a device runs its self-test and, if it is due, its trial. */
static void open_once(const mr_device_info *info)
{
    char number[16];
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .device = number};
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    (void)snprintf(number, sizeof number, "%u", info->number);
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
    printf("%c %u %s: %s\n", is_chosen ? '*' : ' ', info->number, info->platform, info->name);
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
    printf("    %s%s: %s\n", verdict, is_chosen && is_named ? " by --device" : "",
           mr_in_words(info->reason));
}

static mr_status fail_none_meant(const char *wanted, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_NO_DEVICE, "--device: '%s' names no device that can be used", wanted);
    return mr_error_hint(err, st, "millrace devices lists what there is");
}

/* Which of them are taken: bits by their numbers. */
static mr_status choose(uint64_t *chosen, const mr_device_info infos[], size_t found,
                        const mr_stream_params *params, mr_error *err)
{
    struct mr_device *devices;
    size_t count;
    *chosen = 0;
    if (mr_devices_are_several(params->device)) {
        MR_TRY(mr_session_devices(&devices, &count, params, false, err));
        for (size_t k = 0; k < count; k++) *chosen |= UINT64_C(1) << devices[k].number % 64;
        mr_free(devices);
        return MR_OK;
    }
    for (size_t k = 0; k < found && !*chosen; k++)
        if (infos[k].is_usable &&
            (params->device ? mr_device_is_meant(&infos[k], found, params->device)
                            : infos[k].is_admitted))
            *chosen = UINT64_C(1) << infos[k].number % 64;
    return *chosen || !params->device ? MR_OK : fail_none_meant(params->device, err);
}

int mr_command_devices(const struct mr_options *options, char *const arguments[], size_t count)
{
    (void)arguments, (void)count;
    mr_device_info infos[DEVICES_LIMIT];
    size_t found = 0;
    uint64_t chosen = 0;
    bool is_named = options->stream.device != NULL;
    mr_error err;
    mr_status st = mr_devices_tested(infos, DEVICES_LIMIT, &found, &err);
    if (found > DEVICES_LIMIT) found = DEVICES_LIMIT;
    mr_status listed = st;
    if (st == MR_OK) st = choose(&chosen, infos, found, &options->stream, &err);
    for (size_t k = 0; !listed && k < found; k++)
        print_device(&infos[k], chosen >> infos[k].number % 64 & 1, is_named);
    printf("%c the host engine\n    plain C on the calling thread; --engine host\n",
           !chosen && !is_named ? '*' : ' ');
    return st ? mr_report(&err) : 0;
}
