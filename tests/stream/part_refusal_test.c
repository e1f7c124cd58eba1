/* What is no partial, or does not belong with another, is refused and says why. */
#include <string.h>

#include "part_bytes.h"

static void what_does_not_belong_together_is_said(void)
{
    static const char text[] = "range(10000) | sum()";
    struct part_bytes parts[] = {part_of_text(text, 0, 4096), part_of_text(text, 3072, 10000),
                                 part_of_text("range(10001) | sum()", 4096, 10001),
                                 part_of_text("range(10000) | max()", 4096, 10000)};
    static const struct {
        size_t a, b;
        const char *says;
    } cases[] = {
        {0, 0, "positions 0 to 4095 are in partial 1 and in partial 2"},
        {0, 1, "positions 3072 to 4095 are in partial 1 and in partial 2"},
        {1, 0, "positions 3072 to 4095 are in partial 2 and in partial 1"},
        {0, 2, "partial 2 is of another pipeline than partial 1: range(0, 10001) | sum()"},
        {3, 0, "partial 2 is of another pipeline than partial 1: range(0, 10000) | sum()"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct part_bytes two[] = {parts[cases[k].a], parts[cases[k].b]}, all = {NULL, 0};
        mr_error err;
        part_refused(part_merge(&all, two, 2, &err), MR_E_STATE, &err, cases[k].says);
        CU_ASSERT_PTR_NULL(all.at);
    }
    part_release(parts, 4);
}

static void missing_positions_are_told(void)
{
    static const char text[] = "range(10000) | sum()";
    struct part_bytes parts[] = {part_of_text(text, 1024, 2048), part_of_text(text, 4096, 8192)};
    struct part_bytes all = part_merged(parts, 2);
    mr_error err;
    mr_seq *out;
    part_refused(mr_partial_finish(&out, all.at, all.size, &err), MR_E_STATE, &err,
                 "positions 0 to 1023, 2048 to 4095, 8192 to 9999 of 10000 are missing");
    CU_ASSERT_PTR_NULL(out);
    part_release(parts, 2);
    part_release(&all, 1);
}

static void flips_cuts_and_other_versions_are_refused(void)
{
    struct part_bytes part = part_of_text("gen(sin(i), 5000) | var()", 1024, 4096), all;
    unsigned char *bytes = part.at;
    mr_error err;
    for (size_t k = 0; k < part.size; k++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes[k] ^= (unsigned char)(1U << bit);
            CU_ASSERT_EQUAL(part_merge(&all, &part, 1, NULL), MR_E_FORMAT);
            bytes[k] ^= (unsigned char)(1U << bit);
        }
    for (size_t cut = 0; cut < part.size; cut++) {
        struct part_bytes some = {part.at, cut};
        CU_ASSERT_EQUAL(part_merge(&all, &some, 1, NULL), MR_E_FORMAT);
    }
    bytes[8] = 3;
    part_refused(part_merge(&all, &part, 1, &err), MR_E_FORMAT, &err, "partial 1 has format 3");
    part_release(&part, 1);
}

static void what_has_no_partials_names_a_way_out(void)
{
    static const struct {
        const char *text;
        mr_status status;
        const char *says, *way_out;
    } cases[] = {
        {"range(10)", MR_E_STATE, "range: partials are of terminals", "shard(k, n)"},
        {"range(10) | fold(h: h + x, init=0)", MR_E_STATE, "variables of one's own", "map()"},
        {"count() | sum()", MR_E_NOT_SEEKABLE, "count: it has no end", "take(n)"},
        {"range(10) | filter(x > 3) | take(2) | sum()", MR_E_NOT_SEEKABLE,
         "filter: how many elements it gives", "before them"},
        {"range(10) | filter(x > 3) | map(x + i) | sum()", MR_E_NOT_SEEKABLE, "filter:", "before"},
        {"stdin(i64) | sum()", MR_E_NOT_SEEKABLE, "stdin: how many elements", "read()"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        mr_seq *seq = rig_parse(cases[k].text);
        struct part_bytes part;
        mr_error err;
        part_refused(part_make(&part, seq, &part_host, 0, 2, &err), cases[k].status, &err,
                     cases[k].says);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, cases[k].way_out));
        mr_seq_release(&seq);
    }
}

static void memory_of_this_process_has_none(void)
{
    static const double memory[] = {1, 2, 3};
    const mr_array array = {.dtype = MR_F64, .data = memory};
    mr_seq *source = NULL;
    struct part_bytes part;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&source, &array, 1, 3, NULL), MR_OK);
    mr_seq *seq = rig_pipe(source, "sum()");
    part_refused(part_make(&part, seq, &part_host, 0, 1, &err), MR_E_STATE, &err,
                 "memory of this process");
    mr_seq_release(&seq);
    mr_seq_release(&source);
}

SUITE(part_refusal,
      {"what_does_not_belong_together_is_said", what_does_not_belong_together_is_said},
      {"missing_positions_are_told", missing_positions_are_told},
      {"flips_cuts_and_other_versions_are_refused", flips_cuts_and_other_versions_are_refused},
      {"what_has_no_partials_names_a_way_out", what_has_no_partials_names_a_way_out},
      {"memory_of_this_process_has_none", memory_of_this_process_has_none}, NOTHING_IS_LEFT_BEHIND);
