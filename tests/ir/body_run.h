/* Runs a body for one position, one node after the other: what its operations mean, spelled out. */
#ifndef MR_TESTS_BODY_RUN_H
#define MR_TESTS_BODY_RUN_H

#include "ir/body.h"

struct body_run {
    int64_t position;
    mr_scalar *values;   /* of the nodes; freed by the caller with mr_free() */
    mr_status failure;   /* of the first check that failed */
    const char *unknown; /* an operation that this does not run; NULL: all were */
};

void body_run(struct body_run *run, const struct ir_body *body);

#endif
