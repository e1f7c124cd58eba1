/* Who owns what a sequence reads: told once when nothing reads it any more. */
#include <millrace/millrace.h>
#include <string.h>

#include "suite.h"

static const int64_t numbers[3] = {1, 2, 3};

static void count_release(void *owner)
{
    ++*(int *)owner;
}

static int give_nothing(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    (void)user, (void)first, (void)count, (void)columns;
    *got = 0;
    return 0;
}

static mr_seq *of_arrays(int *first, int *second)
{
    const mr_array arrays[] = {
        {.dtype = MR_I64, .data = numbers, .release = count_release, .owner = first},
        {.dtype = MR_I64, .data = numbers, .release = count_release, .owner = second}};
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&seq, arrays, 2, 3, NULL), MR_OK);
    return seq;
}

static mr_seq *of_callback(int *user)
{
    const mr_callback_params params = {.fill = give_nothing,
                                       .user = user,
                                       .column_count = 1,
                                       .dtypes = {MR_I64},
                                       .release = count_release};
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_callback(&seq, &params, NULL), MR_OK);
    return seq;
}

/* Sequences that were made of it and streams over those hold it too. */
static void memory_is_released_once_and_last(void)
{
    int released[3] = {0};
    mr_seq *seqs[] = {of_arrays(&released[0], &released[1]), of_callback(&released[2])};
    const mr_stream_params host = {.engine = MR_ENGINE_HOST};
    for (size_t k = 0; k < 2; k++) {
        mr_seq *longer = NULL;
        mr_stream *s = NULL;
        CU_ASSERT_EQUAL_FATAL(mr_seq_pipe(&longer, seqs[k], "map(x0: 1)", NULL), MR_OK);
        CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s, longer, &host, NULL), MR_OK);
        mr_seq *kept = mr_seq_retain(longer);
        CU_ASSERT_PTR_EQUAL(kept, longer);
        mr_seq_release(&seqs[k]);
        mr_seq_release(&longer);
        mr_seq_release(&kept);
        CU_ASSERT_EQUAL(released[0] + released[1] + released[2], k ? 2 : 0);
        mr_stream_close(&s);
        CU_ASSERT_EQUAL(released[0] + released[1] + released[2], k ? 3 : 2);
    }
    for (size_t k = 0; k < 3; k++) CU_ASSERT_EQUAL(released[k], 1);
}

static void a_retained_sequence_outlives_its_first_reference(void)
{
    int released[2] = {0};
    mr_seq *seq = of_arrays(&released[0], &released[1]), *second = mr_seq_retain(seq);
    mr_seq_release(&seq);
    CU_ASSERT_EQUAL(released[0], 0);
    CU_ASSERT_EQUAL(mr_seq_column_count(second), 2);
    mr_seq_release(&second);
    CU_ASSERT_TRUE(released[0] == 1 && released[1] == 1);
}

/* What was not taken over stays the caller's. */
static void after_a_failure_nothing_is_released(void)
{
    int released = 0;
    const mr_array twice[] = {{.name = "a",
                               .dtype = MR_I64,
                               .data = numbers,
                               .release = count_release,
                               .owner = &released},
                              {.name = "a",
                               .dtype = MR_I64,
                               .data = numbers,
                               .release = count_release,
                               .owner = &released}};
    const mr_callback_params odd = {.fill = give_nothing,
                                    .user = &released,
                                    .column_count = 2,
                                    .dtypes = {MR_I64},
                                    .release = count_release};
    mr_seq *seq = NULL;
    CU_ASSERT_EQUAL(mr_seq_from_array(&seq, twice, 2, 3, NULL), MR_E_NAME);
    CU_ASSERT_EQUAL(mr_seq_from_callback(&seq, &odd, NULL), MR_E_VALUE);
    CU_ASSERT_EQUAL(released, 0);
    CU_ASSERT_PTR_NULL(seq);
}

static void an_abandoned_builder_lets_go(void)
{
    int released[2] = {0};
    mr_seq *seq = of_arrays(&released[0], &released[1]);
    mr_builder *b = mr_builder_create();
    mr_builder_from(b, seq);
    mr_builder_pipe(b, "map(x0)");
    mr_seq_release(&seq);
    CU_ASSERT_EQUAL(released[0], 0);
    mr_builder_destroy(&b);
    CU_ASSERT_PTR_NULL(b);
    CU_ASSERT_EQUAL(released[0], 1);
}

SUITE(release, {"memory_is_released_once_and_last", memory_is_released_once_and_last},
      {"a_retained_sequence_outlives_its_first_reference",
       a_retained_sequence_outlives_its_first_reference},
      {"after_a_failure_nothing_is_released", after_a_failure_nothing_is_released},
      {"an_abandoned_builder_lets_go", an_abandoned_builder_lets_go});
