/* The file of --save: how far a run is, its stream and what it has written. */
#ifndef MR_CLI_STATE_FILE_H
#define MR_CLI_STATE_FILE_H

#include "io/sink.h"

struct mr_saved {
    bool has_file; /* what was written stands in a partial file; else it went elsewhere */
    enum mr_sink_format format;
    char separator;             /* of csv */
    struct mr_sink_place place; /* is_whole: there is nothing more to do */
    void *stream;               /* what mr_stream_save() gave; owned */
    size_t stream_bytes;
};

/* MR_E_FORMAT, naming the file, when it is damaged, of another version or something else. */
mr_status mr_saved_read(struct mr_saved *out, const char *path, mr_error *err);

/* Whole or not at all, also over a power cut. */
mr_status mr_saved_write(const struct mr_saved *saved, const char *path, mr_error *err);

void mr_saved_free(struct mr_saved *saved);

#endif
