#include "delivery.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/knobs.h"

extern bool tests_small, tests_host;
extern const char *tests_shape;

const char *run_name(struct run run)
{
    static char name[80];
    (void)snprintf(name, sizeof name, "%s%s%s%s, batch %zu, ring %u",
                   run.engine == MR_ENGINE_HOST   ? "host"
                   : run.engine == MR_ENGINE_AUTO ? "relay"
                                                  : "opencl",
                   run.staged ? " staged" : "", run.no_fuse ? " unfused" : "",
                   run.is_brief ? " brief" : "", run.batch, run.ring);
    return name;
}

__attribute__((format(printf, 2, 3))) static bool refuse(struct model_result *out,
                                                         const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(out->message, sizeof out->message, format, list);
    va_end(list);
    return false;
}

static bool append(struct model_result *out, const mr_batch *batch, size_t *capacity)
{
    size_t len = out->column[0].len;
    bool grows = len + batch->len > *capacity;
    if (grows) *capacity = 2 * (len + batch->len);
    for (size_t c = 0; c < out->columns; c++) {
        struct model_column *column = &out->column[c];
        size_t size = mr_dtype_size(column->dtype);
        if (grows) {
            void *grown = mr_resize(column->data, *capacity, size);
            if (!grown) return refuse(out, "out of memory");
            column->data = grown;
        }
        memcpy((char *)column->data + len * size, batch->columns[c], batch->len * size);
        column->len += batch->len;
    }
    return true;
}

static void report_failure(struct model_result *out, const mr_error *err)
{
    out->failed = true;
    out->failed_at = err->element;
    (void)snprintf(out->failure, sizeof out->failure, "%s", mr_status_name(err->status));
    (void)snprintf(out->message, sizeof out->message, "%.190s", err->message);
}

bool deliver_rest(struct model_result *out, mr_stream *stream, size_t batch, size_t max_elements)
{
    size_t capacity = 0;
    bool ended = false;
    int64_t start = mr_stream_tell(stream);
    out->failed_at = -1;
    while (out->column[0].len < max_elements) {
        mr_batch got;
        mr_error err;
        if (mr_stream_next(stream, &got, &err) != MR_OK) {
            report_failure(out, &err);
            break;
        }
        if (ended && got.len) return refuse(out, "elements after a short batch or the end");
        if (got.len > batch) return refuse(out, "a batch of %zu elements", got.len);
        if (got.position != start + (int64_t)out->column[0].len)
            return refuse(out, "a batch says it is at %" PRId64, got.position);
        if (ended && got.len == 0) break;
        ended = got.len < batch;
        if (got.len && !append(out, &got, &capacity)) return false;
    }
    for (size_t c = 0; c < out->columns; c++)
        if (out->column[c].len > max_elements) out->column[c].len = max_elements;
    return true;
}

void deliver_columns(struct model_result *out, const mr_seq *seq)
{
    memset(out, 0, sizeof *out);
    out->columns = mr_seq_column_count(seq);
    for (size_t c = 0; c < out->columns; c++) {
        out->column[c].dtype = mr_seq_column_dtype(seq, c);
        (void)snprintf(out->column[c].name, sizeof out->column[c].name, "%s",
                       mr_seq_column_name(seq, c));
    }
}

bool can_be_checked(const mr_seq *seq)
{
    char *text = NULL;
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL};
    if (!tests_small) return true;
    bool explained = mr_explain(&text, seq, &params, true, NULL) == MR_OK;
    bool has_strips = explained && (strstr(text, "_strip(") || strstr(text, "_strip4("));
    mr_text_free(&text);
    return !has_strips;
}

mr_engine_choice engine_here(mr_engine_choice asked)
{
    return tests_host ? MR_ENGINE_HOST : asked;
}

static const char *shape_of(struct run run)
{
    bool is_host = engine_here(run.engine) == MR_ENGINE_HOST;
    return run.shape || is_host ? run.shape : tests_shape;
}

bool deliver(struct model_result *out, const mr_seq *seq, struct run run, size_t max_elements)
{
    mr_error err;
    mr_stream *stream;
    const struct mr_knobs knobs = {.staged_copies = run.staged,
                                   .device_at_unit = run.device_at_unit,
                                   .is_brief = run.is_brief,
                                   .makes_here = tests_small};
    const mr_stream_params params = {.engine = engine_here(run.engine),
                                     .batch_elems = run.batch,
                                     .ring_slots = run.ring,
                                     .knobs = &knobs,
                                     .no_fuse = run.no_fuse,
                                     .context = run.own ? run.own->context : NULL,
                                     .queue = run.own ? run.own->queue : NULL,
                                     .shape = shape_of(run),
                                     /* A simulated device keeps more than its buffers. */
                                     .max_memory_bytes = tests_small ? 4 << 20 : 0};
    deliver_columns(out, seq);
    if (mr_stream_open(&stream, seq, &params, &err) != MR_OK)
        return refuse(out, "open: %.180s", err.message);
    bool kept = deliver_rest(out, stream, run.batch, max_elements);
    mr_stream_close(&stream);
    return kept;
}

static bool have_one_fingerprint(const mr_seq *a, const mr_seq *b)
{
    mr_fingerprint of_a, of_b;
    return mr_seq_fingerprint(&of_a, a, NULL) == MR_OK &&
           mr_seq_fingerprint(&of_b, b, NULL) == MR_OK && memcmp(&of_a, &of_b, sizeof of_a) == 0;
}

mr_status parse_by_text(mr_seq **out, const char *pipeline, mr_error *err)
{
    mr_seq *written = NULL;
    char *text = NULL, *again = NULL;
    *out = NULL;
    mr_status st = mr_seq_parse(&written, pipeline, err);
    if (st == MR_OK) st = mr_seq_text(&text, written, err);
    if (st == MR_OK) st = mr_seq_parse(out, text, err);
    if (st == MR_OK) st = mr_seq_text(&again, *out, err);
    if (st == MR_OK && (strcmp(text, again) != 0 || !have_one_fingerprint(written, *out)))
        st = mr_fail(err, MR_E_INTERNAL, "of %.150s then %.150s", text, again);
    if (st != MR_OK) mr_seq_release(out);
    mr_seq_release(&written);
    mr_text_free(&text);
    mr_text_free(&again);
    return st;
}

bool deliver_text(struct model_result *out, const char *pipeline, struct run run,
                  size_t max_elements)
{
    mr_error err;
    mr_seq *seq;
    memset(out, 0, sizeof *out);
    if (parse_by_text(&seq, pipeline, &err) != MR_OK)
        return refuse(out, "parse: %.180s", err.message);
    bool delivered = deliver(out, seq, run, max_elements);
    mr_seq_release(&seq);
    return delivered;
}

/* ---- comparing ---- */

static bool is_nan(mr_dtype dtype, const void *element)
{
    float narrow;
    double wide;
    if (dtype == MR_F32) memcpy(&narrow, element, sizeof narrow);
    if (dtype == MR_F64) memcpy(&wide, element, sizeof wide);
    return dtype == MR_F32 ? isnan(narrow) != 0 : dtype == MR_F64 && isnan(wide) != 0;
}

static size_t first_difference(mr_dtype dtype, const char *a, const char *b, size_t count)
{
    size_t size = mr_dtype_size(dtype), k = 0;
    if (count == 0 || memcmp(a, b, count * size) == 0) return count;
    while (k < count && (memcmp(a + k * size, b + k * size, size) == 0 ||
                         (is_nan(dtype, a + k * size) && is_nan(dtype, b + k * size))))
        k++;
    return k;
}

static void show_element(char *out, size_t size, mr_dtype dtype, const void *element)
{
    uint64_t bits = 0;
    float narrow = 0;
    double wide = 0;
    memcpy(&bits, element, mr_dtype_size(dtype)); /* the low bytes: tests run on little-endian */
    if (dtype == MR_F32) memcpy(&narrow, element, sizeof narrow);
    if (dtype == MR_F64) memcpy(&wide, element, sizeof wide);
    if (dtype == MR_F32 || dtype == MR_F64)
        (void)snprintf(out, size, "%.17g (0x%" PRIx64 ")", dtype == MR_F32 ? (double)narrow : wide,
                       bits);
    else if (dtype == MR_I32)
        (void)snprintf(out, size, "%" PRId32, (int32_t)(uint32_t)bits);
    else if (dtype == MR_I64)
        (void)snprintf(out, size, "%" PRId64, (int64_t)bits);
    else
        (void)snprintf(out, size, "%" PRIu64, bits);
}

static bool same_column(char *difference, size_t size, const struct model_column *expected,
                        size_t skipped, const struct model_column *got)
{
    size_t width = mr_dtype_size(got->dtype);
    size_t len = expected->len > skipped ? expected->len - skipped : 0;
    size_t common = len < got->len ? len : got->len;
    const char *from = common ? (const char *)expected->data + skipped * width : NULL;
    size_t k = first_difference(got->dtype, from, got->data, common);
    if (strcmp(expected->name, got->name) != 0 || expected->dtype != got->dtype) {
        (void)snprintf(difference, size, "column %s of %s, expected %s of %s", got->name,
                       mr_dtype_name(got->dtype), expected->name, mr_dtype_name(expected->dtype));
        return false;
    }
    if (k < common) {
        char a[64], b[64];
        show_element(a, sizeof a, got->dtype, from + k * width);
        show_element(b, sizeof b, got->dtype, (const char *)got->data + k * width);
        (void)snprintf(difference, size, "column %s, element %zu is %s, expected %s", got->name,
                       skipped + k, b, a);
        return false;
    }
    if (len == got->len) return true;
    (void)snprintf(difference, size, "%zu elements, expected %zu", got->len, len);
    return false;
}

bool same_elements(char *difference, size_t size, const struct model_result *expected,
                   size_t skipped, const struct model_result *got)
{
    if (expected->columns != got->columns) {
        (void)snprintf(difference, size, "%zu columns, expected %zu", got->columns,
                       expected->columns);
        return false;
    }
    for (size_t c = 0; c < got->columns; c++)
        if (!same_column(difference, size, &expected->column[c], skipped, &got->column[c]))
            return false;
    if (strcmp(expected->failure, got->failure) == 0 &&
        (!got->failed || expected->failed_at == got->failed_at))
        return true;
    (void)snprintf(difference, size,
                   "fails with '%s' at %" PRId64 " (%s), expected '%s' at %" PRId64, got->failure,
                   got->failed_at, got->message, expected->failure, expected->failed_at);
    return false;
}
