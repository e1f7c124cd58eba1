#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "base/memory.h"
#include "ir/seq.h"
#include "suite.h"

#define ARGS(...) (mr_arg[]){__VA_ARGS__}, sizeof(mr_arg[]){__VA_ARGS__} / sizeof(mr_arg)

static void calls_describe_what_text_describes(void)
{
    mr_seq *range, *map, *zip, *text;
    CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&range, "range", NULL, ARGS(mr_int(0), mr_uint(10)), NULL),
                          MR_OK);
    CU_ASSERT_EQUAL_FATAL(
        mr_seq_apply(&map, "map", range,
                     ARGS(mr_named("s", mr_expr("x + 1")), mr_named("d", mr_expr("x * 0.5"))),
                     NULL),
        MR_OK);
    CU_ASSERT_EQUAL_FATAL(
        mr_seq_apply(&zip, "zip", NULL, ARGS(mr_input(map), mr_named("n", mr_input(range))), NULL),
        MR_OK);
    CU_ASSERT_EQUAL_FATAL(
        mr_seq_parse(&text, "zip(range(0, 10) | map(s: x + 1, d: x * 0.5), n: range(0, 10))", NULL),
        MR_OK);
    CU_ASSERT_EQUAL(zip->length.most, text->length.most);
    CU_ASSERT_EQUAL_FATAL(mr_seq_column_count(zip), mr_seq_column_count(text));
    for (size_t k = 0; k < mr_seq_column_count(zip); k++) {
        CU_ASSERT_STRING_EQUAL(mr_seq_column_name(zip, k), mr_seq_column_name(text, k));
        CU_ASSERT_EQUAL(mr_seq_column_dtype(zip, k), mr_seq_column_dtype(text, k));
    }
    mr_seq_release(&range);
    mr_seq_release(&map);
    mr_seq_release(&zip);
    mr_seq_release(&text);
}

static void numbers_arrive_as_given(void)
{
    const struct {
        mr_arg arg;
        mr_dtype dtype;
    } rows[] = {
        {mr_int(INT64_MIN), MR_I64},
        {mr_uint(UINT64_MAX), MR_U64},
        {mr_real(-0.1), MR_F64},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *seq;
        mr_error err = {.status = MR_OK};
        mr_arg both[] = {rows[k].arg, mr_named("dtype", mr_expr(mr_dtype_name(rows[k].dtype)))};
        CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&seq, "repeat", NULL, both, 2, &err), MR_OK);
        CU_ASSERT_EQUAL(mr_seq_column_dtype(seq, 0), rows[k].dtype);
        const struct mr_number *number = &seq->args[0].number;
        CU_ASSERT_EQUAL(number->is_real, rows[k].dtype == MR_F64);
        CU_ASSERT_EQUAL(number->is_negative, rows[k].dtype == MR_I64);
        CU_ASSERT_EQUAL(number->value.u64, rows[k].arg.number.u64);
        mr_seq_release(&seq);
    }
}

static mr_status apply(mr_error *err, const char *op, bool behind_count, const mr_arg args[],
                       size_t count)
{
    mr_seq *input = NULL, *seq = NULL;
    if (behind_count) CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&input, "count()", NULL), MR_OK);
    mr_status st = mr_seq_apply(&seq, op, input, args, count, err);
    if (st) CU_ASSERT_PTR_NULL(seq);
    mr_seq_release(&seq);
    mr_seq_release(&input);
    return st;
}

static void wrong_calls_are_refused_with_the_text_quoted(void)
{
    mr_seq *sum;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&sum, "range(3) | sum()", NULL), MR_OK);
    const struct {
        const char *op;
        bool behind_count;
        mr_arg args[2];
        size_t count;
        mr_status status;
        const char *part;
    } rows[] = {
        {"mop", true, {mr_expr("x")}, 1, MR_E_NAME, "unknown stage 'mop'"},
        {"map", false, {mr_expr("x")}, 1, MR_E_SYNTAX, "needs a sequence before it"},
        {"range", true, {mr_int(3)}, 1, MR_E_SYNTAX, "can only stand first"},
        {"map", true, {mr_expr("x*")}, 1, MR_E_SYNTAX, "map: in 'x*': expected an operand"},
        {"map", true, {mr_expr("")}, 1, MR_E_SYNTAX, "map: in '': expected an operand"},
        {"map", true, {mr_expr("x y")}, 1, MR_E_SYNTAX, "map: in 'x y': expected an operator"},
        {"map",
         true,
         {mr_expr("x"), mr_expr("x+y")},
         2,
         MR_E_NAME,
         "map: in 'x+y': unknown column 'y'"},
        {"map",
         true,
         {mr_expr("z+1"), mr_expr("x")},
         2,
         MR_E_NAME,
         "map: in 'z+1': unknown column 'z'"},
        {"map", true, {mr_named("", mr_expr("x"))}, 1, MR_E_NAME, "column's name is empty"},
        {"take", true, {mr_int(-3)}, 1, MR_E_VALUE, "take: n=-3 must not be negative"},
        {"take", true, {mr_real(1.5)}, 1, MR_E_VALUE, "take: n=1.5 must be an integer"},
        {"take", true, {mr_uint(UINT64_MAX)}, 1, MR_E_VALUE, "must be in [0, 2^63-1]"},
        {"take", true, {mr_text("3")}, 1, MR_E_TYPE, "take: n must be a number"},
        {"take", true, {mr_int(1), mr_int(2)}, 2, MR_E_ARITY, "takes 1 argument at most"},
        {"take", true, {mr_named("m", mr_int(2))}, 1, MR_E_NAME, "unknown parameter 'm'"},
        {"take", true, {mr_input(sum)}, 1, MR_E_TYPE, "take: n cannot be a sequence"},
        {"take", true, {mr_expr(NULL)}, 1, MR_E_VALUE, "take: n has no value"},
        {"take", true, {{0}}, 1, MR_E_VALUE, "take: n has no value"},
        {"take", true, {{0}}, 0, MR_E_ARITY, "take: n is missing"},
        {"window", true, {mr_int(0), mr_expr("sum")}, 2, MR_E_VALUE, "window: k=0"},
        {"scan", true, {mr_expr("summ")}, 1, MR_E_NAME, "scan: in 'summ': unknown"},
        {"zip", false, {mr_input(sum)}, 1, MR_E_SYNTAX, "cannot end in 'sum'"},
        {"zip", false, {mr_input(NULL)}, 1, MR_E_VALUE, "has no value"},
        {"zip", false, {mr_expr("range(3)")}, 1, MR_E_TYPE, "must be sequences"},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_error err = {.status = MR_OK};
        mr_status st = apply(&err, rows[k].op, rows[k].behind_count, rows[k].args, rows[k].count);
        CU_ASSERT_EQUAL(st, rows[k].status);
        CU_ASSERT_EQUAL(err.column, 0);
        CU_ASSERT_NOT_EQUAL(err.hint[0], 0);
        bool is_named = strstr(err.message, rows[k].part) != NULL;
        if (!is_named) printf("\n  row %zu: %s\n", k, err.message);
        CU_ASSERT_TRUE(is_named);
    }
    mr_seq_release(&sum);
}

static void no_places_are_kept_of_texts_that_are_gone(void)
{
    mr_seq *count, *map;
    CU_ASSERT_EQUAL_FATAL(mr_seq_apply(&count, "count", NULL, NULL, 0, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(
        mr_seq_apply(&map, "map", count, ARGS(mr_expr("x"), mr_expr("1 + abs(x)")), NULL), MR_OK);
    for (size_t k = 0; k < map->expr_count; k++) CU_ASSERT_EQUAL(map->exprs[k]->span.column, 0);
    CU_ASSERT_EQUAL(map->exprs[1]->args[1]->args[0]->span.column, 0);
    CU_ASSERT_EQUAL(map->args[0].span.column, 0);
    mr_seq_release(&map);
    mr_seq_release(&count);
}

static void a_chain_reports_its_first_failure_at_the_end(void)
{
    mr_seq *seq;
    mr_error err = {.status = MR_OK};
    mr_builder *b = mr_builder_create();
    mr_builder_apply(b, "count", NULL, 0);
    mr_builder_apply(b, "map", ARGS(mr_expr("x*x")));
    mr_builder_pipe(b, "filter(x % 2 == 0) | take(3)");
    CU_ASSERT_EQUAL_FATAL(mr_builder_finish(&seq, &b, &err), MR_OK);
    CU_ASSERT_PTR_NULL(b);
    CU_ASSERT_EQUAL(seq->stage_count, 4);

    b = mr_builder_create();
    mr_builder_from(b, seq);
    mr_builder_apply(b, "take", ARGS(mr_int(-1)));
    mr_builder_apply(b, "no_such_operator", NULL, 0);
    mr_builder_from(b, seq);
    mr_seq *none = seq;
    CU_ASSERT_EQUAL(mr_builder_finish(&none, &b, &err), MR_E_VALUE);
    CU_ASSERT_PTR_NULL(none);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "n=-1"));
    mr_seq_release(&seq);
}

static void builders_refuse_what_makes_no_sequence(void)
{
    mr_seq *seq;
    mr_builder *b = mr_builder_create();
    CU_ASSERT_EQUAL(mr_builder_finish(&seq, &b, NULL), MR_E_STATE);
    b = mr_builder_create();
    mr_builder_from(b, NULL);
    CU_ASSERT_EQUAL(mr_builder_finish(&seq, &b, NULL), MR_E_VALUE);
    b = mr_builder_create();
    mr_builder_pipe(b, "range(3)");
    mr_builder_pipe(b, NULL);
    CU_ASSERT_EQUAL(mr_builder_finish(&seq, &b, NULL), MR_E_VALUE);
    CU_ASSERT_PTR_NULL(seq);

    mr_builder_from(NULL, NULL);
    mr_builder_apply(NULL, "count", NULL, 0);
    mr_builder_pipe(NULL, "sum()");
    b = NULL;
    CU_ASSERT_EQUAL(mr_builder_finish(&seq, &b, NULL), MR_E_NO_MEMORY);
}

static void sequences_answer_for_themselves(void)
{
    mr_seq *seq;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, "range(10) | map(a: x, b: x > 1)", NULL), MR_OK);
    int64_t count;
    CU_ASSERT_EQUAL(mr_seq_length(seq, &count), MR_LENGTH_KNOWN);
    CU_ASSERT_EQUAL(count, 10);
    CU_ASSERT_EQUAL(mr_seq_column_count(seq), 2);
    CU_ASSERT_STRING_EQUAL(mr_seq_column_name(seq, 1), "b");
    CU_ASSERT_EQUAL(mr_seq_column_dtype(seq, 1), MR_BOOL);
    CU_ASSERT_PTR_NULL(mr_seq_column_name(seq, 2));
    CU_ASSERT_EQUAL(mr_seq_column(seq, "b"), 1);
    CU_ASSERT_EQUAL(mr_seq_column(seq, "x"), -1);
    mr_seq_release(&seq);
    mr_seq_release(&seq);

    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, "count()", NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_seq_length(seq, &count), MR_LENGTH_ENDLESS);
    mr_seq_release(&seq);
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, "range(9) | filter(x > 1)", NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_seq_length(seq, &count), MR_LENGTH_UNKNOWN);
    CU_ASSERT_EQUAL(count, 9);
    mr_seq_release(&seq);
}

static void every_operator_is_listed_with_its_call(void)
{
    mr_op_info info;
    mr_error err = {.status = MR_OK};
    size_t count = 0, counts_named_count = 0;
    for (; mr_op_describe(&info, count, &err) == MR_OK; count++) {
        CU_ASSERT_TRUE(strncmp(info.signature, info.name, strlen(info.name)) == 0);
        CU_ASSERT_EQUAL(info.signature[strlen(info.signature) - 1], ')');
        CU_ASSERT_TRUE(info.brief && info.brief[0]);
        mr_seq *seq = NULL;
        CU_ASSERT_PTR_NOT_NULL_FATAL(info.example);
        mr_status st = mr_seq_parse(&seq, info.example, NULL);
        if (st && st != MR_E_IO) printf("\n  %s: %s\n", info.name, info.example);
        CU_ASSERT_TRUE(st == MR_OK ||
                       st == MR_E_IO); /* an example may name a file of the reader's */
        mr_seq_release(&seq);
        if (strcmp(info.name, "count") == 0) counts_named_count++;
        if (strcmp(info.name, "take") == 0) CU_ASSERT_STRING_EQUAL(info.signature, "take(n)");
        if (strcmp(info.name, "sum") == 0) CU_ASSERT_STRING_EQUAL(info.role, "terminal");
    }
    CU_ASSERT_TRUE(count > 30);
    CU_ASSERT_EQUAL(counts_named_count, 2);
    CU_ASSERT_EQUAL(err.status, MR_E_VALUE);
}

/* Builds and frees one sequence by every way in. */
static mr_status build_all(mr_error *err)
{
    mr_seq *seq = NULL;
    mr_builder *b = mr_builder_create();
    mr_builder_pipe(b, "zip(a: range(0, 1e3) | map(x*x), b: count(step=2)) | filter(a % 7 == b)");
    mr_builder_apply(b, "map", ARGS(mr_named("s", mr_expr("abs(a) + b")), mr_expr("a ? b : -a")));
    mr_builder_apply(b, "take", ARGS(mr_int(12)));
    mr_builder_apply(b, "chunk", ARGS(mr_int(3), mr_expr("sum")));
    mr_status st = mr_builder_finish(&seq, &b, err);
    mr_seq_release(&seq);
    return st;
}

static void a_failed_allocation_anywhere_leaves_nothing_behind(void)
{
    size_t live_bytes = mr_memory_live_bytes();
    mr_status st = MR_E_NO_MEMORY;
    uint64_t nth = 0;
    while (st == MR_E_NO_MEMORY && nth < 10000) {
        mr_error err = {.status = MR_OK};
        mr_memory_fail_at(++nth, false);
        st = build_all(&err);
        mr_memory_fail_at(0, false);
        CU_ASSERT_EQUAL(err.status, st);
        CU_ASSERT_EQUAL_FATAL(mr_memory_live_bytes(), live_bytes);
    }
    CU_ASSERT_EQUAL(st, MR_OK);
    CU_ASSERT_TRUE(nth > 50);
}

SUITE(builder, {"calls_describe_what_text_describes", calls_describe_what_text_describes},
      {"numbers_arrive_as_given", numbers_arrive_as_given},
      {"wrong_calls_are_refused_with_the_text_quoted",
       wrong_calls_are_refused_with_the_text_quoted},
      {"no_places_are_kept_of_texts_that_are_gone", no_places_are_kept_of_texts_that_are_gone},
      {"a_chain_reports_its_first_failure_at_the_end",
       a_chain_reports_its_first_failure_at_the_end},
      {"builders_refuse_what_makes_no_sequence", builders_refuse_what_makes_no_sequence},
      {"sequences_answer_for_themselves", sequences_answer_for_themselves},
      {"every_operator_is_listed_with_its_call", every_operator_is_listed_with_its_call},
      {"a_failed_allocation_anywhere_leaves_nothing_behind",
       a_failed_allocation_anywhere_leaves_nothing_behind});
