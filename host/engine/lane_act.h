/* What lanes are computed by: acts, one after the other, on registers of MR_LEAF lanes. */
#ifndef MR_ENGINE_LANE_ACT_H
#define MR_ENGINE_LANE_ACT_H

#include "engine/lane_loops.h"
#include "engine/lanes.h"
#include "plan/buffer_list.h"

enum { MR_REGISTER_BYTES = MR_LANE_REGISTER_BYTES, MR_NO_REGISTER = -1 };

/* One act of a run. Registers are numbered; `in` are those of the operands. */
struct mr_lane_act {
    void (*act)(struct mr_lanes *lanes, const struct mr_lane_act *act);
    mr_lane_loop loop;
    int32_t out, in[3];
    size_t size;    /* loads: bytes of an element */
    int64_t offset; /* consecutive loads: element minus position */
    uint16_t input, column;
    size_t check;
    const struct mr_seq *blame;
    mr_dtype dtype; /* constants */
    mr_scalar imm;
    const void *words;
    size_t turn, end; /* loops: acts up to `turn` tell whether it goes on, up to `end` are its
                       * turn; the last acts of it hand each state on */
};

struct mr_lanes {
    struct mr_lane_act *acts;
    size_t act_count, held_count; /* the first `held_count` have been done for good */
    int32_t *registers;           /* of each node of the body */
    unsigned char *storage;
    const void **at; /* where each register's lanes are: its storage, or what was loaded; NULL for
                      * MR_NO_REGISTER, in front of the others */
    const void **places; /* theirs */
    size_t register_count;
    size_t bytes;
    bool has_one; /* runs are of one position */
    const struct mr_seq *ignored;
    const void *const *carried;

    /* What the run at hand is: */
    int64_t first;
    size_t count, lanes; /* asked for; rounded up to MR_LANE_MULTIPLE */
    const struct mr_lanes_input *inputs;
    size_t failed, failed_check;
    size_t at_act; /* the one to come */

    /* Since mr_lanes_begin(): */
    bool (*abandons)(void *user);
    void *abandon_user;
    size_t work;      /* since the last look at the clock */
    int64_t began_ns; /* the first one; 0: there was none */
    bool takes_long, is_abandoned;
};

/* Does what is to come, up to the act `end`. */
void mr_lane_acts(struct mr_lanes *l, size_t end);

typedef void mr_lane_do(struct mr_lanes *l, const struct mr_lane_act *act);
mr_lane_do mr_do_compute, mr_do_constant, mr_do_words, mr_do_index, mr_do_end, mr_do_stream,
    mr_do_gather, mr_do_check, mr_do_carry, mr_do_copy, mr_do_hand_on, mr_do_loop;

#endif
