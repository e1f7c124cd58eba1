#include "cli/words.h"

const mr_word mr_words[] = {
    {"mr_stream_params.device", "--device"},
    {"mr_stream_params.shape", "--shape"},
    {"mr_stream_params.native_math", "--math native"},
    {"mr_stream_params.no_fuse", "--no-fuse"},
    {"restore it as it was saved", "leave that out: it was begun otherwise"},
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
    {"build long pipelines in parts with mr_seq_pipe()",
     "the library, from C or Python, builds longer ones in parts"},
    {NULL, NULL},
};

const char *mr_in_words(const char *text)
{
    static char out[1024];
    (void)mr_text_translate(out, sizeof out, text, mr_words);
    return out;
}
