/* What a state is taken for, and what is refused by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "rig.h"
#include "ring/bytes.h"
#include "saved.h"

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
    saved_read(&r, s, seq, 100);
    size_t size = saved_save(s, bytes, sizeof bytes, text);
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
    size_t size = saved_save(s, bytes, sizeof bytes, "");
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

/* Where the words that tell builds apart stand: behind the text, its fingerprint and the flags. */
static unsigned char *word_behind_text(unsigned char bytes[], size_t size, const char *text,
                                       size_t number)
{
    const size_t length = strlen(text), before = 2 * 8 + 1;
    for (size_t k = 0; k + length + before + 8 * (number + 1) < size; k++)
        if (memcmp(bytes + k, text, length) == 0) return bytes + k + length + before + 8 * number;
    CU_FAIL_FATAL("no text");
    return NULL;
}

static void layout_of(unsigned char word[8], const char *text)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    unsigned char bytes[STATE_BYTES];
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params);
    size_t size = saved_save(s, bytes, sizeof bytes, text);
    memcpy(word, word_behind_text(bytes, size, text, 1), 8);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

/* Chunks within a leaf remember nothing, longer ones their leaves. A running sum and a variable may
 * take as many bytes. */
static void what_segments_remember_is_in_the_state(void)
{
    unsigned char short_one[8], other[8], long_one[8], running[8], own[8];
    layout_of(short_one, "range(0, 5000) | filter(x > 3) | chunk(10, sum)");
    layout_of(other, "range(0, 5000) | filter(x > 3) | chunk(1000, sum)");
    layout_of(long_one, "range(0, 5000) | filter(x > 3) | chunk(2000, sum)");
    CU_ASSERT_EQUAL(memcmp(short_one, other, 8), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(short_one, long_one, 8), 0);
    layout_of(running, "range(0, 5000) | filter(x > 3) | scan(sum)");
    layout_of(own, "range(0, 5000) | filter(x > 3) | scan(s: s + x, init=0)");
    CU_ASSERT_NOT_EQUAL(memcmp(running, own, 8), 0);
}

static void seal_again(unsigned char bytes[], size_t size)
{
    struct mr_bytes_out sum = {.bytes = bytes + size - 8, .size = 8};
    mr_put_word(&sum, mr_hash_bytes(MR_HASH_SEED, bytes, size - 8));
}

/* As of a build whose chunks within a leaf remembered their leaves. */
static void states_of_other_builds_are_refused_by_what_differs(void)
{
    static const char *const differs[] = {"which cuts the pipeline otherwise",
                                          "which remembers other things of the pipeline"};
    static const char text[] = "range(0, 5000) | filter(x > 3) | chunk(10, sum)";
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params), *none;
    for (size_t k = 0; k < 2; k++) {
        unsigned char bytes[STATE_BYTES];
        mr_error err;
        size_t size = saved_save(s, bytes, sizeof bytes, text);
        word_behind_text(bytes, size, text, k)[0] ^= 1;
        seal_again(bytes, size);
        check_refusal(mr_stream_restore(&none, seq, &params, bytes, size, &err), MR_E_STATE, &err,
                      differs[k]);
    }
    mr_stream_close(&s);
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
    saved_read(&all, s, seqs[0], 300);
    size_t size = saved_save(s, bytes, sizeof bytes, "callback");
    saved_read(&all, s, seqs[0], MOST);
    mr_stream_close(&s);
    s = saved_restore(seqs[1], saved_host_ways[1], bytes, size, "callback");
    saved_read(&rest, s, seqs[1], MOST);
    CU_ASSERT_TRUE(all.len > 600 && saved_is_rest(&rest, &all, 300, seqs[1]));
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
    saved_check(text, saved_host_ways, at, 5);
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params);
    mr_error err;
    size_t size = saved_save(s, bytes, sizeof bytes, text);
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
    const mr_stream_params params = saved_params(saved_host_ways[0]);
    size_t got, wrong = 0;
    mr_seq *seq = rig_parse(text);
    mr_stream *s = rig_open(seq, &params);
    CU_ASSERT_EQUAL(mr_stream_read(s, FIRST, (void *[]){rows}, &got, NULL), MR_OK);
    size_t size = saved_save(s, bytes, sizeof bytes, text);
    mr_stream_close(&s);
    s = saved_restore(seq, saved_host_ways[1], bytes, size, text);
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
    saved_read(&r, s, seq, MOST);
    CU_ASSERT_EQUAL(r.end, MR_E_DIVISION);
    CU_ASSERT_EQUAL(r.len, 5);
    size_t size = saved_save(s, bytes, sizeof bytes, text);
    mr_stream_close(&s);
    s = saved_restore(seq, saved_host_ways[0], bytes, size, text);
    CU_ASSERT_EQUAL(mr_stream_tell(s), 5);
    r = (struct record){.len = 0};
    saved_read(&r, s, seq, MOST);
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
    size_t size = saved_save(s, bytes, sizeof bytes, "");
    CU_ASSERT_EQUAL(((const int64_t *)batch.columns[0])[9], 18);
    mr_stream *on = saved_restore(seq, saved_host_ways[0], bytes, size, "");
    CU_ASSERT_EQUAL_FATAL(mr_stream_next(on, &batch, NULL), MR_OK);
    CU_ASSERT_TRUE(batch.position == 10 && ((const int64_t *)batch.columns[0])[0] == 20);
    mr_stream_close(&on);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

SUITE(state, {"flips_and_cuts_are_refused", flips_and_cuts_are_refused},
      {"what_differs_is_said", what_differs_is_said},
      {"what_segments_remember_is_in_the_state", what_segments_remember_is_in_the_state},
      {"states_of_other_builds_are_refused_by_what_differs",
       states_of_other_builds_are_refused_by_what_differs},
      {"sources_that_are_gone_are_named", sources_that_are_gone_are_named},
      {"a_seekable_callback_goes_on", a_seekable_callback_goes_on},
      {"a_file_must_be_the_same", a_file_must_be_the_same},
      {"a_text_goes_on_at_its_row", a_text_goes_on_at_its_row},
      {"saving_is_legal_after_errors", saving_is_legal_after_errors},
      {"a_borrowed_batch_stays", a_borrowed_batch_stays}, NOTHING_IS_LEFT_BEHIND);
