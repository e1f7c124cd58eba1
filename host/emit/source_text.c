#include "emit/source_text.h"

#include <string.h>

#include "base/memory.h"

void mr_source_text_free(struct mr_source_text *source)
{
    mr_strbuf_free(&source->text);
    for (size_t k = 0; k < MR_MAX_KERNELS; k++) mr_free(source->kernels[k].args);
    memset(source->kernels, 0, sizeof source->kernels);
    mr_free(source->params);
    source->params = NULL;
    source->param_count = 0;
}
