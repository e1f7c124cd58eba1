/* A segment's program on a device. */
#ifndef MR_ENGINE_OPENCL_PROGRAM_H
#define MR_ENGINE_OPENCL_PROGRAM_H

#include "emit/emit.h"
#include "engine/lane_recurrence.h"
#include "engine/opencl_slot.h"
#include "plan/buffer_list.h"

/* What a unit writes on the way: a set of its own, so that it may begin while the one before still
 * works. */
struct mr_working_set {
    cl_mem buffers[MR_MAX_BUFFERS];
    size_t count;
    cl_event last; /* the unit that last used it */
};

struct mr_program {
    const struct mr_segment *segment;
    struct mr_source_text source;
    cl_program program;
    cl_kernel kernels[MR_MAX_KERNELS];
    cl_mem params;
    cl_mem start; /* what the first unit finds as the state before it; NULL: it asks for none */
    cl_mem spare_carry; /* of the slot that a unit would read and write the state of */
    struct mr_working_set working[MR_WORKING_SETS];
    size_t set_count, next_set;
    cl_mem memory[MR_MAX_VIEWS][MR_MAX_COLUMNS]; /* the caller's, as buffers, once bound */
    struct mr_lanes *lanes;                      /* a recurrence: what its arguments are */
    struct mr_stepper terms;
    size_t group_elems;
    size_t entries_seen; /* that the last unit gave which was waited for */
    bool is_warm;        /* each kernel has been compiled for its group size */
};

/* Those of struct mr_engine_class. */
mr_status mr_opencl_program_create(struct mr_program **out, struct mr_engine *engine,
                                   const struct mr_segment *segment, mr_error *err);
mr_status mr_opencl_program_build(struct mr_program *p, struct mr_engine *engine, mr_error *err);
mr_status mr_opencl_program_bind(struct mr_program *p, struct mr_engine *engine, mr_error *err);
void mr_opencl_program_destroy(struct mr_program **program, struct mr_engine *engine);

/* Work-items that share a unit, at most; SIZE_MAX: one a leaf. */
size_t mr_opencl_few_items(const struct mr_opencl *e);

#endif
