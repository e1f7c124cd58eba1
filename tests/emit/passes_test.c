/* What the passes decide of a body: each reduction of strength where it is sound, and nowhere else.
 * One that stops firing changes no bit of any answer; here it changes a row. */
#include "emit/passes.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "emit/described_plan.h"
#include "emit/dump.h"
#include "emit/emit.h"
#include "emit/needs.h"
#include "emit/skeleton.h"
#include "suite.h"

/* ---- strength ---- */

/* Operation and form of all values made as lanes, but numbers, positions, and operations made by
 * themselves. */
static void describe_forms(struct mr_strbuf *out, const struct mr_emitter *e)
{
    const char *before = "";
    for (size_t k = 0; k < e->segment->body.count; k++) {
        enum mr_form form = e->notes[k].form;
        if (!(mr_all_needs(e, k) & MR_AS_LANES)) continue;
        if (form == MR_FORM_OPERATION || form == MR_FORM_NUMBER || form == MR_FORM_POSITION)
            continue;
        mr_strbuf_addf(out, "%s%s ", before, mr_ir_op_name(e->segment->body.nodes[k].op));
        mr_dump_form(e, out, (ir_value)k);
        before = "; ";
    }
}

static const struct {
    const char *text, *forms;
    enum way way;
} form_rows[] = {
    /* Products of a number and a position, of 64 bits. */
    {"range(1e6) | map(x*3)", "mul line", CPU},
    {"range(5, 1e6, 3)", "mul line", CPU},
    {"range(5, 1e6, 3, dtype=i32)", "", CPU},
    {"range(5, 1e6, 3) | map(7 - 2*(x + i))", "mul line", CPU},
    {"range(1e6) | map(x*x)", "", CPU},
    {"range(1e6) | map(x + 3)", "", CPU},
    {"uniform(7) | window(4, sum)", "call strip", CPU},
    /* Written out for one lane, what is used twice is written twice: 33 operations are too many. */
    {"range(1e6) | map(x + x) | map(x + x) | map(x + x) | map(3*x)", "mul line", CPU},
    {"range(1e6) | map(x + x) | map(x + x) | map(x + x) | map(x + x) | map(3*x)", "", CPU},

    /* Lines that f64 holds wherever the sequence is, below 2^53 = 9.007e15 and not below 0. */
    {"range(0, 1e6, dtype=f64)", "cast exact f64", CPU},
    {"range(1e6) | map(f64(3*x + 1))", "cast exact f64", CPU},
    {"range(1e6) | map(f64(x - 1))", "cast exact f64", CPU},
    {"range(1e6) | map(f64(u64(x) + 1))", "cast exact f64", CPU},
    {"range(1e6) | map(f64(u64(x) - 1))", "", CPU},
    {"range(1e15) | map(f64(9*x))", "cast exact f64", CPU},
    {"range(1e15) | map(f64(10*x))", "mul line", CPU},
    {"count() | map(f64(x))", "", CPU},
    {"range(1e6) | map(f64(x*x))", "", CPU},
    {"range(1e6) | map(f32(x))", "", CPU},

    /* Polynomials where a leaf is walked from its first vector to its last. */
    {"range(1e6) | map(x*x) | sum()", "mul differences of degree 2", CPU},
    {"range(1e6) | map(x*x*x - x) | chunk(100, sum)", "sub differences of degree 3", CPU},
    {"range(1e6) | map(x*x) | map(x*x) | sum()", "mul differences of degree 2", CPU},
    {"range(1e6) | map(x*x) | sum()", "", GPU},
    {"range(1e6) | map(x*x) | chunk(100, sum)", "", GPU},
    {"range(1e6) | map(x*x) | scan(sum)", "", CPU},
    {"range(1e6) | map(x*x) | window(4, sum)", "", CPU},
    {"range(1e6) | map(f64(x*x)) | sum(exact)", "", CPU},
    {"range(1e6) | map(f64(x*x)) | hist(10, 0, 1e6)", "", CPU},
    {"range(1e6) | map(i32(x)*i32(x)) | sum()", "", CPU},

    /* x % d == r with d known and r a number, in 32 bits where x is seen to fit. */
    {"range(1e6) | filter(x % 7 == 2)", "eq residue by 7 in 64 bits", CPU},
    {"range(1e6) | filter(x % 7 == 2)", "eq residue by 7 in 64 bits", GPU},
    {"range(1e6) | map(x*x) | filter(x % 7 == 2) | count()", "eq residue by 7 in 64 bits", GPU},
    {"range(1e6) | filter(2 != x % -12)", "ne residue by 12 in 64 bits", CPU},
    {"range(1e6, dtype=i32) | filter(x % 7 == 2)", "eq residue by 7 in 32 bits", CPU},
    {"range(1e6, dtype=u64) | filter((x >> 32) % 7 == 2)", "eq residue by 7 in 32 bits", CPU},
    {"range(1e6, dtype=u64) | filter((x >> 31) % 7 == 2)", "eq residue by 7 in 64 bits", CPU},
    {"range(1e6, dtype=u32) | filter(u64(x) % 7 == 2)", "eq residue by 7 in 32 bits", CPU},
    {"range(1e6, dtype=u32) | filter(u64(x) % 0x100000001 == 2)",
     "eq residue by 4294967297 in 64 bits", CPU},
    {"range(1e6) | filter(x % 1 == 0)", "rem plain division", CPU},
    {"range(1e6) | filter(x % 7 < 2)", "rem plain division", CPU},
    {"range(1e6) | filter(x % 7 == x)", "rem plain division", CPU},
    {"range(1, 1e6) | filter(100 % x == 2)", "", CPU},
    {"range(1e6) | map(x*x) | filter(x % 7 == 2) | count()",
     "mul differences of degree 2; eq residue by 7 in 64 bits, differences of degree 2", CPU},

    {"range(9) | loop(s: s + x*x*x, init=0, while=s % 7 != 2, most=99) | map(s) | sum()",
     "ne residue by 7 in 64 bits; mul differences of degree 3", CPU},

    /* No guard against 0 and -1. */
    {"range(1e6) | map(x/3)", "div plain division", CPU},
    {"range(1e6) | map(x%-3)", "rem plain division", CPU},
    {"range(1e6) | map(x/-1)", "", CPU},
    {"range(1, 1e6) | map(100/x)", "", CPU},
    {"range(1e6, dtype=u64) | map(x/3)", "", CPU},

    /* Functions of the position: at consecutive ones, four vectors at once, at any. */
    {"uniform(7)", "call strip of 4 vectors", CPU},
    {"uniform(7) | skip(5)", "call strip of 4 vectors", CPU},
    {"uniform(7)", "call strip", GPU},
    {"permutation(100, 1)", "call strip", CPU},
    {"uniform(7) | slice(0, inf, 2)", "mul line; call each", CPU},

    /* Functions of values. */
    {"uniform(7) | filter(x > 2) | map(exp(x))", "call strip of 4 vectors / load slot; call math",
     CPU},
    {"uniform(7) | filter(x > 2) | map(exp(x))", "call strip of 4 vectors / load slot; call native",
     NATIVE},
    {"range(9) | scan(sum) | map(erfinv(f32(x)))", " / load slot; call math", NATIVE},

    /* Reads. */
    {"range(9) | scan(sum) | diff()", " / load slot; load slot", CPU},
    {"range(9) | scan(sum) | map(x - prev(x, 0))", " / load slot; load edge", CPU},
    {"range(9) | scan(sum) | map(x - lead(x, 2, 0))", " / load slot; load edge", CPU},
    {"range(9) | scan(sum) | filter(x > 2) | run_length()",
     " / load slot / load slot; load edge / load slot; load slot; load edge", CPU},
    {"ARRAY | map(x + 1)", "load memory", CPU},
    {"ARRAY | skip(1)", "load memory", CPU},
    {"ARRAY | slice(0, 3, 2)", "mul line; load gather", CPU},
    {"TWICE | map(x + 1)", "load gather; load gather", CPU},
};

static void each_value_is_made_the_cheapest_sound_way(void)
{
    for (size_t k = 0; k < sizeof form_rows / sizeof form_rows[0]; k++)
        check_plan(form_rows[k].text, form_rows[k].way, describe_forms, form_rows[k].forms);
}

/* d = 2^shift * q; q times its inverse is 1 modulo 2^bits. */
static void describe_residue(struct mr_strbuf *out, const struct mr_emitter *e)
{
    for (size_t k = 0; k < e->segment->body.count; k++) {
        const struct mr_residue *r = &e->notes[k].residue;
        if (e->notes[k].form != MR_FORM_RESIDUE) continue;
        uint64_t one = (r->divisor >> r->shift) * r->inverse;
        if (r->bits == 32) one &= UINT32_MAX;
        mr_strbuf_addf(out, "%d + %u%s%s", (int)one, r->shift,
                       r->inverse > UINT32_MAX ? ", wide" : "", r->narrows ? ", narrowed" : "");
    }
}

static void a_divisor_is_a_power_of_two_times_what_has_an_inverse(void)
{
    check_plan("range(9) | filter(x % 7 == 2)", CPU, describe_residue, "1 + 0, wide");
    check_plan("range(9) | filter(x % -96 == 2)", CPU, describe_residue, "1 + 5, wide");
    check_plan("range(9) | filter(x % 64 == 2)", CPU, describe_residue, "1 + 6");
    check_plan("range(9, dtype=u32) | filter(x % 12 == 2)", CPU, describe_residue, "1 + 2");
    check_plan("range(9, dtype=u32) | filter(u64(x) % 12 == 2)", CPU, describe_residue,
               "1 + 2, narrowed");
}

/* So that who adds a form adds a row. */
static void every_form_is_in_the_table(void)
{
    for (int form = 0; form < MR_FORM_COUNT; form++) {
        const char *name = mr_form_name((enum mr_form)form);
        bool found =
            form == MR_FORM_OPERATION || form == MR_FORM_NUMBER || form == MR_FORM_POSITION;
        for (size_t k = 0; k < sizeof form_rows / sizeof form_rows[0]; k++)
            found |= strstr(form_rows[k].forms, name) != NULL;
        if (!found) printf("\n  no row has a value that is made by: %s", name);
        CU_ASSERT_TRUE(found);
    }
}

static void describe_small(struct mr_strbuf *out, const struct mr_emitter *e)
{
    mr_strbuf_add(out, e->notes[e->segment->values[0]].is_small ? "small" : "large");
}

/* A mean adds the upper halves of integers beside them, unless 1024 of them cannot wrap. */
static void integers_are_small_where_a_leaf_of_them_cannot_wrap(void)
{
    check_plan("range(1e6) | mean()", CPU, describe_small, "small");
    check_plan("range(1e6) | map(3*x - 1) | mean()", CPU, describe_small, "small");
    check_plan("range(1e6) | map(i64(u32(x))) | mean()", CPU, describe_small, "small");
    check_plan("range(1e6) | map(u64(i32(x))) | mean()", CPU, describe_small, "small");
    check_plan("range(1e6) | map(i64(f32(x))) | mean()", CPU, describe_small, "large");
    check_plan("range(1e6) | map(x*x) | mean()", CPU, describe_small, "large");
    check_plan("range(1e15) | map(10*x) | mean()", CPU, describe_small, "large");
}

/* ---- needs ---- */

/* Operations that each kernel makes the lanes of, or reads as scalars (in brackets); " + " before
 * the second kernel's. */
static void describe_needs(struct mr_strbuf *out, const struct mr_emitter *e)
{
    for (size_t kernel = MR_FIRST_KERNEL; kernel <= MR_PACK_KERNEL; kernel++) {
        const char *before = kernel == MR_PACK_KERNEL ? " + " : "";
        for (size_t k = 0; k < e->segment->body.count; k++) {
            uint8_t needs = e->notes[k].needs[kernel];
            if (!needs) continue;
            mr_strbuf_addf(out, needs & MR_AS_LANES ? "%s%s" : "%s(%s)", before,
                           mr_ir_op_name(e->segment->body.nodes[k].op));
            before = " ";
        }
    }
}

static const struct {
    const char *text, *needs;
} needs_rows[] = {
    {"range(9)", "index"},
    {"range(9) | map(3*x + x)", "index (param) mul add"},
    {"range(9) | map(x/5)", "index const div"},
    {"range(9) | filter(x % 3 == 1)", "index (param) eq + index"},
    {"range(9) | filter(x > 3) | map(x/5)", "index param lt + index / load const div"},
    {"range(9) | filter(x > 3) | filter(x < 7) | map(x/5)",
     "index param lt param lt and + index / load const div"},
    {"range(9) | map(x*x) | filter(x % 3 == 1) | sum()", "mul (param) eq"},
    {"range(9) | map(x*x) | filter(x % 3 == 1) | map(f64(x)) | sum()", "mul (param) eq cast"},
    {"uniform(7) | filter(x > 0.5)", "(param) (param) call param lt"},
    {"uniform(7) | slice(0, inf, 3)", "(param) mul param add (param) (param) call"},
    {"range(9) | map(x*x % 7 == 2) | any()", "(param) eq"},
    {"ARRAY | skip(1) | filter(x > 3) | map(i)", "(param) load param lt + (param) load / index"},
    {"lcg(16807, 0, 2147483647, 1)", "(param) (param) (param) (param)"},
};

static void a_kernel_makes_what_it_needs_and_nothing_else(void)
{
    for (size_t k = 0; k < sizeof needs_rows / sizeof needs_rows[0]; k++)
        check_plan(needs_rows[k].text, CPU, describe_needs, needs_rows[k].needs);
}

/* ---- layout ---- */

/* Lanes, STRIP, and bits of each mask that is made. */
static void describe_layout(struct mr_strbuf *out, const struct mr_emitter *e)
{
    mr_strbuf_addf(out, "%u lanes, strip %u", e->source->width, e->strip_elems);
    for (size_t k = 0; k < e->segment->body.count; k++)
        if (e->segment->body.nodes[k].dtype == MR_BOOL && (mr_all_needs(e, k) & MR_AS_LANES))
            mr_strbuf_addf(out, ", %s %u", mr_ir_op_name(e->segment->body.nodes[k].op),
                           e->notes[k].mask_bits);
}

static const struct {
    const char *text, *layout;
    enum way way;
} layout_rows[] = {
    {"range(9)", "8 lanes, strip 8", CPU},
    {"range(9)", "2 lanes, strip 2", GPU},
    {"range(9, dtype=i32)", "8 lanes, strip 8", CPU},
    {"squares(7)", "16 lanes, strip 16", CPU},
    {"philox(7)", "16 lanes, strip 64", CPU},
    {"philox(7)", "4 lanes, strip 4", GPU},
    {"philox(7) | filter(x % 7 == 3)", "16 lanes, strip 64, eq 32", CPU},
    {"philox(7) | map(y: x, z: f64(x)) | filter(y > 3 && z > 7)",
     "8 lanes, strip 32, lt 32, lt 64, and 64", CPU},
    {"philox(7) | map(i64(x % 7 == 3))", "8 lanes, strip 32, eq 32", CPU},
    {"range(9) | filter(x > 2) | sum()", "8 lanes, strip 128, lt 64", CPU},
    {"range(9) | map(x*x % 7 == 2) | any()", "8 lanes, strip 128, eq 64", CPU},
    {"range(9, dtype=u32) | filter(u64(x) % 7 == 2)", "8 lanes, strip 8, eq 32", CPU},
    {"range(9) | loop(s: s + x, init=0, while=s < 7, most=99) | map(s) | sum()",
     "8 lanes, strip 32, lt 64, loop 64", CPU},
    {"range(9) | scan(sum)", "8 lanes, strip 16", CPU},
    {"range(9) | window(3, sum)", "8 lanes, strip 8", CPU},
    {"range(9) | sum()", "8 lanes, strip 128", CPU},
    {"uniform(7) | map(sin(x + 1) + cos(x - 1) + exp(x*2) + log(x + 4) + tan(x + 5)) | sum()",
     "8 lanes, strip 32", CPU},
    {"range(9) | map((x + 1)/2 + (x + 3)/4 + (x + 5)/6 + (x + 7)/8) | sum()", "8 lanes, strip 32",
     CPU},
    {"fibonacci(mod=7)", "8 lanes, strip 8", CPU},
};

static void vectors_are_as_wide_as_the_widest_value_that_is_made(void)
{
    for (size_t k = 0; k < sizeof layout_rows / sizeof layout_rows[0]; k++)
        check_plan(layout_rows[k].text, layout_rows[k].way, describe_layout, layout_rows[k].layout);
}

SUITE(passes,
      {"each_value_is_made_the_cheapest_sound_way", each_value_is_made_the_cheapest_sound_way},
      {"a_divisor_is_a_power_of_two_times_what_has_an_inverse",
       a_divisor_is_a_power_of_two_times_what_has_an_inverse},
      {"every_form_is_in_the_table", every_form_is_in_the_table},
      {"integers_are_small_where_a_leaf_of_them_cannot_wrap",
       integers_are_small_where_a_leaf_of_them_cannot_wrap},
      {"a_kernel_makes_what_it_needs_and_nothing_else",
       a_kernel_makes_what_it_needs_and_nothing_else},
      {"vectors_are_as_wide_as_the_widest_value_that_is_made",
       vectors_are_as_wide_as_the_widest_value_that_is_made});
