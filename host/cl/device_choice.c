#include "cl/device_choice.h"
#include "cl/tuned.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <millrace/device.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "cl/contact.h"
#include "cl/error_code.h"
#include "cl/first_contact.h"
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
    const unsigned number = (unsigned)k;
    for (; k > 0 && grown[k - 1].preference < d->preference; k--) grown[k] = grown[k - 1];
    grown[k] = *d;
    grown[k].number = number;
    if (!d->name[0]) /* it did not answer */
        (void)snprintf(grown[k].name, sizeof grown[k].name, "number %u", number);
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
static mr_status prepare_to_load(mr_error *err)
{
    static bool is_loaded; /* under the lock of the contact */
    if (is_loaded) return MR_OK;
    MR_TRY(mr_first_contact(err));
    MR_TRY(mr_room_to_load(err));
    is_loaded = true;
    return MR_OK;
}

static mr_status list_devices(struct list *l, const struct mr_cl *cl, mr_error *err)
{
    cl_platform_id *platforms;
    cl_uint platform_count;
    MR_TRY(prepare_to_load(err));
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

/* Whether it is the number of one of `count` devices. */
static bool is_number(const char *wanted, size_t count, unsigned *number)
{
    size_t digits = strspn(wanted, "0123456789");
    if (digits == 0 || digits > 4 || wanted[digits]) return false;
    *number = (unsigned)strtoul(wanted, NULL, 10);
    return *number < count;
}

/* By one part of a list. */
static bool is_named(const char *platform, const char *name, unsigned number, size_t count,
                     const char *part)
{
    char text[2 * 96 + 2];
    unsigned wanted;
    if (is_number(part, count, &wanted)) return number == wanted;
    (void)snprintf(text, sizeof text, "%s %s", platform, name);
    return contains(text, part);
}

static bool is_wanted(const struct mr_device *d, const char *wanted, size_t count)
{
    return !wanted || is_named(d->platform_name, d->name, d->number, count, wanted);
}

/* The first `taken` devices were taken by other parts of the list. */
static mr_status fail_miss(const struct mr_device *devices, size_t count, size_t taken,
                           const char *wanted, mr_error *err)
{
    struct mr_strbuf list = {0};
    for (size_t k = 0; k < count; k++)
        mr_strbuf_addf(&list, "%s'%s %s'", k ? ", " : "", devices[k].platform_name,
                       devices[k].name);
    mr_status st = mr_fail(err, MR_E_NO_DEVICE, "no %sdevice matches '%.100s'; there are: %s",
                           taken ? "further " : "", wanted ? wanted : "",
                           count ? mr_strbuf_text(&list) : "none");
    mr_strbuf_free(&list);
    return mr_error_hint(err, st,
                         "mr_stream_params.device takes a part of a name in any case of letters, a "
                         "number, a list of those, or all; mr_devices() lists them");
}

mr_status mr_device_check(const struct mr_device *d, bool needs_fp64, mr_error *err)
{
    mr_status st = MR_OK;
    if (!d->is_usable) {
        st = mr_fail(err, MR_E_NO_DEVICE, "device '%s' cannot be used: %s", d->name, d->reason);
        mr_error_hint(err, st, "%s",
                      d->is_short
                          ? mr_cl_lack_hint
                          : "choose another with mr_stream_params.device, or use MR_ENGINE_HOST");
    } else if (needs_fp64 && !d->has_fp64) {
        st = mr_fail(err, MR_E_NO_FP64, "device '%s' has no f64, which the sequence uses", d->name);
        mr_error_hint(
            err, st,
            "choose another with mr_stream_params.device, use MR_ENGINE_HOST, or f32 throughout");
    }
    if (st != MR_OK && err) (void)snprintf(err->device, sizeof err->device, "%s", d->name);
    return st;
}

/* The higher, the better a device answers the wish: preference counts only among equals in that. */
static int fitness(const struct mr_device *d, bool needs_fp64)
{
    enum { ABOVE_ANY_PREFERENCE = 100 };
    if (!d->is_usable) return -1;
    return d->preference + (!needs_fp64 || d->has_fp64 ? ABOVE_ANY_PREFERENCE : 0);
}

/* The best of those from `taken` on. */
static mr_status choose(const struct mr_device **out, const struct mr_device *devices, size_t count,
                        size_t taken, const char *wanted, bool needs_fp64, mr_error *err)
{
    const struct mr_device *best = NULL;
    *out = NULL;
    for (size_t k = taken; k < count; k++)
        if (is_wanted(&devices[k], wanted, count) &&
            (!best || fitness(&devices[k], needs_fp64) > fitness(best, needs_fp64)))
            best = &devices[k];
    if (!best) return fail_miss(devices, count, taken, wanted, err);
    MR_TRY(mr_device_check(best, needs_fp64, err));
    *out = best;
    return MR_OK;
}

mr_status mr_device_choose(const struct mr_device **out, const struct mr_device *devices,
                           size_t count, const char *wanted, bool needs_fp64, mr_error *err)
{
    return choose(out, devices, count, 0, wanted, needs_fp64, err);
}

/* ---- Several ---- */

enum { PART_BYTES = 2 * 96 + 2 };

/* A list's first part ends at a comma, but not at one in parentheses: "llvmpipe (LLVM 22.1.8, 256
 * bits)". */
static size_t part_length(const char *list)
{
    size_t length = 0, depth = 0;
    for (; list[length] && (depth > 0 || list[length] != ','); length++) {
        if (list[length] == '(') depth++;
        if (list[length] == ')' && depth > 0) depth--;
    }
    return length;
}

/* The part of a list at `at`; where the next one is, or NULL. */
static const char *take_part(char part[PART_BYTES], const char *at)
{
    size_t length = part_length(at);
    (void)snprintf(part, PART_BYTES, "%.*s", (int)(length < PART_BYTES ? length : PART_BYTES - 1),
                   at);
    return at[length] ? at + length + 1 : NULL;
}

bool mr_device_is_among(const char *platform, const char *name, unsigned number, size_t count,
                        const char *wanted)
{
    bool is_among = !wanted || strcmp(wanted, "all") == 0;
    for (const char *at = wanted; at && !is_among;) {
        char part[PART_BYTES];
        at = take_part(part, at);
        is_among = is_named(platform, name, number, count, part);
    }
    return is_among;
}

bool mr_devices_are_several(const char *wanted)
{
    return wanted && (strcmp(wanted, "all") == 0 || wanted[part_length(wanted)]);
}

/* Moves one to place `to`, those between one on. */
static void move_up(struct mr_device devices[], size_t from, size_t to)
{
    struct mr_device moved = devices[from];
    for (; from > to; from--) devices[from] = devices[from - 1];
    devices[to] = moved;
}

static mr_status pick_all(struct mr_device devices[], size_t count, size_t *picked, bool needs_fp64,
                          mr_error *err)
{
    for (size_t k = 0; k < count; k++)
        if (mr_device_check(&devices[k], needs_fp64, NULL) == MR_OK)
            move_up(devices, k, (*picked)++);
    if (*picked) return MR_OK;
    return count ? mr_device_check(&devices[0], needs_fp64, err)
                 : fail_miss(devices, count, 0, "all", err);
}

static mr_status fail_twice(const char *part, const struct mr_device *d, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_VALUE, "device %u, '%s', is named a second time by '%s'",
                           d->number, d->name, part);
    return mr_error_hint(err, st, "name each device once");
}

static mr_status fail_many(const char *part, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_LIMIT, "device: '%s' is the %dth of a list, and %d is the limit", part,
                MR_MAX_DEVICES + 1, MR_MAX_DEVICES);
    return mr_error_hint(err, st,
                         "name the %d fastest, or have several processes compute a shard each",
                         MR_MAX_DEVICES);
}

static mr_status pick_one(struct mr_device devices[], size_t count, size_t *picked,
                          const char *part, bool needs_fp64, mr_error *err)
{
    const struct mr_device *best;
    unsigned number;
    for (size_t k = 0; k < *picked; k++)
        if (is_number(part, count, &number) && devices[k].number == number)
            return fail_twice(part, &devices[k], err);
    /* A number is one of all, also where some are taken. */
    for (size_t k = *picked; is_number(part, count, &number) && k < count; k++) {
        if (devices[k].number != number) continue;
        MR_TRY(mr_device_check(&devices[k], needs_fp64, err));
        move_up(devices, k, (*picked)++);
        return MR_OK;
    }
    MR_TRY(choose(&best, devices, count, *picked, part, needs_fp64, err));
    move_up(devices, (size_t)(best - devices), *picked);
    ++*picked;
    return MR_OK;
}

mr_status mr_device_pick(struct mr_device devices[], size_t count, size_t *picked,
                         const char *wanted, bool needs_fp64, mr_error *err)
{
    *picked = 0;
    if (strcmp(wanted, "all") == 0) return pick_all(devices, count, picked, needs_fp64, err);
    for (const char *at = wanted; at;) {
        char part[PART_BYTES];
        at = take_part(part, at);
        if (!part[0]) {
            mr_status st =
                mr_fail(err, MR_E_VALUE, "device: a part of the list '%.100s' is empty", wanted);
            return mr_error_hint(err, st, "as in 0,1");
        }
        if (*picked == MR_MAX_DEVICES) return fail_many(part, err);
        MR_TRY(pick_one(devices, count, picked, part, needs_fp64, err));
    }
    return MR_OK;
}

/* ---- The public list ---- */

static void describe(mr_device_info *out, const struct mr_device *d)
{
    struct mr_profile profile;
    *out = (mr_device_info){.number = d->number,
                            .compute_units = d->compute_units,
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
