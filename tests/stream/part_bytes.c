#include "part_bytes.h"

#include <stdio.h>
#include <string.h>

const mr_stream_params part_host = {.engine = MR_ENGINE_HOST};

void part_read_rows(struct part_rows *out, const mr_seq *seq)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_error err;
    mr_stream *s = NULL;
    mr_batch batch = {.len = 0};
    memset(out, 0, sizeof *out);
    out->status = mr_stream_open(&s, seq, &params, &err);
    if (out->status == MR_OK) out->status = mr_stream_next(s, &batch, &err);
    if (out->status != MR_OK) (void)snprintf(out->message, sizeof out->message, "%s", err.message);
    out->len = batch.len;
    out->column_count = mr_seq_column_count(seq);
    for (size_t c = 0; c < out->column_count && out->status == MR_OK; c++) {
        out->dtypes[c] = mr_seq_column_dtype(seq, c);
        (void)snprintf(out->names[c], sizeof out->names[c], "%s", mr_seq_column_name(seq, c));
        memcpy(out->bytes[c], batch.columns[c], batch.len * mr_dtype_size(out->dtypes[c]));
    }
    mr_stream_close(&s);
}

void part_finish_rows(struct part_rows *out, struct part_bytes part)
{
    mr_error err;
    mr_seq *seq;
    mr_status st = mr_partial_finish(&seq, part.at, part.size, &err);
    if (st == MR_OK) {
        part_read_rows(out, seq);
    } else {
        memset(out, 0, sizeof *out);
        out->status = st;
        (void)snprintf(out->message, sizeof out->message, "%s", err.message);
    }
    mr_seq_release(&seq);
}

bool part_same_rows(const struct part_rows *a, const struct part_rows *b)
{
    if (a->status != MR_OK) return a->status == b->status && !strcmp(a->message, b->message);
    return memcmp(a, b, sizeof *a) == 0;
}

mr_status part_make(struct part_bytes *out, const mr_seq *seq, const mr_stream_params *params,
                    int64_t k, int64_t n, mr_error *err)
{
    int64_t from, until;
    *out = (struct part_bytes){NULL, 0};
    mr_status st = mr_partial_range(&from, &until, seq, k, n, err);
    if (st == MR_OK) st = mr_reduce_partial(&out->at, &out->size, seq, params, from, until, err);
    return st;
}

struct part_bytes part_made(const mr_seq *seq, const mr_stream_params *params, int64_t k, int64_t n)
{
    struct part_bytes part;
    mr_error err;
    mr_status st = part_make(&part, seq, params, k, n, &err);
    if (st != MR_OK) printf("\n  %s %s", err.message, err.hint);
    CU_ASSERT_EQUAL_FATAL(st, MR_OK);
    return part;
}

struct part_bytes part_of_text(const char *text, int64_t from, int64_t until)
{
    struct part_bytes part = {NULL, 0};
    mr_error err;
    mr_seq *seq = rig_parse(text);
    mr_status st = mr_reduce_partial(&part.at, &part.size, seq, &part_host, from, until, &err);
    if (st != MR_OK) printf("\n  %s", err.message);
    CU_ASSERT_EQUAL_FATAL(st, MR_OK);
    mr_seq_release(&seq);
    return part;
}

mr_status part_merge(struct part_bytes *out, const struct part_bytes parts[], size_t count,
                     mr_error *err)
{
    const void *at[MOST_RANKS];
    size_t sizes[MOST_RANKS];
    for (size_t k = 0; k < count; k++) {
        at[k] = parts[k].at;
        sizes[k] = parts[k].size;
    }
    return mr_partial_merge(&out->at, &out->size, at, sizes, count, err);
}

struct part_bytes part_merged(const struct part_bytes parts[], size_t count)
{
    struct part_bytes all = {NULL, 0};
    mr_error err;
    mr_status st = part_merge(&all, parts, count, &err);
    if (st != MR_OK) printf("\n  %s", err.message);
    CU_ASSERT_EQUAL_FATAL(st, MR_OK);
    return all;
}

void part_release(struct part_bytes parts[], size_t count)
{
    for (size_t k = 0; k < count; k++) mr_partial_free(&parts[k].at);
}

void part_refused(mr_status st, mr_status expected, const mr_error *err, const char *says)
{
    bool is_right = st == expected && strstr(err->message, says) && err->hint[0];
    if (!is_right) printf("\n  %d %s; expected: %s", (int)st, err->message, says);
    CU_ASSERT_TRUE(is_right);
}
