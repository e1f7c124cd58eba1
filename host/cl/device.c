#include "cl/device.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <millrace/device.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "cl/selftest.h"

/* ---- Facts ---- */

/* Asks one device; after the first failure answers 0 and keeps its code. */
struct question {
    const struct mr_cl *cl;
    cl_device_id id;
    cl_int code;
};

static void ask(struct question *q, cl_device_info what, size_t bytes, void *out)
{
    if (q->code == CL_SUCCESS) q->code = q->cl->clGetDeviceInfo(q->id, what, bytes, out, NULL);
    if (q->code != CL_SUCCESS) memset(out, 0, bytes);
}

static cl_uint ask_uint(struct question *q, cl_device_info what)
{
    cl_uint value;
    ask(q, what, sizeof value, &value);
    return value;
}

static cl_ulong ask_ulong(struct question *q, cl_device_info what)
{
    cl_ulong value;
    ask(q, what, sizeof value, &value);
    return value;
}

static size_t ask_size(struct question *q, cl_device_info what)
{
    size_t value;
    ask(q, what, sizeof value, &value);
    return value;
}

/* All of a text, of whatever length; NULL after a failure. */
static char *ask_whole_text(struct question *q, cl_device_info what)
{
    size_t bytes = 0;
    if (q->code == CL_SUCCESS) q->code = q->cl->clGetDeviceInfo(q->id, what, 0, NULL, &bytes);
    if (q->code != CL_SUCCESS) return NULL;
    char *text = mr_alloc(bytes + 1, 1);
    if (text && bytes) q->code = q->cl->clGetDeviceInfo(q->id, what, bytes, text, NULL);
    if (!text) q->code = CL_OUT_OF_HOST_MEMORY;
    if (q->code == CL_SUCCESS) return text;
    mr_free(text);
    return NULL;
}

static void ask_text(struct question *q, cl_device_info what, char *out, size_t size)
{
    char *text = ask_whole_text(q, what);
    const char *start = text ? text : "";
    while (*start == ' ') start++;
    (void)snprintf(out, size, "%s", start);
    mr_free(text);
}

static bool has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at += length)
        if ((at == text || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return true;
    return false;
}

/* Before OpenCL 1.2 f64 was only an extension; since then DOUBLE_FP_CONFIG tells too, but devices
 * without f64 may refuse the question. */
static bool ask_fp64(struct question *q)
{
    char *extensions = ask_whole_text(q, CL_DEVICE_EXTENSIONS);
    bool listed = extensions && has_word(extensions, "cl_khr_fp64");
    mr_free(extensions);
    cl_device_fp_config config = 0;
    cl_int code =
        q->cl->clGetDeviceInfo(q->id, CL_DEVICE_DOUBLE_FP_CONFIG, sizeof config, &config, NULL);
    return listed || (code == CL_SUCCESS && config != 0);
}

static void ask_platform(struct mr_device *d, struct question *q)
{
    ask(q, CL_DEVICE_PLATFORM, sizeof d->platform, &d->platform);
    if (q->code != CL_SUCCESS) return;
    size_t bytes = 0;
    cl_int code = q->cl->clGetPlatformInfo(d->platform, CL_PLATFORM_NAME, 0, NULL, &bytes);
    char *name = code == CL_SUCCESS ? mr_alloc(bytes + 1, 1) : NULL;
    if (name && q->cl->clGetPlatformInfo(d->platform, CL_PLATFORM_NAME, bytes, name, NULL) == 0)
        (void)snprintf(d->platform_name, sizeof d->platform_name, "%s", name);
    mr_free(name);
    d->is_pocl = !strcmp(d->platform_name, "Portable Computing Language");
}

static void ask_numbers(struct mr_device *d, struct question *q)
{
    d->type = ask_ulong(q, CL_DEVICE_TYPE);
    d->compute_units = ask_uint(q, CL_DEVICE_MAX_COMPUTE_UNITS);
    d->max_group_elems = ask_size(q, CL_DEVICE_MAX_WORK_GROUP_SIZE);
    d->align_bytes = ask_uint(q, CL_DEVICE_MEM_BASE_ADDR_ALIGN) / 8;
    d->memory_bytes = ask_ulong(q, CL_DEVICE_GLOBAL_MEM_SIZE);
    d->max_alloc_bytes = ask_ulong(q, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    d->shares_memory = ask_uint(q, CL_DEVICE_HOST_UNIFIED_MEMORY) != 0;
    d->has_fp64 = ask_fp64(q);
    d->divides_exactly =
        (ask_ulong(q, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0;
    unsigned major = 0, minor = 0;
    if (sscanf(d->version, "OpenCL %u.%u", &major, &minor) == 2)
        d->cl_version = major * 100 + minor * 10;
}

/* Discrete GPUs first, then PoCL's CPU, whose results and speed are known, then the rest. */
static void rank_device(struct mr_device *d)
{
    const char *words = "another kind of device";
    d->rank = 0;
    if (d->type & CL_DEVICE_TYPE_GPU) {
        d->rank = d->shares_memory ? 1 : 4;
        words = d->shares_memory ? "GPU that shares the host's memory" : "GPU with its own memory";
    } else if (d->type & CL_DEVICE_TYPE_CPU) {
        d->rank = d->is_pocl ? 3 : 2;
        words = d->is_pocl ? "CPU through PoCL" : "CPU";
    }
    d->is_usable = true;
    (void)snprintf(d->reason, sizeof d->reason, "%s", words);
}

void mr_device_refuse(struct mr_device *d, const char *reason)
{
    d->is_usable = false;
    d->rank = -1;
    (void)snprintf(d->reason, sizeof d->reason, "%.159s", reason);
}

static void judge(struct mr_device *d, struct question *q)
{
    bool little = ask_uint(q, CL_DEVICE_ENDIAN_LITTLE) != 0;
    bool available = ask_uint(q, CL_DEVICE_AVAILABLE) != 0;
    bool compiler = ask_uint(q, CL_DEVICE_COMPILER_AVAILABLE) != 0;
    const char *verdict = mr_device_selftest_verdict(d);

    rank_device(d);
    if (!available)
        mr_device_refuse(d, "the driver says it is not available");
    else if (!compiler)
        mr_device_refuse(d, "it has no compiler");
    else if (!little)
        mr_device_refuse(d, "it is big-endian");
    else if (d->cl_version < 120)
        mr_device_refuse(d, "it is older than OpenCL 1.2");
    else if (verdict[0])
        mr_device_refuse(d, verdict);
}

mr_status mr_device_facts(struct mr_device *out, cl_device_id id, mr_error *err)
{
    *out = (struct mr_device){.id = id};
    mr_error local;
    if (!err) err = &local;
    const struct mr_cl *cl = mr_cl(err);
    if (!cl) return err->status;

    struct question q = {.cl = cl, .id = id};
    ask_text(&q, CL_DEVICE_NAME, out->name, sizeof out->name);
    ask_text(&q, CL_DRIVER_VERSION, out->driver, sizeof out->driver);
    ask_text(&q, CL_DEVICE_VERSION, out->version, sizeof out->version);
    ask_platform(out, &q);
    ask_numbers(out, &q);
    judge(out, &q);
    if (q.code == CL_SUCCESS) return MR_OK;
    mr_status st = mr_cl_fail(err, q.code, "clGetDeviceInfo", out->name, NULL);
    mr_device_refuse(out, err->message);
    return st;
}

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
        /* One that does not answer is listed with the reason and keeps no other away. */
        (void)mr_device_facts(&device, ids[k], &why);
        st = list_add(l, &device, err);
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
                         "POCL_CACHE_DIR (or ~/.cache) can be written; or use --engine host");
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
        return mr_error_hint(err, st, "apt install pocl-opencl-icd, or use --engine host");
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

mr_status mr_device_list(struct mr_device **out, size_t *count, mr_error *err)
{
    *out = NULL;
    *count = 0;
    const struct mr_cl *cl;
    cl_platform_id *platforms;
    cl_uint platform_count;
    mr_error local;
    if (!err) err = &local;
    if (!(cl = mr_cl(err))) return err->status;
    MR_TRY(list_platforms(&platforms, &platform_count, cl, err));

    struct list l = {0};
    mr_status st = MR_OK;
    for (cl_uint k = 0; k < platform_count && st == MR_OK; k++)
        st = add_platform(&l, cl, platforms[k], err);
    mr_free(platforms);
    if (st == MR_OK && l.count == 0) st = fail_empty(&l, err);
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
                         "--device takes a part of a name in any case of letters; "
                         "millrace devices lists them");
}

mr_status mr_device_check(const struct mr_device *d, bool needs_fp64, mr_error *err)
{
    mr_status st = MR_OK;
    if (!d->is_usable) {
        st = mr_fail(err, MR_E_NO_DEVICE, "device '%s' cannot be used: %s", d->name, d->reason);
        mr_error_hint(err, st, "choose another with --device, or use --engine host");
    } else if (needs_fp64 && !d->has_fp64) {
        st = mr_fail(err, MR_E_NO_FP64, "device '%s' has no f64, which the sequence uses", d->name);
        mr_error_hint(err, st,
                      "choose another with --device, use --engine host, or f32 throughout");
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

static void describe(mr_device_info *out, const struct mr_device *d, bool is_first)
{
    *out = (mr_device_info){.compute_units = d->compute_units,
                            .memory_bytes = d->memory_bytes,
                            .max_alloc_bytes = d->max_alloc_bytes,
                            .has_fp64 = d->has_fp64,
                            .shares_memory = d->shares_memory,
                            .is_usable = d->is_usable};
    memcpy(out->platform, d->platform_name, sizeof out->platform);
    memcpy(out->name, d->name, sizeof out->name);
    memcpy(out->driver, d->driver, sizeof out->driver);
    memcpy(out->version, d->version, sizeof out->version);
    const char *how = !d->is_usable ? "" : is_first ? "chosen: " : "ranked lower: ";
    (void)snprintf(out->reason, sizeof out->reason, "%s%.140s", how, d->reason);
}

mr_status mr_devices(mr_device_info *out, size_t size, size_t *count, mr_error *err)
{
    struct mr_device *devices;
    *count = 0;
    MR_TRY(mr_device_list(&devices, count, err));
    for (size_t k = 0; k < *count && k < size; k++) describe(&out[k], &devices[k], k == 0);
    mr_free(devices);
    return MR_OK;
}
