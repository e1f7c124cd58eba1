#include "cli/words.h"

#include <stdio.h>
#include <string.h>

/* One that begins like another stands before it. */
const struct mr_word mr_words[] = {
    {"mr_stream_params.device", "--device"},
    {"mr_stream_params.shape", "--shape"},
    {"mr_stream_params.native_math", "--math native"},
    {"mr_stream_params.no_fuse", "--no-fuse"},
    {"batch_elems", "--batch"},
    {"ring_slots", "--ring"},
    {"max_memory_bytes", "--max-memory"},
    {"MR_ENGINE_AUTO", "--engine auto"},
    {"MR_ENGINE_HOST", "--engine host"},
    {"MR_ENGINE_OPENCL", "--engine opencl"},
    {"mr_devices()", "millrace devices"},
    {"mr_explain() with kernels", "millrace explain --kernels"},
    {NULL, NULL},
};

static const struct mr_word *word_at(const char *text)
{
    for (const struct mr_word *w = mr_words; w->name; w++)
        if (strncmp(text, w->name, strlen(w->name)) == 0) return w;
    return NULL;
}

void mr_words_translate(char *out, size_t size, const char *text)
{
    size_t at = 0;
    while (*text && at + 1 < size) {
        const struct mr_word *w = word_at(text);
        size_t length = w ? strlen(w->option) : 1;
        if (length > size - 1 - at) length = size - 1 - at;
        memmove(out + at, w ? w->option : text, length);
        at += length;
        text += w ? strlen(w->name) : 1;
    }
    if (size) out[at] = '\0';
}
