#include "cl/loader.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cl/cache_folder.h"
#include "cl/contact.h"
#include "cl/driver.h"

static struct {
    struct mr_cl table;
    bool is_loaded;
    bool is_driver;       /* itself, without a loader */
    atomic_bool is_tried; /* all else stays as it is then */
    char message[320], hint[160];
} loader;

static const char *const function_names[] = {
#define FUNCTION_NAME(name, place) #name,
    MR_CL_FUNCTIONS(FUNCTION_NAME) MR_CL_LATER_FUNCTIONS(FUNCTION_NAME)
#undef FUNCTION_NAME
};

static const unsigned function_places[] = {
#define FUNCTION_PLACE(name, place) place,
    MR_CL_FUNCTIONS(FUNCTION_PLACE) MR_CL_LATER_FUNCTIONS(FUNCTION_PLACE)
#undef FUNCTION_PLACE
};

/* The last one is a driver's own, for machines without a loader. What is missing is told of the
 * first. */
static void *open_library(void)
{
    static const char *const usual[] = {"libOpenCL.so.1", "libOpenCL.so", "libnvidia-opencl.so.1"};
    const char *chosen = getenv("MILLRACE_OPENCL_LIBRARY");
    bool is_chosen = chosen && chosen[0];
    void *library = NULL;
    for (size_t k = 0; k < (is_chosen ? 1 : sizeof usual / sizeof usual[0]) && !library; k++) {
        library = dlopen(is_chosen ? chosen : usual[k], RTLD_NOW | RTLD_LOCAL);
        const char *why = dlerror();
        if (!library && !loader.message[0])
            (void)snprintf(loader.message, sizeof loader.message, "no OpenCL loader: %s",
                           why ? why : "libOpenCL.so.1 cannot be opened");
    }
    return library;
}

/* dlsym() gives data pointers; POSIX lets them be read as functions, C only through memory. */
static bool fill_table(void *library)
{
#define ONE_MORE(name, place) +1
    enum {
        COUNT = sizeof function_names / sizeof function_names[0],
        NEEDED = 0 MR_CL_FUNCTIONS(ONE_MORE)
    };
#undef ONE_MORE
    _Static_assert(sizeof(struct mr_cl) == COUNT * sizeof(void *), "one pointer a function");
    void *symbols[COUNT];
    loader.is_driver = mr_is_driver(library);
    if (loader.is_driver && !mr_driver_functions(library, function_places, COUNT, symbols)) {
        (void)snprintf(loader.message, sizeof loader.message, "the OpenCL driver has no platform");
        return false;
    }
    for (size_t k = 0; k < COUNT; k++) {
        if (!loader.is_driver) symbols[k] = dlsym(library, function_names[k]);
        if (symbols[k] || k >= NEEDED) continue;
        (void)snprintf(loader.message, sizeof loader.message,
                       "the OpenCL loader has no %s: it is older than OpenCL 1.2",
                       function_names[k]);
        return false;
    }
    memcpy(&loader.table, symbols, sizeof symbols);
    return true;
}

/* Who embeds millrace, or runs what does, can keep drivers out of the process. */
static bool is_forbidden(void)
{
    const char *engine = getenv("MILLRACE_ENGINE");
    if (!engine || !engine[0] || !strcmp(engine, "auto")) return false;
    if (!strcmp(engine, "host"))
        (void)snprintf(loader.message, sizeof loader.message,
                       "MILLRACE_ENGINE=host allows no driver in this process");
    else
        (void)snprintf(loader.message, sizeof loader.message,
                       "MILLRACE_ENGINE: '%.50s' is neither host nor auto", engine);
    (void)snprintf(loader.hint, sizeof loader.hint,
                   "unset MILLRACE_ENGINE, or use the host engine");
    return true;
}

static void load(void)
{
    if (is_forbidden()) return;
    (void)snprintf(loader.hint, sizeof loader.hint, "%s",
                   "apt install pocl-opencl-icd ocl-icd-libopencl1, or use MR_ENGINE_HOST");
    char reason[256];
    if (!mr_cache_folder_prepare(reason, sizeof reason)) {
        (void)snprintf(loader.message, sizeof loader.message, "%s", reason);
        (void)snprintf(loader.hint, sizeof loader.hint, "%s",
                       "set POCL_CACHE_DIR to a folder that is yours alone (mode 0700)");
        return;
    }
    /* Never closed: drivers leave threads and exit handlers behind. */
    void *library = open_library();
    if (library) loader.is_loaded = fill_table(library);
}

static mr_status load_once(mr_error *err)
{
    struct mr_contact contact;
    if (atomic_load(&loader.is_tried)) return mr_contact_check(err);
    MR_TRY(mr_contact_begin(&contact, err));
    if (!atomic_load(&loader.is_tried)) load();
    atomic_store(&loader.is_tried, true);
    mr_contact_end(&contact);
    return MR_OK;
}

const struct mr_cl *mr_cl(mr_error *err)
{
    if (load_once(err) != MR_OK) return NULL;
    if (loader.is_loaded) return &loader.table;
    mr_fail(err, MR_E_NO_DEVICE, "%s", loader.message);
    mr_error_hint(err, MR_E_NO_DEVICE, "%s", loader.hint);
    return NULL;
}

bool mr_cl_is_driver(void)
{
    return loader.is_loaded && loader.is_driver;
}

const struct mr_cl *mr_cl_loaded(void)
{
    return &loader.table;
}
