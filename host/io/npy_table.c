#include <inttypes.h>

#include "base/error.h"
#include "base/memory.h"
#include "io/dense.h"
#include "io/npy_header.h"

static mr_status read_header(struct mr_table *t, struct mr_npy_header *header, int64_t *data,
                             mr_error *err)
{
    unsigned char prefix[MR_NPY_PREFIX_BYTES];
    const char *name = t->input.name;
    size_t got, offset, length, more;
    /* The shorter prefix first: a pipe gives nothing back. */
    MR_TRY(mr_input_read(&t->input, 0, prefix, 10, &got, err));
    if (got == 10 && prefix[6] > 1) {
        MR_TRY(mr_input_read(&t->input, 10, prefix + 10, 2, &more, err));
        got += more;
    }
    MR_TRY(mr_npy_parse_prefix(prefix, got, name, &offset, &length, err));
    char *text = mr_alloc(length + 1, 1);
    if (!text) return mr_fail_no_memory(err, "a .npy header");
    mr_status st = mr_input_read(&t->input, (int64_t)offset, text, length, &got, err);
    if (!st && got < length)
        st = mr_error_hint(err,
                           mr_fail(err, MR_E_FORMAT,
                                   "%s: its .npy header claims %zu bytes, %zu are there", name,
                                   length, got),
                           "the file is damaged or no .npy; write it with numpy.save()");
    if (!st) st = mr_npy_parse_header(header, text, length, name, err);
    *data = (int64_t)(offset + length);
    mr_free(text);
    return st;
}

static mr_status check_file(const struct mr_table *t, const struct mr_npy_header *header,
                            int64_t data, const struct mr_table_format *format, mr_error *err)
{
    if (format->has_dtype && format->dtype != header->dtype) {
        mr_status st = mr_fail(err, MR_E_TYPE, "%s: holds %s, dtype=%s is asked for", t->input.name,
                               mr_dtype_name(header->dtype), mr_dtype_name(format->dtype));
        return mr_error_hint(err, st, "leave dtype out, and cast the column");
    }
    int64_t bytes = header->rows * header->columns * (int64_t)mr_dtype_size(header->dtype);
    if (t->input.size_bytes < 0 || t->input.size_bytes == data + bytes) return MR_OK;
    mr_status st =
        mr_fail(err, MR_E_FORMAT,
                "%s: its header promises %" PRId64 " bytes of data, the file has %" PRId64,
                t->input.name, bytes, t->input.size_bytes - data);
    return mr_error_hint(err, st,
                         t->input.size_bytes < data + bytes
                             ? "it is truncated: copy or write it again"
                             : "it was appended to: save one array a file");
}

static mr_status open_npy(struct mr_table *t, const struct mr_table_format *format, mr_error *err)
{
    struct mr_npy_header header;
    int64_t data = 0;
    MR_TRY(read_header(t, &header, &data, err));
    MR_TRY(check_file(t, &header, data, format, err));
    size_t fields = (size_t)header.columns;
    size_t count = format->column_count ? format->column_count : fields;
    for (size_t k = 0; k < count; k++) {
        size_t field = k;
        if (format->column_count)
            MR_TRY(mr_table_find_field(t, format, k, NULL, fields, &field, err));
        MR_TRY(mr_table_add_column(t, NULL, header.dtype, field, fields == 1, err));
    }
    t->row_count = header.rows;
    return mr_dense_attach(t, data, fields, err);
}

const struct table_driver mr_npy_table = {
    .name = "npy",
    .is_binary = true,
    .suffixes = {{".npy", 0}},
    .magic = MR_NPY_MAGIC,
    .says_dtype = true,
    .open = open_npy,
    .read = mr_dense_read,
    .map = mr_dense_map,
    .close = mr_dense_close,
};
