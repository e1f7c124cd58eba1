#include "engine/by_hand.h"

#include <math.h>
#include <string.h>

#include "random_numbers.h"
#include "suite.h"

double hand_reals[HAND_MOST];
float hand_floats[HAND_MOST];
int64_t hand_wholes[HAND_MOST];
uint8_t hand_truths[HAND_MOST];
struct mr_memory_source hand_memory;

/* Of very different sizes, so that another order of the same sum has other bits. */
static void fill_memory(uint64_t seed)
{
    for (size_t k = 0; k < HAND_MOST; k++) {
        uint64_t r = splitmix_next(&seed);
        double unit = (double)(r >> 11) * 0x1p-53 - 0.5;
        hand_reals[k] = ldexp(unit, (int)(r % 40) - 20);
        hand_floats[k] = (float)hand_reals[k];
        hand_wholes[k] = (int64_t)splitmix_next(&seed);
        hand_truths[k] = r % 3 == 0;
    }
    hand_memory =
        (struct mr_memory_source){.count = HAND_MOST,
                                  .column_count = 4,
                                  .data = {hand_reals, hand_floats, hand_wholes, hand_truths},
                                  .dtypes = {MR_F64, MR_F32, MR_I64, MR_BOOL}};
}

void hand_start(struct by_hand *b, enum mr_kind kind, const mr_dtype dtypes[], size_t count)
{
    static const struct mr_seq seq;
    memset(b, 0, sizeof *b);
    fill_memory(7);
    struct mr_segment *s = &b->segment;
    s->kind = kind;
    s->keep = IR_NONE;
    s->extent = INT64_MAX;
    s->unit = HAND_MOST;
    s->views[s->view_count++] = (struct mr_view){.memory = &hand_memory, .seq = &seq};
    ir_value index = mr_ir_index(&s->body);
    for (size_t c = 0; c < count; c++) {
        unsigned column = 0;
        while (hand_memory.dtypes[column] != dtypes[c]) column++;
        s->values[s->value_count++] = mr_ir_load(&s->body, 0, column, dtypes[c], index, false);
    }
}

ir_value hand_load_truth(struct by_hand *b)
{
    return mr_ir_load(&b->segment.body, 0, 3, MR_BOOL, mr_ir_index(&b->segment.body), false);
}

void hand_store(struct by_hand *b, mr_dtype dtype)
{
    b->segment.stored[b->segment.stored_count++] = dtype;
}

void hand_open(struct by_hand *b, size_t entries)
{
    mr_error err;
    const struct mr_segment *s = &b->segment;
    CU_ASSERT_EQUAL_FATAL(mr_host_engine_create(&b->engine, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(b->engine->class->program_create(&b->program, b->engine, s, &err), MR_OK);
    for (int k = 0; k < 2; k++)
        CU_ASSERT_EQUAL_FATAL(b->engine->class->slot_create(&b->slots[k], b->engine, s->stored,
                                                            s->stored_count, 3, entries,
                                                            s->body.check_count, NULL),
                              MR_OK);
}

void hand_close(struct by_hand *b)
{
    for (int k = 0; k < 2; k++) b->engine->class->slot_destroy(&b->slots[k], b->engine);
    b->engine->class->program_destroy(&b->program, b->engine);
    b->engine->class->destroy(&b->engine);
    mr_body_free(&b->segment.body);
}

struct mr_outcome hand_run(struct by_hand *b, int k, int64_t first, size_t count, void *columns[])
{
    struct mr_outcome out;
    struct mr_launch launch = {.first = first,
                               .count = count,
                               .out = b->slots[k],
                               .previous = first ? b->slots[1 - k] : NULL};
    const struct mr_engine_class *class = b->engine->class;
    CU_ASSERT_EQUAL_FATAL(class->launch(b->engine, b->program, &launch, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(class->wait(b->engine, b->program, b->slots[k], &out, NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(class->map(b->engine, b->slots[k], 3, out.entries, false, columns, NULL),
                          MR_OK);
    CU_ASSERT_EQUAL_FATAL(class->unmap(b->engine, b->slots[k], NULL), MR_OK);
    return out;
}

bool hand_same_bits(double a, double b)
{
    uint64_t a_bits, b_bits;
    memcpy(&a_bits, &a, sizeof a);
    memcpy(&b_bits, &b, sizeof b);
    return a_bits == b_bits;
}
