/* Pipelines that together use every kind of segment, for the laws about faults. */
#ifndef MR_TESTS_STREAM_SPECIMEN_H
#define MR_TESTS_STREAM_SPECIMEN_H

#include <millrace/stream.h>

struct specimen {
    const char *text; /* stages behind a callback if it begins with a bar, */
    bool is_seekable; /* which gives the same elements again, or is asked for each of them once */
    bool staged_copies;
};
extern const struct specimen specimens[]; /* ends with text NULL */

/* What came of one run: everything delivered, as a hash, and how it ended. */
struct specimen_result {
    mr_status status;
    mr_error error;
    long long elements;
    unsigned long long hash;
    mr_stats stats; /* at the end, if it was opened */
    mr_device_use devices[2];
    size_t device_count; /* 0: it had one, or was not opened */
};

/* Describes, opens, pulls all and frees again, whatever happens. Batches are of 500 elements,
 * unless the parameters say otherwise. */
struct specimen_result specimen_run(const struct specimen *specimen, mr_stream_params params);

/* The same with defaults on one engine. */
struct specimen_result specimen_run_on(const struct specimen *specimen, mr_engine_choice engine);

#endif
