/* What is done in a child process: the first contact with drivers and the first builds of one that
 * nobody verified. Drivers abort, hang and eat memory; then it is that process that ends, and what
 * is left of it here is a sentence. The program is libexec/millrace/build; it is spawned, never
 * forked, answers through a socket, and lives no longer than its task.
 *
 * A program that links the library sees of it: a child, and so a SIGCHLD, while it waits in here.
 * It is waited for by its number; one that reaps all children itself takes nothing from us but the
 * number of a signal. */
#ifndef MR_CL_CHILD_PROCESS_H
#define MR_CL_CHILD_PROCESS_H

#include <stdint.h>

#include "cl/device_choice.h"

enum { MR_CHILD_WORDS_BYTES = 160 };

struct mr_child_task {
    const char *what;               /* the name of a task in host/child/tasks.c */
    const char *vendors;            /* NULL, or an OCL_ICD_VENDORS of its own */
    const struct mr_device *device; /* NULL: it is of none */
    const char *options, *text;     /* of a program to be built; may be NULL */
};

struct mr_child_end {
    bool is_done;                     /* else it ended before it was */
    bool is_lasting;                  /* of how it ended: the next time it would end so, too */
    char words[MR_CHILD_WORDS_BYTES]; /* how it ended; done: what it found, "" for nothing */
};

/* Whether there is such a program, and it is of use: not where layers stand between, whose user
 * looks at the calls, nor in that program itself. */
bool mr_child_is_there(void);

/* Why not, for stats; NULL: it is there, or of no use. */
const char *mr_child_lack(void);

/* Runs a task and waits for its end. MR_E_INTERRUPTED when this thread's builds are unwanted
 * (build.h); MR_E_IO when it could not be run or to its end for a reason that is not the driver's:
 * who asked for it does what it would do without. */
mr_status mr_child_run(struct mr_child_end *out, const struct mr_child_task *task, mr_error *err);

/* How long it may take from one phase to the next, and how much memory: its own. That of programs
 * which a driver starts in it is not counted, as of PoCL's linker; they are of its group and end
 * with it. Variables for tests. */
extern unsigned mr_child_patience_ms;
extern uint64_t mr_child_most_bytes;

/* ---- for the program itself ---- */

/* From now on there is no further one. */
void mr_child_enter(void);

/* What it is asked to do, as sent through the socket: fields with a NUL behind each. */
enum mr_child_field {
    MR_CHILD_VERSION, /* of the library: another one is refused */
    MR_CHILD_WHAT,
    MR_CHILD_ANEW, /* "1": what other processes found does not count */
    MR_CHILD_PLATFORM,
    MR_CHILD_NAME,
    MR_CHILD_DEVICE_VERSION,
    MR_CHILD_DRIVER,
    MR_CHILD_OPTIONS,
    MR_CHILD_TEXT,
    MR_CHILD_FIELDS
};

/* The first letter of each line it answers with: a phase that begins; the end, with what it found;
 * the end, and nothing was found, for this reason. */
enum { MR_CHILD_AT = '@', MR_CHILD_DONE = '.', MR_CHILD_NOT = '!' };

#endif
