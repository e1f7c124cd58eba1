/* A stream as an ArrowArrayStream: each batch a struct array.
 *
 *     array of the batch -> children[c] -> buffers { which are null: none, elements }
 *
 * Elements stay where they are, by a lease; what Arrow has in another form (a bool is a bit) or
 * does not begin where it should is copied, and so are all where there is no room for a lease.
 *
 * A consumer may move children out and release their parent, or the other way round, so all that
 * belongs to a batch (or schema) is one allocation, and one lease, that the last of them frees. */
#include <millrace/arrow.h>

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"
#include "base/spelling.h"
#include "ir/arrow_format.h"
#include "ir/seq.h"
#include "stream/stream_parts.h"

struct export
{
    mr_stream *stream;
    size_t column_count;
    struct mr_column columns[MR_MAX_COLUMNS];
    bool is_torn;       /* a batch was lost for want of memory: nothing after it is given */
    char message[2048]; /* of the last failure */
};

/* ---- schema ---- */

struct schema_parts {
    atomic_size_t holders;
    struct ArrowSchema child[MR_MAX_COLUMNS], *children[MR_MAX_COLUMNS];
    char names[MR_MAX_COLUMNS][MR_NAME_BYTES];
};

static void release_schema(struct ArrowSchema *schema)
{
    struct schema_parts *parts = schema->private_data;
    for (int64_t c = 0; c < schema->n_children; c++)
        if (schema->children[c]->release) schema->children[c]->release(schema->children[c]);
    schema->release = NULL;
    if (atomic_fetch_sub(&parts->holders, 1) == 1) mr_free(parts);
}

static int get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out)
{
    const struct export *e = self->private_data;
    struct schema_parts *parts = mr_alloc(1, sizeof *parts);
    if (!parts) return ENOMEM;
    parts->holders = 1 + e->column_count;
    for (size_t c = 0; c < e->column_count; c++) {
        memcpy(parts->names[c], e->columns[c].name, MR_NAME_BYTES);
        parts->children[c] = &parts->child[c];
        parts->child[c] = (struct ArrowSchema){.format = mr_arrow_format(e->columns[c].dtype),
                                               .name = parts->names[c],
                                               .release = release_schema,
                                               .private_data = parts};
    }
    *out = (struct ArrowSchema){.format = "+s",
                                .name = "",
                                .n_children = (int64_t)e->column_count,
                                .children = parts->children,
                                .release = release_schema,
                                .private_data = parts};
    return 0;
}

/* ---- batches ---- */

struct batch_parts {
    atomic_size_t holders;
    mr_lease *lease; /* NULL: all is copied */
    struct ArrowArray child[MR_MAX_COLUMNS], *children[MR_MAX_COLUMNS];
    const void *buffers[MR_MAX_COLUMNS][2], *no_nulls[1];
};

static void release_array(struct ArrowArray *array)
{
    struct batch_parts *parts = array->private_data;
    for (int64_t c = 0; c < array->n_children; c++)
        if (array->children[c]->release) array->children[c]->release(array->children[c]);
    array->release = NULL;
    if (atomic_fetch_sub(&parts->holders, 1) != 1) return;
    mr_lease_release(&parts->lease);
    mr_free(parts);
}

enum { ALIGNMENT = 64 };

static size_t aligned(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static size_t column_bytes(mr_dtype dtype, size_t len)
{
    return dtype == MR_BOOL ? (len + 7) / 8 : len * mr_dtype_size(dtype);
}

static bool is_in_place(const struct export *e, const mr_batch *batch, size_t c)
{
    return e->columns[c].dtype != MR_BOOL && (uintptr_t)batch->columns[c] % ALIGNMENT == 0;
}

/* NULL also where there is none to be had. */
static mr_lease *lease_of(const struct export *e, const mr_batch *batch)
{
    mr_lease *lease = NULL;
    size_t in_place = 0;
    for (size_t c = 0; c < e->column_count; c++) in_place += is_in_place(e, batch, c);
    if (in_place) (void)mr_batch_keep(e->stream, batch, &lease, NULL);
    return lease;
}

/* Parts with room for copies, which begin at *copies. */
static struct batch_parts *parts_of(const struct export *e, const mr_batch *batch, uint8_t **copies)
{
    mr_lease *lease = lease_of(e, batch);
    size_t bytes = aligned(sizeof(struct batch_parts));
    for (size_t c = 0; c < e->column_count; c++)
        if (!lease || !is_in_place(e, batch, c))
            bytes += aligned(column_bytes(e->columns[c].dtype, batch->len));
    struct batch_parts *parts = mr_alloc(1, bytes);
    if (!parts) {
        mr_lease_release(&lease);
        return NULL;
    }
    parts->lease = lease;
    *copies = (uint8_t *)parts + aligned(sizeof *parts);
    return parts;
}

static int give_batch(const struct export *e, const mr_batch *batch, struct ArrowArray *out)
{
    uint8_t *at;
    struct batch_parts *parts = parts_of(e, batch, &at);
    if (!parts) return ENOMEM;
    parts->holders = 1 + e->column_count;
    for (size_t c = 0; c < e->column_count; c++) {
        size_t size = column_bytes(e->columns[c].dtype, batch->len);
        bool is_copied = !parts->lease || !is_in_place(e, batch, c);
        parts->buffers[c][1] = is_copied ? at : batch->columns[c];
        if (is_copied && e->columns[c].dtype == MR_BOOL)
            mr_bits_pack(at, batch->columns[c], batch->len);
        else if (is_copied)
            memcpy(at, batch->columns[c], size);
        if (is_copied) at += aligned(size);
        parts->children[c] = &parts->child[c];
        parts->child[c] = (struct ArrowArray){.length = (int64_t)batch->len,
                                              .n_buffers = 2,
                                              .buffers = parts->buffers[c],
                                              .release = release_array,
                                              .private_data = parts};
    }
    *out = (struct ArrowArray){.length = (int64_t)batch->len,
                               .n_buffers = 1,
                               .n_children = (int64_t)e->column_count,
                               .buffers = parts->no_nulls,
                               .children = parts->children,
                               .release = release_array,
                               .private_data = parts};
    return 0;
}

static int fail(struct export *e, const mr_error *err)
{
    (void)mr_error_render(e->message, sizeof e->message, err);
    switch (err->status) {
    case MR_E_NO_MEMORY:
    case MR_E_BUDGET: return ENOMEM;
    case MR_E_INTERRUPTED: return EINTR;
    case MR_E_IO: return EIO;
    default: return EINVAL;
    }
}

static int get_next(struct ArrowArrayStream *self, struct ArrowArray *out)
{
    struct export *e = self->private_data;
    mr_batch batch;
    mr_error err;
    *out = (struct ArrowArray){.release = NULL}; /* the end */
    if (e->is_torn) return ENOMEM;
    e->message[0] = '\0';
    if (mr_stream_next(e->stream, &batch, &err) != MR_OK) return fail(e, &err);
    if (batch.len == 0) return 0;
    e->is_torn = give_batch(e, &batch, out) != 0;
    if (!e->is_torn) return 0;
    (void)mr_fail_no_memory(&err, "an Arrow batch");
    return fail(e, &err);
}

static const char *get_last_error(struct ArrowArrayStream *self)
{
    const struct export *e = self->private_data;
    return e->message[0] ? e->message : NULL;
}

/* ---- the stream ---- */

static void release_stream(struct ArrowArrayStream *self)
{
    struct export *e = self->private_data;
    mr_stream_close(&e->stream);
    mr_free(e);
    self->release = NULL;
}

/* Readers take Arrow's names for UTF-8 without a look. */
static mr_status check_names(const struct mr_seq *seq, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    for (size_t k = 0; k < seq->column_count; k++) {
        const char *name = seq->columns[k].name;
        if (mr_text_is_utf8(name)) continue;
        mr_status st =
            mr_fail(err, MR_E_VALUE, "arrow: the name of column %zu, '%s', is not in UTF-8", k,
                    mr_show_text(shown, name, strlen(name)));
        return mr_error_hint(err, st, "name the column anew, as by map(a: ...)");
    }
    return MR_OK;
}

mr_status mr_seq_export_arrow(struct ArrowArrayStream *out, const mr_seq *seq,
                              const mr_stream_params *params, mr_error *err)
{
    MR_NEED(err, out);
    MR_NEED(err, seq);
    out->release = NULL;
    MR_TRY(check_names(seq, err));
    struct export *e = mr_alloc(1, sizeof *e);
    if (!e) return mr_fail_no_memory(err, "an Arrow stream");
    e->column_count = seq->column_count;
    memcpy(e->columns, seq->columns, sizeof e->columns);
    mr_status st = mr_stream_open(&e->stream, seq, params, err);
    if (st != MR_OK) {
        mr_free(e);
        return st;
    }
    mr_relay_watch_consumers(e->stream->relay);
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = get_last_error,
                                     .release = release_stream,
                                     .private_data = e};
    return MR_OK;
}
