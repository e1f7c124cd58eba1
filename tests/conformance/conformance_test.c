/* Every operator's known answers and example, from the operator table: a new operator needs no line
 * here. The examples also run against the model where it knows the operator. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "delivery.h"
#include "io/number.h"
#include "ir/op.h"
#include "pattern.h"
#include "suite.h"

extern bool tests_small;

static const mr_engine_choice engines[] = {MR_ENGINE_HOST, MR_ENGINE_OPENCL};

/* The elements as known answers are written: columns by commas, elements by spaces. */
static void write_answer(char *out, size_t size, const struct model_result *result)
{
    size_t length = 0, rows = result->columns ? result->column[0].len : 0;
    out[0] = '\0';
    for (size_t k = 0; k < rows && length + MR_NUMBER_TEXT_BYTES + 2 < size; k++)
        for (size_t c = 0; c < result->columns; c++) {
            const struct model_column *column = &result->column[c];
            if (k || c) out[length++] = c ? ',' : ' ';
            length +=
                mr_format_number(out + length, column->dtype,
                                 (const char *)column->data + k * mr_dtype_size(column->dtype));
        }
}

static bool can_run(const char *pipeline, struct run run)
{
    mr_seq *seq;
    if (run.engine == MR_ENGINE_HOST || mr_seq_parse(&seq, pipeline, NULL) != MR_OK) return true;
    bool can = can_be_checked(seq);
    mr_seq_release(&seq);
    return can;
}

static void check_known(const struct mr_known *known, struct run run)
{
    char answer[4096] = "";
    struct model_result got;
    if (!can_run(known->pipeline, run)) return;
    bool right = deliver_text(&got, known->pipeline, run, 200);
    if (right) write_answer(answer, sizeof answer, &got);
    right = right && !got.failed && strcmp(answer, known->answer) == 0;
    if (!right)
        printf("\n  %s (%s)\n    expected %s\n    got      %s %s %s\n", known->pipeline,
               run_name(run), known->answer, answer, got.failure, got.message);
    CU_ASSERT_TRUE(right);
    model_free(&got);
}

static void check_known_answers(mr_engine_choice engine)
{
    enum { ROWS = sizeof mr_ops[0]->known / sizeof mr_ops[0]->known[0] };
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        /* What is fed by the world outside may have none. */
        CU_ASSERT_TRUE(op->feed || op->is_internal || op->known[0].pipeline);
        size_t rows = tests_small ? 2 : ROWS;
        for (size_t row = 0; row < rows && op->known[row].pipeline; row++) {
            check_known(&op->known[row],
                        (struct run){engine, tests_small ? 100 : 65536, 2, .staged = false});
            if (!tests_small)
                check_known(&op->known[row], (struct run){engine, 1, 3, .staged = false});
        }
    }
}

static void known_answers_on_the_host_engine(void)
{
    check_known_answers(MR_ENGINE_HOST);
}

static void known_answers_on_the_opencl_engine(void)
{
    check_known_answers(MR_ENGINE_OPENCL);
}

static void check_example(const char *example)
{
    enum { MOST = 100 };
    struct model_result expected, got = {0};
    char difference[256] = "";
    bool modelled = model_run(&expected, example, MOST);
    for (size_t k = 0; k < sizeof engines / sizeof engines[0]; k++) {
        struct run run = {engines[k], 64, 2, .staged = false};
        if (!can_run(example, run)) continue;
        struct model_result *into = modelled ? &got : &expected;
        bool same = deliver_text(into, example, run, MOST);
        if (!same)
            (void)snprintf(difference, sizeof difference, "%s", into->message);
        else if (modelled)
            same = same_elements(difference, sizeof difference, &expected, 0, &got);
        modelled = true; /* the host engine's answer stands for a model that has none */
        if (!same) printf("\n  %s (%s)\n    %s\n", example, run_name(run), difference);
        CU_ASSERT_TRUE(same);
        model_free(&got);
    }
    model_free(&expected);
}

static void examples_give_the_same_on_both_engines(void)
{
    for (size_t k = 0; k < mr_ops_count; k++) {
        mr_error err;
        mr_seq *seq;
        const char *example = mr_ops[k]->example;
        if (mr_ops[k]->is_internal) continue;
        CU_ASSERT_PTR_NOT_NULL_FATAL(example);
        /* An example that reads a file of the reader's has nothing to read here. */
        if (strstr(example, "read(") || strstr(example, "stdin(")) continue;
        mr_status st = mr_seq_parse(&seq, example, &err);
        CU_ASSERT_EQUAL(st, MR_OK);
        if (st == MR_OK) check_example(example);
        mr_seq_release(&seq);
    }
}

/* What oclgrind is to see besides: each kind of kernel on columns of all dtypes. */
static void each_kind_of_kernel_on_every_dtype(void)
{
    static const char *const stages[] = {
        "slice(1, M, 3)",
        "filter(i % 3 != 1)",
        "take_while(i < M)",
        "drop_while(i < K)",
        "scan(sum)",
        "scan(max)",
        "window(5, sum)",
        "window(4, min)",
        "chunk(7, sum)",
        "diff() | sum()",
        "var()",
        "argmax()",
        "filter(i % 3 != 1) | mean()",
        "filter(a) | chunk(100, max)",
        "map(g) | hist(9, -100, 300)",
        "filter(d / (d + 1) == 0 || 7 / (i - 1000) > 3)",
        "map(d / (b - 7), floordiv(d, d | 1))",
    };
    for (size_t k = 0; k < sizeof stages / sizeof stages[0]; k++)
        check_joined(every_dtype, stages[k]);
}

SUITE(conformance, {"known_answers_on_the_host_engine", known_answers_on_the_host_engine},
      {"known_answers_on_the_opencl_engine", known_answers_on_the_opencl_engine},
      {"examples_give_the_same_on_both_engines", examples_give_the_same_on_both_engines},
      {"each_kind_of_kernel_on_every_dtype", each_kind_of_kernel_on_every_dtype});
