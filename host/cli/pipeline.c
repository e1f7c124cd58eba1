#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "cli/cli.h"
#include "io/input.h"

/* Longer texts are refused by the parser; reading stops where that is certain. */
enum { TEXT_LIMIT = (1 << 20) + 1, PIECE_BYTES = 4096 };

static mr_status read_text(struct mr_strbuf *buf, struct mr_input *in, mr_error *err)
{
    char piece[PIECE_BYTES];
    size_t got = 1;
    while (got > 0 && buf->length < TEXT_LIMIT) {
        MR_TRY(mr_input_read_some(in, (int64_t)buf->length, piece, sizeof piece, &got, err));
        mr_strbuf_add_bytes(buf, piece, got);
    }
    if (buf->failed) return mr_fail_no_memory(err, "the pipeline's text");
    if (!memchr(mr_strbuf_text(buf), '\0', buf->length)) return MR_OK;
    mr_status st = mr_fail(err, MR_E_SYNTAX, "%s: holds a NUL byte", in->name);
    return mr_error_hint(err, st, "--file reads the text of a pipeline; data is for read(\"%s\")",
                         in->name);
}

static mr_status read_file(char **out, const char *path, mr_error *err)
{
    struct mr_input in;
    struct mr_strbuf buf = {0};
    MR_TRY(mr_input_open(&in, path, err));
    mr_status st = read_text(&buf, &in, err);
    if (!st && !(*out = mr_text_copy(mr_strbuf_text(&buf), buf.length)))
        st = mr_fail_no_memory(err, "the pipeline's text");
    mr_strbuf_free(&buf);
    mr_input_close(&in);
    return st;
}

mr_status mr_pipeline_text(char **out, const struct mr_options *options, char *const arguments[],
                           size_t count, mr_error *err)
{
    *out = NULL;
    if ((count == 1) == (options->file != NULL)) {
        mr_status st =
            mr_fail(err, MR_E_ARITY, "%s", count ? "a pipeline and --file" : "no pipeline");
        return mr_error_hint(err, st, "give the pipeline as one quoted argument or with --file");
    }
    if (options->file) return read_file(out, options->file, err);
    *out = mr_text_copy(arguments[0], strlen(arguments[0]));
    return *out ? MR_OK : mr_fail_no_memory(err, "the pipeline's text");
}
