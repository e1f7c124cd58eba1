#include "cl/device_choice.h"
#include "cl/tuned.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <millrace/device.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "cl/contact.h"
#include "cl/headroom.h"

/* ---- The list ---- */

struct list {
    struct mr_device *devices;
    size_t count;
    char empty_platforms[256]; /* names of platforms without devices, for the error */
    cl_int code;               /* a failure other than "no devices" */
};

static mr_status list_add(struct list *l, const struct mr_device *d, mr_error *err)
{
    struct mr_device *grown = mr_resize(l->devices, l->count + 1, sizeof *grown);
    if (!grown) return mr_fail_no_memory(err, "the list of devices");
    l->devices = grown;
    /* Best first; equals stay in the order of the platforms. */
    size_t k = l->count++;
    for (; k > 0 && grown[k - 1].rank < d->rank; k--) grown[k] = grown[k - 1];
    grown[k] = *d;
    return MR_OK;
}

static void note_empty(struct list *l, const struct mr_cl *cl, cl_platform_id platform)
{
    char name[96] = "?";
    size_t used = strlen(l->empty_platforms);
    (void)cl->clGetPlatformInfo(platform, CL_PLATFORM_NAME, sizeof name, name, NULL);
    (void)snprintf(l->empty_platforms + used, sizeof l->empty_platforms - used, "%s'%s'",
                   used ? ", " : "", name);
}

static mr_status add_platform(struct list *l, const struct mr_cl *cl, cl_platform_id platform,
                              mr_error *err)
{
    cl_uint count = 0;
    cl_int code = cl->clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, &count);
    if (code != CL_SUCCESS || count == 0) {
        note_empty(l, cl, platform);
        if (code != CL_SUCCESS && code != CL_DEVICE_NOT_FOUND) l->code = code;
        return MR_OK;
    }
    cl_device_id *ids = mr_alloc(count, sizeof(cl_device_id));
    if (!ids) return mr_fail_no_memory(err, "the list of devices");
    code = cl->clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, count, ids, NULL);
    if (code != CL_SUCCESS) l->code = code;

    mr_status st = MR_OK;
    for (cl_uint k = 0; code == CL_SUCCESS && k < count && st == MR_OK; k++) {
        struct mr_device device;
        mr_error why;
        /* One that does not answer is listed with the reason and keeps no other away; what the
         * host lacks says nothing of a device. */
        if (mr_device_facts(&device, ids[k], &why) == MR_E_NO_MEMORY && why.cl_code == 0) {
            if (err) *err = why;
            st = MR_E_NO_MEMORY;
        } else {
            st = list_add(l, &device, err);
        }
    }
    mr_free(ids);
    return st;
}

/* Why there is no device at all. */
static mr_status fail_empty(const struct list *l, mr_error *err)
{
    if (l->code != CL_SUCCESS)
        return mr_cl_fail(err, l->code, "clGetDeviceIDs", NULL, "platform %s", l->empty_platforms);
    mr_status st =
        mr_fail(err, MR_E_NO_DEVICE, "no OpenCL device: %s has none", l->empty_platforms);
    return mr_error_hint(err, st,
                         "apt install pocl-opencl-icd; if it is installed, see that the folder of "
                         "POCL_CACHE_DIR (or ~/.cache) can be written; or use MR_ENGINE_HOST");
}

static mr_status list_platforms(cl_platform_id **out, cl_uint *count, const struct mr_cl *cl,
                                mr_error *err)
{
    *out = NULL;
    *count = 0;
    cl_int code = cl->clGetPlatformIDs(0, NULL, count);
    if (code == -1001 || (code == CL_SUCCESS && *count == 0)) { /* CL_PLATFORM_NOT_FOUND_KHR */
        mr_status st =
            mr_fail(err, MR_E_NO_DEVICE, "no OpenCL platform: the loader found no driver (no ICD)");
        return mr_error_hint(err, st, "apt install pocl-opencl-icd, or use MR_ENGINE_HOST");
    }
    if (code == CL_SUCCESS) {
        *out = mr_alloc(*count, sizeof(cl_platform_id));
        if (!*out) return mr_fail_no_memory(err, "the list of platforms");
        code = cl->clGetPlatformIDs(*count, *out, NULL);
    }
    if (code == CL_SUCCESS) return MR_OK;
    mr_free(*out);
    *out = NULL;
    return mr_cl_fail(err, code, "clGetPlatformIDs", NULL, NULL);
}

/* Before the loader loads drivers, which is with its first call. */
static mr_status make_sure_of_room(mr_error *err)
{
    static bool is_loaded; /* under the lock of the contact */
    if (!is_loaded) MR_TRY(mr_room_to_load(err));
    is_loaded = true;
    return MR_OK;
}

static mr_status list_devices(struct list *l, const struct mr_cl *cl, mr_error *err)
{
    cl_platform_id *platforms;
    cl_uint platform_count;
    MR_TRY(make_sure_of_room(err));
    mr_status st = list_platforms(&platforms, &platform_count, cl, err);
    for (cl_uint k = 0; platforms && k < platform_count && st == MR_OK; k++)
        st = add_platform(l, cl, platforms[k], err);
    mr_free(platforms);
    return st == MR_OK && l->count == 0 ? fail_empty(l, err) : st;
}

mr_status mr_device_list(struct mr_device **out, size_t *count, mr_error *err)
{
    struct list l = {0};
    struct mr_contact contact;
    const struct mr_cl *cl;
    mr_error local;
    *out = NULL;
    *count = 0;
    if (!err) err = &local;
    if (!(cl = mr_cl(err))) return err->status;
    MR_TRY(mr_contact_begin(&contact, err));
    mr_status st = list_devices(&l, cl, err);
    mr_contact_end(&contact);
    if (st != MR_OK) {
        mr_free(l.devices);
        return st;
    }
    *out = l.devices;
    *count = l.count;
    return MR_OK;
}

/* ---- The choice ---- */

static bool contains(const char *text, const char *part)
{
    size_t length = strlen(part);
    for (; strlen(text) >= length; text++) {
        size_t k = 0;
        while (k < length && tolower((unsigned char)text[k]) == tolower((unsigned char)part[k]))
            k++;
        if (k == length) return true;
    }
    return false;
}

static bool is_wanted(const struct mr_device *d, const char *wanted)
{
    char text[2 * 96 + 2];
    (void)snprintf(text, sizeof text, "%s %s", d->platform_name, d->name);
    return !wanted || contains(text, wanted);
}

static mr_status fail_miss(const struct mr_device *devices, size_t count, const char *wanted,
                           mr_error *err)
{
    struct mr_strbuf list = {0};
    for (size_t k = 0; k < count; k++)
        mr_strbuf_addf(&list, "%s'%s %s'", k ? ", " : "", devices[k].platform_name,
                       devices[k].name);
    mr_status st = mr_fail(err, MR_E_NO_DEVICE, "no device matches '%.100s'; there are: %s",
                           wanted ? wanted : "", count ? mr_strbuf_text(&list) : "none");
    mr_strbuf_free(&list);
    return mr_error_hint(err, st,
                         "mr_stream_params.device takes a part of a name in any case of letters; "
                         "mr_devices() lists them");
}

mr_status mr_device_check(const struct mr_device *d, bool needs_fp64, mr_error *err)
{
    mr_status st = MR_OK;
    if (!d->is_usable) {
        st = mr_fail(err, MR_E_NO_DEVICE, "device '%s' cannot be used: %s", d->name, d->reason);
        mr_error_hint(err, st,
                      "choose another with mr_stream_params.device, or use MR_ENGINE_HOST");
    } else if (needs_fp64 && !d->has_fp64) {
        st = mr_fail(err, MR_E_NO_FP64, "device '%s' has no f64, which the sequence uses", d->name);
        mr_error_hint(
            err, st,
            "choose another with mr_stream_params.device, use MR_ENGINE_HOST, or f32 throughout");
    }
    if (st != MR_OK && err) (void)snprintf(err->device, sizeof err->device, "%s", d->name);
    return st;
}

/* The higher, the better a device answers the wish: the rank counts only among equals in that. */
static int fitness(const struct mr_device *d, bool needs_fp64)
{
    enum { ABOVE_ANY_RANK = 100 };
    if (!d->is_usable) return -1;
    return d->rank + (!needs_fp64 || d->has_fp64 ? ABOVE_ANY_RANK : 0);
}

mr_status mr_device_choose(const struct mr_device **out, const struct mr_device *devices,
                           size_t count, const char *wanted, bool needs_fp64, mr_error *err)
{
    const struct mr_device *best = NULL;
    *out = NULL;
    for (size_t k = 0; k < count; k++)
        if (is_wanted(&devices[k], wanted) &&
            (!best || fitness(&devices[k], needs_fp64) > fitness(best, needs_fp64)))
            best = &devices[k];
    if (!best) return fail_miss(devices, count, wanted, err);
    MR_TRY(mr_device_check(best, needs_fp64, err));
    *out = best;
    return MR_OK;
}

/* ---- The public list ---- */

static void describe(mr_device_info *out, const struct mr_device *d)
{
    struct mr_profile profile;
    *out = (mr_device_info){.compute_units = d->compute_units,
                            .memory_bytes = d->memory_bytes,
                            .max_alloc_bytes = d->max_alloc_bytes,
                            .has_fp64 = d->has_fp64,
                            .shares_memory = d->shares_memory,
                            .is_usable = d->is_usable,
                            .is_admitted = d->is_admitted};
    memcpy(out->platform, d->platform_name, sizeof out->platform);
    memcpy(out->name, d->name, sizeof out->name);
    memcpy(out->driver, d->driver, sizeof out->driver);
    memcpy(out->version, d->version, sizeof out->version);
    memcpy(out->reason, d->reason, sizeof out->reason);
    mr_device_profile(&profile, d, &out->is_tuned);
    mr_profile_write(out->shape, &profile);
}

mr_status mr_devices(mr_device_info *out, size_t size, size_t *count, mr_error *err)
{
    struct mr_device *devices;
    MR_NEED(err, count);
    *count = 0;
    if (size) MR_NEED(err, out);
    MR_TRY(mr_device_list(&devices, count, err));
    for (size_t k = 0; k < *count && k < size; k++) describe(&out[k], &devices[k]);
    mr_free(devices);
    return MR_OK;
}
