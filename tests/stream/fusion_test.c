/* What is fused and what is not gives the same bits. */
#include <stdio.h>
#include <string.h>

#include "rig.h"
#include "specimen.h"

#define MAPS "map(x*0.9 + 1.5) | map(x*x - 0.25) | map(sqrt(x + 0.5)) | map(1.0/(x + 2.0))"

static const struct specimen rows[] = {
    {.text = "range(5000) | map(f64(x)) | " MAPS " | " MAPS " | " MAPS " | " MAPS},
    {.text = "range(5000) | map(f64(x)) | " MAPS " | sum()"},
    /* The leaves of a reduction are counted before the filters that are its masks. */
    {.text =
         "range(5000) | map(x*0.1) | filter(x > 7.0) | map(sqrt(x)) | filter(x < 20.0) | sum()"},
    {.text = "range(5000) | map(x*0.1) | filter(x > 7.0) | map(x*i) | mean()"},
    {.text = "range(5000) | skip(17) | map(x*x) | take(3001) | diff() | enumerate()"},
    {.text = "range(5000) | map(x*3) | slice(5, 4000, 7) | map(x + 1)"},
    {.text = "zip(a: range(5000) | map(x*x), b: range(4000) | map(f64(x)*0.5)) | map(a + b)"},
    {.text = "chain(range(2000) | map(x*x), range(3000) | map(x + 1)) | map(-x)"},
    {.text = "range(5000) | map(x*7 % 101) | window(9, max) | map(x*2) | scan(sum) | map(x - 1)"},
    {.text = "range(5000) | map(x % 11) | chunk(100, mean) | map(x*x) | argmax()"},
    {.text = "fibonacci(mod=1000) | take(3000) | map(x*x) | filter(x % 3 == 1) | map(x/2)"},
    {.text = "iterate(3.7*x*(1-x), 0.5) | take(3000) | map(x*10.0) | hist(16, 0, 10)"},
    {.text = "range(5000) | map(x*x) | first()"},
    {.text = "range(5000) | map(x*x) | map(x + 1) | last()"},
    {.text = "| map(x*x) | map(x % 17) | take_while(x < 16) | map(x + i)"},
    {.text = NULL},
};

static void check(const struct specimen *s)
{
    struct specimen_result fused = specimen_run_on(s, MR_ENGINE_HOST);
    CU_ASSERT_EQUAL(fused.status, MR_OK);
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, 500, 2);
        params.no_fuse = true;
        struct specimen_result r = specimen_run(s, params);
        bool same = r.status == MR_OK && r.elements == fused.elements && r.hash == fused.hash;
        CU_ASSERT_TRUE(same);
        if (!same) printf("\n%s, %s: %s", rig->name, s->text, mr_status_name(r.status));
    }
}

static void no_bit_depends_on_fusion(void)
{
    for (const struct specimen *s = rows; s->text; s++) check(s);
    for (const struct specimen *s = specimens; s->text; s++) check(s);
}

static const struct {
    const char *text;
    int cuts; /* that no_fuse makes */
} cut_rows[] = {
    {"range(10)", 0},
    {"range(10) | map(x*x)", 1},
    {"range(10) | map(x*x) | map(x + 1) | map(-x)", 3},
    {"range(10) | map(x*x) | filter(x > 3) | map(x + 1) | sum()", 2},
    {"range(10) | map(x*x) | slice(0, 10, 3) | map(x + 1)", 1},
    {"range(10) | scan(sum) | map(x + 1) | diff()", 2},
};

static int count_words(const char *text, const char *words)
{
    int count = 0;
    for (; (text = strstr(text, words)); text++) count++;
    return count;
}

static void each_cut_says_why(void)
{
    const mr_stream_params params = {.no_fuse = true};
    for (size_t k = 0; k < sizeof cut_rows / sizeof cut_rows[0]; k++) {
        mr_seq *seq = rig_parse(cut_rows[k].text);
        char *text = NULL;
        CU_ASSERT_EQUAL(mr_explain(&text, seq, &params, false, NULL), MR_OK);
        int cuts = count_words(text, "  cut: each stage by itself, as asked\n");
        CU_ASSERT_EQUAL(cuts, cut_rows[k].cuts);
        if (cuts != cut_rows[k].cuts) printf("\n%s: %d cuts\n%s", cut_rows[k].text, cuts, text);
        mr_text_free(&text);
        mr_seq_release(&seq);
    }
}

SUITE(fusion, {"no_bit_depends_on_fusion", no_bit_depends_on_fusion},
      {"each_cut_says_why", each_cut_says_why}, NOTHING_IS_LEFT_BEHIND);
