/* The body's values as lines of OpenCL C. */
#ifndef MR_EMIT_VALUES_H
#define MR_EMIT_VALUES_H

#include "emit/emit.h"

enum { MR_LEAF_LANES = 32 }; /* of the fixed tree */

struct mr_emitter {
    const struct mr_segment *segment;
    const struct mr_profile *profile;
    struct mr_source_text *source;
    size_t kernel;       /* of those begun, the last one's number, from 1 */
    uint8_t *needed;     /* per node: as lanes, as a scalar */
    uint8_t *packed;     /* COMPACT: the same, of what its second kernel makes */
    uint8_t *written;    /* per node: operations when written as one expression, or too many */
    uint8_t *mask_bits;  /* per bool node: 32 or 64 */
    int32_t *param_slot; /* per node: its place in P, or -1 */
    uint8_t uses_fn[MR_FN_COUNT]; /* a bit a dtype */
    const char *lane_0; /* in what is being written, the position of lane 0 as an integer of 64
                         * bits, or those of all lanes as a vu64 */
    mr_status failed;
};

mr_status mr_emitter_open(struct mr_emitter *e, const struct mr_segment *segment,
                          const struct mr_profile *profile, struct mr_source_text *source,
                          mr_error *err);
void mr_emitter_close(struct mr_emitter *e);

/* Exchanges what the first kernel makes and what COMPACT's second one does. */
void mr_emitter_turn(struct mr_emitter *e);

/* `const double p0 = as_double(P[0]);` for every parameter, and numbers the loop does not
 * change. */
void mr_emit_params(struct mr_emitter *e, struct mr_strbuf *out);

/* Whether the skeleton walks a leaf in runs of RUN positions, RUN / W vectors. */
bool mr_emitter_has_runs(const struct mr_emitter *e);

/* RUN, the positions that a turn of the outer loop covers. */
unsigned mr_emit_run_elems(const struct mr_emitter *e);

/* What is computed for a whole run at once. */
void mr_emit_runs(struct mr_emitter *e, struct mr_strbuf *out);

/* One line a value, for the W lanes at position i, i+1, ...; `low` and `high` bound the positions
 * that count, `whole` says that they bound none of these. */
void mr_emit_values(struct mr_emitter *e, struct mr_strbuf *out, const char *indent);

/* Asks, in one line, for what loads of consecutive elements read at `position`, a text. */
void mr_emit_prefetches(struct mr_emitter *e, struct mr_strbuf *out, const char *position);

/* Reports of failing checks: status word `MR_STATUS_CHECKS + k` for check k. */
void mr_emit_checks(struct mr_emitter *e, struct mr_strbuf *out, const char *indent);

/* A value as stored: lanes, masks as bytes. */
void mr_emit_stored(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

/* A bool value as a mask of 32-bit or 64-bit lanes. */
void mr_emit_mask(struct mr_emitter *e, struct mr_strbuf *out, ir_value value, unsigned bits);

/* A parameter's or constant's scalar name or literal. */
void mr_emit_scalar(struct mr_emitter *e, struct mr_strbuf *out, ir_value value);

/* True for a call that OpenCL C has a function for, of the same name. */
bool mr_node_has_native(const struct ir_node *node);

/* "i32" -> "int" and so on. */
const char *mr_cl_type_name(mr_dtype dtype);

/* Words of a slot's status buffer, each UINT_MAX (or 0 rows) before anything happened. */
enum { MR_STATUS_STOP, MR_STATUS_ROWS, MR_STATUS_CHECKS };

#endif
