#include "cl/driver.h"

#include <dlfcn.h>
#include <string.h>

#include "cl/loader.h"

typedef cl_int(CL_API_CALL *list_function)(cl_uint size, cl_platform_id platforms[],
                                           cl_uint *found);
typedef void *(CL_API_CALL *address_function)(const char *name);

/* dlsym() gives data pointers; POSIX lets them be read as functions, C only through memory. */
static void *list_of(void *library)
{
    address_function address;
    void *symbol = dlsym(library, "clIcdGetPlatformIDsKHR");
    if (symbol) return symbol;
    symbol = dlsym(library, "clGetExtensionFunctionAddress");
    if (!symbol) return NULL;
    memcpy(&address, &symbol, sizeof address);
    return address("clIcdGetPlatformIDsKHR");
}

bool mr_is_driver(void *library)
{
    return !dlsym(library, "clCreateContext") && list_of(library);
}

bool mr_driver_functions(void *library, const unsigned places[], size_t count, void *symbols[])
{
    list_function list;
    cl_platform_id platform = NULL;
    void *symbol = list_of(library);
    memcpy(&list, &symbol, sizeof list);
    memset(symbols, 0, count * sizeof *symbols);
    if (list(1, &platform, NULL) != CL_SUCCESS || !platform) return false;

    void *const *table;
    memcpy(&table, platform, sizeof table);
    for (size_t k = 0; table && k < count; k++) symbols[k] = places[k] ? table[places[k]] : symbol;
    return table != NULL;
}
