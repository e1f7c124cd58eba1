#include "cl/device_choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "cl/admission.h"
#include "cl/quirk.h"
#include "cl/verdict.h"

/* Asks one device; after the first failure answers 0 and keeps its code. */
struct question {
    const struct mr_cl *cl;
    cl_device_id id;
    cl_int code;
    bool lacks_memory; /* it was ours that failed, not the call */
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
    if (!text) {
        q->code = CL_OUT_OF_HOST_MEMORY;
        q->lacks_memory = true;
    }
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

/* 120 for "OpenCL 1.2 ..."; 0 for a text of another form. */
static unsigned version_number(const char *text)
{
    static const char start[] = "OpenCL ";
    char *rest;
    if (strncmp(text, start, sizeof start - 1) != 0) return 0;
    unsigned long major = strtoul(text + sizeof start - 1, &rest, 10);
    if (*rest != '.' || major > 99) return 0;
    unsigned long minor = strtoul(rest + 1, &rest, 10);
    return minor > 9 ? 0 : (unsigned)(major * 100 + minor * 10);
}

/* OpenCL 2.0, 3.3.3: of a fine-grained buffer host and device see each other's writes at
 * synchronisation points, without mapping. */
static bool ask_fine_memory(struct question *q, unsigned version)
{
    cl_device_svm_capabilities svm = 0;
    return version >= 200 && q->cl->clSVMAlloc && q->cl->clSVMFree &&
           q->cl->clGetDeviceInfo(q->id, CL_DEVICE_SVM_CAPABILITIES, sizeof svm, &svm, NULL) ==
               CL_SUCCESS &&
           (svm & CL_DEVICE_SVM_FINE_GRAIN_BUFFER);
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
    d->queue_properties =
        ask_ulong(q, CL_DEVICE_QUEUE_PROPERTIES) & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE;
    d->has_fp64 = ask_fp64(q);
    d->divides_exactly =
        (ask_ulong(q, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0;
    d->cl_version = version_number(d->version);
    /* Elsewhere such memory may be slow to the one or the other: nobody measured it. */
    d->shares_finely =
        d->shares_memory && (d->type & CL_DEVICE_TYPE_CPU) && ask_fine_memory(q, d->cl_version);
}

/* Admitted ones first; among equals discrete GPUs, then PoCL's CPU, whose results and speed are
 * known, then the rest. */
static void rank_device(struct mr_device *d)
{
    enum { ABOVE_THE_OTHERS = 10 };
    const char *words = "another kind of device";
    d->preference = 0;
    if (mr_device_has_quirk(d, MR_QUIRK_INTERPRETS)) {
        words = "an interpreter";
    } else if (d->type & CL_DEVICE_TYPE_GPU) {
        d->preference = d->shares_memory ? 1 : 4;
        words = d->shares_memory ? "GPU that shares the host's memory" : "GPU with its own memory";
    } else if (d->type & CL_DEVICE_TYPE_CPU) {
        d->preference = d->is_pocl ? 3 : 2;
        words = d->is_pocl ? "CPU through PoCL" : "CPU";
    }
    d->is_usable = true;
    d->is_admitted = mr_device_is_admitted(d);
    if (d->is_admitted) d->preference += ABOVE_THE_OTHERS;
    (void)snprintf(d->reason, sizeof d->reason, "%s%s", words,
                   d->is_admitted ? "" : ", not verified here");
}

void mr_device_refuse(struct mr_device *d, const char *reason)
{
    d->is_usable = false;
    d->preference = -1;
    (void)snprintf(d->reason, sizeof d->reason, "%.159s", reason);
}

static void judge(struct mr_device *d, struct question *q)
{
    bool little = ask_uint(q, CL_DEVICE_ENDIAN_LITTLE) != 0;
    bool available = ask_uint(q, CL_DEVICE_AVAILABLE) != 0;
    bool compiler = ask_uint(q, CL_DEVICE_COMPILER_AVAILABLE) != 0;
    struct mr_verdict verdict;

    rank_device(d);
    if (!available)
        mr_device_refuse(d, "the driver says it is not available");
    else if (!compiler)
        mr_device_refuse(d, "it has no compiler");
    else if (!little)
        mr_device_refuse(d, "it is big-endian");
    else if (d->cl_version < 120)
        mr_device_refuse(d, "it is older than OpenCL 1.2");
    else
        mr_verdict_find(&verdict, d);
    if (d->is_usable) mr_verdict_tell(d, &verdict);
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
    mr_status st = q.lacks_memory ? mr_fail_no_memory(err, "a device's name")
                                  : mr_cl_fail(err, q.code, "clGetDeviceInfo", out->name, NULL);
    mr_device_refuse(out, err->message);
    return st;
}
