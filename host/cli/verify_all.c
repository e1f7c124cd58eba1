/* verify --all: what a device is asked before streams go over to it by themselves. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cl/admission.h"
#include "cli/cli.h"
#include "cli/difference.h"
#include "cli/interrupt.h"
#include "cli/words.h"
#include "ir/op.h"
#include "stream/trial.h"

enum { DEVICES_LIMIT = 64, DEVICE_BYTES = 200, TAKE = 10000 };

struct visit {
    const mr_device_info *info;
    char device[DEVICE_BYTES];
    size_t agree;
    bool differs;
};

static bool needs_f64(const struct mr_digest *digest)
{
    return digest->elements < 0 && digest->status == MR_E_NO_FP64;
}

/* On the host engine and on the device. */
static void compare(struct visit *v, const char *text)
{
    struct mr_digest digests[2];
    mr_seq *seq = NULL;
    mr_error err;
    if (v->differs || mr_interrupt_signal()) return;
    if (mr_seq_parse(&seq, text, &err) != MR_OK) {
        (void)mr_report(&err);
        v->differs = true;
        return;
    }
    for (size_t k = 0; k < 2; k++) {
        struct mr_way way = {.params = {.engine = k ? MR_ENGINE_OPENCL : MR_ENGINE_HOST},
                             .take = TAKE};
        if (k) way.params.device = v->device;
        mr_digest_run(&digests[k], seq, &way);
    }
    mr_seq_release(&seq);
    if (mr_interrupt_signal() || needs_f64(&digests[1])) return;
    v->agree += digests[0].hash == digests[1].hash;
    v->differs = digests[0].hash != digests[1].hash;
    if (!v->differs) return;
    printf("%s: DIFFERENT: %s\n", v->device, text);
    if (digests[1].status) printf("  opencl  %s\n", digests[1].error.message);
    printf("  millrace verify --device '%s' '%s' shows where\n", v->info->name, text);
}

static void compare_all(struct visit *v)
{
    char text[MR_TRIAL_TEXT_BYTES];
    for (size_t k = 0; mr_trial_text(text, k, v->info->has_fp64); k++)
        if (text[0]) compare(v, text);
    for (size_t k = 0; k < mr_ops_count; k++)
        if (mr_ops[k]->known[0].pipeline) compare(v, mr_ops[k]->known[0].pipeline);
}

/* Keeps it for later processes; there is no public call for that. */
static void admit(const mr_device_info *info, bool agrees)
{
    struct mr_device *devices = NULL;
    size_t count = 0;
    if (mr_device_list(&devices, &count, NULL) != MR_OK) return;
    for (size_t k = 0; k < count; k++)
        if (strcmp(devices[k].platform_name, info->platform) == 0 &&
            strcmp(devices[k].name, info->name) == 0)
            mr_device_admit(&devices[k], agrees);
    mr_free(devices);
}

static int visit(const mr_device_info *info)
{
    struct visit v = {.info = info};
    (void)snprintf(v.device, sizeof v.device, "%.95s %.95s", info->platform, info->name);
    if (!info->is_usable) {
        printf("%s: not run: %s\n", v.device, mr_in_words(info->reason));
        return 0;
    }
    compare_all(&v);
    if (mr_interrupt_signal()) return 128 + mr_interrupt_signal();
    admit(info, !v.differs);
    if (v.differs) return 1;
    printf("%s: %zu pipelines agree with the host engine; streams go over to it by themselves\n",
           v.device, v.agree);
    return 0;
}

int mr_verify_all(const struct mr_options *options)
{
    static mr_device_info infos[DEVICES_LIMIT];
    size_t found = 0, visited = 0;
    int exit_code = 0;
    mr_error err;
    if (mr_devices(infos, DEVICES_LIMIT, &found, &err) != MR_OK) return mr_report(&err);
    mr_interrupt_install();
    for (size_t k = 0; k < found && k < DEVICES_LIMIT && !mr_interrupt_signal(); k++) {
        if (!mr_device_is_meant(&infos[k], found, options->stream.device)) continue;
        int code = visit(&infos[k]);
        (void)fflush(stdout);
        visited++;
        if (code) exit_code = code;
    }
    return visited ? exit_code : mr_status_exit_code(MR_E_NO_DEVICE);
}
