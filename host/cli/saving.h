/* Runs that can be gone on with: --save FILE, --every TIME, --resume FILE.
 *
 * What is saved belongs together: the stream after its last delivered batch, and the output with
 * all of that batch and nothing more. So the output is brought to the disk first, and the file of
 * --save changes at once; what was written after it is cut off when the run is resumed. */
#ifndef MR_CLI_SAVING_H
#define MR_CLI_SAVING_H

#include "cli/cli.h"
#include "cli/state_file.h"

struct mr_saving {
    const char *path; /* NULL: nothing is saved */
    const char *from; /* NULL: nothing is resumed */
    int64_t every_ns, due_ns;
    bool is_saved;  /* when it last was to be */
    mr_error error; /* of a save between two units */
    struct mr_saved saved;
};

/* Reads what is to be resumed; refuses to save over a run that is not done. */
mr_status mr_saving_begin(struct mr_saving *out, const struct mr_options *options, mr_error *err);
void mr_saving_end(struct mr_saving *saving);

/* Refuses to write where the pipeline reads: to save over its input, or to cut one to begin the
 * output there. Of a sequence that can be saved. */
mr_status mr_saving_check_inputs(const struct mr_saving *saving, const mr_seq *seq,
                                 const struct mr_options *options, mr_error *err);

/* Checks that a resumed run has the output of the first one, and sets what a sink needs. */
mr_status mr_saving_layout(struct mr_saving *saving, struct mr_sink_layout *layout,
                           const struct mr_options *options, mr_error *err);

/* Whether a run that is resumed had come to its end, its output included. Of a stream that was
 * restored: the state is this pipeline's. Fails where the output is another file. */
mr_status mr_saving_is_over(bool *is_over, struct mr_saving *saving, struct mr_sink_layout layout,
                            const struct mr_options *options, mr_error *err);

mr_status mr_saving_save(struct mr_saving *saving, mr_stream *stream, struct mr_sink *sink,
                         bool is_complete, mr_error *err);

/* The same when the time has come; not 0: it failed, as saving->error says. Between two units. */
int mr_saving_poll(struct mr_saving *saving, mr_stream *stream, struct mr_sink *sink);

#endif
