#include "cli/words.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* One that begins like another stands before it. */
const struct mr_word mr_words[] = {
    {"mr_stream_params.device", "--device"},
    {"mr_stream_params.shape", "--shape"},
    {"mr_stream_params.native_math", "--math native"},
    {"batch_elems", "--batch"},
    {"ring_slots", "--ring"},
    {"max_memory_bytes", "--max-memory"},
    {"MR_ENGINE_AUTO", "--engine auto"},
    {"MR_ENGINE_HOST", "--engine host"},
    {"MR_ENGINE_OPENCL", "--engine opencl"},
    {"mr_devices()", "millrace devices"},
    {"a changed driver is tried again", "millrace doctor tries it again"},
    {"see whether the driver works elsewhere", "millrace doctor checks the driver"},
    {"take that file away: nothing is tuned then", "millrace tune measures and writes them anew"},
    {"MR_SINK_RAW", "--format raw"},
    {"mr_sink_open()", "-o FILE"},
    {"who pulls has the elements, to write them where they belong",
     "standard output has the elements; -o FILE writes them to a file"},
    {"mr_explain() with kernels", "millrace explain --kernels"},
    {"restore it with that one, which mr_state_text() gives", "leave the pipeline out"},
    {NULL, NULL},
};

/* Names that others chose stand in quotes, or may have a word in them. */
static bool is_free(char before)
{
    return !before || !(strchr("'`\"_.", before) || isalnum((unsigned char)before));
}

static const struct mr_word *word_at(const char *text, char before)
{
    for (const struct mr_word *w = mr_words; w->name; w++)
        if (is_free(before) && strncmp(text, w->name, strlen(w->name)) == 0) return w;
    return NULL;
}

void mr_words_translate(char *out, size_t size, const char *text)
{
    size_t at = 0;
    char before = '\0';
    while (*text && at + 1 < size) {
        const struct mr_word *w = word_at(text, before);
        size_t length = w ? strlen(w->option) : 1;
        if (length > size - 1 - at) length = size - 1 - at;
        memcpy(out + at, w ? w->option : text, length);
        at += length;
        before = *text;
        text += w ? strlen(w->name) : 1;
    }
    if (size) out[at] = '\0';
}
