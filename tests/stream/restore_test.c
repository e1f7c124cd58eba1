/* What a stream remembers can be written down and gone on with anywhere, to the same bits. */
#include <stdio.h>
#include <string.h>

#include "ir/op.h"
#include "rig.h"
#include "saved.h"

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

struct folding {
    mr_stream *stream;
    unsigned char bytes[STATE_BYTES];
    size_t size;
    int64_t computed;
};

/* Interrupts at the first look at what was computed. */
static int save_and_stop(void *user, const mr_progress *progress)
{
    struct folding *f = user;
    if (!f->stream || progress->computed == 0) return 0; /* it is being opened */
    f->computed = progress->computed;
    CU_ASSERT_EQUAL(mr_stream_save(f->stream, f->bytes, sizeof f->bytes, &f->size, NULL), MR_OK);
    return 1;
}

static void read_whole(struct record *r, mr_stream *s, const mr_seq *seq)
{
    *r = (struct record){.len = 0};
    saved_read(r, s, seq, MOST);
    mr_stream_close(&s);
}

/* False: it was over before anybody looked. Less than `again` elements are folded again. */
static bool check_folding(const char *text, int64_t elements, int64_t again,
                          const struct way ways[])
{
    static struct record whole, rest;
    struct folding f = {.computed = 0};
    mr_seq *seq = rig_parse(text);
    mr_stream_params params = saved_params(ways[0]);
    params.poll = save_and_stop;
    params.poll_user = &f;
    f.stream = rig_open(seq, &params);
    read_whole(&rest, f.stream, seq);
    bool is_cut = rest.end == MR_E_INTERRUPTED;
    params.poll = NULL;
    read_whole(&whole, rig_open(seq, &params), seq);
    if (is_cut) {
        f.stream = saved_restore(seq, ways[1], f.bytes, f.size, text);
        rest = (struct record){.len = 0};
        saved_read(&rest, f.stream, seq, MOST);
        CU_ASSERT_TRUE(mr_stream_computed(f.stream) < elements - f.computed + again);
        mr_stream_close(&f.stream);
    }
    bool is_right = saved_is_rest(&rest, &whole, 0, seq) || !is_cut;
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
    static const struct way ways[] = {{MR_ENGINE_HOST, 0, 0, 0, NULL},
                                      {MR_ENGINE_HOST, 100, 2, 0, NULL}};
    unsigned cut = 0;
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        cut += check_folding(rows[k].text, rows[k].elements, rows[k].elements / 20, ways);
    CU_ASSERT_TRUE(cut > 0);
}

/* What is saved is the tree: of leaves on one engine, of subtrees on the other. */
static void where_leaves_were_folded_is_not_seen(void)
{
    static const struct {
        const char *text;
        int64_t elements;
    } rows[] = {
        {"range(2e7) | map(a: x*x, b: f32(x % 977)) | filter(a % 3 != 1) | mean()", 20000000},
        {"range(2e7) | map(x*7919 % 99991) | argmin()", 20000000},
    };
    static const struct way ways[2][2] = {
        {{.engine = MR_ENGINE_OPENCL, .shape = "lanes 2/1, span 2/1, group 64, unit 16384, ring 3"},
         {.engine = MR_ENGINE_HOST}},
        {{.engine = MR_ENGINE_HOST},
         {.engine = MR_ENGINE_OPENCL,
          .shape = "lanes 2/1, span 2/1, group 64, unit 16384, ring 3"}}};
    unsigned cut = 0;
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        cut += check_folding(rows[k].text, rows[k].elements, rows[k].elements / 10, ways[k]);
    CU_ASSERT_TRUE(cut > 0);
}

/* So many elements that somebody looks before the end. A device is asked for what it carries every
 * 16 units of up to 2^20 elements. */
static void a_fold_of_ones_own_goes_on_in_the_middle(void)
{
    static const struct {
        const char *text;
        struct way ways[2];
        int64_t elements, again;
    } rows[] = {
        {"range(1.5e6) | filter(x % 5 != 0) | fold(h: h*31 + x, n: n + 1, init=(7, 0))",
         {{MR_ENGINE_HOST, 0, 0, 0, NULL}, {MR_ENGINE_OPENCL, 5000, 3, 0, NULL}},
         1500000,
         75000},
        {"range(1.5e6) | map(0.5*x) | fold(s: 0.9*s + x, init=0, while=s < 1e300)",
         {{MR_ENGINE_HOST, 0, 0, 0, NULL}, {MR_ENGINE_HOST, 5000, 2, 0, NULL}},
         1500000,
         75000},
        {"range(1.5e8) | filter(x % 5 != 0) | fold(h: h*31 + x, n: n + 1, init=(7, 0))",
         {{MR_ENGINE_OPENCL, 0, 0, 0, NULL}, {MR_ENGINE_OPENCL, 5000, 3, 0, NULL}},
         150000000,
         25000000},
    };
    unsigned cut = 0;
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        cut += check_folding(rows[k].text, rows[k].elements, rows[k].again, rows[k].ways);
    CU_ASSERT_TRUE(cut > 0);
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
      {"where_leaves_were_folded_is_not_seen", where_leaves_were_folded_is_not_seen},
      {"a_fold_of_ones_own_goes_on_in_the_middle", a_fold_of_ones_own_goes_on_in_the_middle},
      NOTHING_IS_LEFT_BEHIND);
