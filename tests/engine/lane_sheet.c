#include "lane_sheet.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/lane_loops.h"
#include "suite.h"

void sheet_open(struct sheet *sheet, mr_dtype x, mr_dtype y, mr_dtype z)
{
    *sheet = (struct sheet){.results = mr_alloc(SHEET_LANES, 8), .dtypes = {x, y, z}};
    CU_ASSERT_PTR_NOT_NULL_FATAL(sheet->results);
    for (int c = 0; c < 3; c++) {
        sheet->columns[c] = mr_alloc(SHEET_LANES, 8);
        CU_ASSERT_PTR_NOT_NULL_FATAL(sheet->columns[c]);
    }
}

void sheet_close(struct sheet *sheet)
{
    for (int c = 0; c < 3; c++) mr_free(sheet->columns[c]);
    mr_free(sheet->results);
}

void sheet_put(struct sheet *sheet, int column, size_t lane, mr_scalar value)
{
    mr_dtype dtype = sheet->dtypes[column];
    mr_lane_put(sheet->columns[column] + lane * mr_dtype_size(dtype), dtype, value);
}

bool sheet_run_body(struct sheet *sheet, struct ir_body *body, ir_value value)
{
    struct mr_lanes *lanes;
    mr_error err;
    struct mr_lanes_input input = {.count = sheet->count};
    for (int c = 0; c < 3; c++) input.columns[c] = sheet->columns[c];
    if (mr_lanes_create(&lanes, body, &value, 1, &err) != MR_OK) {
        printf("%s\n", err.message);
        return false;
    }
    mr_lanes_evaluate(lanes, 0, sheet->count, &input);
    memcpy(sheet->results, mr_lanes_value(lanes, value),
           sheet->count * mr_dtype_size(mr_ir_dtype(body, value)));
    mr_lanes_destroy(&lanes);
    return true;
}

bool sheet_run(struct sheet *sheet, enum ir_op op, int operands, mr_dtype to)
{
    struct ir_body body = {0};
    ir_value in[3] = {IR_NONE, IR_NONE, IR_NONE}, index = mr_ir_index(&body);
    for (int c = 0; c < operands; c++)
        in[c] = mr_ir_load(&body, 0, (unsigned)c, sheet->dtypes[c], index, false);
    ir_value value = op == IR_CAST   ? mr_ir_cast(&body, to, in[0])
                     : operands == 1 ? mr_ir_unary(&body, op, in[0])
                     : operands == 2 ? mr_ir_binary(&body, op, in[0], in[1])
                                     : mr_ir_ternary(&body, op, in[0], in[1], in[2]);
    bool done = sheet_run_body(sheet, &body, value);
    mr_body_free(&body);
    return done;
}

bool sheet_gives_bool(enum ir_op op)
{
    return op == IR_EQ || op == IR_NE || op == IR_LT || op == IR_LE || op == IR_ISNAN ||
           op == IR_ISINF;
}

mr_scalar sheet_result(const struct sheet *sheet, size_t lane, mr_dtype dtype)
{
    return mr_lane_get(sheet->results + lane * mr_dtype_size(dtype), dtype);
}

static bool same(mr_dtype dtype, mr_scalar a, mr_scalar b)
{
    if (mr_dtype_is_float(dtype) && isnan(a.f64)) return isnan(b.f64);
    return a.u64 == b.u64;
}

void sheet_expect(enum ir_op op, mr_dtype dtype, size_t lane, mr_scalar got, mr_scalar want)
{
    if (same(dtype, got, want)) return;
    CU_FAIL("an operation's result");
    printf("%s of %s, lane %zu: 0x%llx instead of 0x%llx\n", mr_ir_op_name(op),
           mr_dtype_name(dtype), lane, (unsigned long long)got.u64, (unsigned long long)want.u64);
}
