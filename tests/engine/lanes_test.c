#include "engine/lanes.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/lane_act.h"
#include "engine/lane_loops.h"
#include "engine/lane_recurrence.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define U(value) ((mr_scalar){.u64 = (value)})
#define F(value) ((mr_scalar){.f64 = (value)})

static void operations_that_do_not_exist_are_refused(void)
{
    struct ir_body body = {0};
    struct mr_lanes *lanes;
    mr_error err;
    ir_value x = mr_ir_const(&body, MR_F64, F(1));
    ir_value value = mr_ir_binary(&body, IR_REM, x, x);
    CU_ASSERT_EQUAL(mr_lanes_create(&lanes, &body, &value, 1, &err), MR_E_INTERNAL);
    CU_ASSERT_STRING_EQUAL(err.message, "the host engine has no rem of f64");
    CU_ASSERT_PTR_NULL(lanes);
    mr_body_free(&body);
}

/* ---- loads ---- */

static int64_t numbers[2 * MR_LEAF];

static struct mr_lanes_input number_input(int64_t first, size_t count)
{
    for (size_t k = 0; k < LENGTH(numbers); k++) numbers[k] = 1000 + (int64_t)k;
    return (struct mr_lanes_input){.columns = {numbers}, .first = first, .count = count};
}

/* Loads element position + offset (a gather when `reversed`: offset - position) of the numbers. */
static void check_load(const struct mr_lanes_input *input, int64_t first, size_t count,
                       int64_t offset, bool reversed)
{
    struct ir_body body = {0};
    struct mr_lanes *lanes;
    ir_value index = mr_ir_index(&body), by = mr_ir_const_int(&body, MR_I64, offset);
    ir_value place = mr_ir_binary(&body, reversed ? IR_SUB : IR_ADD, reversed ? by : index,
                                  reversed ? index : by);
    ir_value value = mr_ir_load(&body, 0, 0, MR_I64, place, true);
    CU_ASSERT_EQUAL_FATAL(mr_lanes_create(&lanes, &body, &value, 1, NULL), MR_OK);
    mr_lanes_evaluate(lanes, first, count, input);
    const int64_t *got = mr_lanes_value(lanes, value);
    for (size_t k = 0; k < count; k++) {
        int64_t position = first + (int64_t)k;
        int64_t element = (reversed ? offset - position : position + offset) - input->first;
        if (element < 0) element = 0;
        if (element >= (int64_t)input->count) element = (int64_t)input->count - 1;
        int64_t want = input->count ? 1000 + element : 0;
        if (got[k] == want) continue;
        CU_FAIL("a loaded element");
        printf("first %lld, offset %lld, lane %zu: %lld instead of %lld\n", (long long)first,
               (long long)offset, k, (long long)got[k], (long long)want);
        break;
    }
    mr_lanes_destroy(&lanes);
    mr_body_free(&body);
}

static void loads_read_the_element_asked_for_or_the_nearest(void)
{
    static const int64_t offsets[] = {0, 1, -1, 63, 500, -500, 1990, 5000, -5000};
    for (size_t k = 0; k < LENGTH(offsets); k++)
        for (int reversed = 0; reversed < 2; reversed++) {
            struct mr_lanes_input whole = number_input(0, LENGTH(numbers));
            struct mr_lanes_input part = number_input(777, 1000), none = number_input(0, 0);
            check_load(&whole, 0, MR_LEAF, offsets[k], reversed);
            check_load(&whole, 1000, 1000, offsets[k], reversed);
            check_load(&part, 777, 1000, offsets[k], reversed);
            check_load(&part, 700, 70, offsets[k], reversed);
            check_load(&none, 0, 65, offsets[k], reversed);
        }
}

static void loads_of_extreme_positions_stay_inside(void)
{
    struct mr_lanes_input whole = number_input(0, LENGTH(numbers));
    struct ir_body body = {0};
    struct mr_lanes *lanes;
    ir_value index = mr_ir_index(&body);
    ir_value far = mr_ir_binary(&body, IR_MUL, index, mr_ir_const_int(&body, MR_I64, INT64_MAX));
    ir_value values[] = {mr_ir_load(&body, 0, 0, MR_I64, far, true)};
    CU_ASSERT_EQUAL_FATAL(mr_lanes_create(&lanes, &body, values, 1, NULL), MR_OK);
    mr_lanes_evaluate(lanes, 1, 2, &whole);
    const int64_t *got = mr_lanes_value(lanes, values[0]);
    CU_ASSERT_EQUAL(got[0], 1000 + 2 * MR_LEAF - 1);
    CU_ASSERT_EQUAL(got[1], 1000);
    mr_lanes_destroy(&lanes);
    mr_body_free(&body);
}

/* ---- checks, registers, the library ---- */

static void the_first_failing_lane_wins_and_then_the_lowest_check(void)
{
    static const struct {
        int64_t at[3];
        size_t lane, check;
    } cases[] = {
        {{5, 9, 7}, 5, 0},     {{9, 5, 7}, 5, 1},
        {{9, 7, 5}, 5, 2},     {{5, 5, 5}, 5, 0},
        {{9, 5, 5}, 5, 1},     {{-1, -1, -1}, SIZE_MAX, 0},
        {{-1, 99, -1}, 99, 1}, {{100, 100, 100}, SIZE_MAX, 0},
    };
    for (size_t k = 0; k < LENGTH(cases); k++) {
        struct ir_body body = {0};
        struct mr_lanes *lanes;
        ir_value index = mr_ir_index(&body);
        for (int c = 0; c < 3; c++) {
            /* Shifted, so that equal positions are different values. */
            ir_value moved = mr_ir_binary(&body, IR_ADD, index, mr_ir_const_int(&body, MR_I64, c));
            ir_value at = mr_ir_const_int(&body, MR_I64, cases[k].at[c] + c);
            mr_ir_check(&body, (struct ir_check){.bad = mr_ir_binary(&body, IR_EQ, moved, at),
                                                 .status = MR_E_DIVISION,
                                                 .position = index});
        }
        size_t check = 0;
        CU_ASSERT_EQUAL_FATAL(mr_lanes_create(&lanes, &body, NULL, 0, NULL), MR_OK);
        mr_lanes_evaluate(lanes, 0, 100, NULL);
        CU_ASSERT_EQUAL(mr_lanes_failed(lanes, &check), cases[k].lane);
        if (cases[k].lane != SIZE_MAX) CU_ASSERT_EQUAL(check, cases[k].check);
        mr_lanes_destroy(&lanes);
        mr_body_free(&body);
    }
}

static void long_bodies_share_few_registers(void)
{
    struct ir_body body = {0};
    struct mr_lanes *lanes;
    ir_value index = mr_ir_index(&body), sum = index;
    uint64_t want = 3;
    for (int64_t k = 1; k <= 20000; k++) {
        ir_value term = mr_ir_binary(&body, IR_MUL, index, mr_ir_const_int(&body, MR_I64, k));
        sum = mr_ir_binary(&body, k % 3 ? IR_ADD : IR_XOR, sum, term);
        want = k % 3 ? want + 3 * (uint64_t)k : want ^ 3 * (uint64_t)k;
    }
    CU_ASSERT_EQUAL_FATAL(mr_lanes_create(&lanes, &body, &sum, 1, NULL), MR_OK);
    CU_ASSERT(mr_lanes_bytes(lanes) < body.count * 200 + 100 * 8 * MR_LEAF);
    mr_lanes_evaluate(lanes, 3, 1, NULL);
    CU_ASSERT_EQUAL(((const uint64_t *)mr_lanes_value(lanes, sum))[0], want);
    mr_lanes_evaluate(lanes, 0, 4, NULL);
    CU_ASSERT_EQUAL(((const uint64_t *)mr_lanes_value(lanes, sum))[3], want);
    mr_lanes_destroy(&lanes);
    mr_body_free(&body);
}

static void values_that_nobody_needs_are_not_computed(void)
{
    struct ir_body body = {0};
    struct mr_lanes *lanes;
    ir_value index = mr_ir_index(&body), x = mr_ir_cast(&body, MR_F64, index);
    mr_ir_binary(&body, IR_REM, x, x); /* does not even exist */
    CU_ASSERT_EQUAL_FATAL(mr_lanes_create(&lanes, &body, &index, 1, NULL), MR_OK);
    CU_ASSERT(mr_lanes_bytes(lanes) < 2 * 8 * MR_LEAF);
    mr_lanes_destroy(&lanes);
    mr_body_free(&body);
}

static void a_failed_allocation_leaves_nothing_behind(void)
{
    struct ir_body body = {0};
    struct mr_lanes *lanes;
    ir_value index = mr_ir_index(&body);
    size_t before = mr_memory_live_bytes();
    for (uint64_t nth = 1; nth <= 6; nth++) {
        mr_memory_fail_at(nth, 0);
        mr_status st = mr_lanes_create(&lanes, &body, &index, 1, NULL);
        mr_memory_fail_at(0, 0);
        CU_ASSERT_EQUAL(st, MR_E_NO_MEMORY);
        CU_ASSERT_PTR_NULL(lanes);
        CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
    }
    mr_body_free(&body);
}

static void every_library_function_can_be_called(void)
{
    for (int f = 0; f < MR_FN_COUNT; f++) {
        enum mr_library_fn function = (enum mr_library_fn)f;
        if (mr_library[f].form == MR_LIBRARY_RECUR) {
            CU_ASSERT_PTR_NOT_NULL(mr_recurrence(function));
        } else if (mr_library[f].form == MR_LIBRARY_MATH) {
            for (int d = 0; d < MR_DTYPE_COUNT; d++)
                CU_ASSERT_EQUAL(mr_lane_call(function, (mr_dtype)d) != NULL,
                                mr_library[f].files[d] != NULL);
        } else {
            CU_ASSERT_PTR_NOT_NULL(mr_lane_source(function));
        }
    }
}

/* The function at first, first + step, ...; scalars 5 and 6. */
static void call_at(enum mr_library_fn function, mr_dtype dtype, int64_t first, int64_t step,
                    size_t count, void *results)
{
    struct ir_body body = {0};
    struct mr_lanes *lanes;
    ir_value index = mr_ir_index(&body);
    ir_value stride = mr_ir_binary(&body, IR_MUL, index, mr_ir_const_int(&body, MR_I64, step));
    ir_value args[3] = {mr_ir_binary(&body, IR_ADD, stride, mr_ir_const_int(&body, MR_I64, first)),
                        mr_ir_param(&body, MR_U64, U(5), NULL),
                        mr_ir_param(&body, MR_U64, U(6), NULL)};
    ir_value value = mr_ir_call(&body, function, dtype, args, mr_library[function].arity);
    CU_ASSERT_EQUAL_FATAL(mr_lanes_create(&lanes, &body, &value, 1, NULL), MR_OK);
    mr_lanes_evaluate(lanes, 0, count, NULL);
    memcpy(results, mr_lanes_value(lanes, value), count * mr_dtype_size(dtype));
    mr_lanes_destroy(&lanes);
    mr_body_free(&body);
}

static void positions_in_a_row_give_what_they_give_alone(void)
{
    static const struct {
        enum mr_library_fn function;
        mr_dtype dtype;
    } functions[] = {{MR_FN_PHILOX, MR_U32},
                     {MR_FN_UNIFORM_F32, MR_F32},
                     {MR_FN_UNIFORM_F64, MR_F64},
                     {MR_FN_FIBONACCI, MR_U64}};
    static const int64_t firsts[] = {0, 1, 2, 3, 90, 1021, INT64_C(0x3fffffffe), INT64_MAX - 3000};
    enum { COUNT = 200, STEP = 3 };
    for (size_t f = 0; f < LENGTH(functions); f++)
        for (size_t k = 0; k < LENGTH(firsts); k++) {
            mr_dtype dtype = functions[f].dtype;
            size_t size = mr_dtype_size(dtype);
            unsigned char row[STEP * COUNT * 8], alone[COUNT * 8];
            call_at(functions[f].function, dtype, firsts[k], 1, STEP * COUNT, row);
            call_at(functions[f].function, dtype, firsts[k], STEP, COUNT, alone);
            for (size_t lane = 0; lane < COUNT; lane++)
                CU_ASSERT_EQUAL(memcmp(row + STEP * lane * size, alone + lane * size, size), 0);
        }
}

static void calls_keep_the_order_of_their_operands(void)
{
    struct ir_body body = {0};
    struct mr_lanes *lanes;
    ir_value args[] = {mr_ir_const(&body, MR_F64, F(2)), mr_ir_const(&body, MR_F64, F(10))};
    ir_value value = mr_ir_call(&body, MR_FN_POW, MR_F64, args, 2);
    CU_ASSERT_EQUAL_FATAL(mr_lanes_create(&lanes, &body, &value, 1, NULL), MR_OK);
    mr_lanes_evaluate(lanes, 0, 1, NULL);
    CU_ASSERT_EQUAL(((const double *)mr_lanes_value(lanes, value))[0], 1024.0);
    mr_lanes_destroy(&lanes);
    mr_body_free(&body);
}

/* ---- divisions by a power of 2 ---- */

/* The loop that the host engine takes for `op` of x and a constant, or a parameter. */
static mr_lane_loop loop_by(enum ir_op op, mr_dtype dtype, int64_t divisor, bool is_param)
{
    struct ir_body body = {0};
    struct mr_lanes *lanes;
    mr_lane_loop loop = NULL;
    ir_value x = mr_ir_cast(&body, dtype, mr_ir_index(&body));
    ir_value by = is_param ? mr_ir_param(&body, dtype, (mr_scalar){.i64 = divisor}, NULL)
                           : mr_ir_const_int(&body, dtype, divisor);
    ir_value value = mr_ir_binary(&body, op, x, by);
    CU_ASSERT_EQUAL_FATAL(mr_lanes_create(&lanes, &body, &value, 1, NULL), MR_OK);
    for (size_t k = 0; k < lanes->act_count; k++)
        if (lanes->acts[k].out == lanes->registers[value]) loop = lanes->acts[k].loop;
    mr_lanes_destroy(&lanes);
    mr_body_free(&body);
    return loop;
}

static void powers_of_two_are_not_divided_by(void)
{
    static const enum ir_op ops[] = {IR_DIV, IR_REM};
    static const mr_dtype dtypes[] = {MR_I32, MR_U32, MR_I64, MR_U64};
    static const struct {
        int64_t divisor;
        bool is_power, has_sign;
    } rows[] = {{1, true, false},       {2, true, false},  {8, true, false},
                {1 << 30, true, false}, {7, false, false}, {12, false, false},
                {-8, false, true},      {-7, false, true}, {-1, false, true}};
    for (size_t o = 0; o < LENGTH(ops); o++)
        for (size_t d = 0; d < LENGTH(dtypes); d++)
            for (size_t k = 0; k < LENGTH(rows); k++)
                for (int is_param = 0; is_param < 2; is_param++) {
                    if (rows[k].has_sign && !mr_dtype_is_signed(dtypes[d])) continue;
                    mr_lane_loop want = rows[k].is_power ? mr_lane_by_power(ops[o], dtypes[d])
                                                         : mr_lane_operation(ops[o], dtypes[d]);
                    CU_ASSERT_PTR_NOT_NULL(want);
                    CU_ASSERT_TRUE(loop_by(ops[o], dtypes[d], rows[k].divisor, is_param) == want);
                }
}

SUITE(lanes, {"operations_that_do_not_exist_are_refused", operations_that_do_not_exist_are_refused},
      {"loads_read_the_element_asked_for_or_the_nearest",
       loads_read_the_element_asked_for_or_the_nearest},
      {"loads_of_extreme_positions_stay_inside", loads_of_extreme_positions_stay_inside},
      {"the_first_failing_lane_wins_and_then_the_lowest_check",
       the_first_failing_lane_wins_and_then_the_lowest_check},
      {"long_bodies_share_few_registers", long_bodies_share_few_registers},
      {"values_that_nobody_needs_are_not_computed", values_that_nobody_needs_are_not_computed},
      {"a_failed_allocation_leaves_nothing_behind", a_failed_allocation_leaves_nothing_behind},
      {"every_library_function_can_be_called", every_library_function_can_be_called},
      {"positions_in_a_row_give_what_they_give_alone",
       positions_in_a_row_give_what_they_give_alone},
      {"calls_keep_the_order_of_their_operands", calls_keep_the_order_of_their_operands},
      {"powers_of_two_are_not_divided_by", powers_of_two_are_not_divided_by});
