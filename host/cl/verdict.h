/* What is known of a device: how its kernels are to be built, or why none may be. It is found once
 * a process, by the self-test (selftest.h) and by whoever tries whole kernels, and put as findings
 * for later processes, for this driver and this version of the library.
 *
 * Where a device gives a wrong answer its kernels are built with more care, rung by rung of one
 * ladder, and it is asked again; what is wrong on the last rung too is refused. */
#ifndef MR_CL_VERDICT_H
#define MR_CL_VERDICT_H

#include "cl/device_choice.h"

struct mr_rung {
    const char *words;   /* for stats: "kernels not optimised" */
    bool is_unoptimised; /* built with -cl-opt-disable */
    bool is_plain;       /* of the plain shape: no vectors */
};

enum { MR_RUNGS = 4, MR_VERDICT_BYTES = 160 };
extern const struct mr_rung mr_rungs[MR_RUNGS];

struct mr_verdict {
    unsigned rung;                 /* where it passed, or is to be asked next */
    bool is_passed;                /* the self-test */
    bool is_tried;                 /* and whole kernels */
    bool is_met;                   /* in a child process, by this one */
    bool is_fleeting;              /* it may have been a lack: none of this is put down */
    char reason[MR_VERDICT_BYTES]; /* why it is refused; "": it is not */
    char before[MR_VERDICT_BYTES]; /* what was wrong on the rung before; "" on the first */
};

/* What this process knows, else what others put. */
void mr_verdict_find(struct mr_verdict *out, const struct mr_device *device);

/* What this process knows; false: nothing. */
bool mr_verdict_of_process(struct mr_verdict *out, const struct mr_device *device);

/* On its rung the device passed the self-test, or whole kernels had the right bits. */
void mr_verdict_pass(const struct mr_device *device);
void mr_verdict_put_tried(const struct mr_device *device);

/* On its rung it gave a wrong answer or none: the next time it is asked on the next, or refused.
 * `is_lasting`: what comes of it is put down for later processes. */
void mr_verdict_fail(const struct mr_device *device, const char *reason, bool is_lasting);

/* Refuses it on all rungs; `is_lasting`: in later processes, too. */
void mr_verdict_refuse(const struct mr_device *device, const char *reason, bool is_lasting);

/* Forgets what others put, for this process: it asks anew. */
void mr_verdict_ask_anew(void);
bool mr_verdict_asks_anew(void);

/* Takes what a child process put down just now for what this process knows. */
void mr_verdict_read_again(const struct mr_device *device);

/* Makes `device` know its rung, and its reason say so; a refused one is none to be used. */
void mr_verdict_tell(struct mr_device *device, const struct mr_verdict *verdict);

/* MR_E_NO_DEVICE with the reason for a device that is refused. */
mr_status mr_verdict_check(const struct mr_device *device, const struct mr_verdict *verdict,
                           mr_error *err);

#endif
