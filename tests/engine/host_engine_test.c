/* What the host engine makes of units: survivors, failures, ends, other segments' slots. */
#include <string.h>

#include "base/memory.h"
#include "engine/by_hand.h"
#include "ir/op.h"
#include "suite.h"

static void survivors_are_packed_in_order(void)
{
    struct by_hand b;
    void *columns[2];
    hand_start(&b, MR_KIND_COMPACT, (const mr_dtype[]){MR_I64, MR_F32}, 2);
    b.segment.keep = hand_load_truth(&b);
    hand_store(&b, MR_I64);
    hand_store(&b, MR_F32);
    hand_open(&b, HAND_MOST);
    struct mr_outcome out = hand_run(&b, 0, 13, 5000, columns);
    size_t entries = 0, wrong = 0;
    for (size_t k = 13; k < 5013; k++) {
        if (!hand_truths[k]) continue;
        wrong += ((const int64_t *)columns[0])[entries] != hand_wholes[k];
        wrong += ((const uint32_t *)columns[1])[entries] !=
                 ((const uint32_t *)(const void *)hand_floats)[k];
        entries++;
    }
    CU_ASSERT_EQUAL(out.entries, entries);
    CU_ASSERT_EQUAL(wrong, 0);
    hand_close(&b);
}

/* Fails where the number is `position`. */
static void fail_at(struct by_hand *b, int64_t position, const struct mr_seq *blame)
{
    struct ir_body *body = &b->segment.body;
    ir_value index = mr_ir_index(body);
    ir_value bad = mr_ir_binary(body, IR_EQ, index, mr_ir_const_int(body, MR_I64, position));
    mr_ir_check(body, (struct ir_check){
                          .bad = bad, .status = MR_E_DIVISION, .blame = blame, .position = index});
}

static void survivors_before_a_failure_are_kept(void)
{
    struct by_hand b;
    void *columns[1];
    hand_start(&b, MR_KIND_COMPACT, (const mr_dtype[]){MR_I64}, 1);
    b.segment.keep = hand_load_truth(&b);
    fail_at(&b, 2500, NULL);
    hand_store(&b, MR_I64);
    hand_open(&b, HAND_MOST);
    size_t entries = 0;
    for (size_t k = 100; k < 2500; k++) entries += hand_truths[k];
    struct mr_outcome out = hand_run(&b, 0, 100, 4000, columns);
    CU_ASSERT_EQUAL(out.entries, entries);
    CU_ASSERT_EQUAL(out.failed, 2400);
    CU_ASSERT_EQUAL(out.check, 0);
    hand_close(&b);
}

static void ignored_checks_do_not_count(void)
{
    static const struct mr_seq mine, other;
    struct by_hand b;
    struct mr_outcome out;
    hand_start(&b, MR_KIND_FUSED, (const mr_dtype[]){MR_I64}, 1);
    fail_at(&b, 20, &mine);
    fail_at(&b, 30, &other);
    hand_store(&b, MR_I64);
    hand_open(&b, 100);
    struct mr_launch launch = {.count = 100, .out = b.slots[0], .ignored = &mine};
    CU_ASSERT_EQUAL(b.engine->class->launch(b.engine, b.program, &launch, NULL), MR_OK);
    CU_ASSERT_EQUAL(b.engine->class->wait(b.engine, b.program, b.slots[0], &out, NULL), MR_OK);
    CU_ASSERT_EQUAL(out.failed, 30);
    CU_ASSERT_EQUAL(out.check, 1);
    launch.ignored = NULL;
    CU_ASSERT_EQUAL(b.engine->class->launch(b.engine, b.program, &launch, NULL), MR_OK);
    CU_ASSERT_EQUAL(b.engine->class->wait(b.engine, b.program, b.slots[0], &out, NULL), MR_OK);
    CU_ASSERT_EQUAL(out.failed, 20);
    hand_close(&b);
}

static void stop_tells_the_first_position_that_fails(void)
{
    struct by_hand b;
    void *columns[1];
    hand_start(&b, MR_KIND_STOP, (const mr_dtype[]){MR_I64}, 1);
    ir_value index = mr_ir_index(&b.segment.body);
    b.segment.keep =
        mr_ir_binary(&b.segment.body, IR_LT, index, mr_ir_const_int(&b.segment.body, MR_I64, 3000));
    hand_store(&b, MR_I64);
    hand_open(&b, HAND_MOST);
    CU_ASSERT_EQUAL(hand_run(&b, 0, 500, 2500, columns).stop, SIZE_MAX);
    struct mr_outcome out = hand_run(&b, 0, 500, 4000, columns);
    CU_ASSERT_EQUAL(out.stop, 2500);
    CU_ASSERT_EQUAL(out.entries, 4000);
    CU_ASSERT_EQUAL(memcmp(columns[0], hand_wholes + 500, 4000 * sizeof hand_wholes[0]), 0);
    hand_close(&b);
}

/* The view of a slot: elements first + offset .. first + offset + halo + count - 1. */
static void slots_are_read_from_where_the_source_says(void)
{
    struct by_hand producer, b;
    void *columns[1];
    struct mr_outcome out;
    hand_start(&producer, MR_KIND_FUSED, (const mr_dtype[]){MR_I64}, 1);
    hand_store(&producer, MR_I64);
    hand_open(&producer, 4000);
    hand_run(&producer, 0, 0, 4000, columns);

    hand_start(&b, MR_KIND_FUSED, NULL, 0);
    struct ir_body *body = &b.segment.body;
    ir_value index = mr_ir_index(body), next;
    b.segment.views[0] = (struct mr_view){.offset = 5, .halo = 1};
    next = mr_ir_load(body, 0, 0, MR_I64,
                      mr_ir_binary(body, IR_ADD, index, mr_ir_const_int(body, MR_I64, 6)), false);
    ir_value here =
        mr_ir_load(body, 0, 0, MR_I64,
                   mr_ir_binary(body, IR_ADD, index, mr_ir_const_int(body, MR_I64, 5)), false);
    b.segment.values[b.segment.value_count++] = mr_ir_binary(body, IR_SUB, next, here);
    hand_store(&b, MR_I64);
    hand_open(&b, 2000);
    /* Element 1005 of the producer stands at index 3 + 1005. */
    struct mr_launch launch = {
        .first = 1000,
        .count = 2000,
        .out = b.slots[0],
        .sources = {{.slot = producer.slots[0], .index = 3 + 1005, .count = 2001}}};
    CU_ASSERT_EQUAL(b.engine->class->launch(b.engine, b.program, &launch, NULL), MR_OK);
    CU_ASSERT_EQUAL(b.engine->class->wait(b.engine, b.program, b.slots[0], &out, NULL), MR_OK);
    b.engine->class->map(b.engine, b.slots[0], 3, 2000, false, columns, NULL);
    size_t wrong = 0;
    for (size_t k = 0; k < 2000; k++)
        wrong += ((const uint64_t *)columns[0])[k] !=
                 (uint64_t)hand_wholes[1006 + k] - (uint64_t)hand_wholes[1005 + k];
    CU_ASSERT_EQUAL(wrong, 0);
    hand_close(&b);
    hand_close(&producer);
}

static void recurrences_step_from_any_position(void)
{
    enum { MODULUS = 1000000007, COUNT = 3000 };
    static const struct mr_op op = {.name = "fibonacci", .recurrence = MR_FN_FIBONACCI_MOD};
    static const struct mr_seq seq = {.op = &op};
    struct by_hand b;
    void *columns[1];
    hand_start(&b, MR_KIND_RECUR, NULL, 0);
    struct ir_body *body = &b.segment.body;
    b.segment.seq = &seq;
    b.segment.values[0] = mr_ir_param(body, MR_U64, (mr_scalar){.u64 = 10}, NULL);
    b.segment.values[1] = mr_ir_param(body, MR_U64, (mr_scalar){.u64 = MODULUS}, NULL);
    b.segment.value_count = 2;
    hand_store(&b, MR_I32);
    hand_open(&b, COUNT);
    uint64_t terms[5000] = {0, 1};
    for (size_t k = 2; k < 5000; k++) terms[k] = (terms[k - 1] + terms[k - 2]) % MODULUS;
    hand_run(&b, 0, 1500, COUNT, columns);
    size_t wrong = 0;
    for (size_t k = 0; k < COUNT; k++)
        wrong += (uint64_t)((const int32_t *)columns[0])[k] != terms[10 + 1500 + k];
    CU_ASSERT_EQUAL(wrong, 0);
    hand_close(&b);
}

static void device_memory_is_refused(void)
{
    struct by_hand b;
    struct mr_error err;
    static const struct mr_op op = {.name = "buffers"};
    static const struct mr_seq seq = {.op = &op};
    hand_start(&b, MR_KIND_FUSED, (const mr_dtype[]){MR_I64}, 1);
    b.segment.views[0].seq = &seq;
    hand_memory.is_device = true;
    CU_ASSERT_EQUAL_FATAL(mr_host_engine_create(&b.engine, NULL), MR_OK);
    CU_ASSERT_EQUAL(b.engine->class->program_create(&b.program, b.engine, &b.segment, &err),
                    MR_E_NO_DEVICE);
    CU_ASSERT_STRING_EQUAL(err.message, "buffers: the host engine cannot read OpenCL buffers");
    hand_close(&b);
}

static void failed_allocations_leave_nothing_behind(void)
{
    size_t before = mr_memory_live_bytes();
    struct by_hand b;
    hand_start(&b, MR_KIND_WINDOW, (const mr_dtype[]){MR_F64}, 1);
    b.segment.extent = 100;
    hand_store(&b, MR_F64);
    CU_ASSERT_EQUAL_FATAL(mr_host_engine_create(&b.engine, NULL), MR_OK);
    size_t live = mr_memory_live_bytes();
    mr_status st = MR_E_NO_MEMORY;
    for (uint64_t nth = 1; st != MR_OK && nth < 100; nth++) {
        mr_memory_fail_at(nth, 0);
        st = b.engine->class->program_create(&b.program, b.engine, &b.segment, NULL);
        if (st == MR_OK)
            st = b.engine->class->slot_create(&b.slots[0], b.engine, b.segment.stored, 1, 0, 10, 0,
                                              NULL);
        mr_memory_fail_at(0, 0);
        CU_ASSERT(st == MR_OK || st == MR_E_NO_MEMORY);
        if (st != MR_OK) b.engine->class->program_destroy(&b.program, b.engine);
        if (st != MR_OK) CU_ASSERT_EQUAL(mr_memory_live_bytes(), live);
    }
    CU_ASSERT_EQUAL(st, MR_OK);
    hand_close(&b);
    CU_ASSERT_EQUAL(mr_memory_live_bytes(), before);
}

SUITE(host_engine, {"survivors_are_packed_in_order", survivors_are_packed_in_order},
      {"survivors_before_a_failure_are_kept", survivors_before_a_failure_are_kept},
      {"ignored_checks_do_not_count", ignored_checks_do_not_count},
      {"stop_tells_the_first_position_that_fails", stop_tells_the_first_position_that_fails},
      {"slots_are_read_from_where_the_source_says", slots_are_read_from_where_the_source_says},
      {"recurrences_step_from_any_position", recurrences_step_from_any_position},
      {"device_memory_is_refused", device_memory_is_refused},
      {"failed_allocations_leave_nothing_behind", failed_allocations_leave_nothing_behind});
