/* What a stream remembers can be written down and gone on with anywhere, to the same bits. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ir/op.h"
#include "rig.h"
#include "saved.h"
#include "stream/stream_parts.h"

static const struct way to_device[] = {{MR_ENGINE_HOST, 64, 2, 0, NULL},
                                       {MR_ENGINE_OPENCL, 100, 3, 0, NULL}};
static const struct way from_device[] = {{MR_ENGINE_OPENCL, 100, 2, 0, NULL},
                                         {MR_ENGINE_HOST, 64, 4, 0, NULL}};
static const struct way on_the_way[] = {{MR_ENGINE_HOST, 64, 2, 0, NULL},
                                        {MR_ENGINE_AUTO, 100, 3, 2, NULL}};

static void check_sample(const char *text, const struct way ways[])
{
    static const size_t few[] = {1, 100, 257};
    size_t every[258];
    for (size_t k = 0; k < 258; k++) every[k] = k;
    if (tests_long && ways == saved_host_ways)
        saved_check(text, ways, every, 258);
    else
        saved_check(text, ways, few, sizeof few / sizeof few[0]);
}

/* ---- pairs ---- */

static void each_pair_of_kinds(void)
{
    char text[TEXT_BYTES];
    for (size_t a = 0; a < SAVED_KINDS; a++)
        for (size_t b = 0; b < SAVED_KINDS; b++) {
            (void)snprintf(text, sizeof text, "%s | %s | %s", saved_sources[(a + b) % 3],
                           saved_kinds[a], saved_kinds[b]);
            check_sample(text, saved_host_ways);
        }
    for (size_t a = 0; a < SAVED_KINDS; a++) {
        (void)snprintf(text, sizeof text, "%s | %s", saved_kinds[SAVED_KINDS], saved_kinds[a]);
        check_sample(text, saved_host_ways);
        (void)snprintf(text, sizeof text, "zip(a: range(900) | %s, b: range(9, 800)) | map(a - b)",
                       saved_kinds[a]);
        check_sample(text, saved_host_ways);
    }
}

static void on_the_other_engine(void)
{
    static const size_t at[] = {1, 100, 257};
    char text[TEXT_BYTES];
    for (size_t a = 0; a < SAVED_KINDS; a++) {
        (void)snprintf(text, sizeof text, "range(1500) | filter(x %% 4 != 3) | %s", saved_kinds[a]);
        saved_check(text, to_device, at, 3);
        saved_check(text, from_device, at, 3);
        saved_check(text, on_the_way, at, 1);
    }
}

/* ---- states of one's own ---- */

static const char *const states[] = {
    "iterate(a: b, b: a + b, init=(0, 1)) | take(1500)",
    "iterate(a: b, b: a + b, init=(0, 1), every=130, while=b < 1e9 || i > 40) | take(1500)",
    "iterate(a: b, n: n + 1, b: a + b, init=(0, 0, 1), while=n < 700)",
    "range(2000) | filter(x % 4 != 3) | scan(s: 0.9*s + 0.1*x, init=0)",
    "range(2000) | filter(x % 4 != 3) | scan(s: 0.9*s + 0.1*x, t: !t, init=(0, true), every=5)",
    "range(2000) | scan(s: (s*31 + x) % 1009, init=0, while=s > 1 || i < 300) | filter(s % 3 > 0)",
    "range(2000) | filter(x % 4 != 3) | scan(s: s + x, init=0) | scan(t: t ^ s, init=0, every=300)",
    "range(2000) | filter(x % 4 != 3) | scan(s: s + 1000/(900 - x), init=0)",
    "range(2000) | filter(x % 4 != 3) | loop(n: n*3 % 101, init=x, while=n > 9, most=5)",
    "range(3000) | map(x / 3 % 5) | filter(x != 2) | run_length()",
    "range(2000) | scan(s: s + x, init=0) | map(s / 3000) | dedup()",
    "range(2000) | scan(s: s*5 + x, init=1) | map(lag(s, 3, 0))",
    "range(2000) | filter(x % 4 != 3) | map(lead(x, 2, 0)) | scan(s: s ^ x, init=0)",
};
enum { STATES = sizeof states / sizeof states[0] };

static void states_of_ones_own(void)
{
    static const size_t at[] = {1, 99, 129, 257, 640, 1490};
    for (size_t k = 0; k < STATES; k++) {
        check_sample(states[k], saved_host_ways);
        saved_check(states[k], to_device, at, sizeof at / sizeof at[0]);
        saved_check(states[k], from_device, at, sizeof at / sizeof at[0]);
        saved_check(states[k], on_the_way, at, 2);
    }
}

/* Carries that are still on the device: it goes on from an older checkpoint. */
static void check_many_units(const char *text)
{
    enum { ALL = 120000, FIRST = 70000 };
    static int64_t all[ALL], rest[ALL];
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
    size_t size = saved_save(s, bytes, sizeof bytes, text);
    mr_stream_close(&s);
    s = saved_restore(seq, saved_host_ways[0], bytes, size, text);
    CU_ASSERT_EQUAL_FATAL(mr_stream_read(s, ALL, (void *[]){rest}, &got, NULL), MR_OK);
    CU_ASSERT_EQUAL(got, ALL - FIRST);
    CU_ASSERT_EQUAL(memcmp(rest, all + FIRST, sizeof rest[0] * (ALL - FIRST)), 0);
    CU_ASSERT_TRUE(mr_stream_computed(s) < 180000 * 2 / 3); /* not from the start */
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

static void after_many_units_on_a_device(void)
{
    static const char *const texts[] = {
        "range(180000) | filter(x % 3 != 1) | scan(sum)",
        "range(180000) | filter(x % 3 != 1) | scan(s: (s*31 + x) % 1000003, init=0)",
        "range(180000) | filter(x % 3 != 1) | scan(s: s*3 ^ x, init=1, every=50001)",
        "range(180000) | filter(x % 3 != 1) | scan(s: s*3 ^ x, init=1, every=50)",
    };
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) check_many_units(texts[k]);
}

/* A chunk that several units make, saved within it. */
static void within_chunks_of_many_units(void)
{
    static const char shape[] = "lanes 16/8, group 1, unit 4096, ring 3";
    static const struct way ways[2][2] = {
        {{MR_ENGINE_OPENCL, 3, 2, 0, shape}, {MR_ENGINE_HOST, 4, 2, 0, NULL}},
        {{MR_ENGINE_HOST, 3, 2, 0, NULL}, {MR_ENGINE_OPENCL, 4, 2, 0, shape}}};
    static const size_t at[] = {1, 7, 20};
    for (size_t k = 0; k < 2; k++)
        saved_check("range(400000) | filter(x % 3 != 1) | chunk(9000, sum)", ways[k], at,
                    sizeof at / sizeof at[0]);
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
            saved_check(text, saved_host_ways, at, sizeof at / sizeof at[0]);
        }
    }
}

/* ---- terminals ---- */

enum { FOLDED_BYTES = 1 << 14 }; /* of states with bins, too */

/* Folding is left once its sources have made so many of their elements. */
struct folding {
    mr_stream *stream;
    int64_t until, computed;
    size_t size;
    unsigned char bytes[FOLDED_BYTES];
};

/* As a caller's poll() may. */
static bool save_and_stop(void *user)
{
    struct folding *f = user;
    f->computed = mr_stream_computed(f->stream);
    if (f->computed < f->until) return false;
    f->stream->is_polled = true;
    CU_ASSERT_EQUAL(mr_stream_save(f->stream, f->bytes, sizeof f->bytes, &f->size, NULL), MR_OK);
    CU_ASSERT_TRUE_FATAL(f->size <= sizeof f->bytes);
    f->stream->is_polled = false;
    return true;
}

static void read_whole(struct record *r, mr_stream *s, const mr_seq *seq)
{
    *r = (struct record){.len = 0};
    saved_read(r, s, seq, MOST);
    mr_stream_close(&s);
}

/* The host's launches end after each leaf, so that there is a middle. */
static mr_stream_params params_of(struct way way)
{
    mr_stream_params params = saved_params(way);
    params.knobs = rig_brief_knobs(false, 0);
    return params;
}

/* Left when three quarters are made, and gone on with the other way. */
static bool is_cut_and_gone_on_with(const mr_seq *seq, int64_t elements, const struct way ways[])
{
    static struct record whole, rest;
    static struct folding f;
    mr_stream_params params = params_of(ways[0]);
    f = (struct folding){.stream = rig_open(seq, &params), .until = elements - elements / 4};
    f.stream->control.poll = save_and_stop;
    f.stream->control.poll_user = &f;
    read_whole(&rest, f.stream, seq);
    bool is_cut = rest.end == MR_E_INTERRUPTED && f.computed < elements;
    read_whole(&whole, rig_open(seq, &(mr_stream_params){.engine = MR_ENGINE_HOST}), seq);
    if (!is_cut) return false;
    params = params_of(ways[1]);
    mr_status st = mr_stream_restore(&f.stream, seq, &params, f.bytes, f.size, NULL);
    CU_ASSERT_EQUAL_FATAL(st, MR_OK);
    rest = (struct record){.len = 0};
    saved_read(&rest, f.stream, seq, MOST);
    const int64_t left = mr_stream_computed(f.stream);
    mr_stream_close(&f.stream);
    if (left >= elements) printf("\n  begun anew: cut at %" PRId64, f.computed);
    return left < elements && saved_is_rest(&rest, &whole, 0, seq);
}

static void check_folding(const char *text, int64_t elements, const struct way ways[])
{
    mr_seq *seq = rig_parse(text);
    bool is_right = is_cut_and_gone_on_with(seq, elements, ways);
    CU_ASSERT_TRUE(is_right);
    if (!is_right) printf("\n  %s", text);
    mr_seq_release(&seq);
}

/* What stands before a terminal may be cut, too. */
static void a_terminal_goes_on_in_the_middle(void)
{
    static const char *const texts[] = {
        "range(120000) | sum()",
        "range(120000) | filter(x % 3 == 1) | map(f64(x)) | scan(sum) | var()",
        "range(120000) | map(f64(x) / 3.0) | sum(exact)",
        "range(120000) | filter(x % 5 != 0) | last()",
        "range(120000) | chunk(1000000, sum) | sum()",
        "range(120000) | map(0.5*x) | fold(s: 0.9*s + x, init=0, while=s < 1e300)",
    };
    static const struct way ways[2] = {{MR_ENGINE_HOST, 0, 0, 0, NULL},
                                       {MR_ENGINE_HOST, 100, 2, 0, NULL}};
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
        check_folding(texts[k], 120000, ways);
}

/* Of integers and floats, if it takes two columns; until the last of its source's elements nothing
 * is decided. So many of them that a device, which is asked every 16 units for what it carries, has
 * been asked before it is left. */
static int64_t write_terminal(char text[TEXT_BYTES], const struct mr_op *op)
{
    enum { FEW = 1 << 20, MANY = 1 << 22 };
    static const char column[] = "filter(x % 3 != 1) | map(x: x*7918 % 99991 * 2 + 1)",
                      both[] = "filter(x % 3 != 1) | map(x: x*7918 % 99991 * 2 + 1, y: x / 7.0)",
                      none[] = "filter(x % 3 != 1) | map(x < 0)", last[] = "filter(x == %d)";
    const char *call = strstr(op->example, op->name), *before = both;
    mr_seq *seq = NULL;
    char end[TEXT_BYTES / 4];
    CU_ASSERT_PTR_NOT_NULL_FATAL(call);
    (void)snprintf(text, TEXT_BYTES, "range(9) | %s | %s", both, call);
    if (mr_seq_parse(&seq, text, NULL) != MR_OK) {
        before = column;
        (void)snprintf(text, TEXT_BYTES, "range(9) | %s | %s", column, call);
        seq = rig_parse(text);
    }
    const struct mr_aggregate_class *class = mr_aggregate_of(seq->aggregate);
    const int elements = mr_kind_of(seq->kind)->joins_itself ? MANY : FEW;
    bool takes_first = class->partials == MR_PARTIALS_NONE && !class->picks_last;
    (void)snprintf(end, sizeof end, last, elements - 1);
    before = class->deciding ? none : takes_first ? end : before;
    (void)snprintf(text, TEXT_BYTES, "range(%d) | %s | %s", elements, before, call);
    mr_seq_release(&seq);
    return elements;
}

/* What is saved of leaves is the tree, whoever folded them: the host leaf by leaf, one shape of a
 * device a few at once, the other one whole subtrees. */
static void each_terminal_goes_on_in_the_middle_on_the_other_engine(void)
{
    static const struct way device[2] = {
        {MR_ENGINE_OPENCL, 0, 0, 0, "lanes 16/8, group 1, unit 4096, ring 3"},
        {MR_ENGINE_OPENCL, 0, 0, 0, "lanes 2/1, span 2/1, group 64, unit 4096, ring 3"}};
    size_t terminals = 0;
    for (size_t k = 0; k < mr_ops_count; k++) {
        char text[TEXT_BYTES];
        if (mr_ops[k]->role != MR_TERMINAL) continue;
        const int64_t elements = write_terminal(text, mr_ops[k]);
        const struct way host = {.engine = MR_ENGINE_HOST}, other = device[terminals++ % 2];
        check_folding(text, elements, (const struct way[]){host, other});
        check_folding(text, elements, (const struct way[]){other, host});
    }
    CU_ASSERT_TRUE(terminals >= 17);
}

SUITE(restore, {"restored_stream_gives_the_same_bits_for_each_pair_of_kinds", each_pair_of_kinds},
      {"restored_stream_gives_the_same_bits_on_the_other_engine", on_the_other_engine},
      {"restored_stream_gives_the_same_bits_for_states_of_ones_own", states_of_ones_own},
      {"restored_stream_gives_the_same_bits_after_many_units_on_a_device",
       after_many_units_on_a_device},
      {"restored_stream_gives_the_same_bits_within_chunks_of_many_units",
       within_chunks_of_many_units},
      {"restored_stream_gives_the_same_bits_for_every_operator", every_operator},
      {"a_terminal_goes_on_in_the_middle", a_terminal_goes_on_in_the_middle},
      {"each_terminal_goes_on_in_the_middle_on_the_other_engine",
       each_terminal_goes_on_in_the_middle_on_the_other_engine},
      NOTHING_IS_LEFT_BEHIND);
