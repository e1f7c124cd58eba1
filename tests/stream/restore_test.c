/* What a stream remembers can be written down and gone on with anywhere, to the same bits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <millrace/millrace.h>

#include "base/memory.h"
#include "ir/op.h"
#include "rig.h"

enum { MOST = 4096, STATE_BYTES = 1024, TEXT_BYTES = 400 };

/* All that a stream gives, column by column. */
struct record {
    size_t len, column_count;
    mr_status end;
    unsigned char columns[8][MOST * 8];
};

struct way {
    mr_engine_choice engine;
    size_t batch;
    unsigned ring, device_at_unit;
};

static mr_stream_params params_of(struct way way)
{
    return (mr_stream_params){.engine = way.engine,
                              .batch_elems = way.batch,
                              .ring_slots = way.ring,
                              .knobs =
                                  way.device_at_unit ? rig_knobs(false, way.device_at_unit) : NULL};
}

/* Adds up to `most` elements. */
static void read_on(struct record *r, mr_stream *s, const mr_seq *seq, size_t most)
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
static bool is_rest(const struct record *rest, const struct record *all, size_t first,
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

static size_t save(mr_stream *s, unsigned char bytes[], size_t size, const char *text)
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

static mr_stream *restore(const mr_seq *seq, struct way way, const unsigned char bytes[],
                          size_t size, const char *text)
{
    const mr_stream_params params = params_of(way);
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
    const mr_stream_params params = params_of(ways[0]);
    mr_stream *s = rig_open(seq, &params);
    bool is_right = true;
    for (unsigned saves = 0; saves < 3; saves++) {
        rest.len = 0;
        rest.end = MR_OK;
        read_on(&rest, s, seq, saves ? step : n);
        int64_t position = mr_stream_tell(s);
        size_t size = save(s, bytes, sizeof bytes, text);
        mr_stream_close(&s);
        s = restore(seq, ways[1 - saves % 2], bytes, size, text);
        is_right = is_right && mr_stream_tell(s) == position;
    }
    size_t first = (size_t)mr_stream_tell(s);
    rest.len = 0;
    rest.end = MR_OK;
    read_on(&rest, s, seq, MOST);
    is_right = is_right && is_rest(&rest, all, first, seq);
    if (!is_right) printf("\n  %s: saved at %zu, then each %zu", text, n, step);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    return is_right;
}

static const struct way host_ways[] = {{MR_ENGINE_HOST, 100, 2, 0}, {MR_ENGINE_HOST, 37, 3, 0}};
static const struct way to_device[] = {{MR_ENGINE_HOST, 64, 2, 0}, {MR_ENGINE_OPENCL, 100, 3, 0}};
static const struct way from_device[] = {{MR_ENGINE_OPENCL, 100, 2, 0}, {MR_ENGINE_HOST, 64, 4, 0}};

static const struct way on_the_way[] = {{MR_ENGINE_HOST, 64, 2, 0}, {MR_ENGINE_AUTO, 100, 3, 2}};

static void check_pipeline(const char *text, const struct way ways[], const size_t at[],
                           size_t count)
{
    static struct record all;
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params);
    all.len = 0;
    all.end = MR_OK;
    read_on(&all, s, seq, MOST);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    for (size_t k = 0; k < count; k++)
        CU_ASSERT_TRUE(check_chain(text, ways, at[k], 1 + at[k] % 130, &all));
}

static void check_sample(const char *text, const struct way ways[])
{
    static const size_t few[] = {1, 100, 257};
    size_t every[258];
    for (size_t k = 0; k < 258; k++) every[k] = k;
    if (tests_long && ways == host_ways)
        check_pipeline(text, ways, every, 258);
    else
        check_pipeline(text, ways, few, sizeof few / sizeof few[0]);
}

/* ---- pairs ---- */

static const char *const sources[] = {"range(1500)", "fibonacci(mod=1000003) | take(1500)",
                                      "range(5, 3005, 2) | filter(x % 4 != 3)"};

static const char *const kinds[] = {
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
    "shuffle(3, window=50)",
    "chain(range(3) | scan(sum), range(200) | filter(x % 2 == 0))", /* not behind others */
};
enum { KINDS = sizeof kinds / sizeof kinds[0] - 1 };

static void each_pair_of_kinds(void)
{
    char text[TEXT_BYTES];
    for (size_t a = 0; a < KINDS; a++)
        for (size_t b = 0; b < KINDS; b++) {
            (void)snprintf(text, sizeof text, "%s | %s | %s", sources[(a + b) % 3], kinds[a],
                           kinds[b]);
            check_sample(text, host_ways);
        }
    for (size_t a = 0; a < KINDS; a++) {
        (void)snprintf(text, sizeof text, "%s | %s", kinds[KINDS], kinds[a]);
        check_sample(text, host_ways);
        (void)snprintf(text, sizeof text, "zip(a: range(900) | %s, b: range(9, 800)) | map(a - b)",
                       kinds[a]);
        check_sample(text, host_ways);
    }
}

static void on_the_other_engine(void)
{
    static const size_t at[] = {1, 100, 257};
    char text[TEXT_BYTES];
    for (size_t a = 0; a < KINDS; a++) {
        (void)snprintf(text, sizeof text, "range(1500) | filter(x %% 4 != 3) | %s", kinds[a]);
        check_pipeline(text, to_device, at, 3);
        check_pipeline(text, from_device, at, 3);
        check_pipeline(text, on_the_way, at, 1);
    }
}

/* Carries that are still on the device: it goes on from an older mark. */
static void after_many_units_on_a_device(void)
{
    enum { ALL = 120000, FIRST = 70000 };
    static int64_t all[ALL], rest[ALL];
    const char *text = "range(180000) | filter(x % 3 != 1) | scan(sum)";
    const mr_stream_params host = {.engine = MR_ENGINE_HOST},
                           device = {.engine = MR_ENGINE_OPENCL,
                                     .batch_elems = 500,
                                     .shape = "lanes 16/8, group 1, unit 4096, ring 3"};
    unsigned char bytes[STATE_BYTES];
    size_t got;
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &host);
    CU_ASSERT_EQUAL_FATAL(mr_stream_read(s, ALL, (void *[]){all}, &got, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(got, ALL);
    mr_stream_close(&s);
    s = rig_open(seq, &device);
    CU_ASSERT_EQUAL_FATAL(mr_stream_read(s, FIRST, (void *[]){rest}, &got, NULL), MR_OK);
    size_t size = save(s, bytes, sizeof bytes, text);
    mr_stream_close(&s);
    s = restore(seq, host_ways[0], bytes, size, text);
    CU_ASSERT_EQUAL_FATAL(mr_stream_read(s, ALL, (void *[]){rest}, &got, NULL), MR_OK);
    CU_ASSERT_EQUAL(got, ALL - FIRST);
    CU_ASSERT_EQUAL(memcmp(rest, all + FIRST, sizeof rest[0] * (ALL - FIRST)), 0);
    CU_ASSERT_TRUE(mr_stream_computed(s) < 180000 * 2 / 3); /* not from the start */
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

/* ---- every operator ---- */

static void every_operator(void)
{
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        for (size_t n = 0; n < sizeof op->known / sizeof op->known[0]; n++) {
            const char *text = op->known[n].pipeline;
            if (!text || op->feed || strstr(text, "read(") || strstr(text, "stdin(")) continue;
            static const size_t at[] = {0, 1, 2, 5};
            check_pipeline(text, host_ways, at, sizeof at / sizeof at[0]);
        }
    }
}

/* ---- terminals ---- */

struct folding {
    mr_stream *stream;
    unsigned char bytes[STATE_BYTES];
    size_t size;
    int64_t computed;
};

/* Interrupts at the first look. */
static int save_and_stop(void *user, const mr_progress *progress)
{
    struct folding *f = user;
    f->computed = progress->computed;
    CU_ASSERT_EQUAL(mr_stream_save(f->stream, f->bytes, sizeof f->bytes, &f->size, NULL), MR_OK);
    return 1;
}

static void read_whole(struct record *r, mr_stream *s, const mr_seq *seq)
{
    *r = (struct record){.len = 0};
    read_on(r, s, seq, MOST);
    mr_stream_close(&s);
}

/* False: it was over before anybody looked. What was folded is not folded again. */
static bool check_folding(const char *text, int64_t elements)
{
    static struct record whole, rest;
    struct folding f = {.computed = 0};
    mr_seq *seq = rig_parse(text);
    mr_stream_params params = {.engine = MR_ENGINE_HOST, .poll = save_and_stop, .poll_user = &f};
    f.stream = rig_open(seq, &params);
    read_whole(&rest, f.stream, seq);
    bool is_cut = rest.end == MR_E_INTERRUPTED;
    params.poll = NULL;
    read_whole(&whole, rig_open(seq, &params), seq);
    if (is_cut) {
        f.stream = restore(seq, host_ways[0], f.bytes, f.size, text);
        rest = (struct record){.len = 0};
        read_on(&rest, f.stream, seq, MOST);
        CU_ASSERT_TRUE(mr_stream_computed(f.stream) < elements - f.computed + elements / 20);
        mr_stream_close(&f.stream);
    }
    bool is_right = is_rest(&rest, &whole, 0, seq) || !is_cut;
    CU_ASSERT_TRUE(is_right);
    if (!is_right) printf("\n  %s", text);
    mr_seq_release(&seq);
    return is_cut;
}

static void a_terminal_goes_on_in_the_middle(void)
{
    static const struct {
        const char *text;
        int64_t elements;
    } rows[] = {
        {"range(1e8) | sum()", 100000000},
        {"range(1.5e7) | filter(x % 3 == 1) | map(f64(x)) | scan(sum) | var()", 15000000},
        {"range(2e7) | map(x * x % 1000) | hist(50, 0, 1000)", 20000000},
        {"range(2e7) | map(f64(x) / 3.0) | sum(exact)", 20000000},
        {"range(3e7) | filter(x % 5 != 0) | last()", 30000000},
        {"range(1e8) | chunk(1e9, sum) | sum()", 100000000},
    };
    unsigned cut = 0;
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        cut += check_folding(rows[k].text, rows[k].elements);
    CU_ASSERT_TRUE(cut > 0);
}

/* ---- refusals ---- */

static void flips_and_cuts_are_refused(void)
{
    const char *text = "range(1000) | filter(x % 3 == 0) | scan(sum)";
    unsigned char bytes[STATE_BYTES];
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params);
    static struct record r;
    r = (struct record){.len = 0};
    read_on(&r, s, seq, 100);
    size_t size = save(s, bytes, sizeof bytes, text);
    mr_stream_close(&s);
    for (size_t k = 0; k < size; k++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes[k] ^= (unsigned char)(1U << bit);
            CU_ASSERT_EQUAL(mr_stream_restore(&s, seq, &params, bytes, size, NULL), MR_E_FORMAT);
            CU_ASSERT_PTR_NULL(s);
            bytes[k] ^= (unsigned char)(1U << bit);
        }
    for (size_t cut = 0; cut < size; cut++)
        CU_ASSERT_EQUAL(mr_stream_restore(&s, seq, &params, bytes, cut, NULL), MR_E_FORMAT);
    mr_seq_release(&seq);
}

static void check_refusal(mr_status st, mr_status expected, const mr_error *err, const char *says)
{
    bool is_right = st == expected && strstr(err->message, says);
    if (!is_right) printf("\n  %d %s; expected: %s", (int)st, err->message, says);
    CU_ASSERT_TRUE(is_right);
}

static void what_differs_is_said(void)
{
    unsigned char bytes[STATE_BYTES];
    mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_error err;
    mr_seq *seq = rig_parse("range(10) | filter(x > 3)"), *other = rig_parse("range(11)");
    mr_stream *s = rig_open(seq, &params);
    size_t size = save(s, bytes, sizeof bytes, "");
    char *text = NULL;
    CU_ASSERT_EQUAL(mr_state_text(&text, bytes, size, NULL), MR_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(text, "range(0, 10) | filter(x > 3)");
    mr_text_free(&text);
    mr_stream_close(&s);
    check_refusal(mr_stream_restore(&s, other, &params, bytes, size, &err), MR_E_STATE, &err,
                  "another pipeline: range(0, 10) | filter(x > 3)");
    params.no_fuse = true;
    check_refusal(mr_stream_restore(&s, seq, &params, bytes, size, &err), MR_E_STATE, &err,
                  "without mr_stream_params.no_fuse");
    bytes[8] = 2;
    check_refusal(mr_state_text(&text, bytes, size, &err), MR_E_FORMAT, &err, "format 2");
    mr_seq_release(&other);
    mr_seq_release(&seq);
}

static void sources_that_are_gone_are_named(void)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    static const int64_t memory[] = {1, 2, 3};
    const mr_array array = {.dtype = MR_I64, .data = memory};
    struct counting counting = {.length = 10};
    mr_seq *seqs[3] = {rig_parse("stdin(i64) | scan(sum)"), rig_count(&counting), NULL};
    static const char *const names[] = {"stdin", "callback", "array"};
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&seqs[2], &array, 1, 3, NULL), MR_OK);
    for (size_t k = 0; k < 3; k++) {
        mr_stream *s = rig_open(seqs[k], &params);
        unsigned char bytes[STATE_BYTES];
        size_t needed;
        mr_error err;
        mr_status st = mr_stream_save(s, bytes, sizeof bytes, &needed, &err);
        check_refusal(st, MR_E_STATE, &err, "cannot be saved");
        CU_ASSERT_STRING_EQUAL(err.op, names[k]);
        mr_stream_close(&s);
        mr_seq_release(&seqs[k]);
    }
}

static int square(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    int64_t *out = columns[0];
    (void)user;
    for (*got = 0; *got < count && first + (int64_t)*got < 1000; ++*got)
        out[*got] = (first + (int64_t)*got) * (first + (int64_t)*got);
    return 0;
}

/* One that can be asked from any position is gone on with by whoever describes it anew. */
static void a_seekable_callback_goes_on(void)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 64};
    mr_callback_params source = {
        .fill = square, .column_count = 1, .dtypes = {MR_I64}, .is_seekable = true};
    static struct record all, rest;
    unsigned char bytes[STATE_BYTES];
    mr_seq *seqs[2] = {NULL, NULL};
    mr_error err;
    for (size_t k = 0; k < 2; k++) {
        mr_seq *squares = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&squares, &source, &err), MR_OK);
        seqs[k] = rig_pipe(squares, "filter(x % 3 == 1) | scan(sum)");
        mr_seq_release(&squares);
    }
    mr_stream *s = rig_open(seqs[0], &params);
    all = rest = (struct record){.len = 0};
    read_on(&all, s, seqs[0], 300);
    size_t size = save(s, bytes, sizeof bytes, "callback");
    read_on(&all, s, seqs[0], MOST);
    mr_stream_close(&s);
    s = restore(seqs[1], host_ways[1], bytes, size, "callback");
    read_on(&rest, s, seqs[1], MOST);
    CU_ASSERT_TRUE(all.len > 600 && is_rest(&rest, &all, 300, seqs[1]));
    mr_stream_close(&s);
    source.is_live = true;
    mr_seq *none = NULL;
    CU_ASSERT_EQUAL(mr_seq_from_callback(&none, &source, &err), MR_E_VALUE);
    mr_seq_release(&seqs[0]);
    mr_seq_release(&seqs[1]);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_TRUE(fputs(text, file) >= 0);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static void a_file_must_be_the_same(void)
{
    char path[] = "/tmp/millrace-restore-XXXXXX", text[TEXT_BYTES];
    unsigned char bytes[STATE_BYTES];
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    int fd = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(close(fd), 0);
    write_file(path, "x\n10\n20\n30\n40\n50\n");
    (void)snprintf(text, sizeof text, "read(\"%s\", format=csv) | filter(x != 20) | scan(sum)",
                   path);
    static const size_t at[] = {0, 1, 2, 3, 4};
    check_pipeline(text, host_ways, at, 5);
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params);
    mr_error err;
    size_t size = save(s, bytes, sizeof bytes, text);
    write_file(path, "x\n10\n20\n30\n40\n51\n");
    size_t needed;
    check_refusal(mr_stream_save(s, NULL, 0, &needed, &err), MR_E_STATE, &err,
                  "has changed since the stream was opened");
    mr_stream_close(&s);
    check_refusal(mr_stream_restore(&s, seq, &params, bytes, size, &err), MR_E_STATE, &err,
                  "has changed since the state was saved: other bytes");
    write_file(path, "x\n10\n20\n");
    check_refusal(mr_stream_restore(&s, seq, &params, bytes, size, &err), MR_E_STATE, &err,
                  "17 bytes then, 8 now");
    mr_seq_release(&seq);
    CU_ASSERT_EQUAL(unlink(path), 0);
}

enum { ROWS = 100000 };

static void write_rows(const char *path, const char *header)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fputs(header, file);
    for (int row = 0; row < ROWS; row++)
        (void)fprintf(file, row % 97 == 5 ? "NA\n%d.5\n" : "%d.5\n", row);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

/* Rows of a text are found by reading those before: only once. */
static void check_rows(const char *text)
{
    static double rows[ROWS];
    enum { FIRST = 90000 };
    unsigned char bytes[STATE_BYTES];
    const mr_stream_params params = params_of(host_ways[0]);
    size_t got, wrong = 0;
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params);
    CU_ASSERT_EQUAL(mr_stream_read(s, FIRST, (void *[]){rows}, &got, NULL), MR_OK);
    size_t size = save(s, bytes, sizeof bytes, text);
    mr_stream_close(&s);
    s = restore(seq, host_ways[1], bytes, size, text);
    CU_ASSERT_EQUAL(mr_stream_read(s, ROWS, (void *[]){rows}, &got, NULL), MR_OK);
    CU_ASSERT_EQUAL(got, ROWS - FIRST);
    for (size_t k = 0; k < got; k++) wrong += rows[k] != (double)(FIRST + k) + 0.5;
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_TRUE(mr_stream_computed(s) < ROWS / 2);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

static void a_text_goes_on_at_its_row(void)
{
    char path[] = "/tmp/millrace-restore-XXXXXX", text[TEXT_BYTES];
    int fd = mkstemp(path);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    CU_ASSERT_EQUAL(close(fd), 0);
    write_rows(path, "a\n");
    (void)snprintf(text, sizeof text,
                   "read(\"%s\", format=csv, header=yes, missing=skip, dtype=f64)", path);
    check_rows(text);
    write_rows(path, "");
    (void)snprintf(text, sizeof text, "read(\"%s\", format=text, missing=skip)", path);
    check_rows(text);
    CU_ASSERT_EQUAL(unlink(path), 0);
}

/* ---- in any state ---- */

static void saving_is_legal_after_errors(void)
{
    const char *text = "range(5, -5, -1) | filter(x != 100) | map(60 / x)";
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 3};
    static struct record r;
    unsigned char bytes[STATE_BYTES];
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params);
    r = (struct record){.len = 0};
    read_on(&r, s, seq, MOST);
    CU_ASSERT_EQUAL(r.end, MR_E_DIVISION);
    CU_ASSERT_EQUAL(r.len, 5);
    size_t size = save(s, bytes, sizeof bytes, text);
    mr_stream_close(&s);
    s = restore(seq, host_ways[0], bytes, size, text);
    CU_ASSERT_EQUAL(mr_stream_tell(s), 5);
    r = (struct record){.len = 0};
    read_on(&r, s, seq, MOST);
    CU_ASSERT_TRUE(r.len == 0 && r.end == MR_E_DIVISION);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

static void a_borrowed_batch_stays(void)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST, .batch_elems = 10};
    unsigned char bytes[STATE_BYTES];
    mr_seq *seq = rig_parse("range(100) | filter(x % 2 == 0)");
    mr_stream *s = rig_open(seq, &params);
    mr_batch batch;
    CU_ASSERT_EQUAL_FATAL(mr_stream_next(s, &batch, NULL), MR_OK);
    size_t size = save(s, bytes, sizeof bytes, "");
    CU_ASSERT_EQUAL(((const int64_t *)batch.columns[0])[9], 18);
    mr_stream *on = restore(seq, host_ways[0], bytes, size, "");
    CU_ASSERT_EQUAL_FATAL(mr_stream_next(on, &batch, NULL), MR_OK);
    CU_ASSERT_TRUE(batch.position == 10 && ((const int64_t *)batch.columns[0])[0] == 20);
    mr_stream_close(&on);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

SUITE(restore, {"restored_stream_gives_the_same_bits_for_each_pair_of_kinds", each_pair_of_kinds},
      {"restored_stream_gives_the_same_bits_on_the_other_engine", on_the_other_engine},
      {"restored_stream_gives_the_same_bits_after_many_units_on_a_device",
       after_many_units_on_a_device},
      {"restored_stream_gives_the_same_bits_for_every_operator", every_operator},
      {"a_terminal_goes_on_in_the_middle", a_terminal_goes_on_in_the_middle},
      {"flips_and_cuts_are_refused", flips_and_cuts_are_refused},
      {"what_differs_is_said", what_differs_is_said},
      {"sources_that_are_gone_are_named", sources_that_are_gone_are_named},
      {"a_seekable_callback_goes_on", a_seekable_callback_goes_on},
      {"a_file_must_be_the_same", a_file_must_be_the_same},
      {"a_text_goes_on_at_its_row", a_text_goes_on_at_its_row},
      {"saving_is_legal_after_errors", saving_is_legal_after_errors},
      {"a_borrowed_batch_stays", a_borrowed_batch_stays}, NOTHING_IS_LEFT_BEHIND);
