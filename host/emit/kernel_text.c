#include "emit/kernel_text.h"

#include <string.h>

const char *mr_kernel_text(const char *name)
{
    for (size_t k = 0; k < mr_kernel_texts_count; k++)
        if (!strcmp(mr_kernel_texts[k].name, name)) return mr_kernel_texts[k].text;
    return NULL;
}
