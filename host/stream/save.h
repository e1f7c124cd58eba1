/* A stream's state as bytes (save.c), for the calls of stream.c. */
#ifndef MR_STREAM_SAVE_H
#define MR_STREAM_SAVE_H

#include "stream/stream_parts.h"

/* While it is opened: what its state has to tell of the sequence and of files. */
mr_status mr_stream_note_origin(struct mr_stream *s, const mr_stream_params *params, mr_error *err);

/* *needed bytes, of which nothing is to be used if there are more than `size`. */
mr_status mr_stream_put(struct mr_stream *s, void *bytes, size_t size, size_t *needed,
                        mr_error *err);

/* Makes a stream that was just opened stand where the bytes say. */
mr_status mr_stream_get(struct mr_stream *s, const void *bytes, size_t size, mr_error *err);

/* What mr_stream_restore() wants to be as it was: watch_sums is set so, the others are added. */
mr_status mr_state_modes(mr_stream_params *params, const void *bytes, size_t size, mr_error *err);

#endif
