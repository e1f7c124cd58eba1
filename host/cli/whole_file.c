#include "cli/whole_file.h"

#include "base/error.h"
#include "io/input.h"
#include "io/output.h"

enum { PIECE_BYTES = 4096 };

mr_status mr_whole_file_read(struct mr_strbuf *out, const char *path, size_t most, mr_error *err)
{
    char piece[PIECE_BYTES];
    struct mr_input in;
    size_t got = 1;
    mr_status st = mr_input_open(&in, path, err);
    if (st) return st;
    while (!st && got > 0 && out->length < most) {
        st = mr_input_read_some(&in, (int64_t)out->length, piece, sizeof piece, &got, err);
        if (!st) mr_strbuf_add_bytes(out, piece, got);
    }
    mr_input_close(&in);
    return !st && out->failed ? mr_fail_no_memory(err, "a file's content") : st;
}

mr_status mr_whole_file_write(const char *path, const void *bytes, size_t count, mr_error *err)
{
    struct mr_output file;
    MR_TRY(mr_output_open(&file, path, err));
    mr_status st = mr_output_write(&file, bytes, count, err);
    if (st == MR_OK) st = mr_output_commit(&file, err);
    mr_output_discard(&file);
    return st;
}
