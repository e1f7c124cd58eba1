#include "ir/lowered_text.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/body_run.h"
#include "ir/op.h"
#include "lang/expression.h"
#include "suite.h"

static const struct mr_column columns[] = {
    {"b", MR_BOOL}, {"s", MR_I32}, {"u", MR_U32}, {"l", MR_I64},
    {"w", MR_U64},  {"f", MR_F32}, {"d", MR_F64}, {"z", MR_I64},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static mr_scalar column_value(size_t k)
{
    const mr_scalar values[COLUMNS] = {
        {.u64 = 1},          {.i64 = -7},           {.u64 = 3000000000}, {.i64 = -9},
        {.u64 = UINT64_MAX}, {.f64 = (double)0.1f}, {.f64 = 2.5},        {.i64 = 0},
    };
    return values[k];
}

static const struct mr_op op = {.name = "map"};
const struct mr_seq lowered_owner = {.op = &op};

void lower_text(struct lowered *out, const char *text)
{
    *out = (struct lowered){.value = IR_NONE};
    out->status = mr_parse_whole(&out->expr, text, false, LOWERED_BASE, &out->err);
    if (out->status != MR_OK) return;
    ir_value values[COLUMNS];
    struct mr_lowering l = {.body = &out->body, .guard = IR_NONE, .keep = IR_NONE};
    for (size_t k = 0; k < COLUMNS; k++)
        values[k] = mr_ir_param(&out->body, columns[k].dtype, column_value(k), &columns[k]);
    const struct mr_scope scope = {.owner = &lowered_owner,
                                   .columns = columns,
                                   .column_count = COLUMNS,
                                   .values = values,
                                   .position = mr_ir_index(&out->body)};
    out->status = mr_lower_expr(&l, &scope, out->expr, &out->value, &out->err);
    if (out->status == MR_OK) out->status = mr_body_status(&out->body, &out->err);
}

void free_lowered(struct lowered *lowered)
{
    mr_body_free(&lowered->body);
    mr_expr_destroy(&lowered->expr);
}

void format_scalar(char out[MR_NUMBER_TEXT_BYTES], mr_dtype dtype, mr_scalar value)
{
    union {
        uint8_t b;
        int32_t i;
        uint32_t u;
        float f;
        mr_scalar s;
    } stored = {.s = value};
    if (dtype == MR_BOOL) stored.b = value.u64 != 0;
    if (dtype == MR_I32) stored.i = (int32_t)value.i64;
    if (dtype == MR_U32) stored.u = (uint32_t)value.u64;
    if (dtype == MR_F32) stored.f = (float)value.f64;
    (void)mr_format_number(out, dtype, &stored);
}

static void assert_value(const struct value_row *row)
{
    struct lowered lowered;
    struct body_run run = {.position = LOWERED_POSITION};
    char text[MR_NUMBER_TEXT_BYTES] = "";
    lower_text(&lowered, row->text);
    CU_ASSERT_EQUAL(lowered.status, MR_OK);
    if (lowered.status == MR_OK) {
        body_run(&run, &lowered.body);
        mr_dtype dtype = mr_ir_dtype(&lowered.body, lowered.value);
        format_scalar(text, dtype, run.values[lowered.value]);
        CU_ASSERT_EQUAL(dtype, row->dtype);
        CU_ASSERT_EQUAL(run.failure, row->failure);
        CU_ASSERT_PTR_NULL(run.unknown);
    }
    if (row->value) {
        if (strcmp(text, row->value) != 0)
            printf("\n  %.60s: wanted %s, got %s %s\n", row->text, row->value, text,
                   lowered.err.message);
        CU_ASSERT_STRING_EQUAL(text, row->value);
    }
    mr_free(run.values);
    free_lowered(&lowered);
}

void assert_values(const struct value_row rows[], size_t count)
{
    for (size_t k = 0; k < count; k++) assert_value(&rows[k]);
}
