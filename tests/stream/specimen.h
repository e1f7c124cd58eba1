/* Pipelines that together use every kind of segment, for the laws about faults. */
#ifndef MR_TESTS_STREAM_SPECIMEN_H
#define MR_TESTS_STREAM_SPECIMEN_H

#include <millrace/stream.h>

struct specimen {
    const char *text; /* stages behind a callback if it begins with a bar */
    bool staged_copies;
};
extern const struct specimen specimens[]; /* ends with text NULL */

/* What came of one run: everything delivered, as a hash, and how it ended. */
struct specimen_result {
    mr_status status;
    mr_error error;
    long long elements;
    unsigned long long hash;
};

/* Describes, opens, pulls all and frees again, whatever happens. */
struct specimen_result specimen_run(const struct specimen *specimen, mr_engine_choice engine);

#endif
