#include "saved.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "rig.h"

const char *const saved_sources[SAVED_SOURCES] = {
    "range(1500)", "fibonacci(mod=1000003) | take(1500)", "range(5, 3005, 2) | filter(x % 4 != 3)"};

const char *const saved_kinds[SAVED_KINDS + 1] = {
    "map(x + x)",
    "enumerate(5) | map(n + x)",
    "diff()",
    "map(x + lag(x, 3, 7))",
    "map(x + lead(x, 2, 7))",
    "filter(x % 3 != 1)",
    "take_while(i < 700)",
    "drop_while(i < 130)",
    "scan(sum)",
    "window(5, max)",
    "chunk(10, sum)",
    "chunk(1100, sum)",
    "shuffle(3, window=50)",
    "scan(s: s*3 ^ x, init=0, every=37) | map(x: s)",
    "map(x / 3) | run_length() | map(x + count)",
    "chain(range(3) | scan(sum), range(200) | filter(x % 2 == 0))", /* not behind others */
};

mr_stream_params saved_params(struct way way)
{
    return rig_at_hand((mr_stream_params){
        .engine = way.engine,
        .batch_elems = way.batch,
        .ring_slots = way.ring,
        .shape = way.shape,
        .knobs = way.device_at_unit ? rig_knobs(false, way.device_at_unit) : NULL});
}

/* Adds up to `most` elements. */
void saved_read(struct record *r, mr_stream *s, const mr_seq *seq, size_t most)
{
    size_t got = 1;
    r->column_count = mr_seq_column_count(seq);
    for (size_t end = r->len + most; r->len < end && got && r->end == MR_OK; r->len += got) {
        void *columns[8];
        for (size_t c = 0; c < r->column_count; c++)
            columns[c] = r->columns[c] + r->len * mr_dtype_size(mr_seq_column_dtype(seq, c));
        r->end = mr_stream_read(s, end - r->len, columns, &got, NULL);
    }
}

/* Whether the elements of `rest` are those of `all` from `first` on. */
bool saved_is_rest(const struct record *rest, const struct record *all, size_t first,
                   const mr_seq *seq)
{
    if (rest->end != all->end || first + rest->len != all->len) return false;
    for (size_t c = 0; c < all->column_count; c++) {
        size_t size = mr_dtype_size(mr_seq_column_dtype(seq, c));
        if (memcmp(rest->columns[c], all->columns[c] + first * size, rest->len * size) != 0)
            return false;
    }
    return true;
}

size_t saved_save(mr_stream *s, unsigned char bytes[], size_t size, const char *text)
{
    unsigned char again[STATE_BYTES * 80];
    size_t needed = 0, twice = 0;
    mr_error err = {.status = MR_OK};
    mr_status st = mr_stream_save(s, bytes, size, &needed, &err);
    if (st != MR_OK) printf("\n  %s: %s", text, err.message);
    CU_ASSERT_EQUAL_FATAL(st, MR_OK);
    CU_ASSERT_TRUE_FATAL(needed <= size);
    CU_ASSERT_EQUAL(mr_stream_save(s, again, sizeof again, &twice, NULL), MR_OK);
    CU_ASSERT_TRUE(twice == needed && memcmp(bytes, again, needed) == 0);
    return needed;
}

mr_stream *saved_restore(const mr_seq *seq, struct way way, const unsigned char bytes[],
                         size_t size, const char *text)
{
    const mr_stream_params params = saved_params(way);
    mr_error err = {.status = MR_OK};
    mr_stream *s = NULL;
    mr_status st = mr_stream_restore(&s, seq, &params, bytes, size, &err);
    if (st != MR_OK) printf("\n  %s: %s", text, err.message);
    CU_ASSERT_EQUAL_FATAL(st, MR_OK);
    return s;
}

/* Saved after `n` elements, then twice more `step` elements later; then to the end. */
static bool check_chain(const char *text, const struct way ways[], size_t n, size_t step,
                        const struct record *all)
{
    static struct record rest;
    unsigned char bytes[STATE_BYTES];
    mr_seq *seq = rig_parse(text);
    const mr_stream_params params = saved_params(ways[0]);
    mr_stream *s = rig_open(seq, &params);
    bool is_right = true;
    for (unsigned saves = 0; saves < 3; saves++) {
        rest.len = 0;
        rest.end = MR_OK;
        saved_read(&rest, s, seq, saves ? step : n);
        int64_t position = mr_stream_tell(s);
        size_t size = saved_save(s, bytes, sizeof bytes, text);
        mr_stream_close(&s);
        s = saved_restore(seq, ways[1 - saves % 2], bytes, size, text);
        is_right = is_right && mr_stream_tell(s) == position;
    }
    size_t first = (size_t)mr_stream_tell(s);
    rest.len = 0;
    rest.end = MR_OK;
    saved_read(&rest, s, seq, MOST);
    is_right = is_right && saved_is_rest(&rest, all, first, seq);
    if (!is_right) printf("\n  %s: saved at %zu, then each %zu", text, n, step);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    return is_right;
}

const struct way saved_host_ways[2] = {{MR_ENGINE_HOST, 100, 2, 0, NULL},
                                       {MR_ENGINE_HOST, 37, 3, 0, NULL}};

void saved_check(const char *text, const struct way ways[], const size_t at[], size_t count)
{
    static struct record all;
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params);
    all.len = 0;
    all.end = MR_OK;
    saved_read(&all, s, seq, MOST);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    for (size_t k = 0; k < count; k++)
        CU_ASSERT_TRUE(check_chain(text, ways, at[k], 1 + at[k] % 130, &all));
}
