#include "cl/loader.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cl/cache_folder.h"

static struct {
    pthread_once_t once;
    struct mr_cl table;
    bool is_loaded;
    pid_t process;
    char message[320], hint[160];
} loader = {.once = PTHREAD_ONCE_INIT};

static const char *const function_names[] = {
#define FUNCTION_NAME(name) #name,
    MR_CL_FUNCTIONS(FUNCTION_NAME) MR_CL_LATER_FUNCTIONS(FUNCTION_NAME)
#undef FUNCTION_NAME
};

static void *open_library(void)
{
    const char *chosen = getenv("MILLRACE_OPENCL_LIBRARY");
    if (chosen && chosen[0]) return dlopen(chosen, RTLD_NOW | RTLD_LOCAL);
    void *library = dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
    return library ? library : dlopen("libOpenCL.so", RTLD_NOW | RTLD_LOCAL);
}

/* dlsym() gives data pointers; POSIX lets them be read as functions, C only through memory. */
static bool fill_table(void *library)
{
#define ONE_MORE(name) +1
    enum {
        COUNT = sizeof function_names / sizeof function_names[0],
        NEEDED = 0 MR_CL_FUNCTIONS(ONE_MORE)
    };
#undef ONE_MORE
    _Static_assert(sizeof(struct mr_cl) == COUNT * sizeof(void *), "one pointer a function");
    void *symbols[COUNT];
    for (size_t k = 0; k < COUNT; k++) {
        symbols[k] = dlsym(library, function_names[k]);
        if (symbols[k] || k >= NEEDED) continue;
        (void)snprintf(loader.message, sizeof loader.message,
                       "the OpenCL loader has no %s: it is older than OpenCL 1.2",
                       function_names[k]);
        return false;
    }
    memcpy(&loader.table, symbols, sizeof symbols);
    return true;
}

static void load(void)
{
    loader.process = getpid();
    (void)snprintf(loader.hint, sizeof loader.hint, "%s",
                   "apt install pocl-opencl-icd ocl-icd-libopencl1, or use --engine host");
    char reason[256];
    if (!mr_cache_folder_prepare(reason, sizeof reason)) {
        (void)snprintf(loader.message, sizeof loader.message, "%s", reason);
        (void)snprintf(loader.hint, sizeof loader.hint, "%s",
                       "set POCL_CACHE_DIR to a folder that is yours alone (mode 0700)");
        return;
    }
    /* Never closed: drivers leave threads and exit handlers behind. */
    void *library = open_library();
    if (!library) {
        const char *why = dlerror();
        (void)snprintf(loader.message, sizeof loader.message, "no OpenCL loader: %s",
                       why ? why : "libOpenCL.so.1 cannot be opened");
        return;
    }
    loader.is_loaded = fill_table(library);
}

mr_status mr_cl_process_check(mr_error *err)
{
    if (!loader.process || loader.process == getpid()) return MR_OK;
    mr_status st =
        mr_fail(err, MR_E_FORKED, "OpenCL was loaded by process %ld, which then forked this one",
                (long)loader.process);
    return mr_error_hint(err, st, "open streams after the fork(), or use the host engine");
}

const struct mr_cl *mr_cl(mr_error *err)
{
    (void)pthread_once(&loader.once, load);
    if (mr_cl_process_check(err) != MR_OK) return NULL;
    if (loader.is_loaded) return &loader.table;
    mr_fail(err, MR_E_NO_DEVICE, "%s", loader.message);
    mr_error_hint(err, MR_E_NO_DEVICE, "%s", loader.hint);
    return NULL;
}

const struct mr_cl *mr_cl_loaded(void)
{
    return &loader.table;
}
