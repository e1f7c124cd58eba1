/* Somebody else's ArrowArrayStream as a sequence: a callback that copies rows out of its arrays. */
#include <millrace/arrow.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"
#include "ir/arrow_format.h"
#include "ops/caller_source.h"

struct import {
    struct ArrowArrayStream in;
    mr_nulls nulls;
    mr_error error; /* of the last failure */
    bool is_struct; /* else its arrays are the only column */
    size_t column_count;
    mr_dtype dtypes[MR_MAX_COLUMNS];
    struct ArrowArray array; /* now being read; released: none */
    int64_t at;              /* the next of its rows */
    bool is_over;
};

/* ---- schema ---- */

static mr_dtype dtype_of(const char *format)
{
    for (mr_dtype dtype = MR_DTYPE_NONE + 1; dtype < MR_DTYPE_COUNT; dtype++)
        if (!strcmp(format, mr_arrow_format(dtype))) return dtype;
    return MR_DTYPE_NONE;
}

static mr_status read_column(struct import *i, const struct ArrowSchema *schema, size_t c,
                             mr_error *err)
{
    i->dtypes[c] = dtype_of(schema->format);
    if (i->dtypes[c] != MR_DTYPE_NONE && !schema->dictionary) return MR_OK;
    mr_status st = mr_fail(err, MR_E_TYPE, "arrow: column %zu (%s) has the format '%.40s'%s", c,
                           schema->name ? schema->name : "", schema->format,
                           schema->dictionary ? " by a dictionary" : "");
    return mr_error_hint(err, st,
                         "cast it to bool, int32, uint32, int64, uint64, float32 or float64");
}

/* The names stay in `schema`. */
static mr_status read_schema(struct import *i, const struct ArrowSchema *schema,
                             mr_callback_params *params, mr_error *err)
{
    i->is_struct = !strcmp(schema->format, "+s");
    int64_t count = i->is_struct ? schema->n_children : 1;
    if (count < 1 || count > MR_MAX_COLUMNS) {
        mr_status st = mr_fail(err, MR_E_LIMIT, "arrow: %" PRId64 " columns; 1 to %d can be read",
                               count, (int)MR_MAX_COLUMNS);
        return mr_error_hint(err, st, "choose some of them in what gives the stream");
    }
    i->column_count = params->column_count = (size_t)count;
    for (size_t c = 0; c < (size_t)count; c++) {
        const struct ArrowSchema *column = i->is_struct ? schema->children[c] : schema;
        MR_TRY(read_column(i, column, c, err));
        params->dtypes[c] = i->dtypes[c];
        params->names[c] = column->name && column->name[0] ? column->name : NULL;
    }
    return MR_OK;
}

/* ---- rows ---- */

static const struct ArrowArray *column_of(const struct import *i, size_t c)
{
    return i->is_struct ? i->array.children[c] : &i->array;
}

/* A child's rows begin at its own offset behind the struct's. */
static int64_t row_of(const struct import *i, const struct ArrowArray *column)
{
    return i->at + column->offset + (i->is_struct ? i->array.offset : 0);
}

static void copy_rows(const struct import *i, size_t c, size_t count, void *out)
{
    const struct ArrowArray *column = column_of(i, c);
    size_t size = mr_dtype_size(i->dtypes[c]);
    int64_t row = row_of(i, column);
    const uint8_t *elements = column->buffers[1];
    if (i->dtypes[c] != MR_BOOL) {
        memcpy(out, elements + (size_t)row * size, count * size);
        return;
    }
    mr_bits_unpack(out, elements, (size_t)row, count);
}

/* How many of `count` rows come before the first null that is refused; others become NaN. */
static size_t mend_nulls(const struct import *i, size_t c, size_t count, void *out)
{
    const struct ArrowArray *column = column_of(i, c);
    const uint8_t *valid = column->null_count ? column->buffers[0] : NULL;
    int64_t row = row_of(i, column);
    for (size_t k = 0; valid && k < count; k++) {
        if (mr_bit_at(valid, (size_t)row + k)) continue;
        if (i->nulls != MR_NULLS_AS_NAN || !mr_dtype_is_float(i->dtypes[c])) return k;
        if (i->dtypes[c] == MR_F32)
            ((float *)out)[k] = NAN;
        else
            ((double *)out)[k] = (double)NAN;
    }
    return count;
}

/* A row of the struct itself may be null. */
static size_t rows_before_null(const struct import *i, size_t count)
{
    const uint8_t *valid = i->is_struct && i->array.null_count ? i->array.buffers[0] : NULL;
    for (size_t k = 0; valid && k < count; k++)
        if (!mr_bit_at(valid, (size_t)(i->at + i->array.offset) + k)) return k;
    return count;
}

static void drop_array(struct import *i)
{
    if (i->array.release) i->array.release(&i->array);
    i->array.release = NULL;
}

static mr_status next_array(struct import *i, mr_error *err)
{
    drop_array(i);
    i->at = 0;
    int failed = i->in.get_next(&i->in, &i->array);
    if (failed) {
        const char *why = i->in.get_last_error(&i->in);
        i->array.release = NULL;
        return mr_fail(err, MR_E_CALLBACK, "arrow: the stream failed with %d (%.400s)", failed,
                       why ? why : strerror(failed));
    }
    i->is_over = !i->array.release;
    return MR_OK;
}

static mr_status fail_null(const struct import *i, int64_t row, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_FORMAT, "arrow: row %" PRId64 " is null", row);
    err->element = row;
    return mr_error_hint(err, st,
                         i->nulls == MR_NULLS_AS_NAN
                             ? "only columns of floats can have NaN in its place: fill "
                               "or drop nulls in what gives the stream"
                             : "fill or drop nulls in what gives the stream, or, in "
                               "columns of floats, read them with MR_NULLS_AS_NAN");
}

/* Rows of the present array, as far as they go and fit. */
static size_t take_rows(struct import *i, size_t most, size_t done, void *const columns[],
                        bool *is_null)
{
    int64_t left = i->array.length - i->at;
    size_t wanted = left < (int64_t)most ? (size_t)left : most;
    size_t count = rows_before_null(i, wanted);
    for (size_t c = 0; c < i->column_count; c++) {
        uint8_t *out = (uint8_t *)columns[c] + done * mr_dtype_size(i->dtypes[c]);
        copy_rows(i, c, count, out);
        count = mend_nulls(i, c, count, out);
    }
    *is_null = count < wanted;
    i->at += (int64_t)count;
    return count;
}

static mr_status fill_columns(struct import *i, int64_t first, size_t count, void *const columns[],
                              size_t *got)
{
    while (*got < count && !i->is_over) {
        bool is_null = false;
        if (i->array.release && i->at < i->array.length)
            *got += take_rows(i, count - *got, *got, columns, &is_null);
        else
            MR_TRY(next_array(i, &i->error));
        if (is_null) return fail_null(i, first + (int64_t)*got, &i->error);
    }
    return MR_OK;
}

static int fill(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    *got = 0;
    return fill_columns(user, first, count, columns, got) != MR_OK;
}

static mr_status tell(void *user, mr_error *err)
{
    const struct import *i = user;
    if (err) *err = i->error;
    return i->error.status;
}

/* ---- the sequence ---- */

const struct mr_op mr_op_arrow_stream = {
    .name = "arrow",
    .brief = "rows of somebody else's stream of Arrow (mr_seq_from_arrow)",
    .role = MR_SOURCE,
    .feed = &mr_caller_feed,
    .is_internal = true,
    .free_context = mr_caller_free,
};

static const struct mr_caller_kind arrow_stream = {
    .op = &mr_op_arrow_stream,
    .what = "the Arrow stream",
    .again = "describe a new sequence, of a new stream of the same rows",
    .tell = tell};

static void release(void *user)
{
    struct import *i = user;
    drop_array(i);
    if (i->in.release) i->in.release(&i->in);
    mr_free(i);
}

static mr_status describe(mr_seq **out, struct import *i, struct ArrowArrayStream *in,
                          mr_error *err)
{
    mr_callback_params params = {.fill = fill, .user = i, .release = release};
    struct ArrowSchema schema = {.release = NULL};
    int failed = in->get_schema(in, &schema);
    if (failed) {
        const char *why = in->get_last_error(in);
        return mr_fail(err, MR_E_CALLBACK, "arrow: no schema, the stream failed with %d (%.400s)",
                       failed, why ? why : strerror(failed));
    }
    mr_status st = read_schema(i, &schema, &params, err);
    if (st == MR_OK) st = mr_callback_sequence(out, &params, &arrow_stream, err);
    schema.release(&schema);
    return st;
}

mr_status mr_seq_from_arrow(mr_seq **out, struct ArrowArrayStream *in, mr_nulls nulls,
                            mr_error *err)
{
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, in);
    if (!in->release)
        return mr_error_hint(err, mr_fail(err, MR_E_STATE, "arrow: the stream was released"),
                             "ask for a new one");
    struct import *i = mr_alloc(1, sizeof *i);
    if (!i) return mr_fail_no_memory(err, "an Arrow stream");
    i->nulls = nulls;
    mr_status st = describe(out, i, in, err);
    if (st != MR_OK) {
        mr_free(i);
        return st;
    }
    i->in = *in; /* moved here */
    in->release = NULL;
    return MR_OK;
}
