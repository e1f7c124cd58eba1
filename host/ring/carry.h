/* The runner's side of kinds whose units hand numbers on (kind->carry_start). */
#ifndef MR_RING_CARRY_H
#define MR_RING_CARRY_H

#include "ring/runner.h"

/* For their lists. */
void mr_carry_buffers(const struct mr_segment *s, struct mr_buffers *out);

mr_status mr_carry_seek(struct mr_runner *r, int64_t position, mr_error *err);
mr_status mr_carry_settle(struct mr_runner *r, const struct mr_unit *unit, mr_error *err);
size_t mr_carry_state_bytes(const struct mr_segment *s);
void mr_carry_save(struct mr_runner *r, struct mr_bytes_out *out);
mr_status mr_carry_restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err);

/* What such a kind's struct mr_kind_runner begins with. */
#define MR_CARRY_RUNNER                                                                            \
    .seek = mr_carry_seek, .settle = mr_carry_settle, .save = mr_carry_save,                       \
    .restore = mr_carry_restore

#endif
